# SPDX-License-Identifier: MIT
"""Texts of options to values and back."""
import math

from ..errors import USAGE, Refused
from .options import AUTO, BY_NAME, RECIPES


def _number(option, text, where):
    try:
        value = int(text) if option.kind == "integer" else float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and option.least <= value <= option.most):
        kind = "a whole number" if option.kind == "integer" else "a number"
        bounds = f" of at least {option.least:g}" if math.isinf(option.most) else f" from {option.least:g} to {option.most:g}"
        raise Refused(f"{where}: {option.name} = {text}: it must be {kind}{bounds if math.isfinite(option.least) else ''}", USAGE)
    return value


def parse_value(option, text, where):
    """The value of one text. Errors: Refused, with `where`."""
    if option.auto and text == AUTO:
        return AUTO
    if option.kind in ("integer", "real"):
        return _number(option, text, where)
    if option.kind == "flag":
        if text not in ("true", "false"):
            raise Refused(f"{where}: {option.name} = {text}: it can be true or false", USAGE)
        return text == "true"
    if option.kind == "choice" and text not in option.choices:
        raise Refused(f"{where}: {option.name} = {text}: it can be {', '.join(option.choices)}", USAGE)
    return text


def parse_values(name, text, where):
    """The list of values of an option: one, unless it takes lists. Errors: Refused."""
    option = BY_NAME.get(name)
    if option is None:
        raise Refused(f"{where}: there is no option '{name}'", USAGE)
    words = text.split() if option.lists else [text.strip()]
    if not words or words == [""]:
        raise Refused(f"{where}: {name} has no value", USAGE)
    values = [parse_value(option, word, where) for word in words]
    if len(set(values)) < len(values):
        raise Refused(f"{where}: {name} names a value twice", USAGE)
    return values


def text_of(value):
    """The text that parse_value reads as this value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def resolved(settings, several_tasks, is_classification):
    """The settings {name: value} of a run with every "auto" decided; `link` and `monitor` by the data."""
    result = dict(settings)
    recipe = RECIPES[settings["recipe"]]
    for name, value in settings.items():
        if value == AUTO and name in recipe:
            result[name] = recipe[name]
    if result["link"] == AUTO:
        result["link"] = "sigmoid" if is_classification else "linear"
    if result["monitor"] == AUTO:
        result["monitor"] = "loss" if result["link"] == "linear" else "aupr" if several_tasks else "auroc"
    if result["monitor"] in ("auroc", "aupr") and not is_classification:
        raise Refused(f"monitor = {result['monitor']}: the labels are not all 0 or 1", USAGE)
    return result
