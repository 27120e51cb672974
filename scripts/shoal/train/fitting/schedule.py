# SPDX-License-Identifier: MIT
"""When the learning rate drops and when training stops, by the metric of the validation split."""
import math


class Schedule:
    """Two counters of epochs without improvement, as Keras's ReduceLROnPlateau and EarlyStopping count them: the first begins
    anew after each drop. `higher` says whether the metric grows as it improves. patience 0: training never stops early."""

    def __init__(self, rate, higher, patience, drop_patience, drop_factor, least_rate):
        self.rate, self.higher = rate, higher
        self.patience, self.drop_patience, self.drop_factor, self.least_rate = patience, drop_patience, drop_factor, least_rate
        self.best, self.stale, self.stale_for_drop = -math.inf if higher else math.inf, 0, 0

    def step(self, value):
        """Takes the metric of an epoch; True if it is the best so far. A metric that is no number never is."""
        improved = value > self.best if self.higher else value < self.best
        if improved:
            self.best, self.stale, self.stale_for_drop = value, 0, 0
            return True
        self.stale += 1
        self.stale_for_drop += 1
        if self.stale_for_drop >= self.drop_patience:
            self.rate, self.stale_for_drop = max(self.rate * self.drop_factor, self.least_rate), 0
        return False

    @property
    def is_over(self):
        return self.patience > 0 and self.stale >= self.patience

    def state(self):
        return {key: getattr(self, key) for key in ("rate", "best", "stale", "stale_for_drop")}

    def restore(self, state):
        for key, value in state.items():
            setattr(self, key, value)
