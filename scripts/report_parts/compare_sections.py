# SPDX-License-Identifier: MIT
"""The page of a comparison: verdict, ranks, Pareto fronts, groups, tests, costs, all numbers."""
import math

import numpy as np

from . import compare_maps
from .drawing import CATEGORIES, Plot, element, label, line, nice_ticks, padded, svg
from .page import Html, count, figure, folded, joined, legend_of, note, number, panels, table, tiles

MOST_RANKED = 40     # units in the plot of ranks
FRONT_AXES = (("faithfulness_r2", "stored", "faithfulness (held-out R²)"),
              ("randomisation_loss", "stored", "loss by randomisation (sanity)"),
              ("randomisation", "whole-corrected", "change of maps by randomisation"),
              ("kld_direction", "whole-corrected", "consistency (divergence of directions)"),
              ("kld_kmer", "whole-corrected", "consistency (divergence of 6-mers)"))


def _name(unit, many_tasks):
    network, task, method = unit
    return f"{network} / {task} · {method}" if many_tasks else f"{network} · {method}"


def summary(view):
    """The verdicts and how much was compared."""
    parts = [tiles([("loci", count(len(view.rows)), False), ("networks", count(len(view.networks)), False),
                    ("methods", count(len(view.methods)), False), ("tasks", count(len(view.questions)), False),
                    ("bases", view.settings.get("window", "–"), False)])]
    parts += [element("p", element("strong", text)) for text in view.verdicts]
    parts.append(note("Consistency never ranks: it stays high for networks whose layers were damaged. Intervals are "
                      f"{float(view.settings.get('confidence', 0.95)):.0%} percentiles over resampled loci."))
    return joined(*parts)


def ranks(view):
    """The best units by their mean rank, with intervals."""
    parts = []
    for question in view.questions:
        units = [unit for unit in view.units(question) if math.isfinite(view.number(unit, "rank", ""))]
        if len(units) < 2:
            continue
        units.sort(key=lambda unit: view.number(unit, "rank", ""))
        parts.append(_rank_plot(view, question, units[:MOST_RANKED], len(units)))
        parts.append(_rank_table(view, units[:MOST_RANKED]))
    return joined(*parts) if parts else None


def _rank_plot(view, question, units, all_units):
    step, left, width = 19, 170, 470
    highest = max(1.0, np.nanmax([view.number(unit, "rank", "", "upper") for unit in units] + [len(units)]))

    def x(rank):
        return left + (rank - 1) / max(highest - 1, 1) * (width - left - 16)
    parts = []
    for tick in sorted({1, *(round(1 + (highest - 1) * share) for share in (0.25, 0.5, 0.75, 1))}):
        parts += [line(x(tick), 4, x(tick), step * len(units) + 6, "#e8ecf0"),
                  label(x(tick), step * len(units) + 20, tick, anchor="middle")]
    for place, unit in enumerate(units):
        y = step * (place + 0.5) + 4
        colour = CATEGORIES[view.methods.index(unit[2]) % len(CATEGORIES)]
        low, high = view.number(unit, "rank", "", "lower"), view.number(unit, "rank", "", "upper")
        text = unit[0] if len(unit[0]) <= 25 else unit[0][:12] + "…" + unit[0][-12:]
        parts.append(label(left - 8, y + 4, text, anchor="end"))
        if math.isfinite(low) and math.isfinite(high):
            parts.append(line(x(low), y, x(high), y, colour, 3))
        parts.append(element("circle", cx=f"{x(view.number(unit, 'rank', '')):.1f}", cy=f"{y:.1f}", r=4.5, fill=colour))
    best = _name(units[0], False)
    drawing = svg(width, step * len(units) + 28, f"Ranks of {question}: the first is {best}", *parts)
    cut = f" The first {len(units)} of {all_units}." if all_units > len(units) else ""
    return joined(element("h3", question), figure(drawing, joined(
        legend_of([(method, CATEGORIES[i % len(CATEGORIES)]) for i, method in enumerate(view.methods)]),
        f" Rank of the mean rank over criteria, 1 is best; bars are intervals.{cut}")))


