#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trains the demo network on synthetic sequences and saves it as a legacy Keras HDF5 file.

    python scripts/train_demo_network.py tests/data/demo

writes network.h5, and expected.fa with expected.tsv: 24 sequences, some with N, and what Keras predicts for them.
Needs tensorflow and keras 3 (made with 2.21 and 3.15). Nothing else here needs them, because the trained file is committed.
Prints the correlation with the noiseless truth on sequences that training never saw, and fails if it is below 0.95.
"""
import argparse
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import keras
import numpy as np

import demo_motifs

LENGTH = 160
NOISE = 0.1


def sequences(count, random):
    """Codes [count, LENGTH]: random background, 0 to 2 copies of each motif at random places and strands."""
    codes = random.choice(4, size=(count, LENGTH), p=[0.29, 0.21, 0.21, 0.29]).astype(np.int8)
    for row in codes:
        for motif in demo_motifs.MOTIFS:
            for _ in range(random.choice(3, p=[0.4, 0.4, 0.2])):
                site = demo_motifs.draw(motif, random)
                if random.random() < 0.5:
                    site = demo_motifs.reverse_complement(site)
                start = random.integers(0, LENGTH - len(site) + 1)
                row[start:start + len(site)] = site
    return codes


def network():
    """Exponential first layer (its filters read as motifs), two convolutions, one number out."""
    layers = keras.layers
    inputs = keras.Input((LENGTH, 4), name="sequence")
    value = layers.Conv1D(24, 13, padding="same", activation="exponential", name="motifs",
                          kernel_regularizer=keras.regularizers.l2(1e-5))(inputs)
    value = layers.MaxPooling1D(8, name="nearby")(value)
    value = layers.BatchNormalization(name="scale")(value)
    value = layers.Conv1D(32, 3, padding="same", name="combinations")(value)
    value = layers.Activation("relu", name="combinations_active")(value)
    value = layers.GlobalMaxPooling1D(name="anywhere")(value)
    value = layers.Dropout(0.1, name="dropout")(value)
    value = layers.Dense(32, activation="relu", name="interaction")(value)
    value = layers.Dense(1, name="activity")(value)
    return keras.Model(inputs, value, name="demo")


def write_expected(model, codes, folder):
    """Held-out sequences and Keras's predictions for them; every fourth has an N run, which is four zeros."""
    one_hot = np.eye(4, dtype=np.float32)[codes]
    one_hot[::4, 70:78] = 0
    letters = np.where(one_hot.any(axis=-1), np.array(list(demo_motifs.BASES))[codes], "N")
    with open(folder / "expected.fa", "w") as fasta, open(folder / "expected.tsv", "w") as table:
        table.write("name\tactivity\n")
        for i, (row, value) in enumerate(zip(letters, model.predict(one_hot, verbose=0)[:, 0])):
            fasta.write(f">expected_{i:02d}\n{''.join(row)}\n")
            table.write(f"expected_{i:02d}\t{value:.9g}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sequences", type=int, default=30000)
    parser.add_argument("--epochs", type=int, default=25)
    arguments = parser.parse_args()

    keras.utils.set_random_seed(arguments.seed)
    random = np.random.default_rng(arguments.seed)
    codes = sequences(arguments.sequences + 5000, random)
    truth = demo_motifs.activity(codes)
    one_hot = np.eye(4, dtype=np.float32)[codes]
    noisy = truth + random.normal(0, NOISE, len(truth))

    model = network()
    rate = keras.optimizers.schedules.CosineDecay(2e-3, arguments.epochs * arguments.sequences // 128)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss="mse")
    model.fit(one_hot[:-5000], noisy[:-5000], batch_size=128, epochs=arguments.epochs, verbose=2)

    predicted = model.predict(one_hot[-5000:], batch_size=512, verbose=0)[:, 0]
    correlation = np.corrcoef(predicted, truth[-5000:])[0, 1]
    print(f"held-out correlation with the noiseless activity: {correlation:.4f} ({model.count_params()} parameters)")
    if correlation < 0.95:
        raise SystemExit("the network did not learn the demo's law: another seed or more epochs")
    model.save(arguments.folder / "network.h5", include_optimizer=False)
    write_expected(model, codes[-24:], arguments.folder)


if __name__ == "__main__":
    main()
