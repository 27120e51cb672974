# SPDX-License-Identifier: MIT
"""What the integration tests share: running `shoal` alone or under mpirun with a time limit, and the demo's inputs."""
import argparse
import filecmp
import os
import pathlib
import shutil
import signal
import subprocess

import h5py

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DEMO = ROOT / "tests" / "data" / "demo"
# More ranks than cores, as root, as on a test machine. Ranks that wait give their core away.
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                   OMPI_MCA_mpi_yield_when_idle="1")


class TestFailure(Exception):
    """An expectation that did not hold."""


def expect(condition, text):
    if not condition:
        raise TestFailure(text)


class Shoal:
    """The program under test and the folder that it works in."""

    def __init__(self, program, folder):
        self.program = str(pathlib.Path(program).resolve())
        self.folder = pathlib.Path(folder).resolve()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def command(self, words, ranks, before=()):
        """The words to run: without mpirun for 0 ranks; `before` are more options of mpirun."""
        launch = ["mpirun", "--oversubscribe", "--bind-to", "none", *before, "-n", str(ranks)] if ranks else []
        return [*launch, self.program, *map(str, words)]

    def start(self, words, ranks=0, before=(), **options):
        """A running process, leader of a process group of its own."""
        settings = {"cwd": self.folder, "env": ENVIRONMENT, "start_new_session": True, "stdout": subprocess.PIPE,
                    "stderr": subprocess.PIPE, "text": True, "errors": "replace", **options}
        return subprocess.Popen(self.command(words, ranks, before), **settings)

    def run(self, words, ranks=0, timeout=120, **options):
        """The finished process; a hang is a failure."""
        process = self.start(words, ranks, **options)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise TestFailure(f"no end within {timeout} s: {' '.join(self.command(words, ranks))}\n{out}{err}") from None
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def succeed(self, words, ranks=0, **options):
        """Like `run`, but any status but 0 is a failure."""
        result = self.run(words, ranks, **options)
        expect(result.returncode == 0, f"status {result.returncode}: {' '.join(result.args)}\n{result.stdout}{result.stderr}")
        return result


def scan_words(output, **changes):
    """The words of a quick demo scan; `changes` sets options by name, None takes one away, True gives a bare flag."""
    options = {"model": f"demo={DEMO / 'network.h5'}", "genome": DEMO / "genome.fa", "loci": DEMO / "loci.bed",
               "length": 160, "methods": "additive-ridge,ism", "mutants": 400, "seed": 3, "threads": 1,
               "backend": "cpu", "output": output}
    options.update({name.replace("_", "-"): value for name, value in changes.items()})
    words = ["scan"]
    for name, value in options.items():
        if value is True:
            words.append(f"--{name}")
        elif value is not None:
            words += [f"--{name}", str(value)]
    return words


def done_rows(store):
    """Rows that are done; 0 in a store that is not there or that a scan has not finished making."""
    try:
        with h5py.File(store, "r") as file:
            return int((file["loci/status"][:] == 1).sum())
    except (OSError, KeyError):
        return 0


def same_file(one, other):
    return filecmp.cmp(one, other, shallow=False)


def arguments(description, add_to=lambda parser: None):
    """PROGRAM and FOLDER, and what `add_to` adds."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the shoal program")
    parser.add_argument("folder", help="folder to work in; emptied first")
    add_to(parser)
    return parser.parse_args()


def main(test):
    """Runs `test` and exits with 1, the reason on the last lines, when an expectation does not hold."""
    try:
        test()
    except TestFailure as failure:
        raise SystemExit(f"FAILED: {failure}") from None
    print("passed")
