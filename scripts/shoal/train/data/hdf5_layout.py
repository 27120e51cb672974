# SPDX-License-Identifier: MIT
"""The field's HDF5 layout: X_train, Y_train and the same of valid and test; X [n, 4, length] or [n, length, 4], Y [n, tasks].

Further datasets: P_SPLIT profiles [n, length, tracks]; model_SPLIT base probabilities in the layout of X; names_SPLIT. The
attribute `tasks` has the names of the tasks.
"""
import h5py
import numpy as np

from ..errors import OUTPUT, Refused
from . import one_hot
from .dataset import SPLITS, Dataset, Split, check_dataset


def _positions_first(array, where):
    """[n, length, 4] of an array that has its bases in axis 1 or 2."""
    if array.ndim == 4 and 1 in array.shape[2:]:  # [n, 4, length, 1] of the oldest files
        array = array.reshape([size for axis, size in enumerate(array.shape) if axis < 2 or size != 1])
    if array.ndim != 3 or 4 not in array.shape[1:]:
        raise Refused(f"{where} has shape {array.shape}; it must be [n, 4, length] or [n, length, 4]")
    if array.shape[1:] == (4, 4):
        raise Refused(f"{where} has sequences of 4 bases, so that its axes cannot be told apart")
    return array.transpose(0, 2, 1) if array.shape[1] == 4 else array


def _one_hot(array, where):
    x = _positions_first(array, where)
    if not np.isin(x, (0, 1)).all() or (x.sum(axis=2) > 1).any():
        row = int(np.flatnonzero((~np.isin(x, (0, 1))).any(axis=(1, 2)) | (x.sum(axis=2) > 1).any(axis=1))[0])
        raise Refused(f"{where}: row {row} is not one-hot")
    return np.ascontiguousarray(x, dtype=np.uint8)


def _split(file, path, name):
    for key in (f"X_{name}", f"Y_{name}"):
        if key not in file:
            raise Refused(f"{path} has no dataset {key}; the layout is X_train, Y_train, X_valid, Y_valid, X_test, Y_test")
    y = np.asarray(file[f"Y_{name}"][()], dtype=np.float32)
    optional = lambda key: file[key][()] if key in file else None
    profile, model, names = (optional(f"{key}_{name}") for key in ("P", "model", "names"))
    return Split(_one_hot(file[f"X_{name}"][()], f"{path}:/X_{name}"), y.reshape(len(y), -1),
                 None if profile is None else np.asarray(profile, np.float32),
                 None if model is None else _positions_first(model, f"{path}:/model_{name}"),
                 None if names is None else [each.decode() for each in names])


def read(path):
    """The Dataset of a file. Errors: Refused, naming file and dataset."""
    try:
        with h5py.File(path, "r") as file:
            splits = {name: _split(file, path, name) for name in SPLITS}
            tasks = [each.decode() if isinstance(each, bytes) else str(each) for each in file.attrs.get("tasks", ())]
    except OSError as error:
        raise Refused(f"{path} cannot be read as HDF5: {error}") from None
    tasks = tasks or [f"task_{number}" for number in range(splits["train"].y.shape[1])]
    return check_dataset(Dataset(splits, tasks), path)


def write(path, dataset):
    """Writes a Dataset: X as uint8 [n, 4, length]. Errors: Refused."""
    check_dataset(dataset, path)
    try:
        with h5py.File(path, "w") as file:
            file.attrs["tasks"] = np.array([task.encode() for task in dataset.tasks])
            for name, split in dataset.splits.items():
                arrays = {"X": split.x.transpose(0, 2, 1), "Y": split.y, "P": split.profile,
                          "model": None if split.model is None else split.model.transpose(0, 2, 1),
                          "names": None if split.names is None else np.array([each.encode() for each in split.names])}
                for key, array in arrays.items():
                    if array is not None:
                        file.create_dataset(f"{key}_{name}", data=array, compression="gzip", compression_opts=4)
    except OSError as error:
        raise Refused(f"cannot write {path}: {error}", OUTPUT) from None


def write_truth(path, split):
    """What `shoal compare --truth FILE:/model` reads: the sequences, and base probabilities [n, 4, length] with gzip."""
    try:
        with h5py.File(path, "w") as file:
            file["sequences"] = np.array([each.encode() for each in one_hot.decode(split.x)])
            file.create_dataset("model", data=split.model.transpose(0, 2, 1).astype(np.float32), compression="gzip")
            file["label"] = split.y.astype(np.int8)
    except OSError as error:
        raise Refused(f"cannot write {path}: {error}", OUTPUT) from None


def write_fasta(path, split, prefix="sequence"):
    """The sequences of a split as loci for `shoal scan --fasta`."""
    names = split.names or [f"{prefix}_{number}" for number in range(len(split))]
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f">{name}\n{text}\n" for name, text in zip(names, one_hot.decode(split.x)))
    except OSError as error:
        raise Refused(f"cannot write {path}: {error.strerror}", OUTPUT) from None
