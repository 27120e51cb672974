# SPDX-License-Identifier: MIT
"""Sequence logos as SVG: letters as high as their values, on the locus's strand, over coordinates of the genome."""
import numpy as np

from shoal.results.letters import COLOURS, piled

from .drawing import label, line, nice_ticks, rectangle, svg
from .page import Html, element, joined, number

# Outlines in a box of 100 by 100, y downwards (DejaVu Sans Bold, each letter stretched to the box).
OUTLINES = {
    "A": "M69.3 81.8L30.8 81.8L24.7 100L0 100L35.3 0L64.7 0L100 100L75.3 100L69.3 81.8ZM36.9 63.2L63.1 63.2L50 23.4Z",
    "C": "M100 92.8Q91.6 96.4 82.6 98.2Q73.5 100 63.7 100Q34.3 100 17.2 86.5Q0 73.1 0 50Q0 26.9 17.2 13.5Q34.3 0 63.7 0"
         "Q73.5 0 82.6 1.8Q91.6 3.6 100 7.2L100 27.1Q91.6 22.4 83.4 20.2Q75.2 18 66.1 18Q49.9 18 40.6 26.5Q31.3 35.1 "
         "31.3 50Q31.3 64.9 40.6 73.5Q49.9 82 66.1 82Q75.2 82 83.4 79.8Q91.6 77.6 100 72.9Z",
    "G": "M100 91Q89.9 95.5 79.1 97.7Q68.2 100 56.7 100Q30.5 100 15.3 86.5Q0 73.1 0 50Q0 26.7 15.5 13.4Q31.1 0 58.1 0"
         "Q68.6 0 78.1 1.8Q87.7 3.6 96.1 7.2L96.1 27.1Q87.4 22.5 78.8 20.3Q70.1 18 61.4 18Q45.3 18 36.6 26.3Q27.9 34.6 "
         "27.9 50Q27.9 65.3 36.3 73.7Q44.7 82 60.2 82Q64.4 82 68 81.5Q71.6 81 74.5 80L74.5 61.3L58 61.3L58 44.6L100 44.6Z",
    "T": "M0 0L100 0L100 19.5L64 19.5L64 100L36 100L36 19.5L0 19.5Z",
}
WIDTH, LEFT, RIGHT, HEIGHT, AXIS = 1060, 58, 1028, 92, 20  # letters from LEFT to RIGHT
LONGEST = 250  # positions whose letters can still be told apart on a page


def definitions():
    """The four letters, once for the whole page."""
    letters = (element("symbol", element("path", d=outline, fill=COLOURS[base], fill_rule="evenodd"), id=f"letter-{base}",
                       viewBox="0 0 100 100", preserveAspectRatio="none", overflow="visible")
               for base, outline in OUTLINES.items())
    return element("svg", element("defs", *letters), width=0, height=0, aria_hidden="true", style="position:absolute")


def genome_position(locus, position):
    """0-based coordinate of a position, which counts in the locus's orientation."""
    return locus["end"] - 1 - position if locus["strand"] == "-" else locus["start"] + position


def strongest_window(track, width=LONGEST):
    """(start, stop) of the window with the largest sum of absolute values."""
    if len(track) <= width:
        return 0, len(track)
    sums = np.concatenate([[0.0], np.cumsum(np.abs(track))])
    start = int(np.argmax(sums[width:] - sums[:-width]))
    return start, start + width


def _axis(locus, start, stop, x, y):
    """Ticks at round coordinates of the genome, running down for a locus on the minus strand."""
    parts = [line(x(start), y, x(stop), y, "#8a94a0")]
    ends = sorted((genome_position(locus, start), genome_position(locus, stop - 1)))
    for tick in nice_ticks(*ends, most=8):
        if tick != int(tick):
            continue
        position = locus["end"] - 1 - tick if locus["strand"] == "-" else tick - locus["start"]
        parts += [line(x(position + 0.5), y, x(position + 0.5), y + 4, "#8a94a0"),
                  label(x(position + 0.5), y + 15, f"{int(tick):,}", size=10, anchor="middle")]
    return parts


