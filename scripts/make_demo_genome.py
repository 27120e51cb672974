#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the demo genome: two contigs, loci to explain, and where the motifs were planted.

    /usr/bin/python3 scripts/make_demo_genome.py tests/data/demo

genome.fa   150 kb and 50 kb of random sequence with two runs of N
loci.bed    72 loci (BED6) on both strands; one touches an N run, one hangs over a contig's start
motifs.bed  every planted motif copy (BED6, name = motif), for the marks under the demo's logos
"""
import argparse
import pathlib

import numpy as np

import demo_motifs

SEED = 20240611
CONTIGS = {"demo1": 150_000, "demo2": 50_000}
UNKNOWN = {"demo1": [(70_000, 70_600)], "demo2": [(0, 40), (30_000, 30_120)]}
KINDS = (("AP-1", "GATA"), ("AP-1",), ("GATA",), ())  # which motifs a locus gets, in turn
WIDTH = 160


def plant(contig, centre, motifs, random):
    """Puts one copy of each motif within 55 bases of `centre`, none on another. BED fields of the copies."""
    places = []
    for motif in motifs:
        width = len(demo_motifs.MOTIFS[motif])
        while True:
            start = centre + random.integers(-55, 55 - width)
            if all(start + width + 4 <= other or start >= other_end + 4 for other, other_end, *_ in places):
                break
        strand = "+-"[random.integers(2)]
        site = demo_motifs.draw(motif, random)
        contig[start:start + width] = site if strand == "+" else demo_motifs.reverse_complement(site)
        places.append((start, start + width, motif, strand))
    return sorted(places)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    random = np.random.default_rng(SEED)
    contigs = {name: random.choice(4, size=length, p=[0.29, 0.21, 0.21, 0.29]).astype(np.int8)
               for name, length in CONTIGS.items()}

    centres = [("demo1", 1_200 + 2_600 * i) for i in range(54)] + [("demo2", 1_500 + 2_900 * i) for i in range(16)]
    centres += [("demo1", 70_640), ("demo2", 62)]  # beside the N run; over the contig's start
    loci, planted = [], []
    for i, (contig, centre) in enumerate(centres):
        motifs = KINDS[i % len(KINDS)] if i < 70 else KINDS[0]
        strand = "+-"[random.integers(2)]
        half = int(random.integers(40, 130))  # intervals differ in width: --length takes the window from the midpoint
        name = f"locus_{i + 1:02d}_{'_'.join(motifs).replace('-', '') or 'none'}"
        loci.append((contig, max(centre - half, 0), centre + half if centre > half else 2 * centre, name, 0, strand))
        planted += [(contig, start, end, motif, 0, site_strand)
                    for start, end, motif, site_strand in plant(contigs[contig], centre, motifs, random)]

    with open(folder / "genome.fa", "w") as fasta:
        for name, codes in contigs.items():
            for start, end in UNKNOWN[name]:
                codes[start:end] = 4
            letters = "".join(np.array(list("ACGTN"))[codes])
            fasta.write(f">{name}\n" + "".join(letters[i:i + 80] + "\n" for i in range(0, len(letters), 80)))
    known = [site for site in planted if (contigs[site[0]][site[1]:site[2]] < 4).all()]
    for file, rows in (("loci.bed", loci), ("motifs.bed", known)):
        (folder / file).write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))


if __name__ == "__main__":
    main()
