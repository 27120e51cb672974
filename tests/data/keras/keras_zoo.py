#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Small Keras models of every kind (layers, options, calls, formats), and whether Shoal reads them as Keras does.

KERAS_BACKEND=numpy PYTHON tests/data/keras/keras_zoo.py make FOLDER [--all-forms] [--only TEXT] [--every N]
    with a Python that has some Keras: writes its networks, seqs.fa and manifest.jsonl (what Keras predicts) to FOLDER
python3 tests/data/keras/keras_zoo.py check --shoal PROGRAM FOLDER… [--verbose]
    runs `shoal predict` on each: equal, refused (a table by message), wrong; exit status 1 where a number is wrong
"""

import argparse
import os
import pathlib
import sys


def make(arguments):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    tf = None
    if keras.__version__.startswith("2."):
        import tensorflow as tf

        keras = tf.keras
        keras.__version__ = keras.__version__ if hasattr(keras, "__version__") else __import__("keras").__version__
    from keras_zoo.make import make as make_all

    make_all(keras, tf, arguments.folders[0], arguments.all_forms, arguments.only, arguments.every)


def check(arguments):
    from keras_zoo.check import check as check_one

    return min(
        1, sum(check_one(arguments.shoal, folder, arguments.only, arguments.verbose) for folder in arguments.folders)
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["make", "check"])
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--shoal", default="build/cpu/bin/shoal")
    parser.add_argument("--all-forms", action="store_true", help="each model in every format, not in one of them")
    parser.add_argument("--every", type=int, default=1, help="make each so many-th case only")
    parser.add_argument("--only", default="", help="models whose name has this text")
    parser.add_argument("--verbose", action="store_true", help="name every refused model")
    arguments = parser.parse_args()
    return make(arguments) if arguments.command == "make" else check(arguments)


if __name__ == "__main__":
    sys.exit(main())
