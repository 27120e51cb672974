#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Synthetic tasks: labels and probabilities agree, motifs stand where the truth says; with ../shared/data, the published bits."""
import hashlib
import pathlib
import tempfile
import unittest

import numpy as np

from support import ROOT, main
from shoal.train.data import hdf5_layout, motif_file, synthetic
from shoal.train.errors import Refused

SHARED = ROOT.parent / "shared" / "data"


def motif_set():
    """70 motifs with the needed names: sharp ones, each of its own, then blunt ones."""
    random = np.random.default_rng(1)
    names = list(dict.fromkeys(synthetic.TASK_1 + synthetic.TASK_3)) + [f"other{n}" for n in range(70)]
    return [(f"M{n}", name, np.eye(4)[random.integers(0, 4, 6 + n % 9)].T * 0.9 + 0.025) for n, name in enumerate(names)]


class Tasks(unittest.TestCase):
    def check(self, dataset, count):
        self.assertEqual([len(dataset[name]) for name in ("train", "valid", "test")], [count * 7 // 10, count // 10, count // 5])
        for split in dataset.splits.values():
            self.assertTrue((split.x.sum(axis=2) == 1).all())
            np.testing.assert_allclose(split.model.sum(axis=2), 1, atol=1e-9)
            inside = split.model.max(axis=2) > 0.3
            drawn = split.model[split.x.astype(bool)].reshape(len(split), -1)
            self.assertAlmostEqual(drawn[inside].mean(), 0.925 ** 2 + 3 * 0.025 ** 2, delta=0.02)
            self.assertAlmostEqual((split.x[~inside].mean(axis=0)).max(), 0.25, delta=0.03)

    def test_task_1(self):
        motifs = motif_set()
        dataset = synthetic.make(1, motifs, count=600, seed=5)
        self.check(dataset, 600)
        by_name = {name: matrix for _, name, matrix in motifs}
        split = dataset["train"]
        chances = []
        for row in range(40):
            present = [any(self.stands(split.model[row].T, strand) for strand in synthetic.both_strands([by_name[name]]))
                       for name in dataset.tasks]
            self.assertTrue(all(present[k] for k in np.flatnonzero(split.y[row])))
            chances.append(sum(present))
        self.assertTrue(1 <= np.mean(chances) < 3)

    def test_task_3(self):
        for variant in ("shipped", "positional"):
            dataset = synthetic.make(3, motif_set(), variant, count=400, seed=6)
            self.check(dataset, 400)
            self.assertEqual(sum(split.y.sum() for split in dataset.splits.values()), 200)

    def stands(self, model, motif):
        width = motif.shape[1]
        return any(np.allclose(model[:, start:start + width], motif) for start in range(model.shape[1] - width + 1))

    def test_numbers_of_motifs(self):
        random = np.random.RandomState(0)
        generator, motifs = synthetic.Generator(random, 2, 2), synthetic.both_strands([motif_set()[0][2]])
        counts = np.bincount([len(generator.probabilities(motifs)[1]) for _ in range(4000)], minlength=8)[3:]
        np.testing.assert_allclose(counts / 4000, [0.5, 0.25, 0.17, 0.05, 0.03], atol=0.025)

    def test_files(self):
        import h5py
        dataset = synthetic.make(3, motif_set(), count=100, seed=7)
        with tempfile.TemporaryDirectory() as folder:
            hdf5_layout.write(f"{folder}/data.h5", dataset)
            hdf5_layout.write_truth(f"{folder}/truth.h5", dataset["test"])
            np.testing.assert_allclose(hdf5_layout.read(f"{folder}/data.h5")["test"].model, dataset["test"].model)
            with h5py.File(f"{folder}/truth.h5") as file:
                self.assertEqual(file["model"].shape, (20, 4, 200))
                self.assertEqual(file["sequences"].dtype, "S200")
                first = file["sequences"][0].decode()
            self.assertEqual(first, "".join("ACGT"[code] for code in dataset["test"].x[0].argmax(axis=1)))

    def test_refusals(self):
        with self.assertRaisesRegex(Refused, "no motif SP1"):
            synthetic.make(3, [each for each in motif_set() if each[1] != "SP1"], count=10)
        with self.assertRaisesRegex(Refused, "tasks are 1 and 3"):
            synthetic.make(2, motif_set())


class MotifFiles(unittest.TestCase):
    def test_both_formats(self):
        with tempfile.TemporaryDirectory() as folder:
            jaspar, meme = pathlib.Path(folder, "a.txt"), pathlib.Path(folder, "b.meme")
            jaspar.write_text(">MA1 X\nA  [ 3  0 ]\nC  [ 1  0 ]\nG  [ 0  4 ]\nT  [ 0  0 ]\n\n")
            meme.write_text("MEME version 4\n\nMOTIF MA1 X\nletter-probability matrix: alength= 4 w= 2 nsites= 4\n"
                            "0.75 0.25 0 0\n0 0 1 0\n")
            for path in (jaspar, meme):
                (identity, name, matrix), = motif_file.read_motifs(path)
                self.assertEqual((identity, name), ("MA1", "X"))
                np.testing.assert_allclose(matrix, [[0.75, 0], [0.25, 0], [0, 1], [0, 0]])
            jaspar.write_text(">MA1 X\nA [ 3 0 ]\nC [ 1 ]\nG [ 0 4 ]\nT [ 0 0 ]\n")
            with self.assertRaisesRegex(Refused, "a.txt:5: the four rows of MA1"):
                motif_file.read_motifs(jaspar)
            with self.assertRaisesRegex(Refused, "cannot read"):
                motif_file.read_motifs(pathlib.Path(folder, "none"))


@unittest.skipUnless((SHARED / "motifs/pfm_vertebrates.txt").exists(), "../shared/data is not there")
class Published(unittest.TestCase):
    def test_task_3_bit_by_bit(self):
        import h5py
        motifs = motif_file.read_motifs(SHARED / "motifs/pfm_vertebrates.txt")
        for variant in ("shipped", "positional"):
            split = synthetic.make(3, motifs, variant)["test"]
            with h5py.File(SHARED / f"synthetic_code/test_{variant}.h5") as file:
                digest = hashlib.sha256(np.ascontiguousarray(split.x.transpose(0, 2, 1), dtype="<f8").tobytes()).hexdigest()
                self.assertEqual(digest.encode(), file.attrs["one_hot_sha256"])
                np.testing.assert_array_equal(file["label"][()], split.y[:, 0])


if __name__ == "__main__":
    main()
