# SPDX-License-Identifier: MIT
"""First-layer activations (Koo and Ploenzke, Nature Machine Intelligence 2021), each as a chain of standard steps.

A chain is a list of (step, numbers): what NumPy computes here, and what the network has as Keras layers that `shoal predict`
reads (build.py). So there is one definition of each activation.
"""
import numpy as np

from ..errors import USAGE, Refused

CHAINS = {
    "relu": [("relu",)],
    "exponential": [("exponential",)],
    "sigmoid": [("sigmoid",)],
    "tanh": [("tanh",)],
    "softplus": [("softplus",)],
    "linear": [],
    "elu": [("elu",)],
    # Modified: shifted and scaled, so that only strong matches pass.
    "modified-relu": [("scale", 1, -0.2), ("cube",), ("relu",)],
    "modified-tanh": [("scale", 1, -6), ("tanh",), ("scale", 500, 500)],
    "modified-sigmoid": [("scale", 1, -8), ("sigmoid",), ("scale", 4000, 0)],
    "modified-exponential": [("scale", 0.1, 0), ("exponential",), ("scale", 1, -1), ("relu",)],
    # Their ablations: only shifted, or only scaled.
    "shift-relu": [("scale", 1, -0.2), ("relu",)],
    "scale-relu": [("cube",), ("relu",)],
    "shift-tanh": [("scale", 1, -6), ("tanh",)],
    "scale-tanh": [("tanh",), ("scale", 500, 500)],
    "shift-sigmoid": [("scale", 1, -8), ("sigmoid",)],
    "scale-sigmoid": [("sigmoid",), ("scale", 4000, 0)],
    "log-relu": [("absolute",), ("scale", 1, 1e-10), ("log",), ("relu",)],
}
FIRST_LAYER_PENALTY = 0.1  # of the names that end in "-l2": 0.1 · Σ w²


def find_chain(name):
    """(chain, penalty of the first layer's kernel). NAME-l2 is NAME with the penalty. Errors: Refused."""
    plain = name[:-3] if name.endswith("-l2") else name
    if plain not in CHAINS:
        raise Refused(f"there is no activation '{name}': choose among {', '.join(CHAINS)}, each also with -l2", USAGE)
    return CHAINS[plain], FIRST_LAYER_PENALTY if name.endswith("-l2") else 0.0


def evaluate(name, z):
    """The activation of an array, in its precision: what tests compare networks with."""
    steps = {"relu": lambda v: np.maximum(v, 0), "exponential": np.exp, "sigmoid": lambda v: 1 / (1 + np.exp(-v)), "tanh": np.tanh,
             "softplus": lambda v: np.logaddexp(v, 0), "elu": lambda v: np.where(v > 0, v, np.expm1(np.minimum(v, 0))),
             "cube": lambda v: v ** 3, "absolute": np.abs, "log": np.log}
    for step, *numbers in find_chain(name)[0]:
        z = numbers[0] * z + numbers[1] if step == "scale" else steps[step](z)
    return z
