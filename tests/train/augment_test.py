#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Augmentations equal definitions on strings, on fixed draws, and keep their invariants."""
import unittest

import numpy as np

from support import letters, main, one_hot, reverse_complement
from shoal.train.augment import (PRESETS, Deletion, Insertion, Inversion, Mutation, Noise, Policy, ReverseComplement,
                                 Translocation, draws, edits, parse_policy)
from shoal.train.errors import Refused

COUNT, LENGTH, MOST = 300, 40, 12


class Definitions(unittest.TestCase):
    """The same edits as slices of strings, one sequence at a time."""

    def setUp(self):
        self.random = np.random.default_rng(5)
        self.x = one_hot(self.random, COUNT, LENGTH)
        self.texts = letters(self.x)
        self.pool = one_hot(self.random, COUNT, MOST)
        self.pools = letters(self.pool)

    def drawn(self, low, high):
        return self.random.integers(low, high, size=COUNT)

    def test_deletion(self):
        lengths, starts = self.drawn(0, MOST + 1), self.drawn(0, LENGTH - MOST + 1)
        expected = [pool[:d // 2] + text[:s] + text[s + d:] + pool[d // 2:d]
                    for text, pool, d, s in zip(self.texts, self.pools, lengths, starts)]
        self.assertEqual(letters(edits.delete(self.x, lengths, starts, self.pool)), expected)

    def test_insertion_that_keeps_the_length(self):
        lengths, starts = self.drawn(0, MOST + 1), self.drawn(0, LENGTH)
        expected = []
        for text, pool, i, s in zip(self.texts, self.pools, lengths, starts):
            longer = text[:s] + pool[:i] + text[s:]
            expected.append(longer[i // 2:len(longer) - (i - i // 2)])
        self.assertEqual(letters(edits.insert(self.x, lengths, starts, self.pool, True)), expected)

    def test_insertion_in_the_original_form(self):
        lengths, starts = self.drawn(0, MOST + 1), self.drawn(0, LENGTH)
        expected = []
        for text, pool, i, s in zip(self.texts, self.pools, lengths, starts):
            left = (MOST - i) // 2
            expected.append(pool[:left] + text[:s] + pool[left:left + i] + text[s:] + pool[left + i:])
        self.assertEqual(letters(edits.insert(self.x, lengths, starts, self.pool, False)), expected)

    def test_translocation(self):
        shifts = self.random.integers(-MOST, MOST + 1, size=COUNT)
        expected = [text[-s:] + text[:-s] if s else text for text, s in zip(self.texts, shifts)]
        self.assertEqual(letters(edits.translocate(self.x, shifts)), expected)

    def test_inversion(self):
        lengths, starts = self.drawn(0, MOST + 1), self.drawn(0, LENGTH - MOST + 1)
        expected = [text[:s] + reverse_complement(text[s:s + n]) + text[s + n:] for text, n, s in zip(self.texts, lengths, starts)]
        self.assertEqual(letters(edits.invert(self.x, lengths, starts)), expected)

    def test_mutation(self):
        positions = draws.distinct_positions(self.random, COUNT, 5, LENGTH)
        expected = []
        for text, pool, row in zip(self.texts, self.pools, positions):
            self.assertEqual(len(set(row)), 5)
            changed = list(text)
            for place, base in zip(row, pool):
                changed[place] = base
            expected.append("".join(changed))
        self.assertEqual(letters(edits.mutate(self.x, positions, self.pool[:, :5])), expected)

    def test_reverse_complement(self):
        chosen = self.random.random(COUNT) < 0.5
        expected = [reverse_complement(text) if each else text for text, each in zip(self.texts, chosen)]
        self.assertEqual(letters(edits.reverse_complement(self.x, chosen)), expected)


class Invariants(unittest.TestCase):
    def setUp(self):
        self.x = one_hot(np.random.default_rng(6), COUNT, LENGTH)

    def test_length_columns_and_seed(self):
        kinds = [Deletion(0, 20), Insertion(0, 20), Translocation(0, 20), Inversion(0, 20), Mutation(0.1), ReverseComplement(0.5)]
        for kind in kinds:
            before = self.x.copy()
            result = kind(self.x, np.random.default_rng(1))
            np.testing.assert_array_equal(self.x, before)
            self.assertEqual(result.shape, self.x.shape)
            self.assertNotIn("?", "".join(letters(result)))
            self.assertTrue((result != self.x).any(), kind)
            np.testing.assert_array_equal(result, kind(self.x, np.random.default_rng(1)))
            self.assertTrue((result != kind(self.x, np.random.default_rng(2))).any(), kind)

    def test_unknown_bases_stay_unknown(self):
        self.x[:, 10:15] = 0
        for kind in (Translocation(0, 20), Inversion(0, 20), ReverseComplement(0.5)):
            self.assertEqual((kind(self.x, np.random.default_rng(1)).sum(axis=2) == 0).sum(), COUNT * 5)

    def test_lengths_of_windows_are_uniform(self):
        # Deleted bases are the sequence length less the bases that a marked sequence kept.
        count, most = 42_000, 20
        marked = np.zeros((count, 60, 4), np.float32)  # unknown bases: random DNA is told apart
        deleted = (Deletion(0, most)(marked, np.random.default_rng(3)).sum(axis=2) > 0).sum(axis=1)
        inserted = (Insertion(0, most, keep_length=False)(marked, np.random.default_rng(4)).sum(axis=2) > 0)
        self.assertTrue((inserted.sum(axis=1) == most).all())
        # Trimming takes inserted bases away only at the ends, which are rarely hit in long sequences.
        shown = (Insertion(0, most)(np.zeros((8000, 1000, 4), np.int8), np.random.default_rng(4)).sum(axis=2) > 0).sum(axis=1)
        lengths, starts = draws.spans(np.random.default_rng(5), count, 0, most, 60)
        self.assertEqual((starts.min(), starts.max()), (0, 40))
        for values in (deleted, shown, lengths):
            self.assertLess(chi_square(values, most + 1), 45.3)  # 20 degrees of freedom: p = 0.001

    def test_a_quarter_of_mutations_is_silent(self):
        length, fraction = 200, 0.15
        x = one_hot(np.random.default_rng(7), 3000, length)
        taken = round(fraction / 0.75 * length)
        changed = (Mutation(fraction)(x, np.random.default_rng(8)) != x).any(axis=2).sum()
        self.assertAlmostEqual(1 - changed / (3000 * taken), 0.25, delta=0.02)

    def test_reverse_complement_is_an_involution(self):
        twice = ReverseComplement(1.0)(ReverseComplement(1.0)(self.x, np.random.default_rng(0)), np.random.default_rng(0))
        np.testing.assert_array_equal(twice, self.x)
        chosen = (ReverseComplement(0.3)(np.repeat(self.x[:1], 20_000, axis=0), np.random.default_rng(9)) != self.x[0]).any(axis=(1, 2))
        self.assertAlmostEqual(chosen.mean(), 0.3, delta=0.015)

    def test_noise(self):
        noise = Noise(0.3)(self.x, np.random.default_rng(10)) - self.x
        self.assertAlmostEqual(noise.std(), 0.3, delta=0.01)
        self.assertAlmostEqual(noise.mean(), 0.0, delta=0.01)
        self.assertEqual(noise.dtype, np.float32)

    def test_translocation_goes_both_ways(self):
        shifts = draws.signed_shifts(np.random.default_rng(11), 20_000, 1, 20)
        self.assertAlmostEqual((shifts > 0).mean(), 0.5, delta=0.015)
        self.assertEqual((abs(shifts).min(), abs(shifts).max()), (1, 20))

    def test_windows_longer_than_sequences_are_refused(self):
        with self.assertRaisesRegex(ValueError, "deletion of up to 50 bases in sequences of 40"):
            Deletion(0, 50)(self.x, np.random.default_rng(0))


def chi_square(values, kinds):
    counts = np.bincount(values, minlength=kinds)
    assert len(counts) == kinds
    expected = len(values) / kinds
    return ((counts - expected) ** 2 / expected).sum()


class Mark:
    """Multiplies by its number, so that a product says which augmentations came, and in which order they were applied."""

    def __init__(self, number, log):
        self.number, self.log = number, log

    def __call__(self, x, random):
        self.log.append(self.number)
        return x * self.number


class Policies(unittest.TestCase):
    def test_subsets(self):
        random = np.random.default_rng(12)
        hard = draws.chosen_subsets(random, 30_000, 5, 3, True)
        self.assertTrue((hard.sum(axis=1) == 3).all())
        np.testing.assert_allclose(hard.mean(axis=0), 0.6, atol=0.015)
        soft = draws.chosen_subsets(random, 30_000, 5, 3, False)
        np.testing.assert_allclose(np.bincount(soft.sum(axis=1)) / 30_000, [0, 1 / 3, 1 / 3, 1 / 3], atol=0.015)
        self.assertTrue(draws.chosen_subsets(random, 4, 2, 3, True).all())

    def test_order_and_number(self):
        log = []
        policy = Policy((Mark(2, log), Mark(3, log), Mark(5, log)), most=2, hard=True)
        product = policy(np.ones((500, 4, 4), np.float32), np.random.default_rng(13))[:, 0, 0]
        self.assertEqual(log, [2, 3, 5])
        self.assertEqual(set(product), {6, 10, 15})

    def test_original_form(self):
        policy = parse_policy("deletion:0-5,insertion:0-7,rc:1;most=2;hard", keep_length=False)
        x = one_hot(np.random.default_rng(14), 400, LENGTH)
        result = policy(x, np.random.default_rng(15))
        self.assertEqual(result.shape, (400, LENGTH + 7, 4))
        self.assertNotIn("?", "".join(letters(result)))
        # Deletion and reverse complement without insertion: the first bases are the sequence's own, turned.
        only = Policy(policy.augmentations[1:], most=1, hard=True)
        texts, results = letters(x), letters(only(x, np.random.default_rng(16)))
        turned = sum(result[:LENGTH] == reverse_complement(text) for text, result in zip(texts, results))
        self.assertTrue(150 < turned < 250, turned)
        self.assertTrue(all(result[:LENGTH] == reverse_complement(text) or len(result) == LENGTH + 7
                            for text, result in zip(texts, results)))
        for text in ("insertion:0-7;most=1;hard", "insertion:0-7,rc:1;most=1;hard"):
            each = parse_policy(text, keep_length=False)(x[:3], np.random.default_rng(2))
            self.assertNotIn("?", "".join(letters(each)))
            self.assertEqual(each.shape, (3, LENGTH + 7, 4))
        plain = policy.unperturbed(x, np.random.default_rng(17))
        self.assertEqual([each[:LENGTH] for each in letters(plain)], texts)
        self.assertEqual(plain.shape[1], LENGTH + 7)

    def test_presets_and_texts(self):
        for name in PRESETS:
            policy = parse_policy(name)
            result = policy(one_hot(np.random.default_rng(18), 10, 100), np.random.default_rng(19))
            self.assertEqual(result.shape, (10, 100, 4))
        self.assertEqual(parse_policy("evoaug-deepstarr").most, 3)
        self.assertTrue(parse_policy("evoaug-deepstarr").hard)
        self.assertIsNone(parse_policy("none"))
        self.assertEqual(parse_policy("deletion:3-9").augmentations, (Deletion(3, 9),))

    def test_refusals(self):
        for text, part in (("deletoin", "no augmentation 'deletoin'"), ("deletion:9-3", "LEAST-MOST"), ("rc:1.5", "one number"),
                           ("rc;most=0", "most=N"), ("rc,rc", "twice"), ("mutation:x", "one number")):
            with self.assertRaisesRegex(Refused, part):
                parse_policy(text)


class Loaders(unittest.TestCase):
    def test_torch_collate(self):
        try:
            import torch
        except ImportError:
            self.skipTest("torch is not there")
        from shoal.train.augment import TorchCollate
        x = one_hot(np.random.default_rng(20), 8, 30)
        pairs = [(torch.from_numpy(each.T.copy()), torch.tensor([float(i)])) for i, each in enumerate(x)]
        policy = parse_policy("deletion:0-5,rc:0.5;most=2;hard")
        collate = TorchCollate(policy, seed=1)
        first, second = collate(pairs), collate(pairs)
        self.assertEqual(tuple(first[0].shape), (8, 4, 30))
        self.assertEqual(first[1][:, 0].tolist(), list(range(8)))
        self.assertFalse(torch.equal(first[0], second[0]))
        collate.set_epoch(0)
        self.assertTrue(torch.equal(first[0], collate(pairs)[0]))

    def test_tensorflow_map(self):
        try:
            import tensorflow as tf
        except ImportError:
            self.skipTest("tensorflow is not there")
        from shoal.train.augment import augmented_dataset
        x = one_hot(np.random.default_rng(21), 24, 30)
        batches = tf.data.Dataset.from_tensor_slices((x, np.arange(24))).batch(8)
        policy = parse_policy("insertion:0-5,rc:0.5;most=2;hard", keep_length=False)
        one, two = ([batch[0].numpy() for batch in augmented_dataset(batches, policy, 3)] for _ in range(2))
        self.assertEqual(one[0].shape, (8, 35, 4))
        np.testing.assert_array_equal(one, two)


if __name__ == "__main__":
    main()
