# SPDX-License-Identifier: MIT
"""The page of `shoal fit`: how well each surrogate predicts, its effects, interactions and response curve."""
import numpy as np

from .drawing import DIVERGING, SEQUENTIAL, Plot, bitmap, colour_bar, image, label, padded, svg
from .page import count, element, figure, joined, note, number, panels, settings_of, table
from .sequence_logo import matrix_logo

MOST_CELLS = 300  # positions whose columns a page can show
# Columns of FitResult.table(), with what a reader calls them; those that no surrogate has are left out.
METRICS = (("r2", "R²"), ("pearson2", "Pearson²"), ("spearman", "Spearman"), ("negative_log_likelihood", "nats per row"),
           ("predictive_information", "information, bits"), ("r2_train", "R² of fitted rows"), ("lambda", "penalty"),
           ("degrees_of_freedom", "degrees of freedom"), ("noise_rounds", "noise rounds"))


def build_quality(fit):
    columns = {name: np.asarray(values, dtype=object) for name, values in dict(fit.table()).items()}
    shown = [(name, text) for name, text in METRICS if name in columns and np.isfinite(columns[name].astype(float)).any()]
    rows = [[surrogate, *(number(columns[name][row]) for name, _ in shown)] for row, surrogate in enumerate(columns["surrogate"])]
    return joined(
        element("p", "Every number is of rows that no fit saw, unless it says otherwise. R² compares with the mean of those rows; nats per "
                "row is the negative log likelihood under the fitted noise, lower is better; information is what a prediction says about "
                "a measurement."),
        table(["surrogate", *(text for _, text in shown)], rows, numbers=range(1, len(shown) + 1)),
        note(f"Held-out rows: {count(columns['rows'][0])}; fitted: {count(columns['rows_train'][0])}."))


def heat_map(title, values, letters):
    """values [letters, positions] as colours, with the scale at the right."""
    most = float(np.abs(values).max()) or 1.0
    size = max(3.0, min(18.0, 900 / values.shape[1]))
    left, top, width, height = 24, 4, size * values.shape[1], 13 * len(letters)
    names = [label(left - 6, top + 13 * row + 10, letter, anchor="end") for row, letter in enumerate(letters)]
    step = max(1, int(np.ceil(40 / size)))
    ticks = [label(left + (position + 0.5) * size, top + height + 14, position, size=10, anchor="middle")
             for position in range(0, values.shape[1], step)]
    picture = image(bitmap((values + most) / (2 * most), 1.0, DIVERGING), left, top, width, height)
    return svg(left + width + 70, top + height + 20, title, picture, *names, *ticks,
               colour_bar(left + width + 12, top, max(height, 40), -most, most, DIVERGING, ""))


def _effects(fit, surrogate):
    effects = fit.additive(surrogate).T
    if effects.shape[1] > MOST_CELLS:
        return note(f"{surrogate}: {count(effects.shape[1])} positions, more than a page shows; `export` or the Python package reads them.")
    title = f"Additive effects of {surrogate}: {effects.shape[1]} positions, from {number(effects.min())} to {number(effects.max())}"
    parts = [figure(heat_map(title, effects, fit.letters))]
    if fit.letters == "ACGT":
        parts.insert(0, figure(matrix_logo(title, effects.T - effects.T.mean(axis=1, keepdims=True))))
    return joined(element("h3", surrogate), *parts)


def build_effects(fit):
    gauge = fit.provenance().get("gauge", "uniform")
    return joined(element("p", f"What each letter at each position adds to the latent value φ, in the {gauge} gauge. Logo: letters that raise φ "
                          "stand on the line, those that lower it hang from it, each position centred. Colours: red raises, blue lowers."),
                  *(_effects(fit, surrogate) for surrogate in fit.surrogates))


def _interactions(fit, surrogate):
    length = len(fit.additive(surrogate))
    if not len(fit.pairs(surrogate)[0]) or length > MOST_CELLS:
        return None
    strength = fit.pair_matrix(surrogate)
    side, most = min(420, max(180, 6 * length)), float(strength.max())
    drawing = svg(side + 80, side + 4, f"Interactions of {surrogate}: the strongest is {number(most)}",
                  image(bitmap(strength, most, SEQUENTIAL), 2, 2, side, side), colour_bar(side + 12, 2, side, 0.0, most, SEQUENTIAL, ""))
    strongest = fit.strongest_pairs(surrogate, 10)
    rows = [[f"{first}{first_base} {second}{second_base}", number(effect)] for first, first_base, second, second_base, effect in
            zip(*(strongest[name] for name in ("first", "first_base", "second", "second_base", "effect")))]
    return joined(element("h3", surrogate), panels(figure(drawing, "Positions from 0 against positions"),
                                                   table(["letters", "effect"], rows, "The ten strongest effects", numbers=(1,))))


def build_interactions(fit):
    found = [part for part in (_interactions(fit, surrogate) for surrogate in fit.surrogates) if part]
    return joined(element("p", "The root of the sum of squares of the effects of two letters at two positions, beyond what each does alone."),
                  *found) if found else None


def build_curves(fit):
    found = []
    for surrogate in fit.surrogates:
        phi, response = fit.curve(surrogate)
        if surrogate.endswith("-ge") and len(phi) > 1:
            plot = Plot(f"Response curve of {surrogate}: from {number(response[0])} to {number(response[-1])}",
                        padded(phi[0], phi[-1]), padded(response.min(), response.max(), 0.08), "latent effect φ", "y", (420, 260))
            plot.curve(phi, response)
            found.append(figure(plot.drawn(), surrogate))
    return joined(element("p", "The measured value as a function g(φ) of the latent value, over the predictions of the fitted rows."),
                  panels(*found)) if found else None


def build(fit):
    """(identity, title, content) of every section for which this fit has data."""
    found = [("quality", "Quality", build_quality(fit)), ("effects", "Effects", build_effects(fit)),
             ("interactions", "Interactions", build_interactions(fit)), ("curves", "Global epistasis", build_curves(fit)),
             ("settings", "Settings", settings_of(fit))]
    return [each for each in found if each[2] is not None]
