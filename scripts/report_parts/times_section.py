# SPDX-License-Identifier: MIT
"""Where the time went: the runs that made a store, from STORE.run.jsonl beside it."""
import datetime
import json
import pathlib

from .drawing import CATEGORIES, stacked_bar
from .page import count, element, figure, joined, legend_of, note, number, seconds, table

MOST_RUNS = 20
STAGES = ("reading", "generation", "scoring", "fitting", "writing")


class RunLogError(ValueError):
    """A run log that cannot be read, with its place."""


def path_of(store_path):
    return pathlib.Path(f"{store_path}.run.jsonl")


def read(store_path):
    """One dict a run, or None where there is no log. Errors: RunLogError, for a line that is no JSON object."""
    path = path_of(store_path)
    if not path.exists():
        return None
    runs = []
    for number_, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if not text.strip():
            continue
        try:
            run = json.loads(text)
        except json.JSONDecodeError as error:
            raise RunLogError(f"{path}:{number_}: {error.msg}") from None
        if not isinstance(run, dict):
            raise RunLogError(f"{path}:{number_}: not a JSON object")
        runs.append(run)
    return runs


def _wall(run):
    """Seconds from start to end; from the two times, which the log knows to a second, where it does not say."""
    if isinstance(run.get("wall_seconds"), (int, float)):
        return float(run["wall_seconds"])
    try:
        start, end = (datetime.datetime.fromisoformat(str(run[key]).replace("Z", "+00:00")) for key in ("started", "ended"))
    except (KeyError, ValueError):
        return None
    return max((end - start).total_seconds(), 0.0)


def _written(runs, index):
    """Loci that a run finished: its total, less that of the run it went on from."""
    def finished(run):
        return sum(int(run.get(key, 0)) for key in ("done", "failed", "skipped"))
    run, before = runs[index], runs[index - 1] if index else {}
    resumed = before.get("pending", 0) and finished(before) <= finished(run)
    return finished(run) - (finished(before) if resumed else 0)


def _stages(run):
    found = {name: run.get(f"{name}_seconds") for name in STAGES}
    return {name: float(value) for name, value in found.items() if isinstance(value, (int, float))}


def _rate(loci, wall):
    return f"{number(loci / wall)} loci/s" if wall and wall > 1 else "–"


def build(store_path):
    runs = read(store_path)
    if not runs:
        return note(f"There is no run log ({path_of(store_path).name}) beside the store, so times are not known.")
    rows, bars = [], []
    shown = range(max(len(runs) - MOST_RUNS, 0), len(runs))
    for index in shown:
        run, wall = runs[index], _wall(runs[index])
        loci, stages = _written(runs, index), _stages(runs[index])
        total = sum(stages.values())
        rank_seconds = float(run.get("rank_seconds", 0))
        rows.append([run.get("started", "?"), seconds(wall) if wall is not None else "–", run.get("hosts", "?"),
                     run.get("ranks", "?"), run.get("threads", "?"), run.get("backend", "?"), count(loci), _rate(loci, wall),
                     number(loci / rank_seconds) if rank_seconds else "–", count(run.get("pending", 0))])
        if total > 0:
            words = ", ".join(f"{name} {stages[name] / total:.1%}" for name in stages)
            bars.append(figure(stacked_bar(f"Shares of the stages of the run of {run.get('started', '?')}: {words}",
                                           [(name, stages.get(name, 0.0) / total) for name in STAGES]),
                               joined(run.get("started", "?"), f" · {seconds(total)} of work in all: {words}")))
    cut = f"The last {MOST_RUNS} of {len(runs)} runs." if len(runs) > MOST_RUNS else None
    return joined(table(["started (UTC)", "duration", "hosts", "ranks", "threads per rank", "backend", "loci finished", "rate",
                         "loci a rank and second", "left pending"], rows, "Runs of this store", numbers=(3, 4, 6, 7, 8, 9), long=(2,)),
                  note(cut) if cut else None, element("h3", "Stages"),
                  element("p", "Seconds of all workers of all ranks, by stage: ", legend_of(zip(STAGES, CATEGORIES)), class_="note"), *bars)
