#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shoal's forward pass and in-silico mutagenesis beside onnxruntime, PyTorch and tangermeme on the same cores, in one run.

    network_bench.py BUILD/bin [--networks DeepSTARR BPNet ...] [--threads 2] [--seconds 3] [--rounds 3]
                     [--deepstarr FOLDER] [--ism] [--compile] [--work FOLDER]

Every network of peer_networks.py is exported to ONNX by torch.onnx.export; Shoal and onnxruntime read that file, PyTorch
runs the module (eval, inference_mode, with and without torch.compile). First all three must agree on four sequences
(1e-4 of the largest value). Then, in turns: Shoal scores packed mutants of a random sequence at rate 0.1, as in a scan;
the peers run one-hot inputs that lie in memory, so they do not pay for encoding them; every peer with several batch
sizes, of which the best median counts. sgemm is OpenBLAS's at 2048^3 in that run. --ism adds tangermeme's
saturation_mutagenesis, with fast=True and without, beside Shoal's. Prints one line per network.

Needs torch, onnx, onnxscript, onnxruntime, h5py and, for --ism, tangermeme.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

# Before the peers load their libraries: neither may the caller's environment choose an older instruction set.
for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]:
    os.environ.pop(name, None)

import numpy as np
import onnxruntime
import torch

import peer_networks

# Sequences per batch that peers try.
BATCHES = {"DeepSTARR": (4, 8, 16, 64, 256), "Basset": (2, 4, 8, 32, 128), "BPNet": (1, 2, 4, 16),
           "SpliceAI": (1, 2, 4), "LegNet": (2, 8, 32, 128)}
ISM_NETWORKS = ["DeepSTARR", "Basset"]


def run_json(command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    text = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True,
                          env=environment).stdout
    return json.loads(text)


def timed(work, seconds):
    """Seconds of each of at least three calls."""
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times


def export(network, path):
    example = torch.zeros(2, 4, network.length)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(network, (example,), input_names=["sequence"], opset_version=18, dynamo=True,
                                    dynamic_shapes=({0: torch.export.Dim("N")},), verbose=False)
    program.save(str(path))


def check_deepstarr(network, folder):
    """Stops unless the module with the published weights predicts the published numbers."""
    records = (folder / "example.fa").read_text().split(">")[1:]
    codes = [["ACGT".index(letter) for letter in "".join(record.split("\n")[1:])] for record in records]
    with torch.inference_mode():
        found = network(peer_networks.one_hot(np.array(codes))).numpy()
    worst = np.abs(found - np.genfromtxt(folder / "expected.tsv", skip_header=1, delimiter="\t")[:, 1:]).max()
    if not worst < 1e-4:
        raise SystemExit(f"the PyTorch module is not the published DeepSTARR: {worst:.1e}")


def check(shoal, network, model, session, folder):
    """Stops unless Shoal, onnxruntime and PyTorch predict the same numbers for four sequences."""
    codes = np.random.default_rng(3).integers(0, 4, (4, network.length))
    fasta, table = folder / "check.fa", folder / "check.tsv"
    fasta.write_text("".join(f">{i}\n{''.join('ACGT'[code] for code in row)}\n" for i, row in enumerate(codes)))
    subprocess.run([shoal, "predict", "--model", model, "--fasta", fasta, "--reduce", "mean", "--output", table],
                   check=True, capture_output=True)
    with torch.inference_mode():
        wanted = network(peer_networks.one_hot(codes))
    wanted = [value.numpy() for value in (wanted if isinstance(wanted, tuple) else [wanted])]
    worst = [0.0, 0.0]
    for value, other in zip(wanted, session.run(None, {"sequence": peer_networks.one_hot(codes).numpy()})):
        worst[0] = max(worst[0], np.abs(value - other).max() / np.abs(value).max())
    means = np.concatenate([value.mean(-1) if value.ndim == 3 else value for value in wanted], axis=1)
    found = np.genfromtxt(table, skip_header=1, delimiter="\t")[:, 1:]
    worst[1] = np.abs(means - found).max() / np.abs(means).max()
    if not max(worst) < 1e-4:
        raise SystemExit(f"{type(network).__name__}: relative differences to PyTorch: onnxruntime {worst[0]:.1e}, "
                         f"Shoal {worst[1]:.1e}")


