#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Small PyTorch modules (layers × options), exported by both of PyTorch's exporters in several operator sets, and a
comparison of what Shoal predicts with what PyTorch predicts (torch 2.x, onnxscript; random weights).

onnx_zoo.py make FOLDER [PATTERN]   writes FOLDER/NAME.EXPORTER_OPSET.onnx and .json (values), sequences.fa; a module
                                    that an exporter refuses is listed in FOLDER/not_exported.tsv
onnx_zoo.py check FOLDER SHOAL      runs `SHOAL predict` on each: equal, refused (with the message), or WRONG
onnx_zoo.py golden FOLDER           copies a few of them to zoo_*.onnx, with zoo_expected.tsv, for tests/readers

Every module reads (N, 4, 40), has a convolution first so that values of all signs reach the layer under test, and ends
in a product with fixed random numbers, so that each value counts with a weight of its own.
"""
import collections
import concurrent.futures
import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import warnings

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

LENGTH, CHANNELS = 40, 6
OPSETS = {"legacy": [11, 13, 17, 20], "dynamo": [18, 21, 23]}
HERE = pathlib.Path(__file__).parent


class Apply(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Zoo(nn.Module):
    """Stem, layer, weighted sums of all values."""

    def __init__(self, layer, stem=True, channels=CHANNELS, length=LENGTH):
        super().__init__()
        self.stem = nn.Conv1d(4, channels, 5, padding=2) if stem else nn.Identity()
        if stem:
            nn.init.normal_(self.stem.weight, 0, 0.5)
        self.layer = layer
        with torch.no_grad():
            size = self.layer.eval()(self.stem(torch.zeros(2, 4, length))).flatten(1).shape[1]
        weights = np.random.default_rng(size).standard_normal((size, 5)) / np.sqrt(size)
        self.register_buffer("weights", torch.from_numpy(weights.astype("float32")))

    def forward(self, x):
        return self.layer(self.stem(x)).flatten(1) @ self.weights


class Attention(nn.Module):
    def __init__(self, causal=False, heads=2, fused=True, mask=None):
        super().__init__()
        self.qkv, self.out = nn.Linear(CHANNELS, 3 * CHANNELS), nn.Linear(CHANNELS, CHANNELS)
        self.causal, self.heads, self.fused, self.mask = causal, heads, fused, mask

    def forward(self, x):
        x = x.transpose(1, 2)
        n, length, c = x.shape
        q, k, v = (t.view(n, length, self.heads, c // self.heads).transpose(1, 2) for t in self.qkv(x).chunk(3, -1))
        if self.fused:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal, attn_mask=self.mask)
        else:
            scores = q @ k.transpose(-2, -1) / (c // self.heads) ** 0.5
            if self.causal:
                mask = torch.triu(torch.ones(length, length), diagonal=1).bool()
                scores = scores.masked_fill(mask, float("-inf"))
            y = torch.softmax(scores, -1) @ v
        return self.out(y.transpose(1, 2).reshape(n, length, c)).transpose(1, 2)


class MultiHead(nn.Module):
    def __init__(self, causal=False):
        super().__init__()
        self.inner, self.causal = nn.MultiheadAttention(CHANNELS, 2, batch_first=True), causal

    def forward(self, x):
        x = x.transpose(1, 2)
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1]) if self.causal else None
        return self.inner(x, x, x, attn_mask=mask, need_weights=False)[0]


class Encoder(nn.Module):
    def __init__(self, norm_first, activation, causal=False):
        super().__init__()
        layer = nn.TransformerEncoderLayer(CHANNELS, 2, 12, batch_first=True, activation=activation,
                                           norm_first=norm_first)
        self.inner, self.causal = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False), causal

    def forward(self, x):
        x = x.transpose(1, 2)
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1]) if self.causal else None
        return self.inner(x, mask=mask)


class Recurrent(nn.Module):
    def __init__(self, kind, what="all", **options):
        super().__init__()
        self.inner, self.what = kind(CHANNELS, 5, batch_first=True, **options), what

    def forward(self, x):
        values, state = self.inner(x.transpose(1, 2))
        state = state[0] if isinstance(state, tuple) else state
        return {"all": values, "last": values[:, -1], "state": state[-1]}[self.what]


class LastNorm(nn.Module):
    def __init__(self, size, **options):
        super().__init__()
        self.inner = nn.LayerNorm(size, **options)

    def forward(self, x):
        return self.inner(x.transpose(1, 2))


class Picture(nn.Module):
    """Two-dimensional layers over a sequence of one row."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x.unsqueeze(2))


