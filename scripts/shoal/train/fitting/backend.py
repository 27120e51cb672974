# SPDX-License-Identifier: MIT
"""Chooses Keras's backend, its device and threads before Keras is imported, and says in one line what is missing."""
import importlib.util
import os

from ..errors import Refused

PACKAGES = {"jax": "jax", "torch": "torch", "tensorflow": "tensorflow"}


def check_packages(backend):
    """Errors: Refused, naming the package to install."""
    lacking = [name for name in ("keras", PACKAGES[backend], "h5py") if importlib.util.find_spec(name) is None]
    if lacking:
        raise Refused(f"training with backend {backend} needs Python with {', '.join(lacking)}: pip install keras "
                      f"{PACKAGES[backend]} h5py tqdm, or set SHOAL_PYTHON to a Python that has them")


def prepare_environment(backend, device, threads):
    """What the backend reads while it is imported. Call it before anything imports Keras."""
    os.environ["KERAS_BACKEND"] = backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
    if device == "cpu":
        os.environ["JAX_PLATFORMS"] = "cpu"
        os.environ["KERAS_TORCH_DEVICE"] = "cpu"
        if backend == "tensorflow":
            os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    if backend == "jax":
        flags = os.environ.get("XLA_FLAGS", "")
        own = "--xla_gpu_deterministic_ops=true"
        if threads == 1:
            own += " --xla_cpu_multi_thread_eigen=false"
        os.environ["XLA_FLAGS"] = f"{flags} {own}".strip()


def start_backend(backend, device, threads):
    """Imports Keras with a backend; results are the same for the same seed. Errors: Refused."""
    check_packages(backend)
    prepare_environment(backend, device, threads)
    try:
        import keras
    except ImportError as error:
        raise Refused(f"Keras cannot be imported with backend {backend}: {error}") from None
    if int(keras.__version__.split(".")[0]) < 3:
        raise Refused(f"training needs Keras 3; this Python has {keras.__version__}")
    if keras.backend.backend() != backend:
        raise Refused(f"Keras was imported before with backend {keras.backend.backend()}; runs of {backend} need a process of their own")
    if backend == "torch":
        import torch
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(True, warn_only=True)
    elif backend == "tensorflow":
        import tensorflow
        try:
            tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
            tensorflow.config.threading.set_inter_op_parallelism_threads(1)
        except RuntimeError:
            pass  # the runtime has started: another run of this process has set them
        tensorflow.config.experimental.enable_op_determinism()
    return keras
