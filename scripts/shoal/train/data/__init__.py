# SPDX-License-Identifier: MIT
"""Sequences with labels from the field's files, and synthetic tasks with their truth. Needs NumPy and h5py only."""
from .dataset import SPLITS, Dataset, Split, check_dataset, limited

__all__ = ["SPLITS", "Dataset", "Split", "check_dataset", "limited"]
