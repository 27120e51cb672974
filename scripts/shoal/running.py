# SPDX-License-Identifier: MIT
"""Starts the program from Python."""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import threading

from .errors import ShoalError

Finished = collections.namedtuple("Finished", "status text log")
_PROGRESS = re.compile(r"(\d+) of (\d+) loci")
_LAST_LINES = 3


def find_program():
    """The path of `shoal`: SHOAL_PROGRAM, beside this package where both were installed, in the build tree, or on the path.
    Errors: ShoalError."""
    here = pathlib.Path(__file__).resolve()
    candidates = [os.environ.get("SHOAL_PROGRAM"), here.parent / "bin" / "shoal", *(
        place for folder in here.parents[2:5] for place in (folder / "bin" / "shoal", folder / "build" / "cpu" / "bin" / "shoal"))]
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK) and not os.path.isdir(candidate):
            return str(candidate)
    found = shutil.which("shoal")
    if found is None:
        raise ShoalError("the program shoal was not found: set SHOAL_PROGRAM to its path", 2)
    return found


def words_of(options):
    """Command-line words: model="a.h5" is --model a.h5; a list repeats the option, a dictionary gives NAME=VALUE each, True gives
    the option alone, None and False nothing; a _ in a name is a -."""
    words = []
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(option)
        elif isinstance(value, dict):
            words += [word for key, item in value.items() for word in (option, f"{key}={item}")]
        elif isinstance(value, (list, tuple)):
            words += [word for item in value for word in (option, str(item))]
        else:
            words += [option, str(value)]
    return words


class _Bar:
    """A progress bar of loci, if tqdm is installed and the run says how far it is."""

    def __init__(self, wanted):
        self.bar, self.tqdm = None, None
        if wanted:
            try:
                from tqdm.auto import tqdm
                self.tqdm = tqdm
            except ImportError:
                pass

    def see(self, line):
        match = _PROGRESS.search(line)
        if match is None or self.tqdm is None:
            return
        if self.bar is None:
            self.bar = self.tqdm(total=int(match[2]), unit="locus")
        self.bar.update(int(match[1]) - self.bar.n)

    def close(self):
        if self.bar is not None:
            self.bar.close()


def run(command, *words, ranks=None, program=None, progress=True, mpirun="mpirun", **options):
    """Runs `shoal COMMAND` and waits: run("scan", model={"demo": "network.h5"}, fasta="x.fa", methods="saliency", output="s.h5").

    command: also of two words, "motifs discover". words: further words as they are, such as files. ranks: how many MPI processes.
    progress: a bar where tqdm is installed. Returns the exit status (0), standard output and the log. Errors: ShoalError with the
    program's own last lines and exit status. Ctrl-C lets the program finish its loci and write them.
    """
    launch = [mpirun, "-n", str(ranks)] if ranks else []
    whole = [*launch, program or find_program(), *command.split(), *map(str, words), *words_of(options)]
    try:
        process = subprocess.Popen(whole, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace")
    except OSError as error:
        raise ShoalError(f"{whole[0]} cannot be started: {error.strerror}", 2) from None
    return _watched(process, command, _Bar(progress))


def _watched(process, command, bar):
    log, text = [], []
    reader = threading.Thread(target=lambda: text.append(process.stdout.read()))
    reader.start()
    try:
        for line in process.stderr:
            log.append(line.rstrip("\n"))
            bar.see(line)
        status = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        status = process.wait()
    finally:
        reader.join()
        bar.close()
    if status != 0:
        last = "\n".join(log[-_LAST_LINES:]) or f"it ended with status {status}"
        raise ShoalError(f"shoal {command}: {last}", status)
    return Finished(status, "".join(text), "\n".join(log))
