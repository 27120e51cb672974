#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws sequence logos of loci in a Shoal store: each base's letter, as high as its attribution.

    /usr/bin/python3 scripts/plot_logos.py store.h5 --loci locus_01,locus_02 --output logos.png

The height is the map's value at the base that the sequence has (the map projected on the wild type), in the network's
units; letters below the axis lower the prediction. With --motifs BED, those of its intervals that lie in the window are
marked under the axis.
"""
import argparse

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.patches
import matplotlib.pyplot as pyplot
import numpy as np

from shoal.results.drawing import draw_letter
from shoal.results.letters import COLOURS

INCHES_PER_BASE = 0.085


def text(value):
    """An HDF5 string as str: variable or fixed length, padded with zeros or not."""
    return value.decode().rstrip("\0") if isinstance(value, bytes) else str(value)


def only(group, wanted, kind):
    """The member called `wanted`, or the only one if no name is given."""
    names = [name for name in group if isinstance(group[name], h5py.Group)]
    if wanted is None and len(names) != 1:
        raise SystemExit(f"the store has several {kind}s: {', '.join(names)}; name one with --{kind}")
    if wanted is not None and wanted not in names:
        raise SystemExit(f"the store has no {kind} '{wanted}', only: {', '.join(names)}")
    return group[wanted or names[0]]


def read_loci(arguments):
    """One dict per locus: name, contig, start, end, strand, sequence, projected [L]."""
    with h5py.File(arguments.store, "r") as store:
        loci = store["loci"]
        model = only(store["models"], arguments.model, "model")
        task = only(model, arguments.task, "task")
        if arguments.method not in task:
            raise SystemExit(f"the store has no method '{arguments.method}', only: {', '.join(task)}")
        arrays = task[arguments.method]
        array = arguments.array or ("effects" if "effects" in arrays else "map")
        if array not in arrays:
            raise SystemExit(f"'{arguments.method}' has no array '{array}', only: {', '.join(arrays)}")
        maps = arrays[array]
        names = [text(name) for name in loci["name"][:]]
        wanted = arguments.loci.split(",") if arguments.loci else names[:3]
        result = []
        for name in wanted:
            if name not in names:
                raise SystemExit(f"the store has no locus '{name}'")
            row = names.index(name)
            if loci["status"][row] != 1:
                raise SystemExit(f"locus '{name}' is not done: {text(loci['message'][row])}")
            sequence, start, end = read_part(model, loci, row)
            one_hot = np.array([[base == letter for base in sequence] for letter in "ACGT"], dtype=np.float32)
            result.append({"name": name, "contig": text(loci["chrom"][row]), "start": start, "end": end,
                           "strand": strand_of(loci["strand"][row]),
                           "sequence": sequence, "projected": (maps[row] * one_hot).sum(axis=0)})
        return result


def read_part(model, loci, row):
    """Sequence, start and end of what the model reads of a locus's window: all of it, or a part around the same anchor."""
    sequence, start, end = text(loci["sequence"][row]), int(loci["start"][row]), int(loci["end"][row])
    if "length" not in model.attrs:
        return sequence, start, end
    offset, length = int(text(model.attrs["offset"])), int(text(model.attrs["length"]))
    first = len(sequence) - offset - length if strand_of(loci["strand"][row]) == "-" else offset
    return sequence[first:first + length], start + offset, start + offset + length


def strand_of(value):
    """'+', '-' or '.' from a letter or its character code."""
    return chr(value) if isinstance(value, np.integer) else text(value)


def motifs_in(locus, bed):
    """(first, last + 1, label) of the intervals of `bed` inside the locus, in the locus's own orientation."""
    found = []
    with open(bed) as rows:
        for row in rows:
            contig, start, end, name, _, strand = row.rstrip("\n").split("\t")
            first, last = int(start) - locus["start"], int(end) - locus["start"]
            if contig != locus["contig"] or first < 0 or last > len(locus["sequence"]):
                continue
            if locus["strand"] == "-":
                first, last = len(locus["sequence"]) - last, len(locus["sequence"]) - first
                strand = {"+": "-", "-": "+"}.get(strand, strand)
            found.append((first, last, f"{name} ({strand})"))
    return found


def draw_locus(axes, locus, motifs, method):
    values = locus["projected"]
    for position, (letter, value) in enumerate(zip(locus["sequence"], values)):
        if letter in COLOURS and value != 0:
            draw_letter(axes, letter, position, 0, float(value))
    low, high = min(values.min(), 0), max(values.max(), 0)
    room = (high - low or 1) * 0.22
    axes.set_xlim(0, len(values))
    axes.set_ylim(low - (room if motifs else room / 4), high + room / 4)
    axes.axhline(0, color="black", linewidth=0.6)
    for first, last, label in motifs:
        axes.add_patch(matplotlib.patches.Rectangle((first, low - 0.35 * room), last - first, 0.18 * room, color="#555"))
        axes.text((first + last) / 2, low - 0.45 * room, label, ha="center", va="top", fontsize=7, color="#333")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    place = f"{locus['contig']}:{locus['start']}-{locus['end']} ({locus['strand']})"
    axes.set_title(f"{locus['name']}   {place}", fontsize=9, loc="left")
    axes.set_ylabel(f"{method}\n(network's units)", fontsize=8)
    axes.tick_params(labelsize=7)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store")
    parser.add_argument("--loci", help="names, separated by commas (default: the first three)")
    parser.add_argument("--model", help="needed when the store has several")
    parser.add_argument("--task", help="needed when the model has several")
    parser.add_argument("--method", default="additive-ridge")
    parser.add_argument("--array", help="map_raw: without the correction of scan --gradient-correction; map: of surrogates with "
                        "interactions the additive map; default: their effects on the wild type, the map of others")
    parser.add_argument("--motifs", help="BED6 of intervals to mark, name in column 4")
    parser.add_argument("--output", default="logos.png")
    arguments = parser.parse_args()

    loci = read_loci(arguments)
    longest = max(len(locus["sequence"]) for locus in loci)
    figure, rows = pyplot.subplots(len(loci), 1, figsize=(1 + INCHES_PER_BASE * longest, 1.9 * len(loci)),
                                   squeeze=False, constrained_layout=True)
    for axes, locus in zip(rows[:, 0], loci):
        draw_locus(axes, locus, motifs_in(locus, arguments.motifs) if arguments.motifs else [], arguments.method)
    rows[-1, 0].set_xlabel("position in the window, in the locus's own orientation (bp)", fontsize=8)
    figure.savefig(arguments.output, dpi=150)


if __name__ == "__main__":
    main()
