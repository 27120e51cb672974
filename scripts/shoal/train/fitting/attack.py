# SPDX-License-Identifier: MIT
"""Projected gradient descent on inputs (Madry et al. 2018): steps along the sign of the loss's gradient, within a box."""
import keras
import numpy as np


def _loss(model, loss, x, y):
    return keras.ops.sum(loss(y, model(x, training=False)))


class Attack:
    """Finds x' with |x' − x| ≤ bound per number for which the loss is larger. The network is in its mode of inference."""

    def __init__(self, model, loss, settings):
        self.bound, self.steps, self.step = (settings[f"adversarial-{key}"] for key in ("bound", "steps", "step"))
        self.model = model
        name = loss if isinstance(loss, str) else None
        if name is None:
            from ..errors import Refused
            raise Refused("adversarial training is not there for profile networks")
        self.loss = keras.losses.get(name)
        self._gradient = getattr(self, f"_{keras.backend.backend()}")()

    def __call__(self, x, y):
        start, x = x, x.copy()
        for _ in range(self.steps):
            x = x + self.step * np.sign(self._gradient(x, y))
            x = np.clip(x, start - self.bound, start + self.bound).astype(np.float32)
        return x

    def _jax(self):
        import jax
        names = self.model.trainable_variables, self.model.non_trainable_variables

        def total(x, y, trained, fixed):
            scores, _ = self.model.stateless_call(trained, fixed, x, training=False)
            return keras.ops.sum(self.loss(y, scores))

        compiled = jax.jit(jax.grad(total))
        return lambda x, y: np.asarray(compiled(x, y, *([each.value for each in group] for group in names)))

    def _torch(self):
        import torch

        def gradient(x, y):
            inputs = keras.ops.convert_to_tensor(x).requires_grad_(True)
            with torch.enable_grad():
                total = _loss(self.model, self.loss, inputs, keras.ops.convert_to_tensor(y))
                found, = torch.autograd.grad(total, inputs)
            return keras.ops.convert_to_numpy(found)
        return gradient

    def _tensorflow(self):
        import tensorflow as tf

        @tf.function
        def gradient(x, y):
            with tf.GradientTape() as tape:
                tape.watch(x)
                total = _loss(self.model, self.loss, x, y)
            return tape.gradient(total, x)
        return lambda x, y: gradient(tf.constant(x), tf.constant(y)).numpy()
