# SPDX-License-Identifier: MIT
"""The augmentations in users' own loops: a collate function for PyTorch's DataLoader, and a map for tf.data.

    loader = DataLoader(pairs, batch_size=100, shuffle=True, collate_fn=TorchCollate(policy, seed=1))
    batches = augmented_dataset(dataset.batch(100), policy, seed=1)

Neither imports its framework before it is used.
"""
import itertools

import numpy as np


def batch_random(seed, *place):
    """The Generator of one batch: it depends on the seed and the batch's place only, not on what was drawn before."""
    return np.random.default_rng([int(seed), *(int(each) for each in place)])


class TorchCollate:
    """Collates (x, y) pairs, x one-hot [4, length] (channels_first) or [length, 4], and augments the batch.

    Batches are numbered in the order in which a worker makes them, so that one seed and one number of workers give the same
    draws. Pass `epoch` with set_epoch() before each epoch; without it, a loader with persistent or no workers goes on counting.
    """

    def __init__(self, policy, seed, channels_first=True):
        self.policy, self.seed, self.channels_first = policy, seed, channels_first
        self.epoch, self._numbers = 0, itertools.count()

    def set_epoch(self, epoch):
        self.epoch, self._numbers = epoch, itertools.count()

    def __call__(self, pairs):
        import torch
        worker = torch.utils.data.get_worker_info()
        x = np.stack([np.asarray(each[0], dtype=np.float32) for each in pairs])
        x = x.transpose(0, 2, 1) if self.channels_first else x
        x = self.policy(x, batch_random(self.seed, self.epoch, worker.id if worker else 0, next(self._numbers)))
        x = x.transpose(0, 2, 1) if self.channels_first else x
        rest = [torch.stack([torch.as_tensor(each) for each in column]) for column in list(zip(*pairs))[1:]]
        return (torch.from_numpy(np.ascontiguousarray(x, dtype=np.float32)), *rest)


def augmented_dataset(batches, policy, seed):
    """A tf.data.Dataset of (x [n, length, 4], y) batches, augmented. Batch i has the same draws whatever runs in parallel."""
    import tensorflow as tf

    def augment(number, x, y):
        def run(number, x):
            return policy(x, batch_random(seed, number)).astype(np.float32)

        result = tf.numpy_function(run, [number, tf.cast(x, tf.float32)], tf.float32)
        extended = None if x.shape[1] is None else x.shape[1] + policy.extra_length
        result.set_shape((x.shape[0], extended, 4))
        return result, y

    return batches.enumerate().map(lambda number, pair: augment(number, *pair), num_parallel_calls=tf.data.AUTOTUNE)
