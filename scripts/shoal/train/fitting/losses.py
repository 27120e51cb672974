# SPDX-License-Identifier: MIT
"""Losses by kind of network. Needs Keras."""
import keras
import numpy as np


def profile_loss(counts, logits):
    """Multinomial negative log likelihood of counts [n, length, tracks] per sequence and track, without its constant (BPNet)."""
    logs = keras.ops.log_softmax(logits, axis=1)
    return -keras.ops.mean(keras.ops.sum(counts * logs, axis=1), axis=-1)


def choose_losses(settings, dataset):
    """(losses, weights) for compile: one each, or one per head of a profile network."""
    profile = dataset["train"].profile
    if profile is not None:
        weight = settings["counts-weight"]
        if weight == "auto":
            weight = max(float(profile.sum(axis=1, dtype=np.float64).mean()) / 2, 1e-6)
        return [profile_loss, "mse"], [1.0, weight]
    return ("binary_crossentropy" if settings["link"] == "sigmoid" else "mse"), None
