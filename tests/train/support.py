# SPDX-License-Identifier: MIT
"""What the tests of training share: the path of the package, random one-hot sequences, their letters."""
import pathlib
import sys
import unittest

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))


def one_hot(random, count, length):
    return np.eye(4, dtype=np.float32)[random.integers(0, 4, size=(count, length))]


def letters(x):
    """[n, length, 4] → strings; a column that is not one-hot is '?'."""
    codes = np.where((x.max(axis=-1) == 1) & (x.sum(axis=-1) == 1), x.argmax(axis=-1), 4)
    return ["".join("ACGT?"[code] for code in row) for row in codes]


def reverse_complement(text):
    return text[::-1].translate(str.maketrans("ACGT", "TGCA"))


def main():
    unittest.main(verbosity=1)
