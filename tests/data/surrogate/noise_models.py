# SPDX-License-Identifier: MIT
"""Golden values of noise models, special functions and spline curves from SciPy: noise_models.txt.

Lines: `function NAME arguments… value`, `noise KIND log_scale log_a log_b y prediction probability nll quantile mean sd`,
and `spline KNOTS VALUES phi value slope` with comma-separated lists. No mean or standard deviation is written as `none`.
"""
from pathlib import Path

import numpy as np
from scipy import special, stats
from scipy.interpolate import BSpline

rng = np.random.default_rng(7)
lines = []


def real(value):
    return float(value).hex()


def add(*words):
    lines.append(" ".join(str(word) for word in words))


for x in (1e-3, 0.01, 0.3, 0.5, 1.0, 1.5, 2.0, 7.3, 40.0, 1234.5):
    add("function", "log_gamma", real(x), real(special.gammaln(x)))
    add("function", "digamma", real(x), real(special.digamma(x)))
for a, b in ((0.5, 0.5), (1.0, 3.0), (2.5, 0.7), (30.0, 8.0), (400.0, 410.0)):
    for p in (1e-4, 0.1, 0.5, 0.9, 0.9999):
        add("function", "inverse_incomplete_beta", real(a), real(b), real(p), real(special.betaincinv(a, b, p)))
for p in (1e-12, 1e-3, 0.2, 0.5, 0.75, 0.99999):
    add("function", "normal_quantile", real(p), real(special.ndtri(p)))


def noise(kind, distribution, log_scale, log_a, log_b, y, prediction, probability, mean, sd):
    add("noise", kind, *(real(v) for v in (log_scale, log_a, log_b, y, prediction, probability)),
        real(-distribution.logpdf(y)), real(distribution.ppf(probability)),
        "none" if mean is None else real(mean), "none" if sd is None else real(sd))


for _ in range(12):
    log_scale, prediction = rng.normal(), rng.normal()
    y, probability = prediction + 2 * np.exp(log_scale) * rng.standard_t(3), rng.uniform(0.001, 0.999)
    scale = np.exp(log_scale)
    noise("gaussian", stats.norm(prediction, scale), log_scale, 0, 0, y, prediction, probability, prediction, scale)
    noise("cauchy", stats.cauchy(prediction, scale), log_scale, 0, 0, y, prediction, probability, prediction, None)
    log_a, log_b = rng.normal(1.0, 0.9, 2)
    a, b = np.exp(log_a), np.exp(log_b)
    mode = (a - b) * np.sqrt(a + b) / np.sqrt((2 * a + 1) * (2 * b + 1))
    skewed = stats.jf_skew_t(a, b, loc=prediction - scale * mode, scale=scale)
    mean = skewed.mean() if min(a, b) > 0.5 else None
    sd = skewed.std() if min(a, b) > 1 else None
    noise("skewed-t", skewed, log_scale, log_a, log_b, y, prediction, probability, mean, sd)

for count in (2, 3, 9):
    knots = np.sort(rng.normal(size=count))
    values = np.cumsum(rng.exponential(size=count + 2))
    spline = BSpline(np.concatenate([[knots[0]] * 3, knots, [knots[-1]] * 3]), values, 3)
    for phi in [knots[0] - 0.7, *np.linspace(knots[0], knots[-1], 6), knots[-1] + 1.1]:
        inside = np.clip(phi, knots[0], knots[-1])
        slope = spline(inside, 1)
        add("spline", ",".join(real(k) for k in knots), ",".join(real(v) for v in values), real(phi),
            real(spline(inside) + (phi - inside) * slope), real(slope))

Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n")
