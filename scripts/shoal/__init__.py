# SPDX-License-Identifier: MIT
"""Shoal's Python side. `shoal.train` trains networks that are worth interpreting."""