class Peers:
    """Sequences per second of every (peer, batch), a list with one value per round."""

    def __init__(self, network, session, arguments):
        self.network, self.session, self.arguments = network, session, arguments
        self.rates = {}
        self.compiled = torch.compile(network) if arguments.compile else None

    def measure(self):
        name = type(self.network).__name__
        rng = np.random.default_rng(1)
        calls = 2 if self.compiled is None else 3
        seconds = self.arguments.seconds / len(BATCHES[name]) / calls
        for batch in BATCHES[name]:
            x = peer_networks.one_hot(rng.integers(0, 4, (batch, self.network.length)))
            array = x.numpy()
            works = {"onnxruntime": lambda: self.session.run(None, {"sequence": array}),
                     "torch": lambda: self.network(x)}
            if self.compiled is not None:
                works["torch.compile"] = lambda: self.compiled(x)
            for peer, work in works.items():
                with torch.inference_mode():
                    work()
                    times = timed(work, seconds)
                self.rates.setdefault((peer, batch), []).append(batch / statistics.median(times))

    def best(self):
        """{peer: (sequences per second, batch)}"""
        best = {}
        for (peer, batch), rates in self.rates.items():
            best[peer] = max(best.get(peer, (0.0, 0)), (statistics.median(rates), batch))
        return best


def measure_scoring(name, network, model, session, arguments):
    peers, shoal, sgemm = Peers(network, session, arguments), [], []
    for _ in range(arguments.rounds):
        measured = run_json([arguments.bin / "shoal_bench_scoring", model, "-", arguments.threads, arguments.seconds],
                            arguments.threads)
        shoal.append(measured["sequences_per_second"])
        sgemm.append(measured["sgemm_gflops"])
        peers.measure()
    rate, gemm, best = statistics.median(shoal), statistics.median(sgemm), peers.best()
    mflop = peer_networks.count_flop(network) / 1e6
    line = {"network": name, "threads": arguments.threads, "mflop": round(mflop, 1), "shoal": round(rate, 1),
            "sgemm_gflops": round(gemm, 1), "share_of_sgemm": round(rate * mflop * 1e-3 / gemm, 3)}
    for peer, (value, batch) in best.items():
        line[peer] = round(value, 1)
        line[peer + "_batch"] = batch
    line["times_best_peer"] = round(rate / max(value for value, _ in best.values()), 2)
    return line


def measure_ism(name, network, model, arguments):
    import tangermeme
    from tangermeme.saturation_mutagenesis import saturation_mutagenesis

    measured = run_json([arguments.bin / "shoal_bench_ism", model, "-", arguments.threads, arguments.seconds],
                        arguments.threads)
    x = peer_networks.one_hot(np.random.default_rng(2).integers(0, 4, (2, network.length)))
    rates = {}
    for fast in [True, False]:
        for batch in [16, 64, 256]:
            work = lambda: saturation_mutagenesis(network, x, batch_size=batch, device="cpu", raw_outputs=True, fast=fast)
            work()
            rate = len(x) / statistics.median(timed(work, arguments.seconds))
            rates[fast] = max(rates.get(fast, 0.0), rate)
    best = max(rates.values())
    return {"ism": name, "threads": arguments.threads, "shoal_loci_per_second": measured["loci_per_second"],
            "tangermeme": tangermeme.__version__, "tangermeme_fast": round(rates[True], 2),
            "tangermeme_plain": round(rates[False], 2), "times_tangermeme": round(measured["loci_per_second"] / best, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bin", type=pathlib.Path, help="the build's folder of programs")
    parser.add_argument("--networks", nargs="+", choices=peer_networks.NETWORKS, default=list(peer_networks.NETWORKS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=3.0, help="of every measurement and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--deepstarr", type=pathlib.Path,
                        help="folder with the published deepstarr.model.h5, example.fa and expected.tsv")
    parser.add_argument("--ism", action="store_true", help="in-silico mutagenesis beside tangermeme too")
    parser.add_argument("--compile", action="store_true", help="PyTorch with torch.compile too (needs a C++ compiler)")
    parser.add_argument("--work", type=pathlib.Path, help="keep the ONNX files here")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    folder = arguments.work or pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    print(json.dumps({"torch": torch.__version__, "onnxruntime": onnxruntime.__version__,
                      "load": os.getloadavg()[0], "python": sys.version.split()[0]}), flush=True)
    for name in arguments.networks:
        weights = arguments.deepstarr and arguments.deepstarr / "deepstarr.model.h5"
        network, model = peer_networks.make(name, weights), folder / f"{name}.onnx"
        if name == "DeepSTARR" and weights:
            check_deepstarr(network, arguments.deepstarr)
        export(network, model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = arguments.threads
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        check(arguments.bin / "shoal", network, model, session, folder)
        print(json.dumps(measure_scoring(name, network, model, session, arguments)), flush=True)
        if arguments.ism and name in ISM_NETWORKS:
            print(json.dumps(measure_ism(name, network, model, arguments)), flush=True)


if __name__ == "__main__":
    main()
