# SPDX-License-Identifier: MIT
"""EvoAug's augmentations for one-hot DNA, with NumPy alone.

    from shoal.train.augment import parse_policy
    policy = parse_policy("evoaug-deepstarr")
    x = policy(x, np.random.default_rng(1))          # x [n, length, 4]
"""
from .kinds import KINDS, Deletion, Insertion, Inversion, Mutation, Noise, ReverseComplement, Translocation
from .loaders import TorchCollate, augmented_dataset, batch_random
from .policy import PRESETS, Policy, parse_policy

__all__ = ["KINDS", "PRESETS", "Deletion", "Insertion", "Inversion", "Mutation", "Noise", "Policy", "ReverseComplement",
           "TorchCollate", "Translocation", "augmented_dataset", "batch_random", "parse_policy"]
