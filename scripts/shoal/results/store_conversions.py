# SPDX-License-Identifier: MIT
"""A store as other libraries hold such data."""
import numpy as np

from ..errors import library
from .hdf5 import BASES


class StoreConversions:
    """Part of ShoalStore."""

    def to_xarray(self, method, rows=None):
        """xarray.Dataset with `map` (task, locus, base, position), as maps(), and `one_hot` (locus, base, position); tasks are
        called NETWORK/TASK. Networks must read windows of one length. Errors: MissingLibrary."""
        xarray = library("xarray", "to_xarray()")
        rows = np.flatnonzero(self.done) if rows is None else rows
        loci = dict(self.loci(rows))
        maps = np.stack([self.maps(method, model, task, rows) for model, task in self.tasks])
        coordinates = {"task": [f"{model}/{task}" for model, task in self.tasks], "locus": list(loci["name"]), "base": list(BASES),
                       **{name: ("locus", np.asarray(loci[name])) for name in ("chrom", "start", "end", "strand")}}
        model = self.tasks[0][0] if maps.shape[-1] != self.length else None
        return xarray.Dataset({"map": (("task", "locus", "base", "position"), maps),
                               "one_hot": (("locus", "base", "position"), self.one_hot(rows, model))},
                              coords=coordinates, attrs={"method": method, **self.notes(method, model)})

    def to_anndata(self, method, model=None, task=None, rows=None):
        """anndata.AnnData: one observation per locus, one variable per position; X is the map at the locus's own bases, a layer
        per base has the whole map. obs has rows(method). Errors: MissingLibrary."""
        anndata, pandas = library("anndata", "to_anndata()"), library("pandas", "to_anndata()")
        rows = np.flatnonzero(self.done) if rows is None else np.arange(len(self.done))[rows]
        maps = self.maps(method, model, task, rows)
        own = (maps * self.one_hot(rows, self._place(model, task)[0])).sum(axis=1)
        observations = pandas.DataFrame(dict(self.rows(method, model, task))).iloc[rows]
        observations.index = [f"{row}" for row in rows]
        return anndata.AnnData(own, obs=observations, var=pandas.DataFrame(index=[str(i) for i in range(own.shape[1])]),
                               layers={base: maps[:, number] for number, base in enumerate(BASES)})
