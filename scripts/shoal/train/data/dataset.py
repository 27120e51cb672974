# SPDX-License-Identifier: MIT
"""What networks are trained on: three splits of sequences with labels."""
import dataclasses

import numpy as np

from ..errors import Refused

SPLITS = ("train", "valid", "test")


@dataclasses.dataclass
class Split:
    """x uint8 [n, length, 4]; y float32 [n, tasks]; profile float32 [n, length, tracks] or None; model, the base
    probabilities [n, length, 4] that each sequence was drawn from (synthetic data), or None; names: n texts, or None."""
    x: np.ndarray
    y: np.ndarray
    profile: np.ndarray = None
    model: np.ndarray = None
    names: list = None

    def __len__(self):
        return len(self.x)

    def taken(self, rows):
        """The same with these rows, in this order."""
        pick = lambda array: None if array is None else array[rows]
        names = None if self.names is None else [self.names[row] for row in np.arange(len(self))[rows]]
        return Split(self.x[rows], self.y[rows], pick(self.profile), pick(self.model), names)


@dataclasses.dataclass
class Dataset:
    """Splits by name, and the names of the tasks. The truth of every task is a column of y."""
    splits: dict
    tasks: list

    def __getitem__(self, name):
        return self.splits[name]

    @property
    def length(self):
        return self.splits["train"].x.shape[1]

    @property
    def is_classification(self):
        """Whether all labels are 0 or 1."""
        return all(np.isin(split.y, (0, 1)).all() for split in self.splits.values())


def check_dataset(dataset, where):
    """Errors: Refused, for splits that are empty, or that differ in length or tasks, and for labels that are not finite."""
    for name in SPLITS:
        split = dataset[name]
        if len(split) == 0:
            raise Refused(f"{where}: the {name} split has no sequences")
        if split.x.shape[1:] != dataset["train"].x.shape[1:]:
            raise Refused(f"{where}: {name} has sequences of {split.x.shape[1]} bases, train of {dataset.length}")
        if split.y.shape != (len(split), len(dataset.tasks)):
            raise Refused(f"{where}: {name} has {len(split)} sequences and labels of shape {split.y.shape}")
        bad = np.flatnonzero(~np.isfinite(split.y).all(axis=1))
        if len(bad):
            raise Refused(f"{where}: row {bad[0]} of {name} has a label that is no number")
        if split.profile is not None and split.profile.shape[:2] != split.x.shape[:2]:
            raise Refused(f"{where}: {name} has profiles of shape {split.profile.shape} for sequences of {dataset.length} bases")
    return dataset


def limited(dataset, count, seed):
    """The dataset with `count` training rows drawn at random (all: 0). Errors: Refused, where there are fewer."""
    train = dataset["train"]
    if count == 0:
        return dataset
    if count > len(train):
        raise Refused(f"training-rows = {count}: there are {len(train)}")
    rows = np.sort(np.random.default_rng([int(seed), 1]).permutation(len(train))[:count])
    return Dataset({**dataset.splits, "train": train.taken(rows)}, dataset.tasks)
