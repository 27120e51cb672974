#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""One process, one backend (KERAS_BACKEND, or the first that is there): regularisers, attacks, heads, distillation, learning."""
import os
import pathlib
import tempfile
import unittest

import numpy as np

from keras_support import BACKENDS, LENGTH, TABLE, settings, small_data
from support import main
from shoal.train.architectures import CHAINS, TABLES, find_table, parse_table
from shoal.train.architectures.activations import evaluate
from shoal.train.errors import Refused
from shoal.train.fitting.backend import start_backend
from shoal.train.fitting.one_run import train_run

BACKEND = os.environ.get("KERAS_BACKEND", BACKENDS[0])
keras = start_backend(BACKEND, "cpu", 1)

from shoal.train.architectures.build import NetworkBuilder  # noqa: E402
from shoal.train.fitting.attack import Attack  # noqa: E402
from shoal.train.fitting.distillation import Ensemble, distill_ensemble  # noqa: E402
from shoal.train.fitting.manifold import ManifoldModel  # noqa: E402
from shoal.train.fitting.spectral import SpectralLimit, keras_array  # noqa: E402

TEST = small_data()["test"].x.astype(np.float32)


def builder(**more):
    return NetworkBuilder(parse_table(TABLE, "small"), LENGTH, {"scores": 1}, **{"l2": 1e-6, "seed": 3, **more})


class InFolder(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)
        self.table = self.folder / "small.table"
        self.table.write_text(TABLE)

    def train(self, name="run", **changes):
        own = settings(backend=BACKEND, architecture=str(self.table), data="x", **changes)
        return train_run(name, own, self.folder / name, dataset=small_data())


class Networks(unittest.TestCase):
    def test_every_architecture_is_made(self):
        lengths = {"basset": 600, "deepstarr": 249, "residualbind": 400}
        for name in TABLES:
            heads = {"profile": 2, "counts": 2} if name == "bpnet" else {"scores": 3}
            model = NetworkBuilder(find_table(name), lengths.get(name, 200), heads, "exponential").model(name)
            self.assertGreater(model.count_params(), 1000)
        # By hand: 19·4·32 + 2·2·32... of the first block; counted in Koo and Ploenzke's table for CNN-2 (with moments).
        expected = 19 * 4 * 32 + 4 * 32 + 5 * 32 * 124 + 4 * 124 + 2 * 124 * 512 + 4 * 512 + 513 * 12
        self.assertEqual(NetworkBuilder(find_table("cnn-2"), 200, {"scores": 12}).model("m").count_params(), expected)

    def test_activations_are_their_definitions(self):
        values = np.linspace(-3, 9, 40, dtype=np.float32).reshape(1, 10, 4)
        for name in CHAINS:
            made = builder(activation=name)
            inputs = keras.Input((10, 4))
            model = keras.Model(inputs, made._activated(inputs, "first", "layer")) if CHAINS[name] else None
            found = model.predict(values, verbose=0) if model else values
            scale = {"tanh": 500, "sigmoid": 4000}.get(name.rsplit("-", 1)[-1], 1) if "shift" not in name else 1
            np.testing.assert_allclose(found, evaluate(name, values.astype(float)), rtol=2e-5, atol=1e-6 * scale, err_msg=name)

    def test_seeds(self):
        one, two, other = builder(seed=3).model("m"), builder(seed=3).model("m"), builder(seed=4).model("m")
        np.testing.assert_array_equal(one.get_weights()[0], two.get_weights()[0])
        self.assertTrue((one.get_weights()[0] != other.get_weights()[0]).any())


class Regularisers(unittest.TestCase):
    def test_manifold_graph(self):
        made = builder(dropout=0.0)
        plain = made.model("m")
        manifold = ManifoldModel(made, "m", {"manifold-mixup"}, settings(mixup_alpha=1.0))
        inputs, labels = manifold.feed(TEST[:9], [np.arange(9, dtype=np.float32)[:, None]], np.random.default_rng(1))
        share = inputs[2][0, :, 0].min()
        np.testing.assert_allclose(labels[0][:, 0], share * np.arange(9) + (1 - share) * inputs[1], rtol=1e-5)
        neutral = inputs[2].copy()
        neutral[:, :, 0] = 1
        np.testing.assert_allclose(manifold.model.predict([inputs[0], inputs[1], neutral], verbose=0), plain.predict(TEST[:9], verbose=0),
                                   rtol=1e-5, atol=1e-6)
        at_input = neutral.copy()
        at_input[:, 0, 0] = 0.25
        mixed = 0.25 * TEST[:9] + 0.75 * TEST[:9][inputs[1]]
        np.testing.assert_allclose(manifold.model.predict([inputs[0], inputs[1], at_input], verbose=0), plain.predict(mixed, verbose=0),
                                   rtol=1e-5, atol=1e-6)
        self.assertEqual((inputs[2][:, :, 0] != 1).any(axis=0).sum(), 1)

    def test_attack(self):
        model = builder().model("m")
        attack = Attack(model, "binary_crossentropy", settings(adversarial_steps=4, adversarial_step=0.02, adversarial_bound=0.05))
        y = np.arange(40)[:, None].astype(np.float32) % 2
        changed = attack(TEST, y)
        self.assertLessEqual(np.abs(changed - TEST).max(), 0.05 + 1e-6)
        loss = lambda x: float(np.mean(-np.log(np.abs(1 - y - model.predict(x, verbose=0)))))
        self.assertGreater(loss(changed), loss(TEST))
        # The gradient, beside central differences.
        gradient, step = attack._gradient(TEST[:1], y[:1]), 1e-2
        for place in ((0, 3, 1), (0, 20, 2), (0, 31, 0)):
            up, down = TEST[:1].copy(), TEST[:1].copy()
            up[place] += step
            down[place] -= step
            value = lambda x: float(-np.log(np.abs(1 - y[:1] - model.predict(x, verbose=0)))[0, 0])
            self.assertAlmostEqual(gradient[place], (value(up) - value(down)) / (2 * step), delta=2e-3)

    def test_spectral_limit(self):
        model = builder().model("m")
        for weight in model.weights:
            if weight.path.endswith("kernel"):
                weight.assign(3 * np.array(keras_array(weight)))
        limit = SpectralLimit(model, 1.5, 0)
        for _ in range(200):
            limit.apply()
        norms = [np.linalg.svd(np.array(keras_array(k)).reshape(-1, k.shape[-1]), compute_uv=False)[0] for k in limit.kernels]
        self.assertEqual(len(norms), 3)
        np.testing.assert_allclose(norms, 1.5, rtol=1e-3)