def _scale(low, high, y, right=RIGHT):
    """The zero line and a tick at each extreme."""
    parts = [line(LEFT, y(0), right, y(0), "#8a94a0", 0.8)]
    for value in {low, high} - {0.0}:
        parts += [line(LEFT - 4, y(value), LEFT, y(value)), label(LEFT - 7, y(value) + (8 if value == high else 0), number(value, 2),
                                                                  size=10, anchor="end")]
    return parts


def _range(track):
    low, high = min(0.0, float(np.min(track))), max(0.0, float(np.max(track)))
    return (low, high) if high > low else (0.0, 1.0)


def logo(title, values, sequence, locus, start, stop):
    """Letters of `sequence` at positions [start, stop), as high as `values` [L]; those below 0 hang from the line."""
    low, high = _range(values[start:stop])
    step = (RIGHT - LEFT) / (stop - start)

    def x(position):
        return LEFT + (position - start) * step

    def y(value):
        return 6 + (high - value) / (high - low) * (HEIGHT - 6)
    letters = []
    for position in range(start, stop):
        value, base = float(values[position]), sequence[position]
        height = abs(value) / (high - low) * (HEIGHT - 6)
        if base in OUTLINES and height >= 0.3:
            top = y(value) if value > 0 else y(0)
            letters.append(f'<use href="#letter-{base}" x="{x(position):.1f}" y="{top:.1f}" width="{step * 0.94:.2f}" '
                           f'height="{height:.1f}"/>')
    return svg(WIDTH, HEIGHT + AXIS, title, *_scale(low, high, y), Html("".join(letters)),
               *_axis(locus, start, stop, x, HEIGHT + 2))


def matrix_logo(title, values):
    """values [L, 4] as letters: at each position those above 0 piled up from the line, the smallest first, the others down. Positions
    count from 0."""
    up, down = np.maximum(values, 0).sum(axis=1), np.minimum(values, 0).sum(axis=1)
    low, high = _range(np.concatenate([up, down]))
    step = min((RIGHT - LEFT) / len(values), 24)
    unit = (HEIGHT - 6) / (high - low)

    def y(value):
        return 6 + (high - value) * unit
    letters = []
    for position, base, bottom, value in piled(values):
        if abs(value) * unit >= 0.3:
            letters.append(f'<use href="#letter-{base}" x="{LEFT + position * step:.1f}" y="{y(bottom + max(value, 0)):.1f}" '
                           f'width="{step * 0.94:.2f}" height="{abs(value) * unit:.1f}"/>')
    ticks = [label(LEFT + (tick + 0.5) * step, HEIGHT + 16, int(tick), size=10, anchor="middle")
             for tick in nice_ticks(0, len(values) - 1, 10) if tick == int(tick)]
    right = LEFT + step * len(values)
    return svg(right + WIDTH - RIGHT, HEIGHT + AXIS, title, *_scale(low, high, y, right), Html("".join(letters)), *ticks)


def overview(title, values, locus, start, stop):
    """The whole locus as a bar a position, the window [start, stop) shaded."""
    length, height = len(values), 46
    low, high = _range(values)
    step = (RIGHT - LEFT) / length

    def x(position):
        return LEFT + position * step

    def y(value):
        return 4 + (high - value) / (high - low) * (height - 4)
    bars = "".join(f"M{x(position + 0.5):.1f} {y(0):.1f}V{y(float(value)):.1f}" for position, value in enumerate(values)
                   if abs(value) / (high - low) * height >= 0.3)
    return svg(WIDTH, height + AXIS, title, rectangle(x(start), 0, (stop - start) * step, height, "#e4edf4"),
               *_scale(low, high, y), element("path", d=bars, stroke="#1f5f8b", stroke_width=f"{max(step * 0.8, 0.6):.2f}", fill="none"),
               *_axis(locus, 0, length, x, height + 2))


def drawn(title, values, sequence, locus):
    """The locus's logo; of one too long for letters, all of it as bars and its strongest window as letters."""
    start, stop = strongest_window(values)
    letters = logo(title, values, sequence, locus, start, stop)
    if stop - start == len(values):
        return letters
    return joined(overview(f"{title}: the whole locus", values, locus, start, stop), letters)
