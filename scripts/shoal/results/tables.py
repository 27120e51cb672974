# SPDX-License-Identifier: MIT
"""Tables of tab-separated columns that Shoal's commands write: variants, hits, matches, metrics."""
import csv

from ..errors import ShoalError
from .hdf5 import table_of


def _numbers(texts):
    """Numbers where all texts are numbers or NA, else the texts."""
    try:
        values = [float("nan") if text in ("NA", "") else float(text) for text in texts]
    except ValueError:
        return texts
    whole = all(text.lstrip("-").isdigit() for text in texts)
    return [int(text) for text in texts] if whole else values


def read_table(path):
    """The columns of a file, lines with ## left out. Errors: ShoalError."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader((line for line in file if not line.startswith("##")), delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise ShoalError(f"{path} cannot be read: {error}") from None
    if not rows:
        raise ShoalError(f"{path} is empty")
    names = [rows[0][0].lstrip("#"), *rows[0][1:]]
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(names):
            raise ShoalError(f"{path}: row {number} has {len(row)} columns, and the header {len(names)}")
    return table_of({name: _numbers([row[column] for row in rows[1:]]) for column, name in enumerate(names)})
