#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes Keras networks as published repositories have them, small and with random weights, and what Keras predicts for
the sequences of onnx_networks.py (TensorFlow 2.15 with Keras 2.15).

basenji.h5          layers of Basenji and Baskerville: random strand and shift, the switch back, a GELU of their own
concise.h5          ConvDNA of concise, a convolution by another name
keras1_planes.h5    a file as Keras 1 writes it (written by hand, weights and predictions from Keras 2): Convolution2D,
                          MaxPooling2D and AveragePooling2D with its options' names; keras1_planes_theano.h5: the same
                          network with kernels as the Theano backend stores them, turned along both axes
declared.h5         a layer of an unknown class that does nothing, a Lambda layer
published_expected.tsv   as ../onnx/expected.tsv
"""
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

FOLDER = pathlib.Path(__file__).parent
LENGTH = 24
rng = np.random.default_rng(13)


class StochasticReverseComplement(layers.Layer):
    """In training, either strand; always, whether the strand was changed."""

    def call(self, hot, training=None):
        if training:
            other = tf.random.uniform(shape=[]) > 0.5
            return tf.cond(other, lambda: hot[:, ::-1, ::-1], lambda: hot), other
        return hot, tf.constant(False)


class StochasticShift(layers.Layer):
    """In training, the sequence shifted by up to shift_max positions."""

    def __init__(self, shift_max=0, symmetric=True, pad="uniform", **options):
        super().__init__(**options)
        self.options = {"shift_max": shift_max, "symmetric": symmetric, "pad": pad}

    def call(self, hot, training=None):
        return tf.roll(hot, self.options["shift_max"], axis=1) if training else hot

    def get_config(self):
        return {**super().get_config(), **self.options}


class SwitchReverse(layers.Layer):
    def call(self, both):
        x, other = both
        return tf.cond(other, lambda: tf.reverse(x, axis=[1]), lambda: x)


class GELU(layers.Layer):
    def call(self, x):
        return tf.sigmoid(1.702 * x) * x


class ConvDNA(layers.Conv1D):
    def __init__(self, *arguments, seq_length=None, **options):
        super().__init__(*arguments, **options)
        self.seq_length = seq_length

    def get_config(self):
        return {**super().get_config(), "seq_length": self.seq_length}


class Monitor(layers.Layer):
    """Does nothing to its input; an unknown class."""

    def __init__(self, every=10, **options):
        super().__init__(**options)
        self.every = every

    def get_config(self):
        return {**super().get_config(), "every": self.every}


def basenji():
    dna = keras.Input((LENGTH, 4), name="sequence")
    x, other = StochasticReverseComplement(name="strand")(dna)
    x = StochasticShift(3, name="shift")(x)
    x = layers.BatchNormalization(name="bn")(layers.Conv1D(5, 7, padding="same", use_bias=False, name="conv")(GELU(name="gelu")(x)))
    x = layers.SpatialDropout1D(0.2)(layers.MaxPooling1D(2)(layers.GaussianNoise(0.3)(x)))
    x = layers.ActivityRegularization(0.01)(layers.AlphaDropout(0.1)(GELU(name="gelu_1")(x)))
    x = layers.Dense(3, activation="softplus", name="dense")(layers.Cropping1D(2)(x))
    return keras.Model(dna, SwitchReverse(name="out")([x, other]))


def concise():
    return keras.Sequential([ConvDNA(4, 6, activation="relu", seq_length=LENGTH, input_shape=(LENGTH, 4), name="conv"),
                             layers.GlobalAveragePooling1D(name="pool"), layers.Dense(2, name="out")])


def declared():
    dna = keras.Input((LENGTH, 4), name="dna")
    x = Monitor(name="watch")(layers.Conv1D(4, 5, name="conv")(dna))
    x = layers.Lambda(lambda x: tf.math.log(1 + x * x), name="strength")(Monitor(every=3, name="watch_again")(x))
    return keras.Model(dna, layers.Dense(2, name="out")(layers.GlobalMaxPooling1D(name="pool")(x)))


def planes():
    return keras.Sequential([
        layers.Conv2D(5, (5, 4), activation="relu", input_shape=(LENGTH, 4, 1), name="motifs"),
        layers.MaxPooling2D((2, 1), name="pool"), layers.Conv2D(3, (3, 1), strides=(2, 1), padding="same", name="wide"),
        layers.AveragePooling2D((2, 1), strides=(1, 1), name="mean"), layers.Flatten(name="flat"), layers.Dense(2, name="out")])


def convolution1(name, filters, rows, columns, **options):
    return {"class_name": "Convolution2D", "config": {
        "name": name, "nb_filter": filters, "nb_row": rows, "nb_col": columns, "init": "glorot_uniform", "activation": "linear",
        "border_mode": "valid", "subsample": [1, 1], "dim_ordering": "tf", "W_regularizer": None, "b_regularizer": None,
        "activity_regularizer": None, "W_constraint": None, "b_constraint": None, "bias": True, "trainable": True, **options}}


def pool1(kind, name, strides):
    return {"class_name": kind, "config": {"name": name, "pool_size": [2, 1], "strides": strides, "border_mode": "valid",
                                           "dim_ordering": "tf", "trainable": True}}


def write_keras1(name, model, backend):
    graph = [convolution1("motifs", 5, 5, 4, activation="relu", batch_input_shape=[None, LENGTH, 4, 1], input_dtype="float32"),
             pool1("MaxPooling2D", "pool", [2, 1]),
             convolution1("wide", 3, 3, 1, subsample=[2, 1], border_mode="same"), pool1("AveragePooling2D", "mean", [1, 1]),
             {"class_name": "Flatten", "config": {"name": "flat", "trainable": True}},
             {"class_name": "Dense", "config": {"name": "out", "output_dim": 2, "init": "glorot_uniform", "activation": "linear",
                                                "W_regularizer": None, "b_regularizer": None, "activity_regularizer": None,
                                                "W_constraint": None, "b_constraint": None, "bias": True, "input_dim": None,
                                                "trainable": True}}]
    with h5py.File(FOLDER / name, "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": graph}).encode()
        file.attrs["keras_version"] = b"1.2.2"
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        if backend:
            group.attrs["backend"] = backend.encode()
        for layer in model.layers:
            inner = group.create_group(layer.name)
            weights = layer.get_weights()
            inner.attrs["weight_names"] = np.array([f"{layer.name}_{role}".encode() for role in "Wb"[:len(weights)]], "S32")
            for role, values in zip("Wb", weights):
                turned = backend == "theano" and values.ndim == 4
                inner[f"{layer.name}_{role}"] = values[::-1, ::-1] if turned else values


def randomise(model):
    values = []
    for weight in model.weights:
        name = weight.name.split("/")[-1].split(":")[0]
        value = rng.uniform(0.5, 2, size=weight.shape) if name == "moving_variance" else 0.5 * rng.normal(size=weight.shape)
        values.append(value.astype("float32"))
    model.set_weights(values)


def sequence(index):
    """The sequences of onnx_networks.py."""
    p = np.arange(LENGTH)
    hot = np.eye(4, dtype="float32")[(p * p * 7 + p * (index + 3) + p // 3 + index) % 4]
    hot[p % 17 == 16] = 0
    return hot


def main():
    rows = ["network\toutput\tsequence\tpositions\tchannels\tvalues"]
    for make in (basenji, concise, declared, planes):
        keras.backend.clear_session()
        model = make()
        randomise(model)
        name = "keras1_planes" if make is planes else make.__name__
        if make is planes:
            write_keras1("keras1_planes.h5", model, None)
            write_keras1("keras1_planes_theano.h5", model, "theano")
        else:
            model.save(FOLDER / f"{name}.h5")
        for index in range(2):
            hot = sequence(index)[None].reshape((1,) + tuple(model.input_shape[1:]))
            value = np.atleast_2d(model.predict(hot, verbose=0)[0])
            shown = " ".join(f"{v:.8g}" for v in value.ravel())
            rows.append(f"{name}\tout\t{index}\t{value.shape[0]}\t{value.shape[1]}\t{shown}")
    (FOLDER / "published_expected.tsv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