class Strands(nn.Module):
    """One network over both strands; the reverse complement is flipped bases and positions."""

    def __init__(self, join):
        super().__init__()
        self.inner, self.join = nn.Sequential(nn.Conv1d(4, CHANNELS, 7), nn.ReLU(), nn.AdaptiveMaxPool1d(1)), join

    def forward(self, x):
        return self.join(self.inner(x), self.inner(torch.flip(x, [1, 2])))


class Embedded(nn.Module):
    def __init__(self, keepdim=False):
        super().__init__()
        self.table, self.keepdim = nn.Embedding(4, 3), keepdim

    def forward(self, x):
        return self.table(x.argmax(1, keepdim=self.keepdim)).transpose(-1, -2)


class Residual(nn.Module):
    def __init__(self, *inner):
        super().__init__()
        self.inner = nn.Sequential(*inner)

    def forward(self, x):
        return x + self.inner(x)


class Gate(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(CHANNELS, 3), activation, nn.Linear(3, CHANNELS), nn.Sigmoid())

    def forward(self, x):
        return x * self.inner(x.mean(2)).unsqueeze(2)


class Bilinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Bilinear(CHANNELS, CHANNELS, 3)

    def forward(self, x):
        return self.inner(x.mean(2), x.amax(2))


class Weighted(nn.Module):
    """Attention pooling: a softmax over positions."""

    def __init__(self):
        super().__init__()
        self.score = nn.Conv1d(CHANNELS, 1, 1)

    def forward(self, x):
        return (x * torch.softmax(self.score(x), 2)).sum(2)


def activations():
    yield from {
        "relu": nn.ReLU(), "relu6": nn.ReLU6(), "leaky": nn.LeakyReLU(0.2), "elu": nn.ELU(), "elu_0.5": nn.ELU(0.5),
        "selu": nn.SELU(), "celu": nn.CELU(), "celu_0.7": nn.CELU(0.7), "gelu": nn.GELU(),
        "gelu_tanh": nn.GELU(approximate="tanh"), "silu": nn.SiLU(), "mish": nn.Mish(), "hardswish": nn.Hardswish(),
        "hardsigmoid": nn.Hardsigmoid(), "hardtanh": nn.Hardtanh(), "hardtanh_2": nn.Hardtanh(-2, 0.5),
        "sigmoid": nn.Sigmoid(), "tanh": nn.Tanh(), "softplus": nn.Softplus(), "softplus_2": nn.Softplus(2, 30),
        "softsign": nn.Softsign(), "logsigmoid": nn.LogSigmoid(), "prelu": nn.PReLU(), "prelu_c": nn.PReLU(CHANNELS),
        "threshold": nn.Threshold(0.1, 0.0), "threshold_v": nn.Threshold(0.1, -0.3), "softshrink": nn.Softshrink(0.2),
        "hardshrink": nn.Hardshrink(0.2), "tanhshrink": nn.Tanhshrink(), "glu": nn.GLU(1), "softmax": nn.Softmax(1),
        "softmax_p": nn.Softmax(2), "softmin": nn.Softmin(1), "logsoftmax": nn.LogSoftmax(1),
        "logsoftmax_p": nn.LogSoftmax(2), "rrelu": nn.RReLU(), "exp": Apply(torch.exp), "abs": Apply(torch.abs),
        "sin": Apply(torch.sin), "cos": Apply(torch.cos), "erf": Apply(torch.erf), "sign": Apply(torch.sign),
        "log1p": Apply(lambda x: torch.log1p(x * x)), "expm1": Apply(torch.expm1), "sqrt": Apply(lambda x: (x * x + 1).sqrt()),
        "rsqrt": Apply(lambda x: torch.rsqrt(x * x + 1)), "log": Apply(lambda x: torch.log(x * x + 0.1)),
        "square": Apply(torch.square), "pow2": Apply(lambda x: x**2), "pow3": Apply(lambda x: x**3),
        "pow4": Apply(lambda x: x**4), "pow1.5": Apply(lambda x: (x * x + 1) ** 1.5), "reciprocal": Apply(lambda x: 1 / (x * x + 1)),
        "clamp": Apply(lambda x: x.clamp(-0.3, 0.4)), "clamp_min": Apply(lambda x: x.clamp(min=-0.2)),
        "clamp_max": Apply(lambda x: x.clamp(max=0.3)), "clamp_huge": Apply(lambda x: x.clamp(-1e9, 1e9)),
        "clamp_huge_min": Apply(lambda x: torch.log(x * x + 1e-12).clamp(min=-1e4)),
        "round": Apply(torch.round), "floor": Apply(torch.floor), "neg": Apply(lambda x: -x)}.items()


