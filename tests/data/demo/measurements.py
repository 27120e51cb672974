#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table that configs/fit.ini fits: python3 measurements.py > measurements.tsv

600 random RNA sequences of 9 bases; y = 1 + tanh(phi) plus normal noise of standard deviation 0.1, phi additive.
"""
import numpy as np

generator = np.random.default_rng(20261120)
codes = generator.integers(0, 4, (600, 9))
effects = 0.5 * generator.normal(size=(9, 4))
phi = sum(effects[position][codes[:, position]] for position in range(9))
y = 1 + np.tanh(phi - phi.mean()) + 0.1 * generator.normal(size=600)
print("sequence\ty")
for row, value in zip(codes, y):
    print("".join("ACGU"[code] for code in row) + f"\t{value:.5f}")
