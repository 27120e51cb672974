# SPDX-License-Identifier: MIT
"""Malformed BED, FASTA, genome, VCF and configuration files: what is wrong, where the message must place it, what it must
say. A case is (title, content, line, patterns): `content` is text or bytes, or nothing for a file that is missing; `line`
the number that follows the file's name in the message, or nothing where no line is at fault."""
import gzip

ROW = "demo1\t1110\t1290\ta\t0\t+\n"
PEAK = "demo1\t1110\t1290\ta\t0\t+\t1\t1\t1\t90\n"


def truncated(content):
    return gzip.compress(content.encode(), mtime=0)[:-12]


def without_end_marker(content):
    """A bgzip file of one block (RFC 1952 with the extra field BC) that lacks the empty last block."""
    packed = gzip.compress(content.encode(), mtime=0)
    body = packed[10:]
    size = len(packed) + 8 - 1
    header = packed[:3] + bytes([packed[3] | 4]) + packed[4:10] + b"\x06\x00BC\x02\x00" + size.to_bytes(2, "little")
    return header + body


# Rows that no BED file has, whatever its anchor.
BED = [
    ("missing", None, None, ["No such file"]),
    ("empty", "", None, ["empty"]),
    ("only comments", "# nothing\n\n#\n", None, ["no region"]),
    ("only a track line", "track name=x\n", None, ["no region"]),
    ("one column", ROW + "demo1\n", 2, ["1 column", "3 or more"]),
    ("two columns", "demo1\t5\n", 1, ["2 column"]),
    ("fewer columns than before", ROW + "demo1\t5\t9\n", 2, ["3 columns", "line 1 has 6"]),
    ("start that is a word", ROW + ROW.replace("1110", "first"), 2, ["start", "first"]),
    ("end that is a word", ROW.replace("1290", "last"), 1, ["end", "last"]),
    ("negative start", ROW.replace("1110", "-3"), 1, ["start", "-3"]),
    ("start with a fraction", ROW.replace("1110", "1110.5"), 1, ["start", "1110.5"]),
    ("start in scientific notation", ROW.replace("1110", "1e3"), 1, ["start", "1e3"]),
    ("thousands separators", ROW.replace("1110", "1,110"), 1, ["start", "1,110"]),
    ("hexadecimal start", ROW.replace("1110", "0x10"), 1, ["0x10"]),
    ("empty start", ROW.replace("1110", ""), 1, ["start"]),
    ("coordinate beyond any chromosome", ROW.replace("1290", "99999999999999999999"), 1, ["9999999"]),
    ("start after end", "demo1\t9\t5\n", 1, ["9", "5"]),
    ("no contig", "\t5\t9\n", 1, ["contig"]),
    ("strand that is a star", ROW.replace("+", "*"), 1, ["strand", r"\*"]),
    ("strand that is a word", ROW.replace("+", "forward"), 1, ["strand", "forward"]),
    ("header of column names", "chrom\tstart\tend\n" + ROW[:16], 1, ["start"]),
    ("commas instead of tabs", "demo1,1110,1290\n", 1, ["1 column", "tabs"]),
    ("semicolons instead of tabs", "demo1;1110;1290\n", 1, ["1 column"]),
    ("a FASTA file", ">demo1\nACGT\n", 1, ["column"]),
    ("a VCF file", "##fileformat=VCFv4.3\ndemo1\t5\tx\tA\tC\t.\t.\t.\n", 2, ["end"]),
    ("UTF-16", ROW.encode("utf-16"), 1, ["UTF-16", "UTF-8"]),
    ("zero bytes in a row", b"demo1\t11\x00\t1290\n", 1, ["start"]),
    ("line ends of old Macs", ROW.replace("\n", "\r") * 2, 1, []),
    ("truncated gzip", truncated(ROW * 50), None, ["truncated"]),
    ("bgzip without its end marker", without_end_marker(ROW), None, ["truncated"]),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", 1, []),
]

# Rows that are correct but do not fit the demo's genome, at a window of 160 bases.
BED_OF_GENOME = [
    ("unknown contig", ROW + "chr7\t5\t99\tb\t0\t+\n", 2, ["chr7", "demo1"]),
    ("a contig with and without chr", ROW + "chrdemo1\t5\t99\tb\t0\t+\n", 2, ["'chrdemo1'", "both be 'demo1'"]),
    ("row beyond its contig", "demo1\t99999999\t99999999999\n", 1, ["outside", "assembly"]),
]

