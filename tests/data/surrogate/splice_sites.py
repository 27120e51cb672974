#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes splice_sites.csv.gz, a drawn table in the form of the MPSA measurements that MAVE-NN ships, and
splice_sites.tsv, one-hot ridge fits of it in double precision (numpy).

    python tests/data/surrogate/splice_sites.py            writes both
    python tests/data/surrogate/splice_sites.py TABLE      prints the fits of another table of this form

Objective: the sum of (y - b - phi . theta)^2 over the training rows + lambda times the sum of theta^2, b free. phi are
indicators of every (position, base), and for `pairwise` also of every pair of bases at every pair of positions. r2 is
1 - residual / total sum of squares, the total about the rows' own mean; validation rows are not used.
"""
import csv
import gzip
import io
import itertools
import pathlib
import sys

import numpy as np

FOLDER = pathlib.Path(__file__).parent
LETTERS = "ACGU"


def draw():
    rng = np.random.default_rng(9)
    length, rows = 9, 900
    codes = np.array(sorted({tuple(row) for row in rng.integers(0, 4, (2 * rows, length))}))
    codes = codes[rng.permutation(len(codes))[:rows]]
    y = rng.normal(0, 0.3, (length, 4))[np.arange(length), codes].sum(1)
    y += 0.8 * ((codes[:, 2] == 2) & (codes[:, 5] == 0)) + rng.normal(0, 0.25, rows)
    sets = rng.choice(["training", "validation", "test"], rows, p=[0.6, 0.2, 0.2])
    text = io.StringIO()
    text.write("set,tot_ct,ex_ct,y,x\n")
    for name, value, row in zip(sets, y, codes):
        text.write(f"{name},{rng.integers(10, 400)},{rng.integers(0, 10)},{float(value)!r},{''.join(LETTERS[c] for c in row)}\n")
    (FOLDER / "splice_sites.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def read(path):
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(pathlib.Path(path).read_bytes()).decode())))
    return {name: (np.array([[LETTERS.index(c) for c in row["x"]] for row in rows if row["set"] == name]),
                   np.array([float(row["y"]) for row in rows if row["set"] == name])) for name in ("training", "test")}


def features(codes, pairwise):
    length = codes.shape[1]
    blocks = [np.eye(4)[codes[:, l]] for l in range(length)]
    if pairwise:
        blocks += [np.eye(16)[4 * codes[:, i] + codes[:, j]] for i, j in itertools.combinations(range(length), 2)]
    return np.concatenate(blocks, 1)


def r2(y, prediction):
    return 1 - ((y - prediction) ** 2).sum() / ((y - y.mean()) ** 2).sum()


def fits(table):
    lines = ["model\tlambda\tintercept\tsum_theta2\ttrain_r2\ttest_r2\ttest_pearson2"]
    (train, y), (test, y_test) = table["training"], table["test"]
    for model in ("additive", "pairwise"):
        x, x_test = features(train, model == "pairwise"), features(test, model == "pairwise")
        means = x.mean(0)
        gram = (x - means).T @ (x - means)
        for penalty in (1, 100):
            theta = np.linalg.solve(gram + penalty * np.eye(x.shape[1]), (x - means).T @ (y - y.mean()))
            intercept = y.mean() - means @ theta
            found = intercept + x_test @ theta
            lines.append(f"{model}\t{penalty}\t{intercept:.10f}\t{(theta ** 2).sum():.10f}\t{r2(y, intercept + x @ theta):.8f}"
                         f"\t{r2(y_test, found):.8f}\t{np.corrcoef(y_test, found)[0, 1] ** 2:.8f}")
    return lines


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print("\n".join(fits(read(sys.argv[1]))))
    else:
        draw()
        (FOLDER / "splice_sites.tsv").write_text("\n".join(fits(read(FOLDER / "splice_sites.csv.gz"))) + "\n")
