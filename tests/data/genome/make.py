#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the small genome and the golden windows of the genome tests.

small.fa, small.bed, small.narrowPeak: drawn here. small.fa.gz: bgzip blocks of 200 bytes. small.bed.gz: plain gzip.
small.fa.plain.gz: the genome in plain gzip, which is refused. contig.fa.gz with .fai and .gzi,
contig.bed, contig.narrowPeak: one longer contig with samtools' index, loci of two widths. small.tsv, small_summits.tsv,
contig.tsv, contig_summits.tsv, loci.tsv, peaks.tsv: what `samtools faidx` says of every window (letters in upper case, anything but ACGT as N, N outside the contig, reverse complement on '-').
Needs samtools; loci.tsv and peaks.tsv also need ../shared/data, and are left alone without it.
"""
import gzip
import pathlib
import random
import struct
import subprocess
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
REAL = HERE.parents[3] / "shared" / "data" / "genome"


def letters(text):
    return "".join(letter if letter in "ACGT" else "N" for letter in text.upper())


def samtools(genome, contig, start, end, strand):
    command = ["samtools", "faidx"] + (["-i"] if strand == "-" else []) + [str(genome), f"{contig}:{start + 1}-{end}"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return letters("".join(text.split("\n")[1:]))


def window(genome, sizes, row, length, summit):
    contig, start, end = row[0], int(row[1]), int(row[2])
    strand = row[5] if len(row) > 5 else "+"
    if length:
        anchor = start + int(row[9]) if summit else (start + end) // 2
        start = anchor - length // 2
        end = start + length
    left, right = max(0, -start), max(0, end - sizes[contig])
    inside = samtools(genome, contig, start + left, end - right, strand)
    sequence = "N" * left + inside + "N" * right if strand != "-" else "N" * right + inside + "N" * left
    name = row[3] if len(row) > 3 and row[3] != "." else f"{contig}:{start}-{end}"
    return [contig, start, end, strand, name, "over" if left or right else "inside", sequence]


def golden(genome, bed, length, summit, target):
    sizes = {}
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / genome.name
        copy.write_bytes(genome.read_bytes())
        subprocess.run(["samtools", "faidx", str(copy)], check=True)
        for line in pathlib.Path(str(copy) + ".fai").read_text().splitlines():
            sizes[line.split("\t")[0]] = int(line.split("\t")[1])
        rows = [line.split("\t") for line in bed.read_text().splitlines() if line and line[0] != "#"]
        lines = ["\t".join(map(str, window(copy, sizes, row, length, summit))) for row in rows]
    target.write_text("\n".join(lines) + "\n")


def small_genome(random_source):
    records = [("chr1", 500, 60, "ACGT"), ("chr2", 333, 50, "ACGTacgt"), ("chrIUPAC", 200, 80, "ACGTNnRYKMSWacgt"),
               ("one_line", 77, 1000, "acgt"), ("tiny", 5, 60, "ACGT")]
    sizes, text = {}, ""
    for name, length, width, alphabet in records:
        sequence = "".join(random_source.choice(alphabet) for _ in range(length))
        text += f">{name} {length} bases\n" + "".join(sequence[i:i + width] + "\n" for i in range(0, length, width))
        sizes[name] = length
    (HERE / "small.fa").write_text(text)
    return sizes


def small_beds(random_source, sizes):
    bed, peaks = ["# loci of the small genome"], []
    for number in range(80):
        contig = random_source.choice(["chr1", "chr2", "chrIUPAC", "one_line"])
        start = random_source.randrange(sizes[contig] - 1)
        end = random_source.randrange(start + 1, sizes[contig] + 1)
        name = random_source.choice([f"locus_{number}", "."])
        bed.append(f"{contig}\t{start}\t{end}\t{name}\t0\t{random_source.choice('+-.')}")
        summit = random_source.choice([0, end - start - 1, random_source.randrange(end - start)])
        peaks.append(f"{contig}\t{start}\t{end}\tpeak_{number}\t0\t{random_source.choice('+-.')}\t1\t-1\t-1\t{summit}")
    (HERE / "small.bed").write_text("\n".join(bed) + "\n")
    (HERE / "small.narrowPeak").write_text("\n".join(peaks) + "\n")


def bgzip(data, block=200):
    """BGZF of SAMv1 section 4.1: gzip members that state their size, then an empty one."""
    pieces = [data[i:i + block] for i in range(0, len(data), block)] + [b""]
    members = []
    for piece in pieces:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = deflate.compress(piece) + deflate.flush()
        head = b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff\x06\x00BC\x02\x00" + struct.pack("<H", len(body) + 25)
        members.append(head + body + struct.pack("<II", zlib.crc32(piece), len(piece)))
    return b"".join(members)


def compressed_copies():
    genome = (HERE / "small.fa").read_bytes()
    (HERE / "small.fa.gz").write_bytes(bgzip(genome))
    (HERE / "small.fa.plain.gz").write_bytes(gzip.compress(genome, mtime=0))
    (HERE / "small.bed.gz").write_bytes(gzip.compress((HERE / "small.bed").read_bytes(), mtime=0))


def own_contig(random_source):
    """A contig of 20,000 bases that begins with N, in bgzip blocks of 2,000 bytes beside samtools' index; loci of two
    widths, the last of which leaves the contig; summits."""
    sequence = "N" * 100 + "".join(random_source.choice("ACGTacgt") for _ in range(19900))
    lines = "".join(sequence[i:i + 60] + "\n" for i in range(0, len(sequence), 60))
    (HERE / "contig.fa.gz").write_bytes(bgzip((">chr1\n" + lines).encode(), 2000))
    subprocess.run(["samtools", "faidx", str(HERE / "contig.fa.gz")], check=True)
    bed, peaks = [], []
    for number in range(30):
        start = 60 if number == 13 else random_source.randrange(200, 19000)  # row 13 touches the N
        bed.append(f"chr1\t{start}\t{start + 49}\tlocus_{number + 1:02d}\t0\t{random_source.choice('+-')}")
        peaks.append(f"chr1\t{start}\t{start + 90}\tpeak_{number}\t0\t{random_source.choice('+-.')}\t1\t-1\t-1\t"
                     f"{random_source.randrange(90)}")
    bed.append("chr1\t19970\t19995\tlocus_31_over_the_end\t0\t-")
    (HERE / "contig.bed").write_text("\n".join(bed) + "\n")
    (HERE / "contig.narrowPeak").write_text("\n".join(peaks) + "\n")


def main():
    random_source = random.Random(20240601)
    small_beds(random_source, small_genome(random_source))
    compressed_copies()
    golden(HERE / "small.fa", HERE / "small.bed", 41, False, HERE / "small.tsv")
    golden(HERE / "small.fa", HERE / "small.narrowPeak", 30, True, HERE / "small_summits.tsv")
    own_contig(random.Random(20261130))
    golden(HERE / "contig.fa.gz", HERE / "contig.bed", 49, False, HERE / "contig.tsv")
    golden(HERE / "contig.fa.gz", HERE / "contig.narrowPeak", 40, True, HERE / "contig_summits.tsv")
    if REAL.is_dir():
        golden(REAL / "hg38_1m.fa.gz", REAL / "loci.bed", 249, False, HERE / "loci.tsv")
        golden(REAL / "hg38_1m.fa.gz", REAL / "peaks.narrowPeak", 200, True, HERE / "peaks.tsv")


if __name__ == "__main__":
    main()
