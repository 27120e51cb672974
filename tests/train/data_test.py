#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Data: layouts read as they were written, labels and splits by hand, refusals that name the place."""
import gzip
import pathlib
import tempfile
import unittest

import numpy as np

from support import letters, main, one_hot, reverse_complement
from shoal.train.data import balance, hdf5_layout, intervals, labels, limited, loci, splits, tables, text_files
from shoal.train.data import one_hot as coding
from shoal.train.data.dataset import Dataset, Split
from shoal.train.errors import Refused


class InFolder(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)

    def text(self, name, content):
        (self.folder / name).write_text(content, encoding="utf-8")
        return str(self.folder / name)

    def refused(self, pattern, function, *given, **named):
        with self.assertRaisesRegex(Refused, pattern):
            function(*given, **named)


class OneHot(unittest.TestCase):
    def test_letters(self):
        x = coding.encode(["ACGTN", "acgur"])
        np.testing.assert_array_equal(x[0], np.vstack([np.eye(4), np.zeros(4)]))
        self.assertEqual(coding.decode(x), ["ACGTN", "ACGTN"])
        self.assertEqual(coding.gc_content(coding.encode(["GCAN"]))[0], 2 / 3)

    def test_lengths(self):
        with self.assertRaisesRegex(Refused, "sequence 2 has 3 bases, the first has 4"):
            coding.encode(["ACGT", "ACG"])


def small(random, count=12, length=8, tasks=2):
    part = lambda n: Split(random.integers(0, 2, (n, 1, 1)) * 0 + one_hot(random, n, length).astype(np.uint8),
                           random.normal(size=(n, tasks)).astype(np.float32), names=[f"s{i}" for i in range(n)])
    return Dataset({"train": part(count), "valid": part(4), "test": part(5)}, [f"t{i}" for i in range(tasks)])


class Layout(InFolder):
    def test_round_trip_and_both_orders(self):
        import h5py
        dataset = small(np.random.default_rng(1))
        path = str(self.folder / "data.h5")
        hdf5_layout.write(path, dataset)
        again = hdf5_layout.read(path)
        self.assertEqual(again.tasks, ["t0", "t1"])
        for name, split in dataset.splits.items():
            np.testing.assert_array_equal(again[name].x, split.x)
            np.testing.assert_array_equal(again[name].y, split.y)
            self.assertEqual(again[name].names, split.names)
        with h5py.File(path, "r+") as file:
            self.assertEqual(file["X_train"].shape, (12, 4, 8))
            turned = file["X_train"][()].transpose(0, 2, 1).astype(np.float64)
            del file["X_train"]
            file["X_train"] = turned
        np.testing.assert_array_equal(hdf5_layout.read(path)["train"].x, dataset["train"].x)

    def test_refusals(self):
        import h5py
        path = str(self.folder / "data.h5")
        self.refused("cannot be read as HDF5", hdf5_layout.read, self.text("no.h5", "text"))
        hdf5_layout.write(path, small(np.random.default_rng(1)))
        with h5py.File(path, "r+") as file:
            file["X_valid"][1, :, 3] = 1
        self.refused("X_valid: row 1 is not one-hot", hdf5_layout.read, path)
        hdf5_layout.write(path, small(np.random.default_rng(1)))
        with h5py.File(path, "r+") as file:
            file["Y_test"][2, 1] = np.nan
        self.refused("row 2 of test has a label that is no number", hdf5_layout.read, path)
        with h5py.File(path, "r+") as file:
            del file["X_valid"]
        self.refused("no dataset X_valid", hdf5_layout.read, path)

    def test_fasta(self):
        split = small(np.random.default_rng(2))["test"]
        path = str(self.folder / "x.fa")
        hdf5_layout.write_fasta(path, split)
        self.assertEqual(list(text_files.read_fasta(path).values()), letters(split.x))


