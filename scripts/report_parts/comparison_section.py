# SPDX-License-Identifier: MIT
"""Networks and methods against each other on the same loci: held-out R², and how far the maps agree."""
import numpy as np

from .drawing import GREY, Plot, number_matrix
from .page import count, element, figure, joined, note, number, panels, table
from .store_view import MOST_SAMPLED, spread

MOST_COMPARED = 12
MOST_SCATTERS = 6
MOST_MAP_BYTES = 256 << 20  # read for the comparison; longer loci are sampled more thinly


def _centred_maps(view, each, rows, shortest):
    """[rows, 4 L]: every position centred over its bases, N at 0, so that maps in different gauges compare; of the L bases
    that the model `shortest` reads, which are in all windows around the same anchor."""
    maps = view.store.maps(rows=rows, array=view.shown(each), **each.place).astype(np.float32)
    maps -= maps.mean(axis=1, keepdims=True)
    maps *= view.store.one_hot(rows, each.model).any(axis=1, keepdims=True)
    length = view.store.part(shortest)[1]
    first = view.store.starts(rows, shortest) - view.store.starts(rows, each.model)
    return np.stack([one[:, start:start + length] for one, start in zip(maps, first)]).reshape(len(rows), -1)


def _correlations(view, explanations):
    """(matrix of medians over loci of the maps' Pearson correlation, loci that were read)."""
    bytes_each = 16 * view.store.length * len(explanations)
    rows = spread(view.done, max(min(MOST_SAMPLED, MOST_MAP_BYTES // bytes_each), 1))
    maps, shortest = [], min((each.model for each in explanations), key=lambda model: view.store.part(model)[1])
    for each in explanations:
        values = _centred_maps(view, each, rows, shortest)
        values -= values.mean(axis=1, keepdims=True)
        norms = np.linalg.norm(values, axis=1, keepdims=True)
        maps.append(np.divide(values, norms, out=np.full_like(values, np.nan), where=norms > 0))
    size = len(maps)
    matrix = np.eye(size)
    for i in range(size):
        for j in range(i):
            found = np.einsum("nk,nk->n", maps[i], maps[j])
            found = found[np.isfinite(found)]
            matrix[i, j] = matrix[j, i] = np.median(found) if len(found) else np.nan
    return matrix, len(rows)


def _agreement(view, explanations, names, heading, noun):
    """The matrix of one method over networks, or of one network over methods."""
    shown = explanations[:MOST_COMPARED]
    matrix, read = _correlations(view, shown)
    pairs = ", ".join(f"{names[i]} and {names[j]}: {matrix[i, j]:.2f}" for i in range(len(shown)) for j in range(i))
    drawing = number_matrix(f"Median correlation of maps, {heading}. {pairs}", names[:len(shown)], matrix)
    cut = f" The first {MOST_COMPARED} of {len(explanations)} {noun}." if len(explanations) > MOST_COMPARED else ""
    return figure(drawing, f"{heading} · median over {count(read)} loci.{cut}")


def _table(view, tasks):
    """Median R² a task and method, best of each row in bold."""
    methods = [method for method in view.store.methods
               if any(each.method == method for each in view.with_number("r2_test"))]
    rows = []
    for model, task in tasks:
        medians = []
        for method in methods:
            values = view.numbers(model, task, method)["r2_test"][view.done]
            medians.append(np.nanmedian(values) if np.isfinite(values).any() else np.nan)
        best = np.nanmax(medians) if np.isfinite(medians).any() else np.nan
        rows.append([f"{model} / {task}", *(element("strong", number(value)) if value == best else number(value) for value in medians)])
    return table(["network / task", *methods], rows, "Median held-out R²; bold: the best surrogate of a network and task",
                 numbers=range(1, len(methods) + 1)) if methods else None


def _paired(view, tasks):
    """Differences of R² at the same loci, of every later network to the first."""
    rows, drawings = [], []
    sampled = spread(view.done, MOST_SAMPLED)
    first_model, first_task = tasks[0]
    for method in view.store.methods:
        numbers = view.numbers(first_model, first_task, method)
        if "r2_test" not in numbers:
            continue
        first = numbers["r2_test"]
        for model, task in tasks[1:]:
            other = view.numbers(model, task, method)["r2_test"]
            difference = (other - first)[view.done]
            difference = difference[np.isfinite(difference)]
            if not len(difference):
                continue
            rows.append([f"{model} / {task}", method, count(len(difference)), number(np.median(difference)),
                         " … ".join(number(value) for value in np.quantile(difference, (0.05, 0.95))),
                         f"{(difference > 0).mean():.0%}"])
            if len(drawings) < MOST_SCATTERS:
                drawings.append(_scatter(first[sampled], other[sampled], f"{first_model} / {first_task}", f"{model} / {task}",
                                         method))
    if not rows:
        return None
    return joined(element("h3", f"Against {first_model} / {first_task}, locus by locus"),
                  table(["network / task", "method", "loci", "median difference of R²", "5 … 95 %", "loci where it is larger"],
                        rows, numbers=(2, 3, 4, 5)),
                  note(f"A point a locus, {count(len(sampled))} of {count(len(view.done))}; values below 0 are drawn at 0."),
                  panels(*drawings))


def _scatter(xs, ys, x_name, y_name, method):
    plot = Plot(f"Held-out R² of {method}: {y_name} against {x_name}", (0.0, 1.0), (0.0, 1.0), x_name, y_name, (250, 240))
    plot.curve([0, 1], [0, 1], GREY, 1, "4 3")
    plot.points(np.clip(xs, 0, 1), np.clip(ys, 0, 1))
    return figure(plot.drawn(), method)


def _questions(tasks):
    """Tasks to compare with one another: those of one name that several networks have; otherwise all of them."""
    names = [name for name in dict.fromkeys(task for _, task in tasks) if sum(task == name for _, task in tasks) > 1]
    groups = [[place for place in tasks if place[1] == name] for name in names]
    return groups or ([tasks] if len(tasks) > 1 else [])


def build(view):
    tasks, mapped = view.store.tasks, view.with_array("map")
    if len(mapped) < 2 or not len(view.done):
        return None
    networks = [_agreement(view, found, [f"{each.model} / {each.task}" for each in found], method, "networks and tasks")
                for method in view.store.methods if len(found := [each for each in mapped if each.method == method]) > 1]
    methods = [_agreement(view, found, [each.method for each in found], f"{model} / {task}", "methods")
               for model, task in tasks[:MOST_COMPARED]
               if len(found := [each for each in mapped if (each.model, each.task) == (model, task)]) > 1]
    parts = [_table(view, tasks)] if len(tasks) > 1 else []
    parts += [_paired(view, group) for group in _questions(tasks)]
    if networks:
        parts += [element("h3", "Maps of different networks, by the same method"), panels(*networks)]
    if methods:
        parts += [element("h3", "Maps of different methods, of the same network"), panels(*methods)]
    return joined(element("p", "All on the same loci. Maps are compared by the Pearson correlation over bases and positions, every position "
                          "centred over its bases first, so that gauges do not matter"
                          + (", over the bases that all networks read." if view.lengths_differ() else ".")
                          + (" Surrogates with interactions are compared by their effects on the wild type." if view.shows_effects()
                             else "")), *parts)
