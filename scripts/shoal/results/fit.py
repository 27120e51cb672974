# SPDX-License-Identifier: MIT
"""A result of `shoal fit` (src/store/README.md): surrogates of a table of sequences and measurements."""
import numpy as np

from ..errors import ShoalError
from .curves import sigmoids
from .drawing import draw_curve, draw_heat_map, draw_logo
from .hdf5 import ResultFile, attributes_of, records_of, table_of
from .pairs import largest_effects, strength_matrix


class FitResult(ResultFile):
    """Where a file has one surrogate it need not be named. L positions, C letters."""

    kind = "fit"
    what = "result of shoal fit"

    def summary(self):
        return f"{', '.join(self.surrogates)} of {self.provenance().get('table', 'a table')}"

    @property
    def surrogates(self):
        return list(self.file["models"])

    @property
    def letters(self):
        return attributes_of(self.file)["letters"]

    def _group(self, surrogate):
        if surrogate is None and len(self.surrogates) == 1:
            surrogate = self.surrogates[0]
        if surrogate not in self.surrogates:
            raise ShoalError(f"choose a surrogate among {self.surrogates}")
        return self.file["models"][surrogate]

    def additive(self, surrogate=None):
        """float64 (L, C): additive effects on phi, in the gauge of provenance()."""
        return self._group(surrogate)["additive"][:]

    def errors(self, surrogate=None):
        """float64 (L, C): standard errors of additive(). Errors: ShoalError where the fit was not asked for them."""
        group = self._group(surrogate)
        if "additive_error" not in group:
            raise ShoalError("there are no standard errors: shoal fit --standard-errors")
        return group["additive_error"][:]

    def pairs(self, surrogate=None):
        """Positions int64 (P, 2), first < second, and effects float64 (P, C, C)."""
        group = self._group(surrogate)
        return group["pairs"][:], group["pair_effects"][:]

    def pair_matrix(self, surrogate=None):
        """float64 (L, L), symmetric: the root of the sum of squares of every pair's effects; 0 where a pair was not fitted."""
        return strength_matrix(*self.pairs(surrogate), len(self.additive(surrogate)))

    def strongest_pairs(self, surrogate=None, count=20):
        """The largest effects of two letters beyond what each does alone, largest magnitude first: positions, letters, effect."""
        return largest_effects(*self.pairs(surrogate), count, self.letters)

    def variant_effects(self, surrogate=None, units="response"):
        """float64 (L, C): what single substitutions of the reference do, in units of y, or with `units` "latent" of phi."""
        group, name = self._group(surrogate), f"variant_effects_{units}"
        if name not in group:
            raise ShoalError("there are no variant effects: shoal fit --reference SEQUENCE")
        return group[name][:]

    def table(self):
        """One row per surrogate: held-out R², likelihood, information, penalty, …"""
        rows = [records_of(self._group(name)["metrics"][:]) for name in self.surrogates]
        columns = {"surrogate": self.surrogates}
        for name in rows[0]:
            columns[name] = np.concatenate([row[name] if name in row else [np.nan] for row in rows])
        return table_of(columns)

    def curve(self, surrogate=None, points=200):
        """Global epistasis: phi over its range in the fitted rows, and g(phi), float64 (points,) each."""
        group = self._group(surrogate)
        curve = group["curve"]
        extent = group["noise/range"][0]
        if len(curve["knots"]):
            knots, values = curve["knots"][:], curve["values"][:]
            phi = np.linspace(knots[0], knots[-1], points)
            return phi, np.interp(phi, knots, values)
        response = sigmoids(*curve["line"][:], *(curve[name][:] for name in ("heights", "steepness", "shifts")))
        phi = self._latent_range(group, extent, response, points)
        return phi, response(phi)

    def _latent_range(self, group, extent, response, points):
        """phi whose responses cover the predictions of the fitted rows, within what the effects can reach."""
        additive, constant = group["additive"][:], group["constant"][0]
        reach = np.linspace(constant + additive.min(axis=1).sum(), constant + additive.max(axis=1).sum(), 2000)
        values = response(reach)
        inside = reach[(values >= extent["lowest"]) & (values <= extent["highest"])]
        return np.linspace(inside[0], inside[-1], points) if len(inside) else reach[:: max(len(reach) // points, 1)]

    def draw_heat_map(self, surrogate=None, axes=None):
        """additive() as colours, a row per letter."""
        return draw_heat_map(self.additive(surrogate).T, axes, label="effect on phi", letters=self.letters)

    def draw_logo(self, surrogate=None, axes=None):
        """additive() as letters, of DNA only."""
        if self.letters != "ACGT":
            raise ShoalError(f"logos are drawn of the letters ACGT, and these are {self.letters}: draw_heat_map()")
        return draw_logo(self.additive(surrogate), axes, label="effect on phi")

    def draw_curve(self, surrogate=None, axes=None):
        """curve(): y over phi."""
        return draw_curve(*self.curve(surrogate), axes, labels=("latent phi", "y"))
