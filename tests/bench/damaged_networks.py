#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Damaged copies of trained networks (shared/data/cnn_zoo), the loci to compare them on, and what compare says of them.

    tests/bench/damaged_networks.py make DATA FOLDER --loci 60     # FOLDER/*.h5, loci.fa, networks.tsv, words of scan
    tests/bench/damaged_networks.py judge FOLDER COMPARE.h5        # correlations, and whether a damaged one was chosen

Each network is copied with noise of 0.1, 0.25, 0.5 and 1 standard deviation on every weight, and with its first, last, and
last two layers drawn anew (He et al. 2015).
"""
import argparse
import pathlib
import shutil
import sys

import h5py
import numpy as np

NOISES = (0.1, 0.25, 0.5, 1.0)
REDRAWN = {"first": lambda layers: layers[:1], "last": lambda layers: layers[-1:], "last2": lambda layers: layers[-2:]}


def kernels(file):
    """Datasets of kernels, in the order of the layers."""
    found = []
    for name in file.attrs["layer_names"]:
        name = name.decode() if isinstance(name, bytes) else name
        file[name].visititems(lambda _, item: found.append(item) if isinstance(item, h5py.Dataset) and "kernel" in item.name else None)
    return found


def damage(source, target, kind, random):
    shutil.copy(source, target)
    target.chmod(0o644)
    with h5py.File(target, "r+") as file:
        layers = kernels(file)
        if isinstance(kind, float):
            for item in layers:
                values = item[()]
                item[...] = values + kind * values.std() * random.standard_normal(values.shape)
        else:
            for item in REDRAWN[kind](layers):
                fan_in = np.prod(item.shape[:-1])
                item[...] = np.sqrt(2 / fan_in) * random.standard_normal(item.shape)


def make(data, folder, loci):
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(15)
    table = ["network\tarchitecture\tactivation\tdamage"]
    words = []
    for architecture in ("deep", "shallow"):
        for activation in ("exponential", "relu"):
            graph = data / "cnn_zoo" / f"{architecture}_{activation}.json"
            for index in range(2):
                source = data / "cnn_zoo" / f"cnn_{architecture}_{activation}_{index}.h5"
                name = source.stem.removeprefix("cnn_")
                shutil.copy(source, folder / f"{name}.whole.h5")
                (folder / f"{name}.whole.h5").chmod(0o644)
                table.append(f"{name}.whole\t{architecture}\t{activation}\tnone")
                for kind in (*NOISES, *REDRAWN):
                    label = f"noise{kind:g}" if isinstance(kind, float) else kind
                    damage(source, folder / f"{name}.{label}.h5", kind, random)
                    table.append(f"{name}.{label}\t{architecture}\t{activation}\t{label}")
            words += ["--model", str(graph), "--weights", f"{folder}/{architecture}_{activation}_*.h5"]
    (folder / "networks.tsv").write_text("\n".join(table) + "\n")
    (folder / "model_words").write_text("\n".join(words) + "\n")
    with h5py.File(data / "synthetic_code" / "test_shipped.h5") as file:
        rows = np.flatnonzero(file["label"][:] == 1)[:loci]
        (folder / "loci.fa").write_text("".join(f">positive{row}\n{file['sequences'][row].decode()}\n" for row in rows))


def judge(folder, path):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
    import shoal
    from report_parts.compare_view import CompareView
    view = CompareView(shoal.Comparison(path))
    damages = dict(zip(view.attributes["network"], view.attributes["damage"]))
    columns = [("generalisation", ""), ("auroc", "own-corrected"), ("snr", "own-corrected"), ("kld_direction", "whole-corrected"),
               ("kld_kmer", "whole-corrected"), ("faithfulness_r2", "stored"), ("infidelity", "stored"), ("deletion", "stored"),
               ("insertion", "stored"), ("randomisation", "whole-corrected"), ("randomisation_loss", "stored")]
    for method in view.methods:
        units = [unit for unit in view.units() if unit[2] == method]
        whole = np.array([damages[unit[0]] == "none" for unit in units])
        print(f"\n{method}\nmetric                 r with SNR: whole, damaged   means: " + " ".join(f"{kind:>9}" for kind in dict.fromkeys(damages.values())))
        snr = np.array([view.number(unit, "snr", "own-corrected") for unit in units])
        for metric, form in columns:
            values = np.array([view.number(unit, metric, form) for unit in units])
            if not np.isfinite(values).all():
                continue
            r = [np.corrcoef(snr[chosen], values[chosen])[0, 1] for chosen in (whole, ~whole)]
            means = [values[[damages[unit[0]] == kind for unit in units]].mean() for kind in dict.fromkeys(damages.values())]
            print(f"{metric:<22} {r[0]:>12.3f} {r[1]:>9.3f}           " + " ".join(f"{mean:>9.4g}" for mean in means))
    print()
    for verdict in view.verdicts:
        print(verdict)
        chosen = verdict.split("interpret ")[1].split(" with ")[0] if "interpret " in verdict else ""
        print("chosen:", chosen, "damage:", damages.get(chosen, "-"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("make", "judge"))
    parser.add_argument("first", type=pathlib.Path)
    parser.add_argument("second", type=pathlib.Path)
    parser.add_argument("--loci", type=int, default=60)
    given = parser.parse_args()
    if given.action == "make":
        make(given.first, given.second, given.loci)
    else:
        judge(given.first, given.second)


if __name__ == "__main__":
    main()
