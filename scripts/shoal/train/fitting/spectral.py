# SPDX-License-Identifier: MIT
"""Spectral normalisation (Miyato et al. 2018) as a projection after every step, so that saved networks have plain kernels."""
import numpy as np


class SpectralLimit:
    """Keeps the largest singular value of each convolution's and dense layer's kernel, as a matrix [inputs, outputs], at most
    `limit`. One round of power iteration per step, whose vectors go into the checkpoint."""

    def __init__(self, model, limit, seed):
        self.limit = limit
        last = [layer for layer in model.layers if layer.name in ("logits", "scores")]
        self.kernels = [layer.kernel for layer in model.layers
                        if type(layer).__name__ in ("Conv1D", "Dense") and layer not in last]
        random = np.random.default_rng([int(seed), 4])
        self.vectors = [random.normal(size=kernel.shape[-1]) for kernel in self.kernels]

    def apply(self):
        for number, kernel in enumerate(self.kernels):
            values = np.array(keras_array(kernel))
            matrix = values.reshape(-1, values.shape[-1]).astype(np.float64)
            left = matrix @ self.vectors[number]
            left /= max(np.linalg.norm(left), 1e-12)
            right = matrix.T @ left
            largest = np.linalg.norm(right)
            self.vectors[number] = right / max(largest, 1e-12)
            if largest > self.limit:
                kernel.assign((values * (self.limit / largest)).astype(np.float32))

    def state(self):
        return {f"spectral_{number}": vector for number, vector in enumerate(self.vectors)}

    def restore(self, arrays):
        self.vectors = [arrays[f"spectral_{number}"] for number in range(len(self.vectors))]


def keras_array(variable):
    """The values of a Keras variable as a NumPy array."""
    import keras
    return keras.ops.convert_to_numpy(variable.value)
