# SPDX-License-Identifier: MIT
"""How well the surrogates fit: distributions over loci of every number, and the loci that fit worst."""
import numpy as np

from .drawing import Plot, histogram, padded, sparkline
from .page import Html, count, element, figure, folded, joined, note, number, panels, table
from .store_view import MOST_SAMPLED, named, place_of, spread

WORST = 5
MOST_PANELS = 12
FLAGS = ("fallback", "converged")


def _finite(values):
    return values[np.isfinite(values)]


def _quantiles(values):
    return [number(value) for value in np.quantile(values, (0.05, 0.5, 0.95))] if len(values) else ["–"] * 3


def _flags(numbers, done):
    """Fits that fell back or did not converge, where the method has such a number."""
    words = []
    if "converged" in numbers and (lost := int((numbers["converged"][done] == 0).sum())):
        words.append(f"{count(lost)} not converged")
    if "fallback" in numbers and (fell := int((numbers["fallback"][done] > 0).sum())):
        words.append(f"{count(fell)} fell back to a simpler fit")
    return "; ".join(words) or "–"


def _fits(view, fitted):
    rows = []
    for each in fitted:
        numbers = view.of(each)
        r2 = _finite(numbers["r2_test"][view.done])
        median = {name: number(np.median(found)) if len(found := _finite(numbers[name][view.done])) else "–"
                  for name in ("pearson2_test", "spearman_test") if name in numbers}
        low, middle, high = _quantiles(r2)
        rows.append([each.name, count(len(r2)), sparkline(f"Held-out R² of {each.name} from 0 to 1: median {middle}", r2),
                     element("strong", middle), f"{low} … {high}", median.get("pearson2_test", "–"),
                     median.get("spearman_test", "–"), _flags(numbers, view.done)])
    return table(["network / task / method", "loci", "R² from 0 to 1", "median R²", "5 … 95 %", "Pearson²", "Spearman",
                  "remarks"], rows,
                 "Fit on mutants that no fit saw (held-out). The red line is the median; values below 0 count at 0. "
                 "Pearson² and Spearman are medians too.",
                 numbers=(1, 3, 4, 5, 6))


def _against_spread(view, fitted):
    """R² against the standard deviation of the scores: a library that hardly moves the network cannot be explained well."""
    rows = spread(view.done, MOST_SAMPLED)
    drawings = []
    for each in fitted[:MOST_PANELS]:
        task = view.numbers(each.model, each.task)
        if "library_sd" not in task:
            continue
        xs, ys = task["library_sd"][rows], view.of(each)["r2_test"][rows]
        if not (np.isfinite(xs) & np.isfinite(ys)).any():
            continue
        low = min(0.0, max(-0.5, float(np.nanmin(ys))))
        plot = Plot(f"{each.name}: held-out R² against the library's standard deviation", padded(0.0, np.nanmax(xs), 0.03),
                    (low, 1.0), "standard deviation of the library's scores", "held-out R²", (330, 220))
        plot.points(xs, np.clip(ys, low, 1.0))
        drawings.append(figure(plot.drawn(), each.name))
    if not drawings:
        return None
    return joined(element("h3", "Fit against the library's spread"),
                  note(f"A point a locus ({count(len(rows))} of {count(len(view.done))}, evenly spread over the store)."
                       + (f" The first {MOST_PANELS} of {len(fitted)}." if len(fitted) > MOST_PANELS else "")),
                  panels(*drawings))


def _worst(view, fitted):
    rows = []
    for each in fitted:
        values, task = view.of(each)["r2_test"], view.numbers(each.model, each.task)
        known = view.done[np.isfinite(values[view.done])]
        for row in known[np.argsort(values[known], kind="stable")[:WORST]]:
            locus = view.locus(row, each.model)
            rows.append([each.name, named(locus), place_of(locus), number(values[row]),
                         number(task["wild_type"][row]) if "wild_type" in task else "–",
                         number(task["library_sd"][row]) if "library_sd" in task else "–"])
    listed = table(["network / task / method", "locus", "place", "held-out R²", "wild type", "library sd"], rows,
                   f"The {WORST} loci that each surrogate explains worst", numbers=(3, 4, 5), long=(1,))
    return joined(element("h3", "Worst loci"), listed if len(fitted) <= 3 else folded(f"{len(rows)} loci", listed))


def _task_numbers(view):
    drawings = []
    for model, task in view.store.tasks[:MOST_PANELS // 2]:
        numbers = view.numbers(model, task)
        for name, text in (("wild_type", "score of the wild type"), ("library_sd", "sd of the library's scores")):
            if name in numbers and len(values := _finite(numbers[name][view.done])):
                drawings.append(figure(histogram(f"{model} / {task}: {text}", values, text, size=(330, 190)), f"{model} / {task}"))
    cut = len(view.store.tasks) > MOST_PANELS // 2
    return joined(element("h3", "Scores"), note(f"The first {MOST_PANELS // 2} tasks. " if cut else "",
                                                "Red: the median over loci."), panels(*drawings)) if drawings else None


def _paths(view):
    """How far the sums of path methods' maps are from the changes of the score that they explain."""
    rows = []
    for each in view.with_number("relative_error"):
        numbers = view.of(each)
        if not {"steps", "missed"} <= numbers.keys() or not len(view.done):
            continue
        errors, steps, missed = (numbers[name][view.done] for name in ("relative_error", "steps", "missed"))
        rows.append([each.name, count(len(errors)), *(f"{number(100 * value)} %" for value in np.quantile(errors, (0.5, 0.95))),
                     number(steps.mean()), count(int(missed.sum()))])
    if not rows:
        return None
    return joined(element("h3", "Completeness of paths"),
                  table(["network / task / method", "loci", "median error", "95 %", "mean steps", "loci that missed the tolerance"],
                        rows, "Error: of the map's sum against the change of the score from baseline to sequence, relative to "
                        "that change or, where this is more, to a twentieth of the scores' standard deviation.",
                        numbers=(1, 2, 3, 4, 5)))


def _every_number(view):
    rows = []
    for each in view.explanations:
        for name, values in view.of(each).items():
            found = _finite(values[view.done])
            rows.append([each.name, Html(element("code", name)), count(len(found)), *_quantiles(found),
                         number(found.min()) if len(found) else "–", number(found.max()) if len(found) else "–"])
    if not rows:
        return None
    return folded(f"Every number of every method ({len(rows)})",
                  table(["network / task / method", "number", "loci", "5 %", "median", "95 %", "least", "largest"], rows,
                        numbers=(2, 3, 4, 5, 6, 7)))


def build(view):
    fitted = view.with_number("r2_test")
    if not fitted:
        return joined(note("No method of this store is a fit: there is no held-out R²."), _paths(view), _task_numbers(view),
                      _every_number(view))
    return joined(_fits(view, fitted), _paths(view), _against_spread(view, fitted), _worst(view, fitted), _task_numbers(view),
                  _every_number(view))
