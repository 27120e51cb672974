#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes small networks in the shapes of published ones, random weights, and what Keras says of them (TensorFlow 2.15).

    python tests/data/published/make.py

deepstarr.json, .h5      DeepSTARR's layers: four convolutions with batch normalisation, two dense layers, two heads
deepstarr.fa, .tsv       sequences and their predictions
tal1.json, .h5           a Sequential graph without an input layer whose convolution carries its relu, a global maximum
tal1.tsv                 sequences with logits and the gradients of the logits, [length, 4]
DEPTH_ACTIVATION.json, .h5   the zoo of CNNs (deep, shallow; relu, exponential first)
zoo.tsv                  per network: logits of three sequences, norm of the third's gradient, area under the curve
zoo_sequences.tsv        the sequences and labels that those are of
values.tsv               single weights as h5py reads them: network, layer, array, index, value
"""
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

FOLDER = pathlib.Path(__file__).parent
rng = np.random.default_rng(2024)
values = ["network\tlayer\tarray\tindex\tvalue"]


def sequences(count, length):
    return rng.integers(0, 4, (count, length))


def one_hot(codes):
    return np.eye(4, dtype=np.float32)[codes]


def text(codes):
    return "".join("ACGT"[code] for code in codes)


def normalised(x, activation, filters_or_units, width=0, padding="same"):
    """A convolution (or, without a width, a dense layer), batch normalisation and activation."""
    layer = layers.Conv1D(filters_or_units, width, padding=padding) if width else layers.Dense(filters_or_units)
    return layers.Activation(activation)(layers.BatchNormalization()(layer(x)))


def deepstarr():
    x = dna = layers.Input((60, 4))
    for filters, width in [(20, 7), (10, 3), (10, 5), (12, 3)]:
        x = layers.MaxPooling1D(2)(normalised(x, "relu", filters, width))
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dropout(0.4)(normalised(x, "relu", 16))
    return keras.Model(dna, [layers.Dense(1, name="Dense_Dev")(x), layers.Dense(1, name="Dense_Hk")(x)])


def tal1():
    return keras.Sequential([layers.Conv1D(6, 9, activation="relu", input_shape=(70, 4)), layers.GlobalMaxPooling1D(),
                             layers.Dense(1), layers.Activation("sigmoid")])


def zoo(depth, activation):
    x = dna = layers.Input((64, 4))
    if depth == "deep":
        x = layers.Dropout(0.1)(normalised(x, activation, 8, 11))
        for filters, width, pool in [(10, 7, 4), (12, 7, 4), (14, 3, 3)]:
            x = layers.MaxPooling1D(pool)(layers.Dropout(0.2)(normalised(x, "relu", filters, width)))
    else:
        x = layers.MaxPooling1D(16)(layers.Dropout(0.1)(normalised(x, activation, 8, 19)))
        x = layers.MaxPooling1D(2)(layers.Dropout(0.2)(normalised(x, "relu", 12, 3)))
    x = layers.Dropout(0.5)(normalised(layers.Flatten()(x), "relu", 16))
    return keras.Model(dna, layers.Activation("sigmoid")(layers.Dense(1)(x)))


def randomise(model):
    """Weights of a size that keeps values near 1, statistics as if they had been learnt."""
    for layer in model.layers:
        shapes = [w.shape for w in layer.get_weights()]
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.7, 1.3, shapes[0]), rng.normal(0, 0.2, shapes[1]),
                               rng.normal(0, 0.3, shapes[2]), rng.uniform(0.5, 1.5, shapes[3])])
        elif shapes:
            fan = np.prod(shapes[0][:-1]) / (4 if shapes[0][-2] == 4 else 1)
            layer.set_weights([rng.normal(0, fan ** -0.5, shapes[0]), rng.normal(0, 0.1, shapes[1])])


def save(name, model):
    randomise(model)
    (FOLDER / f"{name}.json").write_text(model.to_json())
    model.save_weights(FOLDER / f"{name}.h5")
    for layer in model.layers:  # one weight of every array, from the file
        for array in [w.name.split("/")[-1][:-2] for w in layer.weights] if layer.weights else []:
            if isinstance(layer, layers.BatchNormalization):
                continue
            with h5py.File(FOLDER / f"{name}.h5") as file:
                found = file[layer.name][layer.name][f"{array}:0"][()].ravel()
            index = (found.size * 5) // 7
            values.append(f"{name}\t{layer.name}\t{array}\t{index}\t{found[index]:.9g}")
    return model


def logit_model(model):
    """Everything up to what the last activation reads."""
    return keras.Model(model.inputs, model.layers[-1].input)


def gradients(model, x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = model(x, training=False)
    return y.numpy().ravel(), tape.gradient(y, x).numpy()


def write(name, lines):
    (FOLDER / name).write_text("\n".join(lines) + "\n")


def main():
    model, codes = save("deepstarr", deepstarr()), sequences(40, 60)
    dev, hk = model.predict(one_hot(codes), verbose=0)
    write("deepstarr.fa", [f">sequence_{i}\n{text(row)}" for i, row in enumerate(codes)])
    write("deepstarr.tsv", ["name\tdev\thk"] + [f"sequence_{i}\t{dev[i, 0]:.7g}\t{hk[i, 0]:.7g}" for i in range(40)])

    model, codes = save("tal1", tal1()), sequences(8, 70)
    logits, slopes = gradients(logit_model(model), one_hot(codes))
    write("tal1.tsv", ["sequence\tlogit\tgradient"] + [
        f"{text(row)}\t{logits[i]:.7g}\t" + " ".join(f"{v:.7g}" for v in slopes[i].ravel())
        for i, row in enumerate(codes)])

    codes = sequences(200, 64)
    labels = np.array([int("GA" in text(row[:20])) for row in codes])
    write("zoo_sequences.tsv", ["label\tsequence"] + [f"{label}\t{text(row)}" for label, row in zip(labels, codes)])
    lines = ["network\tlogit_0\tlogit_1\tlogit_2\tgradient_norm_2\tarea"]
    for depth in ["deep", "shallow"]:
        for activation in ["relu", "exponential"]:
            name = f"{depth}_{activation}"
            found, slopes = gradients(logit_model(save(name, zoo(depth, activation))), one_hot(codes))
            pairs = found[labels == 1][:, None] - found[labels == 0][None, :]
            area = ((pairs > 0) + 0.5 * (pairs == 0)).mean()
            lines.append("\t".join([name] + [f"{v:.7g}" for v in [*found[:3], np.linalg.norm(slopes[2]), area]]))
    write("zoo.tsv", lines)
    write("values.tsv", values)


if __name__ == "__main__":
    main()
