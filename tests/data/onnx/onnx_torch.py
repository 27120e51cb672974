#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes torch_*.onnx with current PyTorch's two exporters, and what PyTorch predicts, for tests/readers/onnx_test.cpp
(torch 2.x, onnxscript; random weights).

torch_<network>.onnx          torch.onnx.export(dynamo=True), operator set 18 or as named
torch_<network>_legacy.onnx   torch.onnx.export(dynamo=False), which leaves the arithmetic of shapes in the graph
torch_expected.tsv            as expected.tsv
"""
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

FOLDER = pathlib.Path(__file__).parent
torch.manual_seed(5)
rows = []


class Basset(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(4, 12, 19, padding=9), nn.BatchNorm1d(12), nn.ReLU(), nn.MaxPool1d(3),
            nn.Conv1d(12, 8, 11, padding="same"), nn.BatchNorm1d(8), nn.GELU(), nn.MaxPool1d(4), nn.Flatten(),
            nn.Linear(8 * 25, 12), nn.ReLU(), nn.Dropout(0.3), nn.Linear(12, 5))

    def forward(self, x):
        return torch.sigmoid(self.body(x))


class BPNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(4, 8, 21)
        self.layers = nn.ModuleList(nn.Conv1d(8, 8, 3, dilation=2**i) for i in range(1, 5))
        self.profile = nn.Conv1d(8, 2, 35)
        self.counts = nn.Linear(8, 2)

    def forward(self, x):
        x = F.relu(self.first(x))
        for layer in self.layers:
            y = F.relu(layer(x))
            crop = (x.shape[-1] - y.shape[-1]) // 2
            x = x[..., crop:-crop] + y
        return self.profile(x), torch.logsumexp(self.counts(x.mean(-1)), dim=-1, keepdim=True)


class SqueezeExcite(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(channels, 4), nn.SiLU(), nn.Linear(4, channels), nn.Sigmoid())

    def forward(self, x):
        batch, channels, _ = x.size()
        return x * self.gate(x.view(batch, channels, -1).mean(dim=2)).view(batch, channels, 1)


def normed(channels, filters, width, groups=1):
    return [nn.Conv1d(channels, filters, width, groups=groups, padding="same", bias=False), nn.BatchNorm1d(filters),
            nn.SiLU()]


class LegNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(*normed(4, 8, 11))
        self.block = nn.Sequential(*normed(8, 16, 1), *normed(16, 16, 9, 16), SqueezeExcite(16), *normed(16, 8, 1))
        self.local = nn.Sequential(*normed(16, 12, 9), nn.MaxPool1d(2))
        self.map = nn.Sequential(*normed(12, 24, 1))
        self.head = nn.Sequential(nn.Linear(24, 24), nn.BatchNorm1d(24), nn.SiLU(), nn.Linear(24, 1))

    def forward(self, x):
        x = self.stem(x)
        x = self.map(self.local(torch.cat([x, self.block(x)], 1)))
        return self.head(F.adaptive_avg_pool1d(x, 1).squeeze(-1))


class Mixed(nn.Module):
    """(N, L, 4): layer normalisation, tanh GELU, a transposed convolution, attention pooling, a flip."""

    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Conv1d(4, 8, 6, padding="same"), nn.LayerNorm(8)
        self.wide, self.narrow = nn.Linear(8, 16), nn.Linear(16, 8)
        self.up = nn.ConvTranspose1d(8, 6, 4, stride=2, padding=1, output_padding=1)
        self.pool, self.out = nn.Linear(6, 1), nn.Linear(6, 3)

    def forward(self, x):
        x = self.first(x.transpose(1, 2)).transpose(1, 2)
        x = x + self.narrow(F.gelu(self.wide(self.norm(x)), approximate="tanh"))
        x = self.up(F.elu(x).transpose(1, 2)).transpose(1, 2)
        pooled = (x * torch.softmax(self.pool(x), dim=1)).sum(1)
        return F.leaky_relu(self.out(pooled)), torch.clamp(self.out(torch.flip(x, dims=[1])), -0.1, 0.4)


def one_hot(length, index):
    """The sequences of onnx_networks.py."""
    p = np.arange(length)
    hot = np.eye(4, dtype="float32")[(p * p * 7 + p * (index + 3) + p // 3 + index) % 4]
    hot[p % 17 == 16] = 0
    return torch.from_numpy(hot)


def write(name, network, length, outputs, channels_last=False, opset=18, legacy=False):
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            nn.init.normal_(module.running_mean, 0, 0.2)
            nn.init.uniform_(module.running_var, 0.3, 2)
    network.eval()
    stem = f"torch_{name}" + ("_legacy" if legacy else "")
    first = one_hot(length, 0).unsqueeze(0)
    example = (first if channels_last else first.transpose(1, 2)).contiguous().repeat(2, 1, 1)
    arguments = dict(input_names=["sequence"], output_names=outputs, opset_version=opset, dynamo=not legacy)
    if legacy:
        arguments["dynamic_axes"] = {each: {0: "N"} for each in ["sequence", *outputs]}
    else:
        arguments |= dict(dynamic_shapes=({0: torch.export.Dim("N")},), external_data=False)
    torch.onnx.export(network, (example,), str(FOLDER / f"{stem}.onnx"), **arguments)
    for index in range(2):
        hot = one_hot(length, index).unsqueeze(0)
        with torch.no_grad():
            results = network(hot if channels_last else hot.transpose(1, 2))
        for output, value in zip(outputs, results if isinstance(results, tuple) else [results]):
            value = value[0].numpy()
            value = value[None, :] if value.ndim == 1 else value if channels_last else value.T
            shown = " ".join(f"{v:.7g}" for v in value.ravel())
            rows.append(f"{stem}\t{output}\t{index}\t{value.shape[0]}\t{value.shape[1]}\t{shown}")


for legacy in [False, True]:
    write("basset", Basset(), 300, ["accessibility"], legacy=legacy)
    write("bpnet", BPNet(), 200, ["profile", "counts"], legacy=legacy)
    write("legnet", LegNet(), 80, ["expression"], legacy=legacy)
    write("mixed", Mixed(), 40, ["pooled", "track"], channels_last=True, legacy=legacy)
write("opset23", LegNet(), 80, ["expression"], opset=23)
header = "network\toutput\tsequence\tpositions\tchannels\tvalues"
(FOLDER / "torch_expected.tsv").write_text("\n".join([header] + rows) + "\n")
