# SPDX-License-Identifier: MIT
"""What tests with Keras share: whether it is there, a small learnable data set, words of shoal-train and of shoal."""
import importlib.util
import os
import pathlib
import subprocess
import sys

import numpy as np

from support import ROOT

BACKENDS = [name for name in ("jax", "torch", "tensorflow") if importlib.util.find_spec(name)]
if importlib.util.find_spec("keras") is None or not BACKENDS:
    print("Skipped: keras with jax, torch or tensorflow is not there (SHOAL_TRAIN_PYTHON names a Python that has them)")
    sys.exit(77)

from shoal.train.data import hdf5_layout  # noqa: E402
from shoal.train.data.dataset import Dataset, Split  # noqa: E402
from shoal.train.settings import defaults  # noqa: E402

SHOAL = os.environ.get("SHOAL_PROGRAM", "")
LENGTH = 40
TABLE = "conv filters=8 width=7 activation=first dropout=0.1 pool=4\nconv filters=8 width=3 pool=2\nflatten\ndense units=12 dropout=0.2\n"


def small_data(count=200, seed=1, tracks=0):
    """Label 1 where TGACTCA stands; with tracks, profiles that rise there."""
    random = np.random.default_rng(seed)
    codes = random.integers(0, 4, size=(count, LENGTH))
    labels = np.arange(count) % 2
    places = random.integers(5, LENGTH - 12, size=count)
    for row in np.flatnonzero(labels):
        codes[row, places[row]:places[row] + 7] = [3, 2, 0, 1, 3, 1, 0]
    x, y = np.eye(4, dtype=np.uint8)[codes], labels[:, None].astype(np.float32)
    profile = None
    if tracks:
        profile = np.repeat(random.poisson(1, size=(count, LENGTH, 1)) + labels[:, None, None] * 2, tracks, axis=2).astype(np.float32)
        y = np.log1p(profile.sum(axis=1))
    whole = Split(x, y, profile)
    ends = {"train": (0, count * 6 // 10), "valid": (count * 6 // 10, count * 8 // 10), "test": (count * 8 // 10, count)}
    tasks = ["ap1"] if not tracks else [f"track{n}" for n in range(tracks)]
    return Dataset({name: whole.taken(slice(*each)) for name, each in ends.items()}, tasks)


def settings(**changes):
    own = {name: values[0] for name, values in defaults().items()} | {"batch": 40, "epochs": 2, "device": "cpu", "backend": BACKENDS[0]}
    return own | {name.replace("_", "-"): value for name, value in changes.items()}


def prepare(folder):
    """Writes data.h5 and small.table."""
    hdf5_layout.write(f"{folder}/data.h5", small_data())
    pathlib.Path(folder, "small.table").write_text(TABLE)


def start(*words):
    """shoal-train as a process of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SHOAL_PYTHON", "KERAS"))}
    return subprocess.Popen([sys.executable, str(ROOT / "scripts/shoal-train"), *map(str, words)], env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process):
    out, err = process.communicate(timeout=500)
    return process.returncode, out, err


def shoal_scores(network, texts, folder, *options):
    """What `shoal predict` gives for sequences: numbers [n, columns]."""
    fasta, table = pathlib.Path(folder, "sequences.fa"), pathlib.Path(folder, "scores.tsv")
    fasta.write_text("".join(f">s{n}\n{text}\n" for n, text in enumerate(texts)))
    subprocess.run([SHOAL, "predict", "--model", str(network), "--fasta", str(fasta), "--threads", "1", "--output", str(table),
                    *options], check=True, capture_output=True, text=True)
    rows = [line.split("\t") for line in table.read_text().splitlines()]
    body = [row for row in rows if row[0].startswith("s") and row[0][1:].isdigit()]
    return np.array([[float(cell) for cell in row if _is_number(cell)] for row in body])


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
