#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes what captum and tangermeme attribute, for tests/attribution/peers_test.cpp (torch, onnxscript, captum 0.9,
tangermeme 1.6; random weights, everything in double precision).

peers/<network>.onnx    deepstarr: normalisations, ReLU, max pooling, two heads; exponential: the exponential
                                    first, max pooling with windows that overlap, a sigmoid; average: mean pooling
peers/backgrounds.tsv   is read: sequences, and the dinucleotide shuffles of each that Shoal draws for seed
                                    11 and locus 99; the test checks that it still does
peers/expected.tsv      by network, method, task and sequence: [4, length] values in A, C, G, T order

Methods: deepshap-captum and deepshap-tangermeme, hypothetical contributions by the rescale rule, mean over the
backgrounds (captum without max pooling only: the contributions that its rule for that gives do not sum to the output's
difference, which every value written here does to 1e-9); integrated-gradients-captum from zeros, riemann_trapezoid over 26
points. The weights of captum's rule add up to 25 / 26; here they are made to add up to 1, as those of 25 trapezoids do.
"""
import pathlib

import captum.attr._core.deep_lift as captum_deep_lift
import numpy as np
import torch
from captum.attr import DeepLiftShap, IntegratedGradients
from tangermeme._deep_lift_utils import _nonlinear
from tangermeme.deep_lift_shap import deep_lift_shap
from torch import nn

FOLDER = pathlib.Path(__file__).parent / "peers"
POINTS = 26


class Exponential(nn.Module):
    def forward(self, x):
        return torch.exp(x)


captum_deep_lift.SUPPORTED_NON_LINEAR[Exponential] = captum_deep_lift.nonlinear


def deepstarr():
    return nn.Sequential(
        nn.Conv1d(4, 16, 7, padding="same"), nn.BatchNorm1d(16), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(16, 12, 3, padding="same"), nn.BatchNorm1d(12), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(12, 10, 5, padding="same"), nn.BatchNorm1d(10), nn.ReLU(), nn.MaxPool1d(2), nn.Flatten(),
        nn.Linear(60, 14), nn.BatchNorm1d(14), nn.ReLU(), nn.Linear(14, 2))


def exponential():
    return nn.Sequential(
        nn.Conv1d(4, 12, 11, padding="same"), nn.BatchNorm1d(12), Exponential(), nn.MaxPool1d(4),
        nn.Conv1d(12, 8, 4, padding="same"), nn.ReLU(), nn.MaxPool1d(3, 2), nn.Flatten(), nn.Linear(40, 9), nn.ReLU(),
        nn.Linear(9, 2), nn.Sigmoid())


def average():
    return nn.Sequential(
        nn.Conv1d(4, 12, 8, padding="same", dilation=2), Exponential(), nn.AvgPool1d(3), nn.BatchNorm1d(12),
        nn.Conv1d(12, 8, 5, stride=2), nn.Tanh(), nn.Conv1d(8, 8, 1), nn.ReLU(), nn.AvgPool1d(2), nn.Flatten(),
        nn.Linear(24, 9), nn.ELU(), nn.Linear(9, 2))


def one_hot(text):
    return torch.tensor([[float(base == letter) for letter in text] for base in "ACGT"], dtype=torch.float64)


def read_backgrounds():
    """[(sequence, [backgrounds])] as one-hot values (4, length)."""
    found = []
    for line in (FOLDER / "backgrounds.tsv").read_text().splitlines()[1:]:
        sequence, shuffled = line.split("\t")
        if not found or found[-1][0] != sequence:
            found.append((sequence, []))
        found[-1][1].append(shuffled)
    return [(one_hot(sequence), torch.stack([one_hot(each) for each in shuffles])) for sequence, shuffles in found]


def hypothetical(multipliers, inputs, baselines):
    """captum's multipliers (one of each baseline) to contributions of every base."""
    return tuple(m - (m * b).sum(1, keepdim=True) for m, b in zip(multipliers, baselines))


def main():
    torch.manual_seed(12)
    rows = ["network\tmethod\ttask\tsequence\tvalues"]
    for make in [deepstarr, exponential, average]:
        network = make()
        for module in network.modules():
            if isinstance(module, nn.BatchNorm1d):
                nn.init.normal_(module.weight, 1, 0.2)
                nn.init.normal_(module.bias, 0, 0.2)
                nn.init.normal_(module.running_mean, 0, 0.2)
                nn.init.uniform_(module.running_var, 0.1, 0.6)
        network.eval()
        torch.onnx.export(network, (torch.zeros(2, 4, 48),), str(FOLDER / f"{make.__name__}.onnx"), opset_version=18,
                          input_names=["sequence"], output_names=["score"], external_data=False, verbose=False,
                          dynamic_shapes=({0: torch.export.Dim("N")},), dynamo=True)
        network.double()
        for index, (x, backgrounds) in enumerate(read_backgrounds()):
            x = x.unsqueeze(0)
            for task in range(2):
                difference = (network(x) - network(backgrounds))[:, task].mean().item()
                values = {"deepshap-tangermeme": deep_lift_shap(
                    network, x, target=task, references=backgrounds.unsqueeze(0), hypothetical=True, device="cpu",
                    additional_nonlinear_ops={Exponential: _nonlinear})}
                if not any(isinstance(module, nn.MaxPool1d) for module in network):
                    values["deepshap-captum"] = DeepLiftShap(network).attribute(
                        x, backgrounds, target=task, custom_attribution_func=hypothetical)
                for value in values.values():
                    assert abs((x * value).sum().item() - difference) < 1e-9
                values["integrated-gradients-captum"] = POINTS / (POINTS - 1) * IntegratedGradients(network).attribute(
                    x, target=task, n_steps=POINTS, method="riemann_trapezoid")
                for method, value in values.items():
                    shown = " ".join(f"{v:.8g}" for v in value[0].detach().numpy().ravel())
                    rows.append(f"{make.__name__}\t{method}\t{task}\t{index}\t{shown}")
    (FOLDER / "expected.tsv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
