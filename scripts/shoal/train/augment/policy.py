# SPDX-License-Identifier: MIT
"""A list of augmentations of which every sequence gets a few, in the order of the list: EvoAug's training augmentation."""
import dataclasses

import numpy as np

from ..errors import USAGE, Refused
from . import draws, edits
from .kinds import KINDS, RANGED, Insertion

# Published choices (library default; DeepSTARR, ChIP-seq and Basset runs of Lee et al., Genome Biology 2023).
PRESETS = {
    "evoaug": "deletion:0-20,translocation:0-20,insertion:0-20,inversion:0-20,rc:0.5,mutation:0.05,noise:0.2",
    "evoaug-deepstarr": "deletion:0-30,translocation:0-20,insertion:0-20,mutation:0.05,noise:0.3;most=3;hard",
    "evoaug-chip": "deletion:0-30,translocation:0-20,insertion:0-20,rc:0.5,mutation:0.05,noise:0.3;most=3;soft",
    "evoaug-basset": "deletion:0-30,translocation:0-30,insertion:0-30,rc:0.5,mutation:0.15,noise:0.3;most=3;hard",
}


@dataclasses.dataclass(frozen=True)
class Policy:
    """What is drawn for one batch. `most` per sequence: exactly (hard), or a number uniform on 1..most (soft)."""
    augmentations: tuple
    most: int = 2
    hard: bool = False

    @property
    def extra_length(self):
        """Bases by which sequences become longer: not 0 only in EvoAug's original form, where an insertion is in the list."""
        return sum(each.most for each in self.augmentations if isinstance(each, Insertion) and not each.keep_length)

    def __call__(self, x, random):
        """Augments one-hot [n, length, 4] → [n, length + extra_length, 4] with draws of the Generator `random`."""
        chosen = draws.chosen_subsets(random, len(x), len(self.augmentations), self.most, self.hard)
        if self.extra_length == 0:
            return self._applied(x, chosen, random)
        # Sequences without an insertion get their random bases after everything else, as in EvoAug.
        inserted = chosen[:, [not getattr(each, "keep_length", True) for each in self.augmentations]].any(axis=1)
        result = np.empty((len(x), x.shape[1] + self.extra_length, 4), np.result_type(x, np.float32))
        if inserted.any():
            result[inserted] = self._applied(x[inserted], chosen[inserted], random)
        if not inserted.all():
            result[~inserted] = self.unperturbed(self._applied(x[~inserted], chosen[~inserted], random), random)
        return result

    def _applied(self, x, chosen, random):
        for kind, rows in zip(self.augmentations, chosen.T):
            changed = kind(x[rows], random)
            if changed.shape[1] != x.shape[1]:
                x = changed if rows.all() else x  # all rows of this group have the insertion, or none has
            else:
                x = x.astype(np.result_type(x, changed))
                x[rows] = changed
        return x

    def unperturbed(self, x, random):
        """x as the trained network reads it without augmentation: random bases at the right end in the original form."""
        if self.extra_length == 0:
            return x
        return edits.extend(x, draws.random_bases(random, len(x), self.extra_length, x.dtype))


def _numbers(name, text):
    try:
        values = [float(each) for each in text.split("-")]
    except ValueError:
        values = []
    if name in RANGED:
        if len(values) == 1:
            values = [0.0, *values]
        if len(values) != 2 or values[0] > values[1] or any(each != int(each) for each in values):
            raise Refused(f"augmentation '{name}:{text}': give the lengths as LEAST-MOST, such as {name}:0-20", USAGE)
        return [int(each) for each in values]
    if len(values) != 1 or values[0] < 0 or (name != "noise" and values[0] > 1):
        raise Refused(f"augmentation '{name}:{text}': give one number, such as {name}:0.1", USAGE)
    return values


def _augmentation(text, keep_length):
    name, _, amount = text.strip().partition(":")
    if name not in KINDS:
        raise Refused(f"there is no augmentation '{name}': choose among {', '.join(KINDS)}, or a preset ({', '.join(PRESETS)})", USAGE)
    given = _numbers(name, amount) if amount else []
    return Insertion(*given, keep_length=keep_length) if name == "insertion" else KINDS[name](*given)


def parse_policy(text, keep_length=True):
    """The policy that a text names, None for "none": a preset, or augmentations with commas and, after semicolons, most=N and
    hard or soft: "deletion:0-30,insertion:0-20,rc:0.5;most=3;hard". Errors: Refused, with what can be said."""
    text = PRESETS.get(text.strip(), text.strip())
    if text in ("", "none"):
        return None
    kinds, *settings = text.split(";")
    most, hard = 2, False
    for setting in (each.strip() for each in settings):
        if setting in ("hard", "soft"):
            hard = setting == "hard"
        elif setting.startswith("most=") and setting[5:].isdigit() and int(setting[5:]) > 0:
            most = int(setting[5:])
        else:
            raise Refused(f"augmentation setting '{setting}': it can be most=N, hard or soft", USAGE)
    augmentations = tuple(_augmentation(each, keep_length) for each in kinds.split(","))
    if len({type(each) for each in augmentations}) < len(augmentations):
        raise Refused(f"augmentations '{kinds}': one stands in the list twice", USAGE)
    return Policy(augmentations, most, hard)
