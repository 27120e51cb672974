# SPDX-License-Identifier: MIT
"""Global epistasis beside SQUID's on one library: the same rows, the same split, the same cores.

    squid_bench.py SHOAL NETWORK WEIGHTS FASTA WORK [--task Dense_Dev] [--mutants 20000] [--epochs 500] [--reuse]

SHOAL scans the first record of FASTA and exports its library for SQUID; SQUID fits with its defaults (additive, SkewedT
noise of order 2, 50 nodes, early stopping with patience 25; 60 % of the rows train, 20 % validate, 20 % test) and chooses
the split, which `shoal fit` then gets as a column. Both write predictions to WORK, from which the squared Pearson
correlation on the test rows is computed. Seconds: SQUID's train() without imports; our fit, and all of the `shoal fit`
process with its reading and writing. CPU seconds stand beside them, for machines that have other work. --reuse keeps
what SQUID left in WORK. Needs squid-nn, mavenn and TensorFlow (a set of versions that fits together: squid-nn 0.4.9, mavenn 1.1.2, tensorflow-cpu 2.17, keras 3.4.1, and pytest, which mavenn imports).
"""
import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

arguments = argparse.ArgumentParser()
for name in ("shoal", "network", "weights", "fasta", "work"):
    arguments.add_argument(name)
arguments.add_argument("--task", default="Dense_Dev")
arguments.add_argument("--mutants", type=int, default=20000)
arguments.add_argument("--epochs", type=int, default=500)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--repeats", type=int, default=3)
arguments.add_argument("--reuse", action="store_true")
options = arguments.parse_args()
work = Path(options.work)
work.mkdir(parents=True, exist_ok=True)
SPLITS = {"training": "train", "validation": "validation", "test": "test"}


def cpu_seconds(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def make_library():
    """x_mut [rows, length, 4] and y_mut [rows] of the first record."""
    record = work / "record.fa"
    with open(options.fasta) as source:
        lines = source.read().split(">")[1]
    record.write_text(">" + lines)
    store, folder = work / "library.h5", work / "library"
    if not store.exists():
        subprocess.run([options.shoal, "scan", "--model", f"network={options.network}", "--weights", options.weights,
                        "--fasta", record, "--methods", "additive-ridge", "--mutants", str(options.mutants), "--seed",
                        "0", "--keep-y", "--output", store], check=True)
        subprocess.run([options.shoal, "export", "--store", store, "--format", "squid", "--task", options.task,
                        "--output", folder], check=True)
    locus = next(path for path in sorted(folder.rglob("x_mut.npy"))).parent
    return np.load(locus / "x_mut.npy"), np.load(locus / "y_mut.npy").reshape(-1)


def fit_squid(x, y):
    """SQUID's fit in this process; writes the split, the predictions and the times."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow
    from squid import surrogate_zoo

    tensorflow.config.threading.set_intra_op_parallelism_threads(options.threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(options.threads)
    np.random.seed(0)
    tensorflow.random.set_seed(0)
    surrogate = surrogate_zoo.SurrogateMAVENN(x.shape, 1, gpu=False)
    begin, cpu = time.perf_counter(), cpu_seconds(resource.RUSAGE_SELF)
    model, table = surrogate.train(x, y, epochs=options.epochs, verbose=0)
    seconds, cpu = time.perf_counter() - begin, cpu_seconds(resource.RUSAGE_SELF) - cpu
    predicted = model.x_to_yhat(table["x"])
    with open(work / "squid_table.tsv", "w") as file:
        file.write("sequence\ty\tsplit\tpredicted\n")
        for group, value, sequence, found in zip(table["set"], table["y"], table["x"], predicted):
            file.write(f"{sequence}\t{float(value)!r}\t{SPLITS[group]}\t{float(found)!r}\n")
    epochs = len(model.history["loss"])
    (work / "squid_times.json").write_text(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "epochs": epochs}))


def columns_of(path, names):
    with open(path) as file:
        rows = list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))
    return [np.array([row[name] for row in rows]) for name in names]


def fit_shoal():
    """Medians of seconds and CPU seconds of `shoal fit` and of the seconds it reports for the fit alone; its predictions
    are left in WORK/shoal_predictions.tsv."""
    times = []
    for _ in range(options.repeats):
        begin, cpu = time.perf_counter(), cpu_seconds(resource.RUSAGE_CHILDREN)
        run = subprocess.run([options.shoal, "fit", "--table", work / "squid_table.tsv", "--methods", "additive-ge",
                              "--no-information", "--threads", str(options.threads), "--predictions",
                              work / "shoal_predictions.tsv", "--output", work / "shoal_fit.h5", "--overwrite"],
                             check=True, stdout=subprocess.PIPE, text=True)
        names, values = (line.split("\t") for line in run.stdout.splitlines()[:2])
        times.append((time.perf_counter() - begin, cpu_seconds(resource.RUSAGE_CHILDREN) - cpu,
                      float(values[names.index("seconds")])))
    return np.median(times, axis=0)


def r2(observed, predicted):
    return np.corrcoef(observed, predicted)[0, 1] ** 2


if not (options.reuse and (work / "squid_times.json").exists()):
    fit_squid(*make_library())
seconds, cpu, fit_seconds = fit_shoal()
splits, y, theirs = columns_of(work / "squid_table.tsv", ("split", "y", "predicted"))
test = splits == "test"
y, theirs = y.astype(float), theirs.astype(float)
with open(work / "shoal_predictions.tsv") as file:
    header = next(line for line in file if not line.startswith("#")).rstrip("\n").split("\t")
name = next(column for column in header if column.endswith(".prediction"))
ours, = columns_of(work / "shoal_predictions.tsv", (name,))
if len(ours) != len(y):
    sys.exit(f"{len(ours)} predictions of {len(y)} rows")
squid = json.loads((work / "squid_times.json").read_text())
print(f"{test.size} rows, {np.sum(splits == 'train')} train, {test.sum()} test; load {os.getloadavg()[0]:.1f}")
print(f"SQUID {squid['seconds']:.1f} s ({squid['cpu_seconds']:.1f} CPU s, {squid['epochs']} epochs), "
      f"test r2 {r2(y[test], theirs[test]):.4f}")
print(f"Shoal {fit_seconds:.3f} s, {seconds:.3f} s with start, reading and writing ({cpu:.3f} CPU s), "
      f"test r2 {r2(y[test], ours[test].astype(float)):.4f}")
print(f"ratio {squid['seconds'] / fit_seconds:.0f} fit to fit, {squid['seconds'] / seconds:.0f} with start, reading and "
      f"writing, {squid['cpu_seconds'] / cpu:.0f} in CPU seconds")
