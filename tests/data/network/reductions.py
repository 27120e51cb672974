#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes reductions.tsv: profiles of random mutants, and what NumPy makes of them.

    reductions.py > reductions.tsv

Rows: `input MUTANT x…` (23 positions of 2 tracks, row-major, float32), then `NAME value…` with one value a mutant.
"pca" follows squid-nn's profile_pca on track 0: minus the mean profile, thin SVD, projection on the first component, sign
such that the correlation with the plain sum is not negative. "wn" is BPNet's (softmax over positions), "wn-squid" is
squid-nn's (softmax over the last axis, the strands). "profile" is BPNet's attribution, minus the mean over positions, and
"profile-joint" the same over positions and strands together.
"""

import numpy as np

MUTANTS, POSITIONS, TRACKS = 40, 23, 2


def softmax(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


rng = np.random.default_rng(5)
shape = np.sin(np.arange(POSITIONS))[None, :, None]
x = rng.normal(size=(MUTANTS, 1, TRACKS)) * shape + 0.3 * rng.normal(size=(MUTANTS, POSITIONS, TRACKS)) + 0.2
x = x.astype(np.float32)
for m in range(MUTANTS):
    print("input", m, *(f"{v:.9g}" for v in x[m].ravel()), sep="\t")

d = x.astype(np.float64)
profile = d[:, :, 0]
centred = profile - profile.mean(axis=0)
u, s, vt = np.linalg.svd(centred, full_matrices=False)
score = u[:, 0] * s[0]
if np.corrcoef(score, profile.sum(axis=1))[0, 1] < 0:
    score = -score
results = {
    "sum": d[:, :, 0].sum(axis=1),
    "mean": d[:, :, 1].mean(axis=1),
    "max": d[:, :, 0].max(axis=1),
    "position:7": d[:, 7, 1],
    "centre:4": d[:, 9:13, 0].sum(axis=1),
    "wn": (softmax(d, 1) * d).sum(axis=1).mean(axis=1),
    "wn-squid": (softmax(d, 2) * d).sum(axis=1).mean(axis=1),
    "profile": (softmax(d, 1) * (d - d.mean(axis=1, keepdims=True))).sum(axis=1).mean(axis=1),
    "profile-joint": (softmax(d, (1, 2)) * (d - d.mean(axis=(1, 2), keepdims=True))).sum(axis=(1, 2)),
    "pca": score,
    "sum,softplus": np.logaddexp(0, d[:, :, 0].sum(axis=1)),
}
for name, values in results.items():
    print(name, *(f"{v:.12g}" for v in values), sep="\t")
