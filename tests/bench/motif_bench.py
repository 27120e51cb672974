#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Motifs on a planted truth, beside tf-modisco-lite and memelite.

usage: motif_bench.py make FOLDER [--noise SD] [--seed S] [--loci N]   one_hot.npz, contributions.npz, truth.tsv
       motif_bench.py score FOLDER MOTIFS.h5                            motifs found, spare patterns, purity
       motif_bench.py fdr SHOAL [--noise SD]                            false share of seqlets over 20 planted sets
       motif_bench.py tomtom SHOAL DATABASE.meme                        processor seconds, all against all (needs memelite)
       motif_bench.py agreement MATCHES.tsv DATABASE.meme     Pearson of log p with memelite (needs memelite)

make: N (1,500) loci of 200 random bases. Eight motifs, on both strands, 3 to 5 sites per locus, which may touch; 8 % of
their letters are mutated; each site has a strength of U(.3, 1); contributions have normal noise, and every tenth locus a
spike of 3 bases. fdr: 20 sets of 200 such loci, called with controls that have noise and spikes but no sites. Needs numpy and, for score, h5py."""
import argparse
import collections
import pathlib
import resource
import subprocess
import tempfile
import time

import numpy as np

MOTIFS = ["TGACTCATCA", "CCGGAAGTGA", "GATTGCGCAATC", "CCACGTGACC", "GCCATCTTGGC", "GGGGCGGGGC", "CTATTTTTAGCC", "TTCCAGGAAGTT"]


def make(folder, noise, seed, loci, has_sites=True):
    rng = np.random.default_rng(seed)
    length = 200
    codes = rng.integers(0, 4, size=(loci, length))
    hypothetical = rng.normal(0, noise, size=(loci, 4, length))
    truth = []
    for locus in range(loci):
        chosen = [(int(m), bool(rng.integers(2))) for m in rng.integers(0, len(MOTIFS), size=rng.integers(3, 6))] if has_sites else []
        free = length - sum(len(MOTIFS[m]) for m, _ in chosen)
        gaps = np.diff(np.concatenate([[0], np.sort(rng.integers(0, free + 1, size=len(chosen))), [free]]))
        position = 0
        for (motif, reversed_), gap in zip(chosen, gaps):
            position += int(gap)
            letters = np.array(["ACGT".index(c) for c in MOTIFS[motif]])
            wanted = 3 - letters[::-1] if reversed_ else letters
            strength = rng.uniform(0.3, 1)
            here = wanted.copy()
            mutated = rng.random(len(here)) < 0.08
            here[mutated] = rng.integers(0, 4, size=mutated.sum())
            end = position + len(here)
            codes[locus, position:end] = here
            for i, base in enumerate(wanted):
                hypothetical[locus, :, position + i] -= strength / 4
                hypothetical[locus, base, position + i] += strength
            truth.append((locus, position, end, motif, "-" if reversed_ else "+", strength))
            position = end
        if locus % 10 == 0:
            at = int(rng.integers(0, length - 3))
            for i in range(at, at + 3):
                hypothetical[locus, codes[locus, i], i] += 1
    one_hot = (np.arange(4)[None, :, None] == codes[:, None, :]).astype(np.int8)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "one_hot.npz", one_hot)
    np.savez(folder / "contributions.npz", hypothetical.astype(np.float32))
    with open(folder / "truth.tsv", "w", encoding="utf-8") as file:
        file.write("locus\tstart\tend\tmotif\tstrand\tstrength\n")
        for row in truth:
            file.write("\t".join(map(str, row[:5])) + f"\t{row[5]:.4f}\n")


def score(folder, motifs):
    import h5py
    sites = collections.defaultdict(list)
    with open(folder / "truth.tsv", encoding="utf-8") as file:
        next(file)
        for line in file:
            locus, start, end, motif = line.split("\t")[:4]
            sites[int(locus)].append((int(start), int(end), int(motif)))
    total = sum(map(len, sites.values()))
    found, purities, seqlets, covered = collections.Counter(), [], 0, set()
    with h5py.File(motifs) as file:
        for group in ("pos_patterns", "neg_patterns"):
            for name in sorted(file.get(group, {}), key=lambda n: int(n.split("_")[1])):
                rows = file[group][name]["seqlets"]
                # The pattern's core: the ten positions that contribute most.
                size = np.abs(file[group][name]["contrib_scores"][:]).sum(1)
                core = np.argmax(np.convolve(size, np.ones(10), "valid")) + np.arange(10)
                votes = collections.Counter()
                for locus, start, end, turned in zip(*(rows[k][:] for k in ("example_idx", "start", "end", "is_revcomp"))):
                    middle = core.mean() + 0.5
                    at = end - middle if turned else start + middle
                    near = min(sites[locus], key=lambda s: abs((s[0] + s[1]) / 2 - at))
                    hit = abs((near[0] + near[1]) / 2 - at) <= 4
                    votes[near[2] if hit else -1] += 1
                    if hit:
                        covered.add((locus, near[0]))
                motif, count = votes.most_common(1)[0]
                found[motif] += 1
                purities.append(count / sum(votes.values()))
                seqlets += sum(votes.values())
                print(f"{group}/{name}: motif {motif}, {sum(votes.values())} seqlets, purity {purities[-1]:.3f}")
    motifs_found = sum(1 for m in found if m >= 0)
    print(f"{motifs_found} of {len(MOTIFS)} motifs, {sum(found.values()) - motifs_found} spare patterns, "
          f"least purity {min(purities):.3f}, {seqlets} seqlets on {len(covered)} of {total} sites")


def fdr(shoal, noise, target=0.1, sets=20):
    shares = []
    for seed in range(sets):
        with tempfile.TemporaryDirectory() as work:
            folder, control = pathlib.Path(work) / "maps", pathlib.Path(work) / "control"
            make(folder, noise, 1000 + seed, 200)
            make(control, noise, 2000 + seed, 200, has_sites=False)
            subprocess.run([shoal, "motifs", "seqlets", "--one-hot", folder / "one_hot.npz", "--contributions", folder / "contributions.npz",
                            "--control-one-hot", control / "one_hot.npz", "--control-contributions", control / "contributions.npz",
                            "--target-fdr", str(target), "--threads", "1", "--output", f"{work}/seqlets.tsv"],
                           check=True, stderr=subprocess.DEVNULL)
            sites = collections.defaultdict(list)
            with open(folder / "truth.tsv", encoding="utf-8") as file:
                for line in list(file)[1:]:
                    locus, start, end = map(int, line.split("\t")[:3])
                    sites[locus].append((start, end))
            calls = false = 0
            with open(f"{work}/seqlets.tsv", encoding="utf-8") as file:
                for line in list(file)[1:]:
                    words = line.split("\t")
                    locus, first, last = int(words[0]), int(words[6]), int(words[7])
                    calls += 1
                    false += not any(first < end and last > start for start, end in sites[locus])
            shares.append(false / max(calls, 1))
            print(f"set {seed}: {calls} seqlets, false share {shares[-1]:.4f}")
    error = np.std(shares, ddof=1) / np.sqrt(sets)
    print(f"target {target}: mean false share {np.mean(shares):.4f}, standard error {error:.4f}; "
          f"{'kept' if np.mean(shares) <= target + 2 * error else 'NOT kept'}")


def read_meme(path):
    names, motifs = [], []
    for line in open(path, encoding="utf-8"):
        words = line.split()
        if line.startswith("MOTIF"):
            names.append(words[1])
            motifs.append([])
        elif motifs and len(words) == 4 and line.strip()[0] in "0123456789.":
            motifs[-1].append([float(w) for w in words])
    return names, [np.array(m).T.copy() for m in motifs]


def tomtom(shoal, database):
    from memelite import tomtom as memelite
    _, motifs = read_meme(database)
    memelite(motifs[:40], motifs, n_jobs=1)
    begin, wall = time.process_time(), time.time()
    memelite(motifs, motifs, n_jobs=1)
    print(f"memelite: {time.process_time() - begin:.2f} s of the processor ({time.time() - wall:.1f} on the clock)")
    with tempfile.TemporaryDirectory() as work:
        for bins in ("0", "100"):
            before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
            subprocess.run([shoal, "motifs", "match", "--query", database, "--database", database, "--threads", "1",
                            "--target-bins", bins, "--output", f"{work}/{bins}.tsv"], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            print(f"shoal --target-bins {bins}: {after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.2f} s "
                  f"of the processor ({time.time() - wall:.1f} on the clock)")


def agreement(matches, database):
    from memelite import tomtom as memelite
    names, motifs = read_meme(database)
    place = {name: i for i, name in enumerate(names)}
    theirs = memelite(motifs, motifs, n_jobs=1)[0]
    ours = np.full(theirs.shape, np.nan)
    with open(matches, encoding="utf-8") as file:
        next(file)
        for line in file:
            words = line.split("\t")
            ours[place[words[0]], place[words[2]]] = float(words[4])
    both = np.isfinite(ours) & (ours > 0) & (theirs > 0)
    print(f"{both.sum()} pairs, Pearson of log p {np.corrcoef(np.log(ours[both]), np.log(theirs[both]))[0, 1]:.6f}")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("what", choices=["make", "score", "fdr", "tomtom", "agreement"])
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--noise", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--loci", type=int, default=1500)
    arguments = parser.parse_args()
    if arguments.what == "make":
        make(pathlib.Path(arguments.paths[0]), arguments.noise, arguments.seed, arguments.loci)
    elif arguments.what == "score":
        score(pathlib.Path(arguments.paths[0]), arguments.paths[1])
    elif arguments.what == "fdr":
        fdr(arguments.paths[0], arguments.noise)
    elif arguments.what == "tomtom":
        tomtom(*arguments.paths)
    else:
        agreement(*arguments.paths)


if __name__ == "__main__":
    main()
