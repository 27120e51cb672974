# SPDX-License-Identifier: MIT
"""How far maps agree: matrices of networks and of methods, and the loci where networks disagree most."""
import numpy as np

from .drawing import DIVERGING, bitmap, colour_bar, image, number_matrix, svg
from .page import element, figure, folded, joined, note, number, panels
from .sequence_logo import drawn as logo

MOST_WRITTEN = 12  # names of a matrix with its numbers written in
MOST_LOGOS = 8     # networks at a locus


def agreement(view):
    """Correlations of maps between networks and between methods."""
    parts = []
    for between, heading in (("networks", "Maps of different networks, by the same method"),
                             ("methods", "Maps of different methods, of the same network")):
        drawings = []
        for attributes, values in view.matrices:
            if attributes["between"] != between or attributes["form"] != "hypothetical":
                continue
            names = view.networks if between == "networks" else view.methods
            known = np.isfinite(np.diag(values))
            if known.sum() < 2:
                continue
            drawings.append(_matrix(attributes, [name for name, there in zip(names, known) if there], values[np.ix_(known, known)]))
        if drawings:
            shown, rest = drawings[:6], drawings[6:]
            parts += [element("h3", heading), panels(*shown), folded(f"{len(rest)} more", panels(*rest)) if rest else None]
    if not parts:
        return None
    return joined(element("p", "Mean over loci of Pearson's correlation over bases and positions of corrected maps."), *parts)


def _matrix(attributes, names, values):
    of = attributes.get("method", attributes.get("network", ""))
    title = f"Correlation of maps: {of}, {attributes['task']}"
    if len(names) <= MOST_WRITTEN:
        return figure(number_matrix(title, names, values), f"{of} · {attributes['task']}")
    order = _ordered(values)
    side = max(240, min(480, 5 * len(names)))
    picture = image(bitmap((values[np.ix_(order, order)] + 1) / 2, 1.0, DIVERGING), 0, 0, side, side)
    listed = ", ".join(names[place] for place in order)
    return figure(joined(svg(side + 60, side, title, picture, colour_bar(side + 8, 0, side, -1, 1, DIVERGING, "correlation"))),
                  joined(f"{of} · {attributes['task']} · {len(names)} networks, most alike beside each other", folded("Their order", note(listed))))


def _ordered(values):
    """An order in which neighbours are alike: along the leading direction of the matrix."""
    filled = np.nan_to_num(values, nan=0.0)
    _, vectors = np.linalg.eigh((filled + filled.T) / 2)
    return np.lexsort((vectors[:, -1], vectors[:, -2]))


def disputed(view, stores, most):
    """Logos of the loci where networks disagree most."""
    places = view.most_disputed(most)
    if not len(places) or not stores:
        return None
    articles = []
    for place in places:
        row = int(view.rows[place])
        chosen = _chosen([(store, model, task) for store in stores for model, task in store.tasks if model in view.networks], view)
        logos = [_logo(store, model, task, row) for store, model, task in chosen]
        locus = _locus(stores[0], row)
        articles.append(element("article", element("h3", f"{locus['name'] or locus['chrom']} "
                                                   f"({locus['chrom']}:{locus['start']:,}-{locus['end']:,})"),
                                note(f"Mean distance to the networks' mean map: {number(view.disagreement[place])}"), *logos))
    return joined(element("p", f"Maps at the sequence's own bases, each position minus its mean over bases, of at most {MOST_LOGOS} networks: "
                                "those of the best ranks first."),
                  *articles)


def _chosen(places, view):
    """At most MOST_LOGOS: those of the highest and of the lowest ranks."""
    best = {}
    for unit in view.units():
        rank = view.number(unit, "rank", "")
        best[unit[0]] = min(best.get(unit[0], np.inf), rank if np.isfinite(rank) else np.inf)
    places = sorted(places, key=lambda place: best.get(place[1], np.inf))
    half = MOST_LOGOS // 2
    return places if len(places) <= MOST_LOGOS else places[:half] + places[-half:]


def _locus(store, row, model=None):
    def text(value):
        return (value.decode(errors="replace") if isinstance(value, bytes) else str(value)).rstrip("\0")
    loci = store.file["loci"]
    offset, length = store.part(model)
    return {"name": text(loci["name"][row]), "chrom": text(loci["chrom"][row]), "strand": text(loci["strand"][row]),
            "start": int(loci["start"][row]) + offset, "end": int(loci["start"][row]) + offset + length,
            "sequence": text(loci["sequence"][row])}


def _logo(store, model, task, row):
    method = store.methods[0]
    values = store.maps(method, model=model, task=task, rows=np.array([row]))[0].astype(float)
    values -= values.mean(axis=0, keepdims=True)
    locus = _locus(store, row, model)
    first = int(store.starts(np.array([row]), model)[0])
    sequence = locus["sequence"][first:first + values.shape[1]]
    own = np.array([values["ACGT".index(base), i] if base in "ACGT" else 0.0 for i, base in enumerate(sequence)])
    name = f"{model} / {task} · {method}"
    return figure(logo(f"Map of {name}", own, sequence, locus), name)
