# SPDX-License-Identifier: MIT
"""How well a network predicts: AUROC, AUPR, Pearson, Spearman, mean squared error; means over tasks."""
import numpy as np


def ranks(values):
    """Ranks from 1, ties at their mean, [n]."""
    order = np.argsort(values, kind="stable")
    in_order = values[order]
    first = np.flatnonzero(np.r_[True, in_order[1:] != in_order[:-1]])
    last = np.r_[first[1:], len(values)]
    result = np.empty(len(values))
    result[order] = np.repeat((first + last + 1) / 2, last - first)
    return result


def auroc(labels, scores):
    """Area under the ROC curve, ties count half; NaN where a class is missing."""
    positive = labels > 0.5
    count = positive.sum()
    if count in (0, len(labels)):
        return np.nan
    return (ranks(scores)[positive].sum() - count * (count + 1) / 2) / (count * (len(labels) - count))


def aupr(labels, scores):
    """Area under precision over recall by trapezoids from (0, 1): not the average precision."""
    positive = labels > 0.5
    if positive.sum() in (0, len(labels)):
        return np.nan
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.r_[scores[order][1:] != scores[order][:-1], True])
    hits = np.cumsum(positive[order])[ends]
    precision, recall = np.r_[1, hits / (ends + 1)], np.r_[0, hits / positive.sum()]
    return float(((precision[1:] + precision[:-1]) / 2 * np.diff(recall)).sum())


def pearson(x, y):
    x, y = x - x.mean(), y - y.mean()
    norm = np.sqrt((x * x).sum() * (y * y).sum())
    return float((x * y).sum() / norm) if norm > 0 else np.nan


def spearman(x, y):
    return pearson(ranks(x), ranks(y))


METRICS = {"auroc": auroc, "aupr": aupr, "pearson": pearson, "spearman": spearman,
           "mse": lambda labels, scores: float(((labels - scores) ** 2).mean())}


def evaluate(labels, scores, is_classification, names=tuple(METRICS)):
    """{metric: mean over tasks} of labels and scores [n, tasks]; tasks where a metric is not defined are left out, NaN if all are."""
    labels, scores = np.asarray(labels, np.float64), np.asarray(scores, np.float64)
    result = {}
    for name in names:
        if name in ("auroc", "aupr") and not is_classification:
            result[name] = np.nan
            continue
        values = np.array([METRICS[name](labels[:, task], scores[:, task]) for task in range(labels.shape[1])])
        result[name] = float(np.nanmean(values)) if np.isfinite(values).any() else np.nan
    return result
