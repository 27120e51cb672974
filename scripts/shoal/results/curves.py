# SPDX-License-Identifier: MIT
"""Response curves of global epistasis."""
import numpy as np


def sigmoids(offset, slope, heights, steepness, shifts):
    """g(phi) = offset + slope phi + sum over k of heights[k] tanh(steepness[k] phi + shifts[k]), of numbers and arrays."""
    return lambda phi: offset + slope * phi + np.tanh(np.multiply.outer(phi, steepness) + shifts) @ heights
