# SPDX-License-Identifier: MIT
"""Writes pairwise_sklearn.txt: scikit-learn's ridge of one-hot letters and pairs of letters, for tests/surrogate.

    python tests/data/surrogate/pairwise_sklearn.py        (numpy, scikit-learn 1.9)

Lines: `case NAME LENGTH ROWS DISTANCE PAIR_RATIO`, then ROWS lines `SEQUENCE Y WEIGHT`, then lines `fit LAMBDA INTERCEPT
PARAMETERS...`: letters [LENGTH, 4] in A, C, G, T order, then pairs of positions at most DISTANCE apart, ascending, [4, 4] each. The
penalty of pairs is PAIR_RATIO times that of letters: their columns are divided by its root. N has no letter.
"""
from itertools import combinations
from pathlib import Path

import numpy as np
from sklearn.linear_model import Ridge

LAMBDAS = [0.3, 10.0, 300.0]


def library(rng, length, rows, rate, unknown):
    wild = rng.integers(0, 4, length)
    codes = np.tile(wild, (rows, 1))
    hit = rng.random((rows, length)) < rate
    hit[0] = False
    codes[hit] = (codes[hit] + rng.integers(1, 4, hit.sum())) % 4
    codes[(rng.random((rows, length)) < unknown) & (np.arange(length) == 1)] = 4
    return codes


def design(codes, pairs, ratio):
    letters = (codes[:, :, None] == np.arange(4)).astype(float)
    columns = [letters.reshape(len(codes), -1)]
    for first, second in pairs:
        product = letters[:, first, :, None] * letters[:, second, None, :]
        columns.append(product.reshape(len(codes), -1) / np.sqrt(ratio))
    return np.hstack(columns)


def write_case(out, name, rng, length, rows, rate, distance, ratio, weighted=False, unknown=0.0):
    codes = library(rng, length, rows, rate, unknown)
    pairs = [(a, b) for a, b in combinations(range(length), 2) if b - a <= distance]
    x = design(codes, pairs, ratio)
    y = x @ rng.normal(size=x.shape[1]) + rng.normal(size=rows) * 0.5
    y = np.round(y * 1024) / 1024
    weights = np.round(rng.uniform(0.5, 2, rows) * 64) / 64 if weighted else np.ones(rows)
    out.write(f"case {name} {length} {rows} {distance} {ratio!r}\n")
    for row in range(rows):
        out.write("".join("ACGTN"[c] for c in codes[row]) + f" {y[row]:.10g} {weights[row]:.10g}\n")
    for lam in LAMBDAS:
        model = Ridge(alpha=lam, solver="cholesky").fit(x, y, sample_weight=weights)
        effects = model.coef_.copy()
        effects[4 * length:] /= np.sqrt(ratio)
        out.write(f"fit {lam!r} {float(model.intercept_)!r} " + " ".join(f"{v:.15g}" for v in effects) + "\n")


def main():
    rng = np.random.default_rng(20261130)
    with open(Path(__file__).with_suffix(".txt"), "w") as out:
        write_case(out, "tall", rng, 6, 150, 0.3, 5, 1.0)
        write_case(out, "wide", rng, 10, 60, 0.25, 9, 2.0, weighted=True)
        write_case(out, "neighbours", rng, 12, 80, 0.2, 1, 1.0, unknown=0.1)
        write_case(out, "near", rng, 9, 100, 0.3, 3, 0.5, weighted=True)


if __name__ == "__main__":
    main()
