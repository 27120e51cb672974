# SPDX-License-Identifier: MIT
"""All that a training run needs to go on after it was killed, with the same bits: one file, replaced after every epoch."""
import io
import json
import pathlib
import zipfile

import numpy as np

from ..errors import Refused
from .saving import write_whole


def state_variables(model, optimizer):
    """Every variable that a step changes: weights, the optimizer's, and the states of random layers, in a fixed order."""
    seeds = [layer.seed_generator.state for layer in model.layers if getattr(layer, "seed_generator", None) is not None]
    known, found = set(), []
    for variable in [*model.weights, *optimizer.variables, *seeds]:
        if id(variable) not in known:
            known.add(id(variable))
            found.append(variable)
    return found


def write_checkpoint(path, variables, notes, arrays):
    """variables: Keras's; notes: anything that JSON can hold; arrays: {name: NumPy array} beside them."""
    import keras
    buffer = io.BytesIO()
    values = {f"variable_{number}": keras.ops.convert_to_numpy(each.value) for number, each in enumerate(variables)}
    np.savez(buffer, notes=np.frombuffer(json.dumps(notes).encode(), np.uint8), **values, **arrays)
    write_whole(path, buffer.getvalue())


def read_checkpoint(path, variables):
    """Restores the variables; returns (notes, arrays), or None where there is no file. Errors: Refused, for another network's."""
    if not pathlib.Path(path).exists():
        return None
    try:
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
            notes = json.loads(arrays.pop("notes").tobytes())
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise Refused(f"{path} is no checkpoint ({error}): remove it to train from the beginning") from None
    for number, variable in enumerate(variables):
        values = arrays.pop(f"variable_{number}", None)
        if values is None or values.shape != tuple(variable.shape):
            raise Refused(f"{path} is of another network: remove it to train from the beginning")
        variable.assign(values)
    return notes, arrays
