# SPDX-License-Identifier: MIT
"""Small questions to packages of others, asked by peer_tools in the Python that has the package; answers are JSON.

    peer_readers.py bigwig TRACK            every value, with pyBigWig
    peer_readers.py squid FOLDER            a ridge surrogate by SQUID's own code on a library of `export --format squid`
    peer_readers.py patterns RESULTS        consensus sequences of tf-modisco-lite's positive patterns
"""
import json
import pathlib
import sys


def bigwig(path):
    import pyBigWig
    with pyBigWig.open(path) as track:
        values = {contig: [list(run) for run in track.intervals(contig) or []] for contig in track.chroms()}
        return {"bases": track.header()["nBasesCovered"], "intervals": values}


def squid(folder):
    import numpy as np
    import pandas
    from squid import surrogate_zoo, utils
    folder = pathlib.Path(folder)
    x, y = np.load(folder / "x_mut.npy"), np.load(folder / "y_mut.npy")
    surrogate = surrogate_zoo.SurrogateRidgeCV(x.shape, num_tasks=y.shape[1], deduplicate=False)
    _, made = surrogate.train(x, y[:, 0], verbose=0)
    ours = pandas.read_csv(folder / "mave_df.csv")
    map_of_bases = utils.fix_gauge(surrogate.get_params()[1], gauge="hierarchical")
    return {"map": map_of_bases.T.tolist(), "same_sequences": bool((made["x"].to_numpy() == ours["x"].to_numpy()).all()),
            "sets": ours["set"].value_counts().to_dict(), "wild_type": utils.oh2seq(x[0], ["A", "C", "G", "T"])}


def patterns(path):
    import h5py
    with h5py.File(path, "r") as file:
        group = file.get("pos_patterns", {})
        # A letter where most seqlets agree; chance letters would spell a planted core now and then.
        return {name: {"consensus": "".join("ACGT"[row.argmax()] if row.max() > 0.6 else "n" for row in group[name]["sequence"][:]),
                       "seqlets": len(group[name]["seqlets/start"])} for name in group}


if __name__ == "__main__":
    json.dump({"bigwig": bigwig, "squid": squid, "patterns": patterns}[sys.argv[1]](sys.argv[2]), sys.stdout)
