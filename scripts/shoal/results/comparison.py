# SPDX-License-Identifier: MIT
"""A result of `shoal compare` (src/compare/README.md): metrics of networks and methods, and the choice among them."""
from .hdf5 import ResultFile, attributes_of, lines_of, records_of, table_of, texts_of

UNIT = ("network", "task", "method", "form", "metric")


class Comparison(ResultFile):
    kind = "compare"
    what = "result of shoal compare"

    def summary(self):
        return f"{len(self.networks)} networks, {len(self.methods)} methods. {' '.join(self.verdict)}"

    @property
    def networks(self):
        return lines_of(self.file, "networks")

    @property
    def methods(self):
        return lines_of(self.file, "methods")

    @property
    def verdict(self):
        """The choice in words, a line per task."""
        return lines_of(self.file, "verdict")

    def table(self, metric=None):
        """One row per network, task, method, form and metric, or of one metric: value, error, lower, upper, loci."""
        results = self.file["results"]
        columns = {**{name: texts_of(results[name][:]) for name in UNIT}, **records_of(results["numbers"][:])}
        if metric is not None:
            rows = [row for row, name in enumerate(columns["metric"]) if name == metric]
            columns = {name: [values[row] for row in rows] for name, values in columns.items()}
        return table_of(columns)

    def tests(self):
        """The chosen network and method against each other one: difference (chosen minus other), p, adjusted_p, loci."""
        tests = self.file["tests"]
        return table_of({**{name: texts_of(tests[name][:]) for name in ("task", "network", "method", "metric")},
                         **records_of(tests["numbers"][:])})

    def correlations(self):
        """[(attributes, matrix)]: `between` in the attributes says whether rows and columns are networks or methods."""
        return [(attributes_of(self.file["correlations"][number]), self.file["correlations"][number][:])
                for number in sorted(self.file["correlations"], key=int)]
