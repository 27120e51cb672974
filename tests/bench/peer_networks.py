# SPDX-License-Identifier: MIT
"""The networks of network_bench.py as PyTorch modules: shapes of the published ones, inputs (N, 4, length).

Random weights, with batch normalisations that do something; DeepSTARR takes its published ones where they are given.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class DeepSTARR(nn.Module):
    """de Almeida et al., Nature Genetics 2022."""

    length = 249
    convolutions = [("Conv1D_1st", 4, 256, 7), ("Conv1D_2", 256, 60, 3), ("Conv1D_3", 60, 60, 5),
                    ("Conv1D_4", 60, 120, 3)]

    def __init__(self):
        super().__init__()
        layers = []
        for _, channels, filters, width in self.convolutions:
            layers += [nn.Conv1d(channels, filters, width, padding="same"), nn.BatchNorm1d(filters, eps=1e-3),
                       nn.ReLU(), nn.MaxPool1d(2)]
        self.trunk = nn.Sequential(*layers)
        self.dense = nn.Sequential(nn.Linear(1800, 256), nn.BatchNorm1d(256, eps=1e-3), nn.ReLU(), nn.Linear(256, 256),
                                   nn.BatchNorm1d(256, eps=1e-3), nn.ReLU())
        self.heads = nn.Linear(256, 2)

    def forward(self, x):
        return self.heads(self.dense(self.trunk(x).transpose(1, 2).flatten(1)))

    def load_keras(self, path):
        """Weights of the published Keras file."""
        import h5py  # machines with a GPU that only time networks lack it

        with h5py.File(path) as file:
            root = file["model_weights"] if "model_weights" in file else file

            def arrays(layer):
                group = root[layer]
                return [torch.from_numpy(np.asarray(group[name])) for name in group.attrs["weight_names"]]

            def set_norm(module, layer):
                values = arrays(layer)
                for parameter, value in zip([module.weight, module.bias, module.running_mean, module.running_var],
                                            values):
                    parameter.data.copy_(value)

            def set_affine(module, layer):
                kernel, bias = arrays(layer)
                module.weight.data.copy_(kernel.permute(*reversed(range(kernel.ndim))))
                module.bias.data.copy_(bias)

            for i, (layer, *_) in enumerate(self.convolutions):
                set_affine(self.trunk[4 * i], layer)
                set_norm(self.trunk[4 * i + 1], f"batch_normalization_{60 + i}")
            for i in range(2):
                set_affine(self.dense[3 * i], f"Dense_{i + 1}")
                set_norm(self.dense[3 * i + 1], f"batch_normalization_{64 + i}")
            for row, layer in enumerate(["Dense_Dev", "Dense_Hk"]):
                kernel, bias = arrays(layer)
                self.heads.weight.data[row].copy_(kernel[:, 0])
                self.heads.bias.data[row].copy_(bias[0])


class Basset(nn.Module):
    """Kelley et al., Genome Research 2016, as in Kipoi."""

    length = 600

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(4, 300, 19, padding=9), nn.BatchNorm1d(300), nn.ReLU(), nn.MaxPool1d(3),
            nn.Conv1d(300, 200, 11, padding=5), nn.BatchNorm1d(200), nn.ReLU(), nn.MaxPool1d(4),
            nn.Conv1d(200, 200, 7, padding=3), nn.BatchNorm1d(200), nn.ReLU(), nn.MaxPool1d(4), nn.Flatten(),
            nn.Linear(200 * 12, 1000), nn.BatchNorm1d(1000), nn.ReLU(), nn.Linear(1000, 1000), nn.BatchNorm1d(1000),
            nn.ReLU(), nn.Linear(1000, 164), nn.Sigmoid())

    def forward(self, x):
        return self.body(x)


class BPNet(nn.Module):
    """Avsec et al., Nature Genetics 2021, as bpnet-lite builds it: 8 dilated layers, one track."""

    length = 2114
    filters = 64

    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(4, self.filters, 21, padding=10)
        self.dilated = nn.ModuleList(nn.Conv1d(self.filters, self.filters, 3, padding=2**i, dilation=2**i)
                                     for i in range(1, 9))
        self.profile = nn.Conv1d(self.filters, 1, 75, padding=37)
        self.counts = nn.Linear(self.filters, 1)

    def forward(self, x):
        x = F.relu(self.first(x))
        for layer in self.dilated:
            x = x + F.relu(layer(x))
        return self.profile(x)[..., 557:-557], self.counts(x.mean(-1))


class ResidualUnit(nn.Module):
    def __init__(self, channels, width, dilation):
        super().__init__()
        pad = dilation * (width - 1) // 2
        self.body = nn.Sequential(
            nn.BatchNorm1d(channels), nn.ReLU(), nn.Conv1d(channels, channels, width, dilation=dilation, padding=pad),
            nn.BatchNorm1d(channels), nn.ReLU(), nn.Conv1d(channels, channels, width, dilation=dilation, padding=pad))

    def forward(self, x):
        return x + self.body(x)


class SpliceAI(nn.Module):
    """SpliceAI-10k, Jaganathan et al., Cell 2019: 15,000 bases in, 5,000 positions of three classes out."""

    length = 15000
    units = [(11, 1)] * 4 + [(11, 4)] * 4 + [(21, 10)] * 4 + [(41, 25)] * 4

    def __init__(self, channels=32):
        super().__init__()
        self.first, self.skip = nn.Conv1d(4, channels, 1), nn.Conv1d(channels, channels, 1)
        self.body = nn.ModuleList(ResidualUnit(channels, width, dilation) for width, dilation in self.units)
        self.skips = nn.ModuleList(nn.Conv1d(channels, channels, 1) for _ in range(len(self.units) // 4))
        self.out = nn.Conv1d(channels, 3, 1)

    def forward(self, x):
        x = self.first(x)
        total = self.skip(x)
        for i, unit in enumerate(self.body):
            x = unit(x)
            if i % 4 == 3:
                total = total + self.skips[i // 4](x)
        return torch.softmax(self.out(total[..., 5000:-5000]), dim=1)


class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction):
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(channels, channels // reduction), nn.SiLU(),
                                  nn.Linear(channels // reduction, channels), nn.Sigmoid())

    def forward(self, x):
        return x * self.gate(x.mean(2)).unsqueeze(2)


def normed(channels, filters, width, groups=1):
    return [nn.Conv1d(channels, filters, width, padding="same", groups=groups, bias=False), nn.BatchNorm1d(filters),
            nn.SiLU()]


class LegNet(nn.Module):
    """Penzar et al., Bioinformatics 2023, as trained on human MPRA: stem 64 wide, four blocks."""

    length = 230

    def __init__(self, sizes=(80, 96, 112, 128)):
        super().__init__()
        channels = 64
        self.stem = nn.Sequential(*normed(4, channels, 11))
        self.gates, self.joins = nn.ModuleList(), nn.ModuleList()
        for filters in sizes:
            inner = channels * 4
            self.gates.append(nn.Sequential(*normed(channels, inner, 1), *normed(inner, inner, 9, inner),
                                            SqueezeExcite(inner, 4), *normed(inner, channels, 1)))
            self.joins.append(nn.Sequential(*normed(2 * channels, filters, 9), nn.MaxPool1d(2)))
            channels = filters
        self.mapper = nn.Sequential(nn.BatchNorm1d(channels), nn.Conv1d(channels, 2 * channels, 1))
        self.head = nn.Sequential(nn.Linear(2 * channels, 2 * channels), nn.BatchNorm1d(2 * channels), nn.SiLU(),
                                  nn.Linear(2 * channels, 1))

    def forward(self, x):
        x = self.stem(x)
        for gate, join in zip(self.gates, self.joins):
            x = join(torch.cat([gate(x), x], 1))
        return self.head(self.mapper(x).mean(-1))


NETWORKS = {each.__name__: each for each in [DeepSTARR, Basset, BPNet, SpliceAI, LegNet]}


def make(name, deepstarr_weights=None):
    """The network, in inference mode."""
    torch.manual_seed(7)
    network = NETWORKS[name]()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            nn.init.normal_(module.running_mean, 0, 0.2)
            nn.init.uniform_(module.running_var, 0.3, 2)
    if name == "DeepSTARR" and deepstarr_weights:
        network.load_keras(deepstarr_weights)
    return network.eval()


def count_flop(network):
    """Of one sequence: two for every multiplication of convolutions and dense layers."""
    total = 0

    def add(module, inputs, output):
        nonlocal total
        total += 2 * output.numel() * module.weight[0].numel()

    hooks = [module.register_forward_hook(add) for module in network.modules()
             if isinstance(module, (nn.Conv1d, nn.Linear))]
    with torch.inference_mode():
        network(torch.zeros(1, 4, network.length))
    for hook in hooks:
        hook.remove()
    return total


def one_hot(codes):
    """[N, length] codes to (N, 4, length) float32."""
    return torch.nn.functional.one_hot(torch.as_tensor(codes).long(), 4).float().transpose(1, 2).contiguous()
