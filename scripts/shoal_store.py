#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reads Shoal's result stores in a notebook: h5py and numpy, and pandas where it is there.

    from shoal_store import ShoalStore
    with ShoalStore("scan.h5") as store:
        store.tasks                                         # [("deepstarr", "dev"), …]
        store.counts()                                      # {"pending": 0, "done": 72, "failed": 0, "skipped": 0}
        store.loci()                                        # DataFrame or dict of columns: one row a locus
        store.numbers("additive-ridge")                     # wild_type, r2_test, lambda, … of every locus
        maps = store.maps("additive-ridge")                 # float32 (done loci, 4, L)
        store.logo(0, "additive-ridge")                     # (L, 4): what logomaker draws
        store.pair_matrix(0, "pairwise-ridge")              # (L, L): strength of every pair

Rows are the store's loci in order; those that are not done hold NaN. Where a store has one model and one task they need
not be named. `python3 shoal_store.py STORE` prints what is in a store.
"""
import sys

import h5py
import numpy as np

BASES = "ACGT"
STATUSES = ("pending", "done", "failed", "skipped")


def _texts(values):
    return [value.decode(errors="replace").rstrip("\0") for value in np.atleast_1d(values)]


def _group(name):
    """The name of a model's, task's or method's group: a '/' in a name is '_' in the file."""
    return name.replace("/", "_")


def _selection(rows):
    """Rows as HDF5 selects them quickly: what is a range becomes a slice."""
    if isinstance(rows, slice):
        return rows
    rows = np.asarray(rows)
    numbers = np.flatnonzero(rows) if rows.dtype == bool else rows
    if len(numbers) and numbers[-1] - numbers[0] + 1 == len(numbers) and (np.diff(numbers) == 1).all():
        return slice(int(numbers[0]), int(numbers[-1]) + 1)
    return numbers


def _table(columns):
    """A DataFrame where pandas is there, otherwise the columns."""
    try:
        import pandas
    except ImportError:
        return columns
    return pandas.DataFrame(columns)


