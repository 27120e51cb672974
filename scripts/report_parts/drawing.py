# SPDX-License-Identifier: MIT
"""Drawings as inline SVG: a plot with axes, histograms, points, lines, bars, matrices of numbers, and bitmaps."""
import base64
import math
import struct
import zlib

import numpy as np

from .page import element, joined, number

BLUE, ORANGE, GREEN, RED, GREY = "#1f5f8b", "#d9822b", "#3a8f5c", "#b3261e", "#8a94a0"
CATEGORIES = (BLUE, ORANGE, GREEN, "#7a4fa3", GREY, "#b5488f", "#4aa3b5", "#8c6d31")
# Anchors of perceptually even maps, from 0 to 1: viridis, and blue - white - red.
SEQUENTIAL = ((68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129), (92, 200, 99),
              (170, 220, 50), (253, 231, 37))
DIVERGING = ((33, 102, 172), (103, 169, 207), (209, 229, 240), (247, 247, 247), (253, 219, 199), (239, 138, 98), (178, 24, 43))


def svg(width, height, title, *parts, display=None):
    """A drawing with its description; `display`: the width that it is shown at, in CSS pixels."""
    return element("svg", element("title", title), *parts, viewBox=f"0 0 {width:g} {height:g}", width=f"{display or width:g}",
                   role="img", aria_label=title)


def label(x, y, text, size=11, anchor="start", colour=None, weight=None, rotate=None):
    return element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", font_size=size, text_anchor=anchor,
                   style=f"fill:{colour}" if colour else None, font_weight=weight,
                   transform=f"rotate({rotate} {x:.1f} {y:.1f})" if rotate else None)


def rectangle(x, y, width, height, colour, stroke=None):
    return element("rect", x=f"{x:.2f}", y=f"{y:.2f}", width=f"{width:.2f}", height=f"{height:.2f}", fill=colour, stroke=stroke)


def line(x1, y1, x2, y2, colour="#c3cad3", width=1, dash=None):
    return element("path", d=f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", stroke=colour, stroke_width=width, fill="none",
                   stroke_dasharray=dash)


def nice_ticks(low, high, most=5):
    """Round numbers between low and high, at most about `most`."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low] if math.isfinite(low) else []
    rough = (high - low) / most
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * factor for factor in (1, 2, 2.5, 5, 10) if scale * factor >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [round(index * step, 12) for index in range(first, math.floor(high / step + 1e-9) + 1)]


def padded(low, high, share=0.05):
    """A range a little wider; one of no width becomes one around its value."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    margin = (high - low) * share or abs(high) * 0.1 or 1.0
    return low - margin, high + margin


class Plot:
    """Axes with ticks; what is drawn in them is in data coordinates."""

    def __init__(self, title, x_range, y_range, x_label, y_label, size=(330, 220), y_ticks=None):
        self.title, self.size = title, size
        self.x_low, self.x_high = x_range
        self.y_low, self.y_high = y_range
        self.left, self.right, self.top, self.bottom = 52, size[0] - 10, 10, size[1] - 38
        self.parts = []
        for tick in nice_ticks(*x_range):
            self.parts += [line(self.x(tick), self.bottom, self.x(tick), self.bottom + 4),
                           label(self.x(tick), self.bottom + 16, number(tick), anchor="middle")]
        for tick in nice_ticks(*y_range) if y_ticks is None else y_ticks:
            self.parts += [line(self.left, self.y(tick), self.right, self.y(tick), "#e8ecf0"),
                           label(self.left - 6, self.y(tick) + 4, number(tick), anchor="end")]
        self.parts += [line(self.left, self.bottom, self.right, self.bottom, "#8a94a0"),
                       label((self.left + self.right) / 2, size[1] - 5, x_label, anchor="middle"),
                       label(12, (self.top + self.bottom) / 2, y_label, anchor="middle", rotate=-90)]

    def x(self, value):
        return self.left + (value - self.x_low) / (self.x_high - self.x_low) * (self.right - self.left)

    def y(self, value):
        return self.bottom - (value - self.y_low) / (self.y_high - self.y_low) * (self.bottom - self.top)

    def add(self, *parts):
        self.parts += parts

    def curve(self, xs, ys, colour=BLUE, width=1.8, dash=None):
        steps = " ".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in zip(xs, ys) if math.isfinite(x) and math.isfinite(y))
        self.add(element("path", d="M" + steps if steps else "", fill="none", stroke=colour, stroke_width=width,
                         stroke_dasharray=dash))

    def points(self, xs, ys, colour=BLUE, size=None, opacity=0.55):
        """Round dots as one path, a small file even for thousands; a few are drawn larger than many."""
        size = size or (7 if len(xs) <= 50 else 3.2)
        dots = "".join(f"M{self.x(x):.1f} {self.y(y):.1f}h0" for x, y in zip(xs, ys) if math.isfinite(x) and math.isfinite(y))
        self.add(element("path", d=dots, stroke=colour, stroke_width=size, stroke_linecap="round", fill="none",
                         stroke_opacity=opacity))

    def level(self, value, colour=GREY, dash="4 3"):
        self.add(line(self.left, self.y(value), self.right, self.y(value), colour, 1, dash))

    def drawn(self):
        return svg(*self.size, self.title, *self.parts)