# With --anchor summit.
NARROW_PEAK = [
    ("BED6 where narrowPeak is wanted", ROW, 1, ["10 columns", "6"]),
    ("peak without a summit", PEAK + PEAK.replace("\t90\n", "\t-1\n"), 2, ["summit"]),
    ("summit outside its peak", PEAK.replace("\t90\n", "\t180\n"), 1, ["summit", "180"]),
    ("summit that is a word", PEAK.replace("\t90\n", "\tmiddle\n"), 1, ["summit", "middle"]),
]

BASES = "ACGTTGCA" * 20 + "\n"

# Records for a network of 160 bases.
FASTA = [
    ("missing", None, None, ["No such file"]),
    ("empty", "", None, ["empty"]),
    ("blank lines only", "\n\n \n", None, ["no sequence"]),
    ("no header", BASES, 1, ["header", ">"]),
    ("text before the first header", "sequences\n>a\n" + BASES, 1, ["sequences", ">"]),
    ("header without a name", ">a\n" + BASES + ">\n" + BASES, 3, ["name"]),
    ("header with a space before the name", "> a\n" + BASES, 1, ["name"]),
    ("record without a sequence", ">a\n>b\n" + BASES, 1, ["no sequence", "a"]),
    ("last record without a sequence", ">a\n" + BASES + ">b\n", 3, ["no sequence", "b"]),
    ("digits in a sequence", ">a\n" + BASES.replace("T", "1"), 2, ["'1'"]),
    ("spaces in a sequence", ">a\nACGT ACGT\n", 2, ["' '"]),
    ("sequences of different length", ">a\n" + BASES + ">b\nACGT\n", 3, ["4 bases", "160"]),
    ("sequences shorter than the network's", ">a\nACGT\n", None, ["160", "4 bases"]),
    ("a FASTQ file", "@a\n" + BASES + "+\n" + "I" * 160 + "\n", 1, ["header"]),
    ("a GenBank file", "LOCUS       AB000001\nORIGIN\n        1 acgt\n//\n", 1, ["header"]),
    ("a BED file", ROW, 1, ["header"]),
    ("a JSON file", '{"sequence": "ACGT"}\n', 1, ["header"]),
    ("UTF-16", (">a\n" + BASES).encode("utf-16"), 1, ["UTF-16", "UTF-8"]),
    ("protein", ">a\n" + "MKVLEARNDW" * 16 + "\n", None, ["32 of 160 letters", "'L' 16", "record 'a', line 2", "protein"]),
    ("protein of another length", ">a\n" + "MKVLEARNDW" * 5 + "\n>b\n" + "MKVLEARNDW" * 6 + "\n", None, ["letters", "'E' 11"]),
    ("an alignment with gaps", ">a\n" + "ACGT--AC.-" * 16 + "\n", None, ["64 of 160", "'-' 48", "'.' 16", "gaps"]),
    ("zero bytes in a sequence", b">a\nAC\x00GT\n", 2, []),
    ("truncated gzip", truncated((">a\n" + BASES) * 99), None, ["truncated"]),
    ("bgzip without its end marker", without_end_marker(">a\n" + BASES), None, ["truncated"]),
]

GENOME = [
    ("missing", None, None, ["No such file"]),
    ("empty", "", None, ["empty"]),
    ("no contig", "\n", None, ["no contig"]),
    ("text before the first header", "ACGT\n>demo1\nACGT\n", 1, ["ACGT"]),
    ("header without a name", ">\nACGT\n", 1, ["name"]),
    ("a contig twice", ">demo1\nACGT\n>x\nA\n>demo1\nACGT\n", 5, ["demo1"]),
    ("lines of different length", ">demo1\nACGT\nACGTA\n", 3, ["length"]),
    ("a short line within", ">demo1\nACGT\nAC\nACGT\n", 4, ["length"]),
    ("a letter that is none", ">demo1\nAC!T\n", 2, ["!"]),
    ("gzip instead of bgzip", gzip.compress(b">demo1\nACGT\n", mtime=0), None, ["bgzip"]),
]

