# SPDX-License-Identifier: MIT
"""Runs `shoal predict` on made networks and reports equal, refused and wrong ones."""

import collections
import concurrent.futures
import json
import re
import subprocess

import numpy as np


def run(shoal, folder, row):
    """("equal" | "refused" | "wrong" | "crashed", text)."""
    command = [
        shoal,
        "predict",
        "--model",
        f"m={folder / row['files'][0]}",
        "--fasta",
        str(folder / "seqs.fa"),
        "--backend",
        "cpu",
        "--threads",
        "1",
    ]
    if len(row["files"]) > 1:
        command += ["--weights", str(folder / row["files"][1])]
    done = subprocess.run(command + row["args"], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        return "crashed", f"status {done.returncode}: {done.stderr.strip()[-300:]}"
    if done.returncode == 3:
        return "refused", done.stderr.strip()
    if row["want"] == "refuse":
        return "wrong", f"was to be refused; prints {done.stdout.splitlines()[1]}"
    lines = [line.split("\t")[1:] for line in done.stdout.splitlines()[1:]]
    found = np.array([[float(field) for field in line] for line in lines])
    worst = []
    for key in ("expected", "reloaded"):
        if key not in row:
            continue
        expected = np.array(row[key])
        if expected.shape != found.shape:
            worst.append(f"shape {found.shape}, not {expected.shape}")
            continue
        error = np.abs(found - expected).max() / np.abs(expected).max()
        if error <= row["tolerance"]:
            return "equal", ""
        worst.append(f"error {error:.2g} of the largest; row 0 is {found[0].round(5)}, not {expected[0].round(5)}")
    return "wrong", "; ".join(worst)


def kind_of(message, folder, row):
    """The message without what belongs to this network alone: files, layers, numbers, lists."""
    text = message.replace(str(folder) + "/", "").splitlines()[-1]
    for file in row["files"]:
        text = text.replace(file, "FILE")
    text = re.sub(r"^.*?error: ", "", text)
    text = re.sub(r" layer '[^']*' of", " layer '…' of", " " + text).strip()
    text = re.sub(r"(; known are|; OP is one of|: it joins \d+ layers).*", "", text)
    text = re.sub(r"--(lambda|layer) \S+?=", r"--\1 NAME=", text)
    return re.sub(r"(?<![A-Za-z])\d+(\.\d+)?(e-?\d+)?", "#", text)


def names_its_layer(message):
    return "layer '" in message


def check(shoal, folder, only, verbose):
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    rows = [row for row in rows if only in row["name"]]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda row: run(shoal, folder, row), rows))
    counts = collections.Counter(kind for kind, _ in results)
    refusals = collections.defaultdict(list)
    for row, (kind, text) in zip(rows, results):
        label = f"{row['name']} ({', '.join(row['files'])})"
        if kind in ("wrong", "crashed"):
            print(f"{kind.upper()}\t{folder}/\t{label}\t{text}\t{row['note']}")
        elif kind == "refused":
            refusals[kind_of(text, folder, row)].append((row, text))
        elif "DEGENERATE" in row["note"]:
            print(f"DEGENERATE\t{label}")
    for kind, group in sorted(refusals.items(), key=lambda item: -len(item[1])):
        wanted = sum(row["want"] == "refuse" for row, _ in group)
        flag = "" if names_its_layer(group[0][1]) else "NO LAYER NAMED "
        names = sorted({row["name"] for row, _ in group})
        shown = ", ".join(names if verbose else names[:4]) + ("" if verbose or len(names) < 5 else ", …")
        print(f"REFUSED\t{len(group)} ({wanted} to be)\t{flag}{kind}\t{shown}")
    line = {
        "equal": counts["equal"],
        "refused": counts["refused"],
        "of these to be": sum(row["want"] == "refuse" and kind == "refused" for row, (kind, _) in zip(rows, results)),
        "wrong": counts["wrong"],
        "crashed": counts["crashed"],
    }
    print(f"SUM\t{folder.name}\t{len(rows)} networks\t" + "\t".join(f"{key} {value}" for key, value in line.items()))
    return counts["wrong"] + counts["crashed"]
