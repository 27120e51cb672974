# SPDX-License-Identifier: MIT
"""Writes ridge_sklearn.txt: scikit-learn's ridge fits of one-hot designs, for tests/surrogate.

    python tests/data/surrogate/ridge_sklearn.py        (numpy, scikit-learn 1.9)

Lines: `case NAME LENGTH ROWS TASKS`, then ROWS lines `SEQUENCE Y...`, then lines
`fit SELECTION TASK FOLDS LAMBDAS ALPHA SCORE INTERCEPT THETA...`: theta is [4, LENGTH] row-major in A, C, G, T order, SCORE the
mean criterion at the chosen alpha (nan where scikit-learn keeps none), LAMBDAS comma-separated.
"""
from pathlib import Path

import numpy as np
from sklearn.linear_model import Ridge, RidgeCV

LAMBDAS = [1e-3, 1e-2, 0.1, 1.0]
WIDE = [0.5, 5.0, 50.0, 500.0, 5000.0]


def library(rng, length, rows, rate, unknown):
    wild = rng.integers(0, 4, length)
    codes = np.tile(wild, (rows, 1))
    hit = rng.random((rows, length)) < rate
    hit[0] = False
    codes[hit] = (codes[hit] + rng.integers(1, 4, hit.sum())) % 4
    codes[:, unknown] = 4
    return codes


def one_hot(codes):
    return np.stack([codes == base for base in range(4)], axis=1).reshape(len(codes), -1).astype(float)


def write_case(out, name, rng, length, rows, rate, unknown):
    codes = library(rng, length, rows, rate, unknown)
    x = one_hot(codes)
    truth = rng.normal(size=x.shape[1])
    signal = x @ truth
    y = np.stack([signal + rng.normal(size=rows) * 0.5, np.tanh(signal) * 3 - 40], axis=1)
    y = np.round(y * 1024) / 1024  # exact in float32
    out.write(f"case {name} {length} {rows} 2\n")
    for row in range(rows):
        out.write("".join("ACGTN"[c] for c in codes[row]) + " " + " ".join(f"{v:.10g}" for v in y[row]) + "\n")
    for task in range(2):
        for selection, lambdas, model in [
            ("kfold", LAMBDAS, RidgeCV(alphas=LAMBDAS, cv=5)),
            ("kfold", WIDE, RidgeCV(alphas=WIDE, cv=7)),
            ("loo", LAMBDAS, RidgeCV(alphas=LAMBDAS)),
            ("loo", WIDE, RidgeCV(alphas=WIDE)),
            ("fixed", [0.3], Ridge(alpha=0.3, solver="cholesky")),
        ]:
            model.fit(x, y[:, task])
            alpha = float(getattr(model, "alpha_", lambdas[0]))
            score = getattr(model, "best_score_", float("nan"))
            # best_score_ is minus the mean squared error for leave-one-out.
            score = -score if selection == "loo" else score
            folds = 7 if lambdas is WIDE else 5
            out.write(f"fit {selection} {task} {folds} {','.join(map(repr, lambdas))} {alpha!r} {float(score)!r} "
                      f"{float(model.intercept_)!r} " + " ".join(f"{v:.15g}" for v in model.coef_) + "\n")


def main():
    rng = np.random.default_rng(20240229)
    with open(Path(__file__).with_suffix(".txt"), "w") as out:
        write_case(out, "sparse", rng, 30, 400, 0.1, [])
        write_case(out, "unknown", rng, 12, 83, 0.3, [3, 11])


if __name__ == "__main__":
    main()
