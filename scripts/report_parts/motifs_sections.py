# SPDX-License-Identifier: MIT
"""The page of `shoal motifs discover`: every pattern as logos, and what files beside it say: matches, sites, effects.

Beside NAME.h5 lie, as jobs/motifs.sbatch writes them, NAME.matches.tsv (motifs match), NAME.sites.tsv (motifs hits) and
NAME.effects_by_motif.tsv (motifs confirm --output-table)."""
import pathlib

import numpy as np

from shoal.results import read_table

from .page import count, element, figure, joined, note, number, panels, table
from .sequence_logo import matrix_logo
from .site_pictures import build_pairs

MOST_PATTERNS = 60  # that are drawn


def beside(result, ending):
    """{column: values} of the table NAME.ending beside NAME.h5; None where there is none."""
    path = pathlib.Path(result.path)
    path = path.with_name(f"{path.name.removesuffix('.h5')}.{ending}")
    return {name: list(values) for name, values in dict(read_table(path)).items()} if path.exists() else None


def motif_name(pattern):
    """A pattern as tables call it."""
    return pattern.replace("/", ".")


def information_logo(title, probabilities):
    """Letters as high as their share of the column's bits against even bases."""
    shares = np.asarray(probabilities, float)
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-300)
    bits = 2 + np.where(shares > 0, shares * np.log2(np.maximum(shares, 1e-300)), 0).sum(axis=1)
    return matrix_logo(title, shares * bits[:, None])


def best_matches(matches):
    """{query: (target, q)} with the smallest p."""
    found = {}
    if matches is not None:
        for query, name, alternate, p, q in zip(*(matches[column] for column in ("query", "target", "target_alternate", "p", "q"))):
            if query not in found or p < found[query][2]:
                found[query] = (name if alternate in ("", ".") else f"{alternate} ({name})", q, p)
    return {query: (name, q) for query, (name, q, _) in found.items()}


def _pattern(result, pattern, seqlets, match):
    contributions = result.contributions(pattern)
    text = f"{count(seqlets)} seqlets" + (f"; like {match[0]} (q {number(match[1])})" if match else "")
    return joined(element("h3", motif_name(pattern)), note(text),
                  panels(figure(matrix_logo(f"Contributions of {pattern}: from {number(contributions.min())} to {number(contributions.max())}",
                                            contributions), "Mean contribution of the seqlets' bases"),
                         figure(information_logo(f"Base shares of {pattern}", result.probabilities(pattern)), "Shares of the bases, in bits")))


def build_patterns(result, matches):
    columns = dict(result.table())
    parts = [_pattern(result, pattern, seqlets, matches.get(motif_name(pattern)))
             for pattern, seqlets in list(zip(columns["pattern"], columns["seqlets"]))[:MOST_PATTERNS]]
    cut = note(f"The first {MOST_PATTERNS} of {count(len(columns['pattern']))} patterns.") if len(columns["pattern"]) > MOST_PATTERNS else None
    return joined(element("p", "Stretches that contribute (seqlets), grouped by what they look like and aligned. Patterns that raise the score "
                          "come first (pos_patterns), then those that lower it."), cut, *parts)


def build_sites(sites):
    """How many sites each motif has, and in how many loci."""
    if sites is None:
        return None
    rows = []
    for motif in sorted(set(sites["motif"])):
        own = [row for row, name in enumerate(sites["motif"]) if name == motif]
        matches = {sites["match"][row] for row in own} - {".", ""}
        rows.append([motif, ", ".join(sorted(map(str, matches))) or "–", count(len(own)), count(len({sites["locus"][row] for row in own})),
                     *(number(np.mean([float(sites[name][row]) for row in own])) for name in ("similarity", "importance"))])
    return joined(element("p", "Sites of the patterns in all loci (motifs hits). Similarity: of the map under the site and the pattern. "
                          "Importance: the sum of the contributions under the site."),
                  table(["motif", "match", "sites", "loci", "mean similarity", "mean importance"], rows, numbers=range(2, 6)))


def build_effects(effects):
    """Necessity and sufficiency of the motifs' sites."""
    if effects is None:
        return None
    names = ("necessity", "necessity_control", "necessary", "sufficiency", "sufficiency_control", "sufficient")
    rows = [[effects["motif"][row], f"{effects['network'][row]} / {effects['task'][row]}", count(effects["sites"][row]),
             *(number(effects[name][row]) for name in names)]
            for row in range(len(effects["motif"]))]
    return joined(element("p", "What the network loses when a site is destroyed in its own sequence (necessity), and gains when it is put into "
                          "shuffled sequences (sufficiency): means over the motif's sites, each beside its control, and the share of sites for "
                          "which it is significant."),
                  table(["motif", "network", "sites", "necessity", "control", "necessary", "sufficiency", "control", "sufficient"], rows,
                        numbers=range(2, 9)))


def build(result):
    """(identity, title, content) of every section for which there are data."""
    sites = beside(result, "sites.tsv")
    found = [("patterns", "Patterns", build_patterns(result, best_matches(beside(result, "matches.tsv")))),
             ("sites", "Sites", build_sites(sites)), ("pairs", "Pairs of motifs", build_pairs(sites)),
             ("effects", "Necessity and sufficiency", build_effects(beside(result, "effects_by_motif.tsv")))]
    return [each for each in found if each[2] is not None]