def _rank_table(view, units):
    form = view.ranking_form()
    columns = [("rank", "", "rank"), ("auroc", form, f"AUROC ({form})"), ("faithfulness_r2", "stored", "faithfulness R²"),
               ("generalisation", "", "generalisation"), ("randomisation_loss", "stored", "loss by randomisation"),
               ("kld_direction", "whole-corrected", "KLD, directions"), ("kld_kmer", "whole-corrected", "KLD, 6-mers"),
               ("pareto", "", "on the front")]
    columns = [each for each in columns if view.has(each[0], each[1])]
    rows = []
    for unit in units:
        cells = []
        for metric, of_form, _ in columns:
            value = view.number(unit, metric, of_form)
            error = view.number(unit, metric, of_form, "error")
            text = ("yes" if value else "") if metric == "pareto" else number(value)
            cells.append(f"{text} ± {number(error, 2)}" if math.isfinite(error) and metric != "rank" else text)
        rows.append([_name(unit, len(view.questions) > 1), *cells])
    return folded("Numbers of these", table(["network · method", *(title for _, _, title in columns)], rows,
                                            "Mean over loci ± standard error", numbers=range(1, len(columns) + 1)))


def fronts(view):
    """Scatter plots of the criteria against generalisation, or validity where that is not known."""
    form = view.ranking_form()
    across = ("generalisation", "", "generalisation") if view.has("generalisation", "") else ("auroc", form, f"AUROC of maps ({form})")
    if not view.has(across[0], across[1]):
        return None
    axes = list(FRONT_AXES)
    if across[0] == "generalisation":
        axes.insert(0, ("auroc", form, f"validity (AUROC, {form})"))
    parts = []
    for question in view.questions:
        drawings = [_front(view, question, across, axis) for axis in axes if view.has(axis[0], axis[1])]
        if drawings:
            parts += [element("h3", question), panels(*[each for each in drawings if each is not None])]
    if not parts:
        return None
    return joined(element("p", "A dot is a network with a method; a ring marks those that no other beats in all criteria at once."),
                  figure(Html(""), legend_of([(method, CATEGORIES[i % len(CATEGORIES)]) for i, method in enumerate(view.methods)])),
                  *parts)


def _front(view, question, across, axis):
    units = view.units(question)
    xs = np.array([view.number(unit, across[0], across[1]) for unit in units])
    ys = np.array([view.number(unit, axis[0], axis[1]) for unit in units])
    known = np.isfinite(xs) & np.isfinite(ys)
    if known.sum() < 2:
        return None
    plot = Plot(f"{axis[2]} against {across[2]}, {question}", padded(xs[known].min(), xs[known].max()),
                padded(ys[known].min(), ys[known].max()), across[2], axis[2], (340, 300))
    for i, method in enumerate(view.methods):
        chosen = [place for place, unit in enumerate(units) if known[place] and unit[2] == method]
        plot.points(xs[chosen], ys[chosen], CATEGORIES[i % len(CATEGORIES)], 7 if known.sum() <= 100 else 5, 0.75)
    for place, unit in enumerate(units):
        if known[place] and view.number(unit, "pareto", "") == 1:
            plot.add(element("circle", cx=f"{plot.x(xs[place]):.1f}", cy=f"{plot.y(ys[place]):.1f}", r=6.5, fill="none",
                             stroke="#1d2733", stroke_width=1.3))
    r = np.corrcoef(xs[known], ys[known])[0, 1] if xs[known].std() > 0 and ys[known].std() > 0 else math.nan
    return figure(plot.drawn(), f"r = {number(r, 2)}, {count(known.sum())} networks with methods")


def groups(view):
    """Every metric's values by the attributes of networks."""
    form = view.ranking_form()
    metrics = [("generalisation", "", "generalisation"), ("auroc", form, f"AUROC ({form})"),
               ("faithfulness_r2", "stored", "faithfulness R²"), ("kld_direction", "whole-corrected", "KLD, directions"),
               ("randomisation_loss", "stored", "loss by randomisation")]
    parts = []
    for attribute, values in view.groupings().items():
        drawings = [_distributions(view, attribute, values, metric) for metric in metrics if view.has(metric[0], metric[1])]
        drawings = [each for each in drawings if each is not None]
        if drawings:
            parts += [element("h3", f"By {attribute}"), panels(*drawings)]
    if not parts:
        return None
    return joined(element("p", "A dot is a network with a method; boxes are the middle half, with the median."), *parts)


