#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes metrics.txt: maps, sequences and truths at random, with the metrics that NumPy and plain loops give for them.

    python3 make_compare.py > metrics.txt

Written from the definitions in src/compare/README.md, without the code that it tests. The areas are computed by looking at
every threshold (curves) and, for the AUROC, at every pair of positions.
"""
import itertools
import math

import numpy as np

LENGTH = 60


def areas(scores, labels):
    """AUROC by pairs; AUPR by trapezoids and average precision over all thresholds."""
    positive, negative = scores[labels], scores[~labels]
    if not len(positive) or not len(negative):
        return [math.nan] * 3
    wins = [1.0 if p > n else 0.5 if p == n else 0.0 for p, n in itertools.product(positive, negative)]
    recalls, precisions = [0.0], [1.0]
    for threshold in sorted(set(scores), reverse=True):
        called = scores >= threshold
        recalls.append((called & labels).sum() / labels.sum())
        precisions.append((called & labels).sum() / called.sum())
    recalls, precisions = np.array(recalls), np.array(precisions)
    steps = np.diff(recalls)
    return [float(np.mean(wins)), float((steps * (precisions[1:] + precisions[:-1]) / 2).sum()),
            float((steps * precisions[1:]).sum())]


def snr(scores, motif, background, most):
    positive = np.sort(scores[background & (scores > 0)])[::-1]
    if len(positive) < most or not motif.any():
        return 0.0
    return float(scores[motif].mean() / positive[:most].mean())


def top_mass(scores, labels):
    """Mean over random orders of tied positions."""
    wanted = int(labels.sum())
    if wanted == 0:
        return math.nan
    random = np.random.RandomState(1)
    shares = []
    for _ in range(20000):
        order = np.lexsort((random.rand(len(scores)), -scores))[:wanted]
        mass = np.maximum(scores[order], 0)
        if mass.sum() == 0:
            return 0.0
        shares.append(mass[labels[order]].sum() / mass.sum())
    return float(np.mean(shares))


def metrics(s, codes, q, most):
    known = codes < 4
    g = 2 + (q * np.log2(q + 1e-10)).sum(0)
    motif = (g > 0.1) & known
    background = (g == g[known].min()) & known
    used = motif | background
    safe = np.minimum(codes, 3)
    centred = s - s.mean(0)
    own = s[safe, np.arange(LENGTH)]
    forms = [own, centred[safe, np.arange(LENGTH)], np.sqrt((s ** 2).sum(0)), np.sqrt((centred ** 2).sum(0)),
             np.sqrt(((s - own) ** 2).sum(0))]
    lines = []
    for scores in forms:
        scores = np.where(known, scores, 0)
        lines.append(areas(scores[used], motif[used]) + [snr(scores, motif, background, most),
                                                         top_mass(scores[used], motif[used])])
    d = (q - 0.25)[:, known]
    cosines = [float((m[:, known] * d).sum() / np.sqrt((m[:, known] ** 2).sum() * (d ** 2).sum())) for m in (s, centred)]
    return lines, cosines


def directions(maps, basis, share):
    """(cutoff, divergence) of kld_direction with NumPy's quantile."""
    s = maps - maps.mean(1, keepdims=True)
    s = s / np.sqrt((s ** 2).sum(1)).sum(1)[:, None, None]
    w = s + np.roll(s, -1, 2) + np.roll(s, -2, 2)
    a, c, g, t = (w[:, i].ravel() for i in range(4))
    e1 = (c - a) / 2 ** .5
    e2 = (2 / 3) ** .5 * ((g if basis == "orthonormal" else 0) - a / 2 - c / 2)
    e3 = .75 ** .5 * (t - (a + c + g) / 3)
    r = np.sqrt(e1 ** 2 + e2 ** 2 + e3 ** 2)
    cutoff = np.quantile(r, 1 - share)
    keep = r > cutoff
    x, y, z, r = e2[keep], e3[keep], e1[keep], r[keep]
    i = np.minimum(((np.arctan2(y, x) / 2 + 3.1416 / 2) / .1).astype(int), 30)
    j = np.minimum((np.arccos(z / r) / .1).astype(int), 30)
    density = np.zeros((31, 31))
    np.add.at(density, (i, j), r ** 2)
    density /= density.sum() * .01
    total = 0.0
    for k, l in itertools.product(range(1, 30), repeat=2):
        if density[k, l] > 0:
            null = density[max(k - 3, 1):k + 3, max(l - 3, 1):l + 3].mean()
            total += density[k, l] * math.log(density[k, l] / null)
    return float(cutoff), .01 * total


def words(maps, sequences):
    """kld_kmer, with sets of positions instead of runs in hand."""
    def of(codes, first, last):
        return ["".join("ACGT"[c] for c in codes[i:i + 6]) for i in range(first, last - 5) if (codes[i:i + 6] < 4).all()]
    high, everything = {}, {}
    for s, codes in zip(maps, sequences):
        r = np.sqrt(((s - s.mean(0)) ** 2).sum(0))
        at = np.flatnonzero(r > np.quantile(r, .9))
        runs = []
        for position in at:
            if runs and position == runs[-1][1]:
                runs[-1][1] += 1
            else:
                runs.append([position, position + 1])
        merged = []
        for first, last in runs:
            last = min(last + 2, LENGTH)
            if merged and first < merged[-1][1]:
                merged[-1][1] = last
            else:
                merged.append([first, last])
        for first, last in merged:
            for word in of(codes, first, last):
                high[word] = high.get(word, 0) + 1
        for word in of(codes, 0, LENGTH):
            everything[word] = everything.get(word, 0) + 1
    total, all_total = sum(high.values()), sum(everything.values())
    return sum((high[w] / total) * math.log(high[w] / total / (n / all_total)) if w in high else 0.0
               for w, n in everything.items()) - 1 + 1


def smooth(values, width):
    return np.apply_along_axis(lambda row: np.convolve(row, np.ones(width) / width, "same"), -1, values)


def main():
    random = np.random.RandomState(15)
    cases = 8
    print(cases, LENGTH)
    maps, sequences = [], []
    for case in range(cases):
        codes = random.randint(0, 4, LENGTH)
        if case == 2:
            codes[[5, 40]] = 4
        q = np.full((4, LENGTH), .25)
        first = 10 + 3 * case
        q[:, first:first + 9] = random.dirichlet([.3] * 4, 9).T
        s = smooth(random.normal(size=(4, LENGTH)), 3) + 1.5 * (q - .25) * (case != 3)
        if case in (1, 4):
            s = np.round(s, 1)  # ties
        maps.append(s)
        sequences.append(codes)
        lines, cosines = metrics(s, codes, q, 10)
        print(*codes)
        for values in (s, q):
            print(*(repr(float(v)) for v in values.ravel()))
        for line in lines:
            print(*(repr(v) for v in line))
        print(*(repr(v) for v in cosines))
    maps = np.array(maps)
    for basis in ("orthonormal", "published"):
        for share in (.1, .5, .99):
            print(*(repr(v) for v in directions(maps, basis, share)))
    print(repr(float(words(maps, sequences))))


if __name__ == "__main__":
    main()
