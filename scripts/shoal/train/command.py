# SPDX-License-Identifier: MIT
"""The command `shoal-train`: its words, and what each does."""
import argparse
import json
import pathlib
import signal
import sys

from . import preparation
from .errors import USAGE, Refused
from .settings import BY_NAME, OPTIONS, defaults, parse_values, read_ini, written

DESCRIPTION = """Trains networks that are worth interpreting.

  zoo        train every combination of an INI file's settings; finished runs are skipped, interrupted ones go on
  data       make the HDF5 file of a data set: a table, a FASTA, or loci of a genome
  synthetic  make the data of synthetic task 1 or 3, with the truth that `shoal compare --truth` reads
  distill    train one network on the mean and the variance of an ensemble's predictions
  networks   print options of `shoal scan` for the networks of a zoo: --model NAME=FILE …

shoal-train COMMAND --help lists the options of each; docs/training.md explains them.
Exit status: 0 done, 2 usage or configuration, 3 input, 4 some runs failed, 5 output, 75 stopped early and resumable."""


class Parser(argparse.ArgumentParser):
    """One line for a wrong word."""

    def error(self, message):
        raise Refused(f"{message} ({self.prog} --help)", USAGE)


def add_settings(parser):
    """Every option of training as a word; several values of a list in one word, separated by blanks."""
    parser.add_argument("--config", metavar="FILE", help="options from an INI file; the command line wins")
    parser.add_argument("--print-config", action="store_true", help="print the resolved options as such a file, and stop")
    for section in dict.fromkeys(option.section for option in OPTIONS):
        group = parser.add_argument_group(section)
        for option in OPTIONS:
            if option.section != section:
                continue
            flag = {"nargs": "?", "const": "true"} if option.kind == "flag" else {}
            default = "" if option.default in ("", False) else f" (={option.default})"
            group.add_argument(f"--{option.name}", metavar="VALUES" if option.lists else "VALUE",
                               help=f"{option.help}{default}".replace("%", "%%"), **flag)


def settings_of(given):
    """{option: values} from defaults, file and words."""
    values = defaults()
    if given.config:
        values.update(read_ini(given.config))
    for name in BY_NAME:
        text = getattr(given, name.replace("-", "_"))
        if text is not None:
            values[name] = parse_values(name, text, f"--{name}")
    return values


def zoo(given):
    from .fitting.backend import check_packages
    from .zoo.folder import ZooFolder
    from .zoo.runs import table_of_runs
    from .zoo.workers import place_among_workers, this_launcher, train_zoo
    values = settings_of(given)
    if given.print_config:
        print(written(values), end="")
        return 0
    runs = table_of_runs(values)
    if given.list:
        for run in runs:
            print(run.name)
        return 0
    if not values["data"][0]:
        raise Refused("data = FILE is needed: what shall be trained on", USAGE)
    if not pathlib.Path(values["data"][0]).is_file():
        raise Refused(f"there is no file {values['data'][0]}")
    check_packages(values["backend"][0])
    folder = ZooFolder(values["output"][0])
    status = train_zoo(folder, runs, values["workers"][0], this_launcher(), place_among_workers())
    finished = sum(map(folder.is_finished, runs))
    print(f"{finished} of {len(runs)} networks are trained; {folder.path / 'networks.tsv'}")
    return status


def one(given):
    """What a worker starts: one run, as JSON."""
    from .fitting.one_run import train_run
    stopping = []
    for number in (signal.SIGUSR1, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.append(True))
    run = json.loads(given.run)
    train_run(run["name"], run["settings"], run["folder"], lambda: bool(stopping))
    return 0


def distill(given):
    from .fitting.distillation import distill_ensemble
    from .zoo.runs import table_of_runs
    values = settings_of(given)
    if given.print_config:
        print(written(values), end="")
        return 0
    runs = table_of_runs(values)
    if len(runs) != 1:
        raise Refused(f"distillation trains one network; the settings name {len(runs)}", USAGE)
    metrics = distill_ensemble(given.ensemble, runs[0].settings)
    print(f"{pathlib.Path(runs[0].settings['output']) / 'network.keras'}: "
          + ", ".join(f"{name} {value}" for name, value in metrics.items()))
    return 0


def networks(given):
    from .zoo.folder import read_networks
    print(" ".join(f"--model {row['network']}={row['file']}" for row in read_networks(given.table)))
    return 0


def parser():
    top = Parser(prog="shoal-train", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    helps = {"zoo": "train every combination of an INI file's settings", "distill": "train one network on an ensemble's predictions"}
    for name, run in (("zoo", zoo), ("distill", distill)):
        command = commands.add_parser(name, help=helps[name])
        command.set_defaults(start=run)
        add_settings(command)
        if name == "zoo":
            command.add_argument("--list", action="store_true", help="print the names of the runs, and stop")
        else:
            command.add_argument("--ensemble", metavar="FILE", action="append", required=True,
                                 help="a trained network (.keras); repeatable, two or more")
    preparation.add_commands(commands)
    command = commands.add_parser("networks", help="options of shoal scan for a zoo's networks")
    command.add_argument("table", metavar="NETWORKS.tsv")
    command.set_defaults(start=networks)
    command = commands.add_parser("one")
    command.add_argument("run")
    command.set_defaults(start=one)
    return top


def main(words=None):
    try:
        given = parser().parse_args(words)
        status = given.start(given)
    except Refused as error:
        print(f"shoal-train: {error}", file=sys.stderr)
        status = error.status
    except BrokenPipeError:
        status = 1
    return status
