# SPDX-License-Identifier: MIT
"""One run in its folder: settings.json, log.txt, checkpoint.npz while it trains, then network.keras and metrics.json."""
import json
import pathlib
import time

import numpy as np

from ..architectures import find_table
from ..augment import parse_policy
from ..data import balance, hdf5_layout, limited
from ..errors import OUTPUT, STOPPED, Refused
from ..settings import NO_NUMBER, resolved
from .backend import start_backend
from .regularisers import parse_regularisers
from .saving import save_network, write_whole


def load_data(settings):
    """The Dataset that a run trains on: rows limited, balanced and doubled as the settings say."""
    if not settings["data"]:
        raise Refused("data = FILE is needed: what shall be trained on", 2)
    dataset = limited(hdf5_layout.read(settings["data"]), settings["training-rows"], settings["row-seed"])
    train = dataset["train"]
    train = balance.balanced(train, settings["row-seed"]) if settings["balance"] else train
    dataset.splits["train"] = balance.with_reverse_complements(train) if settings["reverse-complements"] else train
    return dataset


def heads_of(dataset):
    train = dataset["train"]
    if train.profile is not None:
        return {"profile": train.profile.shape[2], "counts": train.y.shape[1]}
    return {"scores": len(dataset.tasks)}


def check_settings(folder, settings):
    """Whether a run was begun in the folder before. Errors: Refused where it has other settings that change numbers."""
    path = pathlib.Path(folder) / "settings.json"
    if not path.exists():
        return False
    stored = json.loads(path.read_text(encoding="utf-8"))
    for name, value in settings.items():
        if name not in NO_NUMBER and stored.get(name) != value:
            raise Refused(f"{folder} was begun with {name} = {stored.get(name)}, and is now to have {value}: "
                          "take another output folder, or remove this one")
    return True


def _claim_settings(folder, settings):
    """Stores the settings, or compares them with those that the folder was begun with. Errors: Refused."""
    if not check_settings(folder, settings):
        own = {name: value for name, value in settings.items() if name not in NO_NUMBER}
        write_whole(folder / "settings.json", json.dumps(own, indent=1) + "\n")


def train_run(name, settings, folder, stopping=lambda: False, dataset=None, relabel=None):
    """Trains the network of `settings` in `folder`; goes on where an earlier process stopped. Returns its metrics.

    dataset, relabel: for distillation, instead of the settings' data. Errors: Refused; status STOPPED where it was asked to stop.
    """
    folder = pathlib.Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"cannot make {folder}: {error.strerror}", OUTPUT) from None
    _claim_settings(folder, settings)
    finished = folder / "metrics.json"
    if finished.exists():
        return json.loads(finished.read_text(encoding="utf-8"))
    table = find_table(settings["architecture"], settings["widen"])
    policy = parse_policy(settings["augmentation"], settings["augmentation-form"] == "evoaug2")
    dataset = dataset or load_data(settings)
    settings = resolved(settings, len(dataset.tasks) > 1, dataset.is_classification)
    begin = time.monotonic()
    keras = start_backend(settings["backend"], settings["device"], settings["threads"])
    keras.utils.set_random_seed(settings["seed"])
    trainer = _trainer(name, settings, table, policy, dataset, relabel, folder, stopping)
    if not trainer.train():
        raise Refused(f"{name}: stopped early and resumable", STOPPED)
    metrics = _metrics(trainer, time.monotonic() - begin)
    save_network(trainer.model, folder / "network.keras")
    write_whole(finished, json.dumps(metrics, indent=1) + "\n")
    (folder / "checkpoint.npz").unlink(missing_ok=True)
    return metrics


def _trainer(name, settings, table, policy, dataset, relabel, folder, stopping):
    from ..architectures.build import NetworkBuilder
    from .batches import Batches
    from .trainer import Trainer

    def report(text):
        with open(folder / "log.txt", "a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")

    length = dataset.length + (policy.extra_length if policy else 0)
    builder = NetworkBuilder(table, length, heads_of(dataset), settings["activation"], settings["l2"], settings["link"],
                             settings["seed"], settings["dropout"])
    batches = Batches(dataset["train"], settings, policy, parse_regularisers(settings["regulariser"]), relabel)
    return Trainer(builder, name, settings, dataset, batches, folder / "checkpoint.npz", report, stopping)


def _metrics(trainer, elapsed):
    found = {"parameters": trainer.model.count_params(), "epochs": len(trainer.history),
             "seconds": round(max(trainer.seconds, elapsed), 1)}
    for split in ("valid", "test"):
        for metric, value in trainer.scores(split).items():
            found[f"{split}_{metric}"] = None if np.isnan(value) else round(value, 6)
    return found
