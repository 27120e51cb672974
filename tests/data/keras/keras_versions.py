#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes networks of one Keras version, with random weights, and what it predicts, for
tests/readers/keras_versions_test.cpp. Run once with each version that is named here; it keeps the others' rows.

versions_VERSION.{h5,keras,json,weights.h5}   functions and layers whose meaning or place in the file depends on
                the version: hard_sigmoid, models used twice and in wrappers, both directions, layers as activations
further.keras, policy.keras             layers and functions of Keras 3; weights in bfloat16 (newest version)
versions_expected.tsv                         as ../onnx/expected.tsv

Versions: 2.12.0 and 2.15.0 (TensorFlow), 3.0.5 (TensorFlow), 3.15.1 (numpy).
"""
import os
import pathlib
import sys
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import numpy as np

layers = keras.layers
FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
VERSION = keras.__version__
FORMS = {"2.12.0": ["keras", "weights"], "2.15.0": ["h5", "keras"], "3.0.5": ["h5", "keras", "weights"],
         "3.15.1": ["keras"]}
LENGTH = 16
rng = np.random.default_rng(11)


def versions():
    dna = keras.Input((LENGTH, 4), name="dna")
    block = keras.Sequential([keras.Input((LENGTH, 3)), layers.Conv1D(3, 3, padding="same", name="inside"),
                              layers.BatchNormalization(name="norm")], name="block")
    vector = keras.Input((3,), name="vector")
    point = keras.Model(vector, layers.Dense(3, activation="tanh", name="second")(layers.Dense(4, name="first")(vector)))
    x = layers.Conv1D(3, 3, padding="same", activation="hard_sigmoid", name="conv")(dna)
    x = block(block(x))
    x = layers.Bidirectional(layers.GRU(2, return_sequences=True, recurrent_activation="hard_sigmoid"), name="both")(x)
    x = layers.TimeDistributed(layers.Dropout(0.1), name="none")(x)
    x = layers.TimeDistributed(layers.Dense(3), name="each")(x)
    x = layers.TimeDistributed(point, name="point")(x)
    y = layers.Conv1D(3, 3, activation=layers.PReLU(shared_axes=[1], name="slopes"), name="sloped")(x)
    z = layers.Conv1D(3, 3, activation=layers.ReLU(max_value=1.0), name="capped")(x)
    y = layers.GlobalAveragePooling1D(name="pool")(layers.Add(name="sum")([y, z]))
    return keras.Model(dna, layers.Dense(2, name="out")(y))


FUNCTIONS = ["selu", "mish", "hard_silu", "celu", "gelu", "silu", "softsign", "exponential", "log_sigmoid", "hard_tanh",
             "tanh_shrink", "soft_shrink", "squareplus", "sparse_plus", "sparse_sigmoid", "log_softmax", "relu6",
             "leaky_relu", "hard_sigmoid"]


def further():
    dna = keras.Input((LENGTH, 4), name="dna")
    x = layers.Masking(name="mask")(dna)
    x = layers.SpectralNormalization(layers.Conv1D(6, 3), name="spectral")(x)
    x = layers.GroupNormalization(groups=3, name="group")(x)
    x = layers.LayerNormalization(axis=[1, 2], name="layer")(x)
    x = layers.RMSNormalization(name="rms")(layers.Identity(name="same")(x))
    x = layers.Rescaling(1.5, offset=-0.25, name="rescaled")(x)
    parts = [layers.Activation(function, name=function)(x) for function in FUNCTIONS]
    x = layers.Conv1D(3, 3, name="conv")(layers.Concatenate(name="all")(parts))
    y = layers.LayerNormalization(axis=1, name="along")(x)
    y = layers.GroupNormalization(groups=-1, scale=False, name="instance")(y)
    product = layers.Dot(axes=(1, 1), name="dot")([layers.UnitNormalization(name="unit")(x), y])
    vector = layers.Dot(axes=(2, 1), name="row")([product, layers.GlobalMaxPooling1D(name="top")(x)])
    return keras.Model(dna, layers.Dense(2, name="out")(vector))


def policy(dtype):
    keras.config.set_dtype_policy(dtype)
    dna = keras.Input((LENGTH, 4), name="dna", dtype="float32")
    x = layers.Conv1D(4, 3, activation="relu", name="conv")(dna)
    model = keras.Model(dna, layers.Dense(2, name="out")(layers.GlobalMaxPooling1D(name="top")(x)))
    keras.config.set_dtype_policy("float32")
    return model


def randomise(model):
    model(sequence(0)[None])  # some versions make the weights of a layer in the place of an activation only now
    values = []
    for weight in model.weights:
        name = getattr(weight, "path", weight.name).split("/")[-1].split(":")[0]
        drawn = rng.uniform(0.3, 2, size=weight.shape) if "variance" in name else 0.6 * rng.normal(size=weight.shape)
        values.append(drawn.astype("float32"))
    model.set_weights(values)


def shrink(path):
    """The same objects in HDF5's compact form."""
    with h5py.File(path) as old, h5py.File(f"{path}.small", "w", libver=("v110", "v110")) as new:
        new.attrs.update(old.attrs)

        def copy(name, item):
            made = new.create_dataset(name, data=item[()]) if isinstance(item, h5py.Dataset) else new.require_group(name)
            made.attrs.update(item.attrs)

        old.visititems(copy)
    os.replace(f"{path}.small", path)


def save(model, path):
    """An archive is packed: Keras stores its members as they are."""
    named = {"save_format": "keras"} if VERSION.startswith("2.12") and path.suffix == ".keras" else {}
    model.save(path, **named)
    if path.suffix != ".keras":
        shrink(path)
        return
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def sequence(index):
    """The sequences of onnx_networks.py."""
    p = np.arange(LENGTH)
    hot = np.eye(4, dtype="float32")[(p * p * 7 + p * (index + 3) + p // 3 + index) % 4]
    hot[p % 17 == 16] = 0
    return hot


def rows_of(model, name):
    for index in range(2):
        value = np.asarray(model(sequence(index)[None], training=False))[0]
        yield f"{name}\tout\t{index}\t1\t{value.size}\t" + " ".join(f"{v:.8g}" for v in value.ravel())


def main():
    table = FOLDER / "versions_expected.tsv"
    rows = table.read_text().splitlines() if table.exists() else ["network\toutput\tsequence\tpositions\tchannels\tvalues"]
    name = "versions_" + VERSION.replace(".", "")
    model = versions()
    randomise(model)
    for form in FORMS[VERSION]:
        if form == "weights":
            model.save_weights(FOLDER / f"{name}.weights.h5")
            shrink(FOLDER / f"{name}.weights.h5")
            (FOLDER / f"{name}.json").write_text(model.to_json())
        else:
            save(model, FOLDER / f"{name}.{form}")
    made = list(rows_of(model, name))
    if VERSION == "3.15.1":
        model = further()
        randomise(model)
        save(model, FOLDER / "further.keras")
        made += rows_of(model, "further")
        brief, full = policy("bfloat16"), policy("float32")
        randomise(brief)
        save(brief, FOLDER / "policy.keras")
        full.set_weights([np.asarray(weight).astype("float32") for weight in brief.get_weights()])
        made += rows_of(full, "policy")
    names = {row.split("\t")[0] for row in made}
    rows = [row for row in rows if row.split("\t")[0] not in names] + made
    table.write_text("\n".join([rows[0]] + sorted(rows[1:])) + "\n")


if __name__ == "__main__":
    main()
