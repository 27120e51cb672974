# SPDX-License-Identifier: MIT
"""The augmentations: each is a row with a name, its bounds, and what it does to a batch.

    x = Deletion(0, 30)(x, np.random.default_rng(1))

They are plain objects: calling one with one-hot [n, length, 4] and a Generator returns the augmented batch.
"""
import dataclasses

import numpy as np

from . import draws, edits


def _check_room(kind, most, length):
    if most > length:
        raise ValueError(f"{kind} of up to {most} bases in sequences of {length}")


@dataclasses.dataclass(frozen=True)
class Deletion:
    """Deletes a window of least..most bases; random DNA at both ends restores the length."""
    least: int = 0
    most: int = 20

    def __call__(self, x, random):
        _check_room("deletion", self.most, x.shape[1])
        lengths, starts = draws.spans(random, len(x), self.least, self.most, x.shape[1])
        return edits.delete(x, lengths, starts, draws.random_bases(random, len(x), self.most, x.dtype))


@dataclasses.dataclass(frozen=True)
class Insertion:
    """Inserts least..most random bases. keep_length: as EvoAug2; otherwise sequences become `most` longer, as in EvoAug."""
    least: int = 0
    most: int = 20
    keep_length: bool = True

    def __call__(self, x, random):
        lengths = random.integers(self.least, self.most + 1, size=len(x))
        starts = random.integers(0, x.shape[1], size=len(x))
        return edits.insert(x, lengths, starts, draws.random_bases(random, len(x), self.most, x.dtype), self.keep_length)


@dataclasses.dataclass(frozen=True)
class Translocation:
    """Rolls the sequence by least..most positions in a random direction."""
    least: int = 0
    most: int = 20

    def __call__(self, x, random):
        return edits.translocate(x, draws.signed_shifts(random, len(x), self.least, self.most))


@dataclasses.dataclass(frozen=True)
class Inversion:
    """Replaces a window of least..most bases by its reverse complement."""
    least: int = 0
    most: int = 20

    def __call__(self, x, random):
        _check_room("inversion", self.most, x.shape[1])
        return edits.invert(x, *draws.spans(random, len(x), self.least, self.most, x.shape[1]))


@dataclasses.dataclass(frozen=True)
class Mutation:
    """Overwrites round(fraction / 0.75 · length) distinct positions by random bases, a quarter of which changes nothing."""
    fraction: float = 0.05

    def __call__(self, x, random):
        taken = min(x.shape[1], round(self.fraction / 0.75 * x.shape[1]))
        positions = draws.distinct_positions(random, len(x), taken, x.shape[1])
        return edits.mutate(x, positions, draws.random_bases(random, len(x), taken, x.dtype))


@dataclasses.dataclass(frozen=True)
class ReverseComplement:
    """The reverse complement, with a probability."""
    probability: float = 0.5

    def __call__(self, x, random):
        return edits.reverse_complement(x, random.random(len(x)) < self.probability)


@dataclasses.dataclass(frozen=True)
class Noise:
    """Adds normal noise to every number of the one-hot."""
    deviation: float = 0.2
    mean: float = 0.0

    def __call__(self, x, random):
        noise = random.normal(self.mean, self.deviation, size=x.shape)
        return edits.add_noise(x, noise.astype(x.dtype if x.dtype.kind == "f" else np.float32))


KINDS = {"deletion": Deletion, "insertion": Insertion, "translocation": Translocation, "inversion": Inversion,
         "mutation": Mutation, "rc": ReverseComplement, "noise": Noise}
RANGED = ("deletion", "insertion", "translocation", "inversion")
