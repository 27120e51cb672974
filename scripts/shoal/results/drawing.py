# SPDX-License-Identifier: MIT
"""Logos, heat maps and curves on matplotlib's axes, from arrays."""
import numpy as np

from ..errors import library
from .hdf5 import BASES
from .letters import COLOURS, piled


def axes_or_new(axes, width, height):
    """The axes, or those of a new figure of that size in inches. Errors: MissingLibrary."""
    if axes is not None:
        return axes
    pyplot = library("matplotlib.pyplot", "a picture")
    return pyplot.subplots(figsize=(width, height), constrained_layout=True)[1]


def draw_letter(axes, letter, left, bottom, height):
    """One letter of width 1 from `bottom` by `height`, upside down if that is negative."""
    from matplotlib import font_manager, patches, textpath, transforms
    path = textpath.TextPath((0, 0), letter, size=1, prop=font_manager.FontProperties(family="monospace", weight="bold"))
    box = path.get_extents()
    placed = (transforms.Affine2D().translate(-box.x0, -box.y0)
              .scale(0.92 / box.width, height / box.height).translate(left + 0.04, bottom))
    axes.add_patch(patches.PathPatch(placed.transform_path(path), facecolor=COLOURS[letter], linewidth=0))


def draw_logo(values, axes=None, start=0, label=""):
    """values [positions, 4] as letters: at each position the positive ones piled up from 0, the smallest first, the negative
    ones down. The first position is called `start`. Returns the axes."""
    values = np.asarray(values, float)
    axes = axes_or_new(axes, 1 + 0.09 * len(values), 2)
    for position, base, bottom, height in piled(values):
        draw_letter(axes, base, start + position, bottom, height)
    up, down = np.maximum(values, 0).sum(axis=1), np.minimum(values, 0).sum(axis=1)
    room = 0.05 * ((up.max() - down.min()) or 1)
    axes.set(xlim=(start, start + len(values)), ylim=(down.min() - room, up.max() + room), xlabel="position", ylabel=label)
    axes.axhline(0, color="black", linewidth=0.6)
    return axes


def draw_heat_map(values, axes=None, start=0, label="", letters=BASES):
    """values [letters, positions] as colours, blue below 0 and red above. Returns the axes."""
    values = np.asarray(values, float)
    axes = axes_or_new(axes, 1 + 0.09 * values.shape[1], 1.6)
    most = np.abs(values).max() or 1
    picture = axes.imshow(values, cmap="RdBu_r", vmin=-most, vmax=most, aspect="auto", interpolation="nearest",
                          extent=(start, start + values.shape[1], len(letters) - 0.5, -0.5))
    axes.figure.colorbar(picture, ax=axes, label=label)
    axes.set(xlabel="position", yticks=range(len(letters)), yticklabels=list(letters))
    return axes


def draw_matrix(matrix, axes=None, start=0, label="", title=""):
    """matrix [positions, positions] of sizes as colours. Returns the axes."""
    axes = axes_or_new(axes, 5, 4)
    stop = start + len(matrix)
    picture = axes.imshow(matrix, cmap="magma_r", extent=(start, stop, stop, start), interpolation="nearest")
    axes.figure.colorbar(picture, ax=axes, label=label)
    axes.set(xlabel="position", ylabel="position", title=title)
    return axes


def draw_curve(x, y, axes=None, band=None, labels=("", "")):
    """y over x as a line; band: (lower, upper) of it as an area. Returns the axes."""
    axes = axes_or_new(axes, 4, 3)
    order = np.argsort(x, kind="stable")
    x, y = np.asarray(x)[order], np.asarray(y)[order]
    if band is not None:
        axes.fill_between(x, np.asarray(band[0])[order], np.asarray(band[1])[order], alpha=0.25, linewidth=0)
    axes.plot(x, y)
    axes.set(xlabel=labels[0], ylabel=labels[1])
    return axes
