# SPDX-License-Identifier: MIT
"""Which rows train, validate and test."""
import numpy as np

from ..errors import USAGE, Refused


def by_fraction(count, valid, test, seed):
    """{split: sorted rows} by one permutation of the seed."""
    if valid < 0 or test < 0 or valid + test >= 1:
        raise Refused(f"shares of valid and test, {valid} and {test}, must leave something to train on", USAGE)
    order = np.random.default_rng([int(seed), 0]).permutation(count)
    first, second = count - round(count * (valid + test)), count - round(count * test)
    return {"train": np.sort(order[:first]), "valid": np.sort(order[first:second]), "test": np.sort(order[second:])}


def by_chromosome(contigs, valid, test):
    """{split: rows} by the contigs [n] of the rows: those in `valid`, those in `test`, all others. Errors: Refused."""
    both = set(valid) & set(test)
    if both:
        raise Refused(f"{', '.join(sorted(both))} cannot validate and test", USAGE)
    lacking = (set(valid) | set(test)) - set(contigs)
    if lacking:
        raise Refused(f"no locus is on {', '.join(sorted(lacking))}", USAGE)
    contigs = np.asarray(contigs)
    is_valid, is_test = np.isin(contigs, list(valid)), np.isin(contigs, list(test))
    return {"train": np.flatnonzero(~is_valid & ~is_test), "valid": np.flatnonzero(is_valid), "test": np.flatnonzero(is_test)}
