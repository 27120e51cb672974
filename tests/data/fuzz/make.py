# SPDX-License-Identifier: MIT
"""Makes the seed corpora of tests/fuzz beside itself: small files of every foreign format, well formed and hostile.
What fuzzing found, in `found`, stays as it is.

usage: make.py    (needs h5py and onnx; run it again after the readers learn something new)
"""
import io
import json
import pathlib
import random
import shutil
import zipfile

import h5py
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent


def write(folder, name, content):
    path = HERE / folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def layer(kind, name, inputs=(), **config):
    return {"class_name": kind, "name": name, "config": {"name": name, **config},
            "inbound_nodes": [[[source, 0, 0, {}] for source in inputs]] if inputs else []}


def functional(layers, outputs):
    return json.dumps({"class_name": "Functional", "config": {
        "name": "model", "layers": layers, "input_layers": [["x", 0, 0]],
        "output_layers": [[name, 0, 0] for name in outputs]}})


def keras_graphs():
    for file in ["keras1_sequential.h5", "keras3_functional.h5", "keras_conv.h5", "nested.h5"]:
        with h5py.File(DATA / "keras" / file) as store:
            config = store.attrs.get("model_config")
            if config is not None:
                write("keras_graph", pathlib.Path(file).stem + ".json", config)
    source = layer("InputLayer", "x", batch_input_shape=[None, 20, 4], dtype="float32")
    convolution = dict(filters=3, kernel_size=[5], strides=[1], padding="same", activation="relu")
    write("keras_graph", "two.json", functional([source, layer("Conv1D", "a", ["x"], **convolution)], ["a"]))
    write("keras_graph", "cycle.json", functional(
        [source, layer("Conv1D", "a", ["b"], **convolution), layer("Conv1D", "b", ["a"], **convolution)], ["b"]))
    write("keras_graph", "reads_itself.json", functional([source, layer("Add", "a", ["x", "a"])], ["a"]))
    write("keras_graph", "same_name.json", functional(
        [source, layer("Flatten", "a", ["x"]), layer("Flatten", "a", ["x"])], ["a"]))
    write("keras_graph", "negative.json", functional(
        [source, layer("Conv1D", "a", ["x"], filters=-3, kernel_size=[-5], strides=[0], padding="same")], ["a"]))
    write("keras_graph", "huge.json", functional(
        [source, layer("Dense", "a", ["x"], units=2**62), layer("Reshape", "b", ["a"], target_shape=[2**40, 2**40])],
        ["b"]))
    inner = layer("Functional", "trunk", ["x"])
    del inner["config"]
    write("keras_graph", "nested_without_config.json", functional([source, inner], ["trunk"]))
    write("keras_graph", "deep.json", "[" * 5000 + "]" * 5000)
    write("keras_graph", "deep_config.json", '{"class_name":"Sequential","config":{"layers":' * 400)
    write("keras_graph", "lambda.json", functional([source, layer("Lambda", "a", ["x"], function=["4wEAAA==", None, None])],
                                                   ["a"]))


