#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the Keras networks of tests/readers/keras_merge_test.cpp, with random weights, and what Keras predicts
(Keras 3.15, TensorFlow 2.21).

merges.{h5,keras,weights.h5,json}  branches joined in every way, separable, grouped and transposed convolutions
nested.{h5,keras}                  models inside a model: a functional trunk and a sequential head
expected.tsv                       as ../onnx/expected.tsv
"""
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from keras import layers

FOLDER = pathlib.Path(__file__).parent
rng = np.random.default_rng(3)
rows = []


def merges():
    dna = keras.Input((40, 4), name="dna")
    x = layers.Conv1D(6, 5, padding="causal", dilation_rate=2, activation="gelu", name="causal")(dna)
    y = layers.Conv1D(6, 4, padding="same", groups=2, name="grouped")(x)
    x = layers.Add(name="add")([x, layers.LayerNormalization(name="norm")(y), y])
    gate = layers.GlobalAveragePooling1D(name="squeeze")(x)
    gate = layers.Dense(6, activation="sigmoid", name="excite")(gate)
    gate = layers.Reshape((1, 6), name="row")(gate)
    x = layers.Multiply(name="gate")([x, gate])
    y = layers.SeparableConv1D(5, 3, depth_multiplier=2, padding="same", activation="silu", name="separable")(x)
    z = layers.DepthwiseConv1D(4, strides=1, padding="same", depth_multiplier=1, name="depthwise")(x)
    x = layers.Concatenate(name="wide")([y, layers.LeakyReLU(negative_slope=0.1, name="leaky")(z)])
    x = layers.Cropping1D((3, 5), name="crop")(x)
    x = layers.ZeroPadding1D((1, 3), name="pad")(x)
    up = layers.Conv1DTranspose(4, 5, strides=2, padding="same", name="up")(x)
    up = layers.Average(name="mean")([up, layers.Conv1DTranspose(4, 2, strides=2, name="up2")(x)])
    up = layers.Average(name="mean3")([up, layers.UpSampling1D(2, name="twice")(layers.Dense(4, name="four")(x)), up])
    profile = layers.Softmax(axis=1, name="profile")(up)
    long = layers.Concatenate(axis=1, name="long")([up, layers.ReLU(max_value=0.5, name="capped")(up)])
    turned = layers.Permute((2, 1), name="turned")(long)
    pooled = layers.GlobalMaxPooling1D(name="pooled")(layers.Reshape((36, 16), name="block")(turned))
    flat = layers.Concatenate(name="flat")([pooled, layers.Flatten(name="flatten")(gate)])
    classes = layers.Dense(3, activation="softmax", name="classes")(flat)
    return keras.Model(dna, [profile, classes], name="merges")


def nested():
    inside = keras.Input((30, 4))
    x = layers.Conv1D(5, 5, name="conv")(inside)
    x = layers.BatchNormalization(name="bn")(x)
    trunk = keras.Model(inside, layers.Add(name="twice")([x, layers.ReLU(name="relu")(x)]), name="trunk")
    head = keras.Sequential([layers.Conv1D(4, 3, activation="relu", name="conv"), layers.GlobalMaxPooling1D(),
                             layers.Dense(2, name="last")], name="head")
    dna = keras.Input((30, 4), name="dna")
    return keras.Model(dna, head(trunk(dna)), name="nested")


def randomise(model):
    for weight in model.weights:
        name = weight.path.split("/")[-1]
        value = rng.uniform(0.3, 2, size=weight.shape) if name == "moving_variance" else 0.5 * rng.normal(size=weight.shape)
        weight.assign(value.astype("float32"))


def sequence(length, index):
    """The sequences of onnx_networks.py."""
    p = np.arange(length)
    hot = np.eye(4, dtype="float32")[(p * p * 7 + p * (index + 3) + p // 3 + index) % 4]
    hot[p % 17 == 16] = 0
    return hot


def expect(name, model, outputs):
    for index in range(2):
        values = model(sequence(model.input_shape[1], index)[None])
        for output, value in zip(outputs, values if isinstance(values, list) else [values]):
            value = np.atleast_2d(np.asarray(value)[0])
            shown = " ".join(f"{v:.8g}" for v in value.ravel())
            rows.append(f"{name}\t{output}\t{index}\t{value.shape[0]}\t{value.shape[1]}\t{shown}")


FOLDER.mkdir(exist_ok=True)
for name, model, outputs in [("merges", merges(), ["profile", "classes/softmax"]), ("nested", nested(), ["head/last"])]:
    randomise(model)
    model.save(FOLDER / f"{name}.h5")
    model.save(FOLDER / f"{name}.keras")
    expect(name, model, outputs)
    if name == "merges":
        model.save_weights(FOLDER / f"{name}.weights.h5")
        (FOLDER / f"{name}.json").write_text(model.to_json())
header = "network\toutput\tsequence\tpositions\tchannels\tvalues"
(FOLDER / "expected.tsv").write_text("\n".join([header] + rows) + "\n")
