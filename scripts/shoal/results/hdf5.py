# SPDX-License-Identifier: MIT
"""How Shoal's HDF5 files write texts, names and tables."""
import h5py
import numpy as np

from ..errors import ShoalError

BASES = "ACGT"


def opened(path):
    """The file, open for reading. Errors: ShoalError."""
    try:
        return h5py.File(path, "r")
    except OSError as error:
        raise ShoalError(f"{path} cannot be read as HDF5: {error}") from None


def text_of(value):
    """One text: an attribute or an element of a dataset, without the padding of fixed-length texts."""
    return value.decode(errors="replace").rstrip("\0") if isinstance(value, bytes) else str(value)


def texts_of(values):
    """The texts of a dataset, one by one."""
    return [text_of(value) for value in np.atleast_1d(values)]


def lines_of(place, name):
    """A text attribute, or the dataset that a long one becomes, line by line."""
    text = text_of(place.attrs[name] if name in place.attrs else place[name][()]).rstrip("\0")
    return text.split("\n") if text else []


def attributes_of(place):
    """{name: text or number} of a group's attributes."""
    return {name: value.item() if isinstance(value, np.generic) and not isinstance(value, bytes) else text_of(value)
            for name, value in place.attrs.items()}


def group_name(name):
    """The name of a model's, task's or method's group: a '/' in a name is '_' in the file."""
    return name.replace("/", "_")


def table_of(columns):
    """A pandas.DataFrame if pandas is installed, otherwise the dictionary of columns."""
    try:
        import pandas
    except ImportError:
        return columns
    return pandas.DataFrame(columns)


def records_of(records, prefix=""):
    """The fields of a compound dataset as columns."""
    return {prefix + name: np.asarray(records[name]) for name in records.dtype.names}


def _kind_of(file):
    """(kind, format) of the attribute shoal.kind: "fit 1"."""
    kind, _, form = (text_of(file.attrs["shoal.kind"]) if "shoal.kind" in file.attrs else "").partition(" ")
    return kind, form


class ResultFile:
    """What every kind of result has: the open file, `with`, a line that says what it is."""

    kind = ""  # first word of the file's attribute shoal.kind; the second is the format
    read_formats = ("1",)  # empty where files have none
    what = ""  # what people call such a file

    def __init__(self, path, file=None):
        self.path, self.file = str(path), file or opened(path)
        problem = self.problem_of(self.file)
        if problem:
            self.file.close()
            raise ShoalError(f"{path} {problem}")

    @classmethod
    def is_one(cls, file):
        """Whether the file is a result of this kind, whatever its format."""
        return _kind_of(file)[0] == cls.kind

    @classmethod
    def problem_of(cls, file):
        """Why the file cannot be read as this kind; empty if it can."""
        if not cls.is_one(file):
            return f"is no {cls.what}"
        found = cls.format_of(file)
        if found in cls.read_formats or not cls.read_formats:
            return ""
        return f"is a {cls.what} of format {found or 'unknown'}, and this version of the package reads {' and '.join(cls.read_formats)}"

    @classmethod
    def format_of(cls, file):
        """The number of the file's format, as text."""
        return _kind_of(file)[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()

    def provenance(self):
        """{key: value} of what determined the numbers."""
        return attributes_of(self.file)

    def summary(self):
        """What is in the file, in a line."""
        raise NotImplementedError

    def __repr__(self):
        return f"<{type(self).__name__} {self.path}: {self.summary() if self.file else 'closed'}>"
