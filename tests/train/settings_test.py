#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""INI files, tables of layers, activations and runs: what is read, named and refused. NumPy is enough."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import numpy as np

from support import ROOT, main
from shoal.train import command
from shoal.train.architectures import CHAINS, TABLES, find_chain, find_table, parse_table, positions_after, widened
from shoal.train.architectures.activations import evaluate
from shoal.train.errors import Refused
from shoal.train.settings import OPTIONS, defaults, read_ini, resolved, written
from shoal.train.zoo.runs import table_of_runs


def one(**changes):
    return {**{name: values[0] for name, values in defaults().items()}, **changes}


class Ini(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "train.ini")
            path.write_text(text, encoding="utf-8")
            return read_ini(path)

    def test_round_trip(self):
        values = {**defaults(), "seed": [0, 1, 2], "l2": [1e-6, 0.0], "balance": [True], "data": ["x.h5"], "patience": [7]}
        self.assertEqual(self.read(written(values)), values)

    def test_example_is_what_the_program_prints(self):
        path = ROOT / "configs" / "train.ini"
        text = path.read_text(encoding="utf-8")
        values = {**defaults(), **read_ini(path)}
        self.assertEqual(written(values), text, "write it anew: shoal-train zoo --config configs/train.ini --print-config")

    def test_refusals(self):
        for text, message in (("epohcs = 3", "train.ini:1: there is no option 'epohcs'"), ("seed 3", "no line of KEY = VALUE"),
                              ("\nepochs = 0", "train.ini:2: epochs = 0: it must be a whole number of at least 1"),
                              ("epochs = 3\nepochs = 4", "train.ini:2: epochs is set twice"), ("seed = 1 1", "names a value twice"),
                              ("backend = theano", "it can be jax, torch, tensorflow"), ("seed =", "seed has no value"),
                              ("dropout = 3", "from 0 to 2"), ("balance = yes", "true or false"), ("patience = none", "whole number")):
            with self.assertRaisesRegex(Refused, message):
                self.read(text)

    def test_recipes(self):
        plain = resolved(one(), True, True)
        self.assertEqual([plain[key] for key in ("patience", "drop-factor", "keep", "monitor", "link")], [20, 0.2, "last", "aupr", "sigmoid"])
        evoaug = resolved(one(recipe="evoaug", patience=3), False, False)
        self.assertEqual([evoaug[key] for key in ("patience", "drop-factor", "keep", "monitor", "link")], [3, 0.1, "best", "loss", "linear"])
        with self.assertRaisesRegex(Refused, "not all 0 or 1"):
            resolved(one(monitor="auroc"), False, False)

    def test_every_option_has_help(self):
        for option in OPTIONS:
            self.assertGreater(len(option.help), 6, option.name)


class Runs(unittest.TestCase):
    def test_combinations(self):
        values = {**defaults(), "architecture": ["cnn-2", "cnn-50"], "activation": ["relu", "exponential"], "seed": [0, 1, 2],
                  "augmentation": ["none", "deletion:0-30,rc:0.5;most=2;hard"]}
        runs = table_of_runs(values)
        self.assertEqual(len({run.name for run in runs}), 24)
        self.assertEqual(runs[0].name, "cnn-2_relu_none_none_s0")
        self.assertEqual(runs[3].name, "cnn-2_relu_deletion-0-30-rc-0.5-most-2-hard_none_s0")
        self.assertEqual(runs[-1].settings["seed"], 2)
        rows = table_of_runs({**defaults(), "training-rows": [0, 500]})
        self.assertEqual([run.name for run in rows], ["cnn-deep_exponential_none_none_s0",
                                                      "cnn-deep_exponential_none_none_training-rows-500_s0"])

    def test_refusals(self):
        for name, value, message in (("architecture", "cnn-3", "no architecture 'cnn-3'"), ("activation", "rleu", "no activation 'rleu'"),
                                     ("augmentation", "evoagu", "no augmentation 'evoagu'"), ("regulariser", "mixpu", "no regulariser 'mixpu'"),
                                     ("regulariser", "mixup+manifold-mixup", "choose one")):
            with self.assertRaisesRegex(Refused, message):
                table_of_runs({**defaults(), name: [value]})
        with self.assertRaisesRegex(Refused, "two runs would be named"):
            table_of_runs({**defaults(), "augmentation": ["rc:0.5", "rc:0.5 "]})