# Beside ">demo1\n" + 160 bases + "\n".
INDEX = [
    ("too few columns", "demo1\t160\t7\n", 1, ["samtools faidx"]),
    ("a word for a length", "demo1\tlong\t7\t160\t161\n", 1, ["long", "samtools faidx"]),
    ("a negative offset", "demo1\t160\t-7\t160\t161\n", 1, ["-7"]),
    ("no bases per line", "demo1\t160\t7\t0\t161\n", 1, ["samtools faidx"]),
    ("fewer bytes than bases per line", "demo1\t160\t7\t160\t150\n", 1, ["samtools faidx"]),
    ("a contig twice", "demo1\t160\t7\t160\t161\n" * 2, 2, ["demo1"]),
    ("no name", "\t160\t7\t160\t161\n", 1, ["samtools faidx"]),
]
# Well formed, but of another file: the genome itself is named.
STALE_INDEX = [
    ("another offset", "demo1\t160\t9\t160\t161\n"),
    ("a longer contig", "demo1\t99999\t7\t160\t161\n"),
    ("another line length", "demo1\t160\t7\t60\t61\n"),
]

META = "##fileformat=VCFv4.3\n##contig=<ID=demo1,length=40000>\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
HEADER = META + COLUMNS + "\n"


def variants(reference):
    """`reference`: the base at position 2000 of the demo's contig."""
    other, third = {"A": "CG", "C": "GT", "G": "TA", "T": "AC"}[reference]
    good = f"demo1\t2000\tx\t{reference}\t{third}\t.\t.\t.\n"

    def with_record(record):
        return HEADER + good + record

    return [
        ("missing", None, None, ["No such file"]),
        ("empty", "", None, ["empty"]),
        ("no header", good, None, ["header"]),
        ("no #CHROM line", META + good, None, ["header"]),
        ("a BED file", ROW, None, ["VCF"]),
        ("a FASTA file", ">demo1\nACGT\n", None, ["VCF"]),
        ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", None, ["VCF"]),
        ("UTF-16", (HEADER + good).encode("utf-16"), 1, ["UTF-16", "UTF-8"]),
        ("a blank line", with_record("\n" + good), 5, ["blank"]),
        ("four columns", with_record("demo1\t2000\tx\tA\n"), 5, ["4 column", "8"]),
        ("seven columns", with_record(good[:-3] + "\n"), 5, ["7 column"]),
        ("spaces instead of tabs", with_record(good.replace("\t", " ")), 5, ["1 column", "tabs"]),
        ("POS that is a word", with_record(good.replace("2000", "here")), 5, ["POS", "here"]),
        ("POS followed by a letter", with_record(good.replace("2000", "2000x")), 5, ["POS", "2000x"]),
        ("POS with thousands separators", with_record(good.replace("2000", "2,000")), 5, ["POS", "2,000"]),
        ("POS with a fraction", with_record(good.replace("2000", "2000.0")), 5, ["POS", r"2000\.0"]),
        ("negative POS", with_record(good.replace("2000", "-5")), 5, ["POS", "-5"]),
        ("POS '.'", with_record(good.replace("2000", ".")), 5, ["POS"]),
        ("POS beyond 64 bits", with_record(good.replace("2000", "99999999999999999999")), 5, ["POS"]),
        ("empty CHROM", with_record(good.replace("demo1", "")), 5, ["CHROM", "empty"]),
        ("empty REF", with_record("demo1\t2000\tx\t\tA\t.\t.\t.\n"), 5, ["REF", "empty"]),
        ("empty ALT", with_record("demo1\t2000\tx\tA\t\t.\t.\t.\n"), 5, ["ALT", "empty"]),
        ("empty allele among several", with_record(f"demo1\t2000\tx\t{reference}\tC,,N\t.\t.\t.\n"), 5, ["ALT"]),
        ("QUAL that is a word", with_record(good.replace(".\t.\t.", "good\t.\t.")), 5, ["QUAL", "good"]),
        ("a contig's name with a comma", with_record(good.replace("demo1", "de,mo1")), 5, ["de,mo1"]),
        ("genotypes without a sample in the header", with_record(good[:-1] + "\tGT\t0/1\n"), 5, ["10 columns", "8"]),
        ("a sample's column missing", HEADER[:-1] + "\tFORMAT\tme\tyou\n" + good[:-1] + "\tGT\t0/1\n", 4,
         ["10 columns", "11"]),
        ("truncated gzip", truncated((HEADER + good * 2000)), None, ["truncated"]),
        ("bgzip without its end marker", without_end_marker(HEADER + good), None, ["truncated"]),
        ("REF that the genome does not have", with_record(good.replace(f"\t{reference}\t", f"\t{other}\t")), 5,
         ["demo1:2000", f"'{other}'", f"'{reference}'", "--mismatch skip"]),
        ("REF that reaches over the contig's end", with_record("demo1\t999999\tx\tAC\tA\t.\t.\t.\n"), 5, ["999999", "outside"]),
        ("a plain allele before the contig", with_record("demo1\t0\tx\tA\tC\t.\t.\t.\n"), 5, ["demo1:0", "outside"]),
        ("unknown contig", with_record(good.replace("demo1", "chr7")), 5, ["chr7", "demo1"]),
        ("a contig with and without chr", with_record(good.replace("demo1", "chrdemo1")), 5, ["'chrdemo1'", "both be 'demo1'"]),
    ]


