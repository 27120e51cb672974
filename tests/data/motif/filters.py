#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Motifs of first-layer filters in NumPy, and their matches by memelite 0.5.0.

    python tests/data/motif/filters.py

Networks and sequences are those of tests/data/published. Needs numpy, h5py and memelite.
filters.tsv      network, threshold, filter, windows, and the four shares of every column, after clipping
filters.meme     a database of 40 motifs: noisy copies of six filters' motifs among random ones
factors.txt      two factors of three of these motifs each
fractions.tsv    network, threshold, filters with a hit (E ≤ .1) to a factor's motif, with any, factors that are hit
"""
import pathlib
import sys

import numpy as np

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER.parents[1] / "bench"))
from filter_bench import activations, fractions, motif, read_meme

THRESHOLDS = (0.1, 0.5, 0.9)
PUBLISHED = FOLDER.parent / "published"
rng = np.random.default_rng(5)
rows = [line.split("\t") for line in (PUBLISHED / "zoo_sequences.tsv").read_text().splitlines()[1:]]
codes = np.array([["ACGT".index(c) for c in row[1]] for row in rows])
made = {}
lines = ["network\tthreshold\tfilter\twindows\tcolumns"]
for network in ("deep_relu", "deep_exponential", "shallow_relu", "shallow_exponential"):
    values = activations(PUBLISHED / f"{network}.h5", network.split("_")[1], codes)
    for threshold in THRESHOLDS:
        made[network, threshold] = [motif(values[:, :, f], codes, threshold) for f in range(values.shape[2])]
        for f, (shares, number) in enumerate(made[network, threshold]):
            lines.append(f"{network}\t{threshold}\t{f}\t{number}\t{','.join(f'{v:.9f}' for v in shares.ravel())}")
(FOLDER / "filters.tsv").write_text("\n".join(lines) + "\n")

known = [made["shallow_exponential", 0.5][f][0] for f in (0, 2, 4)] + [made["deep_exponential", 0.5][f][0] for f in (1, 3, 5)]
database = [m + rng.uniform(0, 0.05, m.shape) for m in known]
database += [rng.dirichlet([0.3] * 4, rng.integers(6, 14)) for _ in range(34)]
text = "MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n"
for i, m in enumerate(database):
    m = m / m.sum(1, keepdims=True)
    text += f"\nMOTIF M{i}\nletter-probability matrix: alength= 4 w= {len(m)}\n"
    text += "".join(" ".join(f"{v:.6f}" for v in column) + "\n" for column in m)
(FOLDER / "filters.meme").write_text(text)
(FOLDER / "factors.txt").write_text("# name, then its motifs\nFIRST M0 M1 M2\nSECOND M3 M4 M5\n")
names, database = read_meme(FOLDER / "filters.meme")
factors = [("FIRST", "M0", "M1", "M2"), ("SECOND", "M3", "M4", "M5")]
of_factor = {name: f for f, (_, *ids) in enumerate(factors) for name in ids}
lines = ["network\tthreshold\tmatched\tmatched_any\tcovered"]
for (network, threshold), motifs in made.items():
    lines.append("\t".join(map(str, (network, threshold, *fractions([m for m, _ in motifs], names, database, of_factor, factors)))))
(FOLDER / "fractions.tsv").write_text("\n".join(lines) + "\n")