class Tables(InFolder):
    TABLE = "name\tsequence\tdev\tsplit\na\tACGT\t1.5\ttrain\nb\tTTTT\t-2\tvalid\nc\tCCCC\t0\ttest\n"

    def test_given_splits(self):
        dataset = tables.read_table(self.text("t.tsv", self.TABLE))
        self.assertEqual(dataset.tasks, ["dev"])
        self.assertEqual(letters(dataset["valid"].x.astype(np.float32)), ["TTTT"])
        self.assertEqual(dataset["valid"].y.tolist(), [[-2.0]])

    def test_fasta_beside_a_table(self):
        fasta = self.text("x.fa", ">b first\nTT\nTT\n>a\nACGT\n>c\nCCCC\n")
        table = self.text("t.tsv", "name\tdev\tsplit\na\t1\ttrain\nb\t2\tvalid\nc\t3\ttest\n")
        dataset = tables.read_table(table, fasta=fasta)
        self.assertEqual(letters(dataset["train"].x.astype(np.float32)), ["ACGT"])
        self.refused("t2.tsv:2: .*no record 'z'", tables.read_table, self.text("t2.tsv", "name\tv\nz\t1\n"), fasta=fasta)

    def test_random_splits(self):
        rows = "".join(f"ACGTACGT\t{i}\n" for i in range(50))
        dataset = tables.read_table(self.text("t.tsv", "sequence\tv\n" + rows), valid=0.1, test=0.2, seed=3)
        sizes = [len(dataset[name]) for name in ("train", "valid", "test")]
        self.assertEqual(sizes, [35, 5, 10])
        everything = np.concatenate([dataset[name].y[:, 0] for name in ("train", "valid", "test")])
        self.assertEqual(sorted(everything), list(range(50)))

    def test_refusals(self):
        read = tables.read_table
        self.refused(r"t.tsv:3: split is 'vlaid'", read, self.text("t.tsv", self.TABLE.replace("valid", "vlaid")))
        self.refused(r"t.tsv:2: dev is 'high', no number", read, self.text("t.tsv", self.TABLE.replace("1.5", "high")))
        self.refused(r"t.tsv:4: 3 columns, the header has 4", read, self.text("t.tsv", self.TABLE.replace("\ttest", "")))
        self.refused("no column hk", read, self.text("t.tsv", self.TABLE), tasks=["hk"])
        self.refused("sequence 2 has 3 bases", read, self.text("t.tsv", self.TABLE.replace("TTTT", "TTT")))
        self.refused("no column 'sequence'", read, self.text("t.tsv", "name\tv\na\t1\n"))
        self.refused("cannot read .*none.tsv: No such file", read, str(self.folder / "none.tsv"))


