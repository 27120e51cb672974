# SPDX-License-Identifier: MIT
"""What the cases share: the Keras at hand, ends for their models, and models saved, reloaded and predicted."""

import pathlib
import zlib

import numpy as np

LENGTH = 20
SEQUENCES = 5
HALF = {"float16": 5e-3, "mixed_float16": 5e-3, "bfloat16": 4e-2, "mixed_bfloat16": 4e-2}


def sequences():
    """Random sequences, one of them with an N."""
    rng = np.random.default_rng(7)
    lines = ["".join("ACGT"[i] for i in rng.integers(0, 4, LENGTH)) for _ in range(SEQUENCES)]
    lines[2] = lines[2][:6] + "N" + lines[2][7:]
    return lines


def one_hot(lines):
    return np.array([[[float(base == letter) for letter in "ACGT"] for base in line] for line in lines], "float32")


class Kit:
    """One Keras. Cases ask it for layers (k.L), operators (k.ops, Keras 3; k.tf, Keras 2) and constants."""

    def __init__(self, keras, tf=None):
        self.keras, self.tf = keras, tf
        self.version = tuple(int(part) for part in keras.__version__.split(".")[:3])
        self.is3 = self.version[0] >= 3
        self.L = keras.layers
        self.ops = keras.ops if self.is3 else None
        self.Input, self.Model, self.Sequential = keras.Input, keras.Model, keras.Sequential
        self.custom = {}

    def constant(self, *shape, seed=3):
        return np.random.default_rng(seed).normal(size=shape).astype("float32")

    def dna(self, *shape, name="dna"):
        return self.Input(shape or (LENGTH, 4), name=name)

    def stem(self, dna, channels=6, name="stem"):
        """Values of both signs, [18, channels]."""
        return self.L.Conv1D(channels, 3, name=name)(dna)

    def close(self, dna, value, units=3):
        """The model whose output shows every element of the value."""
        if len(value.shape) > 2:
            value = self.L.Flatten(name="all_values")(value)
        return self.Model(dna, self.L.Dense(units, name="out")(value))

    def after(self, function):
        """A model of function(stem)."""
        dna = self.dna()
        return self.close(dna, function(self.stem(dna)))

    def stack(self, *layers, stem=True):
        """A Sequential model of these layers after the stem."""
        model = self.Sequential([self.Input((LENGTH, 4), name="dna")])
        if stem:
            model.add(self.L.Conv1D(6, 3, name="stem"))
        for layer in layers:
            model.add(layer)
        if len(model.output_shape) > 2:
            model.add(self.L.Flatten(name="all_values"))
        model.add(self.L.Dense(3, name="out"))
        return model

    def randomise(self, model, name, scale=0.5):
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        for weight in model.weights:
            path = getattr(weight, "path", weight.name).split("/")[-1].split(":")[0]
            # TensorFlow's types print otherwise than Keras 3's.
            if "float" not in str(getattr(weight.dtype, "name", weight.dtype)):
                continue
            values = scale * rng.normal(size=tuple(weight.shape))
            if "variance" in path:
                values = rng.uniform(0.3, 2, size=tuple(weight.shape))
            elif "gamma" in path or path == "scale":
                values = rng.uniform(0.4, 1.6, size=tuple(weight.shape))
            weight.assign(values.astype("float32"))

    def predict(self, model, hot, use_predict=False):
        """Numbers [sequences, outputs]; every output flat, one after the other."""
        shape = model.inputs[0].shape[1:]
        turned = shape[0] == 4 and shape[1] not in (4, None)
        given = hot.transpose(0, 2, 1) if turned else hot
        given = given.reshape((len(hot),) + tuple(LENGTH if extent is None else extent for extent in shape))
        made = model.predict(given, verbose=0) if use_predict else model(given, training=False)
        made = list(made.values()) if isinstance(made, dict) else made if isinstance(made, (list, tuple)) else [made]
        return np.concatenate([np.asarray(each, "float64").reshape(len(hot), -1) for each in made], axis=1)

    def load(self, files):
        if files[0].suffix == ".json":
            model = self.keras.models.model_from_json(files[0].read_text(), custom_objects=self.custom)
            model.load_weights(str(files[1]))
            return model
        try:
            return self.keras.models.load_model(
                str(files[0]), custom_objects=self.custom, compile=False, safe_mode=False
            )
        except TypeError as error:
            if "safe_mode" not in str(error):
                raise
            return self.keras.models.load_model(str(files[0]), custom_objects=self.custom, compile=False)

    def save(self, model, folder, name, form):
        """The files of a form: h5, keras, pair (JSON with .weights.h5) or oldpair (JSON with Keras 2's .h5)."""
        if form in ("h5", "keras"):
            files = [folder / f"{name}.{form}"]
            model.save(str(files[0]))
            return files
        files = [folder / f"{name}.{form}.json", folder / f"{name}.{form}.{'weights.h5' if form == 'pair' else 'h5'}"]
        files[0].write_text(model.to_json())
        model.save_weights(str(files[1]))
        return files

    def forms(self):
        return ["h5", "keras", "pair"] if self.is3 else ["h5", "keras", "pair", "oldpair"]


def write_fasta(path, lines):
    pathlib.Path(path).write_text("".join(f">s{i}\n{line}\n" for i, line in enumerate(lines)))
