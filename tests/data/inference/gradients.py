# SPDX-License-Identifier: MIT
"""Writes gradients.tsv: input gradients of ../keras/keras3_functional.h5 (keras_small.py there) by TensorFlow's automatic differentiation.

Needs tensorflow and keras 3. The points: x[i, c] = 0.25 + 0.2 sin(1 + i + 7 c) for i in 0…39, c in 0…3, the one-hot sequence
of keras_small.py's predict_rows(1), and half of each. Columns: point, head, track, position, base, gradient.
"""
import pathlib

import keras
import numpy as np
import tensorflow as tf

FOLDER = pathlib.Path(__file__).parent


def points():
    place, base = np.arange(40)[:, None], np.arange(4)[None]
    smooth = 0.25 + 0.2 * np.sin(1.0 + place + 7.0 * base)
    one = np.arange(40)
    one_hot = np.eye(4)[(one * one + one // 3 + one % 5) % 4]
    return {"smooth": smooth, "one_hot": one_hot, "between": 0.5 * smooth + 0.5 * one_hot}


def main():
    model = keras.models.load_model(FOLDER.parent / "keras" / "keras3_functional.h5", compile=False)
    rows = ["point\thead\ttrack\tposition\tbase\tgradient"]
    for name, point in points().items():
        x = tf.constant(point[None].astype("float32"))
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            outputs = model(x, training=False)
            scores = [(head, track, values[0, track])
                      for head, values in zip(model.output_names, outputs) for track in range(values.shape[1])]
        for head, track, score in scores:
            gradient = tape.gradient(score, x).numpy()[0]
            for position, base in np.ndindex(gradient.shape):
                rows.append(f"{name}\t{head}\t{track}\t{position}\t{'ACGT'[base]}\t{gradient[position, base]:.8e}")
    (FOLDER / "gradients.tsv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
