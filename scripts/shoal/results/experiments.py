# SPDX-License-Identifier: MIT
"""A result of `shoal global` (src/store/README.md): motifs put into many contexts."""
from ..errors import ShoalError
from .drawing import draw_curve
from .hdf5 import ResultFile, lines_of, records_of, table_of, texts_of


class GlobalResult(ResultFile):
    """Where a file has one network and one task they need not be named."""

    kind = "global"
    what = "result of shoal global"

    def summary(self):
        return (f"{len(self.file['singles/motif'])} motifs at places, {len(self.file['pairs/upstream'])} pairs; "
                + ", ".join(f"{model}/{task}" for model, task in self.tasks))

    @property
    def tasks(self):
        """(network, task) pairs."""
        return [(model, task) for model, group in self.file["models"].items() for task in group]

    def _task(self, model, task):
        wanted = [pair for pair in self.tasks if model in (None, pair[0]) and task in (None, pair[1])]
        if len(wanted) != 1:
            raise ShoalError(f"choose a network and a task among {self.tasks}")
        return self.file["models"][wanted[0][0]][wanted[0][1]]

    def _table(self, what, model, task):
        places = {name: texts_of(item[:]) if item.dtype.kind in "SO" else item[:] for name, item in self.file[what].items()}
        return table_of({**places, **records_of(self._task(model, task)[what][:])})

    def singles(self, model=None, task=None):
        """One row per motif, orientation and position: score and effect with sd, se and interval, in units of the score."""
        return self._table("singles", model, task)

    def pairs(self, model=None, task=None):
        """One row per pair of motifs, orientation and spacing: score, effect, interaction and that of the control."""
        return self._table("pairs", model, task)

    def table(self, model=None, task=None):
        """pairs() where there are any, else singles()."""
        return self.pairs(model, task) if len(self.file["pairs/upstream"]) else self.singles(model, task)

    @property
    def orientations(self):
        return texts_of(self.file["orientations"][:]) if "orientations" in self.file else lines_of(self.file, "orientations")

    def draw_spacings(self, upstream, downstream, orientation, quantity="interaction", model=None, task=None, axes=None):
        """A pair's quantity and its interval over the bases between the motifs. Returns matplotlib's axes."""
        pairs = self.pairs(model, task)
        rows = [row for row in range(len(pairs["upstream"]))
                if (pairs["upstream"][row], pairs["downstream"][row], pairs["orientation"][row]) == (upstream, downstream, orientation)]
        if not rows:
            raise ShoalError(f"there is no pair {upstream}:{downstream} with the orientation {orientation}")
        value, lower, upper, spacing = ([pairs[name][row] for row in rows] for name in
                                        (quantity, f"{quantity}_lower", f"{quantity}_upper", "spacing"))
        return draw_curve(spacing, value, axes, (lower, upper), ("bases between the motifs", quantity))
