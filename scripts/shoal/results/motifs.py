# SPDX-License-Identifier: MIT
"""Patterns of `shoal motifs discover`, or of any program that writes TF-MoDISco's layout (src/motif/README.md)."""
from ..errors import ShoalError
from .drawing import draw_logo
from .hdf5 import BASES, ResultFile, table_of, texts_of

SIGNS = ("pos_patterns", "neg_patterns")


class MotifsResult(ResultFile):
    """Patterns are called pos_patterns/pattern_0, …; L is the length of a pattern."""

    kind = "motifs"
    read_formats = ()  # TF-MoDISco writes none
    what = "file of patterns"

    @classmethod
    def is_one(cls, file):
        return "window_size" in file.attrs or any(sign in file for sign in SIGNS)

    def summary(self):
        return f"{len(self.patterns)} patterns of {sum(self._count(name) for name in self.patterns)} seqlets"

    @property
    def patterns(self):
        return [f"{sign}/{name}" for sign in SIGNS if sign in self.file
                for name in sorted(self.file[sign], key=lambda text: int(text.rpartition("_")[2]))]

    def _group(self, pattern):
        if pattern not in self.patterns:
            raise ShoalError(f"there is no pattern {pattern!r}; there are {self.patterns}")
        return self.file[pattern]

    def _count(self, pattern):
        return int(self.file[pattern]["seqlets/n_seqlets"][0])

    def probabilities(self, pattern):
        """float64 (L, 4): shares of A, C, G, T among the seqlets."""
        return self._group(pattern)["sequence"][:]

    def contributions(self, pattern, hypothetical=False):
        """float64 (L, 4): mean contribution of the seqlets' own bases, or of all four."""
        return self._group(pattern)["hypothetical_contribs" if hypothetical else "contrib_scores"][:]

    def table(self):
        """One row per pattern: seqlets and consensus."""
        consensus = ["".join(BASES[base] for base in self.probabilities(name).argmax(axis=1)) for name in self.patterns]
        return table_of({"pattern": self.patterns, "seqlets": [self._count(name) for name in self.patterns],
                         "consensus": consensus})

    def seqlets(self, pattern):
        """One row per seqlet: number of the locus, start, end, is_revcomp, and names and genome coordinates where there are any."""
        seqlets = self._group(pattern)["seqlets"]
        return table_of({name: texts_of(item[:]) if item.dtype.kind in "SO" else item[:] for name, item in seqlets.items()
                         if item.ndim == 1 and name != "n_seqlets"})

    def draw_logo(self, pattern, axes=None):
        """contributions() as letters. Returns matplotlib's axes."""
        return draw_logo(self.contributions(pattern), axes, label="contribution")
