# SPDX-License-Identifier: MIT
"""One network that predicts the mean and the variance of an ensemble (DEGU: Zhou et al. 2024). Needs Keras."""
import pathlib

import numpy as np

from ..augment import parse_policy
from ..data.dataset import Dataset, Split
from ..errors import USAGE, Refused
from .backend import start_backend
from .one_run import load_data, train_run

LEAST_VARIANCE = 1e-8
AT_ONCE = 500


class Ensemble:
    """Networks that read the same sequences and predict the same tasks. Errors: Refused."""

    def __init__(self, files, keras):
        if len(files) < 2:
            raise Refused("an ensemble has at least two networks: repeat --ensemble", USAGE)
        self.models = []
        for file in files:
            if not pathlib.Path(file).is_file():
                raise Refused(f"there is no file {file}")
            try:
                self.models.append(keras.models.load_model(file, compile=False))
            except (ValueError, OSError, TypeError) as error:
                raise Refused(f"{file} cannot be read by Keras: {str(error).splitlines()[0]}") from None
        shapes = {(model.input_shape, str(model.output_shape)) for model in self.models}
        if len(shapes) > 1 or len(self.models[0].outputs) != 1:
            raise Refused("the networks of an ensemble need one output each, and the same shapes")

    def targets(self, x):
        """[n, 2 · tasks] of x float32 [n, length, 4]: means, then logarithms of the variances over networks (divided by their
        number less one, and at least 1e-8)."""
        parts = []
        for first in range(0, len(x), AT_ONCE):
            scores = np.stack([np.asarray(model.predict_on_batch(x[first:first + AT_ONCE]), np.float64) for model in self.models])
            parts.append(np.concatenate([scores.mean(axis=0), np.log(np.maximum(scores.var(axis=0, ddof=1), LEAST_VARIANCE))], axis=1))
        return np.concatenate(parts).astype(np.float32)


def distill_ensemble(files, settings):
    """Trains the settings' network in the folder settings["output"] on the ensemble's predictions, also of augmented sequences.
    Its output `scores` has the means and then the log variances. Returns its metrics. Errors: Refused."""
    dataset = load_data(settings)
    keras = start_backend(settings["backend"], settings["device"], settings["threads"])
    ensemble = Ensemble(files, keras)
    policy = parse_policy(settings["augmentation"], settings["augmentation-form"] == "evoaug2")
    length = dataset.length + (policy.extra_length if policy else 0)
    if ensemble.models[0].input_shape[1] != length:
        raise Refused(f"the ensemble reads {ensemble.models[0].input_shape[1]} bases, the data have {length}")
    if length != dataset.length:
        raise Refused("augmentation-form evoaug cannot be distilled: take evoaug2", USAGE)
    splits = {name: Split(split.x, ensemble.targets(split.x.astype(np.float32)), names=split.names)
              for name, split in dataset.splits.items()}
    tasks = [f"{task}_{what}" for what in ("mean", "log_variance") for task in dataset.tasks]
    settings = {**settings, "link": "linear"}
    folder = pathlib.Path(settings["output"])
    return train_run(folder.name, settings, folder, dataset=Dataset(splits, tasks), relabel=lambda x: [ensemble.targets(x)])
