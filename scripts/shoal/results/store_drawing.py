# SPDX-License-Identifier: MIT
"""Pictures of one locus of a store, with matplotlib. Each returns the axes."""
from .drawing import draw_curve, draw_heat_map, draw_logo, draw_matrix


class StoreDrawing:
    """Part of ShoalStore."""

    def _stop(self, stop, model, task):
        return self.part(self._place(model, task)[0])[1] if stop is None else stop

    def draw_logo(self, locus, method, start=0, stop=None, model=None, task=None, projected=True, axes=None, array=None):
        """logo() as letters from position `start` to `stop`."""
        stop = self._stop(stop, model, task)
        return draw_logo(self.logo(locus, method, model, task, projected, array)[start:stop], axes, start, method)

    def draw_heat_map(self, locus, method, start=0, stop=None, model=None, task=None, axes=None, array=None):
        """map() as colours, a row per base."""
        stop = self._stop(stop, model, task)
        return draw_heat_map(self.map(locus, method, model, task, array)[:, start:stop], axes, start, method)

    def draw_pairs(self, locus, method, start=0, stop=None, model=None, task=None, axes=None):
        """pair_matrix() as colours."""
        stop = self._stop(stop, model, task)
        matrix = self.pair_matrix(self.row(locus), method, model, task)[start:stop, start:stop]
        return draw_matrix(matrix, axes, start, "strength of the pair", method)

    def draw_curve(self, locus, method, model=None, task=None, axes=None):
        """curve(): the score over the latent phi."""
        phi, score = self.curve(self.row(locus), method, model, task)
        return draw_curve(phi, score, axes, labels=("latent phi", "score"))