def norms():
    c = CHANNELS
    yield from {
        "batch": nn.BatchNorm1d(c), "batch_plain": nn.BatchNorm1d(c, affine=False), "instance": nn.InstanceNorm1d(c),
        "instance_affine": nn.InstanceNorm1d(c, affine=True, eps=1e-3),
        "instance_stats": nn.InstanceNorm1d(c, affine=True, track_running_stats=True),
        "group_2": nn.GroupNorm(2, c), "group_3": nn.GroupNorm(3, c), "group_1": nn.GroupNorm(1, c),
        "group_all": nn.GroupNorm(c, c), "group_plain": nn.GroupNorm(3, c, affine=False), "group_eps": nn.GroupNorm(2, c, eps=0.1),
        "layer_channels": LastNorm(c), "layer_plain": LastNorm(c, elementwise_affine=False), "layer_no_bias": LastNorm(c, bias=False),
        "layer_positions": nn.LayerNorm(LENGTH), "layer_both": nn.LayerNorm([c, LENGTH]), "rms": nn.RMSNorm(LENGTH),
        "l2": Apply(lambda x: F.normalize(x, dim=1)), "l2_p": Apply(lambda x: F.normalize(x, dim=2)), "l1": Apply(lambda x: F.normalize(x, p=1, dim=1)),
        "local_response": nn.LocalResponseNorm(3), "spectral": nn.utils.parametrizations.spectral_norm(nn.Conv1d(c, c, 3)),
        "weight_norm": nn.utils.parametrizations.weight_norm(nn.Conv1d(c, c, 3)),
        "zscore": Apply(lambda x: (x - x.mean(2, keepdim=True)) / (x.std(2, keepdim=True) + 1e-5)),
        "zscore_var": Apply(lambda x: (x - x.mean(2, keepdim=True)) * torch.rsqrt(x.var(2, keepdim=True, unbiased=False) + 1e-5))}.items()


