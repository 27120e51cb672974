#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Golden values of the surrogates' metrics, by SciPy and scikit-learn: python3 surrogate_metrics.py > surrogate_metrics.txt

Lines "value NAME X" and "row OBSERVED PREDICTED LATENT SMOOTH"; observed has ties, smooth has none.
"""
import numpy as np
from scipy.special import digamma
from scipy.stats import pearsonr, spearmanr
from sklearn.feature_selection._mutual_info import _compute_mi_cc
from sklearn.metrics import r2_score


def entropy(values, k):
    """Kozachenko and Leonenko, by all distances."""
    distances = np.abs(values[:, None] - values[None, :])
    kth = np.sort(distances, axis=1)[:, k]
    return (digamma(len(values)) - digamma(k) + np.log(2) + np.mean(np.log(kth))) / np.log(2)


generator = np.random.default_rng(20261120)
latent = generator.normal(size=300)
predicted = np.tanh(latent) + 0.2
observed = np.round(predicted + 0.3 * generator.normal(size=300), 1)
smooth = predicted + 0.3 * generator.normal(size=300)

values = {
    "r2": r2_score(observed, predicted),
    "pearson2": pearsonr(observed, predicted)[0] ** 2,
    "spearman": spearmanr(observed, predicted)[0],
    "entropy_bits": entropy(smooth, 7),
    "information_bits": _compute_mi_cc(latent, smooth, 5) / np.log(2),
    "information_bits_3": _compute_mi_cc(predicted, smooth, 3) / np.log(2),
}
for name, value in values.items():
    print("value", name, repr(float(value)))
for row in zip(observed, predicted, latent, smooth):
    print("row", *(repr(float(number)) for number in row))
