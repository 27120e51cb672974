# SPDX-License-Identifier: MIT
"""Files of trained networks: `.keras` whose bytes depend on the network only, and what is written all or not at all."""
import json
import os
import pathlib
import re
import zipfile

from ..errors import OUTPUT, Refused

_DATE = (1980, 1, 1, 0, 0, 0)


def write_whole(path, content):
    """Writes bytes or text under another name and then renames: readers see the old file or the new one. Errors: Refused."""
    path = pathlib.Path(path)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with open(partial, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise Refused(f"cannot write {path}: {error.strerror}", OUTPUT) from None


def _renumbered(config):
    """The text of a graph whose shared objects have the numbers 1, 2, … in place of addresses in memory."""
    numbers = {}
    return re.sub(rb'("shared_object_id": )(\d+)',
                  lambda found: found[1] + str(numbers.setdefault(found[2], len(numbers) + 1)).encode(), config)


def save_network(model, path):
    """Saves a Keras model without its optimizer. Dates and addresses are left out, so that equal networks are equal files."""
    import keras
    path = pathlib.Path(path)
    plain = keras.Model(model.inputs, model.outputs if len(model.outputs) > 1 else model.outputs[0], name=model.name)
    dated = path.with_name(path.stem + ".dated.keras")
    partial = path.with_name(path.name + ".partial")
    try:
        plain.save(dated)
        with zipfile.ZipFile(dated) as source, zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as target:
            for name in sorted(source.namelist()):
                content = source.read(name)
                if name == "metadata.json":
                    content = json.dumps({**json.loads(content), "date_saved": "1980-01-01@00:00:00"}).encode()
                elif name == "config.json":
                    content = _renumbered(content)
                target.writestr(zipfile.ZipInfo(name, _DATE), content)
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise Refused(f"cannot write {path}: {error.strerror or error}", OUTPUT) from None
    finally:
        dated.unlink(missing_ok=True)