def windows():
    c = CHANNELS
    for options in [dict(), dict(stride=2), dict(padding=3), dict(dilation=2), dict(groups=2), dict(groups=c), dict(padding="same"), dict(bias=False),
                    dict(padding=2, padding_mode="reflect"), dict(padding=2, padding_mode="replicate"), dict(padding=2, padding_mode="circular"),
                    dict(padding="same", padding_mode="reflect", dilation=2)]:
        yield "conv_" + "_".join(f"{k}{v}" for k, v in options.items()), nn.Conv1d(c, c, 4, **options)
    for options in [dict(), dict(stride=2), dict(stride=3, padding=1, output_padding=1), dict(groups=2), dict(dilation=2, stride=2)]:
        yield "transposed_" + "_".join(f"{k}{v}" for k, v in options.items()), nn.ConvTranspose1d(c, c, 4, **options)
    for options in [dict(), dict(stride=1), dict(stride=2, padding=1), dict(ceil_mode=True), dict(dilation=2), dict(dilation=2, stride=1),
                    dict(dilation=3, stride=2, padding=1), dict(dilation=2, stride=3, ceil_mode=True), dict(dilation=5, stride=1, padding=1)]:
        yield "max_" + "_".join(f"{k}{v}" for k, v in options.items()), nn.MaxPool1d(3, **options)
    for options in [dict(), dict(stride=1), dict(stride=2, padding=1), dict(ceil_mode=True), dict(padding=1, count_include_pad=False), dict(stride=4, padding=1, ceil_mode=True)]:
        yield "mean_" + "_".join(f"{k}{v}" for k, v in options.items()), nn.AvgPool1d(3, **options)
    for size in [1, 2, 4, 5, 8, 40, 7, 3, 6, 13]:
        yield f"adaptive_mean_{size}", nn.AdaptiveAvgPool1d(size)
        yield f"adaptive_max_{size}", nn.AdaptiveMaxPool1d(size)
    yield "lp_2", nn.LPPool1d(2, 3)
    yield "unfold", Apply(lambda x: x.unfold(2, 5, 3).mean(3))
    yield "unfold_max", Apply(lambda x: x.unfold(2, 4, 4).amax(3))
    yield "picture_conv", Picture(nn.Conv2d(c, 4, (1, 5), padding=(0, 2)))
    yield "picture_max", Picture(nn.MaxPool2d((1, 3)))
    yield "picture_max_dilated", Picture(nn.MaxPool2d((1, 3), dilation=(1, 2), stride=(1, 2)))
    yield "picture_norm", Picture(nn.BatchNorm2d(c))
    yield "picture_group", Picture(nn.GroupNorm(3, c))
    yield "picture_instance", Picture(nn.InstanceNorm2d(c, affine=True))
    yield "picture_adaptive", Picture(nn.AdaptiveAvgPool2d((1, 5)))
    for mode in ["nearest", "linear"]:
        yield f"upsample_{mode}", nn.Upsample(scale_factor=2, mode=mode)
    yield "upsample_linear_corners", nn.Upsample(scale_factor=2, mode="linear", align_corners=True)
    yield "upsample_size", nn.Upsample(size=60, mode="nearest")
    yield "interpolate_down", Apply(lambda x: F.interpolate(x, size=20, mode="linear"))


def paddings():
    for mode in ["constant", "reflect", "replicate", "circular"]:
        for sizes in [(2, 3), (0, 4), (5, 0), (39, 1) if mode != "constant" else (50, 1)]:
            yield f"{mode}_{sizes[0]}_{sizes[1]}", Apply(lambda x, m=mode, s=sizes: F.pad(x, s, mode=m))
    yield "value", Apply(lambda x: F.pad(x, (3, 2), value=0.7))
    yield "negative", Apply(lambda x: F.pad(x, (-3, -2)))
    yield "mixed", Apply(lambda x: F.pad(x, (-3, 4)))
    yield "channels", Apply(lambda x: F.pad(x, (0, 0, 1, 2)))
    yield "both", Apply(lambda x: F.pad(x, (1, 0, 0, 2), value=-1.0))
    for kind in [nn.ConstantPad1d, nn.ReflectionPad1d, nn.ReplicationPad1d, nn.ZeroPad1d, nn.CircularPad1d]:
        yield kind.__name__, kind(3, 0.25) if kind is nn.ConstantPad1d else kind(3)


