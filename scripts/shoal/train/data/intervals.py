# SPDX-License-Identifier: MIT
"""Rows of BED and narrowPeak files, and the windows around them."""
import dataclasses

import numpy as np

from ..errors import Refused
from .text_files import lines_of


@dataclasses.dataclass(frozen=True)
class Interval:
    """A row: 0-based, half-open; anchor is the base around which a window is laid."""
    contig: str
    start: int
    end: int
    name: str
    strand: str
    anchor: int

    def window(self, length):
        """(start, end) of `length` bases around the anchor; start may be negative."""
        first = self.anchor - length // 2
        return first, first + length


def read_intervals(path):
    """The rows of a file. A tenth column of narrowPeak, if not −1, is the summit's offset and gives the anchor; otherwise the
    middle, (start + end) // 2. Errors: Refused, naming file and line."""
    rows = []
    for number, line in enumerate(lines_of(path), 1):
        if not line or line.startswith(("#", "track", "browser")):
            continue
        cells = line.split("\t")
        try:
            start, end = int(cells[1]), int(cells[2])
            summit = int(cells[9]) if len(cells) >= 10 else -1
        except (IndexError, ValueError):
            raise Refused(f"{path}:{number}: '{line[:60]}' is no row of BED: contig, start and end, tab-separated") from None
        if not 0 <= start < end or summit >= end - start:
            raise Refused(f"{path}:{number}: {start}-{end} with summit {summit} is no interval")
        anchor = start + summit if summit >= 0 else (start + end) // 2
        rows.append(Interval(cells[0], start, end, cells[3] if len(cells) > 3 else f"{cells[0]}:{start}-{end}",
                             cells[5] if len(cells) > 5 and cells[5] in "+-" else "+", anchor))
    if not rows:
        raise Refused(f"{path} has no rows")
    return rows


class Overlaps:
    """How many bases of a window the union of some intervals covers."""

    def __init__(self, rows):
        by_contig = {}
        for row in rows:
            by_contig.setdefault(row.contig, []).append((row.start, row.end))
        self._merged = {}
        for contig, spans in by_contig.items():
            merged = []
            for start, end in sorted(spans):
                if merged and start <= merged[-1][1]:
                    merged[-1][1] = max(merged[-1][1], end)
                else:
                    merged.append([start, end])
            self._merged[contig] = np.array(merged)

    def bases(self, contig, start, end):
        merged = self._merged.get(contig)
        if merged is None:
            return 0
        first = np.searchsorted(merged[:, 1], start, side="right")
        last = np.searchsorted(merged[:, 0], end, side="left")
        near = merged[first:last]
        return int((np.minimum(near[:, 1], end) - np.maximum(near[:, 0], start)).sum())
