#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the Keras files of tests/readers/keras_test.cpp, with random weights (Keras 3.15, TensorFlow 2.21, h5py).

keras3_functional.h5           every kind of layer, two outputs, graph inside (legacy HDF5)
keras3_functional.json         the same graph alone
keras3_functional.weights.h5   the same weights in Keras 3's own form (numbered arrays)
keras3_sequential.h5           a Sequential model whose output carries its activation
keras1_sequential.h5           the same network as Keras 1.2 would write it: four-dimensional kernel, `running_std`
keras1_theano.h5               the same with the kernel as the Theano backend of Keras 1.0 writes it
keras_conv.h5                  weights of one Conv1D `c` [5, 4, 3], for graphs that the test writes
keras_expected.tsv             what must be read: Keras's shapes, and single numbers with their place
"""
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import numpy as np
from keras import layers

FOLDER = pathlib.Path(__file__).parent
rng = np.random.default_rng(11)
rows = []


def randomise(model):
    for layer in model.layers:
        weights = [0.4 * rng.normal(size=w.shape) for w in layer.get_weights()]
        if isinstance(layer, layers.BatchNormalization):
            weights[-1] = rng.uniform(0.2, 3, size=weights[-1].shape)
        layer.set_weights([w.astype("float32") for w in weights])


def shape_rows(file, model):
    for layer in model.layers:
        shape = layer.output.shape
        positions, channels = (shape[1], shape[2]) if len(shape) == 3 else (1, shape[1])
        rows.append((file, "shape", layer.name, positions, channels))


def value_row(file, layer, what, array, *place):
    flat = np.ravel_multi_index(place, array.shape)
    rows.append((file, what, layer, flat, repr(float(array[place]))))


def functional():
    inputs = keras.Input((40, 4), name="dna")
    x = layers.Conv1D(6, 5, padding="same", use_bias=False, name="first")(inputs)
    x = layers.BatchNormalization(name="norm", epsilon=1e-4)(x)
    x = layers.Activation("exponential", name="exp")(x)
    x = layers.MaxPooling1D(3, strides=2, padding="same", name="pool")(x)
    x = layers.SpatialDropout1D(0.2, name="spatial")(x)
    x = layers.Conv1D(5, 4, strides=3, padding="same", activation="relu", name="strided")(x)
    x = layers.ELU(alpha=0.5, name="elu")(x)
    x = layers.Conv1D(4, 2, dilation_rate=2, activation="softplus", name="dilated")(x)
    x = layers.AveragePooling1D(2, name="mean")(x)
    x = layers.BatchNormalization(center=False, scale=False, name="plain")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.Dense(7, activation="tanh", name="pointwise")(x)
    pooled = layers.GlobalAveragePooling1D(name="global_mean")(x)
    flat = layers.Flatten(name="flat")(x)
    flat = layers.GaussianNoise(0.1, name="noise")(flat)
    flat = layers.Dropout(0.3, name="drop")(flat)
    many = layers.Dense(3, activation="sigmoid", name="many")(flat)
    one = layers.Dense(1, name="one", use_bias=False)(pooled)
    return keras.Model(inputs, [many, one])


def write_functional():
    model = functional()
    randomise(model)
    model.save(FOLDER / "keras3_functional.h5")
    model.save_weights(FOLDER / "keras3_functional.weights.h5")
    (FOLDER / "keras3_functional.json").write_text(model.to_json())
    shape_rows("keras3_functional", model)
    predict_rows("keras3_functional", model)
    value_row("keras3_functional", "first", "kernel", model.get_layer("first").get_weights()[0], 2, 1, 3)
    value_row("keras3_functional", "strided", "kernel", model.get_layer("strided").get_weights()[0], 3, 5, 4)
    value_row("keras3_functional", "strided", "bias", model.get_layer("strided").get_weights()[1], 2)
    value_row("keras3_functional", "many", "kernel", model.get_layer("many").get_weights()[0], 6, 1)
    gamma, beta, mean, variance = (w.astype("float64") for w in model.get_layer("norm").get_weights())
    scale = gamma / np.sqrt(variance + 1e-4)
    value_row("keras3_functional", "norm", "scale", scale, 4)
    value_row("keras3_functional", "norm", "shift", beta - mean * scale, 4)
    mean, variance = (w.astype("float64") for w in model.get_layer("plain").get_weights())
    value_row("keras3_functional", "plain", "scale", 1 / np.sqrt(variance + 1e-3), 1)
    value_row("keras3_functional", "plain", "shift", -mean / np.sqrt(variance + 1e-3), 1)


def predict_rows(file, model):
    """Predictions for three sequences whose base at position i is (i * i + i // 3 + s * (i % 5)) % 4, in the order A, C, G, T."""
    place = np.arange(40)
    for s in range(3):
        one_hot = np.eye(4, dtype="float32")[(place * place + place // 3 + s * (place % 5)) % 4]
        for head, values in zip(model.output_names, model.predict(one_hot[None], verbose=0)):
            for track, value in enumerate(values[0]):
                rows.append((file, f"predict{s}", head, track, repr(float(value))))


def write_sequential():
    model = keras.Sequential(
        [keras.Input((30, 4)), layers.Conv1D(3, 5, name="c", activation="relu"),
         layers.BatchNormalization(name="b"), layers.GlobalMaxPooling1D(name="g"),
         layers.Dense(1, activation="sigmoid", name="d")])
    randomise(model)
    model.save(FOLDER / "keras3_sequential.h5")
    kernel = model.get_layer("c").get_weights()[0]
    value_row("keras_sequential", "c", "kernel", kernel, 1, 2, 0)
    value_row("keras_sequential", "c", "kernel", kernel, 4, 3, 2)
    return {layer.name: layer.get_weights() for layer in model.layers}


KERAS1_LAYERS = [
    {"class_name": "Convolution1D", "config": {
        "name": "c", "batch_input_shape": [None, 30, 4], "nb_filter": 3, "filter_length": 5, "border_mode": "valid",
        "subsample_length": 1, "activation": "relu", "bias": True, "input_dim": 4, "input_length": None}},
    {"class_name": "BatchNormalization", "config": {"name": "b", "mode": 0, "axis": -1, "epsilon": 0.001}},
    {"class_name": "GlobalMaxPooling1D", "config": {"name": "g"}},
    {"class_name": "Dense", "config": {"name": "d", "output_dim": 1, "activation": "sigmoid", "bias": True}}]
KERAS1_ROLES = {"c": ["W", "b"], "b": ["gamma", "beta", "running_mean", "running_std"], "g": [], "d": ["W", "b"]}


def write_keras1(name, backend, kernel_form, weights):
    with h5py.File(FOLDER / name, "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": KERAS1_LAYERS}).encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [layer.encode() for layer in KERAS1_ROLES]
        if backend:
            group.attrs["backend"] = backend.encode()
        for layer, roles in KERAS1_ROLES.items():
            inner = group.create_group(layer)
            inner.attrs["weight_names"] = [f"{layer}_{role}".encode() for role in roles]
            for role, values in zip(roles, weights.get(layer, [])):
                inner[f"{layer}_{role}"] = kernel_form(values) if (layer, role) == ("c", "W") else values


def write_expected():
    lines = ["file\twhat\tlayer\tfirst\tsecond"] + ["\t".join(map(str, row)) for row in rows]
    (FOLDER / "keras_expected.tsv").write_text("\n".join(lines) + "\n")


def main():
    write_functional()
    weights = write_sequential()
    write_keras1("keras1_sequential.h5", None, lambda kernel: kernel[:, None], weights)
    write_keras1("keras1_theano.h5", "theano",
                 lambda kernel: kernel[::-1].transpose(2, 1, 0)[..., None], weights)
    with h5py.File(FOLDER / "keras_conv.h5", "w") as file:
        file.attrs["layer_names"] = [b"c"]
        file.create_group("c").attrs["weight_names"] = [b"c_7/kernel:0", b"c_7/bias:0"]
        file["c/c_7/kernel:0"] = rng.normal(size=(5, 4, 3)).astype("float32")
        file["c/c_7/bias:0"] = np.zeros(3, "float32")
    write_expected()


if __name__ == "__main__":
    main()
