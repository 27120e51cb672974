# SPDX-License-Identifier: MIT
"""From lists of settings to a table of runs."""
import dataclasses
import itertools
import re

from ..architectures import find_chain, find_table
from ..augment import parse_policy
from ..errors import USAGE, Refused
from ..fitting.regularisers import parse_regularisers
from ..settings import OPTIONS, text_of

# What stands in every name; other options with lists only where they are not at their default.
NAMED = ("architecture", "activation", "augmentation", "regulariser")


@dataclasses.dataclass(frozen=True)
class Run:
    """One network to train: its name, which is its folder's too, and {option: value}."""
    name: str
    settings: dict


def _slug(text):
    return re.sub(r"[^A-Za-z0-9.]+", "-", text.rsplit("/", 1)[-1]).strip("-")


def run_name(settings):
    """architecture_activation_augmentation_regulariser[_option-value…]_sSEED."""
    parts = [_slug(text_of(settings[name])) for name in NAMED]
    for option in OPTIONS:
        if option.lists and option.name not in (*NAMED, "seed") and settings[option.name] != option.default:
            parts.append(f"{option.name}-{_slug(text_of(settings[option.name]))}")
    return "_".join([*parts, f"s{settings['seed']}"])


def _check(settings):
    find_table(settings["architecture"], settings["widen"])
    find_chain(settings["activation"])
    parse_policy(settings["augmentation"], settings["augmentation-form"] == "evoaug2")
    parse_regularisers(settings["regulariser"])


def table_of_runs(values):
    """The runs of {option: values}, all combinations, seeds varying fastest. Errors: Refused, for settings that cannot be."""
    listed = [option.name for option in OPTIONS if option.lists]
    fixed = {option.name: values[option.name][0] for option in OPTIONS if not option.lists}
    runs, by_name = [], {}
    for combination in itertools.product(*(values[name] for name in listed)):
        settings = {option.name: {**fixed, **dict(zip(listed, combination))}[option.name] for option in OPTIONS}
        _check(settings)
        name = run_name(settings)
        if name in by_name:
            raise Refused(f"two runs would be named {name}: rename files of tables, or shorten augmentations", USAGE)
        by_name[name] = settings
        runs.append(Run(name, settings))
    return runs
