# SPDX-License-Identifier: MIT
"""The law of the demo: two motifs, their base preferences, and the activity that a sequence has.

The demo network learns `activity`; the demo genome has the motifs planted. Both scripts import this file, so a map
that Shoal draws can be compared with the truth. Numbers are arbitrary units, not a measurement.
"""
import numpy as np

BASES = "ACGT"
# The bases of each motif with the probability that a planted copy shows that base (the rest is shared by the others).
# AP-1 (FOS:JUN) is a near palindrome; GATA reads WGATAAG.
MOTIFS = {
    "AP-1": [("A", 0.70), ("T", 0.97), ("G", 0.97), ("A", 0.97), ("C", 0.80), ("T", 0.97), ("C", 0.97), ("A", 0.97),
             ("T", 0.70)],
    "GATA": [("A", 0.75), ("G", 0.97), ("A", 0.98), ("T", 0.98), ("A", 0.95), ("A", 0.90), ("G", 0.70)],
}
# A copy counts as bound half of the time at this share of the best log-odds score; steepness is per nat.
HALF_BOUND_AT = 0.72
STEEPNESS = 1.5
# activity = BASE + AP1 a + GATA g + BOTH a g: far above additive when both sites are bound.
EFFECTS = {"base": 0.0, "AP-1": 0.6, "GATA": 0.4, "both": 2.0}


def probabilities(motif):
    """[width, 4] base probabilities of a motif, rows summing to one."""
    rows = np.empty((len(MOTIFS[motif]), 4))
    for row, (base, share) in zip(rows, MOTIFS[motif]):
        row[:] = (1 - share) / 3
        row[BASES.index(base)] = share
    return rows


def draw(motif, random):
    """Base codes of one copy of a motif, drawn from its probabilities."""
    return np.array([random.choice(4, p=row) for row in probabilities(motif)], dtype=np.int8)


def reverse_complement(codes):
    """Codes 0..3 of the other strand (4, unknown, stays unknown)."""
    flipped = codes[..., ::-1]
    return np.where(flipped < 4, 3 - flipped, flipped).astype(codes.dtype)


def occupancy(codes, motif):
    """Probability, for each row of `codes` [n, length], that at least one copy on either strand is bound."""
    weights = np.log(probabilities(motif) / 0.25)
    best = weights.max(axis=1).sum()
    free = np.ones(len(codes))
    for strand in (codes, reverse_complement(codes)):
        windows = np.lib.stride_tricks.sliding_window_view(strand, len(weights), axis=1)
        score = sum(weights[i][windows[..., i]] for i in range(len(weights)))
        free *= np.prod(1 - 1 / (1 + np.exp(-STEEPNESS * (score - HALF_BOUND_AT * best))), axis=1)
    return 1 - free


def activity(codes):
    """The noiseless activity of each row of `codes` [n, length] (0..3, no unknown bases)."""
    first, second = occupancy(codes, "AP-1"), occupancy(codes, "GATA")
    return EFFECTS["base"] + EFFECTS["AP-1"] * first + EFFECTS["GATA"] * second + EFFECTS["both"] * first * second
