# SPDX-License-Identifier: MIT
"""Sites of motifs in the same loci: which motifs come together, and how far apart."""
import collections
import itertools
import math

import numpy as np

from .drawing import BLUE, RED, Plot, number_matrix
from .page import count, element, figure, joined, legend_of, note, panels

MOST_MOTIFS = 20   # in the matrix: those with the most sites
MOST_CURVES = 6    # pairs whose distances are drawn
FARTHEST = 100     # bases between two sites
STRANDS = (("same strand", BLUE), ("opposite strands", RED))


def together(sites, motifs, loci):
    """[motifs, motifs] log2 of the loci that have both over those that chance would give: n_a n_b / loci. NaN where either is 0."""
    held = {motif: {locus for locus, name in zip(sites["locus"], sites["motif"]) if name == motif} for motif in motifs}
    values = np.full((len(motifs), len(motifs)), np.nan)
    for (i, first), (j, second) in itertools.permutations(enumerate(motifs), 2):
        both, expected = len(held[first] & held[second]), len(held[first]) * len(held[second]) / loci
        if both and expected:
            values[i, j] = math.log2(both / expected)
    return values


def gaps(sites):
    """{(motif, motif): {same strand?: bases between neighbouring sites that do not overlap}}, names in order."""
    by_locus = collections.defaultdict(list)
    for locus, first, last, strand, motif in zip(*(sites[name] for name in ("locus", "first", "last", "strand", "motif"))):
        by_locus[locus].append((int(first), int(last), strand, motif))
    found = collections.defaultdict(lambda: {True: [], False: []})
    for placed in by_locus.values():
        for one, other in itertools.combinations(sorted(placed), 2):
            if 0 <= other[0] - one[1] <= FARTHEST:
                found[tuple(sorted((one[3], other[3])))][one[2] == other[2]].append(other[0] - one[1])
    return found


def _curve(pair, by_strand):
    counts = {same: np.bincount(values, minlength=FARTHEST + 1) for same, values in by_strand.items()}
    most = max(int(found.max()) for found in counts.values())
    plot = Plot(f"Bases between {pair[0]} and {pair[1]}: {sum(map(len, by_strand.values()))} pairs of sites", (0, FARTHEST), (0, most * 1.08 or 1),
                "bases between the sites", "pairs of sites", (430, 230))
    for (_, colour), same in zip(STRANDS, (True, False)):
        plot.curve(range(FARTHEST + 1), counts[same], colour)
    return figure(plot.drawn(), joined(f"{pair[0]} and {pair[1]}: ", legend_of(STRANDS)))


def build_pairs(sites):
    """The matrix and the distances; None where fewer than two motifs have sites."""
    if sites is None or len(set(sites["motif"])) < 2:
        return None
    ranked = collections.Counter(sites["motif"]).most_common()
    motifs = [motif for motif, _ in ranked[:MOST_MOTIFS]]
    loci = len(set(sites["locus"]))
    values = together(sites, motifs, loci)
    farthest = float(np.nanmax(np.abs(values), initial=1.0))
    matrix = number_matrix(f"Motifs in the same loci: log2 of observed over expected, {len(motifs)} motifs", motifs,
                           values, -farthest, farthest)
    curves = sorted(gaps(sites).items(), key=lambda item: -sum(map(len, item[1].values())))[:MOST_CURVES]
    return joined(
        element("p", f"Of the {count(loci)} loci with sites: log2 of the loci that hold both motifs over those that chance would give. 0: as by "
                "chance; –: never together. Below: the bases between two sites of the same locus that do not overlap."),
        note(f"The {MOST_MOTIFS} motifs with the most sites of {count(len(ranked))}.") if len(ranked) > MOST_MOTIFS else None,
        figure(matrix), panels(*(_curve(pair, by_strand) for pair, by_strand in curves)))