class ShoalStore:
    """One store, open for reading."""

    def __init__(self, path):
        self.file = h5py.File(path, "r")
        if "shoal_format" not in self.file.attrs:
            self.file.close()
            raise ValueError(f"{path} is no Shoal store")
        self.status = self.file["loci/status"][:]
        self.done = self.status == STATUSES.index("done")
        self.length = int(self._lines(self.file["models"], "length")[0])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    @staticmethod
    def _lines(place, name):
        """A text attribute, or the dataset that a long one becomes, line by line."""
        value = place.attrs[name] if name in place.attrs else place[name][()]
        text = value.decode() if isinstance(value, bytes) else str(value)
        return text.rstrip("\0").split("\n") if text else []

    @property
    def models(self):
        return self._lines(self.file["models"], "models")

    @property
    def tasks(self):
        """(model, task) pairs in the store's order."""
        return [(model, task) for model in self.models
                for task in self._lines(self.file["models"][_group(model)], "tasks")]

    @property
    def methods(self):
        return self._lines(self.file["models"], "methods")

    def provenance(self):
        """What determines the numbers, key by key."""
        group = self.file["provenance"]
        return {key: "\n".join(self._lines(group, key)) for key in self._lines(group, "order")}

    def notes(self, method):
        """Definition, gauge and units of a method."""
        group = self.file["methods"][_group(method)]
        return {key: "\n".join(self._lines(group, key)) for key in group.attrs}

    def _task(self, model, task):
        wanted = [pair for pair in self.tasks if model in (None, pair[0]) and task in (None, pair[1])]
        if len(wanted) != 1:
            raise ValueError(f"choose a model and a task among {self.tasks}")
        return self.file["models"][_group(wanted[0][0])][_group(wanted[0][1])]

    def _method(self, method, model, task):
        group = self._task(model, task)
        if method not in self.methods:
            raise ValueError(f"there is no method {method!r}; there are {self.methods}")
        return group[_group(method)]

    def counts(self):
        """Number of loci by status."""
        found = np.bincount(self.status, minlength=len(STATUSES))
        return {name: int(count) for name, count in zip(STATUSES, found)}

    def loci(self, rows=None):
        """Every locus, or those of `rows`: chrom, start, end, strand, name, status, message, sequence."""
        loci = self.file["loci"]
        rows = slice(None) if rows is None else _selection(rows)
        columns = {name: loci[name][rows] for name in ("chrom", "start", "end", "strand", "name")}
        columns["status"] = [STATUSES[status] for status in self.status[rows]]
        columns.update({name: loci[name][rows] for name in ("message", "sequence")})
        texts = ("chrom", "strand", "name", "message", "sequence")
        return _table({name: _texts(values) if name in texts else values for name, values in columns.items()})

    def arrays(self, method, model=None, task=None):
        """Names of a method's arrays, such as map, pairs and curve."""
        return [name for name in self._method(method, model, task) if name != "scalars"]

    def scalar_names(self, method=None, model=None, task=None):
        """Names of a method's numbers, or of the task's."""
        group = self._method(method, model, task) if method else self._task(model, task)
        return list(group["scalars"].dtype.names) if "scalars" in group else []

    def numbers(self, method=None, model=None, task=None):
        """The task's numbers of every locus, and the method's: float64 columns, NaN where a row is not done."""
        groups = [self._task(model, task)] + ([self._method(method, model, task)] if method else [])
        columns = {}
        for group in groups:
            if "scalars" not in group:
                continue
            records = group["scalars"][:]
            columns.update({name: np.where(self.done, records[name], np.nan) for name in records.dtype.names})
        return _table(columns)

    def array(self, name, method, model=None, task=None, rows=None):
        """An array of a method at `rows` (numbers, a slice or a mask; default: the done loci)."""
        return self._method(method, model, task)[name][_selection(self.done if rows is None else rows)]

    def maps(self, method, model=None, task=None, rows=None):
        """float32 (rows, 4, L), bases A, C, G, T, in the gauge of notes(method)."""
        return self.array("map", method, model, task, rows)

    def one_hot(self, rows=None):
        """int8 (rows, 4, L); zeros where the sequence is N."""
        texts = self.file["loci/sequence"][_selection(self.done if rows is None else rows)]
        letters = np.array([list(text.ljust(self.length, "N")) for text in _texts(texts)]).reshape(-1, self.length)
        return np.stack([letters == base for base in BASES], axis=1).astype(np.int8)

    def logo(self, row, method, model=None, task=None, projected=True):
        """(L, 4) the locus's map, every position centred; `projected`: only at the sequence's own bases."""
        values = self.maps(method, model, task, slice(row, row + 1))[0].astype(float)
        values -= values.mean(axis=0)
        return (values * self.one_hot(slice(row, row + 1))[0] if projected else values).T

    def pairs(self, row, method, model=None, task=None):
        """Positions int64 (P, 2) and effects (P, 4, 4) of a method with pairs: a surrogate, or pairwise-ism."""
        constants = self.file["methods"][_group(method)]
        positions = constants["pair_positions" if "pair_positions" in constants else "positions"][:]
        return positions, self.array("pairs", method, model, task, slice(row, row + 1))[0]

    def pair_matrix(self, row, method, model=None, task=None):
        """(L, L), symmetric: the root of the sum of squares of every pair's effects; 0 where a pair was not fitted."""
        positions, effects = self.pairs(row, method, model, task)
        matrix = np.zeros((self.length, self.length))
        strength = np.sqrt((effects.astype(float) ** 2).sum(axis=(1, 2)))
        matrix[positions[:, 0], positions[:, 1]] = strength
        return matrix + matrix.T


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: shoal_store.py STORE")
    with ShoalStore(sys.argv[1]) as store:
        print(f"{len(store.done)} loci of {store.length} bases, {store.done.sum()} done")
        for model, task in store.tasks:
            print(f"model {model}, task {task}: {', '.join(store.methods)}")


if __name__ == "__main__":
    main()
