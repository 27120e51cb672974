# SPDX-License-Identifier: MIT
"""The commands `data` and `synthetic`: files that training reads."""
from .data import hdf5_layout, loci, motif_file, synthetic, tables
from .errors import USAGE, Refused


def _words(text):
    return text.replace(",", " ").split()


def add_commands(commands):
    data = commands.add_parser("data", help="make the HDF5 file of a data set")
    data.set_defaults(start=make_data)
    add = data.add_argument
    add("--output", metavar="FILE", required=True, help="HDF5 file to write")
    add("--table", metavar="TSV", help="a header and rows: sequence (or name with --fasta), values, maybe split (train, valid, test)")
    add("--fasta", metavar="FILE", help="sequences of the table's names")
    add("--values", metavar="COLUMNS", type=_words, default=[], help="columns of the table to train on; default: all that are values")
    add("--genome", metavar="FILE", help="FASTA, plain or bgzip")
    add("--loci", metavar="BED", help="BED or narrowPeak: windows around middles or summits")
    add("--length", metavar="L", type=int, default=0, help="length of the windows")
    add("--background", metavar="N", type=int, default=0, help="loci are label 1; N windows per locus with its G+C are label 0")
    add("--peaks", metavar="FILE", action="append", default=[], help="labels: whether a window has a peak; repeatable, one task each")
    add("--bigwig", metavar="FILE", action="append", default=[], help="labels: the signal of a window; repeatable, one task each")
    add("--reduce", choices=("mean", "sum", "max", "log-sum"), default="mean", help="how a signal becomes one number (=mean)")
    add("--profile", action="store_true", help="keep signals as profiles, with log(1 + sum) as counts: for bpnet")
    add("--valid-contigs", metavar="NAMES", type=_words, default=[], help="contigs of the validation split")
    add("--test-contigs", metavar="NAMES", type=_words, default=[], help="contigs of the test split")
    add("--valid", metavar="SHARE", type=float, default=0.1, help="share of validation rows, without contigs (=0.1)")
    add("--test", metavar="SHARE", type=float, default=0.2, help="share of test rows, without contigs (=0.2)")
    add("--seed", metavar="S", type=int, default=0, help="of random splits and background")
    add("--test-fasta", metavar="FILE", help="also write the test sequences as loci for shoal scan --fasta")

    made = commands.add_parser("synthetic", help="make the data of a synthetic task, with its truth")
    made.set_defaults(start=make_synthetic)
    add = made.add_argument
    add("--task", type=int, choices=(1, 3), required=True, help="1: which of 12 factors a sequence has motifs of; 3: regulatory code")
    add("--motifs", metavar="FILE", required=True, help="JASPAR 2016 vertebrates, counts (pfm_vertebrates.txt) or MEME")
    add("--variant", choices=("shipped", "positional"), default="shipped",
        help="task 3: which look-alikes of the core motifs are taken out of the negatives (=shipped, as published)")
    add("--sequences", metavar="N", type=int, default=0, help="0: as published, 30,000 or 20,000")
    add("--seed", metavar="S", type=int, default=-1, help="-1: as published, 33 or 22")
    add("--output", metavar="FILE", required=True, help="HDF5 file to write")
    add("--truth", metavar="FILE", help="truth of the loci: compare reads FILE:/model")
    add("--test-fasta", metavar="FILE", help="loci of the truth, for shoal scan --fasta")
    add("--loci", metavar="N", type=int, default=0, help="the first N test sequences (task 3: of the code) are loci; 0: all")


def make_data(given):
    if bool(given.table) == bool(given.genome):
        raise Refused("give --table, or --genome with --loci", USAGE)
    if given.table:
        dataset = tables.read_table(given.table, given.values, given.fasta, given.valid, given.test, given.seed)
    else:
        if not given.loci or given.length < 1:
            raise Refused("--genome needs --loci and --length", USAGE)
        dataset = loci.read_loci(given.genome, given.loci, given.length, peaks=given.peaks, bigwigs=given.bigwig, reduce=given.reduce,
                                 profile=given.profile, background=given.background, valid_contigs=given.valid_contigs,
                                 test_contigs=given.test_contigs, valid=given.valid, test=given.test, seed=given.seed)
    hdf5_layout.write(given.output, dataset)
    if given.test_fasta:
        hdf5_layout.write_fasta(given.test_fasta, dataset["test"])
    return _said(given.output, dataset)


def make_synthetic(given):
    dataset = synthetic.make(given.task, motif_file.read_motifs(given.motifs), given.variant, given.sequences, given.seed, given.motifs)
    hdf5_layout.write(given.output, dataset)
    test = dataset["test"]
    if given.task == 3:
        test = test.taken(test.y[:, 0] == 1)
    if given.loci:
        test = test.taken(slice(0, given.loci))
    if given.truth:
        hdf5_layout.write_truth(given.truth, test)
    if given.test_fasta:
        hdf5_layout.write_fasta(given.test_fasta, test)
    return _said(given.output, dataset)


def _said(path, dataset):
    sizes = ", ".join(f"{len(split):,} {name}" for name, split in dataset.splits.items())
    print(f"{path}: {sizes} sequences of {dataset.length} bases, {len(dataset.tasks)} task{'s' * (len(dataset.tasks) > 1)}")
    return 0
