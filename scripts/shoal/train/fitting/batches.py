# SPDX-License-Identifier: MIT
"""Batches of an epoch: order, augmentation, input mixup and noise. All draws depend on seed, stage, epoch and batch only."""
import numpy as np

from .regularisers import mixed, mixing, noisy


class Batches:
    """Makes the batches of a training split; `relabel(x)` gives labels of augmented sequences (distillation), or is None."""

    def __init__(self, split, settings, policy, regularisers, relabel=None):
        self.split, self.settings, self.policy, self.regularisers, self.relabel = split, settings, policy, regularisers, relabel

    def labels(self, rows):
        """The labels of rows as a list: [y], or [profile, y]."""
        y = self.split.y[rows]
        return [y] if self.split.profile is None else [self.split.profile[rows], y]

    def epoch(self, stage, epoch, augmented):
        """Yields (x float32 [n, length, 4], list of labels, Generator for more draws of this batch)."""
        seed, size = self.settings["seed"], self.settings["batch"]
        order = np.random.default_rng([seed, 10, stage, epoch]).permutation(len(self.split))
        for number, first in enumerate(range(0, len(order), size)):
            rows = order[first:first + size]
            random = np.random.default_rng([seed, 11, stage, epoch, number])
            x = self.split.x[rows].astype(np.float32)
            labels = self.labels(rows)
            if self.policy is not None:
                x = self.policy(x, random) if augmented else self.policy.unperturbed(x, random)
                x = x.astype(np.float32)
                if augmented and self.relabel is not None:
                    labels = self.relabel(x)
            if "mixup" in self.regularisers:
                partner, share = mixing(random, len(rows), self.settings["mixup-alpha"])
                x, labels = mixed(x, partner, share), [mixed(each, partner, share) for each in labels]
            if "noise" in self.regularisers:
                x = noisy(x, random, self.settings["noise-deviation"])
            yield x, labels, random


def network_input(split, policy, seed):
    """What the trained network reads of a split: float32; in EvoAug's original form with its random bases at the end."""
    x = split.x.astype(np.float32)
    return x if policy is None else policy.unperturbed(x, np.random.default_rng([int(seed), 12])).astype(np.float32)
