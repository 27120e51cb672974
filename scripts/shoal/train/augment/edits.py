# SPDX-License-Identifier: MIT
"""Edits of one-hot sequences with everything that is random given: the definitions of EvoAug (Lee et al., Genome Biology 2023).

x is [sequences, length, 4]; every other argument has one entry per sequence. Nothing here changes its arguments.
"""
import numpy as np


def gather(parts, index):
    """Rows of parts, laid end to end along positions: [n, sum of lengths, 4] taken at index [n, length] → [n, length, 4]."""
    joined = np.concatenate(parts, axis=1)
    return joined[np.arange(len(joined))[:, None], index]


def delete(x, lengths, starts, filler):
    """Removes [start, start + length) and restores the length with filler [n, at least the longest, 4].

    ⌊length / 2⌋ bases of the filler come to the left end, the next ones to the right end.
    """
    total = x.shape[1]
    place = np.arange(total)[None, :]
    lengths, starts = np.asarray(lengths)[:, None], np.asarray(starts)[:, None]
    left = lengths // 2
    kept = place - left
    index = np.where(kept < starts, kept, kept + lengths)
    index = np.where(place < left, total + place, index)
    index = np.where(kept >= total - lengths, total + left + kept - (total - lengths), index)
    return gather((x, filler), index)


def insert(x, lengths, starts, inserts, keep_length):
    """Inserts bases before position start. inserts [n, most, 4] has them.

    keep_length (EvoAug2): the first `length` of inserts; the excess is trimmed equally from both ends (the odd base from the
    right), and the result has the length of x. Otherwise (EvoAug): the result is `most` longer; ⌊(most − length) / 2⌋ of
    inserts stand at the left end, then follow the inserted ones, and the rest stands at the right end.
    """
    total, most = x.shape[1], inserts.shape[1]
    lengths, starts = np.asarray(lengths)[:, None], np.asarray(starts)[:, None]
    if keep_length:
        place, first = np.arange(total)[None, :] + lengths // 2, 0
    else:
        first = (most - lengths) // 2
        place = np.arange(total + most)[None, :] - first
    index = np.where(place < starts, place, np.where(place < starts + lengths, total + first + place - starts, place - lengths))
    if not keep_length:
        index = np.where(place < 0, total + place + first, index)
        index = np.where(place >= total + lengths, place + first, index)
    return gather((x, inserts), index)


def extend(x, bases):
    """Appends bases [n, most, 4] at the right end: sequences that EvoAug's insertion did not take, and all that are not augmented."""
    return np.concatenate((x, bases), axis=1)


def translocate(x, shifts):
    """Rolls each sequence by its shift, to the right where positive; bases that leave at one end come in at the other."""
    total = x.shape[1]
    index = (np.arange(total)[None, :] - np.asarray(shifts)[:, None]) % total
    return gather((x,), index)


def invert(x, lengths, starts):
    """Replaces [start, start + length) by its reverse complement."""
    place = np.arange(x.shape[1])[None, :]
    lengths, starts = np.asarray(lengths)[:, None], np.asarray(starts)[:, None]
    inside = (place >= starts) & (place < starts + lengths)
    mirrored = np.where(inside, 2 * starts + lengths - 1 - place, place)
    turned = gather((x,), mirrored)
    return np.where(inside[:, :, None], turned[:, :, ::-1], turned)


def mutate(x, positions, bases):
    """Overwrites positions [n, count] (distinct per sequence) by bases [n, count, 4]."""
    result = x.copy()
    result[np.arange(len(x))[:, None], positions] = bases
    return result


def reverse_complement(x, chosen):
    """Reverse complements of the sequences that are chosen [n], the others as they are."""
    return np.where(np.asarray(chosen, bool)[:, None, None], x[:, ::-1, ::-1], x)


def add_noise(x, noise):
    """x plus noise of the same shape."""
    return x + noise
