#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the Keras networks of tests/readers/keras_layers_test.cpp, with random weights, what Keras predicts and the
gradients that TensorFlow finds (Keras 3.15, TensorFlow 2.21).

recurrent.{h5,weights.h5,json}  LSTM, GRU in its two forms, simple cells, both directions, every merge
attention.{h5,keras}                  attention of several heads and of one, scaled or not
planes.h5                     two-dimensional layers over (length, 4, 1), then (length, 1, channels)
planes_turned.keras              the same over (4, length, 1)
shared.{h5,keras}                     layers and models used twice, Lambda layers, joins
tracks.h5                     a profile and a count as further inputs: tracks_{profile.npy,bias.tsv}
layers_expected.tsv                   as ../onnx/expected.tsv
layers_gradients.tsv                  network, sequence, gradient [length, 4] of the first number of the first output
"""
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf
from keras import layers

FOLDER = pathlib.Path(__file__).parent
FORMS = {"recurrent": ["h5"], "planes": ["h5"], "planes_turned": ["keras"], "tracks": ["h5"]}
LENGTH = 24
rng = np.random.default_rng(4)


def recurrent():
    dna = keras.Input((LENGTH, 4), name="dna")
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both")(dna)
    x = layers.GRU(4, reset_after=True, go_backwards=True, return_sequences=True, name="behind")(x)
    x = layers.TimeDistributed(layers.Dense(3, activation="tanh"), name="each")(x)
    x = layers.Bidirectional(layers.GRU(3, reset_after=False, return_sequences=True), merge_mode="mul", name="product")(x)
    x = layers.Bidirectional(layers.SimpleRNN(4, activation="sigmoid", return_sequences=True), merge_mode="ave", name="mean")(x)
    last = layers.Bidirectional(layers.LSTM(3, use_bias=False), merge_mode="sum", name="ends")(x)
    state = layers.LSTM(2, recurrent_activation="hard_sigmoid", go_backwards=True, name="hard")(x)
    gru = layers.GRU(2, reset_after=False, name="last")(x)
    return keras.Model(dna, layers.Dense(2, name="out")(layers.Concatenate(name="all")([last, state, gru])))


def attention():
    dna = keras.Input((LENGTH, 4), name="dna")
    x = layers.Conv1D(6, 5, strides=2, padding="same", name="conv")(dna)
    y = layers.MultiHeadAttention(2, 3, value_dim=4, name="heads")(x, x)
    x = layers.LayerNormalization(name="norm")(layers.Add(name="sum")([x, y]))
    y = layers.MultiHeadAttention(3, 2, output_shape=5, use_bias=False, name="cross")(x, dna)
    z = layers.Attention(name="plain")([y, layers.Dense(5, name="values")(dna)])
    z = layers.Attention(use_scale=True, name="scaled")([z, y])
    flat = layers.GlobalAveragePooling1D(name="pool")(layers.PReLU(name="slopes")(z))
    return keras.Model(dna, layers.Dense(2, name="out")(flat))


def planes():
    dna = keras.Input((LENGTH, 4, 1), name="dna")
    x = layers.Conv2D(6, (5, 4), activation="relu", name="motifs")(dna)
    x = layers.BatchNormalization(name="bn")(x)
    x = layers.MaxPooling2D((2, 1), name="pool")(x)
    x = layers.Conv2D(4, (3, 3), padding="same", name="wide")(x)
    x = layers.PReLU(shared_axes=[1, 2], name="slopes")(x)
    x = layers.Permute((2, 1, 3), name="turned")(x)
    x = layers.AveragePooling2D((1, 2), padding="same", name="mean")(x)
    flat = layers.Flatten(name="flat")(layers.Dropout(0.5, name="drop")(x))
    pooled = layers.GlobalMaxPooling2D(name="top")(x)
    return keras.Model(dna, layers.Dense(2, name="out")(layers.Concatenate(name="all")([flat, pooled])))


def planes_turned():
    dna = keras.Input((4, LENGTH, 1), name="dna")
    x = layers.Conv2D(5, (4, 6), strides=(1, 2), name="motifs")(dna)
    x = layers.DepthwiseConv2D((1, 3), padding="same", depth_multiplier=2, name="depthwise")(x)
    x = layers.SeparableConv2D(4, (1, 3), activation="gelu", name="separable")(x)
    x = layers.Conv2DTranspose(3, (1, 4), strides=(1, 2), padding="same", name="up")(x)
    x = layers.Reshape((-1, 3), name="line")(x)
    x = layers.Conv1D(3, 3, dilation_rate=2, name="conv")(x)
    y = layers.GlobalAveragePooling1D(name="pool")(x)
    z = layers.Conv1D(2, 3, name="both")(layers.Permute((2, 1), name="swap")(layers.Reshape((4, LENGTH), name="hot")(dna)))
    z = layers.Flatten(name="flat")(layers.Cropping1D(8, name="crop")(z))
    return keras.Model(dna, layers.Dense(2, name="out")(layers.Concatenate(name="all")([y, z])))


def shared():
    dna = keras.Input((LENGTH, 4), name="dna")
    inside = keras.Input((LENGTH, 4), name="inside")
    other = keras.Input((LENGTH, 4), name="other")
    first = layers.Conv1D(5, 5, activation="relu", name="conv")(inside)
    second = layers.Conv1D(5, 5, name="conv2")(other)
    trunk = keras.Model([inside, other], [layers.Subtract(name="minus")([first, second]), second], name="trunk")
    turned = layers.Lambda(lambda x: x[:, ::-1, ::-1], name="turn")(dna)
    a, b = trunk([dna, turned])
    c, d = trunk([turned, dna])
    dense = layers.Dense(4, activation="tanh", name="dense")
    x = layers.Maximum(name="larger")([dense(a), dense(b), dense(c)])
    y = layers.Minimum(name="smaller")([dense(d), dense(a)])
    x = layers.Lambda(lambda x: keras.ops.log1p(x), output_shape=(20, 4), name="python")(layers.Lambda(lambda x: x * x, output_shape=(20, 4), name="power")(x))
    product = layers.Dot(axes=1, name="dot")([layers.GlobalAveragePooling1D(name="top")(x), layers.GlobalAveragePooling1D(name="top2")(y)])
    row = layers.RepeatVector(3, name="repeat")(product)
    total = layers.Lambda(lambda x: keras.ops.logsumexp(x, axis=1), output_shape=(4,), name="total")(y)
    return keras.Model(dna, layers.Dense(2, name="out")(layers.Concatenate(name="all")([layers.Flatten(name="flat")(row), total])))


def tracks():
    dna = keras.Input((LENGTH, 4), name="dna")
    profile = keras.Input((20, 2), name="profile_bias")
    count = keras.Input((1,), name="count_bias")
    x = layers.Conv1D(5, 5, activation="relu", name="conv")(dna)
    y = layers.Concatenate(name="with_profile")([layers.Conv1D(2, 1, name="point")(x), profile])
    y = layers.Conv1D(2, 1, name="profile")(y)
    pooled = layers.GlobalAveragePooling1D(name="pool")(x)
    counts = layers.Dense(1, name="counts")(layers.Concatenate(name="with_count")([pooled, count]))
    return keras.Model([dna, profile, count], [counts, y])


def randomise(model):
    for weight in model.weights:
        name = weight.path.split("/")[-1]
        value = rng.uniform(0.3, 2, size=weight.shape) if name == "moving_variance" else 0.6 * rng.normal(size=weight.shape)
        weight.assign(value.astype("float32"))


def sequence(index):
    """The sequences of onnx_networks.py."""
    p = np.arange(LENGTH)
    hot = np.eye(4, dtype="float32")[(p * p * 7 + p * (index + 3) + p // 3 + index) % 4]
    hot[p % 17 == 16] = 0
    return hot


def shaped(model, hot):
    shape = model.inputs[0].shape[1:]
    return (hot.T if shape[0] == 4 else hot).reshape((1,) + tuple(shape))


def main():
    rows = ["network\toutput\tsequence\tpositions\tchannels\tvalues"]
    gradients = ["network\tsequence\tgradient"]
    place = np.arange(20)[:, None]
    profile = (0.5 + 0.4 * np.sin(1.0 + place + 3.0 * np.arange(2)[None])).astype("float32")
    bias = np.array([1.25], "float32")
    np.save(FOLDER / "tracks_profile.npy", profile)
    (FOLDER / "tracks_bias.tsv").write_text("name\tlogcount\nall\t1.25\n")
    for make, outputs in [(recurrent, ["out"]), (attention, ["out"]), (planes, ["out"]), (planes_turned, ["out"]),
                          (shared, ["out"]), (tracks, ["counts", "profile"])]:
        keras.utils.clear_session()
        model = make()
        name = make.__name__
        randomise(model)
        for form in FORMS.get(name, ["h5", "keras"]):
            model.save(FOLDER / f"{name}.{form}")
        if make is recurrent:
            model.save_weights(FOLDER / f"{name}.weights.h5")
            (FOLDER / f"{name}.json").write_text(model.to_json())
        for index in range(2):
            x = tf.constant(shaped(model, sequence(index)))
            with tf.GradientTape() as tape:
                tape.watch(x)
                values = model([x, tf.constant(profile[None]), tf.constant(bias[None])] if make is tracks else x)
                values = values if isinstance(values, (list, tuple)) else [values]
                first = tf.reshape(values[0], [-1])[0]
            gradient = tape.gradient(first, x).numpy().reshape(model.inputs[0].shape[1:])
            gradient = gradient.reshape(4, LENGTH).T if gradient.shape[0] == 4 else gradient.reshape(LENGTH, 4)
            gradients.append(f"{name}\t{index}\t" + " ".join(f"{v:.8g}" for v in gradient.ravel()))
            for output, value in zip(outputs, values):
                value = np.atleast_2d(np.asarray(value)[0])
                shown = " ".join(f"{v:.8g}" for v in value.ravel())
                rows.append(f"{name}\t{output}\t{index}\t{value.shape[0]}\t{value.shape[1]}\t{shown}")
    (FOLDER / "layers_expected.tsv").write_text("\n".join(rows) + "\n")
    (FOLDER / "layers_gradients.tsv").write_text("\n".join(gradients) + "\n")


if __name__ == "__main__":
    main()
