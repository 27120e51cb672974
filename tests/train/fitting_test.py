#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What surrounds the framework: metrics, schedules, batches, sharing of runs among workers, progress. NumPy is enough."""
import io
import json
import multiprocessing
import pathlib
import sys
import tempfile
import textwrap
import threading
import unittest

import numpy as np

from support import main, one_hot
from shoal.train.augment import parse_policy
from shoal.train.data.dataset import Split
from shoal.train.errors import FAILED_RUNS, Refused
from shoal.train.fitting.batches import Batches
from shoal.train.fitting.metrics import aupr, auroc, evaluate, ranks, spearman
from shoal.train.fitting.regularisers import mixed, mixing
from shoal.train.fitting.schedule import Schedule
from shoal.train.settings import defaults
from shoal.train.zoo.folder import ZooFolder, read_networks
from shoal.train.zoo.progress import Progress, duration
from shoal.train.zoo.runs import table_of_runs
from shoal.train.zoo.workers import place_among_workers, train_zoo


class Metrics(unittest.TestCase):
    def test_against_pairs_and_points(self):
        random = np.random.default_rng(1)
        labels, scores = random.integers(0, 2, 200).astype(float), np.round(random.normal(size=200), 1)
        positive, negative = scores[labels == 1], scores[labels == 0]
        pairs = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
        self.assertAlmostEqual(auroc(labels, scores), pairs.mean(), places=12)
        points = [(0.0, 1.0)]
        for cut in sorted(set(scores), reverse=True):
            taken = scores >= cut
            points.append((labels[taken].sum() / labels.sum(), labels[taken].mean()))
        area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in zip(points, points[1:]))
        self.assertAlmostEqual(aupr(labels, scores), area, places=12)

    def test_by_hand(self):
        np.testing.assert_array_equal(ranks(np.array([3.0, 1, 3, 2])), [3.5, 1, 3.5, 2])
        self.assertAlmostEqual(spearman(np.array([1.0, 2, 3]), np.array([1.0, 4, 9])), 1)
        self.assertTrue(np.isnan(auroc(np.ones(3), np.arange(3.0))))
        found = evaluate([[1, 0.5], [0, 0.5], [1, 0.5]], [[0.9, 1], [0.1, 2], [0.8, 3]], True)
        self.assertEqual(found["auroc"], 1)  # the second task has no positives: left out
        self.assertTrue(np.isnan(evaluate([[1.0], [2.0]], [[1.0], [2.0]], False)["auroc"]))


class Schedules(unittest.TestCase):
    def test_drops_and_stop(self):
        schedule = Schedule(1.0, True, 4, 2, 0.5, 0.2)
        rates = []
        for value in (0.5, 0.6, 0.6, 0.5, 0.55, 0.7, 0.1, 0.1, float("nan"), 0.1):
            self.assertFalse(schedule.is_over)
            schedule.step(value)
            rates.append(schedule.rate)
        self.assertEqual(rates, [1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2])
        self.assertTrue(schedule.is_over)
        again = Schedule(1.0, True, 4, 2, 0.5, 0.2)
        again.restore(json.loads(json.dumps(schedule.state())))
        self.assertEqual(again.state(), schedule.state())

    def test_lower_is_better(self):
        schedule = Schedule(1.0, False, 0, 1, 0.1, 0)
        self.assertEqual([schedule.step(value) for value in (3, 2, 2.5, 1)], [True, True, False, True])
        self.assertFalse(schedule.is_over)


class BatchesOfAnEpoch(unittest.TestCase):
    def setUp(self):
        self.settings = {name: values[0] for name, values in defaults().items()} | {"batch": 8, "seed": 3}
        self.split = Split(one_hot(np.random.default_rng(1), 20, 30).astype(np.uint8), np.arange(20, dtype=np.float32)[:, None])

    def epochs(self, policy=None, regularisers=(), epoch=0, augmented=True, seed=3):
        batches = Batches(self.split, {**self.settings, "seed": seed}, policy, frozenset(regularisers))
        return [(x, labels[0]) for x, labels, _ in batches.epoch(0, epoch, augmented)]

    def test_every_row_once_in_another_order(self):
        first, again, second = self.epochs(), self.epochs(), self.epochs(epoch=1)
        self.assertEqual([len(x) for x, _ in first], [8, 8, 4])
        order = np.concatenate([y[:, 0] for _, y in first])
        self.assertEqual(sorted(order), list(range(20)))
        self.assertTrue((order != np.concatenate([y[:, 0] for _, y in second])).any())
        for (x, y), (same, _) in zip(first, again):
            np.testing.assert_array_equal(x, same)
            np.testing.assert_array_equal(x, self.split.x[y[:, 0].astype(int)])

    def test_augmented_and_plain(self):
        policy = parse_policy("deletion:5-9;most=1;hard")
        x, y = self.epochs(policy)[0]
        self.assertTrue((x != self.split.x[y[:, 0].astype(int)]).any(axis=(1, 2)).all())
        x, y = self.epochs(policy, augmented=False)[0]
        np.testing.assert_array_equal(x, self.split.x[y[:, 0].astype(int)])

    def test_mixup(self):
        order, share = mixing(np.random.default_rng(2), 5, 1.0)
        x = np.arange(10, dtype=np.float32).reshape(5, 2)
        np.testing.assert_allclose(mixed(x, order, share), [share * x[i] + (1 - share) * x[order[i]] for i in range(5)], rtol=1e-6)
        x, y = self.epochs(regularisers=["mixup"])[0]
        np.testing.assert_allclose(x.sum(axis=2), 1, rtol=1e-6)
        self.assertFalse(np.isin(x, (0, 1)).all())
        self.assertFalse((y == np.round(y)).all())
        shares = [mixing(np.random.default_rng(n), 2, 0.2)[1] for n in range(3000)]
        self.assertAlmostEqual(np.mean(shares), 0.5, delta=0.03)
        self.assertAlmostEqual(np.var(shares), 0.25 / 1.4, delta=0.01)  # Beta(a, a): 1 / (4 (2a + 1))

    def test_noise(self):
        x, y = self.epochs(regularisers=["noise"])[0]
        self.assertAlmostEqual((x - self.split.x[y[:, 0].astype(int)]).std(), 0.1, delta=0.01)


