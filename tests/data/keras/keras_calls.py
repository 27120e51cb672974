#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the graphs of tests/readers/keras_calls_test.cpp: operators, arguments of calls and masks as Keras writes them, and
what Keras predicts. Run it with each of two environments:

    KERAS_BACKEND=jax python tests/data/keras/keras_calls.py   with Keras 3.15 on JAX: calls_keras3.tsv and the weights
    python tests/data/keras/keras_calls.py                     with TensorFlow 2.15:   calls_keras2.tsv

A line is a network: its name (refused_…: it is not read), the weights file it is read with, its output, positions, channels,
values for one sequence, and its layers after the input and the convolution. The line "frame" is the rest of the graph,
which all have in common. Initial values and builds are left out of the graphs, which nobody reads.

calls_{conv,attend,lstm}.h5  the weights of the layers `c` (a convolution), and `attend` or `lstm` after it
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
IS_KERAS3 = keras.__version__.startswith("3")
LENGTH, WIDTH = 10, 6
rng = np.random.default_rng(11)


def draw(*shape):
    return np.round(0.5 * rng.normal(size=shape), 3).astype("float32")


CONV = {"c/kernel:0": draw(3, 4, WIDTH), "c/bias:0": draw(WIDTH)}
ATTEND = {}
for part in ["query", "key", "value"]:
    ATTEND[f"attend/{part}/kernel:0"] = draw(WIDTH, 2, 4)
    ATTEND[f"attend/{part}/bias:0"] = draw(2, 4)
ATTEND |= {"attend/attention_output/kernel:0": draw(2, 4, WIDTH), "attend/attention_output/bias:0": draw(WIDTH)}
LSTM = {"lstm/kernel:0": draw(WIDTH, 12), "lstm/recurrent_kernel:0": draw(3, 12), "lstm/bias:0": draw(12)}
WEIGHTS = {"conv": {"c": CONV}, "attend": {"c": CONV, "attend": ATTEND}, "lstm": {"c": CONV, "lstm": LSTM}}
VECTOR, SQUARE = draw(WIDTH), draw(WIDTH, WIDTH)
BAND = np.abs(np.subtract.outer(np.arange(LENGTH), np.arange(LENGTH))) < 3


