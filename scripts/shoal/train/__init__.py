# SPDX-License-Identifier: MIT
"""Trains genomic networks for performance and for clean maps (command `shoal-train`; docs/training.md).

    augment         augmentations of sequences as functions on arrays, for users' own loops too (NumPy only)
    architectures   networks by name or by a table of layers (Keras)
    data            sequences and labels from the field's files, synthetic tasks with their truth
    fitting         the training loop: two stages, regularisers, checkpoints, ensembles, distillation
    zoo             many runs from one INI file: workers, restart, progress, the table of metrics

Importing this package, `augment`, `data` and `zoo` needs no deep-learning framework. Arrays of sequences are one-hot,
[sequences, positions, 4] in the order A, C, G, T; N is four zeros.
"""
