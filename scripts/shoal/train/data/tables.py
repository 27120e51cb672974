# SPDX-License-Identifier: MIT
"""Sequences with measured values from tables: TSV with a header, or FASTA beside a TSV of values."""
import numpy as np

from ..errors import USAGE, Refused
from . import one_hot
from .dataset import SPLITS, Dataset, Split, check_dataset
from .splits import by_fraction
from .text_files import lines_of, read_fasta

RESERVED = ("name", "sequence", "split")


def _rows(path):
    """(columns, rows of texts with their line numbers)."""
    lines = ((number, line) for number, line in enumerate(lines_of(path), 1) if line and not line.startswith("#"))
    _, header = next(lines, (0, ""))
    columns = header.split("\t")
    if len(columns) < 2:
        raise Refused(f"{path}: the first line must be a header of tab-separated columns")
    if len(set(columns)) < len(columns):
        raise Refused(f"{path}: two columns have one name")
    rows = []
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise Refused(f"{path}:{number}: {len(cells)} columns, the header has {len(columns)}")
        rows.append((number, cells))
    if not rows:
        raise Refused(f"{path} has no rows")
    return columns, rows


def _values(path, rows, columns, tasks):
    values = np.empty((len(rows), len(tasks)), np.float32)
    places = [columns.index(task) for task in tasks]
    for row, (number, cells) in enumerate(rows):
        for task, place in enumerate(places):
            try:
                values[row, task] = float(cells[place])
            except ValueError:
                raise Refused(f"{path}:{number}: {tasks[task]} is '{cells[place]}', no number") from None
    return values


def _sequences(path, rows, columns, fasta):
    names = [cells[columns.index("name")] for _, cells in rows] if "name" in columns else None
    if not fasta:
        if "sequence" not in columns:
            raise Refused(f"{path} has no column 'sequence': it has {', '.join(columns)}; or give a FASTA beside it")
        return [cells[columns.index("sequence")] for _, cells in rows], names
    if names is None:
        raise Refused(f"{path} has no column 'name' that says which record of {fasta} a row belongs to")
    records = read_fasta(fasta)
    for name, (number, _) in zip(names, rows):
        if name not in records:
            raise Refused(f"{path}:{number}: {fasta} has no record '{name}'")
    return [records[name] for name in names], names


def read_table(path, tasks=(), fasta=None, valid=0.1, test=0.2, seed=0):
    """The Dataset of a table. Columns: `sequence` (or `name` with a FASTA), values, and maybe `split` (train, valid, test).

    tasks: columns of values; all that are not reserved where none are named. Without a column `split`, rows are split at
    random into shares. Errors: Refused, naming file and line.
    """
    columns, rows = _rows(path)
    tasks = list(tasks) or [column for column in columns if column not in RESERVED]
    lacking = [task for task in tasks if task not in columns]
    if lacking or not tasks:
        raise Refused(f"{path} has no column {', '.join(lacking) or 'of values'}: it has {', '.join(columns)}", USAGE)
    texts, names = _sequences(path, rows, columns, fasta)
    x, y = one_hot.encode(texts, fasta or path), _values(path, rows, columns, tasks)
    if "split" in columns:
        given = [cells[columns.index("split")] for _, cells in rows]
        for name, (number, _) in zip(given, rows):
            if name not in SPLITS:
                raise Refused(f"{path}:{number}: split is '{name}'; it can be {', '.join(SPLITS)}")
        parts = {name: np.flatnonzero([each == name for each in given]) for name in SPLITS}
    else:
        parts = by_fraction(len(rows), valid, test, seed)
    whole = Split(x, y, names=names)
    return check_dataset(Dataset({name: whole.taken(part) for name, part in parts.items()}, tasks), path)
