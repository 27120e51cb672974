# SPDX-License-Identifier: MIT
"""Networks by name or by a table of layers. Tables are checked without Keras; `build` needs it."""
from .activations import CHAINS, find_chain
from .layer_table import parse_table, positions_after, widened
from .named import TABLES, find_table

__all__ = ["CHAINS", "TABLES", "find_chain", "find_table", "parse_table", "positions_after", "widened"]
