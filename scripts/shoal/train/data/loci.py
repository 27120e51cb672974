# SPDX-License-Identifier: MIT
"""Datasets of genomic loci: BED or narrowPeak rows of a genome, with labels from peaks, bigWig files or a background."""
import numpy as np

from ..errors import USAGE, Refused
from .balance import matched_background
from .dataset import Dataset, Split, check_dataset
from .genome import Genome
from .intervals import read_intervals
from .labels import peak_labels, reduced, signal, task_name
from .splits import by_chromosome, by_fraction


def read_loci(genome_path, bed, length, *, peaks=(), bigwigs=(), reduce="mean", profile=False, background=0, valid_contigs=(),
              test_contigs=(), valid=0.1, test=0.2, seed=0):
    """The Dataset of windows of `length` around the rows of a BED or narrowPeak file.

    Labels: with `background`, 1 for the rows and 0 for that many matched windows per row; with `peaks`, one task per file of
    peaks; with `bigwigs`, one task per file: the window's reduced signal, or (profile) the profiles and log(1 + counts).
    Splits: by contigs where some are named, otherwise at random. Errors: Refused.
    """
    if bool(background) + bool(peaks) + bool(bigwigs) != 1:
        raise Refused("labels come from one of background, peaks and bigwigs", USAGE)
    genome, rows = Genome(genome_path), read_intervals(bed)
    windows = [(row.contig, *row.window(length), row.strand) for row in rows]
    names = [row.name for row in rows]
    for contig in {row.contig for row in rows}:
        genome.length(contig)
    profiles = None
    if background:
        others = matched_background(genome, rows, windows, background, seed)
        labels = np.repeat(np.array([[1], [0]], np.float32), [len(windows), len(others)], axis=0)
        windows, names, tasks = windows + others, names + [f"background_{n}" for n in range(len(others))], [task_name(bed)]
    elif peaks:
        labels, tasks = peak_labels(windows, peaks), [task_name(path) for path in peaks]
    else:
        values, tasks = signal(windows, bigwigs), [task_name(path) for path in bigwigs]
        profiles = values if profile else None
        labels = reduced(values, "log-sum" if profile else reduce)
    if len(set(tasks)) < len(tasks):
        raise Refused(f"files of labels need different names: {', '.join(tasks)}")
    whole = Split(np.stack([genome.window(*each) for each in windows]), labels.astype(np.float32), profiles, names=names)
    if valid_contigs or test_contigs:
        parts = by_chromosome([each[0] for each in windows], valid_contigs, test_contigs)
    else:
        parts = by_fraction(len(windows), valid, test, seed)
    return check_dataset(Dataset({name: whole.taken(part) for name, part in parts.items()}, tasks), bed)
