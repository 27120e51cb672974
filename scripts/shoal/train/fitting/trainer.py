# SPDX-License-Identifier: MIT
"""The training loop of one network: stages, epochs, steps, and going on from a checkpoint. Needs Keras."""
import dataclasses
import time

import keras
import numpy as np

from ..errors import Refused
from .attack import Attack
from .batches import network_input
from .checkpoint import read_checkpoint, state_variables, write_checkpoint
from .losses import choose_losses
from .manifold import ManifoldModel
from .metrics import evaluate
from .schedule import Schedule
from .spectral import SpectralLimit, keras_array

EVALUATED = 500  # sequences per pass without gradients


@dataclasses.dataclass
class Stage:
    """Epochs of one kind. keep: "best" puts back the weights of the best epoch at the end."""
    name: str
    augmented: bool
    epochs: int
    schedule: Schedule
    keep: str


def plan_stages(settings, augments):
    """The stages of a run: one, or EvoAug's two where it augments."""
    higher = settings["monitor"] != "loss"
    first = Schedule(settings["learning-rate"], higher, settings["patience"], settings["drop-patience"], settings["drop-factor"],
                     settings["least-rate"])
    stages = [Stage("augmented" if augments else "training", augments, settings["epochs"], first, settings["keep"])]
    if augments and settings["fine-tune-epochs"] > 0:
        second = Schedule(settings["fine-tune-rate"], higher, settings["fine-tune-patience"], settings["drop-patience"],
                          settings["drop-factor"], settings["least-rate"])
        stages.append(Stage("fine-tuning", False, settings["fine-tune-epochs"], second, "best"))
    return stages