def sequence(length, index):
    """The sequences of onnx_networks.py."""
    p = np.arange(length)
    hot = np.eye(4, dtype="float32")[(p * p * 7 + p * (index + 3) + p // 3 + index) % 4]
    hot[p % 17 == 16] = 0
    return hot


def mha(**options):
    return layers.MultiHeadAttention(2, 4, name="attend", **options)


def halves(x):
    """Two values that differ."""
    return x, layers.ReLU(name="r")(x)


class Softmax(layers.Layer):
    def call(self, x):
        return x * 3


def shared_cases(where):
    """What both versions have. `where` is the namespace of operators."""
    k = where
    return {
        "add_number": lambda x: x + 1.5,
        "number_minus": lambda x: 2 - x,
        "minus_vector": lambda x: x - VECTOR,
        "times_number": lambda x: x * 2.0,
        "over_vector": lambda x: x / (VECTOR + 3),
        "number_over": lambda x: 2.0 / (x * x + 1.0),
        "power": lambda x: x ** 2,
        "negative": lambda x: -x,
        "absolute": lambda x: abs(x),
        "maximum_number": lambda x: k.maximum(x, 0.1),
        "minimum_number": lambda x: k.minimum(x, 0.1),
        "maximum_values": lambda x: k.maximum(*halves(-x)),
        "minimum_values": lambda x: k.minimum(*halves(x)),
        "difference_of_values": lambda x: layers.ReLU(name="r")(x) - x,
        "broadcast_column": lambda x: x * k.reduce_max(x, axis=-1, keepdims=True),
        "broadcast_row": lambda x: x + k.reduce_mean(x, axis=1, keepdims=True),
        "table": lambda x: x + np.arange(LENGTH * WIDTH).reshape(1, LENGTH, WIDTH).astype("float32"),
        "item_range": lambda x: x[:, 2:8],
        "item_two": lambda x: x[:, 1:-1:2, :3],
        "item_index": lambda x: x[:, -2],
        "item_ellipsis": lambda x: x[..., ::-1],
        "item_last": lambda x: x[..., -1],
        "item_none": lambda x: layers.Reshape((LENGTH, WIDTH))(x[:, None, :, :]),
        "exp": lambda x: k.exp(x),
        "log1p": lambda x: k.log1p(k.abs(x)),
        "expm1": lambda x: k.expm1(x),
        "sqrt": lambda x: k.sqrt(k.abs(x)),
        "rsqrt": lambda x: k.rsqrt(k.abs(x) + 1.0),
        "square": lambda x: k.square(x),
        "tanh": lambda x: k.tanh(x),
        "sigmoid": lambda x: k.sigmoid(x),
        "relu": lambda x: k.relu(x),
        "relu6": lambda x: k.relu6(3 * x),
        "leaky_relu": lambda x: k.leaky_relu(x),
        "elu": lambda x: k.elu(x),
        "gelu": lambda x: k.gelu(x),
        "silu": lambda x: k.silu(x),
        "softplus": lambda x: k.softplus(x),
        "softsign": lambda x: k.softsign(x),
        "log_sigmoid": lambda x: k.log_sigmoid(x),
        "softmax_last": lambda x: k.softmax(x),
        "softmax_positions": lambda x: k.softmax(x, axis=1),
        "log_softmax": lambda x: k.log_softmax(x),
        "mean_positions": lambda x: k.reduce_mean(x, axis=1),
        "mean_both": lambda x: k.reduce_mean(x, axis=[1, 2], keepdims=True),
        "sum_last": lambda x: k.reduce_sum(x, axis=-1),
        "max_positions": lambda x: k.reduce_max(x, axis=1),
        "min_last": lambda x: k.reduce_min(x, axis=2),
        "log_sum_exp": lambda x: k.reduce_logsumexp(x, axis=1),
        "variance": lambda x: k.reduce_variance(x, axis=1),
        "deviation": lambda x: k.reduce_std(x, axis=-1, keepdims=True),
        "reshape": lambda x: k.reshape(x, (-1, 6, 10)),
        "reshape_flat": lambda x: k.reshape(x, (-1, 60)),
        "transpose": lambda x: k.transpose(x, (0, 2, 1)),
        "squeeze": lambda x: k.squeeze(k.expand_dims(x, 1), 1),
        "concatenate": lambda x: k.concatenate(list(halves(x)), -1),
        "concatenate_positions": lambda x: k.concatenate(list(halves(x)), 1),
        "stack": lambda x: k.reduce_sum(k.stack(list(halves(x)), 1), axis=1),
        "split": lambda x: -k.split(x, 3, -1)[1],
        "flip": lambda x: k.flip(x, [1]),
        "roll": lambda x: k.roll(x, 3, 1),
        "pad": lambda x: k.pad(x, [[0, 0], [2, 1], [0, 0]]),
        "take": lambda x: k.take(x, [4, 0, 3], axis=2),
        "tile": lambda x: k.tile(x, (1, 2, 1)),
        "repeat": lambda x: k.repeat(x, 2, axis=1),
        "clip": lambda x: k.clip(x, -0.25, 1),
        "matmul": lambda x: k.matmul(x, k.transpose(x, (0, 2, 1))),
        "matmul_constant": lambda x: k.matmul(x, SQUARE),
        "tensordot": lambda x: k.tensordot(x, SQUARE, 1),
        "attend_order": lambda x: mha()(*halves(x)),
        "attend_keyed": lambda x: mha()(halves(x)[1], key=x, value=-x),
        "attend_named": lambda x: mha()(value=-x, query=x),
        "attend_mask": lambda x: mha()(x, x, attention_mask=BAND[None]),
        "attend_causal": lambda x: mha()(x, x, use_causal_mask=True),
        "attend_both_masks": lambda x: mha()(x, -x, attention_mask=BAND[None], use_causal_mask=True),
        "attention_causal": lambda x: layers.Attention(name="dots")([x, -x], use_causal_mask=True),
        "softmax_mask": lambda x: layers.Softmax(name="soft")(x, mask=np.arange(WIDTH)[None, None] % 3 != 1),
        "mean_mask": lambda x: layers.GlobalAveragePooling1D(name="mean")(x, mask=np.arange(LENGTH)[None] % 3 != 1),
        "frozen_in_training": lambda x: layers.Dropout(0.0, name="drop")(x, training=True),
        "refused_noise": lambda x: layers.Dropout(0.5, name="drop")(x, training=True),
        "refused_batch": lambda x: layers.BatchNormalization(name="norm")(x, training=True),
        "refused_lambda": lambda x: layers.Activation(lambda t: t * t, name="act")(x),
        "refused_own_class": lambda x: Softmax(name="own")(x),
        "refused_lstm": lambda x: layers.LSTM(3, name="lstm")(x, mask=np.arange(LENGTH)[None] < 5),
        "refused_mask": lambda x: mha()(x, x, attention_mask=BAND[None] & (np.arange(LENGTH)[:, None] != 4)),
        "refused_all_axes": lambda x: x * k.reduce_max(x),
    }


class Operators3:
    """Keras 3's operators under TensorFlow's names."""
    def __getattr__(self, name):
        return getattr(keras.ops, {"reduce_variance": "var", "reduce_std": "std"}.get(name, name.replace("reduce_", "")))


class Operators2:
    """TensorFlow's under the names of the cases."""
    def __getattr__(self, name):
        import tensorflow as tf
        names = {"concatenate": tf.concat, "flip": tf.reverse, "take": tf.gather, "clip": tf.clip_by_value}
        for place in [tf, tf.math, tf.nn]:
            if name not in names and hasattr(place, name):
                return getattr(place, name)
        return names[name]


def keras3_cases():
    ops = keras.ops
    return shared_cases(Operators3()) | {
        "multiply_named": lambda x: ops.multiply(x, x2=3.0),
        "add_tensor": lambda x: x + ops.convert_to_tensor(VECTOR),
        "average": lambda x: ops.average(x, axis=1),
        "average_weighted": lambda x: ops.average(x, axis=1, weights=np.arange(LENGTH, dtype="float32")),
        "log2": lambda x: ops.log2(ops.abs(x) + 1.0),
        "log10": lambda x: ops.log10(ops.abs(x) + 1.0),
        "exp2": lambda x: ops.exp2(x),
        "hard_sigmoid": lambda x: ops.hard_sigmoid(x),
        "swapaxes": lambda x: ops.swapaxes(x, -1, 1),
        "moveaxis": lambda x: ops.moveaxis(x, 1, 2),
        "split_places": lambda x: -ops.split(x, [2, 7], axis=1)[1],
        "einsum": lambda x: ops.einsum("blc,bmc->blm", *halves(x)),
        "dot": lambda x: ops.dot(x, SQUARE),
        "cast": lambda x: ops.cast(x, "float32"),
        "refused_operator": lambda x: ops.sort(x),
        "refused_batch_axis": lambda x: ops.transpose(x),
    }


def keras2_cases():
    import tensorflow as tf
    return shared_cases(Operators2()) | {
        "add_named": lambda x: tf.add(x, y=3.0),
        "bias_add": lambda x: tf.nn.bias_add(x, VECTOR),
        "matmul_turned": lambda x: tf.matmul(x, x, transpose_b=True),
        "running_mean": lambda x: keras.backend.mean(x, axis=-1),
        "refused_function": lambda x: tf.sort(x),
    }


def slim(value):
    """The graph without what is never read."""
    if isinstance(value, dict):
        left_out = ("initializer", "regularizer", "constraint")
        return {key: slim(each) for key, each in value.items()
                if not key.endswith(left_out) and key not in ("build_config", "shared_object_id")}
    return [slim(each) for each in value] if isinstance(value, list) else value


def write_weights():
    for name, groups in WEIGHTS.items():
        with h5py.File(FOLDER / f"calls_{name}.h5", "w", track_order=False) as file:
            file.attrs["layer_names"] = np.array([layer.encode() for layer in groups])
            file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", b"3.0"
            for layer, weights in groups.items():
                group = file.create_group(layer)
                group.attrs["weight_names"] = np.array([each.encode() for each in weights])
                for each, value in weights.items():
                    group.create_dataset(each, data=value, track_times=False)


def line(name, build):
    keras.backend.clear_session()
    dna = keras.Input((LENGTH, 4), name="x")
    made = build(layers.Conv1D(WIDTH, 3, padding="same", name="c")(dna))
    model = keras.Model(dna, made, name="m")
    weights = next((each for each in ("attend", "lstm") if any(layer.name == each for layer in model.layers)), "conv")
    for layer, values in WEIGHTS[weights].items():
        model.get_layer(layer).set_weights(list(values.values()))
    history = made._keras_history
    output = (history.operation if IS_KERAS3 else history.layer).name
    graph = slim(json.loads(model.to_json()))
    config = graph["config"]
    inner = ", ".join(json.dumps(each) for each in config["layers"][2:])
    config["layers"], config["output_layers"] = config["layers"][:2] + ["LAYERS"], ["OUTPUT", 0, 0]
    frame = json.dumps(graph).replace('"LAYERS"', "LAYERS")
    assert frames.setdefault("frame", frame) == frame
    if name.startswith("refused"):
        return "\t".join([name, weights, output, "0", "0", "", inner])
    value = np.atleast_2d(np.asarray(model(sequence(LENGTH, 0)[None]))[0])
    shown = " ".join(f"{each:.7g}" for each in value.ravel())
    return "\t".join([name, weights, output, str(value.shape[0]), str(value.shape[1]), shown, inner])


write_weights()
version, frames = 3 if IS_KERAS3 else 2, {}
rows = ["network\tweights\toutput\tpositions\tchannels\tvalues\tgraph"]
for name, build in (keras3_cases() if IS_KERAS3 else keras2_cases()).items():
    try:
        rows.append(line(name, build))
    except Exception as error:  # what a version does not have
        print(f"Keras {version} does not build {name}: {type(error).__name__}: {str(error)[:200]}")
rows.insert(1, "\t".join(["frame", "", "", "0", "0", "", frames["frame"]]))
(FOLDER / f"calls_keras{version}.tsv").write_text("\n".join(rows) + "\n")
