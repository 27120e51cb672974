# SPDX-License-Identifier: MIT
"""What a file of shoal compare says, as tables of numbers."""
import json
import pathlib

import numpy as np

from shoal.results.comparison import UNIT
from shoal.results.hdf5 import text_of, texts_of


class CompareView:
    """All of an open shoal.Comparison in memory: it is small."""

    def __init__(self, comparison):
        file = comparison.file
        self.settings = {key: text_of(value) for key, value in file.attrs.items()}
        columns = [texts_of(file["results"][part][:]) for part in UNIT]
        self.numbers = file["results/numbers"][:]
        self.place = {key: row for row, key in enumerate(zip(*columns))}
        self.keys = list(self.place)
        self.tests = list(zip(*(texts_of(file["tests"][part][:]) for part in ("task", "network", "method", "metric")),
                              file["tests/numbers"][:]))
        self.matrices = [({key: text_of(value) for key, value in item.attrs.items()}, item[:])
                         for _, item in sorted(file["correlations"].items(), key=lambda pair: int(pair[0]))]
        self.rows = file["loci/row"][:]
        self.disagreement = file["loci/disagreement"][:] if "disagreement" in file["loci"] else None
        self.attributes = {name: texts_of(item[:]) for name, item in file["networks"].items()} if "networks" in file else {}
        self.costs = self._costs(pathlib.Path(f"{comparison.path}.run.jsonl"))
        self.networks = self._lines("networks")
        self.methods = self._lines("methods")
        self.questions = self._lines("tasks")
        self.verdicts = self._lines("verdict")

    @staticmethod
    def _costs(path):
        """{(network, method): seconds per locus} of the last run, where its log has them."""
        try:
            lines = [line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
            fields = json.loads(lines[-1])
        except (OSError, IndexError, ValueError):
            return {}
        return {tuple(key.removesuffix(".seconds").rsplit("/", 1)): float(value) for key, value in fields.items()
                if key.endswith(".seconds") and "/" in key}

    def _lines(self, key):
        return [line for line in self.settings.get(key, "").split("\n") if line]

    def units(self, question=None):
        """(network, task, method) of everything that was compared, in order; of one question."""
        found = dict.fromkeys(key[:3] for key in self.keys if key[4] == "kld_direction")
        return [unit for unit in found if question is None or self.question_of(unit[1]) == question]

    def question_of(self, task):
        """Tasks of networks with other names are one question by their order."""
        if task in self.questions or len(self.questions) == 1:
            return task if task in self.questions else self.questions[0]
        by_network = {}
        for network, other, _ in dict.fromkeys(key[:3] for key in self.keys if key[4] == "kld_direction"):
            names = by_network.setdefault(network, [])
            if other not in names:
                names.append(other)
        place = next(names.index(task) for names in by_network.values() if task in names)
        return self.questions[place]

    def metrics(self):
        """(form, metric) in the file's order."""
        return list(dict.fromkeys(key[3:] for key in self.keys))

    def number(self, unit, metric, form=None, field="value"):
        """A number of a unit; NaN if there is none. Without a form: of the first one that has it."""
        forms = [form] if form is not None else [found for found, name in self.metrics() if name == metric]
        for each in forms:
            row = self.place.get((*unit, each, metric))
            if row is not None:
                return float(self.numbers[row][field])
        return float("nan")

    def has(self, metric, form=None):
        return any(name == metric and form in (None, found) for found, name in self.metrics())

    def ranking_form(self):
        return self.settings.get("form", "own-corrected")

    def groupings(self):
        """{attribute: {network: value}} of the table's attributes with 2 to 12 values."""
        found = {}
        names = self.attributes.get("network", [])
        for column, texts in self.attributes.items():
            values = {name: text for name, text in zip(names, texts) if name in self.networks}
            if column != "network" and 2 <= len(set(values.values())) <= 12 and len(set(values.values())) < len(values):
                found[column] = values
        return found

    def most_disputed(self, most):
        """Places in `rows` of the loci where networks disagree most."""
        if self.disagreement is None:
            return np.array([], dtype=int)
        order = np.argsort(-np.nan_to_num(self.disagreement, nan=-1.0), kind="stable")
        return order[:most]
