#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the ONNX networks of an open input length of tests/readers/open_length_test.cpp, with random weights, and what
onnxruntime predicts (onnx 1.23, onnxruntime 1.32). Sizes are computed from the open axis as exporters leave them in the
graph.

open_length.onnx        an output for every way: all positions pooled; flattened by a shape that is put together
                             (Shape, Gather, Unsqueeze, Concat, Reshape); the middle, cut out from half of the length on;
                             added to a residual that is cropped by a difference of lengths
open_length_last.onnx   the same with the bases as the last axis
open_expected.tsv       as expected.tsv; the sequences 0 and 1 have 40 and 31 bases
"""
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parent
LENGTHS = [40, 31]
rng = np.random.default_rng(21)


class Graph:
    """A graph under construction; methods give the name of the value that they make."""

    def __init__(self, name, shape):
        self.name, self.shape = name, shape
        self.nodes, self.weights, self.outputs, self.count = [], [], [], 0

    def weight(self, array):
        self.count += 1
        self.weights.append(numpy_helper.from_array(array, f"w{self.count}"))
        return f"w{self.count}"

    def random(self, *shape, spread):
        return self.weight((spread * rng.normal(size=shape)).astype("float32"))

    def ints(self, *values):
        return self.weight(np.array(values, dtype="int64"))

    def scalar(self, value):
        return self.weight(np.array(value, dtype="int64"))

    def op(self, kind, *inputs, name=None, **attributes):
        self.count += 1
        made = name or f"v{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [made], name=f"{kind.lower()}_{self.count}", **attributes))
        return made

    def output(self, value, name):
        self.outputs.append(self.op("Identity", value, name=name))

    def conv(self, x, filters, channels, width, **attributes):
        kernel = self.random(filters, channels, width, spread=1.0 / np.sqrt(channels * width))
        return self.op("Conv", x, kernel, self.random(filters, spread=0.2), **attributes)

    def model(self):
        inputs = [helper.make_tensor_value_info("sequence", TensorProto.FLOAT, self.shape)]
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in self.outputs]
        graph = helper.make_graph(self.nodes, self.name, inputs, outputs, self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def size(g, x, axis):
    """The extent of an axis, a scalar, as PyTorch's exporters write it."""
    return g.op("Gather", g.op("Shape", x), g.scalar(axis), axis=0)


def listed(g, value):
    return g.op("Unsqueeze", value, g.ints(0))


def build(g, channels_last):
    x = g.op("Transpose", "sequence", perm=[0, 2, 1]) if channels_last else "sequence"
    c = g.op("Relu", g.conv(x, 6, 4, 5))
    d = g.conv(c, 6, 6, 3, dilations=[2])
    pooled = g.op("Flatten", g.op("GlobalMaxPool", c))
    g.output(g.op("Gemm", pooled, g.random(2, 6, spread=0.6), g.random(2, spread=0.1), transB=1), "pooled")
    # A mean over what a computed shape has made one axis: (batch, 6, length) to (batch, 6 * length) and back.
    length = size(g, c, 2)
    flat = g.op("Concat", listed(g, size(g, c, 0)), listed(g, g.op("Mul", length, g.scalar(6))), axis=0)
    back = g.op("Concat", g.op("Shape", c, start=0, end=1), g.ints(6), listed(g, length), axis=0)
    turned = g.op("Reshape", g.op("Reshape", c, flat), back)
    g.output(g.op("Flatten", g.op("ReduceMean", turned, axes=[2], keepdims=1)), "mean")
    # The middle: a quarter of the length from each end.
    quarter = g.op("Div", length, g.scalar(4))
    middle = g.op("Slice", c, listed(g, quarter), listed(g, g.op("Sub", length, quarter)), g.ints(2), g.ints(1))
    g.output(middle, "middle")
    # A residual: cropped on both sides by half of what the convolution has taken.
    cut = g.op("Div", g.op("Sub", length, size(g, d, 2)), g.scalar(2))
    cropped = g.op("Slice", c, listed(g, cut), listed(g, g.op("Neg", cut)), g.ints(2))
    g.output(g.op("Add", d, cropped), "residual")


def main():
    rows = ["network\toutput\tsequence\tpositions\tchannels\tvalues"]
    for channels_last in (False, True):
        g = Graph("open_length_last" if channels_last else "open_length",
                  ["batch", "length", 4] if channels_last else ["batch", 4, "length"])
        build(g, channels_last)
        onnx.save(g.model(), FOLDER / f"{g.name}.onnx")
        session = onnxruntime.InferenceSession(str(FOLDER / f"{g.name}.onnx"), providers=["CPUExecutionProvider"])
        for index, length in enumerate(LENGTHS):
            p = np.arange(length)
            hot = np.eye(4, dtype="float32")[(p * p * 7 + p * (index + 3) + p // 3 + index) % 4]
            hot[p % 17 == 16] = 0
            results = session.run(None, {"sequence": (hot if channels_last else hot.T)[None]})
            for name, value in zip(g.outputs, results):
                value = np.atleast_2d(value[0].T)
                shown = " ".join(f"{v:.8g}" for v in value.ravel())
                rows.append(f"{g.name}\t{name}\t{index}\t{value.shape[0]}\t{value.shape[1]}\t{shown}")
    (FOLDER / "open_expected.tsv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
