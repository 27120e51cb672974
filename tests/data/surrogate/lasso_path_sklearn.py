#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes lasso_path_sklearn.tsv beside this script: points of the lasso's path on libraries of a real size.

    python tests/data/surrogate/lasso_path_sklearn.py        (numpy, scikit-learn 1.9)

The libraries are not written: tests/surrogate/lasso_path_test.cpp draws the same ones (`Draws` and `library` here),
whose every operation is exact or correctly rounded. Lines: `library LENGTH ROWS SEED`, then for each number of
letters, as SQUID's LIME chooses them (the first point with exactly COUNT letters, least squares on those), `point
COUNT ALPHA CONSTANT LETTER:EFFECT …`; letter 4 l + c is c of ACGT at position l.

SQUID takes the points from LassoLarsCV, which loses the path on one-hot columns. It drops a column that depends on
the active ones only when the last pivot of its factor is below 1e-7, whatever the columns' lengths, and the four
columns of a position are dependent: once three are active, the correlation of the fourth is the penalty, too. A
column of 2000 rows has a square of some 200, whose rounding errors leave a pivot of 3e-7 or more: the fourth letter
enters with an effect that is rounding error, and which letters follow depends on the order of the rows. With columns
divided by sqrt(ROWS) the pivot is small enough; but the correlation of a dropped column is then set to 0 and goes on
from there, so it comes back later.

So every point is checked by coordinate descent (Lasso, tolerance 1e-13), which knows no path: just above ALPHA it
must have COUNT letters, up to a constant at each position, and the next event must be at ALPHA. Where LassoLarsCV's
point fails, it is searched with coordinate descent nearby. The script says where LassoLarsCV as SQUID calls it goes
wrong first.
"""
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso, LassoLarsCV, LinearRegression

COUNTS = (5, 10, 20, 50, 100, 150)
WORD = 1 << 64


class Draws:
    """SplitMix64."""

    def __init__(self, seed):
        self.state = seed

    def __call__(self, below):
        self.state = (self.state + 0x9E3779B97F4A7C15) % WORD
        word = self.state
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 % WORD
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB % WORD
        return (word ^ (word >> 31)) % below


def library(length, rows, seed):
    """Letters of a wild type mutated at a tenth of its positions, and scores that saturate, with noise of sd 0.04."""
    draw = Draws(seed)
    wild = [draw(4) for _ in range(length)]
    # Two sites of eight positions, and little elsewhere; in 1/1024.
    sites = (range(length // 4, length // 4 + 8), range(2 * length // 3, 2 * length // 3 + 8))
    effects = []
    for position in range(length):
        scale = 1024 if any(position in site for site in sites) else 96
        effects.append([0 if c == wild[position] else draw(2 * scale + 1) - scale for c in range(4)])
    letters = np.empty((rows, length), dtype=np.int64)
    scores = np.empty(rows)
    for row in range(rows):
        phi = 1024
        for position in range(length):
            letter = wild[position]
            if draw(10) == 0:
                letter = (letter + 1 + draw(3)) % 4
            letters[row, position] = letter
            phi += effects[position][letter]
        noise = sum(draw(129) - 64 for _ in range(12)) / 3072
        scores[row] = phi / (1024 + abs(phi)) + noise
    return letters, scores


def points(one_hot, scores):
    """The first point of the path at each number of letters: its penalty and its letters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LassoLarsCV().fit(one_hot, scores)
    nonzero = np.count_nonzero(model.coef_path_, axis=0)
    found = {}
    for count in range(1, max(COUNTS) + 1):
        places = np.flatnonzero(nonzero == count)
        if len(places):
            found[count] = model.alphas_[places[0]], np.flatnonzero(model.coef_path_[:, places[0]])
    return found


def first_difference(plain, scaled, factor):
    for count in range(1, max(COUNTS) + 1):
        if count not in plain or count not in scaled:
            return count
        near = abs(plain[count][0] * factor / scaled[count][0] - 1) < 1e-9
        if not near or set(plain[count][1]) != set(scaled[count][1]):
            return count
    return None


def letters_of(effects):
    """Which letters have effects when every position's second smallest is subtracted: what any solution shares."""
    table = effects.reshape(-1, 4)
    middle = np.sort(table, axis=1)[:, 1:2]
    bare = np.where(np.abs(table - middle) > 1e-7, table - middle, 0.0)
    # Where 0 lies between the middle two the position has at most two letters: they are as they were solved.
    few = np.count_nonzero(np.abs(table) > 1e-7, axis=1) <= 2
    return np.where(few[:, None], np.where(np.abs(table) > 1e-7, table, 0.0), bare).reshape(-1)


def next_event(centred, response, effects):
    """The penalty at which a letter enters or leaves, below the one that these effects solve."""
    rows = len(response)
    chosen = np.flatnonzero(effects)
    gram, sides = centred.T @ centred, centred.T @ response
    inverse = np.linalg.inv(gram[np.ix_(chosen, chosen)])
    start, slope = inverse @ sides[chosen], -rows * inverse @ np.sign(effects[chosen])
    # Effects are start + alpha slope, correlations base + alpha turn.
    base = sides - gram[:, chosen] @ start
    turn = -gram[:, chosen] @ slope
    events = [-a / b for a, b in zip(start, slope)]
    for letter in np.setdiff1d(np.arange(len(sides)), chosen):
        for sign in (rows, -rows):
            if abs(sign - turn[letter]) > 1e-6 * rows:  # otherwise it depends on the chosen ones
                events.append(base[letter] / (sign - turn[letter]))
    return np.array(events)


def point_near(one_hot, scores, count, alpha):
    """The penalty near `alpha` that ends the first stretch with `count` letters, and these letters."""
    centred, response = one_hot - one_hot.mean(axis=0), scores - scores.mean()
    for guess in alpha * np.r_[1 + 1e-5, np.linspace(1.03, 0.97, 61)]:
        fit = Lasso(alpha=guess, tol=1e-13, max_iter=1000000).fit(one_hot, scores)
        effects = letters_of(fit.coef_)
        if np.count_nonzero(effects) == count:
            events = next_event(centred, response, effects)
            return events[events < guess * (1 - 1e-9)].max(), np.flatnonzero(effects)
    raise RuntimeError(f"no stretch with {count} letters")


def main():
    lines = [f"# scikit-learn {sklearn.__version__}; written by lasso_path_sklearn.py"]
    for length, rows, seed in ((60, 2000, 1), (80, 3000, 2)):
        letters, scores = library(length, rows, seed)
        one_hot = np.eye(4)[letters].reshape(rows, -1)
        factor = 1 / np.sqrt(rows)
        chosen = points(one_hot * factor, scores)
        order = np.random.default_rng(0).permutation(rows)
        differs = first_difference(points(one_hot, scores), chosen, factor)
        shuffled = first_difference(points(one_hot[order], scores[order]), chosen, factor)
        print(f"{length} positions: with columns of 0 and 1 another path from {differs} letters on, "
              f"rows in another order {shuffled}")
        lines.append(f"library\t{length}\t{rows}\t{seed}")
        for count in COUNTS:
            if count not in chosen:  # the path ends at the penalty that cross-validation chooses
                continue
            guess = chosen[count][0] / factor
            alpha, columns = point_near(one_hot, scores, count, guess)
            fit = LinearRegression().fit(one_hot[:, columns], scores)
            per_position = np.bincount(np.bincount(columns // 4, minlength=length), minlength=5)
            print(f"  {count} letters: alpha {alpha:.6g}, LassoLarsCV's less it {guess / alpha - 1:.1e} of it; "
                  f"positions with 0, 1, 2, 3 letters {per_position[:4]}")
            lines.append("\t".join(["point", str(count), f"{alpha:.15g}", f"{fit.intercept_:.12g}"] +
                                   [f"{column}:{effect:.12g}" for column, effect in zip(columns, fit.coef_)]))
    pathlib.Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
