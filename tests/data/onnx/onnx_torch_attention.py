#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes torch_<network>.onnx for networks with attention and recurrence, by current PyTorch's two exporters, and
what PyTorch predicts, for tests/readers/onnx_test.cpp (torch 2.15, onnxscript; random weights).

torch_<network>[_legacy].onnx         as onnx_torch.py
torch_attention_expected.tsv          as expected.tsv
"""
import pathlib

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import nn

FOLDER = pathlib.Path(__file__).parent
torch.manual_seed(11)
rows = []


class DanQ(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 10, 11)
        self.recurrent = nn.LSTM(10, 6, bidirectional=True, batch_first=True)
        self.head = nn.Sequential(nn.Linear(12 * 9, 12), nn.ReLU(), nn.Linear(12, 3))

    def forward(self, x):
        x = F.max_pool1d(F.relu(self.conv(x)), 10)
        x, _ = self.recurrent(x.transpose(1, 2))
        return self.head(x.flatten(1))


class LastState(nn.Module):
    """A GRU of two layers whose last state is read."""
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 8, 9, stride=3)
        self.recurrent = nn.GRU(8, 5, num_layers=2)
        self.head = nn.Linear(5, 2)

    def forward(self, x):
        x, state = self.recurrent(F.gelu(self.conv(x)).permute(2, 0, 1))
        return self.head(state[-1]) + self.head(x[-1])


class Transformer(nn.Module):
    """PyTorch's own encoder over the stem of a convolutional network."""
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 12, 9, stride=4)
        self.place = nn.Parameter(0.3 * torch.randn(1, 24, 12))
        layer = nn.TransformerEncoderLayer(12, 3, 20, batch_first=True, activation="gelu", norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(12, 4)

    def forward(self, x):
        x = self.encoder(self.conv(x).transpose(1, 2) + self.place)
        return F.softplus(self.head(x))


def relative_shift(x):
    x = torch.cat((torch.zeros_like(x[..., :1]), x), dim=-1)
    _, heads, t1, t2 = x.shape
    x = x.reshape(-1, heads, t2, t1)[:, :, 1:, :]
    return x.reshape(-1, heads, t1, t2 - 1)[..., :((t2 + 1) // 2)]


class Attention(nn.Module):
    """Enformer's, with sines in the place of its basis functions."""
    def __init__(self, size, heads, key, value, length):
        super().__init__()
        self.heads, self.scale = heads, key**-0.5
        self.q, self.k = nn.Linear(size, heads * key, bias=False), nn.Linear(size, heads * key, bias=False)
        self.v = nn.Linear(size, heads * value, bias=False)
        self.out, self.relative = nn.Linear(heads * value, size), nn.Linear(6, heads * key, bias=False)
        self.content_bias = nn.Parameter(torch.randn(1, heads, 1, key))
        self.place_bias = nn.Parameter(torch.randn(1, heads, 1, key))
        distance = torch.arange(-length + 1, length).float()[:, None]
        self.register_buffer("places", torch.sin(distance * torch.tensor([[0.1, 0.2, 0.4, 0.8, 1.6, 3.2]])))

    def forward(self, x):
        length = x.shape[-2]
        split = lambda y: y.view(y.shape[0], length, self.heads, -1).permute(0, 2, 1, 3)
        q, k, v = split(self.q(x)) * self.scale, split(self.k(x)), split(self.v(x))
        content = torch.einsum("b h i d, b h j d -> b h i j", q + self.content_bias, k)
        keys = self.relative(self.places).view(2 * length - 1, self.heads, -1).permute(1, 0, 2)
        places = relative_shift(torch.einsum("b h i d, h j d -> b h i j", q + self.place_bias, keys))
        y = torch.einsum("b h i j, b h j d -> b h i d", (content + places).softmax(dim=-1), v)
        return self.out(y.permute(0, 2, 1, 3).reshape(y.shape[0], length, -1))


class AttentionPool(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weights = nn.Conv2d(size, size, 1, bias=False)

    def forward(self, x):
        batch, size, length = x.shape
        x = x.reshape(batch, size, length // 2, 2)
        return (x * self.weights(x).softmax(dim=-1)).sum(dim=-1)


class Enformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv1d(4, 8, 15, padding=7)
        self.pool = AttentionPool(8)
        self.tower = nn.Sequential(nn.BatchNorm1d(8), nn.GELU(), nn.Conv1d(8, 10, 5, padding=2), AttentionPool(10))
        self.norm, self.attention = nn.LayerNorm(10), Attention(10, 2, 4, 5, 24)
        self.feed = nn.Sequential(nn.LayerNorm(10), nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 10))
        self.final = nn.Linear(10, 12)
        self.heads = nn.ModuleDict({"human": nn.Linear(12, 3), "mouse": nn.Linear(12, 2)})

    def forward(self, x):
        x = self.tower(self.pool(self.stem(x.transpose(1, 2)))).transpose(1, 2)
        x = x + self.attention(self.norm(x))
        x = x + self.feed(x)
        x = F.gelu(self.final(x[:, 4:-4]))
        return tuple(F.softplus(head(x)) for head in self.heads.values())


class Upsampling(nn.Module):
    """A step down and up again, as Borzoi's."""
    def __init__(self):
        super().__init__()
        self.down = nn.Conv1d(4, 8, 5, padding=2)
        self.inner = nn.Conv1d(8, 8, 3, padding=1)
        self.slopes = nn.PReLU(8)
        self.head = nn.Conv1d(8, 2, 1)

    def forward(self, x):
        x = self.slopes(self.down(x))
        y = F.interpolate(self.inner(F.max_pool1d(x, 2)), scale_factor=2, mode="nearest")
        y = y + F.interpolate(F.max_pool1d(x, 4), scale_factor=4, mode="linear", align_corners=False)
        return F.softplus(self.head(x + y))


class Choices(nn.Module):
    """Softplus with and without a factor, and PyTorch's choices between a value and what replaces it."""
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 6, 5, padding=2)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        x = self.conv(x)
        x = F.softplus(x) + F.softplus(x, beta=4.0) + torch.where(x > 0, x, 0.2 * x) + torch.where(x < 0, 0.0, x)
        return self.head(x[:, :, [9, 3, 4, 4, 4, 30]].amax(-1))


class Heads(nn.Module):
    """PyTorch's attention called as a function: batch second, and its weights."""
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 12, 9, stride=4)
        self.attention = nn.MultiheadAttention(12, 3)
        self.norm = nn.LayerNorm(12)
        self.head = nn.Linear(12, 2)

    def forward(self, x):
        x = self.conv(x).permute(2, 0, 1)
        y, weights = self.attention(x, x, x)
        x = F.relu(self.norm(x + y))
        return self.head(x.mean(0)), weights


def one_hot(length, index, last):
    p = np.arange(length)
    hot = np.eye(4, dtype="float32")[(p * p * 7 + p * (index + 3) + p // 3 + index) % 4]
    hot[p % 17 == 16] = 0
    return torch.from_numpy((hot if last else hot.T)[None].copy())


def without_remarks(file):
    """Leaves out where in the source each node comes from: most of a small file."""
    model = onnx.load(file)
    for part in [model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input,
                 *model.graph.output]:
        del part.metadata_props[:]
    onnx.save(model, file)


def export(name, network, length, outputs, last=False, batch=None):
    """`outputs`: name and whether its channels are its last axis. `batch`: as the only size of a batch."""
    network.eval()
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    example = one_hot(length, 0, last)
    names = [output for output, _ in outputs]
    for suffix in ("", "_legacy"):
        dynamo = suffix == ""
        options = {"dynamic_shapes": ({0: "batch"},)} if dynamo else {"dynamic_axes": {"sequence": {0: "batch"}}}
        options = {} if batch else options
        file = FOLDER / f"torch_{name}{suffix}.onnx"
        torch.onnx.export(network, (example.repeat(batch or 2, 1, 1),), file, dynamo=dynamo, input_names=["sequence"],
                          output_names=names, opset_version=18, **options,
                          **({"external_data": False} if dynamo else {}))
        without_remarks(file)
        for index in range(2):
            results = network(one_hot(length, index, last))
            results = results if isinstance(results, tuple) else (results,)
            for (output, channels_last), value in zip(outputs, results):
                value = value[0].numpy()
                value = value[None, :] if value.ndim == 1 else value if channels_last else value.T
                shown = " ".join(f"{v:.6g}" for v in value.ravel())
                rows.append(f"torch_{name}{suffix}\t{output}\t{index}\t{value.shape[0]}\t{value.shape[1]}\t{shown}")


export("danq", DanQ(), 100, [("chromatin", False)])
export("last_state", LastState(), 60, [("rate", False)])
export("transformer", Transformer(), 101, [("tracks", True)])
export("enformer", Enformer(), 96, [("human", True), ("mouse", True)], last=True)
export("upsampling", Upsampling(), 40, [("coverage", False)])
export("choices", Choices(), 40, [("rate", False)])
export("heads", Heads(), 45, [("rate", False), ("weights", True)])
export("one_sequence", Heads(), 45, [("rate", False), ("weights", True)], batch=1)
(FOLDER / "torch_attention_expected.tsv").write_text(
    "\n".join(["network\toutput\tsequence\tpositions\tchannels\tvalues"] + rows) + "\n")
