# SPDX-License-Identifier: MIT
"""Balance of classes, reverse complements, and background windows with the G+C of the loci."""
import numpy as np

from ..errors import Refused
from . import one_hot
from .dataset import Split
from .intervals import Overlaps

GC_BIN = 0.02
TRIES = 200


def balanced(split, seed):
    """The split with as many rows of label 1 as of 0 (one task), the larger class drawn at random, in order."""
    if split.y.shape[1] != 1:
        raise Refused("classes can be balanced for one task only")
    random = np.random.default_rng([int(seed), 2])
    classes = [np.flatnonzero(split.y[:, 0] == label) for label in (0, 1)]
    size = min(map(len, classes))
    if size == 0:
        raise Refused("classes cannot be balanced: one of them has no rows")
    return split.taken(np.sort(np.concatenate([random.permutation(rows)[:size] for rows in classes])))


def with_reverse_complements(split):
    """Every row followed by its reverse complement with the same labels (and the profile reversed)."""
    double = lambda array, other: None if array is None else np.stack([array, other(array)], axis=1).reshape(-1, *array.shape[1:])
    names = None if split.names is None else [name for each in split.names for name in (each, f"{each}_rc")]
    turned = lambda array: array[:, ::-1, ::-1]
    return Split(double(split.x, turned), np.repeat(split.y, 2, axis=0), double(split.profile, lambda p: p[:, ::-1]),
                 double(split.model, turned), names)


def matched_background(genome, intervals, windows, ratio, seed):
    """Windows (contig, start, end, strand) without loci or N, `ratio` per window, on its contig and with its G+C to 1 %.

    intervals: what windows must not touch. Errors: Refused, where a contig has no room after many tries.
    """
    taken, random, found = Overlaps(intervals), np.random.default_rng([int(seed), 3]), []
    for contig, start, end, strand in windows:
        length, wanted = end - start, one_hot.gc_content(genome.window(contig, start, end)[None])[0]
        room = genome.length(contig) - length
        if room < 1:
            raise Refused(f"contig {contig} of {genome.path} is too short for a background window")
        for _ in range(ratio):
            found.append(_draw(genome, taken, random, (contig, length, strand, room), wanted))
    return found


def _draw(genome, taken, random, place, wanted):
    """One window; the tolerance of G+C grows with the tries, from half a bin."""
    contig, length, strand, room = place
    codes = genome.contigs[contig]
    for attempt in range(TRIES * 10):
        start = int(random.integers(0, room + 1))
        piece = codes[start:start + length]
        if taken.bases(contig, start, start + length) or (piece == 4).any():
            continue
        if abs(np.isin(piece, (1, 2)).mean() - wanted) <= GC_BIN / 2 * (1 + attempt // TRIES):
            return contig, start, start + length, strand
    raise Refused(f"contig {contig} of {genome.path} has no background window with {wanted:.0%} G+C after {TRIES * 10} tries")
