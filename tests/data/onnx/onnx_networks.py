#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the ONNX networks of tests/readers/onnx_test.cpp, with random weights, and what onnxruntime predicts
(onnx 1.23, onnxruntime 1.31).

operators_9.onnx, _13, _20   one trunk and an output for every operator and option, in operator sets 9, 13 and 20
attention_11.onnx, …         likewise, products of two values and more than two long axes
recurrence_11.onnx, …        likewise, recurrent layers
<architecture>.onnx          the shapes of published networks, with few channels
external.onnx, external.bin  weights outside the model's file
expected.tsv, expected_further.tsv (attention and recurrence)
                                  network, output, sequence, number of positions and channels, values (positions slowest)
"""
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)
rows = []


class Graph:
    """A graph under construction; methods give the name of the value that they make."""

    def __init__(self, name, opset, length=40, input_shape=None, batch="N"):
        self.name, self.opset, self.length = name, opset, length
        self.nodes, self.weights, self.outputs, self.count = [], [], [], 0
        self.input_shape = input_shape or [batch, 4, length]

    def weight(self, array):
        self.count += 1
        name = f"w{self.count}"
        self.weights.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def random(self, *shape, spread=0.5):
        return self.weight((spread * rng.normal(size=shape)).astype("float32"))

    def ints(self, *values):
        return self.weight(np.array(values, dtype="int64"))

    def scalar(self, value):
        return self.weight(np.array(value, dtype="float32"))

    def op(self, kind, *inputs, outputs=1, **attributes):
        self.count += 1
        names = [f"v{self.count}" + (f"_{i}" if i else "") for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=f"{kind.lower()}_{self.count}", **attributes))
        return names[0] if outputs == 1 else names

    def output(self, value, name, channels_last=False):
        self.nodes.append(helper.make_node("Identity", [value], [name], name=f"id_{name}"))
        self.outputs.append((name, channels_last))

    def conv(self, x, filters, channels, width, bias=True, **attributes):
        inputs = [x, self.random(filters, channels, width, spread=1.0 / np.sqrt(channels * width))]
        if bias:
            inputs.append(self.random(filters, spread=0.2))
        return self.op("Conv", *inputs, **attributes)

    def norm(self, x, channels):
        return self.op("BatchNormalization", x, self.random(channels), self.random(channels, spread=0.2),
                       self.random(channels, spread=0.2),
                       self.weight(rng.uniform(0.3, 2, channels).astype("float32")), epsilon=1e-4)

    def gemm(self, x, inputs, units):
        return self.op("Gemm", x, self.random(units, inputs, spread=1.5 / np.sqrt(inputs)), self.random(units, spread=0.1),
                       transB=1)

    def model(self):
        inputs = [helper.make_tensor_value_info("sequence", TensorProto.FLOAT, self.input_shape)]
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name, _ in self.outputs]
        graph = helper.make_graph(self.nodes, self.name, inputs, outputs, self.weights)
        ir = 4 if self.opset < 13 else 7 if self.opset < 20 else 10
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=ir)

    def write(self, external=None):
        model = self.model()
        path = FOLDER / f"{self.name}.onnx"
        if external:
            (FOLDER / external).unlink(missing_ok=True)
            onnx.save(model, path, save_as_external_data=True, location=external, size_threshold=64)
        else:
            onnx.save(model, path)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        for index in range(1 if self.name.startswith(("operators", "attention", "recurrence", "forms")) else 3):
            results = session.run(None, {"sequence": self.one_hot(index)})
            for (name, channels_last), value in zip(self.outputs, results):
                value = value[0].astype("float32")
                if value.ndim == 3:
                    value = value.reshape([n for n in value.shape if n != 1] if 1 in value.shape else value.shape)
                if value.ndim == 2 and not channels_last:
                    value = value.T
                if value.ndim == 1:
                    value = value[None, :]
                assert value.ndim == 2 and np.isfinite(value).all(), (self.name, name, value.shape)
                shown = " ".join(f"{v:.6g}" for v in value.ravel())
                rows.append(f"{self.name}\t{name}\t{index}\t{value.shape[0]}\t{value.shape[1]}\t{shown}")

    def one_hot(self, index):
        """Sequence `index`: base (p * p * 7 + p * (index + 3) + p // 3 + index) % 4 at position p, N where p % 17 is 16."""
        p = np.arange(self.length)
        codes = (p * p * 7 + p * (index + 3) + p // 3 + index) % 4
        hot = np.eye(4, dtype="float32")[codes]
        hot[p % 17 == 16] = 0
        shape = [1 if isinstance(n, str) else n for n in self.input_shape]
        first = [n for n in shape[1:] if n != 1][0] == 4 and self.length != 4
        return (hot.T if first else hot).reshape(shape)


def window_cases(g, x, channels, length):
    """Convolutions and pooling of every padding; `x` is (N, channels, length)."""
    out = g.output
    out(g.conv(x, 5, channels, 4, pads=[1, 2]), "conv_even")
    out(g.conv(x, 6, 3, 3, group=2, pads=[1, 1], dilations=[2]), "conv_groups")
    out(g.conv(x, channels, 1, 5, group=channels, auto_pad="SAME_UPPER", strides=[2]), "conv_depthwise")
    out(g.conv(x, 3, channels, 6, auto_pad="SAME_LOWER", strides=[3], bias=False), "conv_same_lower")
    out(g.conv(x, 3, channels, 2, auto_pad="VALID", dilations=[3]), "conv_valid")
    out(g.op("ConvTranspose", x, g.random(channels, 3, 4), g.random(3), strides=[2], pads=[1, 1]), "transposed")
    out(g.op("ConvTranspose", x, g.random(channels, 2, 3), strides=[3], output_padding=[1], group=2, dilations=[2]),
        "transposed_groups")
    out(g.op("MaxPool", x, kernel_shape=[3], strides=[2], pads=[1, 0]), "max_pool_pads")
    out(g.op("MaxPool", x, kernel_shape=[4], strides=[4]), "max_pool")
    out(g.op("MaxPool", x, kernel_shape=[3], strides=[2], auto_pad="SAME_UPPER"), "max_pool_same")
    out(g.op("AveragePool", x, kernel_shape=[3], strides=[2], pads=[1, 1]), "mean_pool")
    out(g.op("AveragePool", x, kernel_shape=[3], strides=[2], pads=[1, 1], count_include_pad=1), "mean_pool_counting")
    if g.opset >= 10:
        out(g.op("MaxPool", x, kernel_shape=[4], strides=[3], ceil_mode=1), "max_pool_up")
    if g.opset >= 19:
        out(g.op("AveragePool", x, kernel_shape=[4], strides=[3], ceil_mode=1), "mean_pool_up")
    out(g.op("GlobalMaxPool", x), "global_max")
    out(g.op("Flatten", g.op("GlobalAveragePool", x)), "global_mean")
    if g.opset < 13:
        picture = g.op("Unsqueeze", x, axes=[2])
    else:
        picture = g.op("Unsqueeze", x, g.ints(2))
    wide = g.op("Conv", picture, g.random(4, channels, 1, 3), g.random(4), kernel_shape=[1, 3], pads=[0, 1, 0, 1])
    wide = g.op("MaxPool", wide, kernel_shape=[1, 2], strides=[1, 2])
    out(g.op("Squeeze", wide, axes=[2]) if g.opset < 13 else g.op("Squeeze", wide, g.ints(2)), "conv_2d")


def element_cases(g, x, channels, length):
    out = g.output
    for kind in ["Relu", "Exp", "Sigmoid", "Softplus", "Tanh", "Softsign", "Abs", "Neg", "Erf"]:
        out(g.op(kind, x), kind.lower())
    out(g.op("Elu", x, alpha=0.7), "elu")
    out(g.op("LeakyRelu", x, alpha=0.2), "leaky_relu")
    out(g.op("HardSigmoid", x, alpha=1 / 6, beta=0.5), "hard_sigmoid")
    positive = g.op("Exp", x)
    for kind in ["Log", "Sqrt", "Reciprocal"]:
        out(g.op(kind, positive), kind.lower())
    for power in [2, 3, 0.5, -1, -0.5]:
        out(g.op("Pow", positive, g.scalar(power)), f"power_{power}")
    if g.opset >= 13:
        out(g.op("Clip", x, g.scalar(0), g.scalar(0.3)), "clip_capped")
        out(g.op("Clip", x, g.scalar(-0.2), g.scalar(0.3)), "clip_both")
        out(g.op("Clip", x, "", g.scalar(0.1)), "clip_above")
    else:
        out(g.op("Clip", x, min=-0.1), "clip_below")
    out(g.op("Max", x, g.scalar(0.1)), "maximum")
    if g.opset >= 20:
        out(g.op("Gelu", x), "gelu")
        out(g.op("Gelu", x, approximate="tanh"), "gelu_tanh")
    half, one = g.scalar(0.5), g.scalar(1)
    erf = g.op("Add", g.op("Erf", g.op("Div", x, g.scalar(np.sqrt(2)))), one)
    out(g.op("Mul", g.op("Mul", x, erf), half), "gelu_erf_torch")
    out(g.op("Mul", g.op("Mul", x, half), erf), "gelu_erf_half_first")
    cubic = g.op("Add", x, g.op("Mul", g.op("Pow", x, g.scalar(3)), g.scalar(0.044715)))
    bracket = g.op("Add", g.op("Tanh", g.op("Mul", cubic, g.scalar(np.sqrt(2 / np.pi)))), one)
    out(g.op("Mul", g.op("Mul", x, half), bracket), "gelu_tanh_torch")
    out(g.op("Mul", g.op("Sigmoid", g.op("Mul", x, g.scalar(1.702))), x), "gelu_sigmoid")
    out(g.op("Mul", x, g.op("Sigmoid", x)), "silu")
    out(g.op("Mul", x, g.op("Sigmoid", g.op("Mul", x, g.scalar(1.5)))), "swish")


def arithmetic_cases(g, x, channels, length):
    out = g.output
    other = g.conv(x, channels, channels, 3, pads=[1, 1])
    row = g.op("GlobalMaxPool", x)
    out(g.op("Add", x, other), "add")
    out(g.op("Sub", x, other), "subtract")
    out(g.op("Mul", x, other), "multiply")
    out(g.op("Div", x, g.op("Exp", other)), "divide")
    out(g.op("Mul", x, g.op("Sigmoid", row)), "gate")
    out(g.op("Sum", x, other, row), "sum")
    out(g.op("Add", x, g.random(channels, 1)), "add_channels")
    out(g.op("Mul", g.random(1, channels, 1), x), "multiply_channels")
    out(g.op("Add", x, g.random(length)), "add_positions")
    out(g.op("Mul", x, g.random(1, channels, length)), "multiply_all")
    out(g.op("Sub", g.scalar(1), x), "from_one")
    out(g.op("Sub", x, g.random(channels, 1)), "less_channels")
    out(g.op("Div", x, g.scalar(3)), "third")
    out(g.op("Div", g.scalar(2), g.op("Exp", x)), "inverse")
    out(g.op("Add", g.op("Transpose", x, perm=[0, 2, 1]), g.op("Transpose", other, perm=[0, 2, 1])), "turned_add", True)
    last = g.op("Transpose", x, perm=[0, 2, 1])
    out(g.op("Add", last, g.random(channels)), "turned_constant", True)
    flat = g.op("Flatten", x)
    out(g.op("Add", flat, g.random(channels * length)), "flat_constant")


def axis_cases(g, x, channels, length):
    out = g.output
    new = g.opset >= 13
    out(g.op("Concat", x, g.op("Relu", x), axis=1), "concat_channels")
    out(g.op("Concat", x, g.op("Relu", x), axis=2), "concat_positions")
    rows_of = [g.op("Flatten", g.op(kind, x)) for kind in ["GlobalMaxPool", "GlobalAveragePool"]]
    out(g.op("Concat", *rows_of, axis=1), "concat_rows")
    out(g.op("Concat", g.op("Flatten", x), rows_of[0], axis=-1), "concat_flat")
    if g.opset >= 10:
        out(g.op("Slice", x, g.ints(3), g.ints(-2), g.ints(2)), "crop")
        out(g.op("Slice", x, g.ints(-1), g.ints(-(2**62)), g.ints(-1), g.ints(-1)), "flip")
        out(g.op("Slice", x, g.ints(5, 1), g.ints(2**62, 4), g.ints(2, 1), g.ints(3, 2)), "slice_two")
    else:
        out(g.op("Slice", x, starts=[3], ends=[-2], axes=[2]), "crop")
    out(g.op("Gather", x, g.weight(np.array(4, dtype="int64")), axis=2), "gather_one")
    out(g.op("Gather", x, g.ints(*range(channels - 1, -1, -1)), axis=1), "gather_flip")
    parts = (g.op("Split", x, g.ints(2, 4), axis=1, outputs=2) if new else
             g.op("Split", x, axis=1, split=[2, 4], outputs=2))
    out(parts[1], "split")
    if g.opset >= 11:
        out(g.op("Pad", x, g.ints(0, 0, 2, 0, 0, 3), g.scalar(0.5)), "pad")
        out(g.op("Pad", x, g.ints(0, 1, 0, 0, 0, 0)), "pad_channels", True)
    else:
        out(g.op("Pad", x, pads=[0, 0, 2, 0, 0, 3], value=0.5), "pad")
    out(g.op("Transpose", x, perm=[0, 2, 1]), "transpose", True)
    out(g.gemm(g.op("Flatten", x), channels * length, 4), "flatten_gemm")
    out(g.gemm(g.op("Reshape", g.op("Transpose", x, perm=[0, 2, 1]), g.ints(0, -1)), channels * length, 4),
        "turned_flatten_gemm")
    out(g.op("Reshape", x, g.ints(-1, channels * 2, length // 2)), "reshape", True)
    out(g.op("Reshape", g.op("Flatten", x), g.ints(0, channels, length)), "flatten_back")
    out(g.op("Flatten", x), "flatten")
    shape = g.op("Shape", x)
    batch = g.op("Gather", shape, g.ints(0), axis=0)
    out(g.gemm(g.op("Reshape", x, g.op("Concat", batch, g.ints(-1), axis=0)), channels * length, 3), "shape_gemm")
    out(g.op("MatMul", g.op("Transpose", x, perm=[0, 2, 1]), g.random(channels, 5)), "matmul", True)
    out(g.op("MatMul", x, g.random(length, 7)), "matmul_positions", True)
    out(g.op("MatMul", g.random(3, channels), x), "matmul_left")
    if g.opset >= 13:
        out(g.op("Expand", g.op("GlobalMaxPool", x), g.ints(1, 1, 5)), "expand")


def reduction_cases(g, x, channels, length):
    out = g.output
    for kind in ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceLogSumExp", "ReduceL2"]:
        for axis, name in [(2, "positions"), (1, "channels")]:
            if g.opset >= 18:
                out(g.op(kind, x, g.ints(axis), keepdims=1), f"{kind.lower()}_{name}")
            else:
                out(g.op(kind, x, axes=[axis], keepdims=1), f"{kind.lower()}_{name}")
    both = (g.op("ReduceSum", x, g.ints(1, 2), keepdims=0) if g.opset >= 13 else
            g.op("ReduceSum", x, axes=[1, 2], keepdims=0))
    out(g.op("Unsqueeze", both, g.ints(1)) if g.opset >= 13 else g.op("Unsqueeze", both, axes=[1]), "sum_all")
    if g.opset >= 13:
        out(g.op("Softmax", x, axis=1), "softmax_channels")
    out(g.op("Softmax", x, axis=2), "softmax_positions")
    out(g.op("LogSoftmax", g.op("Flatten", x), axis=1), "log_softmax_flat")
    if g.opset < 13:
        out(g.op("Softmax", x, axis=1), "softmax_all")
    last = g.op("Transpose", x, perm=[0, 2, 1])
    axes = [g.ints(-1)] if g.opset >= 18 else []
    attributes = {} if axes else {"axes": [-1]}
    mean = g.op("ReduceMean", last, *axes, keepdims=1, **attributes)
    centred = g.op("Sub", last, mean)
    variance = g.op("ReduceMean", g.op("Pow", centred, g.scalar(2)), *axes, keepdims=1, **attributes)
    deviation = g.op("Sqrt", g.op("Add", variance, g.scalar(1e-5)))
    normal = g.op("Add", g.op("Mul", g.op("Div", centred, deviation), g.random(channels)), g.random(channels))
    out(normal, "layer_norm_parts", True)
    if g.opset >= 17:
        out(g.op("LayerNormalization", last, g.random(channels), g.random(channels), axis=-1, epsilon=1e-4),
            "layer_norm", True)
    out(g.norm(x, channels), "batch_norm")
    out(g.norm(g.op("Flatten", x), channels * length), "batch_norm_flat")


def attention_cases(g, x, channels, length):
    """Products of values, more than two long axes, and the chains of operators that exporters write for attention."""
    out = g.output
    heads, depth = 3, 2
    last = g.op("Transpose", x, perm=[0, 2, 1])

    def split(name, width):
        value = g.op("MatMul", last, g.random(channels, heads * width))
        return g.op("Transpose", g.op("Reshape", value, g.ints(0, 0, heads, width)), perm=[0, 2, 1, 3])

    q, k, v = split("q", depth), split("k", depth), split("v", 4)
    out(g.op("MatMul", x, last), "gram", True)
    logits = g.op("MatMul", g.op("Mul", q, g.scalar(depth**-0.5)), g.op("Transpose", k, perm=[0, 1, 3, 2]))
    weights = g.op("Softmax", logits, axis=-1)
    mixed = g.op("MatMul", weights, v)
    out(g.op("Reshape", g.op("Transpose", mixed, perm=[0, 2, 1, 3]), g.ints(0, 0, -1)), "attention", True)
    out(g.op("Reshape", logits, g.ints(0, heads * length, length)), "logits", True)
    out(g.op("Reshape", g.op("Softmax", logits, axis=1), g.ints(0, heads * length, length)), "softmax_heads", True)
    out(g.op("Reshape", g.op("LogSoftmax", logits, axis=2), g.ints(0, heads * length, length)), "softmax_queries", True)
    content = g.op("Add", q, g.random(1, heads, 1, depth))
    relative_keys = g.random(1, heads, 2 * length - 1, depth)
    relative = g.op("MatMul", content, g.op("Transpose", relative_keys, perm=[0, 1, 3, 2]))
    # Enformer's relative shift: a column of zeros, rows laid out anew, the first one dropped.
    zeros = g.weight(np.zeros((1, heads, length, 1), dtype="float32"))
    shifted = g.op("Concat", zeros, relative, axis=-1)
    shifted = g.op("Reshape", shifted, g.ints(-1, heads, 2 * length, length))
    shifted = g.op("Slice", shifted, g.ints(1), g.ints(2**62), g.ints(2))
    shifted = g.op("Reshape", shifted, g.ints(-1, heads, length, 2 * length - 1))
    shifted = g.op("Slice", shifted, g.ints(0), g.ints(length), g.ints(3))
    out(g.op("Reshape", g.op("Add", logits, shifted), g.ints(0, heads * length, length)), "relative_shift", True)
    # Transformer-XL's, with a padding.
    padded = g.op("Pad", relative, g.ints(0, 0, 0, 1, 0, 0, 0, 0))
    padded = g.op("Reshape", padded, g.ints(0, heads, 2 * length, length))
    padded = g.op("Gather", padded, g.ints(*range(1, length + 1)), axis=2)
    out(g.op("Reshape", padded, g.ints(0, heads * length, length)), "padded_shift", True)
    mask = g.weight(np.tril(np.ones((1, 1, length, length), dtype=bool)))
    masked = g.op("Where", mask, logits, g.scalar(-np.inf))
    masked = g.op("MatMul", g.op("Softmax", masked, axis=-1), v)
    out(g.op("Reshape", g.op("Transpose", masked, perm=[0, 2, 1, 3]), g.ints(0, 0, -1)), "causal", True)
    if g.opset >= 12:
        scores = g.op("Einsum", q, k, equation="bhid,bhjd->bhij")
        out(g.op("Reshape", scores, g.ints(0, heads * length, length)), "einsum_scores", True)
        back = g.op("Einsum", weights, v, equation="bhij,bhjd->bihd")
        out(g.op("Reshape", back, g.ints(0, 0, -1)), "einsum_values", True)
        with_keys = g.op("Einsum", q, g.random(heads, 5, depth), equation="b h i d, h j d -> b h i j")
        out(g.op("Reshape", with_keys, g.ints(0, heads * length, 5)), "einsum_constant", True)
    pooled = g.op("ReduceSum", weights, g.ints(1), keepdims=0) if g.opset >= 13 else g.op("ReduceSum", weights, axes=[1],
                                                                                         keepdims=0)
    out(pooled, "sum_heads", True)
    one = g.op("ReduceMax", logits, g.ints(3), keepdims=1) if g.opset >= 18 else g.op("ReduceMax", logits, axes=[3],
                                                                                      keepdims=1)
    out(g.op("Reshape", g.op("Sub", logits, one), g.ints(0, heads * length, length)), "less_maximum", True)
    # Enformer's pooling: windows of two positions, weighted with the softmax of a pointwise convolution.
    windows = g.op("Reshape", x, g.ints(0, channels, length // 2, 2))
    shares = g.op("Softmax", g.op("Conv", windows, g.random(channels, channels, 1, 1)), axis=-1)
    products = g.op("Mul", windows, shares)
    pooling = (g.op("ReduceSum", products, g.ints(-1), keepdims=0) if g.opset >= 13 else
               g.op("ReduceSum", products, axes=[-1], keepdims=0))
    out(pooling, "attention_pool", True)
    out(g.op("PRelu", x, g.random(channels, 1)), "prelu")
    out(g.op("Gather", x, g.ints(0, 3, 4, 1, 1, 5), axis=1), "gather_any")
    factors = g.weight(np.array([1, 1, 3], dtype="float32"))
    nowhere = g.weight(np.array([], dtype="float32"))
    out(g.op("Resize", x, nowhere, factors, mode="nearest", coordinate_transformation_mode="asymmetric",
             nearest_mode="floor"), "nearest")
    out(g.op("Resize", x, nowhere, factors), "nearest_half_pixel")
    for rule in ["half_pixel", "align_corners", "asymmetric", "pytorch_half_pixel"]:
        out(g.op("Resize", x, nowhere, factors, mode="linear", coordinate_transformation_mode=rule), f"linear_{rule}")
    out(g.op("Resize", x, nowhere, nowhere, g.ints(1, channels, length * 2), mode="linear"), "linear_sizes")


def recurrent_cases(g, x, channels, length):
    """LSTM, GRU and RNN in both layouts, as PyTorch and tf2onnx write them."""
    out = g.output
    units = 5
    steps = g.op("Transpose", x, perm=[2, 0, 1])

    def cell(kind, gates, direction, biased=True, initial=False, outputs=2, **attributes):
        directions = 2 if direction == "bidirectional" else 1
        inputs = [steps, g.random(directions, gates * units, channels), g.random(directions, gates * units, units)]
        inputs.append(g.random(directions, 2 * gates * units) if biased else "")
        if initial:
            inputs += ["", g.random(directions, 1, units)] + ([g.random(directions, 1, units)] if kind == "LSTM" else [])
        while inputs[-1] == "":
            inputs.pop()
        return g.op(kind, *inputs, outputs=outputs, hidden_size=units, direction=direction, **attributes)

    def all_steps(value, directions):
        value = g.op("Transpose", value, perm=[0, 2, 1, 3])
        value = g.op("Reshape", value, g.ints(0, 0, -1))
        return g.op("Transpose", value, perm=[1, 0, 2])

    for kind, gates in [("LSTM", 4), ("GRU", 3), ("RNN", 1)]:
        for direction in ["forward", "reverse", "bidirectional"]:
            directions = 2 if direction == "bidirectional" else 1
            y = cell(kind, gates, direction, biased=direction != "reverse", initial=direction == "forward")
            out(all_steps(y[0], directions), f"{kind.lower()}_{direction}", True)
            out(g.op("Reshape", g.op("Transpose", y[1], perm=[1, 0, 2]), g.ints(0, -1)), f"{kind.lower()}_{direction}_last")
    after = cell("GRU", 3, "forward", linear_before_reset=1)
    out(all_steps(after[0], 1), "gru_reset_after", True)
    squeezed = (g.op("Squeeze", after[1], g.ints(0)) if g.opset >= 13 else g.op("Squeeze", after[1], axes=[0]))
    out(g.gemm(squeezed, units, 3), "gru_gemm")
    hard = cell("LSTM", 4, "forward", outputs=3, activations=["HardSigmoid", "Softsign", "Softsign"])
    out(g.op("Reshape", g.op("Transpose", hard[2], perm=[1, 0, 2]), g.ints(0, -1)), "lstm_cell")


def further_operators(opset):
    g = Graph(f"attention_{opset}", opset, length=24)
    x = g.conv("sequence", 6, 4, 5, bias=True, strides=[4], pads=[1, 1])
    attention_cases(g, x, 6, 6)
    g.write()
    # The batch is fixed where onnxruntime's recurrent layers get their initial states.
    g = Graph(f"recurrence_{opset}", opset, length=24, batch=1)
    x = g.conv("sequence", 6, 4, 5, bias=True, strides=[4], pads=[1, 1])
    recurrent_cases(g, x, 6, 6)
    g.write()


def operators(opset):
    g = Graph(f"operators_{opset}", opset, length=24)
    x = g.conv("sequence", 6, 4, 5, bias=True, strides=[2], pads=[2, 2])
    for cases in [window_cases, element_cases, arithmetic_cases, axis_cases, reduction_cases]:
        cases(g, x, 6, 12)
    g.write()


def deepbind():
    g = Graph("deepbind", 9, length=101)
    x = g.op("Relu", g.conv("sequence", 8, 4, 15))
    x = g.op("Concat", g.op("GlobalMaxPool", x), g.op("GlobalAveragePool", x), axis=1)
    x = g.op("Relu", g.gemm(g.op("Flatten", x), 16, 8))
    g.output(g.gemm(x, 8, 1), "binding")
    g.write()


def stack(g, x, sizes, pools, length):
    """Basset's and DeepSTARR's trunk: convolution, normalisation, ReLU, pooling."""
    channels = 4
    for filters, width, pool in zip(sizes[0], sizes[1], pools):
        x = g.conv(x, filters, channels, width, pads=[(width - 1) // 2, width // 2])
        x = g.op("MaxPool", g.op("Relu", g.norm(x, filters)), kernel_shape=[pool], strides=[pool])
        channels, length = filters, length // pool
    return x, channels * length


def deepstarr():
    g = Graph("deepstarr", 17, length=249)
    x, size = stack(g, "sequence", ((16, 6, 6, 12), (7, 3, 5, 3)), (2, 2, 2, 2), 249)
    x = g.op("Relu", g.norm(g.gemm(g.op("Flatten", x), size, 16), 16))
    x = g.op("Dropout", x)
    for head in ["dev", "hk"]:
        g.output(g.gemm(x, 16, 1), head)
    g.write()


def basset():
    g = Graph("basset", 13, length=600, input_shape=["N", 4, 1, 600])
    x, size = g.op("Squeeze", "sequence", g.ints(2)), 0
    x, size = stack(g, x, ((12, 10, 10), (19, 11, 7)), (3, 4, 4), 600)
    x = g.op("Relu", g.norm(g.gemm(g.op("Reshape", x, g.ints(-1, size)), size, 20), 20))
    g.output(g.op("Sigmoid", g.gemm(x, 20, 5)), "accessibility")
    g.write(external=None)


def residualbind():
    g = Graph("residualbind", 11, length=41, input_shape=[1, 41, 4])
    x = g.op("Transpose", "sequence", perm=[0, 2, 1])
    x = g.op("Exp", g.norm(g.conv(x, 12, 4, 11, pads=[5, 5]), 12))
    y = x
    for dilation in [1, 2, 4]:
        y = g.norm(g.conv(g.op("Relu", y) if dilation > 1 else y, 12, 12, 3, pads=[dilation] * 2, dilations=[dilation]), 12)
    x = g.op("Relu", g.op("Add", x, y))
    x = g.op("AveragePool", x, kernel_shape=[10], strides=[10])
    # As tf2onnx writes a Keras Flatten: channels last, then merged.
    x = g.op("Reshape", g.op("Transpose", x, perm=[0, 2, 1]), g.ints(-1, 48))
    g.output(g.op("MatMul", g.op("Relu", g.gemm(x, 48, 16)), g.random(16, 3)), "affinity")
    g.write()


def bpnet():
    g = Graph("bpnet", 18, length=300)
    x = g.op("Relu", g.conv("sequence", 8, 4, 21))
    length = 280
    for layer in range(1, 5):
        y = g.op("Relu", g.conv(x, 8, 8, 3, dilations=[2**layer]))
        crop = 2**layer
        length -= 2 * crop
        x = g.op("Add", g.op("Slice", x, g.ints(crop), g.ints(-crop), g.ints(2)), y)
    profile = g.conv(x, 2, 8, 35)
    g.output(profile, "profile")
    counts = g.gemm(g.op("Squeeze", g.op("ReduceMean", x, g.ints(-1), keepdims=1), g.ints(-1)), 8, 2)
    g.output(g.op("ReduceLogSumExp", counts, g.ints(-1), keepdims=1), "counts")
    g.write()


def legnet():
    g = Graph("legnet", 20, length=80)
    silu = lambda x: g.op("Mul", x, g.op("Sigmoid", x))
    x = silu(g.norm(g.conv("sequence", 8, 4, 9, pads=[4, 4]), 8))
    channels = 8
    for filters in [12, 8]:
        inner = silu(g.norm(g.conv(x, 2 * channels, channels, 1), 2 * channels))
        inner = silu(g.norm(g.conv(inner, 2 * channels, 1, 7, pads=[3, 3], group=2 * channels), 2 * channels))
        squeezed = g.op("ReduceMean", inner, g.ints(2), keepdims=0)
        squeezed = silu(g.gemm(squeezed, 2 * channels, 4))
        gate = g.op("Sigmoid", g.gemm(squeezed, 4, 2 * channels))
        inner = g.op("Mul", inner, g.op("Unsqueeze", gate, g.ints(2)))
        inner = silu(g.norm(g.conv(inner, channels, 2 * channels, 1), channels))
        x = g.op("Concat", x, inner, axis=1)
        x = silu(g.norm(g.conv(x, filters, 2 * channels, 7, pads=[3, 3]), filters))
        x = g.op("MaxPool", x, kernel_shape=[2], strides=[2])
        channels = filters
    x = g.conv(x, 18, channels, 1)
    x = g.op("Softmax", g.op("Squeeze", g.op("ReduceMean", x, g.ints(-1)), g.ints(-1)), axis=1)
    bins = g.weight(np.arange(18, dtype="float32"))
    g.output(g.op("ReduceSum", g.op("Mul", x, bins), g.ints(-1), keepdims=1), "expression")
    g.write()


def basenji():
    g = Graph("basenji", 23, length=512, input_shape=["N", 512, 4])
    gelu = lambda x: g.op("Mul", x, g.op("Sigmoid", g.op("Mul", g.scalar(1.702), x)))
    x = g.op("Transpose", "sequence", perm=[0, 2, 1])
    channels = 4
    for filters, width in [(8, 15), (10, 5), (12, 5)]:
        x = g.norm(g.conv(gelu(x) if channels > 4 else x, filters, channels, width, auto_pad="SAME_UPPER", bias=False),
                   filters)
        x, channels = g.op("MaxPool", x, kernel_shape=[2], strides=[2]), filters
    for dilation in [1, 2, 4]:
        y = g.norm(g.conv(gelu(x), 6, 12, 3, pads=[dilation] * 2, dilations=[dilation], bias=False), 6)
        y = g.norm(g.conv(gelu(y), 12, 6, 1, bias=False), 12)
        x = g.op("Add", x, y)
    x = g.op("Slice", x, g.ints(8), g.ints(-8), g.ints(2))
    x = gelu(g.norm(g.conv(gelu(x), 16, 12, 1, bias=False), 16))
    x = g.op("Add", g.op("MatMul", g.op("Transpose", x, perm=[0, 2, 1]), g.random(16, 5)), g.random(5))
    g.output(g.op("Softplus", x), "tracks", True)
    g.write()


def spliceai():
    g = Graph("spliceai", 15, length=300)
    x = g.conv("sequence", 8, 4, 1)
    skip = g.conv(x, 8, 8, 1)
    for dilation, width in [(1, 5), (4, 5), (10, 9)]:
        y = x
        for _ in range(2):
            y = g.conv(g.op("Relu", g.norm(y, 8)), 8, 8, width, pads=[dilation * (width - 1) // 2] * 2,
                       dilations=[dilation])
        x = g.op("Add", x, y)
        skip = g.op("Add", skip, g.conv(x, 8, 8, 1))
    x = g.op("Slice", skip, g.ints(100), g.ints(200), g.ints(2))
    g.output(g.op("Softmax", g.conv(x, 3, 8, 1), axis=1), "splicing")
    g.write()


def picture():
    """DeepSEA-like two-dimensional convolutions over (N, 1, 4, L)."""
    g = Graph("picture", 12, length=60, input_shape=["N", 1, 4, 60])
    x = g.op("Relu", g.op("Conv", "sequence", g.random(6, 1, 4, 8), g.random(6), kernel_shape=[4, 8]))
    x = g.op("MaxPool", x, kernel_shape=[1, 4], strides=[1, 4])
    x = g.op("Relu", g.op("Conv", x, g.random(5, 6, 1, 4), g.random(5), pads=[0, 1, 0, 2]))
    g.output(g.gemm(g.op("Flatten", x), 5 * 13, 2), "chromatin")
    g.write()


def danq():
    g = Graph("danq", 17, length=200)
    x = g.op("Relu", g.conv("sequence", 12, 4, 26))
    x = g.op("MaxPool", x, kernel_shape=[13], strides=[13])
    steps = g.op("Transpose", x, perm=[2, 0, 1])
    weights = [g.random(2, 32, 12, spread=0.3), g.random(2, 32, 8, spread=0.3), g.random(2, 64, spread=0.2)]
    y = g.op("LSTM", steps, *weights, outputs=3, hidden_size=8, direction="bidirectional")[0]
    y = g.op("Transpose", g.op("Reshape", g.op("Transpose", y, perm=[0, 2, 1, 3]), g.ints(0, 0, -1)), perm=[1, 0, 2])
    x = g.op("Relu", g.gemm(g.op("Flatten", y), 13 * 16, 20))
    g.output(g.op("Sigmoid", g.gemm(x, 20, 6)), "chromatin")
    g.write()


def attention_pool(g, x, channels, length):
    windows = g.op("Reshape", x, g.ints(-1, channels, length // 2, 2))
    shares = g.op("Softmax", g.op("Conv", windows, g.random(channels, channels, 1, 1, spread=0.3)), axis=-1)
    return g.op("ReduceSum", g.op("Mul", windows, shares), g.ints(-1), keepdims=0)


def enformer_attention(g, x, size, length, heads, key, value):
    """Lucidrains' Attention: `x` is (N, length, size)."""
    def split(width):
        made = g.op("MatMul", x, g.random(size, heads * width, spread=size**-0.5))
        return g.op("Transpose", g.op("Reshape", made, g.ints(0, length, heads, width)), perm=[0, 2, 1, 3])

    q, k, v = split(key), split(key), split(value)
    q = g.op("Mul", q, g.scalar(key**-0.5))
    content = g.op("Einsum", g.op("Add", q, g.random(1, heads, 1, key)), k, equation="bhid,bhjd->bhij")
    relative = g.op("Einsum", g.op("Add", q, g.random(1, heads, 1, key)), g.random(heads, 2 * length - 1, key),
                    equation="bhid,hjd->bhij")
    zeros = g.weight(np.zeros((1, heads, length, 1), dtype="float32"))
    shifted = g.op("Reshape", g.op("Concat", zeros, relative, axis=-1), g.ints(-1, heads, 2 * length, length))
    shifted = g.op("Slice", shifted, g.ints(1), g.ints(2**62), g.ints(2))
    shifted = g.op("Reshape", shifted, g.ints(-1, heads, length, 2 * length - 1))
    shifted = g.op("Slice", shifted, g.ints(0), g.ints(length), g.ints(3))
    weights = g.op("Softmax", g.op("Add", content, shifted), axis=-1)
    mixed = g.op("Einsum", weights, v, equation="bhij,bhjd->bhid")
    mixed = g.op("Reshape", g.op("Transpose", mixed, perm=[0, 2, 1, 3]), g.ints(0, length, heads * value))
    return g.op("Add", g.op("MatMul", mixed, g.random(heads * value, size, spread=0.3)), g.random(size, spread=0.1))


def enformer():
    """Stem, tower with attention pooling, transformer with relative positions, crop, pointwise, two species' tracks."""
    g = Graph("enformer", 17, length=256, input_shape=["N", 256, 4])
    gelu = lambda x: g.op("Mul", x, g.op("Sigmoid", g.op("Mul", g.scalar(1.702), x)))
    x = g.op("Transpose", "sequence", perm=[0, 2, 1])
    x = g.conv(x, 12, 4, 15, pads=[7, 7])
    x = g.op("Add", x, g.conv(gelu(g.norm(x, 12)), 12, 12, 1))
    x, length, channels = attention_pool(g, x, 12, 256), 128, 12
    for filters in [14, 16]:
        x = g.conv(gelu(g.norm(x, channels)), filters, channels, 5, pads=[2, 2])
        x = g.op("Add", x, g.conv(gelu(g.norm(x, filters)), filters, filters, 1))
        x, length, channels = attention_pool(g, x, filters, length), length // 2, filters
    x = g.op("Transpose", x, perm=[0, 2, 1])
    for _ in range(2):
        y = g.op("LayerNormalization", x, g.random(16), g.random(16, spread=0.1), axis=-1, epsilon=1e-5)
        x = g.op("Add", x, enformer_attention(g, y, 16, length, 4, 6, 4))
        y = g.op("LayerNormalization", x, g.random(16), g.random(16, spread=0.1), axis=-1, epsilon=1e-5)
        y = g.op("Relu", g.op("Add", g.op("MatMul", y, g.random(16, 32, spread=0.25)), g.random(32, spread=0.1)))
        x = g.op("Add", x, g.op("Add", g.op("MatMul", y, g.random(32, 16, spread=0.2)), g.random(16, spread=0.1)))
    x = g.op("Slice", x, g.ints(8), g.ints(-8), g.ints(1))
    x = g.op("Transpose", x, perm=[0, 2, 1])
    x = gelu(g.conv(gelu(g.norm(x, 16)), 20, 16, 1))
    x = g.op("Transpose", x, perm=[0, 2, 1])
    for species, tracks in [("human", 5), ("mouse", 3)]:
        track = g.op("Add", g.op("MatMul", x, g.random(20, tracks, spread=0.3)), g.random(tracks, spread=0.1))
        g.output(g.op("Softplus", track), species, True)
    g.write()


def borzoi():
    """A tower of convolutions with a transformer at its end, and two steps up again that meet the tower's values."""
    g = Graph("borzoi", 18, length=128)
    gelu = lambda x: g.op("Gelu", x, approximate="tanh") if g.opset >= 20 else g.op(
        "Mul", x, g.op("Sigmoid", g.op("Mul", g.scalar(1.702), x)))
    x = g.conv("sequence", 8, 4, 9, pads=[4, 4])
    skips, channels, length = [], 8, 128
    for filters in [10, 12]:
        x = g.op("MaxPool", g.conv(gelu(g.norm(x, channels)), filters, channels, 5, pads=[2, 2]), kernel_shape=[2],
                 strides=[2])
        skips.append((x, filters))
        channels, length = filters, length // 2
    x = g.op("MaxPool", x, kernel_shape=[2], strides=[2])
    length //= 2
    turned = g.op("Transpose", x, perm=[0, 2, 1])
    y = g.op("LayerNormalization", turned, g.random(12), g.random(12, spread=0.1), axis=-1, epsilon=1e-5)
    turned = g.op("Add", turned, enformer_attention(g, y, 12, length, 2, 5, 3))
    x = g.op("Transpose", turned, perm=[0, 2, 1])
    for skip, filters in reversed(skips):
        x = g.conv(gelu(g.norm(x, channels)), 12, channels, 1)
        x = g.op("Resize", x, "", g.weight(np.array([1, 1, 2], dtype="float32")), mode="nearest",
                 coordinate_transformation_mode="asymmetric", nearest_mode="floor")
        x = g.op("Add", x, g.conv(gelu(g.norm(skip, filters)), 12, filters, 1))
        x = g.op("Conv", x, g.random(12, 1, 3), group=12, pads=[1, 1])
        x, channels = g.conv(x, 12, 12, 1), 12
    g.output(g.op("Softplus", g.conv(gelu(x), 4, 12, 1)), "coverage")
    g.write()


def external():
    g = Graph("external", 18, length=30)
    x = g.op("GlobalMaxPool", g.op("Relu", g.conv("sequence", 6, 4, 7)))
    g.output(g.gemm(g.op("Flatten", x), 6, 2), "head")
    g.write(external="external.bin")


def main():
    FOLDER.mkdir(exist_ok=True)
    for opset in [9, 13, 20]:
        operators(opset)
    for network in [deepbind, deepstarr, basset, residualbind, bpnet, legnet, basenji, spliceai, picture, external]:
        network()
    for opset in [11, 13, 20]:
        further_operators(opset)
    for network in [danq, enformer, borzoi]:
        network()
    FURTHER = ("attention", "recurrence", "danq", "enformer", "borzoi")
    for name, further in [("expected.tsv", False), ("expected_further.tsv", True)]:
        chosen = [row for row in rows if row.startswith(FURTHER) == further]
        (FOLDER / name).write_text("\n".join(["network\toutput\tsequence\tpositions\tchannels\tvalues"] + chosen) + "\n")


if __name__ == "__main__":
    main()
