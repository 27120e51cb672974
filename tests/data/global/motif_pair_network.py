#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes motif_pair_network.h5: a convolutional network whose weights are set by hand (numpy, h5py; no Keras needed).

It reads 80 bases and counts, exactly and anywhere in the sequence,

    score = 2 #A + 1 (#B + #b) + 4 #(A, 6 bases, b) + 2 #(A, 5 bases, b) + 2 #(A, 7 bases, b) + 0.1 #CG

where A = GATTACA, B = AGGTCTC and b = GAGACCT, the reverse complement of B; the reverse complement of A counts nothing.
So A and B interact in the orientation +- alone, at spacings 5 to 7, most at 6. #CG, which every insertion changes, makes
contexts differ. `shoal global` has to find all of it (tests/integration/global_motifs).
"""
import json
import pathlib

import h5py
import numpy as np

FOLDER = pathlib.Path(__file__).parent
BASES = "ACGT"
LENGTH, WIDTH, REACH = 80, 7, 14
PATTERNS = ["GATTACA", "AGGTCTC", "GAGACCT", "CG"]
HEIGHTS = [2.0, 1.0, 1.0, 0.1]
PAIRS = {5: 2.0, 6: 4.0, 7: 2.0}


def weights():
    """[(layer, {name: array})]: patterns, then pairs of them, then the sum."""
    patterns = np.zeros((WIDTH, 4, len(PATTERNS)), "float32")
    for channel, pattern in enumerate(PATTERNS):
        # In the middle of the taps, so that padding keeps a pattern at either end of the sequence.
        for tap, base in enumerate(pattern, start=(WIDTH - len(pattern) + 1) // 2):
            patterns[tap, BASES.index(base), channel] = 1
    pairs = np.zeros((2 * REACH + 1, len(PATTERNS), len(PATTERNS) + len(PAIRS)), "float32")
    bias = np.zeros(len(PATTERNS) + len(PAIRS), "float32")
    for channel in range(len(PATTERNS)):
        pairs[REACH, channel, channel] = 1
    for channel, spacing in enumerate(PAIRS, start=len(PATTERNS)):
        pairs[REACH, 0, channel] = 1
        pairs[REACH + len(PATTERNS[0]) + spacing, 2, channel] = 1
        bias[channel] = -1
    total = LENGTH * np.array([*HEIGHTS, *PAIRS.values()], "float32")[:, None]
    return [("patterns", {"kernel": patterns, "bias": np.array([1.0 - len(p) for p in PATTERNS], "float32")}),
            ("pairs", {"kernel": pairs, "bias": bias}),
            ("mean", {}),
            ("score", {"kernel": total, "bias": np.zeros(1, "float32")})]


def config():
    def convolution(name, filters, width, **more):
        return {"class_name": "Conv1D", "config": {
            "name": name, "filters": filters, "kernel_size": [width], "strides": [1], "padding": "same",
            "data_format": "channels_last", "dilation_rate": [1], "groups": 1, "activation": "relu", "use_bias": True,
            **more}}
    return {"class_name": "Sequential", "config": {"name": "motif_pair", "layers": [
        convolution("patterns", len(PATTERNS), WIDTH, batch_input_shape=[None, LENGTH, 4]),
        convolution("pairs", len(PATTERNS) + len(PAIRS), 2 * REACH + 1),
        {"class_name": "GlobalAveragePooling1D", "config": {"name": "mean", "data_format": "channels_last"}},
        {"class_name": "Dense", "config": {"name": "score", "units": 1, "activation": "linear", "use_bias": True}}]}}


def main():
    with h5py.File(FOLDER / "motif_pair_network.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(config())
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for name, _ in weights()]
        for name, arrays in weights():
            layer = group.create_group(name)
            layer.attrs["weight_names"] = [f"{name}/{key}:0".encode() for key in arrays]
            for key, array in arrays.items():
                layer[f"{name}/{key}:0"] = array


if __name__ == "__main__":
    main()
