# SPDX-License-Identifier: MIT
"""A result store of `shoal scan` (src/store/README.md)."""
import re

import numpy as np

from ..errors import ShoalError
from .hdf5 import BASES, ResultFile, group_name, lines_of, table_of, text_of, texts_of
from .store_conversions import StoreConversions
from .store_drawing import StoreDrawing
from .store_pairs import StorePairs

STATUSES = ("pending", "done", "failed", "skipped")
REGION = re.compile(r"([^:\s]+):([\d,]+)-([\d,]+)")


def _selection(rows):
    """Rows in the form that HDF5 selects quickly: a range becomes a slice."""
    if isinstance(rows, slice):
        return rows
    rows = np.asarray(rows)
    numbers = np.flatnonzero(rows) if rows.dtype == bool else rows
    if len(numbers) and numbers[-1] - numbers[0] + 1 == len(numbers) and (np.diff(numbers) == 1).all():
        return slice(int(numbers[0]), int(numbers[-1]) + 1)
    return numbers


class ShoalStore(ResultFile, StorePairs, StoreConversions, StoreDrawing):
    """One store, open for reading.

    Rows are the store's loci in order; those that are not done hold NaN. Where a store has one network and one task they need
    not be named. A locus is a row's number, a name, or a region such as "chr1:1,000-1,200". L is the length of what the
    network reads: part(model) says which part of the loci's windows that is, and loci(model=NAME), one_hot(model=NAME) are
    of that part.
    """

    kind = "scan"
    read_formats = ("2", "3")
    what = "Shoal store"

    def __init__(self, path, file=None):
        super().__init__(path, file)
        self.status = self.file["loci/status"][:]
        self.done = self.status == STATUSES.index("done")
        self.length = int(lines_of(self.file["models"], "length")[0])

    @classmethod
    def is_one(cls, file):
        return "shoal_format" in file.attrs

    @classmethod
    def format_of(cls, file):
        return text_of(file.attrs["shoal_format"])

    def summary(self):
        tasks = ", ".join(f"{model}/{task}" for model, task in self.tasks)
        return f"{self.done.sum()} of {len(self.done)} loci of {self.length} bases; {tasks}; {', '.join(self.methods)}"

    @property
    def models(self):
        return lines_of(self.file["models"], "models")

    @property
    def tasks(self):
        """(model, task) pairs in the store's order."""
        return [(model, task) for model in self.models
                for task in lines_of(self.file["models"][group_name(model)], "tasks")]

    @property
    def methods(self):
        return lines_of(self.file["models"], "methods")

    def provenance(self):
        """What determines the numbers, key by key."""
        group = self.file["provenance"]
        return {key: "\n".join(lines_of(group, key)) for key in lines_of(group, "order")}

    def part(self, model=None):
        """(offset, length) of what a model reads of the loci's windows, around the same anchor; without one, all of it.
        `offset` bases of a window come before it on the genome's + strand."""
        attributes = self.file["models"][group_name(model)].attrs if model is not None else {}
        if "length" not in attributes:
            return 0, self.length
        group = self.file["models"][group_name(model)]
        return int(lines_of(group, "offset")[0]), int(lines_of(group, "length")[0])

    def starts(self, rows=None, model=None):
        """int64 (rows,): where what a model reads begins in the sequences of whole windows, in the loci's orientation."""
        offset, length = self.part(model)
        strands = self.file["loci/strand"][_selection(self.done if rows is None else rows)]
        return np.where(strands == b"-", self.length - offset - length, offset).astype(np.int64)

    def _methods_at(self, model):
        """The group that describes methods at the length of what a model reads."""
        length = self.part(model)[1]
        return self.file["methods"] if length == self.length else self.file["methods_by_length"][str(length)]

    def notes(self, method, model=None):
        """Definition, gauge and units of a method, and its arrays at the length of what a model reads."""
        group = self._methods_at(model)[group_name(method)]
        return {key: "\n".join(lines_of(group, key)) for key in group.attrs}

    def _place(self, model, task):
        wanted = [pair for pair in self.tasks if model in (None, pair[0]) and task in (None, pair[1])]
        if len(wanted) != 1:
            raise ShoalError(f"choose a model and a task among {self.tasks}")
        return wanted[0]

    def _task(self, model, task):
        model, task = self._place(model, task)
        return self.file["models"][group_name(model)][group_name(task)]

    def _method(self, method, model, task):
        group = self._task(model, task)
        if method not in self.methods:
            raise ShoalError(f"there is no method {method!r}; there are {self.methods}")
        return group[group_name(method)]

    def counts(self):
        """Number of loci by status."""
        found = np.bincount(self.status, minlength=len(STATUSES))
        return {name: int(count) for name, count in zip(STATUSES, found)}

    def loci(self, rows=None, model=None):
        """Every locus, or those of `rows`: chrom, start, end, strand, name, status, message, sequence; with `model`,
        start, end and sequence are of what it reads."""
        loci = self.file["loci"]
        rows = slice(None) if rows is None else _selection(rows)
        columns = {name: loci[name][rows] for name in ("chrom", "start", "end", "strand", "name")}
        columns["status"] = [STATUSES[status] for status in self.status[rows]]
        columns.update({name: loci[name][rows] for name in ("message", "sequence")})
        texts = ("chrom", "strand", "name", "message", "sequence")
        columns = {name: texts_of(values) if name in texts else values for name, values in columns.items()}
        offset, length = self.part(model)
        if length < self.length:
            columns["start"] = columns["start"] + offset
            columns["end"] = columns["start"] + length
            columns["sequence"] = [text[start:start + length] for text, start in
                                   zip(columns["sequence"], self.starts(rows, model))]
        return table_of(columns)

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
        return table_of(columns)

    def rows(self, method=None, model=None, task=None):
        """loci() and numbers(method) side by side: one row per locus."""
        loci, numbers = self.loci(), self.numbers(method, model, task)
        return table_of({**dict(loci), **dict(numbers)})

    def row(self, locus):
        """The number of the first locus with this name or region, or the number itself. Errors: ShoalError."""
        if isinstance(locus, (int, np.integer)):
            return int(locus)
        names = texts_of(self.file["loci/name"][:])
        if locus in names:
            return names.index(locus)
        found = self.rows_at(locus) if REGION.fullmatch(locus) else []
        if len(found) == 0:
            raise ShoalError(f"there is no locus {locus!r} in {self.path}")
        return int(found[0])

    def rows_at(self, region):
        """Numbers of the loci that overlap "chrom:first-last", whose positions count from 1 as in genome browsers."""
        match = REGION.fullmatch(region)
        if not match:
            raise ShoalError(f"{region!r} is no region such as chr1:1,000-1,200")
        first, last = (int(match[group].replace(",", "")) for group in (2, 3))
        loci = self.file["loci"]
        contigs = np.array(texts_of(loci["chrom"][:]), dtype=object)
        return np.flatnonzero((contigs == match[1]) & (loci["start"][:] < last) & (loci["end"][:] >= first))

    def scores(self, row, model=None, task=None):
        """float32 (kept,): scores of the locus's mutants in library order, if the scan had --keep-y."""
        return self._task(model, task)["y"][row]

    def array(self, name, method, model=None, task=None, rows=None):
        """An array of a method at `rows` (numbers, a slice or a mask; default: the done loci)."""
        return self._method(method, model, task)[name][_selection(self.done if rows is None else rows)]

    def usual_array(self, method, model=None, task=None):
        """The array [4, L] that is shown unless another is asked for: "effects", the effects of substitutions on the wild
        type, of surrogates with interactions, whose map depends on the gauge; "map" of other methods and older stores."""
        return "effects" if "effects" in self.arrays(method, model, task) else "map"

    def map(self, locus, method, model=None, task=None, array=None):
        """float32 (4, L): the map of one locus, as in maps()."""
        row = self.row(locus)
        return self.maps(method, model, task, slice(row, row + 1), array)[0]

    def maps(self, method, model=None, task=None, rows=None, array=None):
        """float32 (rows, 4, L), bases A, C, G, T: usual_array(method), or `array`. "map": in the gauge of notes(method);
        "map_raw": without the gradient correction that the scan was told to make; "effects": what substitutions of the
        wild type do to the prediction, in units of the score; "effects_latent": to phi."""
        return self.array(array or self.usual_array(method, model, task), method, model, task, rows)

    def one_hot(self, rows=None, model=None):
        """int8 (rows, 4, L) of what a model reads, without one of whole windows; zeros where the sequence is N."""
        rows = _selection(self.done if rows is None else rows)
        length = self.part(model)[1]
        texts = [text.ljust(self.length, "N")[start:start + length] for text, start in
                 zip(texts_of(self.file["loci/sequence"][rows]), self.starts(rows, model))]
        letters = np.array([list(text) for text in texts]).reshape(-1, length)
        return np.stack([letters == base for base in BASES], axis=1).astype(np.int8)

    def logo(self, locus, method, model=None, task=None, projected=True, array=None):
        """(L, 4) the locus's usual_array(method), or `array`, every position centred; `projected`: only at the sequence's own bases. With `array`
        "map_raw" the map without the gradient correction, not centred, which would correct it."""
        row = self.row(locus)
        values = self.maps(method, model, task, slice(row, row + 1), array)[0].astype(float)
        if array != "map_raw":
            values -= values.mean(axis=0)
        own = self.one_hot(slice(row, row + 1), self._place(model, task)[0])[0]
        return (values * own if projected else values).T

