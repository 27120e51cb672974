#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How the largest positions of every surrogate's array agree with those of in-silico mutagenesis, over a store's loci.

    python3 tests/bench/effects_agreement.py STORE [TOP]

STORE is of `shoal scan --methods ism,…`. Every position counts by the mean absolute effect of its three substitutions:
of an array v [4, L] at a wild type w, mean over the other bases of |v[base] - v[w]|. For each surrogate and array, the
table has the median over loci of Spearman's correlation with ISM over all positions, the same over ISM's TOP positions
(10), and how many of the array's TOP are among ISM's TOP. Arrays: effects (what is shown), map (as the store has it).
"""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from shoal import ShoalStore  # noqa: E402


def ranks(values):
    """Ranks from 0, equal values sharing their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts + 1) / 2)[inverse]


def spearman(one, other):
    return np.corrcoef(ranks(one), ranks(other))[0, 1]


def importance(values, own):
    """[loci, L]: the mean absolute effect of a position's substitutions."""
    return np.abs(values - (values * own).sum(axis=1, keepdims=True)).sum(axis=1) / 3


def line(name, found, truth, top):
    together = []
    for one, other in zip(found, truth):
        best = np.argsort(-other, kind="stable")[:top]
        mine = np.argsort(-one, kind="stable")[:top]
        together.append((spearman(one, other), spearman(one[best], other[best]), len(np.intersect1d(best, mine))))
    all_ranks, top_ranks, overlap = np.array(together).T
    print(f"| {name} | {np.median(all_ranks):.3f} ({all_ranks.min():.3f} to {all_ranks.max():.3f}) "
          f"| {np.median(top_ranks):.2f} | {overlap.mean():.1f} ({int(overlap.min())} to {int(overlap.max())}) |")


def main():
    top = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    with ShoalStore(sys.argv[1]) as store:
        own = store.one_hot().astype(float)
        truth = importance(store.maps("ism").astype(float), own)
        print(f"{len(own)} loci\n\n| method, array | Spearman with ISM | over ISM's {top} | of the {top} largest, in ISM's {top} |")
        print("| --- | --- | --- | --- |")
        for method in store.methods:
            if method == "ism":
                continue
            for array in ("effects", "map"):
                if array in store.arrays(method):
                    line(f"{method}, {array}", importance(store.array(array, method).astype(float), own), truth, top)


if __name__ == "__main__":
    main()
