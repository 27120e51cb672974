# SPDX-License-Identifier: MIT
"""Labels of windows: overlap with peaks, and the signal of bigWig files."""
import pathlib

import numpy as np

from ..errors import Refused
from .intervals import Overlaps, read_intervals


def task_name(path):
    """The name of the task of a file: its name without endings."""
    return pathlib.Path(path).name.split(".")[0]


def peak_labels(windows, paths, share=0.5):
    """float32 [windows, paths]: 1 where the peaks of a file cover at least `share` of the window, or their anchor is in it
    and the window covers at least `share` of the peak. windows: (contig, start, end, …)."""
    labels = np.zeros((len(windows), len(paths)), np.float32)
    for task, path in enumerate(paths):
        rows = read_intervals(path)
        covered = Overlaps(rows)
        anchors = {}
        for row in rows:
            anchors.setdefault(row.contig, []).append((row.anchor, row.start, row.end))
        anchors = {contig: np.array(sorted(spans)) for contig, spans in anchors.items()}
        for number, (contig, start, end, *_) in enumerate(windows):
            if covered.bases(contig, start, end) >= share * (end - start):
                labels[number, task] = 1
                continue
            near = anchors.get(contig)
            if near is None:
                continue
            near = near[np.searchsorted(near[:, 0], start):np.searchsorted(near[:, 0], end)]
            within = np.minimum(near[:, 2], end) - np.maximum(near[:, 1], start)
            labels[number, task] = float((within >= share * (near[:, 2] - near[:, 1])).any())
    return labels


def signal(windows, paths):
    """float32 [windows, length, paths]: the values of bigWig files, 0 where they have none; reversed on strand '-'."""
    try:
        import pyBigWig
    except ImportError:
        raise Refused("labels from bigWig need pyBigWig: pip install pyBigWig (Debian: python3-pybigwig)") from None
    length = windows[0][2] - windows[0][1]
    values = np.zeros((len(windows), length, len(paths)), np.float32)
    for task, path in enumerate(paths):
        try:
            file = pyBigWig.open(str(path))
        except RuntimeError:
            raise Refused(f"{path} cannot be read as bigWig") from None
        sizes = file.chroms()
        for number, (contig, start, end, strand) in enumerate(windows):
            first, last = max(start, 0), min(end, sizes.get(contig, 0))
            if first < last:
                values[number, first - start:last - start, task] = np.nan_to_num(np.asarray(file.values(contig, first, last)))
            if strand == "-":
                values[number, :, task] = values[number, ::-1, task]
        file.close()
    return values


def reduced(values, how):
    """[windows, tasks] of signal [windows, length, tasks]: mean, sum, max, or log of 1 + sum."""
    reductions = {"mean": lambda v: v.mean(axis=1), "sum": lambda v: v.sum(axis=1), "max": lambda v: v.max(axis=1),
                  "log-sum": lambda v: np.log1p(v.sum(axis=1))}
    return reductions[how](values)
