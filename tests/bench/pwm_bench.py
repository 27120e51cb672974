#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`shoal motifs scan-pwm` beside memelite's FIMO on the same sequences, one thread each.

usage: pwm_bench.py SHOAL DATABASE.meme SEQUENCES.fa

Needs memelite (PyPI). Prints processor seconds of whole runs (memelite's second call, so that its compilation does not count), places
per second (bases × motifs × strands), and how the sites and log p agree in memelite's bins of .1 bits."""
import os
import resource
import subprocess
import sys
import tempfile
import time

os.environ["NUMBA_NUM_THREADS"] = "1"
import memelite  # noqa: E402
import numpy as np  # noqa: E402

MOST_P = 1e-4


def shoal_seconds(program, database, fasta, output, *words):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "motifs", "scan-pwm", "--database", database, "--fasta", fasta, "--threads", "1", "--max-p", str(MOST_P),
                    "--output", output, "--overwrite", *words], check=True, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    program, database, fasta = sys.argv[1:4]
    with open(fasta, encoding="ascii") as file:
        bases = sum(len(line.strip()) for line in file if not line.startswith(">"))
    with open(database, encoding="utf-8") as file:
        motifs = sum(line.startswith("MOTIF") for line in file)
    places = 2 * bases * motifs
    with tempfile.TemporaryDirectory() as folder:
        output = f"{folder}/sites.tsv"
        seconds = [shoal_seconds(program, database, fasta, output) for _ in range(3)]
        shoal_seconds(program, database, fasta, output, "--score-bin", "0.1")
        found = {}
        with open(output, encoding="utf-8") as file:
            next(file)
            for line in file:
                cells = line.split("\t")
                found[cells[0], cells[3], int(cells[8]), cells[7]] = float(cells[11])
    memelite.fimo(database, fasta, threshold=1e-9)
    begin = time.process_time()
    tables = memelite.fimo(database, fasta, threshold=MOST_P, bin_size=0.1)
    peer = time.process_time() - begin
    print(f"shoal: {min(seconds):.2f} s, {places / min(seconds):.3g} places per second; memelite: {peer:.2f} s, {places / peer:.3g}")
    theirs = {}
    for table in tables:
        for row in table.itertuples():
            theirs[str(row.motif_name).split(" ")[0], str(row.sequence_name).split(" ")[0], int(row.start), row.strand] = row[table.columns.get_loc("p-value") + 1]
    both = sorted(key for key in set(found) & set(theirs) if theirs[key] > 0)
    ratio = np.log10([found[key] / theirs[key] for key in both])
    print(f"sites: {len(found)} and {len(theirs)}, {len(set(found) & set(theirs))} in both; log10 p (of theirs above 0) differ by {np.abs(ratio).max():.3g} at most, "
          f"median {np.median(np.abs(ratio)):.3g}")


main()
