#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes operators_onnxruntime.txt: small networks and their values by onnxruntime, for tests/inference/operators_test.cpp.

Needs numpy, onnx, onnxruntime. Every network reads a sequence with an N; a first convolution and tanh make values of all signs
out of the bases, then come the operators under test. Kernels are written as [width, channels / groups, filters] and
values as [positions, channels], the layout of src/network.
"""
import os

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
out = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "operators_onnxruntime.txt"), "w")


def text(values):
    return " ".join("%.8g" % v for v in np.asarray(values, dtype=np.float64).ravel())


class Case:
    """One network, described twice: as ONNX nodes and as lines for the test. Values are (onnx name, our index)."""

    def __init__(self, name, length=17, channels=6):
        self.name, self.length = name, length
        self.random = np.random.default_rng(sum(map(ord, name)) * 1000 + length)
        self.nodes, self.constants, self.lines, self.count = [], [], [], 1
        x = ("input", 0)
        self.stem = self.activation(self.conv(x, 4, channels, 5, pads=(2, 2)), "Tanh", "tanh")

    def constant(self, array, dtype=np.float32):
        name = "c%d" % len(self.constants)
        self.constants.append(numpy_helper.from_array(np.asarray(array, dtype=dtype), name))
        return name

    def node(self, op, inputs, **attributes):
        name = "v%d" % len(self.nodes)
        self.nodes.append(helper.make_node(op, inputs, [name], **attributes))
        return name

    def add(self, tensor, layer, inputs, weights=(), **options):
        words = ["layer", layer, "inputs=" + ",".join(str(i[1]) for i in inputs)]
        words += ["%s=%s" % pair for pair in options.items()]
        self.lines.append(" ".join(words))
        for name, values in weights:
            self.lines.append("weights %s %s" % (name, text(values)))
        self.count += 1
        return (tensor, self.count - 1)

    def normal(self, *shape, spread=1.0):
        return np.round(self.random.standard_normal(shape) * spread, 2).astype(np.float32)  # short in the file

    def conv(self, x, channels, filters, width, stride=1, dilation=1, groups=1, pads=(0, 0), bias=True):
        kernel = self.normal(filters, channels // groups, width, spread=(channels // groups * width) ** -0.5)
        shift = self.normal(filters, spread=0.3)
        inputs = [x[0], self.constant(kernel)] + ([self.constant(shift)] if bias else [])
        tensor = self.node("Conv", inputs, strides=[stride], dilations=[dilation], group=groups, pads=list(pads))
        weights = [("kernel", kernel.transpose(2, 1, 0))] + ([("bias", shift)] if bias else [])
        return self.add(tensor, "conv", [x], weights, filters=filters, width=width, stride=stride, dilation=dilation,
                        groups=groups, left=pads[0], right=pads[1])

    def transposed(self, x, channels, filters, width, stride=1, dilation=1, groups=1, pads=(0, 0), extra=0):
        kernel = self.normal(channels, filters // groups, width, spread=(channels // groups * width) ** -0.5)
        shift = self.normal(filters, spread=0.3)
        tensor = self.node("ConvTranspose", [x[0], self.constant(kernel), self.constant(shift)], strides=[stride],
                           dilations=[dilation], group=groups, pads=list(pads), output_padding=[extra])
        # ONNX: [channels, filters / groups, width], the channels of group g with the filters of group g.
        depth = channels // groups
        ours = np.concatenate([kernel[g * depth:(g + 1) * depth].transpose(2, 0, 1) for g in range(groups)], axis=2)
        return self.add(tensor, "transposed", [x], [("kernel", ours), ("bias", shift)], filters=filters, width=width,
                        stride=stride, dilation=dilation, groups=groups, left=pads[0], right=pads[1] - extra)

    def dense(self, x, channels, units):  # of values [batch, channels, 1]
        kernel, shift = self.normal(channels, units, spread=channels ** -0.5), self.normal(units, spread=0.3)
        tensor = self.node("Conv", [x[0], self.constant(kernel.T[:, :, None]), self.constant(shift)])
        return self.add(tensor, "dense", [x], [("kernel", kernel), ("bias", shift)], units=units)

    def norm(self, x, channels):
        scale, shift = self.normal(channels, spread=0.3) + 1, self.normal(channels, spread=0.3)
        mean, variance = self.normal(channels, spread=0.2), np.abs(self.normal(channels)) + 0.3
        arrays = [self.constant(a) for a in (scale, shift, mean, variance)]
        tensor = self.node("BatchNormalization", [x[0]] + arrays, epsilon=1e-3)
        factor = scale.astype(float) / np.sqrt(variance.astype(float) + 1e-3)
        return self.add(tensor, "norm", [x], [("scale", factor), ("shift", shift - mean * factor)])

    def activation(self, x, op, ours, parameter=1.0, **attributes):
        return self.add(self.node(op, [x[0]], **attributes), "activate", [x], kind=ours, alpha="%.9g" % parameter)

    def pool(self, x, op, width, stride, pads=(0, 0), ceil=0, count=0):
        attributes = dict(kernel_shape=[width], strides=[stride], pads=list(pads), ceil_mode=ceil)
        if op == "AveragePool":
            attributes["count_include_pad"] = count
        return self.add(self.node(op, [x[0]], **attributes), "pool", [x], kind=op, width=width, stride=stride,
                        left=pads[0], right=pads[1], round_up=ceil, count_padding=count)

    def simple(self, op, layer, inputs, onnx_inputs=(), attributes=None, **options):
        tensor = self.node(op, [i[0] for i in inputs] + list(onnx_inputs), **(attributes or {}))
        return self.add(tensor, layer, inputs, **options)

    def swapped(self, x):
        return self.node("Transpose", [x[0]], perm=[0, 2, 1])

    def slice(self, x, axis, start, count, step):
        stop = start + count * step
        stop = -2 ** 40 if stop < 0 else stop
        bounds = [self.constant([v], np.int64) for v in (start, stop, 1 if axis == "channels" else 2, step)]
        return self.simple("Slice", "slice", [x], bounds, axis=axis, start=start, count=count, step=step)

    def reduce(self, x, op, ours, axis):
        axes = [self.constant([2 if axis == "positions" else 1], np.int64)]
        return self.simple(op, "reduce", [x], axes, kind=ours, axis=axis)

    def write(self, last):
        graph = helper.make_graph(
            self.nodes, self.name, [helper.make_tensor_value_info("input", TensorProto.FLOAT, [None, 4, self.length])],
            [helper.make_tensor_value_info(last[0], TensorProto.FLOAT, None)], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        codes = self.random.integers(0, 4, (1, self.length))
        one_hot = np.eye(4, dtype=np.float32)[codes].transpose(0, 2, 1)
        one_hot[:, :, 7] = 0
        values = session.run(None, {"input": one_hot})[0]
        codes[:, 7] = 4
        assert self.nodes[-1].output[0] == last[0]
        print("case", self.name, self.length, file=out)
        print("\n".join(self.lines), file=out)
        for row, value in zip(codes, values):
            print("codes", "".join(map(str, row)), file=out)
            print("expected", *value.T.shape, text(value.T), file=out)


def cases():
    for name, options in {
        "even_width": dict(width=4, pads=(1, 2)), "strided": dict(width=5, stride=3, pads=(2, 2)),
        "dilated": dict(width=3, dilation=4, pads=(4, 4)), "strided_dilated": dict(width=4, stride=2, dilation=3),
        "causal": dict(width=3, dilation=2, pads=(4, 0)), "pads_wider_than_kernel": dict(width=2, pads=(5, 3)),
        "two_groups": dict(width=3, groups=2, pads=(1, 1)), "three_groups_dilated": dict(width=4, groups=3, dilation=2),
        "width_one": dict(width=1, bias=False)}.items():
        c = Case("conv_" + name)
        c.write(c.conv(c.stem, 6, 12, **options))
    for stride, dilation, width in ((1, 1, 5), (2, 1, 4), (1, 3, 3), (3, 2, 2)):
        c = Case("depthwise_%d_%d_%d" % (stride, dilation, width), length=19, channels=19)
        c.write(c.activation(c.conv(c.stem, 19, 19, width, stride, dilation, 19, pads=(1, 2)), "Elu", "elu", 0.7,
                             alpha=0.7))
    c = Case("depthwise_multiplied")
    c.write(c.conv(c.stem, 6, 18, 3, groups=6, pads=(1, 1)))
    for name, options in {
        "plain": dict(width=5), "strided": dict(width=4, stride=2, pads=(1, 1)), "gaps": dict(width=2, stride=3),
        "dilated": dict(width=3, stride=2, dilation=2, pads=(2, 1)), "groups": dict(width=3, stride=2, groups=3),
        "extra": dict(width=3, stride=3, pads=(1, 1), extra=2), "cut": dict(width=3, pads=(4, 1))}.items():
        c = Case("transposed_" + name)
        c.write(c.transposed(c.stem, 6, 9, **options))
    for op in ("MaxPool", "AveragePool"):
        for name, options in {
            "plain": dict(width=3, stride=2), "padded": dict(width=4, stride=3, pads=(1, 2)),
            "ceil": dict(width=4, stride=4, ceil=1), "ceil_padded": dict(width=3, stride=2, pads=(1, 1), ceil=1),
            "overlapping": dict(width=5, stride=1, pads=(2, 2)),
            "counted": dict(width=4, stride=3, pads=(2, 3), count=1)}.items():
            if op == "MaxPool" and "count" in options:
                continue
            c = Case(op + "_" + name)
            c.write(c.pool(c.activation(c.stem, "Exp", "exponential"), op, **options))
    for op, ours, alpha, attributes in (
        ("Relu", "relu", 1, {}), ("Exp", "exponential", 1, {}), ("Sigmoid", "sigmoid", 1, {}),
        ("Softplus", "softplus", 1, {}), ("Elu", "elu", 0.3, dict(alpha=0.3)),
        ("LeakyRelu", "leaky_relu", 0.2, dict(alpha=0.2)), ("Gelu", "gelu_erf", 1, {}),
        ("Gelu", "gelu_tanh", 1, dict(approximate="tanh")), ("HardSigmoid", "hard_sigmoid", 0.25, dict(alpha=0.25)),
        ("Softsign", "softsign", 1, {}), ("Erf", "erf", 1, {}), ("Abs", "absolute", 1, {}),
        ("Reciprocal", "reciprocal", 1, {})):
        c = Case("activation_" + ours, channels=5)
        wide = c.conv(c.stem, 5, 7, 1)
        c.write(c.activation(wide, op, ours, alpha, **attributes))
    for op, ours in (("Log", "log"), ("Sqrt", "square_root")):
        c = Case("activation_" + ours)
        c.write(c.activation(c.activation(c.stem, "Softplus", "softplus"), op, ours))
    c = Case("activation_capped_relu")
    wide = c.conv(c.stem, 6, 8, 2)
    clipped = c.node("Clip", [wide[0], c.constant(0.0), c.constant(0.4)])
    c.write(c.add(clipped, "activate", [wide], kind="capped_relu", alpha=0.4))
    for ours, factor in (("silu", 1.0), ("gelu_sigmoid", 1.702)):
        c = Case("activation_" + ours)
        wide = c.conv(c.stem, 6, 8, 2)
        gate = c.node("Sigmoid", [c.node("Mul", [wide[0], c.constant(factor)])])
        c.write(c.add(c.node("Mul", [wide[0], gate]), "activate", [wide], kind=ours, alpha=1))
    c = Case("activation_square")
    c.write(c.add(c.node("Mul", [c.stem[0]] * 2), "activate", [c.stem], kind="square", alpha=1))
    for axis, number in (("channels", 1), ("positions", 2)):
        c = Case("softmax_" + axis)
        c.write(c.simple("Softmax", "softmax", [c.conv(c.stem, 6, 5, 1)], (), dict(axis=number), axis=axis))
        for op, ours in (("ReduceMean", "mean"), ("ReduceSum", "sum"), ("ReduceMax", "max"),
                         ("ReduceLogSumExp", "log_sum_exp")):
            c = Case("reduce_%s_%s" % (ours, axis))
            c.write(c.reduce(c.stem, op, ours, axis))
    c = Case("layer_norm", channels=10)
    scale, shift = c.normal(10), c.normal(10)
    normal = c.node("LayerNormalization", [c.swapped(c.stem), c.constant(scale), c.constant(shift)], axis=-1,
                    epsilon=1e-4)
    c.write(c.add(c.node("Transpose", [normal], perm=[0, 2, 1]), "layer_norm", [c.stem],
                  [("scale", scale), ("shift", shift)], epsilon=1e-4))
    c = Case("batch_norm_alone")
    c.write(c.activation(c.norm(c.stem, 6), "Relu", "relu"))
    for op, kind in (("Add", "add"), ("Mul", "multiply")):
        c = Case(kind + "_same")
        other = c.conv(c.stem, 6, 6, 3, pads=(1, 1))
        c.write(c.activation(c.simple(op, kind, [c.stem, other]), "Relu", "relu"))
        c = Case(kind + "_one_position")
        c.write(c.simple(op, kind, [c.reduce(c.stem, "ReduceMax", "max", "positions"), c.stem]))
        c = Case(kind + "_one_channel")
        c.write(c.simple(op, kind, [c.stem, c.reduce(c.stem, "ReduceMean", "mean", "channels")]))
        c = Case(kind + "_outer")
        c.write(c.simple(op, kind, [c.reduce(c.stem, "ReduceMax", "max", "positions"),
                                    c.reduce(c.stem, "ReduceMax", "max", "channels")]))
    c = Case("add_three")
    parts = [c.stem, c.conv(c.stem, 6, 6, 1), c.activation(c.stem, "Abs", "absolute")]
    c.write(c.simple("Sum", "add", parts))
    for axis, number in (("channels", 1), ("positions", 2)):
        c = Case("concatenate_" + axis)
        other = c.conv(c.stem, 6, 7 if number == 1 else 6, 3, pads=(1, 1) if number == 1 else (0, 3))
        c.write(c.simple("Concat", "concatenate", [other, c.stem, other], (), dict(axis=number), axis=axis))
        for start, count, step in ((2, 3, 1), (1, 2, 2), (5, 6, -1), (4, 2, -3)):
            c = Case("slice_%s_%d_%d_%d" % (axis, start, count, step))
            c.write(c.slice(c.stem, axis, start, count, step))
    for value in (0.0, 0.25):
        c = Case("pad_%g" % value)
        padded = c.node("Pad", [c.stem[0], c.constant([0, 0, 3, 0, 0, 1], np.int64), c.constant(value)])
        c.write(c.add(padded, "pad", [c.stem], left=3, right=1, value=value))
    c = Case("transpose")
    c.write(c.add(c.swapped(c.stem), "transpose", [c.stem]))
    c = Case("reshape", length=24)
    rows = c.node("Reshape", [c.swapped(c.stem), c.constant([0, 8, 18], np.int64)])
    c.write(c.add(c.node("Transpose", [rows], perm=[0, 2, 1]), "reshape", [c.stem], positions=8, channels=18))


def networks():
    """Blocks of published networks."""
    c = Case("legnet_block", length=40, channels=8)
    wide = c.conv(c.stem, 8, 16, 1)
    y = c.norm(c.conv(wide, 16, 16, 7, groups=16, pads=(3, 3)), 16)
    gate = c.node("Sigmoid", [y[0]])
    y = c.add(c.node("Mul", [y[0], gate]), "activate", [y], kind="silu", alpha=1)
    squeezed = c.simple("GlobalAveragePool", "global", [y], kind="average")
    squeezed = c.activation(c.dense(c.activation(c.dense(squeezed, 16, 4), "Relu", "relu"), 4, 16), "Sigmoid", "sigmoid")
    y = c.conv(c.simple("Mul", "multiply", [y, squeezed]), 16, 8, 1)
    y = c.simple("Concat", "concatenate", [y, c.stem], (), dict(axis=1), axis="channels")
    y = c.pool(y, "MaxPool", 2, 2)
    c.write(c.dense(c.simple("GlobalAveragePool", "global", [y], kind="average"), 16, 3))

    c = Case("bpnet", length=60, channels=8)
    x = c.stem
    for dilation in (2, 4, 8):
        y = c.activation(c.conv(x, 8, 8, 3, dilation=dilation, pads=(dilation, dilation)), "Relu", "relu")
        x = c.simple("Add", "add", [x, y])
    profile = c.slice(c.conv(x, 8, 2, 11), "positions", 5, 40, 1)
    counts = c.dense(c.simple("GlobalAveragePool", "global", [x], kind="average"), 8, 2)
    logarithms = c.simple("Softmax", "softmax", [profile], (), dict(axis=2), axis="positions")
    c.write(c.simple("Mul", "multiply", [logarithms, c.activation(counts, "Exp", "exponential")]))

    c = Case("spliceai_block", length=50, channels=8)
    x = c.stem
    for dilation in (1, 4):
        y = c.activation(c.norm(x, 8), "Relu", "relu")
        y = c.conv(y, 8, 8, 5, dilation=dilation, pads=(2 * dilation, 2 * dilation))
        y = c.activation(c.norm(y, 8), "Relu", "relu")
        x = c.simple("Add", "add", [c.conv(y, 8, 8, 5, dilation=dilation, pads=(2 * dilation, 2 * dilation)), x])
    x = c.slice(c.simple("Add", "add", [x, c.conv(x, 8, 8, 1)]), "positions", 10, 30, 1)
    c.write(c.simple("Softmax", "softmax", [c.conv(x, 8, 3, 1)], (), dict(axis=1), axis="channels"))

    c = Case("puffin", length=64, channels=5)
    turned = c.slice(c.slice(c.stem, "positions", 63, 64, -1), "channels", 4, 5, -1)
    both = c.simple("Concat", "concatenate", [c.stem, turned], (), dict(axis=1), axis="channels")
    c.write(c.activation(c.transposed(both, 10, 3, 25, pads=(12, 12)), "Softplus", "softplus"))


cases()
networks()
out.close()
