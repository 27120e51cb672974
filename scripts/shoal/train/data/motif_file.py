# SPDX-License-Identifier: MIT
"""Motif files for synthetic data: counts in JASPAR's text, and MEME's minimal format."""
import re

import numpy as np

from ..errors import Refused
from .text_files import lines_of


def read_motifs(path):
    """[(identity, name, probabilities [4, width])] in file order. Errors: Refused, naming file and line."""
    lines = list(lines_of(path))
    motifs = _meme(path, lines) if any(line.startswith("MEME version") for line in lines) else _jaspar(path, lines)
    if not motifs:
        raise Refused(f"{path} has no motifs")
    return motifs


def _numbers(path, number, text):
    try:
        return [float(each) for each in text.split()]
    except ValueError:
        raise Refused(f"{path}:{number}: '{text.strip()[:40]}' are no numbers") from None


def _jaspar(path, lines):
    motifs, head, rows = [], None, []
    for number, line in enumerate(lines, 1):
        if line.startswith(">"):
            head, rows = line[1:].split(), []
        elif line.strip() and head:
            rows.append(_numbers(path, number, re.sub(r"[\[\]ACGT]", " ", line)))
            if len(rows) == 4:
                if len({len(row) for row in rows}) != 1:
                    raise Refused(f"{path}:{number}: the four rows of {head[0]} have different lengths")
                counts = np.array(rows)
                motifs.append((head[0], head[1] if len(head) > 1 else head[0], counts / counts.sum(axis=0)))
    return motifs


def _meme(path, lines):
    motifs, head, left, rows = [], None, 0, []
    for number, line in enumerate(lines, 1):
        if line.startswith("MOTIF"):
            head = line.split()[1:]
        elif head and line.startswith("letter-probability matrix"):
            width = re.search(r"w=\s*(\d+)", line)
            if not width:
                raise Refused(f"{path}:{number}: no w= in the head of a matrix")
            left, rows = int(width.group(1)), []
        elif left and line.strip():
            rows.append(_numbers(path, number, line))
            left -= 1
            if left == 0:
                columns = np.array(rows).T
                motifs.append((head[0], head[1] if len(head) > 1 else head[0], columns / columns.sum(axis=0)))
    return motifs
