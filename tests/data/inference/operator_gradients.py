#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes operator_gradients.onnx and operator_gradients.tsv for tests/inference/operator_gradients_test.cpp (torch 2.x,
onnxscript; random weights): one network with an output for every operator, and PyTorch's gradients of every output with
respect to the input, in double precision.

Every branch is a convolution, the operator, and something that turns its value into one number. operator_gradients.tsv
has, by output and input, 4 x 21 values in A, C, G, T order. Inputs are points(), which the test repeats.
"""
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

FOLDER = pathlib.Path(__file__).parent
LENGTH, CHANNELS = 21, 6
INPUTS = [0, 1, 999]


class Apply(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class ChannelNorm(nn.Module):
    def __init__(self, axis):
        super().__init__()
        self.axis, self.norm = axis, nn.LayerNorm(CHANNELS if axis == 1 else LENGTH)

    def forward(self, x):
        return self.norm(x.transpose(1, 2)).transpose(1, 2) if self.axis == 1 else self.norm(x)


class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(CHANNELS, 3), nn.SiLU(), nn.Linear(3, CHANNELS), nn.Sigmoid())

    def forward(self, x):
        return x * self.gate(x.mean(2)).unsqueeze(2)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Conv1d(CHANNELS, CHANNELS, 3, dilation=2)

    def forward(self, x):
        return x[..., 2:-2] + torch.tanh(self.inner(x))


def operators():
    conv, c = nn.Conv1d, CHANNELS
    return {
        "conv_stride": conv(c, 5, 4, stride=2, padding=1),
        "conv_stride3": conv(c, 5, 5, stride=3, padding=4),
        "conv_dilated": conv(c, 5, 3, dilation=3, padding=3),
        "conv_even_same": conv(c, 7, 4, padding="same"),
        "conv_even_dilated": conv(c, 5, 6, dilation=2, padding=2),
        "conv_groups": conv(c, 4, 3, groups=2, padding=1),
        "conv_depthwise": conv(c, c, 5, groups=c, padding=2, bias=False),
        "conv_depthwise_stride": conv(c, c, 4, groups=c, padding=1, stride=2),
        "conv_one": conv(c, 3, 1),
        "transpose": nn.ConvTranspose1d(c, 5, 4, stride=2, padding=1, output_padding=1),
        "transpose_dilated": nn.ConvTranspose1d(c, 5, 3, stride=3, dilation=2, padding=2),
        "transpose_plain": nn.ConvTranspose1d(c, 5, 4),
        "relu": nn.ReLU(), "elu": nn.ELU(0.7), "leaky_relu": nn.LeakyReLU(0.2), "silu": nn.SiLU(),
        "gelu_erf": nn.GELU(), "gelu_tanh": nn.GELU(approximate="tanh"),
        "gelu_sigmoid": Apply(lambda x: x * torch.sigmoid(1.702 * x)),
        "sigmoid": nn.Sigmoid(), "tanh": nn.Tanh(), "exponential": Apply(torch.exp), "softsign": nn.Softsign(),
        "hard_sigmoid": nn.Hardsigmoid(), "relu6": nn.ReLU6(),
        "softmax_channels": nn.Softmax(1), "softmax_positions": nn.Softmax(2),
        "batch_norm": nn.BatchNorm1d(c), "layer_norm_channels": ChannelNorm(1),
        "max_pool": nn.MaxPool1d(3), "max_pool_overlapping": nn.MaxPool1d(4, 2), "max_pool_padded": nn.MaxPool1d(3, 2, 1),
        "max_pool_ceil": nn.MaxPool1d(4, 4, ceil_mode=True),
        "average_pool": nn.AvgPool1d(3), "average_pool_overlapping": nn.AvgPool1d(4, 3),
        "average_pool_padded": nn.AvgPool1d(3, 2, 1), "average_pool_padded_uncounted":
            nn.AvgPool1d(4, 3, 2, count_include_pad=False),
        "average_pool_ceil": nn.AvgPool1d(4, 4, ceil_mode=True),
        "global_max": nn.AdaptiveMaxPool1d(1), "global_average": nn.AdaptiveAvgPool1d(1),
        "log_sum_exp": Apply(lambda x: torch.logsumexp(x, 2)),
        "gate": Gate(), "residual": Residual(), "pad": Apply(lambda x: F.pad(x, (2, 3))),
        "concat": Apply(lambda x: torch.cat([x, x * x], 1)),
        "flip": Apply(lambda x: torch.flip(x, [2])), "square_root": Apply(lambda x: torch.sqrt(x * x + 1))}


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.branches = nn.ModuleDict()
        example = torch.zeros(1, 4, LENGTH)
        for name, operator in operators().items():
            first = nn.Conv1d(4, CHANNELS, 3, padding=1)
            nn.init.normal_(first.weight, 0, 0.6)
            value = operator(first(example))
            self.branches[name] = nn.Sequential(first, operator, nn.GELU(), nn.Flatten(), nn.Linear(value.numel(), 1))

    def forward(self, x):
        return tuple(branch(x) for branch in self.branches.values())


def points(index):
    """Input `index`, (4, LENGTH) float32."""
    c, p = np.meshgrid(np.arange(4), np.arange(LENGTH), indexing="ij")
    return (0.25 + 0.6 * np.sin(1.0 + 1.3 * p + 7.0 * c + 0.37 * index)).astype(np.float32)


def main():
    torch.manual_seed(21)
    network = Branches()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            nn.init.normal_(module.running_mean, 0, 0.2)
            nn.init.uniform_(module.running_var, 0.3, 2)
    network.eval()
    names = list(network.branches)
    program = torch.onnx.export(network, (torch.zeros(2, 4, LENGTH),), opset_version=18, input_names=["sequence"],
                                output_names=["score_" + name for name in names], verbose=False, dynamo=True,
                                dynamic_shapes=({0: torch.export.Dim("N")},))
    model = program.model_proto
    for each in [*model.graph.node, *model.graph.value_info, model.graph]:  # where every value came from in Python
        each.ClearField("metadata_props")
    model.graph.ClearField("value_info")
    (FOLDER / "operator_gradients.onnx").write_bytes(model.SerializeToString())
    network.double()
    rows = ["output\tinput\tscore\tgradient"]
    for index in INPUTS:
        x = torch.from_numpy(points(index)).double().unsqueeze(0).requires_grad_()
        for name in names:
            score = network.branches[name](x)[0, 0]
            gradient, = torch.autograd.grad(score, x)
            shown = " ".join(f"{value:.6g}" for value in gradient[0].numpy().ravel())
            rows.append(f"score_{name}\t{index}\t{score.item():.8g}\t{shown}")
    (FOLDER / "operator_gradients.tsv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
