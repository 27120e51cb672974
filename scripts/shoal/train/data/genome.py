# SPDX-License-Identifier: MIT
"""A genome in memory, and sequences of its windows."""
import numpy as np

from ..errors import Refused
from . import one_hot
from .text_files import read_fasta


class Genome:
    """Contigs of a FASTA file (plain or gzip) as codes, one byte per base."""

    def __init__(self, path):
        self.path = path
        self.contigs = {name: one_hot.codes_of(text) for name, text in read_fasta(path).items()}

    def length(self, contig):
        if contig not in self.contigs:
            raise Refused(f"{self.path} has no contig '{contig}'")
        return len(self.contigs[contig])

    def window(self, contig, start, end, strand="+"):
        """One-hot [end − start, 4]; N beyond the ends of the contig; the reverse complement on strand '-'."""
        total = self.length(contig)
        codes = np.full(end - start, 4, np.uint8)
        first, last = max(start, 0), min(end, total)
        if first < last:
            codes[first - start:last - start] = self.contigs[contig][first:last]
        x = one_hot.from_codes(codes)
        return x[::-1, ::-1] if strand == "-" else x
