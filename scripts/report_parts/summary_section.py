# SPDX-License-Identifier: MIT
"""What was run: loci by status, why some failed, networks, methods, and everything that determines the numbers."""
import re

import numpy as np

from .page import count, element, folded, joined, note, number, table, tiles
from .store_view import named, place_of

MOST_REASONS = 12
MOST_READ = 20_000  # messages of failed and skipped loci that are read


def _median_r2(view):
    values = [view.of(each)["r2_test"][view.done] for each in view.with_number("r2_test")]
    values = np.concatenate(values) if values else np.empty(0)
    values = values[np.isfinite(values)]
    return [("median held-out R²", number(np.median(values)), False)] if len(values) else []


def _tiles(view, counts):
    store = view.store
    mutants = store.provenance().get("library.mutants")
    return tiles([("loci", count(len(store.status)), False), ("done", count(counts["done"]), False),
                  ("failed", count(counts["failed"]), counts["failed"] > 0), ("skipped", count(counts["skipped"]), False),
                  ("pending", count(counts["pending"]), counts["pending"] > 0), ("bases per locus", count(store.length), False),
                  ("networks", count(len(store.models)), False), ("tasks in all", count(len(store.tasks)), False),
                  ("methods", count(len(store.methods)), False),
                  *([("mutants per locus", f"{int(mutants):,}", False)] if mutants and mutants.isdigit() else []),
                  *_median_r2(view)])


def _reasons(view, status, code):
    """Messages of the loci with a status, those that differ only in numbers together, the most frequent first."""
    rows = np.flatnonzero(view.store.status == code)
    if not len(rows):
        return None
    groups = {}
    for start in range(0, min(len(rows), MOST_READ), 1000):
        part = rows[start:min(start + 1000, MOST_READ)]
        for row, message in zip(part, view.store.loci(part)["message"]):
            groups.setdefault(re.sub(r"\d+", "#", message), []).append((row, message))
    ordered = sorted(groups.values(), key=len, reverse=True)
    examples = [(found, view.locus(found[0][0])) for found in ordered[:MOST_REASONS]]
    return joined(table(["reason (of the first such locus)", "loci", "first locus"],
                        [[found[0][1] or "no reason given", count(len(found)), f"{named(locus)} {place_of(locus)}"]
                         for found, locus in examples],
                        f"Loci that {status}: {count(len(rows))}. Reasons that differ only in numbers are counted together.",
                        numbers=(1,), long=(0, 2)),
                  note(f"The {MOST_REASONS} most frequent of {count(len(ordered))} reasons.") if len(ordered) > MOST_REASONS else None,
                  note(f"Of the first {count(MOST_READ)} such loci.") if len(rows) > MOST_READ else None)


def _models(view):
    tasks = {model: [task for owner, task in view.store.tasks if owner == model] for model in view.store.models}
    provenance = view.store.provenance()
    digests = {model: provenance.get(f"model.{model}.digest", "") for model in tasks}
    rows = [[model, _bases(view.store, model), ", ".join(names), element("code", digests[model])]
            for model, names in tasks.items()]
    return table(["network", "reads", "tasks", "file digest"], rows, "Networks", long=(2,))


def _bases(store, model):
    """What of a window a network reads; the part is where it lies on the genome's + strand."""
    offset, length = store.part(model)
    return f"{length:,} bases" + (f", {offset:,} to {offset + length:,} of the window" if length < store.length else "")


def _methods(view):
    rows = []
    for method in view.store.methods:
        notes = view.store.notes(method)
        rows.append([method, notes.get("definition", ""), notes.get("gauge", ""), notes.get("units", "")])
    return table(["method", "definition", "gauge", "units"], rows, "Methods", long=(1, 2, 3))


def _provenance(view):
    rows = [[element("code", key), element("code", value if len(value) <= 2000 else value[:2000] + " …")]
            for key, value in view.store.provenance().items()]
    return folded(f"Everything that determines the numbers ({len(rows)} entries of provenance)",
                  table(["key", "value"], rows, long=(1,)))


def build(view):
    counts = view.store.counts()
    return joined(_tiles(view, counts), _reasons(view, "failed", 2), _reasons(view, "were skipped", 3), _models(view),
                  _methods(view), _provenance(view))
