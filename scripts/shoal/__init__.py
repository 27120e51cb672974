# SPDX-License-Identifier: MIT
"""Shoal from Python (docs/python.md).

    import shoal
    shoal.run("scan", model={"demo": "network.h5"}, fasta="loci.fa", methods="saliency", output="scan.h5")
    with shoal.open("scan.h5") as store:
        store.map("locus_1", "saliency")      # float32 (4, L)

`shoal.train` trains networks that are worth interpreting (docs/training.md).
"""
import importlib

_PLACES = {"open": ("results", "open_result"), "ShoalStore": ("results", "ShoalStore"), "FitResult": ("results", "FitResult"),
           "GlobalResult": ("results", "GlobalResult"), "Comparison": ("results", "Comparison"),
           "MotifsResult": ("results", "MotifsResult"), "read_table": ("results", "read_table"), "run": ("running", "run"),
           "ShoalError": ("errors", "ShoalError"), "MissingLibrary": ("errors", "MissingLibrary"),
           "draw_logo": ("results.drawing", "draw_logo"), "draw_heat_map": ("results.drawing", "draw_heat_map")}
__all__ = sorted(_PLACES)


def __getattr__(name):
    """Modules are loaded when something of theirs is used: reading a table needs no h5py of training, and the reverse."""
    if name not in _PLACES:
        raise AttributeError(f"module 'shoal' has no attribute {name!r}")
    module, member = _PLACES[name]
    return getattr(importlib.import_module(f"{__name__}.{module}"), member)


def __dir__():
    return [*__all__, "train"]
