# SPDX-License-Identifier: MIT
"""Readers of everything that Shoal writes."""
import pathlib

from ..errors import ShoalError
from .comparison import Comparison
from .experiments import GlobalResult
from .fit import FitResult
from .hdf5 import opened
from .motifs import MotifsResult
from .store import ShoalStore
from .tables import read_table

KINDS = (ShoalStore, FitResult, GlobalResult, Comparison, MotifsResult)
TABLES = (".tsv", ".txt", ".bed")


def open_result(path):
    """What a file of Shoal holds: that of open_hdf5, or of a tab-separated file its table. Errors: ShoalError."""
    return read_table(path) if pathlib.Path(path).suffix in TABLES else open_hdf5(path)


def open_hdf5(path):
    """A ShoalStore, FitResult, GlobalResult, Comparison or MotifsResult. Errors: ShoalError."""
    file = opened(path)
    for kind in KINDS:
        if kind.is_one(file):
            return kind(path, file)
    file.close()
    raise ShoalError(f"{path} is no file that Shoal wrote: it has neither the attribute shoal_format nor shoal.kind")