class Loci(InFolder):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(4)
        self.contigs = {name: "".join(random.choice(list("ACGT"), 4000)) for name in ("chr1", "chr2", "chr3")}
        self.contigs["chr1"] = "NNNNN" + self.contigs["chr1"][5:]
        with gzip.open(self.folder / "genome.fa.gz", "wt") as file:
            file.writelines(f">{name}\n{text}\n" for name, text in self.contigs.items())
        self.genome = str(self.folder / "genome.fa.gz")
        self.bed = self.text("loci.bed", "".join(f"chr{c}\t{s}\t{s + 10}\tl{c}_{s}\t0\t{'-' if s == 600 else '+'}\n"
                                                 for c in (1, 2, 3) for s in (2, 600, 1500, 3000)))

    def window(self, contig, start, end):
        text = self.contigs[contig]
        return "N" * max(0, -start) + text[max(start, 0):end]

    def test_windows_and_background(self):
        dataset = loci.read_loci(self.genome, self.bed, 50, background=2, valid_contigs=["chr2"], test_contigs=["chr3"])
        train = dataset["train"]
        self.assertEqual(train.y[:, 0].tolist(), [1.0] * 4 + [0.0] * 8)
        expected = [self.window("chr1", 7 - 25, 7 + 25), reverse_complement(self.window("chr1", 605 - 25, 605 + 25)),
                    self.window("chr1", 1480, 1530), self.window("chr1", 2980, 3030)]
        self.assertEqual(coding.decode(train.x[:4]), expected)
        self.assertTrue(train.x[4:].any(axis=2).all())
        for positive in range(4):
            for negative in train.x[4 + 2 * positive:6 + 2 * positive]:
                self.assertLess(abs(coding.gc_content(negative) - coding.gc_content(train.x[positive])), 0.05)

    def test_peak_labels(self):
        peaks = self.text("p.narrowPeak", "chr1\t100\t200\tp\t0\t.\t1\t-1\t-1\t30\nchr1\t500\t510\tq\t0\t.\t1\t-1\t-1\t-1\n")
        self.assertEqual([row.anchor for row in intervals.read_intervals(peaks)], [130, 505])
        windows = [("chr1", 100, 150, "+"), ("chr1", 180, 230, "+"), ("chr1", 170, 220, "+"), ("chr1", 490, 540, "+"),
                   ("chr1", 508, 558, "+"), ("chr2", 100, 150, "+")]
        # covered whole; 20 of 50; 30 of 50; has the small peak whole; 2 of its 10 bases; another contig
        self.assertEqual(labels.peak_labels(windows, [peaks])[:, 0].tolist(), [1, 0, 1, 1, 0, 0])

    def test_bigwig(self):
        try:
            import pyBigWig
        except ImportError:
            self.skipTest("pyBigWig is not there")
        path = str(self.folder / "signal.bw")
        file = pyBigWig.open(path, "w")
        file.addHeader([("chr1", 4000), ("chr2", 4000), ("chr3", 4000)])
        file.addEntries(["chr1", "chr1"], [590, 1500], ends=[600, 1510], values=[2.0, 5.0])
        file.close()
        dataset = loci.read_loci(self.genome, self.bed, 50, bigwigs=[path], profile=True, valid_contigs=["chr2"], test_contigs=["chr3"])
        profile = dataset["train"].profile[:, :, 0]
        expected = np.zeros((4, 50))
        expected[1, 10:20] = 2  # window 580 to 630
        expected[1] = expected[1, ::-1]  # strand -
        expected[2, 20:30] = 5
        np.testing.assert_array_equal(profile, expected)
        np.testing.assert_allclose(dataset["train"].y[:, 0], np.log1p(expected.sum(axis=1)), rtol=1e-6)

    def test_refusals(self):
        read = loci.read_loci
        self.refused("no locus is on chr9", read, self.genome, self.bed, 50, background=1, valid_contigs=["chr9"])
        self.refused("one of background, peaks and bigwigs", read, self.genome, self.bed, 50)
        self.refused("no contig 'chr7'", read, self.genome, self.text("b.bed", "chr7\t5\t9\n"), 50, background=1)
        self.refused("b.bed:2: .* no row of BED", read, self.genome, self.text("b.bed", "chr1\t5\t9\nchr1 6 9\n"), 50, background=1)
        self.refused("b.bed:1: 9-5", read, self.genome, self.text("b.bed", "chr1\t9\t5\n"), 50, background=1)


class Rows(unittest.TestCase):
    def test_balance_and_limit(self):
        random = np.random.default_rng(5)
        split = Split(one_hot(random, 30, 6).astype(np.uint8), (np.arange(30) % 3 == 0).astype(np.float32)[:, None])
        even = balance.balanced(split, 1)
        self.assertEqual((len(even), even.y.sum()), (20, 10))
        dataset = Dataset({"train": split, "valid": split, "test": split}, ["t"])
        self.assertEqual(len(limited(dataset, 7, 0)["train"]), 7)
        with self.assertRaisesRegex(Refused, "there are 30"):
            limited(dataset, 31, 0)

    def test_reverse_complements(self):
        x = coding.encode(["AACG", "TTTN"])
        both = balance.with_reverse_complements(Split(x, np.array([[1.0], [2.0]]), names=["a", "b"]))
        self.assertEqual(coding.decode(both.x), ["AACG", "CGTT", "TTTN", "NAAA"])
        self.assertEqual((both.y[:, 0].tolist(), both.names), ([1, 1, 2, 2], ["a", "a_rc", "b", "b_rc"]))

    def test_chromosomes(self):
        parts = splits.by_chromosome(["a", "b", "a", "c"], ["b"], ["c"])
        self.assertEqual({name: list(rows) for name, rows in parts.items()}, {"train": [0, 2], "valid": [1], "test": [3]})
        with self.assertRaisesRegex(Refused, "validate and test"):
            splits.by_chromosome(["a"], ["a"], ["a"])


if __name__ == "__main__":
    main()
