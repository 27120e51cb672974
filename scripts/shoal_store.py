#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reads Shoal's result stores in a notebook, with h5py and numpy, and with pandas if it is installed.

    from shoal_store import ShoalStore
    with ShoalStore("scan.h5") as store:
        store.tasks                                         # [("deepstarr", "dev"), …]
        store.counts()                                      # {"pending": 0, "done": 72, "failed": 0, "skipped": 0}
        store.loci()                                        # DataFrame or dict of columns: one row per locus
        store.rows("additive-ridge")                        # the same with every number of the locus and the method
        store.numbers("additive-ridge")                     # wild_type, r2_test, lambda, … of every locus
        maps = store.maps("additive-ridge")                 # float32 (done loci, 4, L)
        store.maps("pairwise-ridge")                        # effects on the wild type; array="map": the additive map
        store.logo(0, "additive-ridge")                     # (L, 4): what logomaker draws
        store.draw_logo(0, "additive-ridge", start=40, stop=90)
        store.pair_matrix(0, "pairwise-ridge")              # (L, L): strength of every pair
        store.pair_map(0, "pairwise-ridge", 40, 60)         # (20, 4, 20, 4): SQUID's theta_lclc
        store.strongest_pairs(0, "pairwise-ridge")          # which two changes interact most
        store.draw_pairs(0, "pairwise-ridge")
        phi, g = store.curve(0, "additive-ge")              # global epistasis

Rows are the store's loci in order; those that are not done hold NaN. Where a store has one model and one task they need
not be named. L is the length of what the model reads: part(model) says which part of the loci's windows that is, and
loci(model=NAME), one_hot(model=NAME) are of that part. `python3 shoal_store.py STORE` prints what is in a store.
"""
import sys

import h5py
import numpy as np

BASES = "ACGT"
COLOURS = {"A": "#109648", "C": "#255c99", "G": "#f7b32b", "T": "#d62839"}
STATUSES = ("pending", "done", "failed", "skipped")


def _texts(values):
    return [value.decode(errors="replace").rstrip("\0") for value in np.atleast_1d(values)]


def _group(name):
    """The name of a model's, task's or method's group: a '/' in a name is '_' in the file."""
    return name.replace("/", "_")


def _selection(rows):
    """Rows in the form that HDF5 selects quickly: a range becomes a slice."""
    if isinstance(rows, slice):
        return rows
    rows = np.asarray(rows)
    numbers = np.flatnonzero(rows) if rows.dtype == bool else rows
    if len(numbers) and numbers[-1] - numbers[0] + 1 == len(numbers) and (np.diff(numbers) == 1).all():
        return slice(int(numbers[0]), int(numbers[-1]) + 1)
    return numbers


def _table(columns):
    """A DataFrame if pandas is installed, otherwise the columns."""
    try:
        import pandas
    except ImportError:
        return columns
    return pandas.DataFrame(columns)


