# SPDX-License-Identifier: MIT
"""Effects of two letters at two positions: positions int64 [pairs, 2], first < second, and effects [pairs, letters, letters]."""
import numpy as np

from .hdf5 import table_of


def strengths(effects):
    """[pairs] The root of the sum of squares of each pair's effects."""
    return np.sqrt((np.asarray(effects, float) ** 2).sum(axis=(1, 2)))


def strength_matrix(positions, effects, length):
    """(length, length), symmetric: the strength of every pair; 0 where a pair was not fitted."""
    matrix = np.zeros((length, length))
    matrix[positions[:, 0], positions[:, 1]] = strengths(effects)
    return matrix + matrix.T


def largest_effects(positions, effects, count, letters):
    """The `count` largest effects of two letters, largest magnitude first, as a table."""
    order = np.argsort(-np.abs(effects), axis=None, kind="stable")[:count]
    pair, first, second = np.unravel_index(order, effects.shape)
    names = np.array(list(letters))
    return table_of({"first": positions[pair, 0], "first_base": names[first], "second": positions[pair, 1],
                     "second_base": names[second], "effect": effects[pair, first, second]})
