# SPDX-License-Identifier: MIT
"""From a table of layers to a Keras model whose file `shoal` reads as it is. Needs Keras 3."""
import keras

from ..errors import Refused
from .activations import find_chain
from .layer_table import positions_after

EPSILON, MOMENTUM = 1e-3, 0.99


class NetworkBuilder:
    """Makes the graph of a table. Layers are made once and found again by name: graphs of one builder share their weights.

    length: positions of the input; heads: {"scores": count} of a table without profile, {"profile": tracks, "counts": tracks}
    otherwise; activation: of the layers that say `first`; l2: penalty of all kernels; link: "sigmoid" or "linear", the output;
    seed: of initial weights and dropout; dropout: factor of the table's.
    """

    def __init__(self, table, length, heads, activation="relu", l2=0.0, link="sigmoid", seed=0, dropout=1.0):
        positions_after(table, length)
        self.table, self.length, self.heads, self.link = table, length, heads, link
        self.chain, self.first_penalty = find_chain(activation)
        self.l2, self.seed, self.dropout = l2, seed, dropout
        self._layers, self._seeds = {}, 0
        if ("profile" in heads) != (table[-1].kind == "profile"):
            raise Refused(f"{table[-1].where}: tables that end in profile and data with profiles (P_train) need each other")

    def graph(self, inputs, mix=None):
        """Outputs of the network at a Keras tensor [length, 4]. mix(value, k) may change what block k hands on."""
        value = inputs
        for number, layer in enumerate(self.table):
            made = getattr(self, f"_{layer.kind}")(value, layer, f"{layer.kind}_{number + 1}")
            if layer.kind == "profile":
                return made
            value = mix(made, number) if mix and layer.kind not in ("flatten", "global") else made
        value = self._layer(keras.layers.Dense, "logits" if self.link == "sigmoid" else "scores", self.heads["scores"],
                            kernel_initializer=self._initial("glorot_uniform"), kernel_regularizer=self._penalty(0))(value)
        return self._layer(keras.layers.Activation, "probabilities", "sigmoid")(value) if self.link == "sigmoid" else value

    def model(self, name):
        inputs = keras.Input((self.length, 4), name="sequence")
        return keras.Model(inputs, self.graph(inputs), name=name)

    def blocks(self):
        """Numbers of the blocks after which mix is called."""
        return [number for number, layer in enumerate(self.table) if layer.kind not in ("flatten", "global", "profile")]

    def _layer(self, kind, name, *positional, **named):
        if name not in self._layers:
            self._layers[name] = kind(*positional, name=name, **named)
        return self._layers[name]

    def _next_seed(self):
        self._seeds += 1
        return self.seed * 1000 + self._seeds

    def _initial(self, name):
        return keras.initializers.get({"class_name": name, "config": {"seed": self._next_seed()}})

    def _penalty(self, more):
        return keras.regularizers.L2(self.l2 + more) if self.l2 + more > 0 else None

    def _kernel(self, layer, first=False):
        return {"use_bias": layer["bias"] == "yes", "kernel_initializer": self._initial(layer["initial"]),
                "kernel_regularizer": self._penalty(self.first_penalty if first else 0)}

    def _dropped(self, value, rate, name):
        rate *= self.dropout
        return self._layer(keras.layers.Dropout, f"{name}_dropout", rate, seed=self._next_seed())(value) if rate else value

    def _normalised(self, value, layer, name):
        if layer["norm"] == "no":
            return value
        return self._layer(keras.layers.BatchNormalization, f"{name}_norm", epsilon=EPSILON, momentum=MOMENTUM)(value)

    def _activated(self, value, which, name):
        chain = self.chain if which == "first" else find_chain(which)[0]
        for number, (step, *numbers) in enumerate(chain):
            own = f"{name}_active" if len(chain) == 1 else f"{name}_{step}_{number + 1}"
            if step == "scale":
                value = self._layer(keras.layers.Rescaling, own, *numbers)(value)
            elif step == "cube":
                value = self._layer(keras.layers.Multiply, own)([value, value, value])
            elif step in ("absolute", "log"):
                value = keras.ops.absolute(value) if step == "absolute" else keras.ops.log(value)
            else:
                value = self._layer(keras.layers.Activation, own, step)(value)
        return value

    def _pooled(self, value, layer, name):
        value = self._dropped(value, layer["dropout"], name)
        if layer["pool"] == 1:
            return value
        return self._layer(keras.layers.MaxPooling1D, f"{name}_pool", layer["pool"], padding=layer["pool-padding"])(value)

    def _conv(self, value, layer, name):
        value = self._layer(keras.layers.Conv1D, name, layer["filters"], layer["width"], padding=layer["padding"],
                            dilation_rate=layer["dilation"], **self._kernel(layer, layer["activation"] == "first"))(value)
        value = self._activated(self._normalised(value, layer, name), layer["activation"], name)
        return self._pooled(value, layer, name)

    def _residual(self, value, layer, name):
        """convolutions × (convolution, norm, activation), the last without its activation; plus the input; activation.

        With one convolution (BPNet) the activation comes before the sum and not after it.
        """
        inner = value
        for step in range(1, layer["convolutions"] + 1):
            own = f"{name}_{step}"
            inner = self._layer(keras.layers.Conv1D, own, value.shape[-1], layer["width"], padding="same",
                                dilation_rate=layer["dilation"], **self._kernel(layer))(inner)
            inner = self._normalised(inner, layer, own)
            if step < layer["convolutions"] or layer["convolutions"] == 1:
                inner = self._activated(inner, layer["activation"], own)
        value = self._layer(keras.layers.Add, f"{name}_sum")([value, inner])
        if layer["convolutions"] > 1:
            value = self._activated(value, layer["activation"], f"{name}_sum")
        return self._pooled(value, layer, name)

    def _attention(self, value, layer, name):
        """A pre-normalised encoder: self-attention and, with units, two dense layers per position; each plus its input."""
        near = self._layer(keras.layers.LayerNormalization, f"{name}_norm", epsilon=EPSILON)(value)
        near = self._layer(keras.layers.MultiHeadAttention, name, layer["heads"], layer["key"],
                           kernel_initializer=self._initial("glorot_uniform"))(near, near)
        value = self._layer(keras.layers.Add, f"{name}_sum")([value, self._dropped(near, layer["dropout"], name)])
        if layer["units"] == 0:
            return value
        near = self._layer(keras.layers.LayerNormalization, f"{name}_feed_norm", epsilon=EPSILON)(value)
        for own, units in (("feed", layer["units"]), ("back", value.shape[-1])):
            near = self._layer(keras.layers.Dense, f"{name}_{own}", units, activation="relu" if own == "feed" else None,
                               kernel_initializer=self._initial("glorot_uniform"), kernel_regularizer=self._penalty(0))(near)
        return self._layer(keras.layers.Add, f"{name}_feed_sum")([value, self._dropped(near, layer["dropout"], f"{name}_feed")])

    def _flatten(self, value, layer, name):
        return self._layer(keras.layers.Flatten, name)(value)

    def _global(self, value, layer, name):
        kind = keras.layers.GlobalAveragePooling1D if layer["by"] == "average" else keras.layers.GlobalMaxPooling1D
        return self._layer(kind, name)(value)

    def _dense(self, value, layer, name):
        value = self._layer(keras.layers.Dense, name, layer["units"], **self._kernel(layer))(value)
        return self._dropped(self._activated(self._normalised(value, layer, name), layer["activation"], name), layer["dropout"], name)

    def _profile(self, value, layer, name):
        """Two heads: profile logits [length, tracks], and log(1 + counts) [tracks] from the mean over positions."""
        if value.shape[1] != self.length:
            raise Refused(f"{layer.where}: profile needs a network without pooling and with same padding")
        profile = self._layer(keras.layers.Conv1D, "profile", self.heads["profile"], layer["width"], padding="same",
                              kernel_initializer=self._initial("glorot_uniform"))(value)
        mean = self._layer(keras.layers.GlobalAveragePooling1D, "counts_mean")(value)
        counts = self._layer(keras.layers.Dense, "counts", self.heads["counts"], kernel_initializer=self._initial("glorot_uniform"))(mean)
        return [profile, counts]
