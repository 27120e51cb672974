#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes profile_network.onnx, a small BPNet, and profile_attribution.tsv: attributions of its profile by PyTorch.

    profile_attribution.py          # PyTorch 2.x with onnx; profile_attribution.tsv says which

The scalar is sum over positions of w (p - mean p) with p the head's logits and w = softmax(p) over positions, per strand
and then the mean over strands ("profile"), or with softmax, mean and sum over positions and strands ("profile-joint"). w
is a constant for autograd: that of the sequence explained, at baselines and references too. Everything is float64.

DeepSHAP is written out: a ReLU's gradient is (relu(x) - relu(r)) / (x - r) between the sequence and a reference, and the
map is the mean over references of sum over b of multiplier(b) (onehot(a) - reference(b)). Also of readouts that are not
linear: "wn" (the sum of w p with w = softmax(p) over positions, mean over strands), "wn-squid" (softmax over strands) and
"max" (over positions, of the first strand). A softmax is taken apart into e^x, a sum, 1 / x and a product; a product's
multipliers are the means of the other factor over the two rows. A maximum's: with m the larger of the two maxima y and r,
m - r goes to the first largest position of the sequence and y - m to that of the reference.

Rows: `sequence NAME letters`; `score REDUCTION NAME value`; `METHOD REDUCTION NAME map…` with maps [4, length]. Sequences
are x, y and the references r0 to r2.
"""

import copy
import pathlib

import numpy as np
import torch

FOLDER = pathlib.Path(__file__).parent
LENGTH, STEPS = 40, 25


class Rescaled(torch.autograd.Function):
    """ReLU of a sequence and its reference, rows 0 and 1, whose gradient is the rescale rule's multiplier."""

    @staticmethod
    def forward(context, values):
        context.save_for_backward(values)
        return values.clamp(min=0)

    @staticmethod
    def backward(context, wanted):
        (values,) = context.saved_tensors
        difference = values[0] - values[1]
        outcome = values[0].clamp(min=0) - values[1].clamp(min=0)
        multiplier = torch.where(difference.abs() > 1e-9, outcome / difference, (values[0] > 0).to(values))
        return wanted * multiplier


class OfOneNumber(torch.autograd.Function):
    """e^x or 1 / x of rows 0 and 1, by difference quotients."""

    @staticmethod
    def forward(context, values, name):
        outcome = torch.exp(values) if name == "exp" else 1 / values
        context.save_for_backward(values, outcome)
        context.slope = outcome if name == "exp" else -outcome * outcome
        return outcome

    @staticmethod
    def backward(context, wanted):
        values, outcome = context.saved_tensors
        difference = values[0] - values[1]
        quotient = (outcome[0] - outcome[1]) / torch.where(difference != 0, difference, 1)
        return wanted * torch.where(difference != 0, quotient, context.slope[0]), None


class Product(torch.autograd.Function):
    @staticmethod
    def forward(context, left, right):
        context.save_for_backward(left, right)
        return left * right

    @staticmethod
    def backward(context, wanted):
        left, right = context.saved_tensors
        return wanted * right.mean(0, keepdim=True), wanted * left.mean(0, keepdim=True)


class Maximum(torch.autograd.Function):
    """Over positions of [2, positions]."""

    @staticmethod
    def forward(context, values):
        context.save_for_backward(values)
        return values.max(1).values

    @staticmethod
    def backward(context, wanted):
        (values,) = context.saved_tensors
        own, reference = values.max(1).values
        shares = torch.zeros_like(values[0])
        shares[values[0].argmax()] += torch.maximum(own, reference) - reference
        shares[values[1].argmax()] += own - torch.maximum(own, reference)
        difference = values[0] - values[1]
        return wanted[:, None] * torch.where(shares != 0, shares / difference, 0)


def curved(profile, reduction):
    """The readouts that are not linear, of the profiles of a sequence and its reference."""
    if reduction == "max":
        return Maximum.apply(profile[:, :, 0])
    exponential = OfOneNumber.apply(profile, "exp")
    axis = 1 if reduction == "wn" else 2
    inverse = OfOneNumber.apply(exponential.sum(axis, keepdim=True), "reciprocal")
    weights = Product.apply(exponential, inverse.expand_as(exponential))
    return Product.apply(weights, profile).sum(1).mean(1)