class Tables(unittest.TestCase):
    def test_named_lengths(self):
        # Positions after the last layer with positions, by hand from the published tables.
        for name, length, expected in (("cnn-2", 200, 2), ("cnn-50", 200, 2), ("cnn-deep", 200, 3), ("cnn-local", 200, 2),
                                       ("cnn-dist", 200, 3), ("deepstarr", 249, 15), ("residualbind", 400, 1), ("basset", 600, 10)):
            table = find_table(name)
            left = [n for layer, n in zip(table, positions_after(table, length)) if layer.kind in ("conv", "residual")]
            self.assertEqual(left[-1], expected, name)
        for name in TABLES:
            self.assertIn("first", [layer.values.get("activation") for layer in find_table(name)], name)

    def test_widened(self):
        self.assertEqual([layer.values.get("filters", layer.values.get("units")) for layer in widened(find_table("cnn-2"), 2)],
                         [64, 248, None, 1024])

    def test_refusals(self):
        good = "conv filters=4 width=3\nflatten\n"
        self.assertEqual(len(parse_table(good + "# a comment\n\ndense units=3 # too", "t")), 3)
        for text, message in (("conv filters=4\nflatten", "t:1: conv needs width="), ("conv filters=x width=3\nflatten", "not a whole number"),
                              ("cnov filters=4", "t:1: there is no layer 'cnov'"), (good + "conv filters=4 width=3", "t:3: conv needs positions"),
                              ("conv filters=4 width=3 pad=same\nflatten", "'pad=same': conv takes filters="), ("# nothing", "t has no layers"),
                              ("conv filters=4 width=3", "a table ends with"), ("conv filters=4 width=3\ndense units=4", "needs a line with flatten"),
                              ("conv filters=4 filters=5 width=3\nflatten", "filters is given twice"), ("residual\nflatten", "cannot be the first"),
                              ("conv filters=4 width=3 dropout=1\nflatten", "out of range"), ("conv filters=4 width=3 padding=full\nflatten", "same, valid")):
            with self.assertRaisesRegex(Refused, message):
                parse_table(text, "t")
        with self.assertRaisesRegex(Refused, "cnn-deep:5: no position is left"):
            positions_after(find_table("cnn-deep"), 60)


class Activations(unittest.TestCase):
    def test_definitions(self):
        z = np.linspace(-4, 10, 57)
        sigma = 1 / (1 + np.exp(8 - z))
        expected = {"modified-relu": np.maximum((z - 0.2) ** 3, 0), "modified-tanh": 500 * np.tanh(z - 6) + 500,
                    "modified-sigmoid": 4000 * sigma, "modified-exponential": np.maximum(np.exp(0.1 * z) - 1, 0),
                    "shift-relu": np.maximum(z - 0.2, 0), "scale-relu": np.maximum(z ** 3, 0), "shift-tanh": np.tanh(z - 6),
                    "scale-tanh": 500 * np.tanh(z) + 500, "shift-sigmoid": sigma, "scale-sigmoid": 4000 / (1 + np.exp(-z)),
                    "log-relu": np.maximum(np.log(np.abs(z) + 1e-10), 0), "relu": np.maximum(z, 0), "exponential": np.exp(z),
                    "sigmoid": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z), "softplus": np.log1p(np.exp(z)), "linear": z,
                    "elu": np.where(z > 0, z, np.exp(z) - 1)}
        self.assertEqual(set(expected), set(CHAINS))
        for name, values in expected.items():
            np.testing.assert_allclose(evaluate(name, z), values, rtol=1e-9, atol=1e-12, err_msg=name)

    def test_penalty(self):
        self.assertEqual(find_chain("relu-l2"), (CHAINS["relu"], 0.1))


class Command(unittest.TestCase):
    def run_words(self, *words):
        errors, out = io.StringIO(), io.StringIO()
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(out):
            status = command.main(list(words))
        return status, errors.getvalue(), out.getvalue()

    def test_one_line(self):
        for words, status, message in ((["zoo", "--data", "nowhere.h5"], 3, "there is no file nowhere.h5"), (["zoo"], 2, "data = FILE is needed"),
                                       (["zoo", "--seed", "-1"], 2, "--seed"), (["zoo", "--nonsense"], 2, "nonsense"),
                                       (["zoo", "--config", "none.ini"], 3, "cannot read none.ini"), (["data", "--output", "x.h5"], 2, "give --table"),
                                       (["synthetic", "--task", "3", "--motifs", "none", "--output", "x"], 3, "cannot read none")):
            got, errors, _ = self.run_words(*words)
            self.assertEqual((got, errors.count("\n")), (status, 1), errors)
            self.assertIn(message, errors)

    def test_command_line_wins(self):
        status, _, out = self.run_words("zoo", "--config", str(ROOT / "configs/train.ini"), "--seed", "7 8", "--balance", "--print-config")
        self.assertEqual(status, 0)
        self.assertIn("\nseed = 7 8\n", out)
        self.assertIn("\nbalance = true\n", out)


if __name__ == "__main__":
    main()
