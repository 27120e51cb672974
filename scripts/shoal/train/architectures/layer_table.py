# SPDX-License-Identifier: MIT
"""Tables of layers: text with one layer per line, read and checked without a deep-learning framework.

    # KIND   KEY=VALUE …
    conv     filters=32 width=19 dropout=0.1 pool=2
    flatten
    dense    units=512 dropout=0.5

A table ends before the output layer, which the labels of the data decide. docs/training.md lists kinds and keys.
"""
import dataclasses

from ..errors import Refused

POOLED = {"pool": 1, "pool-padding": "valid", "dropout": 0.0}
UNIT = {"activation": "relu", "norm": "yes", "bias": "no", "initial": "glorot_uniform"}
# Keys of every kind with their defaults; None: it has to be given.
KEYS = {
    "conv": {"filters": None, "width": None, "padding": "same", "dilation": 1, **UNIT, **POOLED},
    "residual": {"width": 3, "convolutions": 2, "dilation": 1, **UNIT, **POOLED, "initial": "he_normal"},
    "attention": {"heads": 4, "key": 16, "units": 0, "dropout": 0.0},
    "flatten": {},
    "global": {"by": "average"},
    "dense": {"units": None, **UNIT, "dropout": 0.0},
    "profile": {"width": 75, "tracks": 0},
}
CHOICES = {"padding": ("same", "valid"), "pool-padding": ("same", "valid"), "norm": ("yes", "no"), "bias": ("yes", "no"),
           "by": ("average", "max"), "initial": ("glorot_uniform", "he_normal", "he_uniform", "glorot_normal")}
POSITIONAL = ("conv", "residual", "attention", "global", "flatten", "profile")


@dataclasses.dataclass
class Layer:
    """One line: its kind, its values by key (defaults filled in), and where it stands for messages."""
    kind: str
    values: dict
    where: str

    def __getitem__(self, key):
        return self.values[key]


def _value(where, key, text, default):
    if key in CHOICES:
        if text not in CHOICES[key]:
            raise Refused(f"{where}: {key}={text}: it can be {', '.join(CHOICES[key])}")
        return text
    if key == "activation":
        return text
    try:
        value = float(text) if key == "dropout" else int(text)
    except ValueError:
        raise Refused(f"{where}: {key}={text} is not {'a number' if key == 'dropout' else 'a whole number'}") from None
    least = 0 if key in ("dropout", "units", "tracks") and default is not None else 1
    if value < least or (key == "dropout" and value >= 1):
        raise Refused(f"{where}: {key}={text} is out of range")
    return value


def parse_layer(line, where):
    """One Layer from the text of a line. Errors: Refused, with `where`."""
    kind, *words = line.split()
    if kind not in KEYS:
        raise Refused(f"{where}: there is no layer '{kind}'; a table can have {', '.join(KEYS)}")
    values = dict(KEYS[kind])
    given = set()
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or key not in values:
            raise Refused(f"{where}: '{word}': {kind} takes {', '.join(f'{each}=…' for each in values) or 'nothing'}")
        if key in given:
            raise Refused(f"{where}: {key} is given twice")
        given.add(key)
        values[key] = _value(where, key, text, KEYS[kind][key])
    lacking = [key for key, value in values.items() if value is None]
    if lacking:
        raise Refused(f"{where}: {kind} needs {', '.join(f'{each}=…' for each in lacking)}")
    return Layer(kind, values, where)


def parse_table(text, name):
    """The layers of a table. `name` stands in messages. Errors: Refused, naming the line."""
    layers = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        if line:
            layers.append(parse_layer(line, f"{name}:{number}"))
    if not layers:
        raise Refused(f"{name} has no layers")
    _check_order(layers)
    return layers


def _check_order(layers):
    flat = False
    for place, layer in enumerate(layers):
        if flat and layer.kind in POSITIONAL:
            raise Refused(f"{layer.where}: {layer.kind} needs positions, which the table has given up before (flatten, global or dense)")
        if layer.kind == "profile" and place != len(layers) - 1:
            raise Refused(f"{layer.where}: profile is the last line of a table")
        if layer.kind == "dense" and not flat:
            raise Refused(f"{layer.where}: dense needs a line with flatten or global before it")
        flat = flat or layer.kind in ("flatten", "global")
    if not flat and layers[-1].kind != "profile":
        raise Refused(f"{layers[-1].where}: a table ends with flatten, global, dense or profile")
    if layers[0].kind == "residual":
        raise Refused(f"{layers[0].where}: residual cannot be the first layer, because it has as many channels as its input")


def positions_after(layers, length):
    """Positions that are left after every layer, [1 for flat ones]. Errors: Refused, where none is left."""
    left = []
    for layer in layers:
        if layer.kind in ("flatten", "global", "dense"):
            left.append(1)
            continue
        if layer.kind == "conv" and layer["padding"] == "valid":
            length -= (layer["width"] - 1) * layer["dilation"]
        if layer.kind in ("conv", "residual") and layer["pool"] > 1:
            padded = layer["pool-padding"] == "same"
            length = -(-length // layer["pool"]) if padded else length // layer["pool"]
        if length < 1:
            raise Refused(f"{layer.where}: no position is left; the sequences are too short for this network")
        left.append(length)
    return left


def widened(layers, factor):
    """The same table with `factor` times as many filters and units."""
    return [dataclasses.replace(each, values={key: value * factor if key in ("filters", "units") else value
                                              for key, value in each.values.items()}) for each in layers]
