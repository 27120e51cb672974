#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""shoal motifs hits beside Fi-NeMo (PyPI finemo, CPU torch) on the same made-up regions and patterns: processor seconds of
each, and how far the two agree. Run with a Python that has finemo:

  hits_bench.py SHOAL FOLDER [--regions 100] [--length 1000] [--patterns 50]
"""
import argparse
import csv
import pathlib
import resource
import subprocess
import sys

import h5py
import numpy as np


def make(folder, given):
    """Regions with three to eight planted sites in noise, and patterns, in the layouts of both programs."""
    rng = np.random.default_rng(given.seed)
    widths = rng.integers(6, 16, given.patterns)
    cores = [rng.integers(0, 4, width) for width in widths]
    codes = rng.integers(0, 4, (given.regions, given.length))
    values = rng.laplace(0, 0.01, (given.regions, given.length))
    for region in range(given.regions):
        for _ in range(rng.integers(3, 9)):
            core = cores[rng.integers(given.patterns)]
            core = core if rng.integers(2) else 3 - core[::-1]
            start = rng.integers(0, given.length - len(core))
            codes[region, start:start + len(core)] = core
            values[region, start:start + len(core)] += rng.uniform(0.05, 0.2)
    hot = np.eye(4, dtype="int8")[codes].transpose(0, 2, 1)
    contributions = (hot * values[:, None, :]).astype("float16")
    np.savez(folder / "regions.npz", sequences=hot, contributions=contributions,
             chr=np.full(given.regions, "chr1", "U8"), chr_id=np.zeros(given.regions, "uint32"),
             start=(10000 * np.arange(given.regions)).astype("int32"),
             peak_id=np.arange(given.regions, dtype="uint32"),
             peak_name=np.array([f"region{i}" for i in range(given.regions)]))
    np.savez(folder / "hot.npz", hot)
    np.savez(folder / "maps.npz", contributions.astype("float32"))
    with h5py.File(folder / "patterns.h5", "w") as file:
        file.attrs["window_size"] = given.length
        for number, core in enumerate(cores):
            weights = rng.normal(0, 0.005, (30, 4))
            weights[8 + np.arange(len(core)), core] += rng.uniform(0.05, 0.15, len(core))
            shares = np.full((30, 4), 0.25)
            shares[8:8 + len(core)] = np.eye(4)[core] * 0.97 + 0.0075
            group = f"pos_patterns/pattern_{number}"
            file[f"{group}/contrib_scores"] = weights
            file[f"{group}/hypothetical_contribs"] = weights
            file[f"{group}/sequence"] = shares
            file[f"{group}/seqlets/n_seqlets"] = np.array([100 - number])
            for name, kind in (("start", "int64"), ("end", "int64"), ("example_idx", "int64"), ("is_revcomp", "bool")):
                file[f"{group}/seqlets/{name}"] = np.zeros(1, kind)


def processor_seconds(words):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shoal", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--regions", type=int, default=100)
    parser.add_argument("--length", type=int, default=1000)
    parser.add_argument("--patterns", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    make(folder, given)
    finemo = pathlib.Path(sys.executable).parent / "finemo"
    ours = processor_seconds([given.shoal, "motifs", "hits", "--one-hot", folder / "hot.npz", "--contributions",
                              folder / "maps.npz", "--motifs", folder / "patterns.h5", "--output", folder / "hits.tsv",
                              "--output-loci", folder / "loci.tsv", "--overwrite"])
    start = processor_seconds([finemo, "call-hits", "--help"])
    theirs = processor_seconds([finemo, "call-hits", "-r", folder / "regions.npz", "-m", folder / "patterns.h5", "-o",
                                folder / "finemo", "-d", "cpu"])
    print(f"shoal {ours:.2f} s, finemo {theirs:.2f} s ({start:.2f} s of them its start): {theirs / ours:.1f} times, "
          f"{(theirs - start) / ours:.1f} without the start")
    found = {(row["name"], row["motif"], int(row["first"]), row["strand"]): float(row["coefficient"])
             for row in rows(folder / "hits.tsv")}
    peers = {(f"locus_{int(row['peak_id'])}", row["motif_name"], int(row["start"]) - 10000 * int(row["peak_id"]),
              row["strand"]): float(row["hit_coefficient"]) for row in rows(folder / "finemo" / "hits.tsv")}
    both = sorted(set(found) & set(peers))
    print(f"hits: {len(found)} and {len(peers)}, {len(both)} the same; largest relative difference of coefficients "
          f"{max((abs(found[key] / peers[key] - 1) for key in both), default=0):.2g}")
    print("only ours:", sorted(set(found) - set(peers))[:5], "only theirs:", sorted(set(peers) - set(found))[:5])
    print("finemo's table of regions:", rows(folder / "finemo" / "peaks_qc.tsv")[0])
    print("ours:", rows(folder / "loci.tsv")[0])


main()
