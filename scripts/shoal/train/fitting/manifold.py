# SPDX-License-Identifier: MIT
"""Manifold mixup (Verma et al. 2019) and noise within the network: a second graph with the same layers, used in training only."""
import keras
import numpy as np

from .regularisers import mixing


class ManifoldModel:
    """The training graph of a builder. Its inputs: sequences, and per batch the partner of each row, the share of mixing and
    the deviation of noise after every block. `feed` draws them: each batch is changed after one block, or at the input."""

    def __init__(self, builder, name, regularisers, settings):
        self.mixes, self.noises = "manifold-mixup" in regularisers, "manifold-noise" in regularisers
        self.alpha, self.deviation = settings["mixup-alpha"], settings["noise-deviation"]
        self.places = builder.blocks()
        sequence = keras.Input((builder.length, 4), name="sequence")
        partner = keras.Input((), dtype="int32", name="partner")
        strengths = keras.Input((len(self.places) + 1, 2), name="strengths")
        self._seed = keras.random.SeedGenerator(builder.seed * 1000 + 999)
        changed = lambda value, place: self._changed(value, partner, strengths, place)
        outputs = builder.graph(changed(sequence, 0), lambda value, block: changed(value, 1 + self.places.index(block)))
        self.model = keras.Model([sequence, partner, strengths], outputs, name=f"{name}_training")

    def _changed(self, value, partner, strengths, place):
        shape = (-1,) + (1,) * (len(value.shape) - 1)
        if self.mixes:
            other = keras.ops.reshape(1 - strengths[:, place, 0], shape)
            value = value + other * (keras.ops.take(value, partner, axis=0) - value)
        if self.noises:
            value = _Noise(self._seed, name=f"noise_{place}")([value, keras.ops.reshape(strengths[:, place, 1], shape)])
        return value

    def feed(self, x, labels, random):
        """(inputs, mixed labels) of a batch; labels are a list of arrays."""
        strengths = np.tile(np.array([1, 0], np.float32), (len(x), len(self.places) + 1, 1))
        order, share = np.arange(len(x)), 1.0
        if self.mixes:
            order, share = mixing(random, len(x), self.alpha)
            strengths[:, random.integers(len(self.places) + 1), 0] = share
        if self.noises:
            strengths[:, random.integers(len(self.places) + 1), 1] = self.deviation
        labels = [(share * each + (1 - share) * each[order]).astype(np.float32) for each in labels]
        return [x, order.astype(np.int32), strengths], labels


@keras.saving.register_keras_serializable("shoal")
class _Noise(keras.layers.Layer):
    """Adds normal noise whose deviation is a factor of the standard deviation of all values of the batch."""

    def __init__(self, seed, **named):
        super().__init__(**named)
        self.seed_generator = seed

    def call(self, inputs):
        value, deviation = inputs
        size = keras.ops.stop_gradient(keras.ops.std(value))
        return value + deviation * size * keras.random.normal(keras.ops.shape(value), seed=self.seed_generator)