class Places(unittest.TestCase):
    def test_environments(self):
        self.assertEqual(place_among_workers({}), (0, 1))
        self.assertEqual(place_among_workers({"OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"}), (2, 4))
        array = {"SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_MIN": "3", "SLURM_ARRAY_TASK_COUNT": "4"}
        self.assertEqual(place_among_workers(array), (2, 4))
        self.assertEqual(place_among_workers({**array, "SLURM_PROCID": "1", "SLURM_NTASKS": "2"}), (5, 8))


# In place of training: notes that it ran, fails for one name, and writes what a run leaves.
STAND_IN = """
import json, pathlib, sys, time
run = json.loads(sys.argv[-1])
folder = pathlib.Path(run["folder"])
folder.mkdir(parents=True, exist_ok=True)
with open(folder / "started", "a") as file:
    file.write("x")
time.sleep(0.05)
if run["settings"]["seed"] == {bad}:
    sys.exit("shoal-train: the data are bad")
(folder / "metrics.json").write_text(json.dumps({{"parameters": 3, "test_auroc": 0.5, "test_mse": None}}))
"""


def train_in_process(path, script, place):
    runs = table_of_runs({**defaults(), "seed": list(range(6))})
    raise SystemExit(train_zoo(ZooFolder(path), runs, 2, [sys.executable, script], place))


class Zoo(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)
        self.runs = table_of_runs({**defaults(), "seed": list(range(6))})

    def script(self, bad=-1):
        path = self.folder / f"stand_in_{bad}.py"
        path.write_text(textwrap.dedent(STAND_IN.format(bad=bad)))
        return str(path)

    def train(self, bad=-1, workers=2):
        with self.subTest("quiet"):
            quiet, sys.stderr = sys.stderr, io.StringIO()
            try:
                return train_zoo(ZooFolder(self.folder / "zoo"), self.runs, workers, [sys.executable, self.script(bad)])
            finally:
                sys.stderr = quiet

    def started(self):
        return [len((self.folder / "zoo/runs" / run.name / "started").read_text()) for run in self.runs]

    def test_finished_runs_are_skipped(self):
        zoo = ZooFolder(self.folder / "zoo")
        zoo.of(self.runs[2]).mkdir()
        (zoo.of(self.runs[2]) / "started").write_text("earlier")
        (zoo.of(self.runs[2]) / "metrics.json").write_text(json.dumps({"parameters": 3, "test_auroc": 0.75, "test_mse": None}))
        self.assertEqual(self.train(), 0)
        self.assertEqual(self.started(), [1, 1, 7, 1, 1, 1])
        rows = read_networks(self.folder / "zoo/networks.tsv")
        self.assertEqual([row["network"] for row in rows], [run.name for run in self.runs])
        self.assertEqual((rows[2]["test_auroc"], rows[2]["test_mse"], rows[2]["seed"]), ("0.75", "NA", "2"))
        self.assertTrue(rows[0]["file"].endswith("runs/cnn-deep_exponential_none_none_s0/network.keras"))

    def test_a_failed_run_is_named_and_tried_again(self):
        self.assertEqual(self.train(bad=4), FAILED_RUNS)
        zoo = ZooFolder(self.folder / "zoo")
        self.assertEqual(zoo.failure(self.runs[4]), "shoal-train: the data are bad")
        self.assertEqual(len(read_networks(self.folder / "zoo/networks.tsv")), 5)
        self.assertEqual(self.train(), 0)
        self.assertEqual(self.started(), [1, 1, 1, 1, 2, 1])
        self.assertIsNone(zoo.failure(self.runs[4]))

    def test_processes_share_the_runs(self):
        script = self.script()
        processes = [multiprocessing.Process(target=train_in_process, args=(self.folder / "zoo", script, (place, 3))) for place in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        self.assertEqual([process.exitcode for process in processes], [0, 0, 0])
        self.assertEqual(len(read_networks(self.folder / "zoo/networks.tsv")), 6)
        self.assertEqual(self.started(), [1] * 6)

    def test_a_lock_is_held_once(self):
        zoo = ZooFolder(self.folder / "zoo")
        with zoo.claim(self.runs[0]) as first, zoo.claim(self.runs[0]) as second, zoo.claim(self.runs[1]) as other:
            self.assertIsNotNone(first)
            self.assertIsNone(second)
            self.assertIsNotNone(other)
        with zoo.claim(self.runs[0]) as again:
            self.assertIsNotNone(again)

    def test_nothing_to_train(self):
        with self.assertRaises(Refused):
            train_zoo(ZooFolder(self.folder / "zoo"), [], 1, [])


class Times(unittest.TestCase):
    def test_estimate(self):
        now, text = [0.0], io.StringIO()
        progress = Progress(10, 4, text, lambda: now[0])
        self.assertIsNone(progress.remaining())
        now[0] = 60.0
        progress.update(6, "a")
        self.assertEqual(progress.remaining(), 120)  # 30 s each, 4 left; the 4 of before do not count
        self.assertEqual(text.getvalue(), "6 of 10 networks, 2 min 00 s left: a\n")
        self.assertEqual([duration(each) for each in (59.6, 75, 3900)], ["1 min 00 s", "1 min 15 s", "1 h 05 min"])


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    assert threading.active_count() == 1
    main()
