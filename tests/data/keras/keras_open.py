#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the Keras networks of an open input length of tests/readers/open_length_test.cpp, with random weights, and what
Keras predicts for the sequences of onnx_networks.py. The tests have one network of each Keras (3.15 on JAX; 2.15 of
TensorFlow 2.15); with a folder, both are written there:

    KERAS_BACKEND=jax python keras_open.py keras3 [FOLDER]
    python keras_open.py keras2 [FOLDER]

open_splice_keras2.h5        SpliceAI's graph with two filters and one residual unit of two dilated layers
                                   where it has four: 1,250 positions cropped on each side, softmax of three classes
open_pool_keras3.h5          convolutions, means over all positions
open_{keras3,keras2}.tsv     as ../onnx/expected.tsv; the sequences of a network are as long as LENGTHS says
"""
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
if sys.argv[1] == "keras2":
    from tensorflow import keras
else:
    import keras
import numpy as np

layers = keras.layers
FOLDER = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parent)
LENGTHS = {"open_splice": [2510, 2503], "open_pool": [30, 53]}
rng = np.random.default_rng(12)


def open_splice(filters=2, units=1):
    """SpliceAI itself has 32 filters and 4 units of each dilation."""
    dna = keras.Input((None, 4), name="dna")
    x = layers.Conv1D(filters, 1)(dna)
    skip = layers.Conv1D(filters, 1)(x)
    for width, rate in [(11, 1), (11, 4), (21, 10), (41, 25)]:
        for _ in range(units):
            y = x
            for _ in range(2):
                y = layers.Activation("relu")(layers.BatchNormalization()(y))
                y = layers.Conv1D(filters, width, padding="same", dilation_rate=rate)(y)
            x = layers.Add()([x, y])
        skip = layers.Add()([skip, layers.Conv1D(filters, 1)(x)])
    skip = layers.Cropping1D(1250 * units)(skip)
    return keras.Model(dna, layers.Conv1D(3, 1, activation="softmax", name="out")(skip))


def open_pool():
    dna = keras.Input((None, 4), name="dna")
    x = layers.Conv1D(5, 7, activation="relu")(layers.ZeroPadding1D((2, 1))(dna))
    x = layers.MaxPooling1D(3, padding="same")(layers.Conv1D(4, 3, padding="causal", dilation_rate=2)(x))
    x = layers.Concatenate()([layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(layers.UpSampling1D(2)(x))])
    return keras.Model(dna, layers.Dense(2, name="out")(x))


def randomise(model):
    """Values keep their size from layer to layer."""
    values = []
    for weight in model.weights:
        name = getattr(weight, "path", weight.name).split("/")[-1].split(":")[0]
        shape = tuple(weight.shape)
        if name in ("gamma", "moving_variance"):
            value = rng.uniform(0.7, 1.3, size=shape)
        elif len(shape) < 2:
            value = 0.1 * rng.normal(size=shape)
        else:
            value = rng.normal(size=shape) / np.sqrt(np.prod(shape[:-1]))
        values.append(value.astype("float32"))
    model.set_weights(values)


def sequence(length, index):
    """The sequences of onnx_networks.py."""
    p = np.arange(length)
    hot = np.eye(4, dtype="float32")[(p * p * 7 + p * (index + 3) + p // 3 + index) % 4]
    hot[p % 17 == 16] = 0
    return hot


NETWORKS = {"keras2": [open_splice], "keras3": [open_pool], "both": [open_splice, open_pool]}


def main():
    version = sys.argv[1]
    rows = ["network\toutput\tsequence\tpositions\tchannels\tvalues"]
    for make in NETWORKS[version if len(sys.argv) == 2 else "both"]:
        keras.backend.clear_session()
        model, name = make(), make.__name__
        randomise(model)
        model.save(FOLDER / f"{name}_{version}.h5")
        for index, length in enumerate(LENGTHS[name]):
            value = np.atleast_2d(model.predict(sequence(length, index)[None], verbose=0)[0])
            shown = " ".join(f"{v:.8g}" for v in value.ravel())
            rows.append(f"{name}\tout\t{index}\t{value.shape[0]}\t{value.shape[1]}\t{shown}")
    (FOLDER / f"open_{version}.tsv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