def archive(members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, content in members:
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = method
            target.writestr(entry, content)
    return buffer.getvalue()


def keras_archives():
    config = (HERE / "keras_graph" / "two.json").read_bytes()
    whole = archive([("metadata.json", "{}"), ("config.json", config), ("model.weights.h5", b"\x89HDF\r\n\x1a\n")])
    write("keras_archive", "small.keras", whole)
    write("keras_archive", "stored.keras", archive([("config.json", config), ("model.weights.h5", b"w")],
                                                   zipfile.ZIP_STORED))
    write("keras_archive", "cut.keras", whole[: len(whole) // 2])
    write("keras_archive", "no_weights.keras", archive([("config.json", config)]))
    write("keras_archive", "bomb.keras", archive([("config.json", b" " * 300_000), ("model.weights.h5", b"w")]))
    write("keras_archive", "outside.keras", archive([("../config.json", config), ("/model.weights.h5", b"w")]))
    lying = bytearray(whole)
    lying[whole.find(b"PK\x01\x02") + 24: whole.find(b"PK\x01\x02") + 28] = b"\xff\xff\xff\x7f"
    write("keras_archive", "lying_size.keras", bytes(lying))


def onnx_model(nodes, weights=(), shape=("N", 4, 20), opset=18):
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, list(shape))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(values), name) for name, values in weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    return model


def onnx_models():
    kernel = np.random.default_rng(1).normal(size=(3, 4, 5)).astype(np.float32)
    node = helper.make_node
    hostile = {
        "convolution": onnx_model([node("Conv", ["x", "k"], ["y"])], [("k", kernel)]),
        "cycle": onnx_model([node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"]), node("Relu", ["b"], ["y"])]),
        "negative_pads": onnx_model([node("Conv", ["x", "k"], ["y"], pads=[-100, 2**40])], [("k", kernel)]),
        "zero_stride": onnx_model([node("MaxPool", ["x"], ["y"], kernel_shape=[2], strides=[0])]),
        "huge_dims": onnx_model([node("Relu", ["x"], ["y"])], shape=("N", 4, 2**40)),
        "huge_constant": onnx_model([node("ConstantOfShape", ["s"], ["c"]), node("Add", ["x", "c"], ["y"])],
                                    [("s", np.array([2**31, 2**31], np.int64))]),
        "missing_weights": onnx_model([node("Conv", ["x", "nothing"], ["y"])]),
        "nan_weights": onnx_model([node("Conv", ["x", "k"], ["y"])], [("k", np.full((3, 4, 5), np.nan, np.float32))]),
        "reshape": onnx_model([node("Reshape", ["x", "s"], ["y"])], [("s", np.array([0, -1, 2**33], np.int64))]),
        "slice": onnx_model([node("Slice", ["x", "a", "b", "c", "d"], ["y"])],
                            [("a", np.array([-2**63], np.int64)), ("b", np.array([2**63 - 1], np.int64)),
                             ("c", np.array([2], np.int64)), ("d", np.array([-2**63], np.int64))]),
        "same_name": onnx_model([node("Relu", ["x"], ["y"]), node("Exp", ["x"], ["y"])]),
    }
    for name, model in hostile.items():
        write("onnx", name + ".onnx", model.SerializeToString())
    outside = onnx_model([node("Conv", ["x", "k"], ["y"])], [("k", kernel)])
    weight = outside.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    for key, value in [("location", "../../etc/passwd"), ("offset", "-1"), ("length", "99999999999999")]:
        weight.external_data.add(key=key, value=value)
    write("onnx", "outside.onnx", outside.SerializeToString())
    wrong = onnx_model([node("Conv", ["x", "k"], ["y"])], [("k", kernel)])
    wrong.graph.initializer[0].dims[:] = [2**32, 2**32, -4]
    write("onnx", "wrong_size.onnx", wrong.SerializeToString())


def texts():
    bed = (DATA / "genome" / "small.bed").read_text().splitlines(keepends=True)
    write("bed", "rows.bed", "M" + "".join(bed[:12]))
    write("bed", "narrow.narrowPeak", "S" + "".join((DATA / "genome" / "small.narrowPeak").read_text()
                                                  .splitlines(keepends=True)[:8]))
    write("bed", "hostile.bed", "Mchr1\t-5\t99999999999999999999\t\t\t?\nchr1\t10\t5\ntrack x\n\nchr2\t1\n")
    write("bed", "tools.bed", "M\ufefftrack name=x\r\nchr1\t10\t10\tp\t0\t-" + "\t9" * 14 + "\r\n\r\n")
    write("bed", "idr.narrowPeak", "Schr1\t10\t90\tp\t0\t.\t1\t-1\t-1\t40" + "\t9" * 10 + "\n")
    write("bed", "packed.bed.gz", b"M" + (DATA / "genome" / "small.bed.gz").read_bytes())
    meme = "MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\nBackground letter frequencies\nA 0.3 C 0.2 G 0.2 T 0.3\n\n"
    motif = "MOTIF MA1 one\nletter-probability matrix: alength= 4 w= 2 nsites= 10 E= 0\n 0.1 0.2 0.3 0.4\n1 0 0 0\nURL x\n"
    write("motifs", "two.meme", meme + motif + "MOTIF MA2\nletter-probability matrix:\n.25 .25 .25 .25\n")
    write("motifs", "twice.meme", meme + motif + motif)
    write("motifs", "hostile.meme", "MEME\nALPHABET= ACGT\nMOTIF a\nletter-probability matrix: w= 99999999999\n1 nan -1 1e999\n")
    write("motifs", "counts.jaspar", ">MA1\tone\nA [ 1 0 ]\nC [ 1 0 ]\nG [ 2 8 ]\nT [ 4 0 ]\n\n>bare\n1\n1\n1\n1\n")
    write("motifs", "hostile.jaspar", ">\n>a\r\nA [ 1e308 1e308 ]\r\nC [ 1e308 ]\n")
    write("motifs", "matrix.transfac", "VV  x\nXX\n//\nAC  M1\nXX\nID  V$A\nNA  a\nP0 A C G T\n01 1 2 2 0 S\n02 2 1 2 0 R\nXX\n//\n")
    write("motifs", "hostile.transfac", "AC a\nP0 A C G T\n01 0 0 0 0\n01 1\nXX\n//\n//\nP0 T\n")
    fasta = (DATA / "genome" / "small.fa").read_text()[:600]
    write("fasta", "genome.fa", "G" + fasta)
    write("fasta", "records.fa", "R>one\nACGTN\n>two\nacgtn\n")
    write("fasta", "places.fa", "R\ufeff>p::chr1:100-104(-)\nACGU\n>chr1:101-104/rc\nacg.\n>chr1:5-9(+)\nACGT\n")
    write("fasta", "protein.fa", "R>a\nMKVLEARNDW\n>b\nMKVLEARNDWW\n")
    write("fasta", "ragged.fa", "G>one\nACGT\nAC\nACGT\n>one\n\n>\nAC-*\r\nAC\x00\n")
    write("fasta", "plain.fa.gz", b"R" + (DATA / "genome" / "small.fa.plain.gz").read_bytes())
    write("fasta", "blocks.fa.gz", b"G" + (DATA / "genome" / "small.fa.gz").read_bytes())
    header = "##fileformat=VCFv4.3\n##contig=<ID=c,length=90>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    records = "c\t3\tx\tG\tA,<DEL>\t.\tPASS\tDP=3\nc\t4\t.\tTAC\tT,*\t9.5\t.\t.\n"
    write("vcf", "records.vcf", "R" + header + "\n" + records)
    write("vcf", "annotated.vcf", "A" + header + "\tFORMAT\tme\n" + records.replace("\n", "\tGT\t0/1\n"))
    write("vcf", "hostile.vcf", "A" + header + "\nc\t-1\t\t\t,\t.\t.\tE=,,;=\n\nd\t99999999999\t.\tA\n")
    write("measurements", "plain.csv", "0x,y,set\nACGT,+1.5,train\nACGA,-2e-3,val\n")
    write("measurements", "sets.csv", '3"x","y","set","w","a, b"\r\n"ACGT","1","Train","2","x ""y"""\r\nACGA,2,test,.5,"two\n\nlines"\r\n')
    write("measurements", "excel.csv", "0sep=;\nx;y;dy\nACGT;0,5;1\nACGA;-1,25E-1;0,1\n")
    write("measurements", "tabs.tsv", "4# by hand\n\nx\ty\tdy\nAC\t1,234\t0\nAG\t0,5\t-1\n")
    write("measurements", "hostile.csv", '1x,y,set,"\n",\n"AC"G,"1,2,3\n",,;\t"""\n"')
    write("vcf", "marked.vcf", "R\ufeff" + header + "\r\n" + records + "\r\n\n")
    write("config", "scan.ini", (DATA.parent.parent / "configs" / "scan.ini").read_text())
    write("config", "hostile.ini", "[a]\nrate=-1\nmutants=99999999999999999999\nwindow=5:\nlambdas=1,,x\nhead=\n= 3\n[[\n")
    write("ini", "every_type.ini", "# a run\n[library]\nrate = 0.25  # of sites\nmutants=7\nresume = true\n\n[a.b]\nstore = a#1.h5\nmodel=x\nmodel =y\n")
    write("ini", "hostile.ini", "\xef\xbb\xbfrate=fast\r\nrate=1\nresume=maybe\n[x\n= 3\nlibrary.mutants = 99999999999999999999\n")
    generator = random.Random(4)
    for number in range(6):
        write("graph", f"random{number}", bytes(generator.randrange(256) for _ in range(40 * (number + 1))))


def sites():
    write("sites", "hits.tsv", "locus\tname\tfirst\tlast\tmotif\tstrand\n0\tone\t1\t5\tA\t+\n1\tchr1:100-120(-)\t0\t20\tB\t-\n")
    write("sites", "named.csv", "name,first,last\nchr1:100-120(-),3,7\n")
    write("sites", "twice.tsv", "name\tfirst\tlast\none\t3\t7\n")
    write("sites", "hostile.tsv", "first\tlast\tlocus\tlocus\n-1\t99999999999999999999\t2\t3\n")


def main():
    for folder in HERE.iterdir():
        if folder.is_dir() and folder.name != "found":
            shutil.rmtree(folder)
    keras_graphs()
    keras_archives()
    onnx_models()
    texts()
    sites()
    write("hdf5", "conv.h5", (DATA / "keras" / "keras_conv.h5").read_bytes())


if __name__ == "__main__":
    main()
