# SPDX-License-Identifier: MIT
"""Damaged copies of a result store, and wrong questions to a good one."""
import shutil

import h5py
import numpy as np


def _changed(change):
    def make(store, path):
        shutil.copy(store, path)
        with h5py.File(path, "r+") as file:
            change(file)
    return make


def _cut(share):
    def make(store, path):
        content = store.read_bytes()
        path.write_bytes(content[:int(share * len(content))])
    return make


def _bytes(content):
    return lambda store, path: path.write_bytes(content)


def _flipped(offset):
    """One bit of the file's first bytes: HDF5's own signature and superblock."""
    def make(store, path):
        content = bytearray(store.read_bytes())
        content[offset] ^= 0x10
        path.write_bytes(content)
    return make


def _delete(name):
    return _changed(lambda file: file.__delitem__(name))


def _attribute(place, name, value):
    return _changed(lambda file: file[place].attrs.__setitem__(name, value))


def _without_attribute(place, name):
    return _changed(lambda file: file[place].attrs.__delitem__(name))


def _replaced(name, values):
    def change(file):
        del file[name]
        file[name] = values
    return _changed(change)


MAP = "models/demo/activity/ism/map"

# (title, how to make the file of the good store, patterns): `inspect` and `export` refuse them, naming the file.
DAMAGED = [
    ("empty", _bytes(b""), []),
    ("text", _bytes(b"no store\n"), ["HDF5"]),
    ("a quarter of a store", _cut(0.25), []),
    ("all but the last bytes", _cut(0.99), []),
    ("a damaged signature", _flipped(0), []),
    ("a damaged superblock", _flipped(13), []),
    ("HDF5 that is no store", lambda store, path: h5py.File(path, "w").close(), ["Shoal"]),
    ("another format number", _attribute("/", "shoal_format", np.bytes_("99")), ["99"]),
    ("a format of another type", _attribute("/", "shoal_format", "2"), ["shoal_format"]),
    ("no loci", _delete("loci"), []),
    ("no status", _delete("loci/status"), ["status"]),
    ("no checksums", _delete("rows/checksum"), ["checksum"]),
    ("no map", _delete(MAP), ["map"]),
    ("a map of another length", _replaced(MAP, np.zeros((72, 4, 99), np.float32)), ["map"]),
    ("a map for fewer loci", _replaced(MAP, np.zeros((71, 4, 160), np.float32)), ["map"]),
    ("a map of another type", _replaced(MAP, np.zeros((72, 4, 160), np.float64)), ["map"]),
    ("a map that is a group", _changed(lambda file: (file.__delitem__(MAP), file.create_group(MAP))), ["map"]),
    ("no list of models", _without_attribute("models", "models"), ["models"]),
    ("a length that is no number", _attribute("models", "length", np.bytes_("long")), ["length|long"]),
    ("a negative number of loci", _attribute("models", "loci", np.bytes_("-5")), ["loci|-5"]),
    ("a number of loci that fills no memory", _attribute("models", "loci", np.bytes_("9000000000000000")), []),
    ("no description of a method", _delete("methods/ism"), ["ism"]),
    ("no provenance", _delete("provenance"), ["provenance"]),
]

# Questions to a good store: (title, words after the store, status, patterns). GENOME and FOLDER are replaced.
USAGE, INPUT, OUTPUT = 2, 3, 5
QUESTIONS = [
    ("no format", [], USAGE, ["--format", "chrombpnet"]),
    ("unknown format", ["--format", "xlsx"], USAGE, ["xlsx", "chrombpnet"]),
    ("no method among several", ["--format", "csv"], USAGE, ["--method", "additive-ridge", "ism"]),
    ("unknown method", ["--format", "csv", "--method", "magic"], USAGE, ["magic", "ism"]),
    ("unknown model", ["--format", "csv", "--method", "ism", "--model", "other"], USAGE, ["other", "demo"]),
    ("unknown task", ["--format", "csv", "--method", "ism", "--task", "other"], USAGE, ["other", "activity"]),
    ("unknown gauge", ["--format", "csv", "--method", "ism", "--gauge", "coulomb"], USAGE, ["coulomb", "uniform"]),
    ("unknown width", ["--format", "bpnet", "--method", "ism", "--float", "8", "--output", "o.h5"], USAGE, ["8", "16"]),
    ("a width for text", ["--format", "csv", "--method", "ism", "--float", "32"], USAGE, ["csv", "--float"]),
    ("an orientation for a track", ["--format", "bedgraph", "--method", "ism", "--orientation", "locus"], USAGE, ["bedgraph"]),
    ("unknown orientation", ["--format", "bpnet", "--method", "ism", "--orientation", "up", "--output", "o.h5"], USAGE,
     ["up", "genome"]),
    ("rows that are no range", ["--format", "csv", "--method", "ism", "--rows", "5"], USAGE, ["--rows", "A:B"]),
    ("rows outside the store", ["--format", "csv", "--method", "ism", "--rows", "70:99"], USAGE, ["99", "72"]),
    ("rows in reverse", ["--format", "csv", "--method", "ism", "--rows", "9:5"], USAGE, ["9", "5"]),
    ("no locus in the regions", ["--format", "csv", "--method", "ism", "--regions", "far.bed"], USAGE, ["nothing"]),
    ("HDF5 on standard output", ["--format", "bpnet", "--method", "ism"], USAGE, ["--output"]),
    ("tracks without contigs' sizes", ["--format", "bigwig", "--method", "ism", "--output", "o.bw"], USAGE, ["--genome"]),
    ("sizes twice", ["--format", "bigwig", "--method", "ism", "--output", "o.bw", "--genome", "GENOME", "--chrom-sizes",
                     "good.sizes"], USAGE, ["--genome", "--chrom-sizes"]),
    ("sizes without the contig", ["--format", "bigwig", "--method", "ism", "--output", "o.bw", "--chrom-sizes",
                                  "other.sizes"], USAGE, ["demo1"]),
    ("libraries of a store without scores", ["--format", "squid", "--output", "o"], USAGE, ["--keep-y"]),
    ("output in a missing folder", ["--format", "csv", "--method", "ism", "--output", "nowhere/o.csv"], OUTPUT,
     ["nowhere/o.csv", "No such file"]),
    ("output that is a folder", ["--format", "csv", "--method", "ism", "--output", "FOLDER"], OUTPUT, []),
]
SIZES = [("a word for a size", "demo1\tlong\n", 1), ("no size", "demo1\n", 1), ("a size of 0", "demo1\t0\n", 1),
         ("a contig twice", "demo1\t40000\ndemo1\t40000\n", 2)]
