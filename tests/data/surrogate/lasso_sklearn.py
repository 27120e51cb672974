#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes lasso_sklearn.tsv beside this script: sequences, responses, and what scikit-learn makes of them.

Lasso and ElasticNet to a tolerance of 1e-12, and LIME as SQUID calls it: the first point of LassoLarsCV's path with
exactly k letters, then least squares on those. Columns are one-hot letters, position by position.
"""
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import ElasticNet, LassoLarsCV, LinearRegression

LENGTH, ROWS = 16, 240


def main():
    random = np.random.default_rng(5)
    wild = random.integers(0, 4, LENGTH)
    mutated = random.random((ROWS, LENGTH)) < 0.2
    letters = np.where(mutated, (wild + random.integers(1, 4, (ROWS, LENGTH))) % 4, wild)
    letters[:, 11] = wild[11]
    effects = random.normal(size=(LENGTH, 4))
    y = np.round(effects[np.arange(LENGTH), letters].sum(1) + 0.5 * random.normal(size=ROWS), 6)
    one_hot = np.eye(4)[letters].reshape(ROWS, -1)
    lines = [f"# scikit-learn {sklearn.__version__}; written by lasso_sklearn.py"]
    lines += ["row\t" + "".join("ACGT"[c] for c in row) + f"\t{value:.6f}" for row, value in zip(letters, y)]
    for alpha, ratio in ((0.05, 1.0), (0.01, 1.0), (1.0, 1.0), (0.05, 0.5), (0.2, 0.1)):
        fit = ElasticNet(alpha=alpha, l1_ratio=ratio, tol=1e-12, max_iter=1000000).fit(one_hot, y)
        numbers = [alpha, ratio, fit.intercept_, *fit.coef_]
        lines.append("\t".join(["net"] + [f"{number:.12g}" for number in numbers]))
    path = LassoLarsCV(cv=5).fit(one_hot, y).coef_path_
    for count in (1, 5, 10, 15):
        chosen = next(point for point in path.T if np.count_nonzero(point) == count).nonzero()[0]
        fit = LinearRegression().fit(one_hot[:, chosen], y)
        coefficients = np.zeros(one_hot.shape[1])
        coefficients[chosen] = fit.coef_
        lines.append("\t".join(["sparse", str(count)] + [f"{number:.12g}" for number in [fit.intercept_, *coefficients]]))
    pathlib.Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
