# SPDX-License-Identifier: MIT
"""Letters of logos: their colours, and how they are piled up."""
import numpy as np

from .hdf5 import BASES

COLOURS = {"A": "#109648", "C": "#255c99", "G": "#f7b32b", "T": "#d62839"}


def piled(values):
    """Of values [positions, 4] every letter that is not 0, as (position, base, bottom, height): at each position those above 0 stand on each
    other from 0, the smallest first, and the others hang down (height below 0)."""
    for position, heights in enumerate(np.asarray(values, float)):
        ends = {True: 0.0, False: 0.0}
        for base in np.argsort(np.abs(heights), kind="stable"):
            height = float(heights[base])
            if height != 0:
                yield position, BASES[base], ends[height > 0], height
                ends[height > 0] += height
