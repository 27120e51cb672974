#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes forms_<operator set>.onnx and what onnxruntime predicts (onnx 1.23, onnxruntime 1.32; random weights), for
tests/readers/onnx_test.cpp: norms of groups and instances, padding by elements and as PyTorch's older exporter computes it,
order and largest places, extremes of two values, triangles, copies, dilated pooling, indices of several axes.

forms_expected.tsv   as expected.tsv
"""
import numpy as np
from onnx import helper, numpy_helper

import onnx_networks
from onnx_networks import FOLDER, Graph

CHANNELS, LENGTH = 6, 24


def norm_cases(g, x):
    out, pair = g.output, lambda count: (g.random(count), g.random(count))
    out(g.op("InstanceNormalization", x, *pair(CHANNELS), epsilon=1e-3), "instance_norm")
    if g.opset >= 18:
        out(g.op("GroupNormalization", x, *pair(CHANNELS if g.opset >= 21 else 3), num_groups=3), "group_norm")
        out(g.op("GroupNormalization", x, *pair(CHANNELS if g.opset >= 21 else 1), num_groups=1), "group_norm_one")
    # As exporters write it: an instance norm of groups.
    groups = g.op("InstanceNormalization", g.op("Reshape", x, g.ints(0, 2, -1)), g.weight(np.ones(2, "float32")),
                  g.weight(np.zeros(2, "float32")))
    groups = g.op("Reshape", groups, g.ints(-1, CHANNELS, LENGTH))
    groups = g.op("Add", g.op("Mul", groups, g.random(CHANNELS, 1)), g.random(CHANNELS, 1))
    out(g.conv(groups, 3, CHANNELS, 2), "group_pattern")


def pad_cases(g, x):
    out = g.output
    for mode in ["reflect", "edge"] + (["wrap"] if g.opset >= 19 else []):
        out(g.op("Pad", x, g.ints(0, 0, 5, 0, 0, 3), mode=mode), f"pad_{mode}")
    out(g.op("Pad", x, g.ints(0, 1, 0, 0, 2, 0), mode="edge"), "pad_channels")
    # PyTorch's older exporter: its list of pairs from the last axis on is filled up, reversed and turned.
    zeros = g.op("ConstantOfShape", g.ints(4), value=helper.make_tensor("value", 7, [1], [0]))
    pairs = g.op("Reshape", g.op("Concat", g.ints(4, 1), zeros, axis=0), g.ints(-1, 2))
    turned = g.op("Slice", pairs, g.ints(-1), g.ints(-2**63 + 1), g.ints(0), g.ints(-1))
    pads = g.op("Cast", g.op("Reshape", g.op("Transpose", turned, perm=[1, 0]), g.ints(-1)), to=7)
    out(g.op("Pad", x, pads, g.scalar(0.5), mode="constant"), "pad_computed")


def choice_cases(g, x):
    out = g.output
    back = g.op("Slice", x, g.ints(-1), g.ints(-100), g.ints(2), g.ints(-1))
    out(g.op("Max", x, back), "max_two")
    out(g.op("Min", x, back, g.op("ReduceMean", x, axes=[2]) if g.opset < 18 else g.op("ReduceMean", x, g.ints(2))),
        "min_three")
    out(g.op("Max", x, g.random(1, LENGTH)), "max_constant")
    out(g.op("Max", x, g.scalar(-1e9)), "max_low")
    out(g.op("Clip", x, g.scalar(-1e9), g.scalar(0.2)), "clip_low")
    out(g.op("TopK", x, g.ints(5), axis=2, outputs=2)[0], "largest")
    out(g.op("TopK", x, g.ints(2), axis=1, largest=0, outputs=2)[0], "smallest_channels")
    out(g.op("Gather", g.random(7, 3), g.op("ArgMax", x, axis=1, keepdims=0)), "argmax_table", channels_last=True)
    out(g.op("Cast", g.op("ArgMin", x, axis=1, keepdims=1), to=1), "argmin_place")
    out(g.op("CumSum", x, g.ints(2), reverse=1, exclusive=1), "running_sum")
    if g.opset >= 14:
        x = g.op("Slice", x, g.ints(0), g.ints(9), g.ints(2))
        scores = g.op("MatMul", g.op("Transpose", x, perm=[0, 2, 1]), x)
        out(g.op("Trilu", scores, g.ints(1), upper=0), "triangle", channels_last=True)
        kept = g.op("Trilu", g.weight(np.ones((9, 9), "float32")), upper=0)
        masked = g.op("Where", g.op("Equal", g.op("Cast", kept, to=7), g.ints(0)), g.scalar(-np.inf), scores)
        out(g.op("Softmax", masked, axis=-1), "causal", channels_last=True)


def move_cases(g, x):
    out = g.output
    out(g.op("Tile", x, g.ints(1, 1, 2)), "tile")
    out(g.op("Tile", g.op("GlobalMaxPool", x), g.ints(1, 1, 3)), "tile_one")
    out(g.op("MaxPool", x, kernel_shape=[3], dilations=[2], strides=[1]), "dilated")
    out(g.op("MaxPool", x, kernel_shape=[3], dilations=[3], strides=[2], pads=[2, 1]), "dilated_padded")
    out(g.op("MaxPool", x, kernel_shape=[2], dilations=[5], strides=[4], ceil_mode=1), "dilated_up")
    table = g.weight(np.arange(12, dtype="int64").reshape(3, 4) % 7)
    taken = g.op("Gather", x, table, axis=2)
    most = g.op("ReduceMax", taken, axes=[3]) if g.opset < 18 else g.op("ReduceMax", taken, g.ints(3))
    out(g.op("Flatten", most), "indices_of_two_axes")
    first = g.op("Transpose", x, perm=[2, 1, 0])
    pairs = g.weight(np.array([[[0, 1], [3, 5]], [[7, 0], [7, 0]]], dtype="int64"))
    taken = g.op("Transpose", g.op("GatherND", first, pairs), perm=[2, 0, 1])
    out(g.op("Reshape", taken, g.ints(-1, 4)), "index_tuples", channels_last=True)


def element_cases(g, x):
    out = g.output
    out(g.op("Selu", x), "selu")
    out(g.op("Selu", x, alpha=1.2, gamma=0.8), "selu_other")
    if g.opset >= 14:
        out(g.op("HardSwish", g.op("Mul", x, g.scalar(4.0))), "hard_swish")
    if g.opset >= 12:
        out(g.op("Celu", x, alpha=0.6), "celu")
    if g.opset >= 18:
        out(g.op("Mish", x), "mish")


for opset in [11, 18, 21]:
    g = Graph(f"forms_{opset}", opset, length=LENGTH)
    x = g.op("Tanh", g.conv("sequence", CHANNELS, 4, 5, pads=[2, 2]))
    for cases in [norm_cases, pad_cases, choice_cases, move_cases, element_cases]:
        cases(g, x)
    g.write()
(FOLDER / "forms_expected.tsv").write_text(
    "\n".join(["network\toutput\tsequence\tpositions\tchannels\tvalues"] + onnx_networks.rows) + "\n")