def _distributions(view, attribute, groups_of, metric):
    names = sorted(set(groups_of.values()))
    found = {name: [] for name in names}
    for unit in view.units():
        value = view.number(unit, metric[0], metric[1])
        if unit[0] in groups_of and math.isfinite(value):
            found[groups_of[unit[0]]].append((value, unit[2]))
    everything = [value for group in found.values() for value, _ in group]
    if not everything:
        return None
    low, high = padded(min(everything), max(everything))
    left, width, step = 20 + 6.4 * max(len(name) for name in names), 340, 34
    left = min(left, 150)

    def x(value):
        return left + (value - low) / (high - low) * (width - left - 12)
    parts = []
    bottom = step * len(names) + 4
    for tick in nice_ticks(low, high, 4):
        parts += [line(x(tick), 2, x(tick), bottom, "#e8ecf0"), label(x(tick), bottom + 14, number(tick), anchor="middle", size=10)]
    for row, name in enumerate(names):
        y = step * (row + 0.5) + 2
        parts.append(label(left - 6, y + 4, name if len(name) <= 22 else name[:21] + "…", anchor="end"))
        values = np.array([value for value, _ in found[name]])
        if not len(values):
            continue
        first, middle, third = np.quantile(values, (0.25, 0.5, 0.75))
        parts.append(element("rect", x=f"{x(first):.1f}", y=f"{y - 10:.1f}", width=f"{max(x(third) - x(first), 1):.1f}", height=20,
                             fill="#e4edf4", stroke="#8a94a0"))
        parts.append(line(x(middle), y - 10, x(middle), y + 10, "#1d2733", 2))
        for place, (value, method) in enumerate(found[name]):
            shift = (place * 7 % 13 - 6) * 1.1
            parts.append(element("circle", cx=f"{x(value):.1f}", cy=f"{y + shift:.1f}", r=2.4, fill_opacity=0.7,
                                 fill=CATEGORIES[view.methods.index(method) % len(CATEGORIES)]))
    return figure(svg(width, bottom + 20, f"{metric[2]} by {attribute}", *parts), metric[2])


def numbers(view):
    """Every number, folded by metric."""
    parts = []
    for form, metric in view.metrics():
        keys = [key for key in view.keys if key[3:] == (form, metric)]
        values = np.array([view.numbers[view.place[key]]["value"] for key in keys])
        rows = []
        for key in sorted(keys, key=lambda key: -np.nan_to_num(view.numbers[view.place[key]]["value"], nan=-np.inf))[:200]:
            found = view.numbers[view.place[key]]
            rows.append([key[0], key[1], key[2] or "–", number(found["value"], 4), number(found["error"], 2),
                         f"{number(found['lower'])} … {number(found['upper'])}", count(found["loci"])])
        spread = f"{number(np.nanmin(values))} … {number(np.nanmax(values))}" if np.isfinite(values).any() else "–"
        title = f"{metric}{f' ({form})' if form else ''}: {spread} over {len(keys)}"
        parts.append(folded(title, table(["network", "task", "method", "value", "error", "interval", "loci"], rows,
                                         numbers=(3, 4, 5, 6))))
    return joined(*parts)


def costs(view):
    """Seconds per locus of every method, over networks."""
    if not view.costs:
        return None
    rows = []
    for method in view.methods:
        values = np.array([value for (_, of), value in view.costs.items() if of == method])
        if len(values):
            rows.append([method, count(len(values)), number(np.median(values)), f"{number(values.min())} … {number(values.max())}"])
    return joined(note("Seconds of one worker per locus, from the scans' run logs; of a surrogate with scoring its library, as if it were alone."),
                  table(["method", "networks", "median", "least … most"], rows, numbers=(1, 2, 3)))


def tests(view):
    """Paired tests of the chosen one against the others."""
    if not view.tests:
        return None
    rows = [[f"{network} · {method}", task, metric, number(found["difference"]), number(found["p"], 2), number(found["adjusted_p"], 2),
             count(found["loci"])] for task, network, method, metric, found in view.tests[:400]]
    return joined(note("Wilcoxon's signed-rank test over loci, two-sided, with Holm's correction over all tests of a task."),
                  folded(f"{count(len(view.tests))} tests", table(["other", "task", "metric", "chosen minus other", "p", "corrected p", "loci"],
                                                           rows, numbers=(3, 4, 5, 6))))


def build(view, stores, most):
    """(identity, title, content) of every section with something to show."""
    found = [("verdict", "Verdict", summary(view)), ("ranks", "Ranks", ranks(view)), ("fronts", "Criteria", fronts(view)),
             ("groups", "Groups of networks", groups(view)), ("agreement", "Agreement of maps", compare_maps.agreement(view)),
             ("disputed", "Loci where networks disagree most", compare_maps.disputed(view, stores, most)), ("tests", "Tests", tests(view)), ("costs", "Cost", costs(view)),
             ("numbers", "All numbers", numbers(view))]
    return [each for each in found if each[2] is not None]