CONFIG = [
    ("missing", None, None, ["No such file"]),
    ("unknown key", "[library]\nmutant = 5\n", 2, ["library.mutant"]),
    ("a key with an underscore", "keep_y = true\n", 1, ["keep_y"]),
    ("a key in capitals", "RATE = 0.1\n", 1, ["RATE"]),
    ("a key of the command line", "config = other.ini\n", 1, ["config"]),
    ("no equals sign", "[library]\n\nrate 0.1\n", 3, ["rate 0.1", "key = value"]),
    ("a colon instead of an equals sign", "rate: 0.1\n", 1, ["rate: 0.1"]),
    ("no key", "= 0.1\n", 1, ["key = value"]),
    ("a heading that does not end", "[library\nrate = 0.1\n", 1, ["heading"]),
    ("a JSON file", '{\n  "rate": 0.1\n}\n', 1, ["key = value"]),
    ("a number that is a word", "rate = fast\n", 1, ["rate", "fast"]),
    ("a number in quotes", 'rate = "0.1"\n', 1, ["rate"]),
    ("a number with a unit", "mutants = 20k\n", 1, ["mutants", "20k"]),
    ("a number that is missing", "rate =\n", 1, ["rate"]),
    ("a fraction where a whole number is wanted", "mutants = 2.5\n", 1, ["mutants", "2.5"]),
    ("a number beyond 64 bits", "seed = 99999999999999999999\n", 1, ["seed"]),
    ("a flag that is neither true nor false", "overwrite = maybe\n", 1, ["overwrite", "maybe"]),
    ("a key twice", "rate = 0.1\nseed = 1\nrate = 0.2\n", 3, ["rate", "more than once"]),
    ("UTF-16", "rate = 0.1\n".encode("utf-16"), 1, ["UTF-16", "UTF-8"]),
    ("a binary file", b"\x7fELF\x02\x01\x01\x00", 1, ["text file"]),
    ("a semicolon's comment", "; mutants\n", 1, ["comment"]),
]
# Well formed; what the value says is wrong, and the option is named.
CONFIG_VALUES = [
    ("negative seed", "seed = -1", "--seed"), ("rate above one", "rate = 1.5", "rate"), ("no mutants", "mutants = 0", "mutants"),
    ("unknown law", "law = normal", "law"), ("window that is none", "window = 3-9", "--window"),
    ("an empty item in a list", "lambdas = 1,,10", "--lambdas"), ("a list of words", "lambdas = a,b", "--lambdas"),
    ("negative threads", "threads = -1", "--threads"), ("unknown backend", "backend = tpu", "--backend"),
    ("unknown precision", "precision = f8", "--precision"), ("a shift twice", "shifts = 1,1", "--shifts"),
    ("unknown reduction", "reduce = median", "median"), ("unknown edge", "edge = cut", "--edge"),
    ("unknown anchor", "anchor = start", "--anchor"),
]
