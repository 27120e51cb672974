# SPDX-License-Identifier: MIT
"""Synthetic tasks 1 and 3 of Koo and Ploenzke (Nature Machine Intelligence 2021), with the truth of every position.

A sequence is drawn base by base from probabilities [4, length] that are 1/4 except where motifs of JASPAR 2016 stand. The
motifs' number, choice and gaps are random. With the published numbers of sequences and seeds the data are the published ones,
bit by bit (NumPy's legacy generator, in the order of draws of the published program).
"""
import numpy as np

from ..errors import USAGE, Refused
from .dataset import SPLITS, Dataset, Split

LENGTH = 200
TASK_1 = ("Arid3a", "CEBPB", "FOSL1", "Gabpa", "MAFK", "MAX", "MEF2A", "NFYB", "SP1", "SRF", "STAT1", "YY1")
TASK_3 = ("SP1", "Gabpa", "CEBPB", "MAX", "YY1")
# Which of the 65 motifs of task 3's negatives look like a core motif. The published program takes them for numbers of motifs
# in the file ("shipped"), where places in its list were meant ("positional").
LOOK_ALIKES = (4, 5, 12, 15, 17, 18, 20, 36, 42, 60)
# Chances of 1, 2, 3, 4 and 5 motifs (task 3: two more), cumulated.
NUMBER_CHANCES = np.cumsum([0, 0.5, 0.25, 0.17, 0.05])
DEFAULTS = {1: (30_000, 33), 3: (20_000, 22)}


def both_strands(motifs):
    """Each motif [4, width] followed by its reverse complement."""
    return [each for motif in motifs for each in (motif, motif[::-1, ::-1])]


def _named(motifs, names, path):
    by_name = {}
    for number, (_, name, _) in enumerate(motifs):
        by_name.setdefault(name, number)
    lacking = [name for name in names if name not in by_name]
    if lacking:
        raise Refused(f"{path} has no motif {', '.join(lacking)}: the tasks need JASPAR 2016's vertebrates")
    return [motifs[by_name[name]][2] for name in names]


class Generator:
    """Draws sequences; `random` is a NumPy RandomState. Gaps are shares of numbers uniform up to `largest_gap`."""

    def __init__(self, random, more_motifs, largest_gap):
        self.random, self.more, self.largest_gap = random, more_motifs, largest_gap

    def probabilities(self, motifs):
        """(probabilities [4, LENGTH], numbers of the embedded motifs, in order)."""
        while True:
            count = np.flatnonzero(self.random.rand() > NUMBER_CHANCES)[-1] + 1 + self.more
            chosen = self.random.randint(len(motifs), size=count)
            free = LENGTH - sum(motifs[each].shape[1] for each in chosen)
            if free > 0:
                break
        while True:
            gaps = self.random.uniform(0, self.largest_gap, size=count + 1)
            gaps = np.round(gaps / sum(gaps) * free).astype(int)
            if gaps.sum() == free:
                break
        parts = [np.full((4, gaps[0]), 0.25)]
        for motif, gap in zip(chosen, gaps[1:]):
            parts += [motifs[motif], np.full((4, gap), 0.25)]
        return np.hstack(parts), chosen

    def bases(self, probabilities):
        """Codes [LENGTH]: the first base whose cumulated probability is above a uniform number."""
        uniform = self.random.uniform(0, 1, LENGTH)
        return np.minimum((uniform >= probabilities.cumsum(axis=0)).sum(axis=0), 3)


def _background(motifs, random, variant):
    drawn = random.permutation(len(motifs))[:65]
    if variant == "shipped":
        # The published program walks through a set of integers; its order is that of CPython's hashing.
        return [motifs[each][2] for each in list(set(drawn) - set(LOOK_ALIKES))[:50]]
    return [motifs[each][2] for place, each in enumerate(drawn) if place not in LOOK_ALIKES][:50]


def _split(codes, models, labels, random):
    order = random.permutation(len(codes))
    ends = np.cumsum(np.multiply([0, 0.7, 0.1, 0.2], len(codes))).astype(int)
    splits = {}
    for name, first, last in zip(SPLITS, ends[:-1], ends[1:]):
        rows = order[first:last]
        splits[name] = Split(np.eye(4, dtype=np.uint8)[codes[rows]], labels[rows].astype(np.float32), None,
                             models[rows].transpose(0, 2, 1), [f"{name}_{number}" for number in range(len(rows))])
    return splits


def make(task, motifs, variant="shipped", count=0, seed=-1, path="the motif file"):
    """The Dataset of task 1 (which of 12 factors a sequence has motifs of) or 3 (motifs of five factors, or also of others).

    motifs: read_motifs() of JASPAR 2016's counts. variant: of task 3's look-alike filter. count, seed: 0, −1 the published.
    """
    if task not in DEFAULTS or variant not in ("shipped", "positional"):
        raise Refused(f"task {task}, variant {variant}: tasks are 1 and 3, variants shipped and positional", USAGE)
    count = count or DEFAULTS[task][0]
    random = np.random.RandomState(DEFAULTS[task][1] if seed < 0 else seed)
    core = both_strands(_named(motifs, TASK_1 if task == 1 else TASK_3, path))
    if task == 1:
        generator, sources = Generator(random, 0, 1), [core] * count
    else:
        other = core + both_strands(_background(motifs, random, variant))
        generator, sources = Generator(random, 2, 2), [core] * (count // 2) + [other] * (count - count // 2)
    codes, models = np.empty((count, LENGTH), np.uint8), np.empty((count, 4, LENGTH))
    labels = np.zeros((count, len(TASK_1) if task == 1 else 1))
    for row, source in enumerate(sources):
        models[row], chosen = generator.probabilities(source)
        codes[row] = generator.bases(models[row])
        labels[row, chosen // 2 if task == 1 else slice(None)] = 1 if task == 1 or source is core else 0
    return Dataset(_split(codes, models, labels, random), list(TASK_1) if task == 1 else ["code"])
