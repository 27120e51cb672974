# SPDX-License-Identifier: MIT
"""Many runs from one INI file, their workers, progress, and the table of their metrics."""
