#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A tiny zoo from its INI file to the table; a run that is killed goes on to the same bytes; `shoal predict` reads the networks."""
import os
import pathlib
import signal
import tempfile
import time
import unittest

import numpy as np

from keras_support import BACKENDS, SHOAL, finish, prepare, shoal_scores, small_data, start
from support import main
from shoal.train.data import one_hot
from shoal.train.zoo.folder import read_networks


class TinyZoo(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)
        prepare(self.folder)

    def zoo(self, *words, output="zoo"):
        return start("zoo", "--data", self.folder / "data.h5", "--architecture", self.folder / "small.table", "--batch", 40,
                     "--device", "cpu", "--backend", BACKENDS[0], "--output", self.folder / output, *words)

    def test_zoo(self):
        (self.folder / "zoo.ini").write_text("[network]\nactivation = relu exponential\n[augmentation]\naugmentation = none rc:0.5\n"
                                             "fine-tune-epochs = 1\n[training]\nepochs = 2\n[run]\nworkers = 2\n")
        status, out, err = finish(self.zoo("--config", self.folder / "zoo.ini"))
        self.assertEqual(status, 0, err)
        self.assertIn("4 of 4 networks are trained", out)
        self.assertRegex(err, r"[23] of 4 networks, .* left: ")
        rows = read_networks(self.folder / "zoo/networks.tsv")
        self.assertEqual([row["activation"] for row in rows], ["relu", "relu", "exponential", "exponential"])
        self.assertEqual([row["epochs"] for row in rows], ["2", "3", "2", "3"])
        for row in rows:
            self.assertTrue(0 <= float(row["test_auroc"]) <= 1)
            self.assertTrue(pathlib.Path(row["file"]).exists())
        before = [os.stat(row["file"]).st_mtime_ns for row in rows]
        status, out, err = finish(self.zoo("--config", self.folder / "zoo.ini"))
        self.assertEqual((status, [os.stat(row["file"]).st_mtime_ns for row in rows]), (0, before), err)
        status, _, err = finish(self.zoo("--config", self.folder / "zoo.ini", "--batch", 20))
        self.assertEqual(status, 3)
        self.assertIn("was begun with batch = 40", err)

    def test_killed_run_goes_on_to_the_same_bytes(self):
        words = ("--augmentation", "deletion:0-5;most=1", "--regulariser", "spectral-norm", "--epochs", 12, "--recipe", "evoaug",
                 "--fine-tune-epochs", 3, "--seed", 4)
        status, _, err = finish(self.zoo(*words, output="whole"))
        self.assertEqual(status, 0, err)
        killed = self.zoo(*words, output="killed")
        run, = ((self.folder / "whole/runs").iterdir())
        checkpoint = self.folder / "killed/runs" / run.name / "checkpoint.npz"
        limit = time.monotonic() + 300
        while not checkpoint.exists() and time.monotonic() < limit:
            time.sleep(0.02)
        log = checkpoint.with_name("log.txt")
        while log.read_text().count("\n") < 4 and time.monotonic() < limit:
            time.sleep(0.02)
        self.kill_all(killed)
        self.assertFalse(checkpoint.with_name("metrics.json").exists(), "the run had ended before it was killed")
        status, _, err = finish(self.zoo(*words, output="killed"))
        self.assertEqual(status, 0, err)
        self.assertIn("resumed after", log.read_text())
        self.assertEqual((run / "network.keras").read_bytes(), checkpoint.with_name("network.keras").read_bytes())

    def kill_all(self, process):
        """Kills the program and the run that it started, so that neither can clean up."""
        children = pathlib.Path(f"/proc/{process.pid}/task").glob("*/children")
        pids = [int(pid) for file in children for pid in file.read_text().split()]
        self.assertTrue(pids)
        for pid in [process.pid, *pids]:
            os.kill(pid, signal.SIGKILL)
        process.communicate()

    def test_stopped_run_says_so(self):
        process = self.zoo("--epochs", 500, "--patience", 500)
        limit = time.monotonic() + 300
        while not list(self.folder.glob("zoo/runs/*/checkpoint.npz")) and time.monotonic() < limit:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        status, _, err = finish(process)
        self.assertEqual(status, 75, err)
        self.assertIn("stopped, resumable", err)

    @unittest.skipUnless(SHOAL, "SHOAL_PROGRAM names no program")
    def test_predictions_of_each_backend(self):
        split = small_data()["test"]
        texts = one_hot.decode(split.x)
        for backend in BACKENDS:
            status, _, err = finish(self.zoo("--backend", backend, "--epochs", 1, output=backend))
            self.assertEqual(status, 0, err)
            network = next((self.folder / backend).glob("runs/*/network.keras"))
            found = shoal_scores(network, texts, self.folder)
            expected = self.predicted(network, split, backend)
            self.assertEqual(found.shape, expected.shape)
            worst = np.abs(found - expected).max() / np.abs(expected).max()
            self.assertLess(worst, 1e-5)
            print(f"{backend}: largest difference {worst:.1e} of the largest output")

    def predicted(self, network, split, backend):
        """What Keras says, with the backend that trained, in a process of its own."""
        import subprocess
        import sys
        np.save(self.folder / "x.npy", split.x.astype(np.float32))
        code = ("import keras, numpy, sys; m = keras.models.load_model(sys.argv[1]); "
                "numpy.save(sys.argv[3], m.predict(numpy.load(sys.argv[2]), verbose=0))")
        subprocess.run([sys.executable, "-c", code, str(network), str(self.folder / "x.npy"), str(self.folder / "y.npy")], check=True,
                       capture_output=True, env={**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"})
        return np.load(self.folder / "y.npy")


if __name__ == "__main__":
    main()
