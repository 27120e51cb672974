#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shoal's forward pass beside onnxruntime and OpenBLAS on the same cores, in one run.

    scoring_bench.py BUILD/bin/shoal_bench_scoring GRAPH.json WEIGHTS.h5 [--threads 1 2] [--seconds 4] [--rounds 3]

Builds the network as ONNX from the two Keras files with onnx.helper (convolutions, dense layers, batch normalisation,
activations, pooling and flatten; one input of one-hot rows), then measures in turns: Shoal and sgemm (the C++ program),
onnxruntime with several batches. Prints one line a thread count with medians. With --fasta and --expected (a table: name,
then one column an output) it first checks that the ONNX network predicts those numbers. Needs numpy, h5py, onnx and
onnxruntime.
"""

import argparse
import json
import os
import statistics
import subprocess
import time

import h5py
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

BATCHES = (16, 32, 64, 128, 256, 512)
ACTIVATIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "softplus": "Softplus", "exponential": "Exp",
               "elu": "Elu"}


def read_weights(path):
    """{layer: [arrays]} of a Keras 2 weights file."""
    weights = {}
    with h5py.File(path) as file:
        root = file["model_weights"] if "model_weights" in file else file
        for name in root.attrs["layer_names"]:
            group = root[name]
            weights[name.decode() if isinstance(name, bytes) else name] = [
                np.asarray(group[weight]) for weight in group.attrs["weight_names"]]
    return weights


class OnnxBuilder:
    """Channels-first ONNX graph with the operations of a Keras graph."""

    def __init__(self, graph, weights):
        self.layers = graph["config"]["layers"] if isinstance(graph["config"], dict) else graph["config"]
        self.weights = weights
        self.nodes, self.constants = [], []
        self.value, self.shape = {}, {}  # of a layer: the tensor's name; (positions, channels), or (size,) when flat

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def emit(self, operation, inputs, name, **attributes):
        self.nodes.append(helper.make_node(operation, inputs, [name], name=name, **attributes))
        return name

    def activate(self, name, value, kind):
        if kind in (None, "linear"):
            return value
        return self.emit(ACTIVATIONS[kind], [value], name + "/activation")

    def add(self, layer, source):
        name, kind, config = layer["config"]["name"], layer["class_name"], layer["config"]
        shape, x = self.shape.get(source), self.value.get(source)
        if kind == "InputLayer":
            shape = tuple(config.get("batch_input_shape", config.get("batch_shape"))[1:])
            value = self.emit("Transpose", ["input"], name, perm=[0, 2, 1])
        elif kind in ("Conv1D", "Convolution1D"):
            kernel, bias = self.weights[name][0], self.weights[name][1]
            width, stride = config["kernel_size"][0], config["strides"][0]
            pad = (width - 1) if config["padding"] == "same" else 0
            assert stride == 1 and config["dilation_rate"][0] == 1
            value = self.emit("Conv", [x, self.constant(name + "/kernel", kernel.transpose(2, 1, 0)),
                                       self.constant(name + "/bias", bias)], name, kernel_shape=[width],
                              pads=[pad // 2, pad - pad // 2])
            shape = (shape[0] + pad - width + 1, kernel.shape[2])
            value = self.activate(name, value, config.get("activation"))
        elif kind == "Dense":
            kernel, bias = self.weights[name][0], self.weights[name][1]
            value = self.emit("Gemm", [x, self.constant(name + "/kernel", kernel), self.constant(name + "/bias", bias)],
                              name)
            shape = (kernel.shape[1],)
            value = self.activate(name, value, config.get("activation"))
        elif kind == "BatchNormalization":
            parameters = [self.constant(f"{name}/{i}", array) for i, array in enumerate(self.weights[name])]
            value = self.emit("BatchNormalization", [x, *parameters], name, epsilon=config["epsilon"])
        elif kind == "Activation":
            value = self.activate(name, x, config["activation"])
        elif kind == "MaxPooling1D":
            width = np.ravel(config["pool_size"])[0].item()
            value = self.emit("MaxPool", [x], name, kernel_shape=[width], strides=[width])
            shape = (shape[0] // width, shape[1])
        elif kind == "Flatten":
            rows = self.emit("Transpose", [x], name + "/rows", perm=[0, 2, 1])
            value, shape = self.emit("Flatten", [rows], name, axis=1), (shape[0] * shape[1],)
        elif kind == "Dropout":
            value = x
        else:
            raise SystemExit(f"scoring_bench.py cannot translate {kind} {name}")
        self.value[name], self.shape[name] = value, shape

    def build(self, outputs):
        previous = None
        for layer in self.layers:
            inbound = layer.get("inbound_nodes")
            self.add(layer, inbound[0][0][0] if inbound else previous)
            previous = layer["config"]["name"]
        names = [layer[0] for layer in outputs] if outputs else [previous]
        length = next(iter(self.shape.values()))[0]
        graph = helper.make_graph(
            self.nodes, "network", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", length, 4])],
            [helper.make_tensor_value_info(self.value[name], TensorProto.FLOAT, ["batch", *self.shape[name]]) for name in names],
            self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        return model, length


def check(model, fasta, expected):
    """Stops unless onnxruntime's predictions for `fasta` are the table's, to 1e-4."""
    with open(fasta) as file:
        texts = ["".join(record.split("\n")[1:]) for record in file.read().split(">")[1:]]
    x = np.stack([np.stack([[letter == base for base in "ACGT"] for letter in text]) for text in texts])
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    predicted = np.concatenate(session.run(None, {"input": x.astype(np.float32)}), axis=1)
    table = np.genfromtxt(expected, skip_header=1, delimiter="\t")[:, 1:]
    worst = np.abs(predicted - table).max()
    print(f"onnxruntime against {expected}: largest difference {worst:.1e}")
    if not worst < 1e-4:
        raise SystemExit("the ONNX network is not the same network")


def onnx_rate(session, length, batch, seconds):
    """Median sequences a second over runs of one batch size."""
    rng = np.random.default_rng(1)
    x = np.eye(4, dtype=np.float32)[rng.integers(0, 4, (batch, length))]
    session.run(None, {"input": x})
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        session.run(None, {"input": x})
        times.append(time.perf_counter() - start)
    return batch / statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("graph")
    parser.add_argument("weights")
    parser.add_argument("--threads", type=int, nargs="+", default=[2, 1])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mflop", type=float, default=19.6, help="of one sequence, for the share of sgemm")
    parser.add_argument("--fasta")
    parser.add_argument("--expected")
    arguments = parser.parse_args()

    with open(arguments.graph) as file:
        graph = json.load(file)
    outputs = graph["config"].get("output_layers") if isinstance(graph["config"], dict) else None
    model, length = OnnxBuilder(graph, read_weights(arguments.weights)).build(outputs)
    if arguments.fasta:
        check(model, arguments.fasta, arguments.expected)
    with open("/proc/cpuinfo") as file:
        processor = file.read()
    for threads in arguments.threads:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        shoal, sgemm, peer = [], [], {batch: [] for batch in BATCHES}
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
        if "avx512f" in processor:
            # Neither an old OpenBLAS that does not know the processor nor the caller's environment may choose AVX2.
            environment["OPENBLAS_CORETYPE"] = "SkylakeX"
        for _ in range(arguments.rounds):
            line = subprocess.run([arguments.program, arguments.graph, arguments.weights, str(threads),
                                   str(arguments.seconds)], check=True, capture_output=True, text=True,
                                  env=environment).stdout
            measured = json.loads(line)
            shoal.append(measured["sequences_per_second"])
            sgemm.append(measured["sgemm_gflops"])
            for batch in BATCHES:
                peer[batch].append(onnx_rate(session, length, batch, arguments.seconds / len(BATCHES)))
        rate, gemm = statistics.median(shoal), statistics.median(sgemm)
        best = max(BATCHES, key=lambda batch: statistics.median(peer[batch]))
        print(json.dumps({"threads": threads, "instruction_set": measured["instruction_set"], "shoal": round(rate),
                          "sgemm_gflops": round(gemm, 1),
                          "share_of_sgemm": round(rate * arguments.mflop * 1e-3 / gemm, 3),
                          "onnxruntime": round(statistics.median(peer[best])), "onnxruntime_batch": best,
                          "times_onnxruntime": round(rate / statistics.median(peer[best]), 2)}))


if __name__ == "__main__":
    main()
