#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Estimated, not measured: times of the steps of a DeepSTARR locus on one H200, from counts of work and of calls.

  tests/bench/device_estimates.py [BIN]

Work is counted from shapes: 100,000 mutants, one task, 249 positions. Calls of additive ridge are counted on the emulated GPU
(BIN/shoal_cuda_emulated_tests, minutes; without BIN the counts that stand below). Each step has a utilisation that is stated in
its row; the pessimistic column halves it, and doubles what calls cost. "Before" is the program of 28 November 2026 (4a61583).
"""
import pathlib
import re
import subprocess
import sys

# One H200: multiprocessors, clock, lanes of float32, bytes of shared memory per clock, device memory, PCIe.
PROCESSORS, CLOCK, LANES, SHARED_BYTES = 132, 1.98e9, 128, 128
MEMORY, PAGEABLE = 4.8e12, 6e9
# Seconds of calls: a launch of a small kernel, a wait, cudaMalloc, cudaFree; cuSOLVER at order 747, which its latency decides.
LAUNCH, WAIT, MALLOC, FREE = 4e-6, 15e-6, 120e-6, 150e-6
FACTOR, SOLVE, INVERSE = 1.2e-3, 0.3e-3, 1.5e-3

MUTANTS, LENGTH, FEATURES, FOLDS = 100_000, 249, 747, 5
# Additive ridge before: counted on a sketch of the emulated GPU at 4a61583.
BEFORE = {"waits": 134, "mallocs": 56, "frees": 52, "factors": 6, "solves": 56, "launches": 120}
# Now: tests/cuda_emulated/counts_test.cpp; steps of the Krylov spaces are among the launches, two each.
NOW = {"waits": 8, "mallocs": 0, "frees": 0, "factors": 1, "solves": 1, "launches": 154}
# Layers after the first: positions, taps * input channels, output channels.
LAYERS = [(124, 3 * 256, 60), (62, 5 * 60, 60), (31, 3 * 60, 120), (1, 15 * 120, 256), (1, 256, 256), (1, 256, 1)]


def counted(folder):
    """NOW with the calls that the emulated GPU counts."""
    program = pathlib.Path(folder) / "shoal_cuda_emulated_tests"
    text = subprocess.run([program, "--gtest_also_run_disabled_tests", "--gtest_filter=CudaCounts.DISABLED_OfALocus"],
                          capture_output=True, text=True, check=True).stdout
    found = re.search(r"additive ridge: (\d+) launches, \d+ solver calls, (\d+) waits, (\d+) allocations", text)
    return {**NOW, "launches": int(found[1]), "waits": int(found[2]), "mallocs": int(found[3])}


def scoring():
    """(step, seconds, what decides it) of the passes of all mutants, in float32."""
    gathers = MUTANTS * LENGTH * 7 * 256
    wavefronts = gathers * 4 / (PROCESSORS * CLOCK * SHARED_BYTES)
    products = MUTANTS * sum(positions * inner * outer for positions, inner, outer in LAYERS)
    peak = products / (PROCESSORS * CLOCK * LANES)
    pooled_values = MUTANTS * (LENGTH // 2) * 256 * 4 * 2
    return [("library", 5e-5, "random numbers"),
            ("first convolution", wavefronts / 0.65, "shared-memory wavefronts, 65 % of their peak"),
            ("products, float32", peak / (0.73 * 0.66), "73 % of instructions multiply, 66 % of issue slots are used"),
            ("activations", pooled_values / (MEMORY * 0.9), "90 % of device memory's rate, written and read once")]


def ridge(calls, resident):
    """The same of additive ridge."""
    words = (MUTANTS + 63) // 64
    counts = FEATURES * FEATURES / 2 * words * 2 / (PROCESSORS * CLOCK * 16)  # 32-bit counts, 16 per clock
    rows = [("Gram matrices, predictions", counts / 0.3 + 0.8e-3, "bit counts at 30 % of their rate; look-ups"),
            ("waits", calls["waits"] * WAIT, f"{calls['waits']} waits"),
            ("cudaMalloc, cudaFree", calls["mallocs"] * MALLOC + calls["frees"] * FREE,
             f"{calls['mallocs']} and {calls['frees']}"),
            ("cuSOLVER", calls["factors"] * FACTOR + calls["solves"] * SOLVE + INVERSE,
             f"{calls['factors']} potrf, {calls['solves']} potrs, trtri: latency"),
            ("launches", calls["launches"] * LAUNCH, f"{calls['launches']} small kernels")]
    if not resident:
        moved = 7 * FEATURES * FEATURES * 8  # inverse factors and coefficients to the host, and predictions
        rows.append(("the host's part", moved / PAGEABLE + 5e-3, "copies of inverses, one thread of vectors"))
    else:
        rows.append(("products of Krylov spaces", 53 * (FOLDS * FEATURES ** 2 * 8 / (MEMORY * 0.5) + 12e-6),
                     "53 steps of 22 MB at half the rate, and their sums"))
    return rows


def main():
    now = counted(sys.argv[1]) if len(sys.argv) > 1 else NOW
    print("Estimated, not measured: one DeepSTARR locus on an H200, 100,000 mutants, one task, milliseconds.\n")
    print("| step | before | now | now, pessimistic | what decides it |\n| --- | --- | --- | --- | --- |")
    sums = [0.0, 0.0]
    for step, seconds, why in scoring():
        sums = [total + seconds for total in sums]
        print(f"| {step} | {1e3 * seconds:.2f} | {1e3 * seconds:.2f} | {2e3 * seconds:.2f} | {why} |")
    parts = [{step: (seconds, why) for step, seconds, why in ridge(calls, resident)}
             for calls, resident in ((BEFORE, False), (now, True))]
    for step in dict.fromkeys([*parts[0], *parts[1]]):
        before, after = (part.get(step, (0.0, "")) for part in parts)
        why = "; now ".join(dict.fromkeys(text for _, text in (before, after) if text))
        print(f"| ridge: {step} | {1e3 * before[0]:.2f} | {1e3 * after[0]:.2f} | {2e3 * after[0]:.2f} | {why} |")
        sums = [sums[0] + before[0], sums[1] + after[0]]
    print(f"| all | {1e3 * sums[0]:.0f} | {1e3 * sums[1]:.0f} | {2e3 * sums[1]:.0f} | |")


main()
