# SPDX-License-Identifier: MIT
"""Interactions of two positions: the strength of every pair as a heat map, and the strongest pair base by base."""
import numpy as np

from shoal.results.pairs import strengths

from .drawing import DIVERGING, SEQUENTIAL, bitmap, colour_at, colour_bar, image, label, nice_ticks, rectangle, svg
from .page import element, figure, joined, note, number, panels, table
from .sequence_logo import genome_position
from .store_view import named, place_of

MOST_LOCI = 3
MOST_METHODS = 6
MOST_CELLS = 500  # positions per side; longer loci are pooled
STRONGEST = 5
BASES = "ACGT"


def _pooled(matrix):
    """The matrix with neighbouring positions taken together by their largest value, and how many."""
    size = -(-len(matrix) // MOST_CELLS)
    if size == 1:
        return matrix, 1
    padded = np.pad(matrix, (0, -len(matrix) % size))
    cells = len(padded) // size
    return padded.reshape(cells, size, cells, size).max(axis=(1, 3)), size


def _region(matrix):
    """[start, stop) of the positions that have pairs: a window's heat map shows the window."""
    used = np.flatnonzero(matrix.any(axis=0))
    return (int(used[0]), int(used[-1]) + 1) if len(used) else (0, len(matrix))


def _heat_map(title, matrix, locus):
    start, stop = _region(matrix)
    cells, size = _pooled(matrix[start:stop, start:stop])
    highest = float(cells.max(initial=0.0))
    side, left, top = 360, 78, 6
    parts = [image(bitmap(cells, highest), left, top, side, side)]
    ends = sorted((genome_position(locus, start), genome_position(locus, stop - 1)))
    for tick in nice_ticks(*ends, most=4):
        if tick != int(tick):
            continue
        position = locus["end"] - 1 - tick if locus["strand"] == "-" else tick - locus["start"]
        at = (position - start + 0.5) / (stop - start) * side
        parts += [rectangle(left + at - 0.5, top + side, 1, 4, "#8a94a0"), rectangle(left - 4, top + at - 0.5, 4, 1, "#8a94a0"),
                  label(left + at, top + side + 16, f"{int(tick):,}", 10, "middle"),
                  label(left - 7, top + at + 4, f"{int(tick):,}", 10, "end")]
    parts.append(colour_bar(left + side + 12, top, side, 0.0, highest, SEQUENTIAL, "strength"))
    return svg(left + side + 58, top + side + 24, title, *parts), size


def _pair_table(title, effects, first, second):
    """The 4 x 4 effects with their numbers; bases of the first position down, of the second across. Boxed: the sequence's."""
    highest = float(np.abs(effects).max()) or 1.0
    width, height, left, top = 62, 40, 54, 46
    parts = [label(left + 2 * width, 14, second[1], 11, "middle"),
             label(14, top + 2 * height, first[1], 11, "middle", rotate=-90)]
    for row, base in enumerate(BASES):
        bold = [700 if base == own[0] else None for own in (first, second)]
        parts.append(label(left - 10, top + (row + 0.5) * height + 5, base, 14, "end", weight=bold[0]))
        parts.append(label(left + (row + 0.5) * width, top - 8, base, 14, "middle", weight=bold[1]))
        for column, value in enumerate(effects[row]):
            red, green, blue = colour_at(0.5 + 0.5 * value / highest, DIVERGING)
            own = base == first[0] and BASES[column] == second[0]
            parts.append(rectangle(left + column * width + 1, top + row * height + 1, width - 2, height - 2,
                                   f"rgb({red},{green},{blue})", "#1d2733" if own else None))
            dark = 0.3 * red + 0.59 * green + 0.11 * blue < 130
            parts.append(label(left + (column + 0.5) * width, top + (row + 0.5) * height + 4, number(value, 2), 12, "middle",
                               colour="#fff" if dark else None))
    return svg(left + 4 * width + 6, top + 4 * height + 6, title, *parts)


def _at(locus, position):
    """(base of the sequence, position as text)."""
    base = locus["sequence"][position]
    return base, f"{base} at {genome_position(locus, position):,} (position {position})"


def _drawings(view, row, each):
    locus = view.locus(row, each.model)
    positions, effects = view.store.pairs(row, **each.place)
    strength = strengths(effects)
    if not np.isfinite(strength).all() or not strength.any():
        return [element("h3", f"{named(locus)} · {each.name}"), note("Every pair's effects are 0.")]
    order = np.argsort(-strength, kind="stable")[:STRONGEST]
    top = order[0]
    first, second = (_at(locus, int(position)) for position in positions[top])
    heat, size = _heat_map(f"Strength of every pair of positions of {named(locus)}, {each.name}",
                           view.store.pair_matrix(row, **each.place), locus)
    pooled = f", {size} × {size} positions a cell (their largest)" if size > 1 else ""
    strongest = _pair_table(f"Effects of the strongest pair of {named(locus)}, {each.name}: {first[1]} and {second[1]}",
                            effects[top].astype(float), first, second)
    listed = table(["first position", "second position", "distance", "strength"],
                   [[_at(locus, int(i))[1], _at(locus, int(j))[1], int(j - i), number(strength[pair])]
                    for pair, (i, j) in ((pair, positions[pair]) for pair in order)],
                   f"The {len(order)} strongest pairs", numbers=(2, 3))
    return [element("h3", f"{named(locus)} · {place_of(locus)} · {each.name}"),
            panels(figure(heat, f"Every pair of positions{pooled}."),
                   element("div", figure(strongest, "The strongest pair, base by base; the sequence's own is boxed."), listed))]


def build(view, rows):
    methods = view.with_array("pairs")
    rows = rows[:MOST_LOCI]
    if not methods or not len(rows):
        return None
    parts = [drawing for row in rows for each in methods[:MOST_METHODS] for drawing in _drawings(view, row, each)]
    cut = f", the first {MOST_METHODS} of {len(methods)} methods with pairs" if len(methods) > MOST_METHODS else ""
    return joined(element("p", "A pair's strength is the root of the sum of squares of its 16 effects; pairs that were not fitted "
                          "are 0. Axes are coordinates of the genome in the locus's orientation."),
                  note(f"The first {len(rows)} of the loci above{cut}."), *parts)