def choices():
    mask = (torch.arange(LENGTH) % 3 == 0)
    yield from {
        "maximum": Apply(lambda x: torch.maximum(x, x.flip(2))), "minimum": Apply(lambda x: torch.minimum(x, x.flip(2))),
        "maximum_broadcast": Apply(lambda x: torch.maximum(x, x.mean(2, keepdim=True))), "minimum_broadcast": Apply(lambda x: torch.minimum(x, x[:, :1])),
        "maximum_constant": Apply(lambda x: torch.maximum(x, torch.linspace(-1, 1, LENGTH))), "maximum_number": Apply(lambda x: torch.maximum(x, torch.tensor(0.1))),
        "maximum_low": Apply(lambda x: torch.maximum(x, torch.full((CHANNELS, 1), -1e9))), "minmax": Apply(lambda x: torch.maximum(x, x * 2) + torch.minimum(x, x**2)),
        "where_mask": Apply(lambda x: torch.where(mask, x, torch.zeros(()))), "where_value": Apply(lambda x: torch.where(mask, x, torch.tensor(0.5))),
        "masked_fill": Apply(lambda x: x.masked_fill(mask, -2.0)), "where_positive": Apply(lambda x: torch.where(x > 0, x, 0.1 * x)),
        "where_two": Apply(lambda x: torch.where(mask, x, x * 2 + 1)), "where_data": Apply(lambda x: torch.where(x > 0.1, x * 2, x - 1)),
        "tril": Apply(lambda x: torch.tril(x)), "triu": Apply(lambda x: torch.triu(x, 2)), "tril_scores": Apply(lambda x: torch.tril(x.transpose(1, 2) @ x, -1)),
        "topk_values": Apply(lambda x: x.topk(5, dim=2).values), "topk_channels": Apply(lambda x: x.topk(3, dim=1).values), "topk_mean": Apply(lambda x: x.topk(4).values.mean(2)),
        "topk_smallest": Apply(lambda x: x.topk(4, largest=False).values), "topk_all": Apply(lambda x: x.topk(LENGTH).values), "topk_one": Apply(lambda x: x.topk(1).values),
        "topk_indices": Apply(lambda x: x.topk(2).indices.float()), "sort": Apply(lambda x: x.sort(2).values), "sort_down": Apply(lambda x: x.sort(2, descending=True).values),
        "median": Apply(lambda x: x.median(2).values), "kmax": Apply(lambda x: x.sort(2, descending=True).values[:, :, :3].flatten(1)),
        "argmax": Apply(lambda x: x.argmax(1).float()), "argmax_p": Apply(lambda x: x.argmax(2).float()), "argmin": Apply(lambda x: x.argmin(1, keepdim=True).float()), "argmax_half": Apply(lambda x: (x.argmax(1) // 2).float()),
        "one_hot": Apply(lambda x: F.one_hot(x.argmax(1), CHANNELS).float()), "comparison": Apply(lambda x: (x > 0.1).float()),
        "embedding": (Embedded(), False), "embedding_kept": (Embedded(True), False), "argmax_bases": (Apply(lambda x: x.argmax(1).float()), False),
        "cumsum": Apply(lambda x: x.cumsum(2)), "cumsum_channels": Apply(lambda x: x.cumsum(1)), "cumsum_back": Apply(lambda x: x.flip(2).cumsum(2).flip(2)), "cumprod": Apply(lambda x: (x * 0.1 + 1).cumprod(2)),
        "cummax": Apply(lambda x: x.cummax(2).values), "logcumsumexp": Apply(lambda x: x.logcumsumexp(2)),
        "strands_max": (Strands(torch.maximum), False), "strands_mean": (Strands(lambda a, b: (a + b) / 2), False), "strands_stack": (Strands(lambda a, b: torch.stack([a, b]).amax(0)), False),
        "strands_max_function": (Strands(torch.max), False), "strands_cat": (Strands(lambda a, b: torch.cat([a, b], 1)), False)}.items()


def moves():
    index = torch.tensor([5, 1, 1, 30, 7])
    table = torch.arange(12).view(3, 4) * 3
    yield from {
        "repeat": Apply(lambda x: x.repeat(1, 1, 2)), "repeat_channels": Apply(lambda x: x.repeat(1, 3, 1)), "repeat_both": Apply(lambda x: x.repeat(1, 2, 2)), "tile_mean": Apply(lambda x: x.mean(2, keepdim=True).repeat(1, 1, 7)),
        "expand": Apply(lambda x: x.mean(2, keepdim=True).expand(-1, -1, 9)), "repeat_interleave": Apply(lambda x: x.repeat_interleave(2, 2)), "stack": Apply(lambda x: torch.stack([x, x * 2], 1)),
        "cat_channels": Apply(lambda x: torch.cat([x, x.relu()], 1)), "cat_positions": Apply(lambda x: torch.cat([x, x[:, :, :4]], 2)), "flip": Apply(lambda x: x.flip(2)), "flip_both": Apply(lambda x: x.flip(1, 2)), "roll": Apply(lambda x: x.roll(3, 2)), "roll_back": Apply(lambda x: x.roll(-5, 2)),
        "slice": Apply(lambda x: x[:, :, 3:-4]), "slice_step": Apply(lambda x: x[:, 1:, ::3]), "select": Apply(lambda x: x[:, :, 7]), "select_last": Apply(lambda x: x[:, :, -1]), "narrow": Apply(lambda x: x.narrow(2, 10, 20)), "index": Apply(lambda x: x[:, :, index]), "index_channels": Apply(lambda x: x[:, [2, 0, 5]]),
        "index_table": Apply(lambda x: x[:, :, table].mean(3)), "index_select": Apply(lambda x: x.index_select(2, index)), "take_two": Apply(lambda x: x[:, [0, 1], [3, 5]]), "chunk": Apply(lambda x: x.chunk(2, 1)[0] * x.chunk(2, 1)[1]), "split": Apply(lambda x: x.split([10, 30], 2)[1]), "unbind": Apply(lambda x: x.unbind(1)[2]),
        "transpose": Apply(lambda x: x.transpose(1, 2)), "reshape": Apply(lambda x: x.reshape(x.shape[0], CHANNELS * 2, LENGTH // 2)), "windows": Apply(lambda x: x.reshape(x.shape[0], CHANNELS, 8, 5).amax(3)), "windows_mean": Apply(lambda x: x.view(x.shape[0], CHANNELS, 8, 5).mean(2)), "shuffle": Apply(lambda x: x.view(x.shape[0], 2, 3, LENGTH).transpose(1, 2).reshape(x.shape[0], CHANNELS, LENGTH)), "pixel_shuffle": Apply(lambda x: x.view(x.shape[0], 3, 2, LENGTH).permute(0, 1, 3, 2).reshape(x.shape[0], 3, 2 * LENGTH)), "squeeze": Apply(lambda x: x.mean(2, keepdim=True).squeeze(2)), "flatten": nn.Flatten(), "unflatten": nn.Unflatten(1, (2, 3)), "diff": Apply(lambda x: x[:, :, 1:] - x[:, :, :-1]), "movedim": Apply(lambda x: x.movedim(1, 2))}.items()


def reductions():
    yield from {
        "mean": Apply(lambda x: x.mean(2)), "mean_channels": Apply(lambda x: x.mean(1)), "mean_all": Apply(lambda x: x.mean((1, 2), keepdim=True)), "sum": Apply(lambda x: x.sum(2)), "max": Apply(lambda x: x.max(2).values), "amax": Apply(lambda x: x.amax(1)), "amax_both": Apply(lambda x: x.amax((1, 2), keepdim=True)), "amin": Apply(lambda x: x.amin(2)), "std": Apply(lambda x: x.std(2)), "var": Apply(lambda x: x.var(2, unbiased=False)), "norm": Apply(lambda x: x.norm(dim=2)), "norm1": Apply(lambda x: x.norm(p=1, dim=2)), "prod": Apply(lambda x: (x * 0.1 + 1).prod(2)),
        "logsumexp": Apply(lambda x: x.logsumexp(2)), "logsumexp_channels": Apply(lambda x: x.logsumexp(1)), "mean_max": Apply(lambda x: torch.cat([x.mean(2), x.amax(2)], 1)), "weighted": Weighted(), "einsum": Apply(lambda x: torch.einsum("ncl,ncm->nlm", x, x)), "bmm": Apply(lambda x: x @ x.transpose(1, 2)), "outer": Apply(lambda x: x.mean(2).unsqueeze(2) * x.amax(2).unsqueeze(1)), "softmax_sum": Apply(lambda x: (torch.softmax(x, 2) * torch.linspace(0, 1, LENGTH)).sum(2)), "cosine": Apply(lambda x: F.cosine_similarity(x, x.flip(2), dim=1))}.items()


def blocks():
    c = CHANNELS
    yield "linear", Apply(nn.Linear(LENGTH, 7))
    yield "linear_channels", nn.Sequential(Apply(lambda x: x.transpose(1, 2)), nn.Linear(c, 3))
    yield "mlp", nn.Sequential(nn.Flatten(), nn.Linear(c * LENGTH, 9), nn.SELU(), nn.AlphaDropout(0.5), nn.Linear(9, 4))
    yield "residual_group", Residual(nn.Conv1d(c, c, 3, padding=1), nn.GroupNorm(2, c), nn.Mish())
    yield "residual_instance", Residual(nn.InstanceNorm1d(c, affine=True), nn.CELU(), nn.Conv1d(c, c, 5, padding=2, padding_mode="reflect"))
    yield "gate_silu", Gate(nn.SiLU())
    yield "gate_hardswish", Gate(nn.Hardswish())
    yield "bilinear", Bilinear()
    for causal in [False, True]:
        for fused in [False, True]:
            yield f"attention{'_causal' * causal}{'_fused' * fused}", Attention(causal, fused=fused)
        yield f"multihead{'_causal' * causal}", MultiHead(causal)
        yield f"encoder{'_causal' * causal}", Encoder(False, "relu", causal)
    yield "attention_mask", Attention(mask=torch.ones(LENGTH, LENGTH).tril(3).bool())
    yield "attention_bias", Attention(mask=torch.linspace(-2, 2, LENGTH).expand(LENGTH, LENGTH))
    yield "encoder_first", Encoder(True, "gelu")
    for kind in [nn.LSTM, nn.GRU, nn.RNN]:
        for what in ["all", "last", "state"]:
            yield f"{kind.__name__}_{what}", Recurrent(kind, what)
        yield f"{kind.__name__}_both", Recurrent(kind, bidirectional=True)
        yield f"{kind.__name__}_two", Recurrent(kind, num_layers=2)
    yield "rnn_relu", Recurrent(nn.RNN, nonlinearity="relu")
    yield "lstm_projected", Recurrent(nn.LSTM, proj_size=3)


def modules():
    """Name → (layer, whether a convolution stands before it)."""
    torch.manual_seed(3)
    torch.backends.mha.set_fastpath_enabled(False)  # an operator that no exporter knows
    groups = {"act": activations, "norm": norms, "window": windows, "pad": paddings, "choice": choices, "move": moves, "reduce": reductions, "block": blocks}
    for prefix, group in groups.items():
        for name, layer in group():
            layer, stem = layer if isinstance(layer, tuple) else (layer, True)
            for module in layer.modules():
                for parameter in module.parameters(recurse=False):
                    if parameter.dim() == 1:
                        nn.init.uniform_(parameter, 0.4, 1.3)
                if getattr(module, "running_mean", None) is not None:
                    nn.init.normal_(module.running_mean, 0, 0.2)
                    nn.init.uniform_(module.running_var, 0.3, 2)
            yield f"{prefix}_{name}", layer, stem


def one_hot(index):
    """The sequences of onnx_networks.py: every 17th base is N."""
    p = np.arange(LENGTH)
    hot = np.eye(4, dtype="float32")[(p * p * 7 + p * (index + 3) + p // 3 + index) % 4]
    hot[p % 17 == 16] = 0
    return torch.from_numpy(hot.T.copy())


def export(network, path, exporter, opset):
    example = (torch.stack([one_hot(0), one_hot(1)]),)
    arguments = dict(input_names=["dna"], output_names=["out"], opset_version=opset, dynamo=exporter == "dynamo")
    if exporter == "legacy":
        arguments["dynamic_axes"] = {"dna": {0: "N"}, "out": {0: "N"}}
    else:
        arguments |= dict(dynamic_shapes=({0: torch.export.Dim("N")},), external_data=False, verbose=False)
    torch.onnx.export(network, example, str(path), **arguments)


def make(folder, pattern="*"):
    folder.mkdir(parents=True, exist_ok=True)
    inputs = torch.stack([one_hot(i) for i in range(3)])
    letters = ["".join("ACGTN"[int(c)] for c in torch.where(x.sum(0) > 0, x.argmax(0), torch.tensor(4))) for x in inputs]
    (folder / "sequences.fa").write_text("".join(f">s{i}\n{s}\n" for i, s in enumerate(letters)))
    refused = []
    for number, (name, layer, stem) in enumerate(modules()):
        if not fnmatch.fnmatch(name, pattern):
            continue
        try:
            network = Zoo(layer, stem).eval().requires_grad_(False)
            values = network(inputs).numpy().astype("float64").tolist()
        except Exception as error:  # what this version of PyTorch does not compute
            refused.append(f"{name}\t{type(error).__name__}: {str(error)[:150]!r}")
            continue
        for exporter, opsets in OPSETS.items():
            opset = opsets[number % len(opsets)]
            file = folder / f"{name}.{exporter}_{opset}.onnx"
            if file.exists():
                continue
            try:
                export(network, file, exporter, opset)
                file.with_suffix(".json").write_text(json.dumps(values))
            except Exception as error:  # whatever an exporter does not know
                refused.append(f"{file.stem}\t{str(error).strip().splitlines()[0][:150] if str(error).strip() else type(error).__name__}")
    with open(folder / "not_exported.tsv", "a") as table:
        table.writelines(line + "\n" for line in refused)
    print(f"{len(list(folder.glob('*.onnx')))} networks, {len(refused)} not exported")


def compare(shoal, file):
    """("equal" | "refused" | "WRONG", what is to be said)."""
    run = subprocess.run([shoal, "predict", "--model", f"m={file}", "--fasta", str(file.parent / "sequences.fa"), "--threads", "1"],
                         capture_output=True, text=True)
    if run.returncode != 0:
        message = (run.stderr.strip().splitlines() or ["no message"])[-1]
        return ("refused" if 0 < run.returncode < 64 else "WRONG"), message.replace(str(file), "FILE")
    found = np.array([[float(v) for v in line.split("\t")[1:]] for line in run.stdout.splitlines()[1:]])
    expected = np.array(json.loads(file.with_suffix(".json").read_text()))
    if found.shape != expected.shape:
        return "WRONG", f"{found.shape} values for {expected.shape}"
    error = np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-3)
    return ("equal" if error < 2e-5 else "WRONG"), f"{error:.2g}"


def check(folder, shoal):
    files = sorted(folder.glob("*.onnx"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda file: compare(shoal, file), files))
    counts = collections.Counter(verdict for verdict, _ in results)
    for file, (verdict, text) in zip(files, results):
        if verdict != "equal":
            print(f"{verdict}\t{file.stem}\t{text}")
    print(", ".join(f"{counts[verdict]} {verdict}" for verdict in ["equal", "refused", "WRONG"]))
    return counts["WRONG"]


GOLDEN = ["norm_group_3.legacy", "norm_instance_affine.dynamo", "norm_layer_both.dynamo", "norm_rms.dynamo",
          "window_adaptive_mean_7.dynamo", "window_max_dilation3_stride2_padding1.legacy", "pad_reflect_2_3.legacy",
          "pad_circular_2_3.dynamo", "choice_topk_values.legacy", "choice_embedding.dynamo", "choice_strands_max.legacy",
          "block_attention_causal.legacy", "block_attention_causal_fused.dynamo", "move_repeat_interleave.legacy"]


def golden(folder):
    """Copies what `make` wrote of a few modules into onnx/, with a table like onnx_networks.py's."""
    rows = ["network\toutput\tsequence\tpositions\tchannels\tvalues"]
    for name in GOLDEN:
        file = next(folder.glob(f"{name}_*.onnx"))
        stem = "zoo_" + name.replace(".", "_")
        (HERE / f"{stem}.onnx").write_bytes(file.read_bytes())
        for index, values in enumerate(json.loads(file.with_suffix(".json").read_text())):
            rows.append(f"{stem}\tout\t{index}\t1\t{len(values)}\t" + " ".join(f"{v:.7g}" for v in values))
    (HERE / "zoo_expected.tsv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    if sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]), *sys.argv[3:])
    elif sys.argv[1] == "check":
        sys.exit(1 if check(pathlib.Path(sys.argv[2]), sys.argv[3]) else 0)
    elif sys.argv[1] == "golden":
        golden(pathlib.Path(sys.argv[2]))
    else:
        sys.exit(__doc__)
