# SPDX-License-Identifier: MIT
"""The page of `shoal global`: effects of motifs with intervals, and of pairs by spacing and orientation."""
import numpy as np

from .drawing import BLUE, CATEGORIES, GREY, Plot, label, line, nice_ticks, padded, svg
from .page import count, element, figure, folded, joined, legend_of, note, number, panels, settings_of, table

MOST_ROWS = 60   # effects in one picture
MOST_PAIRS = 12  # pairs of motifs that are drawn


def _columns(frame):
    return {name: list(values) for name, values in dict(frame).items()}


def interval_plot(title, names, values, lowers, uppers, x_label):
    """A dot and its interval per name, one under the other, with a line at 0."""
    left, right, row_height = min(300, 16 + max(map(len, names)) * 6.6), 860, 18
    low, high = padded(min(0.0, *lowers), max(0.0, *uppers))
    bottom = 8 + row_height * len(names)

    def x(value):
        return left + (value - low) / (high - low) * (right - left)
    parts = [line(x(0), 4, x(0), bottom, GREY, 1, "4 3")]
    for tick in nice_ticks(low, high, 8):
        parts += [line(x(tick), bottom, x(tick), bottom + 4), label(x(tick), bottom + 16, number(tick), anchor="middle")]
    for row, (name, value, lower, upper) in enumerate(zip(names, values, lowers, uppers)):
        y = 8 + row_height * (row + 0.5)
        parts += [label(left - 8, y + 4, name, anchor="end"), line(x(lower), y, x(upper), y, BLUE, 2),
                  element("circle", cx=f"{x(value):.1f}", cy=f"{y:.1f}", r=3.6, fill=BLUE)]
    return svg(right + 20, bottom + 40, title, *parts, label((left + right) / 2, bottom + 34, x_label, anchor="middle"))


def build_singles(result, model, task):
    columns = _columns(result.singles(model, task))
    if not columns["motif"]:
        return None
    order = np.argsort(-np.abs(columns["effect"]), kind="stable")
    names = [f"{columns['motif'][row]} {columns['orientation'][row]} at {columns['position'][row]}"
             + ("" if columns["insert"][row] == "motif" else f", {columns['insert'][row]}") for row in order]
    picked = {name: [columns[name][row] for row in order] for name in ("effect", "effect_lower", "effect_upper", "effect_se")}
    shown = slice(0, MOST_ROWS)
    drawing = interval_plot(f"Effects of {len(order)} motifs at places", names[shown], picked["effect"][shown], picked["effect_lower"][shown],
                            picked["effect_upper"][shown], "change of the score")
    rows = [[name, *(number(picked[column][row]) for column in ("effect", "effect_se", "effect_lower", "effect_upper"))]
            for row, name in enumerate(names)]
    more = f" The {MOST_ROWS} largest of {count(len(order))}." if len(order) > MOST_ROWS else ""
    return joined(element("p", "How much the score changes when the motif is put into a context, mean over the contexts, and its interval. Controls "
                          "(scrambled, dinucleotide) should lie at 0: what they show is what any change of these bases does.", more),
                  figure(drawing), folded("The numbers", table(["motif", "effect", "error", "lower", "upper"], rows, numbers=range(1, 5))))


def _pair(columns, upstream, downstream):
    plotted, entries = [], []
    for index, orientation in enumerate(sorted(set(columns["orientation"]))):
        rows = [row for row in range(len(columns["spacing"])) if (columns["upstream"][row], columns["downstream"][row],
                columns["orientation"][row]) == (upstream, downstream, orientation)]
        if rows:
            plotted.append((CATEGORIES[index % len(CATEGORIES)], {name: [columns[name][row] for row in rows] for name in (
                "spacing", "interaction", "interaction_lower", "interaction_upper")}))
            entries.append((orientation, plotted[-1][0]))
    low = min(0.0, *(min(one["interaction_lower"]) for _, one in plotted))
    high = max(0.0, *(max(one["interaction_upper"]) for _, one in plotted))
    spacings = [spacing for _, one in plotted for spacing in one["spacing"]]
    plot = Plot(f"Interaction of {upstream} and {downstream} over {min(spacings)} to {max(spacings)} bases between them",
                padded(min(spacings), max(spacings)), padded(low, high, 0.08), "bases between the motifs", "interaction", (430, 260))
    plot.level(0.0)
    for colour, one in plotted:
        for spacing, lower, upper in zip(one["spacing"], one["interaction_lower"], one["interaction_upper"]):
            plot.add(line(plot.x(spacing), plot.y(lower), plot.x(spacing), plot.y(upper), colour, 1))
        plot.curve(one["spacing"], one["interaction"], colour)
        plot.points(one["spacing"], one["interaction"], colour, 5, 1)
    return figure(plot.drawn(), joined(f"{upstream} upstream of {downstream}: ", legend_of(entries)))


def build_pairs(result, model, task):
    columns = _columns(result.pairs(model, task))
    names = list(dict.fromkeys(zip(columns["upstream"], columns["downstream"])))
    if not names:
        return None
    cut = note(f"The first {MOST_PAIRS} of {count(len(names))} pairs.") if len(names) > MOST_PAIRS else None
    return joined(element("p", "What two motifs do together beyond what each does alone at the same places, with its interval, by the bases between "
                          "them. The two signs are the strands of the upstream and the downstream motif."),
                  panels(*(_pair(columns, *pair) for pair in names[:MOST_PAIRS])), cut)


def build(result):
    """(identity, title, content) of every section for which this result has data."""
    sections = []
    for number_of_task, (model, task) in enumerate(result.tasks):
        name = f"{model} / {task}" if len(result.tasks) > 1 else ""
        for identity, title, content in (("motifs", "Motifs", build_singles(result, model, task)),
                                         ("pairs", "Pairs", build_pairs(result, model, task))):
            if content is not None:
                sections.append((f"{identity}-{number_of_task}", f"{title} {name}".strip(), content))
    return [*sections, ("settings", "Settings", settings_of(result))]
