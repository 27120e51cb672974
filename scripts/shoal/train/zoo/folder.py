# SPDX-License-Identifier: MIT
"""The folder of a zoo: which runs are finished, which a process works on, and the table of networks."""
import contextlib
import fcntl
import json
import pathlib

from ..data.text_files import lines_of
from ..errors import OUTPUT, Refused
from ..fitting.saving import write_whole
from ..settings import text_of

ATTRIBUTES = ("architecture", "activation", "augmentation", "regulariser", "training-rows", "widen", "dropout", "l2", "learning-rate", "seed")


class ZooFolder:
    """OUTPUT/runs/NAME/ has the files of a run (fitting/one_run.py); OUTPUT/networks.tsv the table of the finished ones."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        try:
            (self.path / "runs").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"cannot make {self.path}: {error.strerror}", OUTPUT) from None

    def of(self, run):
        return self.path / "runs" / run.name

    def metrics(self, run):
        """The metrics of a finished run, or None."""
        path = self.of(run) / "metrics.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def is_finished(self, run):
        return (self.of(run) / "metrics.json").exists()

    @contextlib.contextmanager
    def claim(self, run):
        """Holds a run while the block runs: yields the number of the lock's open file, or None where another process has it.
        A process that inherits the file holds the run too, and one that dies lets go by itself."""
        folder = self.of(run)
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "lock", "w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
            yield lock.fileno()

    def failure(self, run):
        """The last line that a failed run left, or None."""
        path = self.of(run) / "failed.txt"
        return path.read_text(encoding="utf-8").strip() if path.exists() else None

    def write_table(self, runs):
        """Writes networks.tsv: what `shoal compare --networks` reads. A number that a network does not have is NA.

        One process at a time looks and writes, so that the last table has every run that was finished by then."""
        with open(self.path / "networks.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self._write_table(runs)

    def _write_table(self, runs):
        rows = [(run, self.metrics(run)) for run in runs if self.is_finished(run)]
        if not rows:
            return None
        numbers = list(rows[0][1])
        lines = ["\t".join(["network", *ATTRIBUTES, *numbers, "file"])]
        for run, metrics in rows:
            cells = [run.name, *(text_of(run.settings[name]) for name in ATTRIBUTES)]
            cells += ["NA" if metrics.get(name) is None else f"{metrics[name]:g}" for name in numbers]
            lines.append("\t".join([*cells, str(self.of(run) / "network.keras")]))
        write_whole(self.path / "networks.tsv", "\n".join(lines) + "\n")
        return self.path / "networks.tsv"


def read_networks(path):
    """[{column: text}] of a networks.tsv. Errors: Refused."""
    lines = [line.split("\t") for line in lines_of(path) if line and not line.startswith("#")]
    if len(lines) < 2 or lines[0][0] != "network":
        raise Refused(f"{path} is no table of networks")
    return [dict(zip(lines[0], cells)) for cells in lines[1:]]
