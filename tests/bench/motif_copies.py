#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Global importance of the five motifs of the regulatory code in the networks of shared/data/cnn_zoo: the consensus of each motif, once, twice
and three times, in 500 contexts with the base frequencies of the positives of test_shipped at each position, beside scrambled motifs.

  tests/bench/motif_copies.py SHOAL FOLDER [--data ../shared/data] [--backgrounds 500]

One line per network and motif: effects of 1, 2, 3 copies on the logit, t of the first, and the effect of one copy whose bases are in random order.
"""
import argparse
import csv
import pathlib
import subprocess

import h5py
import numpy as np

MOTIFS = {"SP1": "MA0079.3", "Gabpa": "MA0062.2", "CEBPB": "MA0466.2", "MAX": "MA0058.3", "YY1": "MA0095.2"}
START, GAP = 95, 5  # where the first copy begins; bases of the context between copies


def consensus(path, identifier):
    """The most probable letters of a MEME file's motif, from the first to the last column with at least half a bit."""
    rows, reading = [], False
    for line in path.read_text().splitlines():
        if line.startswith("MOTIF"):
            reading = line.split()[1] == identifier
        elif reading and line.strip() and line.strip()[0] in "01":
            rows.append([float(word) for word in line.split()[:4]])
    shares = np.array(rows)
    bits = 2 + (shares * np.log2(np.maximum(shares, 1e-9))).sum(axis=1)
    kept = np.flatnonzero(bits >= 0.5)
    return "".join("ACGT"[base] for base in shares.argmax(axis=1)[kept[0]:kept[-1] + 1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shoal")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--backgrounds", type=int, default=500)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(given.data / "synthetic_code" / "test_shipped.h5") as file:
        rows = np.flatnonzero(file["label"][:] == 1)
        (given.folder / "positives.fa").write_text("".join(f">p{row}\n{file['sequences'][row].decode()}\n" for row in rows))
    words = []
    for name, identifier in MOTIFS.items():
        letters = consensus(given.data / "motifs" / "JASPAR_CORE_2016_vertebrates.meme", identifier)
        print(f"{name} {identifier}: {letters}")
        for copies in (1, 2, 3):
            words += ["--motif", f"{name}.{copies}=" + ("N" * GAP).join([letters] * copies)]
    for network in ("shallow_relu", "shallow_exponential", "deep_relu", "deep_exponential"):
        zoo = given.data / "cnn_zoo"
        text = subprocess.run([given.shoal, "global", "--model", f"net={zoo / network}.json", "--weights", str(zoo / f"cnn_{network}_0.h5"), "--logit",
                               *words, "--contexts", "profile", "--fasta", str(given.folder / "positives.fa"), "--positions", str(START),
                               "--pairs", "none", "--methods", "none", "--backgrounds", str(given.backgrounds), "--seed", "12"],
                              check=True, capture_output=True, text=True).stdout
        table = [row for row in csv.DictReader(text.splitlines(), delimiter="\t") if row.get("orientation") == "+"]
        for name in MOTIFS:
            own = {row["upstream"].split(".")[1]: row for row in table if row["kind"] == "motif" and row["upstream"].startswith(f"{name}.")}
            control = next(float(row["effect"]) for row in table if row["kind"] == "scrambled" and row["upstream"] == f"{name}.1")
            effects = [float(own[str(copies)]["effect"]) for copies in (1, 2, 3)]
            t = effects[0] / float(own["1"]["effect_se"])
            rising = "rising" if effects[0] < effects[1] < effects[2] else "not rising"
            print(f"{network} {name}: {' '.join(f'{each:.3f}' for each in effects)} ({rising}), t {t:.0f}, one scrambled copy {control:.3f}", flush=True)


main()
