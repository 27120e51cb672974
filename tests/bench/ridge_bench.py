# SPDX-License-Identifier: MIT
"""The additive ridge beside scikit-learn's RidgeCV on the same library, in one run.

    ridge_bench.py PROGRAM [--rows 20000] [--length 249] [--rate 0.1] [--threads 2] [--tasks 1] [--selection kfold]

PROGRAM is shoal_bench_ridge. scikit-learn gets float64 one-hot columns, the same number of BLAS threads, and one call a
task as SQUID makes it; its time is the fit alone, the best of the repeats, like ours.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

arguments = argparse.ArgumentParser()
arguments.add_argument("program")
arguments.add_argument("--rows", type=int, default=20000)
arguments.add_argument("--length", type=int, default=249)
arguments.add_argument("--rate", type=float, default=0.1)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--tasks", type=int, default=1)
arguments.add_argument("--repeats", type=int, default=3)
arguments.add_argument("--lambdas", default="0.001,0.01,0.1,1")
arguments.add_argument("--selection", default="kfold", choices=["kfold", "loo"])
arguments.add_argument("--no-peer", action="store_true")
options = arguments.parse_args()
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = str(options.threads)

import numpy as np  # noqa: E402  (after the thread counts)


def library():
    rng = np.random.default_rng(1)
    wild = rng.integers(0, 4, options.length)
    codes = np.tile(wild, (options.rows, 1)).astype(np.uint8)
    hit = rng.random(codes.shape) < options.rate
    hit[0] = False
    codes[hit] = (codes[hit] + rng.integers(1, 4, hit.sum())) % 4
    effects = rng.normal(size=(options.tasks, options.length, 4))
    signal = np.stack([e[np.arange(options.length), codes].sum(1) for e in effects], axis=1)
    return codes, (signal + 2 * np.tanh(signal) + rng.normal(size=signal.shape)).astype(np.float32)


codes, y = library()
with tempfile.TemporaryDirectory() as folder:
    table, output = Path(folder) / "table", Path(folder) / "output"
    with open(table, "wb") as file:
        np.array([options.rows, options.length, options.tasks], dtype=np.int64).tofile(file)
        codes.tofile(file)
        y.tofile(file)
    lines = subprocess.run([options.program, table, output, str(options.threads), str(max(options.repeats, 5)),
                            options.lambdas, options.selection], check=True, capture_output=True, text=True).stdout
    ours = min(float(line.split()[1]) for line in lines.splitlines() if line.startswith("seconds"))
    batched = next(float(line.split()[1]) for line in lines.splitlines() if line.startswith("loci_per_second"))
    found = np.fromfile(output).reshape(options.tasks, -1)
print(f"{options.rows} mutants, length {options.length}, {options.tasks} task(s), {options.threads} thread(s), "
      f"{options.selection}: Shoal {ours:.4f} s; batched, a thread a locus: {batched:.1f} loci/s")
if options.no_peer:
    sys.exit()

from sklearn.linear_model import RidgeCV  # noqa: E402

x = np.stack([codes == base for base in range(4)], axis=1).reshape(options.rows, -1).astype(np.float64)
lambdas = [float(value) for value in options.lambdas.split(",")]
theirs = float("inf")
for _ in range(options.repeats):
    start = time.perf_counter()
    models = [RidgeCV(alphas=lambdas, cv=5 if options.selection == "kfold" else None).fit(x, y[:, task].astype(float))
              for task in range(options.tasks)]
    theirs = min(theirs, time.perf_counter() - start)
theta = max(np.abs(found[t, :-3] - m.coef_).max() for t, m in enumerate(models))
intercept = max(abs(found[t, -3] - m.intercept_) for t, m in enumerate(models))
same = all(found[t, -2] == m.alpha_ for t, m in enumerate(models))
print(f"scikit-learn {theirs:.4f} s, {theirs / ours:.1f} times ours; largest difference of theta {theta:.1e}, "
      f"of the intercept {intercept:.1e}; same lambda {same}")
