# SPDX-License-Identifier: MIT
"""Global epistasis beside ridge on random libraries of real sequences, quality recomputed from written predictions.

    epistasis_bench.py PROGRAMS NETWORK WEIGHTS FASTA [--first 0] [--count 100] [--mutants 20000] [--features additive]
                       [--curve sigmoids] [--threads 2] [--repeats 3] [--tables FOLDER] [--output TSV]

PROGRAMS is the folder of shoal_bench_library_tables and shoal_bench_epistasis. Both models see the same split: 80 % of the
mutants train, 10 % validate, 10 % test; the squared Pearson correlation on the test rows is compared. With --tables,
FOLDER/NUMBER.table are kept and used again.
"""
import argparse
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np

arguments = argparse.ArgumentParser()
for name in ("programs", "network", "weights", "fasta"):
    arguments.add_argument(name)
arguments.add_argument("--first", type=int, default=0)
arguments.add_argument("--count", type=int, default=100)
arguments.add_argument("--mutants", type=int, default=20000)
arguments.add_argument("--seed", type=int, default=0)
arguments.add_argument("--features", default="additive")
arguments.add_argument("--curve", default="sigmoids")
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--repeats", type=int, default=3)
arguments.add_argument("--tables")
arguments.add_argument("--output")
options = arguments.parse_args()


def r2(observed, predicted):
    return np.corrcoef(observed, predicted)[0, 1] ** 2


def fitted(table, folder):
    """Rows (task, r² of ridge, r² of global epistasis, seconds of design, ridge, global epistasis, diagnostic)."""
    tasks = int(np.fromfile(table, np.int64, 3)[2])
    output = Path(folder) / "predictions"
    text = subprocess.run([Path(options.programs) / "shoal_bench_epistasis", table, output, str(options.threads),
                           str(options.repeats), options.features, options.curve], check=True, capture_output=True,
                          text=True).stdout.splitlines()
    predictions = np.fromfile(output).reshape(tasks, 3, -1)
    rows = []
    for task, line in enumerate(text):
        seconds = [float(s) for s in re.findall(r"(?:design|ridge|epistasis) ([0-9.]+) s", line)]
        diagnostic = line[line.index("[") + 1:-1]
        observed, ridge, epistasis = predictions[task]
        rows.append((task, r2(observed, ridge), r2(observed, epistasis), *seconds, diagnostic))
    return rows


with tempfile.TemporaryDirectory() as scratch:
    folder = Path(options.tables or scratch)
    folder.mkdir(parents=True, exist_ok=True)
    numbers = range(options.first, options.first + options.count)
    if not all((folder / f"{number}.table").exists() for number in numbers):
        subprocess.run([Path(options.programs) / "shoal_bench_library_tables", options.network, options.weights,
                        options.fasta, str(options.first), str(options.count), str(options.mutants), str(options.seed),
                        folder, str(options.threads)], check=True)
    rows = [(number, *row) for number in numbers for row in fitted(folder / f"{number}.table", scratch)]

header = "record\ttask\tr2_ridge\tr2_epistasis\tseconds_design\tseconds_ridge\tseconds_epistasis\tdiagnostic"
lines = [header] + ["\t".join(f"{v:.4f}" if isinstance(v, float) else str(v) for v in row) for row in rows]
if options.output:
    Path(options.output).write_text("\n".join(lines) + "\n")
for task in sorted({row[1] for row in rows}):
    chosen = [row for row in rows if row[1] == task]
    gain = np.array([row[3] - row[2] for row in chosen])
    print(f"task {task}: {len(gain)} libraries, global epistasis above ridge in {(gain > 0).sum()}, equal in "
          f"{(gain == 0).sum()}; median r2 {np.median([r[2] for r in chosen]):.4f} -> "
          f"{np.median([r[3] for r in chosen]):.4f}, worst difference {gain.min():+.4f}, best {gain.max():+.4f}; median "
          f"seconds: design {np.median([r[4] for r in chosen]):.4f}, ridge {np.median([r[5] for r in chosen]):.4f}, "
          f"global epistasis {np.median([r[6] for r in chosen]):.4f}")
