# SPDX-License-Identifier: MIT
"""Trains the runs of a zoo: as many processes as wanted, here, under mpirun or in a SLURM array. They share the runs out
among themselves by locks in the zoo's folder, so that no process waits for another, and none is needed."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

from ..errors import FAILED_RUNS, STOPPED, Refused
from ..fitting.one_run import check_settings
from .progress import Progress

RANKS = (("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"), ("SLURM_PROCID", "SLURM_NTASKS"))


def place_among_workers(environment=os.environ):
    """(number of this worker, how many there are) from mpirun's or srun's environment and SLURM's array; (0, 1) without.

    They only say where a worker begins to look for work: it is right, if less well shared out, with wrong numbers.
    """
    rank, size = 0, 1
    for own, all_of_them in RANKS:
        if own in environment and all_of_them in environment:
            rank, size = int(environment[own]), int(environment[all_of_them])
            break
    if "SLURM_ARRAY_TASK_ID" in environment:
        count = int(environment.get("SLURM_ARRAY_TASK_COUNT", 1))
        task = int(environment["SLURM_ARRAY_TASK_ID"]) - int(environment.get("SLURM_ARRAY_TASK_MIN", 0))
        rank, size = task * size + rank, count * size
    return rank, size


class Workers:
    """`count` threads of this process, each of which trains one run at a time in a process of its own."""

    def __init__(self, folder, runs, count, launcher, place=(0, 1)):
        self.folder, self.runs, self.count, self.launcher = folder, runs, count, launcher
        first = len(runs) * place[0] // max(place[1], 1)
        self.order = runs[first:] + runs[:first]
        self.progress = Progress(len(runs), self._finished())
        self.lock, self.running, self.tried, self.failed, self.stopping = threading.Lock(), {}, set(), {}, False

    def _finished(self):
        return sum(map(self.folder.is_finished, self.runs))

    def stop(self, *_):
        """Asks every run to end after its epoch; also a handler of signals."""
        self.stopping = True
        for process in list(self.running.values()):
            process.send_signal(signal.SIGUSR1)

    def train(self):
        """Trains until every run is finished, has failed or is another process's. Returns an exit status."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            signal.signal(number, self.stop)
        threads = [threading.Thread(target=self._work) for _ in range(self.count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():  # join with a time limit: handlers of signals run in this thread
                thread.join(0.2)
        self.progress.close()
        if self.failed:
            return FAILED_RUNS
        return STOPPED if self.stopping else 0

    def _next(self):
        with self.lock:
            for run in self.order:
                if run.name not in self.tried and not self.folder.is_finished(run):
                    self.tried.add(run.name)
                    return run
        return None

    def _work(self):
        while not self.stopping:
            run = self._next()
            if run is None:
                return
            with self.folder.claim(run) as lock:
                # Another process may have finished it since it was chosen.
                if lock is not None and not self.folder.is_finished(run):
                    self._train(run, lock)

    def _train(self, run, lock):
        begin = time.monotonic()
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
            process = subprocess.Popen([*self.launcher, json.dumps({"name": run.name, "settings": run.settings,
                                                                    "folder": str(self.folder.of(run))})],
                                       stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True, pass_fds=(lock,))
            self.running[run.name] = process
            if self.stopping:
                process.send_signal(signal.SIGUSR1)
            status = process.wait()
            del self.running[run.name]
            errors.seek(0)
            last = next((line for line in reversed(errors.read().splitlines()) if line.strip()), "")
        self._note(run, status, last, time.monotonic() - begin)

    def _note(self, run, status, last, seconds):
        text = f"{run.name} finished in {seconds:.0f} s"
        path = self.folder.of(run) / "failed.txt"
        if status == 0:
            path.unlink(missing_ok=True)
        elif status == STOPPED or (status in (-signal.SIGUSR1, -signal.SIGTERM) and self.stopping):
            self.stopping, text = True, f"{run.name} stopped, resumable"
        else:
            reason = last or f"ended with status {status}"
            path.write_text(reason + "\n", encoding="utf-8")
            self.failed[run.name] = reason
            text = f"{run.name} failed: {reason}"
        with self.lock:
            self.progress.update(self._finished(), text)


def train_zoo(folder, runs, count, launcher, place=(0, 1)):
    """Trains what is not finished and writes the table. Returns an exit status.

    Errors: Refused, before anything is trained, where a run of the folder was begun with other settings.
    """
    if not runs:
        raise Refused("there is nothing to train")
    for run in runs:
        check_settings(folder.of(run), run.settings)
    workers = Workers(folder, runs, count, launcher, place)
    try:
        return workers.train()
    finally:
        folder.write_table(runs)


def this_launcher():
    """The words that start this program again, to train one run."""
    return [sys.executable, os.path.abspath(sys.argv[0]), "one"]
