# SPDX-License-Identifier: MIT
"""What scripts/report is made of: the page and its drawings, and one module for each section."""