def histogram(title, values, x_label, x_range=None, bins=30, size=(330, 200), colour=BLUE, y_label="loci"):
    """Counts of the finite values, with the median marked."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    low, high = x_range or (padded(values.min(), values.max(), 0.02) if len(values) else (0.0, 1.0))
    counts, edges = np.histogram(np.clip(values, low, high), bins=bins, range=(low, high))
    top = max(1, counts.max(initial=0)) * 1.08
    ticks = [tick for tick in nice_ticks(0, top, 4) if tick == int(tick)]
    plot = Plot(title, (low, high), (0, top), x_label, y_label, size, ticks)
    for height, left, right in zip(counts, edges[:-1], edges[1:]):
        if height:
            plot.add(rectangle(plot.x(left), plot.y(height), plot.x(right) - plot.x(left) - 0.7, plot.bottom - plot.y(height), colour))
    if len(values):
        median = float(np.clip(np.median(values), low, high))
        plot.add(line(plot.x(median), plot.top, plot.x(median), plot.bottom, RED, 1.3, "4 3"))
    return plot.drawn()


def sparkline(title, values, x_range=(0.0, 1.0), bins=24, size=(130, 26), colour=BLUE):
    """A histogram for a cell of a table, with the median marked; values outside the range count at its ends."""
    values = np.asarray(values, dtype=float)
    values = np.clip(values[np.isfinite(values)], *x_range)
    counts, _ = np.histogram(values, bins=bins, range=x_range)
    width, height = size
    step, top = width / bins, max(1, counts.max(initial=0))
    bars = "".join(f"M{index * step:.1f} {height - 2}v{-found / top * (height - 4):.1f}h{step - 0.8:.1f}V{height - 2}z"
                   for index, found in enumerate(counts) if found)
    parts = [line(0, height - 1.5, width, height - 1.5), element("path", d=bars, fill=colour)]
    if len(values):
        middle = (float(np.median(values)) - x_range[0]) / (x_range[1] - x_range[0]) * width
        parts.append(line(middle, 0, middle, height, RED, 1.3))
    return svg(width, height, title, *parts)


def colour_at(share, anchors):
    """RGB at a share of 0 to 1 between a map's anchors."""
    at = min(max(float(share), 0.0), 1.0) * (len(anchors) - 1)
    index = min(int(at), len(anchors) - 2)
    return tuple(round(low + (high - low) * (at - index)) for low, high in zip(anchors[index], anchors[index + 1]))


def bitmap(matrix, highest, anchors=SEQUENTIAL):
    """The matrix as a PNG's data address, a pixel an entry: 0 to `highest` through the colour map."""
    palette = np.array([colour_at(index / 255, anchors) for index in range(256)], dtype=np.uint8)
    shares = np.nan_to_num(np.asarray(matrix, dtype=float) / (highest or 1.0))
    indices = np.clip(np.rint(shares * 255), 0, 255).astype(np.uint8)
    raw = b"".join(b"\0" + row.tobytes() for row in indices)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    height, width = indices.shape
    png = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
           + chunk(b"PLTE", palette.tobytes()) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))
    return "data:image/png;base64," + base64.b64encode(png).decode()


def image(address, x, y, width, height):
    """A bitmap whose pixels stay squares however large they are drawn."""
    return element("image", href=address, x=f"{x:g}", y=f"{y:g}", width=f"{width:g}", height=f"{height:g}",
                   preserveAspectRatio="none", style="image-rendering:pixelated")


def colour_bar(x, y, height, low, high, anchors, name):
    """The scale of a heat map, upright, with its two ends."""
    address = bitmap(np.linspace(1, 0, 64)[:, None], 1.0, anchors)
    return joined(image(address, x, y, 10, height), label(x + 14, y + 9, number(high)), label(x + 14, y + height, number(low)),
                  label(x + 24, y + height / 2, name, anchor="middle", rotate=90))


def number_matrix(title, names, values, low=-1.0, high=1.0, cell=58):
    """A square matrix with its numbers written in; colours from low to high, blue - white - red."""
    widest = max(len(str(name)) for name in names)
    left, top = min(8 + 6.3 * widest, 260), 22
    size = len(names)
    parts = []
    for row in range(size):
        parts.append(label(left - 6, top + (row + 0.5) * 26 + 4, f"{row + 1}  {names[row]}", anchor="end"))
        parts.append(label(left + (row + 0.5) * cell, top - 6, row + 1, anchor="middle"))
        for column in range(size):
            value = values[row][column]
            finite = math.isfinite(value)
            share = (value - low) / (high - low) if finite else 0.5
            red, green, blue = colour_at(share, DIVERGING)
            dark = 0.3 * red + 0.59 * green + 0.11 * blue < 130
            parts.append(rectangle(left + column * cell, top + row * 26, cell - 1, 25, f"rgb({red},{green},{blue})"))
            parts.append(label(left + (column + 0.5) * cell, top + (row + 0.5) * 26 + 4, f"{value:.2f}" if finite else "–",
                               anchor="middle", colour="#fff" if dark else None))
    return svg(left + size * cell + 4, top + size * 26 + 4, title, *parts)


def stacked_bar(title, shares, width=620, height=22):
    """(name, share) as one bar; shares too small for their names are in the legend only."""
    parts, at = [], 0.0
    for index, (name, share) in enumerate(shares):
        colour = CATEGORIES[index % len(CATEGORIES)]
        parts.append(rectangle(at, 0, max(share * width, 0), height, colour))
        text = f"{name} {share:.0%}"
        if share * width > 7 * len(text):
            parts.append(label(at + share * width / 2, height / 2 + 4, text, anchor="middle", colour="#fff"))
        at += share * width
    return svg(width, height, title, *parts)
