# SPDX-License-Identifier: MIT
"""Training of one network. Schedules, metrics and regularisers of batches need NumPy only; the rest needs Keras."""
