# SPDX-License-Identifier: MIT
"""What surrogates with interactions and curves say at one locus of a store."""
import numpy as np

from .curves import sigmoids
from .hdf5 import BASES, group_name
from .pairs import largest_effects, strength_matrix


class StorePairs:
    """Part of ShoalStore."""

    def variant_effects(self, row, method, model=None, task=None, units="latent"):
        """(4, L) what every single substitution does: phi(variant) - phi(sequence), or with `units` "response"
        g(phi(variant)) - g(phi(sequence)), in units of the score; 0 where the sequence is N."""
        sequence = self.one_hot(slice(row, row + 1), self._place(model, task)[0])[0].astype(float)
        values = self.maps(method, model, task, slice(row, row + 1), "map")[0].astype(float)
        own = (values * sequence).sum(axis=0)
        effects = (values - own) * sequence.sum(axis=0)
        group = self._method(method, model, task)
        scalars = group["scalars"][row]
        phi = float(scalars["constant"] if "constant" in scalars.dtype.names else scalars["intercept"]) + own.sum()
        if "pairs" in group:
            positions, pairs = self.pairs(row, method, model, task)
            for (first, second), effect in zip(positions, pairs.astype(float)):
                now = sequence[:, first] @ effect @ sequence[:, second]
                effects[:, first] += (effect @ sequence[:, second] - now) * sequence[:, first].sum()
                effects[:, second] += (sequence[:, first] @ effect - now) * sequence[:, second].sum()
                phi += now
        if units == "latent" or "curve" not in group:
            return effects
        curve = self._curve(group, row, scalars)
        return curve(phi + effects) - curve(phi)

    @staticmethod
    def _curve(group, row, scalars):
        """g of one row: exact for sigmoids and lines, straight between the stored points of a spline."""
        if "sigmoids" in group:
            return sigmoids(scalars["curve_offset"], scalars["curve_slope"], *group["sigmoids"][row])
        points, values = group["curve"][row]
        return lambda phi: np.interp(phi, points, values)

    def pairs(self, row, method, model=None, task=None):
        """Positions int64 (P, 2) and effects (P, 4, 4) of a method with pairs: a surrogate, or pairwise-ism."""
        constants = self._methods_at(self._place(model, task)[0])[group_name(method)]
        positions = constants["pair_positions" if "pair_positions" in constants else "positions"][:]
        return positions, self.array("pairs", method, model, task, slice(row, row + 1))[0]

    def pair_matrix(self, row, method, model=None, task=None):
        """(L, L), symmetric: the root of the sum of squares of every pair's effects; 0 where a pair was not fitted."""
        positions, effects = self.pairs(row, method, model, task)
        length = self.part(self._place(model, task)[0])[1]
        return strength_matrix(positions, effects, length)

    def pair_map(self, row, method, start=0, stop=None, model=None, task=None):
        """(W, 4, W, 4), W = stop - start: effects of two bases at two positions, first < second, zeros elsewhere."""
        stop = self.part(self._place(model, task)[0])[1] if stop is None else stop
        positions, effects = self.pairs(row, method, model, task)
        inside = ((positions >= start) & (positions < stop)).all(axis=1)
        dense = np.zeros((stop - start, 4, stop - start, 4), effects.dtype)
        first, second = (positions[inside] - start).T
        dense[first, :, second, :] = effects[inside]
        return dense

    def strongest_pairs(self, row, method, count=20, model=None, task=None):
        """The largest effects of two bases that the locus does not have, in the gauge of notes(method): positions, bases
        and the effect, largest magnitude first."""
        positions, effects = self.pairs(row, method, model, task)
        own = self.one_hot(slice(row, row + 1), self._place(model, task)[0])[0].T.astype(bool)  # (L, 4)
        changed = effects * ~own[positions[:, 0]][:, :, None] * ~own[positions[:, 1]][:, None, :]
        return largest_effects(positions, changed, count, BASES)

    def curve(self, row, method, model=None, task=None):
        """Global epistasis of a locus: phi and g(phi) at points along the fitted mutants, float64 each."""
        return tuple(self.array("curve", method, model, task, slice(row, row + 1))[0])
