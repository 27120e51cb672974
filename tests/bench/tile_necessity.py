#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Does shoal motifs confirm find the planted bases? Positives of shared/data/synthetic_code/test_shipped.h5, tiles of 20 bases, a network of
shared/data/cnn_zoo: necessity of tiles with at least 40 % planted bases against those with at most 10 %, as an AUROC.

  tests/bench/tile_necessity.py SHOAL FOLDER [--data ../shared/data] [--loci 100] [--draws 10] [--network deep_exponential]

Tiles begin at every tenth base. A base is planted where the generator's probabilities are not all 1/4.
"""
import argparse
import csv
import pathlib
import subprocess

import h5py
import numpy as np
from scipy.stats import mannwhitneyu

WIDTH, STEP = 20, 10


def make_loci(given):
    """The first positives as FASTA; share of planted bases of every tile [loci, tiles]."""
    with h5py.File(given.data / "synthetic_code" / "test_shipped.h5") as file:
        rows = np.flatnonzero(file["label"][:] == 1)[:given.loci]
        sequences = [file["sequences"][row].decode() for row in rows]
        planted = np.abs(file["model"][:][rows] - 0.25).max(axis=1) > 1e-3
    (given.folder / "loci.fa").write_text("".join(f">p{row}\n{text}\n" for row, text in zip(rows, sequences)))
    starts = range(0, planted.shape[1] - WIDTH + 1, STEP)
    return np.stack([planted[:, start:start + WIDTH].mean(axis=1) for start in starts], axis=1)


def auroc(high, low):
    return mannwhitneyu(high, low).statistic / (len(high) * len(low))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shoal")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--loci", type=int, default=100)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--network", default="deep_exponential")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    shares = make_loci(given)
    zoo = given.data / "cnn_zoo"
    for law in ("scrambled", "dinucleotide", "uniform"):
        table = given.folder / f"{law}.tsv"
        subprocess.run([given.shoal, "motifs", "confirm", "--model", f"net={zoo / given.network}.json", "--weights",
                        str(zoo / f"cnn_{given.network}_0.h5"), "--logit", "--fasta", str(given.folder / "loci.fa"), "--tiles",
                        f"{WIDTH}:{STEP}", "--draws", str(given.draws), "--destroy", law, "--output", str(table), "--overwrite"], check=True)
        with open(table) as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        line = []
        for name in ("necessity", "sufficiency"):
            values = np.array([float(row[name]) for row in rows]).reshape(shares.shape)
            if name == "sufficiency":
                values -= np.array([float(row["sufficiency_control"]) for row in rows]).reshape(shares.shape)
            high, low = values[shares >= 0.4], values[shares <= 0.1]
            line.append(f"{name} AUROC {auroc(high, low):.4f} (means {high.mean():.3f}, {low.mean():.3f})")
        print(f"{law}: {len(high)} tiles with motifs, {len(low)} without: {'; '.join(line)}", flush=True)


main()
