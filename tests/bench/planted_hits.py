#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Sites that shoal motifs hits finds in real maps, against what was planted: positives of shared/data/synthetic_code/test_shipped.h5, a network of
shared/data/cnn_zoo, patterns of shoal motifs discover on the same maps.

  tests/bench/planted_hits.py SHOAL FOLDER [--data ../shared/data] [--network deep_exponential] [--method saliency]

A base is planted where the generator's probabilities are not all 1/4; a planted stretch is a run of such bases (neighbouring motifs
are one).
"""
import argparse
import csv
import pathlib
import subprocess

import h5py
import numpy as np


def run(given, *words):
    subprocess.run([given.shoal, *map(str, words)], check=True)


def scan(given, fasta, store):
    zoo = given.data / "cnn_zoo"
    run(given, "scan", "--model", f"net={zoo / given.network}.json", "--weights", zoo / f"cnn_{given.network}_0.h5", "--logit", "--fasta", fasta,
        "--methods", given.method, "--output", store, "--overwrite")


def make(given):
    with h5py.File(given.data / "synthetic_code" / "test_shipped.h5") as file:
        rows = np.flatnonzero(file["label"][:] == 1)
        sequences = [file["sequences"][row].decode() for row in rows]
        planted = np.abs(file["model"][:][rows] - 0.25).max(axis=1) > 1e-3
    (given.folder / "loci.fa").write_text("".join(f">p{row}\n{text}\n" for row, text in zip(rows, sequences)))
    return planted


def score(planted, rows):
    """Precision and recall by base and by site."""
    called = np.zeros_like(planted)
    right = 0
    for row in rows:
        locus, first, last = int(row["locus"]), int(row["first"]), int(row["last"])
        called[locus, first:last] = True
        right += planted[locus, first:last].mean() >= 0.5
    stretches = found = 0
    for locus, own in enumerate(planted):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], own.astype(int), [0]])))
        for start, end in edges.reshape(-1, 2):
            stretches += 1
            found += called[locus, start:end].mean() >= 0.25
    return {"precision by base": (called & planted).sum() / called.sum(), "recall by base": (called & planted).sum() / planted.sum(),
            "precision by site": right / len(rows), "recall by stretch": found / stretches, "sites": len(rows), "stretches": stretches}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shoal")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--network", default="deep_exponential")
    parser.add_argument("--method", default="saliency")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    planted = make(given)
    scan(given, given.folder / "loci.fa", given.folder / "scan.h5")
    run(given, "motifs", "discover", "--store", given.folder / "scan.h5", "--output", given.folder / "motifs.h5", "--overwrite")
    run(given, "motifs", "hits", "--store", given.folder / "scan.h5", "--motifs", given.folder / "motifs.h5", "--output", given.folder / "sites.tsv",
        "--overwrite")
    with open(given.folder / "sites.tsv") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    strengths = np.array([float(row["strength"]) for row in rows])
    for share in (1.0, 0.8, 0.6, 0.4):
        kept = [row for row, strength in zip(rows, strengths) if strength >= np.quantile(strengths, 1 - share)]
        print(f"strongest {share:.0%}: " + ", ".join(f"{name} {value:.3f}" if value <= 1 else f"{name} {value:,}"
                                                     for name, value in score(planted, kept).items()), flush=True)


main()
