# SPDX-License-Identifier: MIT
"""What augmentations draw. Every function takes a NumPy Generator first, so that a seed decides all of it."""
import numpy as np


def random_bases(random, count, length, dtype=np.float32):
    """Uniform random DNA, one-hot [count, length, 4]."""
    return np.eye(4, dtype=dtype)[random.integers(0, 4, size=(count, length))]


def spans(random, count, least, most, total):
    """Windows of EvoAug: lengths uniform on least..most, starts uniform on 0..total − most. Two arrays [count]."""
    return random.integers(least, most + 1, size=count), random.integers(0, total - most + 1, size=count)


def signed_shifts(random, count, least, most):
    """Shifts uniform on least..most with a fair sign, [count]."""
    return random.integers(least, most + 1, size=count) * np.where(random.random(count) < 0.5, -1, 1)


def distinct_positions(random, count, taken, total):
    """`taken` distinct positions per sequence in random order, [count, taken]."""
    return np.argsort(random.random((count, total)), axis=1)[:, :taken]


def chosen_subsets(random, count, kinds, most, hard):
    """Which augmentations each sequence gets, bool [count, kinds]: a random subset without replacement.

    hard: `most` of them (all, where there are fewer); otherwise a number uniform on 1..most.
    """
    most = min(most, kinds)
    number = np.full(count, most) if hard else random.integers(1, most + 1, size=count)
    rank = np.argsort(np.argsort(random.random((count, kinds)), axis=1), axis=1)
    return rank < number[:, None]
