#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes products.onnx and what onnxruntime predicts (onnx 1.23, onnxruntime 1.32; random weights), for
tests/readers/onnx_test.cpp: Gemm with its factors alpha and beta, with weights as they are and transposed, and with biases of
one number, of a row and none.

products_expected.tsv   as expected.tsv
"""
import onnx_networks
from onnx_networks import FOLDER, Graph

CHANNELS, LENGTH = 5, 12


def main():
    g = Graph("products", 13, length=LENGTH)
    x = g.op("Relu", g.conv("sequence", CHANNELS, 4, 5, pads=[2, 2]))
    flat = g.op("Flatten", x)
    inputs = CHANNELS * LENGTH
    plain, turned = g.random(inputs, 3, spread=0.2), g.random(3, inputs, spread=0.2)
    row, one = g.random(3), g.random(1)
    g.output(g.op("Gemm", flat, plain, row, alpha=0.25, beta=3.0), "both")
    g.output(g.op("Gemm", flat, turned, row, alpha=-2.0, transB=1), "alpha")
    g.output(g.op("Gemm", flat, turned, one, beta=0.5, transB=1), "beta")
    g.output(g.op("Gemm", flat, turned, row, beta=0.0, transB=1), "no_bias")
    g.output(g.op("Gemm", flat, plain, alpha=0.5), "without")
    g.output(g.op("Gemm", g.op("Flatten", g.op("GlobalMaxPool", x)), g.random(CHANNELS, 2), alpha=1.5), "pooled")
    g.write()
    heading = "network\toutput\tsequence\tpositions\tchannels\tvalues"
    (FOLDER / "products_expected.tsv").write_text("\n".join([heading, *onnx_networks.rows]) + "\n")


if __name__ == "__main__":
    main()
