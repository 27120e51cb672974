# SPDX-License-Identifier: MIT
"""Regularisers by name, and those that change batches: mixup and noise (NumPy only)."""
import numpy as np

from ..errors import USAGE, Refused

NAMES = ("mixup", "manifold-mixup", "noise", "manifold-noise", "spectral-norm", "adversarial")


def parse_regularisers(text):
    """The set of names in "none" or "mixup+spectral-norm". Errors: Refused."""
    names = [] if text == "none" else text.split("+")
    for name in names:
        if name not in NAMES:
            raise Refused(f"there is no regulariser '{name}': choose among none, {', '.join(NAMES)}, joined by +", USAGE)
    if len(set(names)) < len(names):
        raise Refused(f"regulariser {text}: one is named twice", USAGE)
    if "mixup" in names and "manifold-mixup" in names:
        raise Refused("mixup and manifold-mixup both mix labels: choose one", USAGE)
    return frozenset(names)


def mixing(random, count, alpha):
    """(order [count], share): a batch is mixed as share · x + (1 − share) · x[order] (Zhang et al. 2018), one share per batch."""
    return random.permutation(count), float(random.beta(alpha, alpha))


def mixed(array, order, share):
    return (share * array + (1 - share) * array[order]).astype(np.float32)


def noisy(x, random, deviation):
    return x + random.normal(0, deviation, size=x.shape).astype(np.float32)
