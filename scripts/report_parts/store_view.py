# SPDX-License-Identifier: MIT
"""What the sections read: the explanations of a store, its numbers by explanation, and the loci that are shown."""
import dataclasses
import functools

import numpy as np

MOST_SAMPLED = 500  # loci whose maps are compared, and points of a scatter


@dataclasses.dataclass(frozen=True)
class Explanation:
    """One method's results for one task of one model."""
    model: str
    task: str
    method: str

    @property
    def place(self):
        """The arguments by which ShoalStore names it."""
        return {"method": self.method, "model": self.model, "task": self.task}

    @property
    def name(self):
        return f"{self.model} / {self.task} / {self.method}"


def spread(rows, most):
    """At most `most` of the rows, evenly spread, in order."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]


class StoreView:
    """A store as a report sees it."""

    def __init__(self, store, array=None):
        self.store = store
        self._array = array
        self.done = np.flatnonzero(store.done)
        self.sample = spread(self.done, MOST_SAMPLED)
        self.explanations = [Explanation(model, task, method) for model, task in store.tasks for method in store.methods]

    @functools.lru_cache(maxsize=None)
    def numbers(self, model, task, method=None):
        """{name: float64 [loci]} of a method, or of the task; NaN where a row is not done."""
        names = self.store.scalar_names(method, model, task)
        table = self.store.numbers(method, model, task)
        return {name: np.asarray(table[name], dtype=float) for name in names}

    def of(self, explanation):
        return self.numbers(explanation.model, explanation.task, explanation.method)

    @functools.lru_cache(maxsize=None)
    def arrays(self, explanation):
        return self.store.arrays(explanation.method, explanation.model, explanation.task)

    def shown(self, explanation):
        """The array [4, L] that is drawn and compared: the one asked for where the method has it, else the usual one."""
        if self._array in self.arrays(explanation):
            return self._array
        return self.store.usual_array(**explanation.place)

    def shows_effects(self):
        """True when some method is shown by its effects on the wild type."""
        return any(self.shown(each).startswith("effects") for each in self.with_array("map"))

    def with_array(self, name):
        return [each for each in self.explanations if name in self.arrays(each)]

    def with_number(self, name):
        return [each for each in self.explanations if name in self.store.scalar_names(**each.place)]

    def locus(self, row, model=None):
        """The locus as plain values: row, name, chrom, start, end, strand, status, message, sequence; with `model`, of what
        it reads."""
        table = self.store.loci(slice(row, row + 1), model)
        names = ("name", "chrom", "start", "end", "strand", "status", "message", "sequence")
        found = {name: list(table[name])[0] for name in names}
        return {**found, "start": int(found["start"]), "end": int(found["end"]), "row": int(row)}

    def lengths_differ(self):
        """True when networks read parts of the windows."""
        return any(self.store.part(model)[1] < self.store.length for model in self.store.models)

    def units(self, explanation):
        """The units of the array that is shown, or nothing where the store does not say."""
        notes = self.store.notes(explanation.method, explanation.model)
        return notes.get(f"{self.shown(explanation)}.units", notes.get("units", ""))


def place_of(locus):
    """chr1:100-200 (+), 0-based and half-open as in BED."""
    return f"{locus['chrom']}:{locus['start']:,}-{locus['end']:,} ({locus['strand']})"


def named(locus):
    return locus["name"] or f"row {locus['row']}"


CRITERIA = {
    "explained": "largest explained spread: standard deviation of the library's scores times the root of the held-out R²",
    "wild-type": "largest score of the wild type",
    "best": "largest held-out R²",
    "worst": "smallest held-out R²",
    "first": "the store's order",
}


def _score(view, criterion, model, task):
    """The criterion at every locus for one task; None where its methods do not have the numbers."""
    numbers = view.numbers(model, task)
    if criterion == "wild-type":
        return numbers.get("wild_type")
    fitted = [view.of(each)["r2_test"] for each in view.with_number("r2_test") if (each.model, each.task) == (model, task)]
    if not fitted or (criterion == "explained" and "library_sd" not in numbers):
        return None
    if criterion == "explained":
        return numbers["library_sd"] * np.sqrt(np.clip(fitted[0], 0, None))
    return fitted[0] if criterion == "best" else -fitted[0]


def chosen_rows(view, criterion, most):
    """(rows, criterion that was used): loci by their mean rank over models and tasks, the best first."""
    if criterion == "first":
        return view.done[:most], criterion
    scores = [_score(view, criterion, model, task) for model, task in view.store.tasks]
    scores = [score[view.done] for score in scores if score is not None]
    if not scores:
        has_wild_type = any("wild_type" in view.numbers(*place) for place in view.store.tasks)
        return chosen_rows(view, "wild-type" if criterion != "wild-type" and has_wild_type else "first", most)
    ranks = np.zeros(len(view.done))
    for score in scores:
        order = np.argsort(-np.nan_to_num(score, nan=-np.inf), kind="stable")
        ranks[order] += np.arange(len(order))
    return view.done[np.argsort(ranks, kind="stable")[:most]], criterion
