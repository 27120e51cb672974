# SPDX-License-Identifier: MIT
"""Options of training: rows, INI files, values."""
from .ini_file import defaults, read_ini, written
from .options import AUTO, BY_NAME, NO_NUMBER, OPTIONS
from .values import parse_values, resolved, text_of

__all__ = ["AUTO", "BY_NAME", "NO_NUMBER", "OPTIONS", "defaults", "parse_values", "read_ini", "resolved", "text_of", "written"]