class Trainer:
    """Trains the network of a builder on a dataset. checkpoint: a file's path; report(text): called after every epoch;
    stopping(): asked after every epoch, training then ends early and can be resumed."""

    def __init__(self, builder, name, settings, dataset, batches, checkpoint, report, stopping):
        self.settings, self.dataset, self.batches = settings, dataset, batches
        self.checkpoint, self.report, self.stopping = checkpoint, report, stopping
        self.regularisers = batches.regularisers
        self.model = builder.model(name)
        self.manifold = None
        if self.regularisers & {"manifold-mixup", "manifold-noise"}:
            self.manifold = ManifoldModel(builder, name, self.regularisers, settings)
        self.trained = self.manifold.model if self.manifold else self.model
        losses, weights = choose_losses(settings, dataset)
        self.optimizer = keras.optimizers.Adam(settings["learning-rate"])
        self.trained.compile(self.optimizer, loss=losses, loss_weights=weights)
        if self.manifold:
            self.model.compile(loss=losses, loss_weights=weights)  # only evaluates
        self.optimizer.build(self.trained.trainable_variables)
        self.attack = Attack(self.model, losses, settings) if "adversarial" in self.regularisers else None
        self.spectral = SpectralLimit(self.model, settings["spectral-limit"], settings["seed"]) \
            if "spectral-norm" in self.regularisers else None
        self.variables = state_variables(self.trained, self.optimizer)
        self.stages = plan_stages(settings, batches.policy is not None)
        self.history, self.best, self.seconds = [], [], 0.0

    def train(self):
        """Runs what is left of all stages. True if training is complete, False if it was asked to stop."""
        stage_number, epoch = self._resume()
        while stage_number < len(self.stages):
            stage = self.stages[stage_number]
            while epoch < stage.epochs and not stage.schedule.is_over:
                self._epoch(stage_number, stage, epoch)
                epoch += 1
                self._save(stage_number, epoch)
                if self.stopping():
                    return False
            if stage.keep == "best" and self.best:
                for variable, value in zip(self.trained.weights, self.best):
                    variable.assign(value)
            stage_number, epoch, self.best = stage_number + 1, 0, []
            self._new_optimizer()
        return True

    def predict(self, name):
        """Scores of a split: [n, tasks], or a list with the profiles first."""
        x = network_input(self.dataset[name], self.batches.policy, self.settings["seed"])
        parts = [self.model.predict_on_batch(x[first:first + EVALUATED]) for first in range(0, len(x), EVALUATED)]
        if isinstance(parts[0], (list, tuple)):
            return [np.concatenate(each) for each in zip(*parts)]
        return np.concatenate(parts)

    def scores(self, name, metrics=("auroc", "aupr", "pearson", "spearman", "mse")):
        """{metric: value} of a split; of the counts, where there are profiles."""
        predicted = self.predict(name)
        predicted = predicted[-1] if isinstance(predicted, list) else predicted
        return evaluate(self.dataset[name].y, predicted, self.settings["link"] == "sigmoid", metrics)

    def _epoch(self, number, stage, epoch):
        begin = time.monotonic()
        self.optimizer.learning_rate.assign(stage.schedule.rate)
        losses = [self._step(x, labels, random, epoch if number == 0 else 10 ** 6)
                  for x, labels, random in self.batches.epoch(number, epoch, stage.augmented)]
        loss, value = float(np.mean(losses)), self._monitored()
        if not np.isfinite(loss):
            raise Refused(f"the loss is {loss} in epoch {epoch + 1}: a lower learning-rate may help")
        rate = stage.schedule.rate
        if stage.schedule.step(value) and stage.keep == "best":
            self.best = [np.array(keras_array(each)) for each in self.trained.weights]
        took = time.monotonic() - begin
        self.seconds += took
        self.history.append({"stage": stage.name, "epoch": epoch + 1, "loss": loss, self.settings["monitor"]: value,
                             "rate": rate})
        self.report(f"{stage.name} {epoch + 1}/{stage.epochs}: loss {loss:.4f}, validation {self.settings['monitor']} {value:.4f}, "
                    f"rate {rate:.2g}, {took:.1f} s")

    def _step(self, x, labels, random, epoch):
        if self.attack and epoch >= self.settings["adversarial-clean-epochs"]:
            attacked = self.attack(x, labels[0])
            if epoch < self.settings["adversarial-clean-epochs"] + self.settings["adversarial-mixed-epochs"]:
                x, labels = np.concatenate([x, attacked]), [np.concatenate([each, each]) for each in labels]
            else:
                x = attacked
        inputs = x
        if self.manifold:
            inputs, labels = self.manifold.feed(x, labels, random)
        loss = self.trained.train_on_batch(inputs, labels if len(labels) > 1 else labels[0])
        if self.spectral:
            self.spectral.apply()
        return float(np.ravel(loss)[0])

    def _monitored(self):
        if self.settings["monitor"] != "loss":
            return self.scores("valid", (self.settings["monitor"],))[self.settings["monitor"]]
        split = self.dataset["valid"]
        x = network_input(split, self.batches.policy, self.settings["seed"])
        labels = [split.y] if split.profile is None else [split.profile, split.y]
        total = 0.0
        for first in range(0, len(x), EVALUATED):
            part = [each[first:first + EVALUATED] for each in labels]
            loss = self.model.test_on_batch(x[first:first + EVALUATED], part if len(part) > 1 else part[0])
            total += float(np.ravel(loss)[0]) * len(part[0])
        return total / len(x)

    def _new_optimizer(self):
        """A stage begins with an optimizer that remembers nothing of the last one."""
        for variable in self.optimizer.variables:
            if variable is not self.optimizer._learning_rate:
                variable.assign(np.zeros(variable.shape, dtype=keras.backend.standardize_dtype(variable.dtype)))

    def _save(self, stage, epoch):
        notes = {"stage": stage, "epoch": epoch, "history": self.history, "seconds": self.seconds,
                 "schedules": [each.schedule.state() for each in self.stages], "best": len(self.best)}
        arrays = {f"best_{number}": each for number, each in enumerate(self.best)}
        if self.spectral:
            arrays.update(self.spectral.state())
        write_checkpoint(self.checkpoint, self.variables, notes, arrays)

    def _resume(self):
        found = read_checkpoint(self.checkpoint, self.variables)
        if found is None:
            return 0, 0
        notes, arrays = found
        for stage, state in zip(self.stages, notes["schedules"]):
            stage.schedule.restore(state)
        self.history, self.seconds = notes["history"], notes["seconds"]
        self.best = [arrays[f"best_{number}"] for number in range(notes["best"])]
        if self.spectral:
            self.spectral.restore(arrays)
        self.report(f"resumed after {notes['epoch']} epochs of stage {self.stages[notes['stage']].name}")
        return notes["stage"], notes["epoch"]
