# SPDX-License-Identifier: MIT
"""The page of `shoal variants`: the effects of every network and task, and the variants with the largest."""
import collections

import numpy as np

from .drawing import Plot, histogram, padded
from .page import count, element, figure, joined, note, number, panels, table, tiles

MOST_LISTED = 50    # variants per network and task
MOST_DRAWN = 4000   # points of a scatter
PLACE = ("chrom", "pos", "id", "ref", "alt")


def is_table(columns):
    """Whether columns are those that `shoal variants` writes."""
    return all(name in columns for name in (*PLACE, "skipped"))


def tasks_of(columns):
    """Names, MODEL/TASK, of the columns that have effects, in order."""
    return [name.removesuffix(":effect") for name in columns if name.endswith(":effect")]


def summary(columns):
    return f"{count(len(columns['pos']))} alleles, {len(tasks_of(columns))} tasks"


def _numbers(columns, name):
    return np.array([np.nan if value in ("NA", "") else float(value) for value in columns[name]], float)


def _skipped(columns):
    """Reasons why alleles have no effects, with how many."""
    return collections.Counter(str(reason) for reason in columns["skipped"] if str(reason) not in ("", ".", "NA", "nan"))


def build_run(columns):
    skipped = _skipped(columns)
    rows = [[reason, count(number_of)] for reason, number_of in skipped.most_common(12)]
    return joined(tiles([("alleles", count(len(columns["pos"])), False), ("skipped", count(sum(skipped.values())), sum(skipped.values()) > 0),
                         ("chromosomes", count(len(set(columns["chrom"]))), False), ("tasks", count(len(tasks_of(columns))), False)]),
                  table(["reason", "alleles"], rows, "Alleles without effects", numbers=(1,)) if rows else None)


def _scatter(columns, task):
    reference, alternative = _numbers(columns, f"{task}:ref"), _numbers(columns, f"{task}:alt")
    known = np.flatnonzero(np.isfinite(reference) & np.isfinite(alternative))
    known = known[np.linspace(0, len(known) - 1, min(len(known), MOST_DRAWN)).round().astype(int)] if len(known) else known
    if not len(known):
        return None
    reach = padded(min(reference[known].min(), alternative[known].min()), max(reference[known].max(), alternative[known].max()))
    plot = Plot(f"Scores of {task} with the reference and the alternative allele", reach, reach, "score of the reference", "score of the alternative",
                (330, 260))
    plot.curve(reach, reach, "#8a94a0", 1, "4 3")
    plot.points(reference[known], alternative[known])
    return figure(plot.drawn(), "On the line nothing changes")


def build_task(columns, task):
    effects = _numbers(columns, f"{task}:effect")
    known = np.flatnonzero(np.isfinite(effects))
    if not len(known):
        return note("No allele has an effect.")
    order = known[np.argsort(-np.abs(effects[known]), kind="stable")][:MOST_LISTED]
    others = {name.removeprefix(task).lstrip(":/"): _numbers(columns, name) for name in columns
              if name.startswith((f"{task}:", f"{task}/")) and not name.endswith(":effect")}
    names = [f"score of {name}" if name in ("ref", "alt") else name for name in others]
    rows = [[f"{columns['chrom'][row]}:{int(columns['pos'][row]):,}", columns["id"][row], columns["ref"][row], columns["alt"][row],
             number(effects[row]), *(number(values[row]) for values in others.values())] for row in order]
    drawn = panels(figure(histogram(f"Effects of {count(len(known))} alleles on {task}", effects[known], "effect", size=(430, 260), y_label="alleles"),
                          "Effects; the dashed line is the median"),
                   *([_scatter(columns, task)] if f"{task}:ref" in columns else []))
    return joined(drawn, table(["place", "id", "ref", "alt", "effect", *names], rows,
                               f"The {len(rows)} largest effects", numbers=range(4, 5 + len(others))))


def _mean_ranks(values):
    """Ranks from 1; equal values share the mean of theirs: many variants change nothing at all."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]


def build_agreement(columns):
    """How well the effects of the tasks agree."""
    tasks = tasks_of(columns)
    if len(tasks) < 2:
        return None
    effects = np.stack([_numbers(columns, f"{task}:effect") for task in tasks])
    known = np.isfinite(effects).all(axis=0)
    if known.sum() < 3:
        return None
    ranks = np.stack([_mean_ranks(own) for own in effects[:, known]])
    with np.errstate(invalid="ignore"):  # effects that are all equal correlate with nothing
        correlations = np.corrcoef(ranks)
    rows = [[first, *(number(value) for value in correlations[place])] for place, first in enumerate(tasks)]
    return joined(element("p", f"Rank correlation of effects over the {count(known.sum())} alleles that all tasks score."),
                  table(["", *tasks], rows, numbers=range(1, len(tasks) + 1)))


def build(columns):
    """(identity, title, content) of every section."""
    found = [("run", "Alleles", build_run(columns))]
    found += [(f"task-{number_of}", task, build_task(columns, task)) for number_of, task in enumerate(tasks_of(columns))]
    found.append(("agreement", "Agreement", build_agreement(columns)))
    return [each for each in found if each[2] is not None]
