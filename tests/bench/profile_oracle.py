#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Integrated gradients of BPNet's profile in float64 (NumPy) beside those of a store, and what makes them differ.

    profile_oracle.py make GENOME BED COUNT FASTA     # windows of 1,000 bases around the first COUNT rows
    shoal scan --model bpnet=bpnet_oskn.h5 --head Oct4_profile@profile --fasta FASTA --methods integrated-gradients
        --path-tolerance 0 --output STORE
    profile_oracle.py check bpnet_oskn.h5 FASTA STORE

The network: a convolution with ReLU, residual dilated convolutions with ReLU, a transposed convolution. Where a map is
further than 1e-5 of its largest value from the oracle's, the ReLUs of the path whose inputs are nearest to 0 are given the
other slope, one after the other, as long as that brings the oracle nearer to the store's map: the input of each, in float64,
is printed. float32 cannot tell the sign of an input that is smaller than its rounding errors.
"""
import gzip
import sys

import h5py
import numpy as np

STEPS, TRIED = 25, 12
LETTERS = "ACGT"


def make(genome, bed, count, fasta):
    sequences = {}
    with gzip.open(genome, "rt") as file:
        for line in file:
            if line[0] == ">":
                name = line[1:].split()[0]
                sequences[name] = []
            else:
                sequences[name].append(line.strip().upper())
    sequences = {name: "".join(parts) for name, parts in sequences.items()}
    with open(fasta, "w") as out:
        for line in open(bed).readlines()[: int(count)]:
            name, start, end, locus, _, strand = line.split()[:6]
            first = (int(start) + int(end)) // 2 - 500
            text = sequences[name][first : first + 1000]
            if strand == "-":
                text = text[::-1].translate(str.maketrans("ACGT", "TGCA"))
            out.write(f">{locus}\n{text}\n")


def weights_of(path):
    arrays = {}
    def take(name, item):
        if isinstance(item, h5py.Dataset):
            layer, kind = name.split("/")[-2:]
            arrays[layer, "bias" if "bias" in kind else "kernel"] = np.array(item, np.float64)
    h5py.File(path)["model_weights"].visititems(take)
    return arrays


def shifted(values, by):
    """values[point, position + by], 0 beyond the ends."""
    result = np.zeros_like(values)
    length = values.shape[1]
    if abs(by) < length:
        result[:, max(0, -by) : length - max(0, by)] = values[:, max(0, by) : length - max(0, -by)]
    return result


class Network:
    def __init__(self, path, head):
        self.arrays = weights_of(path)
        self.head = head
        self.layers = sum(1 for layer, kind in self.arrays if layer.startswith("conv_") and kind == "kernel")

    def convolve(self, values, layer, dilation):
        kernel = self.arrays[layer, "kernel"]
        middle = (len(kernel) - 1) // 2
        return sum(shifted(values, (k - middle) * dilation) @ kernel[k] for k in range(len(kernel)))

    def convolve_back(self, values, layer, dilation):
        kernel = self.arrays[layer, "kernel"]
        middle = (len(kernel) - 1) // 2
        return sum(shifted(values, (middle - k) * dilation) @ kernel[k].T for k in range(len(kernel)))

    def forward(self, points):
        """Logits [points, positions, strands] and the ReLUs' inputs per layer."""
        inputs = [self.convolve(points, "conv_0", 1) + self.arrays["conv_0", "bias"]]
        values = np.maximum(inputs[0], 0)
        for number in range(1, self.layers):
            layer = f"conv_{number}"
            inputs.append(self.convolve(values, layer, 2**number) + self.arrays[layer, "bias"])
            values = values + np.maximum(inputs[-1], 0)
        kernel = self.arrays[self.head, "kernel"]  # [width, strands, filters]
        middle = (len(kernel) - 1) // 2
        logits = sum(shifted(values, middle - k) @ kernel[k].T for k in range(len(kernel)))
        return logits + self.arrays[self.head, "bias"], inputs

    def gradients(self, inputs, wanted, flips=()):
        """Of sum(wanted * logits) by the points; `flips`: (layer, point, position, filter) whose slope is the other."""
        slopes = [(values > 0).astype(float) for values in inputs]
        for layer, *place in flips:
            slopes[layer][tuple(place)] = 1 - slopes[layer][tuple(place)]
        kernel = self.arrays[self.head, "kernel"]
        middle = (len(kernel) - 1) // 2
        back = sum(shifted(wanted, k - middle) @ kernel[k] for k in range(len(kernel)))
        for number in range(self.layers - 1, 0, -1):
            back = back + self.convolve_back(back * slopes[number], f"conv_{number}", 2**number)
        return self.convolve_back(back * slopes[0], "conv_0", 1)


def weights_of_positions(logits):
    """Of the scalar mean over strands of sum of w (p - mean p): its derivative by p, w held."""
    powers = np.exp(logits - logits.max(0, keepdims=True))
    shares = powers / powers.sum(0, keepdims=True)
    return (shares - shares.mean(0, keepdims=True)) / logits.shape[1]


def integrated(network, sequence, found):
    one_hot = np.array([[letter == base for base in LETTERS] for letter in sequence], float)
    path = one_hot[None] * (np.arange(STEPS + 1) / STEPS)[:, None, None]
    logits, inputs = network.forward(path)
    ends = np.ones(STEPS + 1) / STEPS
    ends[[0, -1]] /= 2
    wanted = np.repeat(weights_of_positions(logits[-1])[None], STEPS + 1, 0) * ends[:, None, None]

    def map_of(flips):
        return (network.gradients(inputs, wanted, flips).sum(0) * one_hot).T

    def error_of(flips):
        own = map_of(flips)
        return np.abs(found - own).max() / np.abs(own).max()

    flips, notes = [], []
    error = first = error_of(flips)
    if error > 1e-5:
        nearest = []
        for layer, values in enumerate(inputs):
            for at in np.argpartition(np.abs(values).ravel(), TRIED)[:TRIED]:
                place = np.unravel_index(at, values.shape)
                nearest.append((abs(values[place]), layer, *place))
        for size, layer, *place in sorted(nearest)[: 3 * TRIED]:
            now = error_of(flips + [(layer, *place)])
            if now < 0.9 * error:
                flips.append((layer, *place))
                error = now
                notes.append(f"layer {layer}, point {place[0]}: {inputs[layer][tuple(place)]:+.2e}")
    return first, error, notes


def records(fasta):
    lines = open(fasta).read().split()
    return list(zip((line[1:] for line in lines[0::2]), lines[1::2]))


def maps_of(store):
    found = []
    def take(name, item):
        if isinstance(item, h5py.Dataset) and name.split("/")[-1] == "map" and "integrated-gradients" in name:
            found.append(np.array(item))
    h5py.File(store).visititems(take)
    (maps,) = found
    return maps.reshape(len(maps), *maps.shape[-2:])


if len(sys.argv) == 6 and sys.argv[1] == "make":
    make(*sys.argv[2:])
elif len(sys.argv) == 5 and sys.argv[1] == "check":
    network = Network(sys.argv[2], "Oct4_profile")
    logits, _ = network.forward(np.tile(np.eye(4), (250, 1))[None])
    print("logits at position 500 of ACGT repeated:", *logits[0, 500])
    print("locus\terror\twith other slopes\tReLUs")
    for (name, sequence), found in zip(records(sys.argv[3]), maps_of(sys.argv[4])):
        first, error, notes = integrated(network, sequence, found)
        print(f"{name}\t{first:.2e}\t{error:.2e}\t{'; '.join(notes)}", flush=True)
else:
    sys.exit(__doc__)