class Runs(InFolder):
    def test_learns(self):
        metrics = self.train(epochs=40, learning_rate=0.01)
        self.assertGreater(metrics["test_auroc"], 0.75)  # 120 rows: chance is 0.5 ± 0.09
        self.assertEqual(metrics["parameters"], keras.models.load_model(self.folder / "run/network.keras").count_params())

    def test_steps_are_adams_with_the_rate_of_the_schedule(self):
        from shoal.train.fitting.batches import Batches
        from shoal.train.fitting.trainer import Trainer
        from shoal.train.settings import resolved
        own = resolved(settings(backend=BACKEND, learning_rate=0.01, epochs=1), False, True)
        dataset = small_data(40)
        trainer = Trainer(builder(dropout=0.0), "m", own, dataset, Batches(dataset["train"], own, None, frozenset()),
                          self.folder / "checkpoint.npz", lambda text: None, lambda: False)
        before = trainer.model.get_weights()[0]
        trainer.optimizer.learning_rate.assign(0.002)
        trainer._step(dataset["train"].x.astype(np.float32), [dataset["train"].y], np.random.default_rng(0), 0)
        moved = np.abs(trainer.model.get_weights()[0] - before)
        np.testing.assert_allclose(moved[moved > 0], 0.002, rtol=0.02)  # Adam's first step is the rate, whatever the gradient

    def test_same_seed_same_file(self):
        for name in ("one", "two"):
            self.train(name, regulariser="manifold-mixup+manifold-noise", epochs=2)
        one, two = ((self.folder / name / "network.keras") for name in ("one", "two"))
        first, second = keras.models.load_model(one).get_weights(), keras.models.load_model(two).get_weights()
        for a, b in zip(first, second):
            np.testing.assert_array_equal(a, b)
        self.assertFalse((self.folder / "one/checkpoint.npz").exists())

    def test_regularisers_run(self):
        self.train("all", regulariser="mixup+noise+spectral-norm+adversarial", adversarial_clean_epochs=0, adversarial_mixed_epochs=1,
                   adversarial_steps=2)
        losses = (self.folder / "all/log.txt").read_text()
        self.assertEqual(losses.count("loss"), 2)

    def test_original_form_reads_longer_sequences(self):
        self.train("longer", augmentation="insertion:0-8", augmentation_form="evoaug", fine_tune_epochs=1, epochs=1)
        self.assertEqual(keras.models.load_model(self.folder / "longer/network.keras").input_shape, (None, LENGTH + 8, 4))

    def test_profiles(self):
        self.table.write_text("conv filters=6 width=5 activation=first norm=no bias=yes\nresidual width=3 convolutions=1 dilation=2 norm=no "
                              "bias=yes\nprofile width=9\n")
        own = settings(backend=BACKEND, architecture=str(self.table), data="x", epochs=3, learning_rate=0.01)
        metrics = train_run("profile", own, self.folder / "profile", dataset=small_data(tracks=2))
        self.assertIsNone(metrics["test_auroc"])
        self.assertTrue(np.isfinite(metrics["test_pearson"]))
        model = keras.models.load_model(self.folder / "profile/network.keras")
        self.assertEqual([tuple(output.shape) for output in model.outputs], [(None, LENGTH, 2), (None, 2)])
        with self.assertRaisesRegex(Refused, "need each other"):
            train_run("none", own, self.folder / "none", dataset=small_data())

    def test_distillation(self):
        from shoal.train.data import hdf5_layout
        hdf5_layout.write(str(self.folder / "data.h5"), small_data())
        files = []
        for seed in (0, 1, 2):
            self.train(f"s{seed}", seed=seed, epochs=3)
            files.append(self.folder / f"s{seed}/network.keras")
        own = settings(backend=BACKEND, architecture=str(self.table), data=str(self.folder / "data.h5"), output=str(self.folder / "student"),
                       augmentation="rc:0.5", epochs=2, fine_tune_epochs=1)
        distill_ensemble(files, own)
        targets = Ensemble(files, keras).targets(TEST)
        each = np.stack([keras.models.load_model(file).predict(TEST, verbose=0) for file in files])
        np.testing.assert_allclose(targets[:, :1], each.mean(axis=0), rtol=1e-5)
        np.testing.assert_allclose(np.exp(targets[:, 1:]), each.astype(float).var(axis=0, ddof=1), rtol=2e-3, atol=2e-8)
        self.assertEqual(keras.models.load_model(self.folder / "student/network.keras").output_shape, (None, 2))
        with self.assertRaisesRegex(Refused, "at least two"):
            Ensemble(files[:1], keras)

    def test_other_settings_are_refused(self):
        self.train(epochs=1)
        with self.assertRaisesRegex(Refused, "was begun with epochs = 1"):
            self.train(epochs=2)


if __name__ == "__main__":
    main()
