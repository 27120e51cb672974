# SPDX-License-Identifier: MIT
"""Sequence logos of the chosen loci: every method's map, one under the other."""
from . import sequence_logo
from .page import Html, count, element, figure, joined, note, number
from .store_view import named, place_of

MOST_LOGOS = 12  # of one locus


def _numbers(view, locus):
    """What the networks say of the locus, in one line."""
    words = []
    for model, task in view.store.tasks:
        numbers = view.numbers(model, task)
        found = [f"{text} {number(numbers[name][locus['row']])}" for name, text in
                 (("wild_type", "wild type"), ("library_mean", "library mean"), ("library_sd", "sd")) if name in numbers]
        if found:
            words.append(f"{model} / {task}: {', '.join(found)}")
    return "; ".join(words[:6]) + (" …" if len(words) > 6 else "")


def _caption(view, each, row):
    r2 = view.of(each).get("r2_test")
    units = view.units(each)
    effects = " · effects on the wild type" if view.shown(each).startswith("effects") else ""
    return joined(each.name, effects, f" · held-out R² {number(r2[row])}" if r2 is not None else "", f" · {units}" if units else "")


def _article(view, row):
    locus = view.locus(row)
    drawings = []
    for each in view.with_array("map")[:MOST_LOGOS]:
        values = view.store.logo(row, **each.place, array=view.shown(each)).sum(axis=1)
        read = view.locus(row, each.model)
        title = f"Sequence logo of {named(read)}, {each.name}, {place_of(read)}"
        drawings.append(figure(sequence_logo.drawn(title, values, read["sequence"], read), _caption(view, each, row)))
        if "map_raw" in view.arrays(each) and view.shown(each) != "map_raw":
            raw = view.store.logo(row, **each.place, array="map_raw").sum(axis=1)
            drawings.append(figure(sequence_logo.drawn(f"{title}, without the gradient correction", raw, read["sequence"], read),
                                   joined(_caption(view, each, row), " · without the gradient correction, not centred")))
    return element("article", element("h3", named(locus)),
                   element("p", place_of(locus), Html("<br>"), _numbers(view, locus), class_="note"), *drawings)


def build(view, rows, criterion):
    maps = view.with_array("map")
    if not maps or not len(rows):
        return note("No locus with a map.")
    cut = sequence_logo.LONGEST
    return joined(
        element("p", f"{count(len(rows))} of {count(len(view.done))} loci, by: {criterion}. A letter is as high as the map's "
                "value at the sequence's own base, every position centred over its four bases; what hangs below the line "
                "lowers the score. Each logo has its own scale."),
        note("Sequences read in the locus's orientation (on − rows coordinates run down); coordinates are 0-based, as in BED. "
             + ("Of surrogates with interactions, the effects of single substitutions on the wild type stand in the map's place, "
                "which would depend on the gauge. " if view.shows_effects() else "")
             + (f"Of loci longer than {cut} bases the whole is shown as bars, and the shaded window, with the largest sum of "
                "absolute values, as letters." if view.store.length > cut else "")),
        note(f"The first {MOST_LOGOS} of {len(maps)} maps of a locus.") if len(maps) > MOST_LOGOS else None,
        *(_article(view, row) for row in rows))