def draw_letter(axes, letter, left, bottom, height):
    """One letter of width 1 from `bottom` by `height`, upside down if that is negative, on matplotlib's axes."""
    from matplotlib import font_manager, patches, textpath, transforms
    path = textpath.TextPath((0, 0), letter, size=1, prop=font_manager.FontProperties(family="monospace", weight="bold"))
    box = path.get_extents()
    placed = (transforms.Affine2D().translate(-box.x0, -box.y0)
              .scale(0.92 / box.width, height / box.height).translate(left + 0.04, bottom))
    axes.add_patch(patches.PathPatch(placed.transform_path(path), facecolor=COLOURS[letter], linewidth=0))


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

    def part(self, model=None):
        """(offset, length) of what a model reads of the loci's windows, around the same anchor; without one, all of it.
        `offset` bases of a window come before it on the genome's + strand."""
        attributes = self.file["models"][_group(model)].attrs if model is not None else {}
        if "length" not in attributes:
            return 0, self.length
        group = self.file["models"][_group(model)]
        return int(self._lines(group, "offset")[0]), int(self._lines(group, "length")[0])

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
        group = self._methods_at(model)[_group(method)]
        return {key: "\n".join(self._lines(group, key)) for key in group.attrs}

    def _place(self, model, task):
        wanted = [pair for pair in self.tasks if model in (None, pair[0]) and task in (None, pair[1])]
        if len(wanted) != 1:
            raise ValueError(f"choose a model and a task among {self.tasks}")
        return wanted[0]

    def _task(self, model, task):
        model, task = self._place(model, task)
        return self.file["models"][_group(model)][_group(task)]

    def _method(self, method, model, task):
        group = self._task(model, task)
        if method not in self.methods:
            raise ValueError(f"there is no method {method!r}; there are {self.methods}")
        return group[_group(method)]

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
        columns = {name: _texts(values) if name in texts else values for name, values in columns.items()}
        offset, length = self.part(model)
        if length < self.length:
            columns["start"] = columns["start"] + offset
            columns["end"] = columns["start"] + length
            columns["sequence"] = [text[start:start + length] for text, start in
                                   zip(columns["sequence"], self.starts(rows, model))]
        return _table(columns)

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

    def rows(self, method=None, model=None, task=None):
        """loci() and numbers(method) side by side: one row per locus."""
        loci, numbers = self.loci(), self.numbers(method, model, task)
        return _table({**dict(loci), **dict(numbers)})

    def row(self, name):
        """The number of the first locus called `name`."""
        names = _texts(self.file["loci/name"][:])
        if name not in names:
            raise ValueError(f"there is no locus {name!r}")
        return names.index(name)

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
                 zip(_texts(self.file["loci/sequence"][rows]), self.starts(rows, model))]
        letters = np.array([list(text) for text in texts]).reshape(-1, length)
        return np.stack([letters == base for base in BASES], axis=1).astype(np.int8)

    def logo(self, row, method, model=None, task=None, projected=True, array=None):
        """(L, 4) the locus's usual_array(method), or `array`, every position centred; `projected`: only at the sequence's own bases. With `array`
        "map_raw" the map without the gradient correction, not centred, which would correct it."""
        values = self.maps(method, model, task, slice(row, row + 1), array)[0].astype(float)
        if array != "map_raw":
            values -= values.mean(axis=0)
        own = self.one_hot(slice(row, row + 1), self._place(model, task)[0])[0]
        return (values * own if projected else values).T

    def variant_effects(self, row, method, model=None, task=None, units="latent"):
        """(4, L) what every single substitution does: phi(variant) - phi(sequence), or with `units` "response"
        g(phi(variant)) - g(phi(sequence)), in units of the score; 0 where the sequence is N."""
        sequence = self.one_hot(slice(row, row + 1), self._place(model, task)[0])[0].astype(float)
        values = self.maps(method, model, task, slice(row, row + 1), "map")[0].astype(float)
        own = (values * sequence).sum(axis=0)
        effects = (values - own) * sequence.sum(axis=0)
        group = self._method(method, model, task)
        scalars = group["scalars"][row]
        phi = float(scalars["constant"] if "constant" in scalars.dtype.names else scalars["intercept"]) + own.sum()
        if "pairs" in group:
            positions, pairs = self.pairs(row, method, model, task)
            for (first, second), effect in zip(positions, pairs.astype(float)):
                now = sequence[:, first] @ effect @ sequence[:, second]
                effects[:, first] += (effect @ sequence[:, second] - now) * sequence[:, first].sum()
                effects[:, second] += (sequence[:, first] @ effect - now) * sequence[:, second].sum()
                phi += now
        if units == "latent" or "curve" not in group:
            return effects
        curve = self._curve(group, row, scalars)
        return curve(phi + effects) - curve(phi)

    @staticmethod
    def _curve(group, row, scalars):
        """g of one row: exact for sigmoids and lines, straight between the stored points of a spline."""
        if "sigmoids" in group:
            heights, steepness, shifts = group["sigmoids"][row]
            return lambda phi: (scalars["curve_offset"] + scalars["curve_slope"] * phi
                                + np.tanh(np.multiply.outer(phi, steepness) + shifts) @ heights)
        points, values = group["curve"][row]
        return lambda phi: np.interp(phi, points, values)

    def pairs(self, row, method, model=None, task=None):
        """Positions int64 (P, 2) and effects (P, 4, 4) of a method with pairs: a surrogate, or pairwise-ism."""
        constants = self._methods_at(self._place(model, task)[0])[_group(method)]
        positions = constants["pair_positions" if "pair_positions" in constants else "positions"][:]
        return positions, self.array("pairs", method, model, task, slice(row, row + 1))[0]

    def pair_matrix(self, row, method, model=None, task=None):
        """(L, L), symmetric: the root of the sum of squares of every pair's effects; 0 where a pair was not fitted."""
        positions, effects = self.pairs(row, method, model, task)
        length = self.part(self._place(model, task)[0])[1]
        matrix = np.zeros((length, length))
        strength = np.sqrt((effects.astype(float) ** 2).sum(axis=(1, 2)))
        matrix[positions[:, 0], positions[:, 1]] = strength
        return matrix + matrix.T

    def pair_map(self, row, method, start=0, stop=None, model=None, task=None):
        """(W, 4, W, 4), W = stop - start: effects of two bases at two positions, first < second, zeros elsewhere."""
        stop = self.part(self._place(model, task)[0])[1] if stop is None else stop
        positions, effects = self.pairs(row, method, model, task)
        inside = ((positions >= start) & (positions < stop)).all(axis=1)
        dense = np.zeros((stop - start, 4, stop - start, 4), effects.dtype)
        first, second = (positions[inside] - start).T
        dense[first, :, second, :] = effects[inside]
        return dense

    def strongest_pairs(self, row, method, count=20, model=None, task=None):
        """The largest effects of two bases that the locus does not have, in the gauge of notes(method): positions, bases
        and the effect, largest magnitude first."""
        positions, effects = self.pairs(row, method, model, task)
        own = self.one_hot(slice(row, row + 1), self._place(model, task)[0])[0].T.astype(bool)  # (L, 4)
        changed = effects * ~own[positions[:, 0]][:, :, None] * ~own[positions[:, 1]][:, None, :]
        order = np.argsort(-np.abs(changed), axis=None, kind="stable")[:count]
        pair, first, second = np.unravel_index(order, changed.shape)
        letters = np.array(list(BASES))
        return _table({"first": positions[pair, 0], "first_base": letters[first], "second": positions[pair, 1],
                       "second_base": letters[second], "effect": changed[pair, first, second]})

    def curve(self, row, method, model=None, task=None):
        """Global epistasis of a locus: phi and g(phi) at points along the fitted mutants, float64 each."""
        return tuple(self.array("curve", method, model, task, slice(row, row + 1))[0])

    def _axes(self, axes, width, height):
        if axes is not None:
            return axes
        from matplotlib import pyplot
        return pyplot.subplots(figsize=(width, height), constrained_layout=True)[1]

    def draw_logo(self, row, method, start=0, stop=None, model=None, task=None, projected=True, axes=None, array=None):
        """logo() as letters from position `start` to `stop`: at each position the positive ones piled up from 0, the
        smallest first, the negative ones down. Returns matplotlib's axes."""
        stop = self.part(self._place(model, task)[0])[1] if stop is None else stop
        values = self.logo(row, method, model, task, projected, array)[start:stop]
        axes = self._axes(axes, 1 + 0.09 * len(values), 2)
        for position, heights in enumerate(values, start):
            top = bottom = 0.0
            for base in np.argsort(np.abs(heights), kind="stable"):
                height = float(heights[base])
                if height > 0:
                    draw_letter(axes, BASES[base], position, top, height)
                    top += height
                elif height < 0:
                    draw_letter(axes, BASES[base], position, bottom, height)
                    bottom += height
        up, down = np.maximum(values, 0).sum(axis=1), np.minimum(values, 0).sum(axis=1)
        room = 0.05 * ((up.max() - down.min()) or 1)
        axes.set(xlim=(start, stop), ylim=(down.min() - room, up.max() + room), xlabel="position", ylabel=method)
        axes.axhline(0, color="black", linewidth=0.6)
        return axes

    def draw_pairs(self, row, method, start=0, stop=None, model=None, task=None, axes=None):
        """pair_matrix() as a heat map with its colour bar. Returns matplotlib's axes."""
        stop = self.part(self._place(model, task)[0])[1] if stop is None else stop
        matrix = self.pair_matrix(row, method, model, task)[start:stop, start:stop]
        axes = self._axes(axes, 5, 4)
        picture = axes.imshow(matrix, cmap="magma_r", extent=(start, stop, stop, start), interpolation="nearest")
        axes.figure.colorbar(picture, ax=axes, label="strength of the pair")
        axes.set(xlabel="position", ylabel="position", title=method)
        return axes


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: shoal_store.py STORE")
    with ShoalStore(sys.argv[1]) as store:
        print(f"{len(store.done)} loci of {store.length} bases, {store.done.sum()} done")
        for model, task in store.tasks:
            length = store.part(model)[1]
            reads = f" ({length} bases)" if length < store.length else ""
            print(f"model {model}{reads}, task {task}: {', '.join(store.methods)}")


if __name__ == "__main__":
    main()
