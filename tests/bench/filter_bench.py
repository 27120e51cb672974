#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""First-layer filters in NumPy, beside shoal motifs filters.

usage: filter_bench.py SHOAL ZOO SEQUENCES.fa DATABASE.meme FACTORS [--thresholds .1,.5,.9]

ZOO: folder of NAME.h5 (weights of conv1d and batch_normalization in the order of Keras) called cnn_{deep,shallow}_{relu,
exponential}_N.h5, with {deep,shallow}_{relu,exponential}.json. FACTORS: lines of a factor's name and its motifs' names.
Prints match fraction, any and coverage of both implementations per network and threshold, and the largest difference of
the motifs' columns. Activations are computed in float64 here; matches are memelite's (Tomtom). Needs numpy, h5py and memelite 0.5.0."""
import argparse
import csv
import pathlib
import subprocess
import tempfile

import h5py
import numpy as np

from motif_bench import read_meme

WINDOW, FLANK, BITS, LARGEST_E = 20, 3, 0.5, 0.1


def arrays(group):
    found = {}
    group.visititems(lambda name, item: found.__setitem__(name.split("/")[-1].split(":")[0], item[()])
                     if isinstance(item, h5py.Dataset) else None)
    return found


def activations(weights, activation, codes):
    """[sequences, positions, filters] after convolution ("same"), normalisation and activation."""
    with h5py.File(weights) as file:
        names = [n.decode() if isinstance(n, bytes) else n for n in file.attrs["layer_names"]]
        conv = arrays(file[next(n for n in names if "conv1d" in n)])
        norm = arrays(file[next(n for n in names if "batch_norm" in n)])
    kernel = conv["kernel"].astype(np.float64)
    width = len(kernel)
    left = (width - 1) // 2
    padded = np.zeros((len(codes), codes.shape[1] + width - 1, 4))
    padded[:, left:left + codes.shape[1]] = np.eye(4)[codes]
    z = sum(padded[:, k:k + codes.shape[1]] @ kernel[k] for k in range(width)) + conv.get("bias", 0.0)
    scale = norm.get("gamma", 1.0) / np.sqrt(norm["moving_variance"].astype(np.float64) + 1e-3)
    z = (z - norm["moving_mean"]) * scale + norm.get("beta", 0.0)
    return np.maximum(z, 0) if activation == "relu" else np.exp(z)


def motif(values, codes, threshold):
    """Column shares, clipped, and the number of windows of one filter's activations [sequences, positions]."""
    sequence, position = np.nonzero(values > threshold * values.max())
    start = position - WINDOW // 2
    inside = (start > 0) & (start + WINDOW <= codes.shape[1])
    windows = [codes[s, b:b + WINDOW] for s, b in zip(sequence[inside], start[inside])]
    shares = np.full((WINDOW, 4), 0.25) if len(windows) < 2 else np.mean(np.eye(4)[np.array(windows)], axis=0)
    bits = 2 + (shares * np.log2(np.where(shares > 0, shares, 1))).sum(1)
    there = np.nonzero(bits > BITS)[0]
    if len(there):
        shares = shares[max(0, there[0] - FLANK):there[-1] + 1 + FLANK]
    return shares, len(windows)


def motifs_of(path):
    """Names and shares [width, 4] of a MEME file's motifs."""
    names, motifs = read_meme(path)
    return names, [m.T / np.sum(m.T, axis=1, keepdims=True) for m in motifs]


def fractions(made, names, database, of_factor, factors):
    """Filters with a hit to a factor's motif, filters with any hit, factors with a hit."""
    from memelite import tomtom
    p = tomtom([m.T.copy() for m in made], [m.T.copy() for m in database], n_jobs=1)[0]
    hits = p * len(database) <= LARGEST_E
    matched = sum(any(hits[f, t] and n in of_factor for t, n in enumerate(names)) for f in range(len(made)))
    covered = {of_factor[n] for t, n in enumerate(names) if n in of_factor and hits[:, t].any()}
    return matched, int(hits.any(1).sum()), len(covered)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    for name in ("shoal", "zoo", "sequences", "database", "factors"):
        parser.add_argument(name)
    parser.add_argument("--thresholds", default=".1,.2,.3,.4,.5,.6,.7,.8,.9")
    arguments = parser.parse_args()
    thresholds = [float(t) for t in arguments.thresholds.split(",")]
    letters = [line.strip() for line in open(arguments.sequences, encoding="utf-8") if not line.startswith(">")]
    codes = np.array([["ACGT".index(c) for c in line] for line in letters])
    names, database = motifs_of(arguments.database)
    factors = [line.split() for line in open(arguments.factors, encoding="utf-8") if line.strip() and line[0] != "#"]
    of_factor = {name: f for f, (_, *ids) in enumerate(factors) for name in ids}
    zoo = sorted(pathlib.Path(arguments.zoo).glob("cnn_*.h5"))
    with tempfile.TemporaryDirectory() as work:
        command = [arguments.shoal, "motifs", "filters", "--fasta", arguments.sequences, "--database", arguments.database,
                   "--factors", arguments.factors, "--activations", arguments.thresholds, "--output", f"{work}/scores.tsv",
                   "--output-meme", f"{work}/filters.meme", "--output-table", f"{work}/filters.tsv", "--target-bins", "100"]
        for weights in zoo:
            graph = weights.parent / ("_".join(weights.stem.split("_")[1:3]) + ".json")
            command += ["--network", f"{weights.stem}={graph}", "--weights", str(weights)]
        subprocess.run(command, check=True)
        scores = list(csv.DictReader(open(f"{work}/scores.tsv", encoding="utf-8"), delimiter="\t"))
        rows = list(csv.DictReader(open(f"{work}/filters.tsv", encoding="utf-8"), delimiter="\t"))
        meme_names, ours = motifs_of(f"{work}/filters.meme")
    ours = dict(zip(meme_names, ours))
    windows = {(r["network"], float(r["threshold"]), int(r["filter"])): int(r["windows"]) for r in rows}
    worst, other_windows = 0.0, 0
    print("network threshold | match any coverage: NumPy | shoal")
    for weights in zoo:
        values = activations(weights, weights.stem.split("_")[2], codes)
        for threshold in thresholds:
            made = [motif(values[:, :, f], codes, threshold) for f in range(values.shape[2])]
            matched, any_hit, covered = fractions([m for m, _ in made], names, database, of_factor, factors)
            row = next(r for r in scores if r["network"] == weights.stem and float(r["threshold"]) == threshold)
            print(f"{weights.stem} {threshold} | {matched / len(made):.4f} {any_hit / len(made):.4f} {covered / len(factors):.2f} | "
                  f"{row['match_fraction']} {row['match_any']} {float(row['coverage']):.2f}")
            for f, (shares, number) in enumerate(made):
                if windows[(weights.stem, threshold, f)] != number:
                    other_windows += 1
                    continue
                mine = ours[f"{weights.stem}.filter_{f}@{threshold:g}"]
                worst = max(worst, np.abs(mine - shares).max() if mine.shape == shares.shape else np.inf)
    print(f"largest difference of column shares {worst:.2g} (six decimals in the file); "
          f"{other_windows} of {len(windows)} motifs have another number of windows")


if __name__ == "__main__":
    main()
