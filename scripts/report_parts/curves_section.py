# SPDX-License-Identifier: MIT
"""Global epistasis: the learned response curve of each chosen locus over the range of its data."""
import numpy as np

from .drawing import GREY, ORANGE, Plot, padded
from .page import element, figure, joined, note, number, panels
from .store_view import named

MOST_LOCI = 6
MOST_METHODS = 6
BASES = "ACGT"


def wild_type_phi(store, row, each, names):
    """The latent value of the locus's own sequence: constant and effects of its bases and pairs of bases."""
    constant = store.numbers(each.method, each.model, each.task)["constant"][row]
    rows = slice(row, row + 1)
    ones = store.one_hot(rows, each.model)[0]
    phi = float(constant) + float((store.maps(rows=rows, array="map", **each.place)[0].astype(float) * ones).sum())
    if "pairs" in names:
        positions, effects = store.pairs(row, **each.place)
        known = ones.any(axis=0)
        bases = ones.argmax(axis=0)
        both = known[positions[:, 0]] & known[positions[:, 1]]
        own = effects[np.arange(len(positions)), bases[positions[:, 0]], bases[positions[:, 1]]]
        phi += float(own[both].astype(float).sum())
    return phi


def _panel(view, row, each):
    grid, heights = view.store.array("curve", rows=slice(row, row + 1), **each.place)[0]
    if not (np.isfinite(grid).all() and np.isfinite(heights).all()):
        return None
    locus, task, numbers = view.locus(row), view.numbers(each.model, each.task), view.of(each)
    wild_type = task["wild_type"][row] if "wild_type" in task else np.nan
    phi = wild_type_phi(view.store, row, each, view.arrays(each))
    xs = [*grid, phi]
    ys = [*heights] + ([wild_type] if np.isfinite(wild_type) else [])
    plot = Plot(f"Response curve of {named(locus)}, {each.name}: from {number(heights[0])} at phi {number(grid[0])} to "
                f"{number(heights[-1])} at phi {number(grid[-1])}",
                padded(min(xs), max(xs)), padded(min(ys), max(ys), 0.08), "latent effect φ", "score", (330, 230))
    straight = np.polyfit(grid, heights, 1)
    plot.curve(grid[[0, -1]], np.polyval(straight, grid[[0, -1]]), GREY, 1, "4 3")
    plot.curve(grid, heights)
    if np.isfinite(wild_type):
        plot.points([phi], [wild_type], ORANGE, 8, 1)
    flat = numbers["flat_fraction"][row] if "flat_fraction" in numbers else np.nan
    on_the_flat = f" · {flat:.0%} on the flat" if np.isfinite(flat) else ""
    held_out = f" · held-out R² {number(numbers['r2_test'][row])}" if "r2_test" in numbers else ""
    return figure(plot.drawn(), f"{named(locus)}{held_out}{on_the_flat}")


def build(view, rows):
    methods = view.with_array("curve")
    rows = rows[:MOST_LOCI]
    if not methods or not len(rows):
        return None
    parts = []
    for each in methods[:MOST_METHODS]:
        found = [panel for panel in (_panel(view, row, each) for row in rows) if panel]
        parts += [element("h3", each.name), panels(*found) if found else note("No curve: these fits fell back to simpler ones.")]
    cut = f" The first {MOST_METHODS} of {len(methods)} methods with curves." if len(methods) > MOST_METHODS else ""
    return joined(element("p", "The score as a function g(φ) of the additive (and pairwise) effects, drawn over the φ of the mutants "
                          "that were fitted: beyond the curve's ends there is no data. Dashed: the straight line nearest to it. Orange: the "
                          "sequence itself, at its φ and the network's score. “On the flat”: mutants where the slope is under 5 % of its largest."),
                  note(f"The first {len(rows)} of the loci above.{cut}"), *parts)
