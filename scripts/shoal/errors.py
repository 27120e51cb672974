# SPDX-License-Identifier: MIT
"""What goes wrong, as one line that says what to do."""
import importlib


class ShoalError(Exception):
    """A run that failed or a file that cannot be read. `status`: the program's exit status, or 3 for files (docs/guide.md)."""

    def __init__(self, text, status=3):
        super().__init__(text)
        self.status = status


class MissingLibrary(ImportError):
    """A Python library that is only needed for what was asked is not installed."""


def library(name, purpose, install=None):
    """The module `name`. Errors: MissingLibrary, which says what needs it and how to install it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        package = install or name.partition(".")[0]
        raise MissingLibrary(f"{purpose} needs {package}: pip install {package}") from None