def curved_deepshap(network, x, references, reduction):
    network.rescales = True
    total = torch.zeros(4, x.shape[2], dtype=torch.float64)
    for reference in references:
        both = torch.cat([x, reference]).requires_grad_()
        scores = curved(network(both)[0], reduction)
        scores[0].backward()
        multiplier = both.grad[0]
        change = (multiplier * (x[0] - reference[0])).sum() - (scores[0] - scores[1])
        assert abs(change.item()) < 1e-12, change
        total += (multiplier - (multiplier * reference[0]).sum(0, keepdim=True)) / len(references)
    network.rescales = False
    return scores[0].item(), {"deepshap": total}


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        conv = torch.nn.Conv1d
        self.stem = conv(4, 7, 5, padding=2)
        self.dilated = torch.nn.ModuleList(conv(7, 7, 3, padding=d, dilation=d) for d in (2, 4))
        self.profile = conv(7, 2, 7, padding=3)
        self.counts = torch.nn.Linear(7, 1)
        self.rescales = False

    def relu(self, values):
        return Rescaled.apply(values) if self.rescales else torch.relu(values)

    def forward(self, sequence):
        x = self.relu(self.stem(sequence))
        for layer in self.dilated:
            x = x + self.relu(layer(x))
        return self.profile(x).transpose(1, 2), self.counts(x.mean(2))


def softmax(profile, reduction):
    if reduction == "profile":
        return torch.softmax(profile, 1)
    return torch.softmax(profile.flatten(1), 1).view_as(profile)


def scalar(profile, weights, reduction):
    """Of profiles [N, positions, strands], the weights given."""
    if reduction == "profile":
        return (weights * (profile - profile.mean(1, keepdim=True))).sum(1).mean(1)
    return (weights * (profile - profile.mean((1, 2), keepdim=True))).sum((1, 2))


def one_hot(letters):
    x = torch.zeros(1, 4, len(letters), dtype=torch.float64)
    for position, letter in enumerate(letters):
        x[0, "ACGT".index(letter), position] = 1
    return x


def gradient(network, points, weights, reduction):
    points = points.detach().clone().requires_grad_()
    scalar(network(points)[0], weights, reduction).sum().backward()
    return points.grad


def attributions(network, x, references, reduction):
    weights = softmax(network(x)[0], reduction).detach()
    maps = {"saliency": gradient(network, x, weights, reduction)[0]}
    maps["gradient-x-input"] = maps["saliency"] * x[0]
    path = torch.linspace(0, 1, STEPS + 1, dtype=torch.float64).view(-1, 1, 1) * x
    ends = torch.ones(STEPS + 1, 1, 1, dtype=torch.float64) / STEPS
    ends[[0, -1]] /= 2
    maps["integrated-gradients"] = (gradient(network, path, weights, reduction) * ends).sum(0) * x[0]
    own = lambda points: scalar(network(points)[0], softmax(network(points)[0], reduction), reduction)
    maps["ism"] = torch.zeros(4, x.shape[2], dtype=torch.float64)
    for base in range(4):
        for position in range(x.shape[2]):
            mutant = x.clone()
            mutant[0, :, position] = 0
            mutant[0, base, position] = 1
            maps["ism"][base, position] = (own(mutant) - own(x)).item()
    network.rescales = True
    maps["deepshap"] = torch.zeros(4, x.shape[2], dtype=torch.float64)
    for reference in references:
        both = torch.cat([x, reference]).requires_grad_()
        scalar(network(both)[0][:1], weights, reduction).sum().backward()
        multiplier = both.grad[0]
        maps["deepshap"] += (multiplier - (multiplier * reference[0]).sum(0, keepdim=True)) / len(references)
    network.rescales = False
    return own(x).item(), maps


def main():
    torch.manual_seed(3)
    network = Network()
    with torch.no_grad():
        for name, values in network.named_parameters():
            values *= 1.0 if name.endswith("bias") else 2.0
    torch.onnx.export(copy.deepcopy(network), (torch.zeros(2, 4, LENGTH),), str(FOLDER / "profile_network.onnx"),
                      opset_version=18, input_names=["sequence"], output_names=["profile", "counts"], dynamo=True,
                      external_data=False, dynamic_shapes=({0: torch.export.Dim("N")},))
    network = network.double()
    random = np.random.default_rng(9)
    sequences = {name: "".join(random.choice(list("ACGT"), LENGTH)) for name in ("x", "y", "r0", "r1", "r2")}
    references = [one_hot(sequences[name]) for name in ("r0", "r1", "r2")]
    with open(FOLDER / "profile_attribution.tsv", "w") as file:
        print("version", "PyTorch " + torch.__version__, sep="\t", file=file)
        for name, letters in sequences.items():
            print("sequence", name, letters, sep="\t", file=file)
        for reduction in ("profile", "profile-joint", "wn", "wn-squid", "max"):
            for name in ("x", "y"):
                explain = attributions if reduction.startswith("profile") else curved_deepshap
                score, maps = explain(network, one_hot(sequences[name]), references, reduction)
                print("score", reduction, name, f"{score:.9g}", sep="\t", file=file)
                for method, values in maps.items():
                    print(method, reduction, name, *(f"{v:.8g}" for v in values.flatten().tolist()), sep="\t", file=file)


main()
