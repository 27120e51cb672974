# SPDX-License-Identifier: MIT
"""INI files of training: every option with its comment. Sections are headings only; unknown keys are errors."""
from ..data.text_files import lines_of
from ..errors import USAGE, Refused
from .options import OPTIONS
from .values import parse_values, text_of

HEAD = """# shoal-train: every option, with its value in this run; those behind a # have none.
#
#   shoal-train zoo --config FILE
#
# The command line wins over the file. Sections are headings only. Unknown keys are errors. Options marked [list] take several
# values, separated by blanks: every combination is one network of the zoo.
"""


def read_ini(path):
    """{name: values}, the keys that the file sets. Errors: Refused, naming file and line."""
    found = {}
    for number, line in enumerate(lines_of(path), 1):
        line, where = line.strip(), f"{path}:{number}"
        if not line or line.startswith("#") or (line.startswith("[") and line.endswith("]")):
            continue
        name, equals, text = (part.strip() for part in line.partition("="))
        if not equals:
            raise Refused(f"{where}: '{line[:60]}' is no line of KEY = VALUE", USAGE)
        if name in found:
            raise Refused(f"{where}: {name} is set twice", USAGE)
        found[name] = parse_values(name, text, where)
    return found


def defaults():
    """{name: [default]} of every option."""
    return {option.name: [option.default] for option in OPTIONS}


def _wrapped(text, width=120):
    lines, line = [], "#"
    for word in text.split():
        if len(line) + 1 + len(word) > width:
            lines.append(line)
            line = "#"
        line += " " + word
    return [*lines, line]


def written(values):
    """The file that sets these {name: values}, with every option and its comment."""
    lines, section = [HEAD], None
    for option in OPTIONS:
        if option.section != section:
            section = option.section
            lines += ["" if lines[-1] != HEAD else "", f"[{section}]"] if lines[-1] != HEAD else [f"[{section}]"]
        lines += _wrapped(f"{'[list] ' if option.lists else ''}{option.help}")
        text = " ".join(text_of(value) for value in values[option.name])
        lines.append(f"{option.name} = {text}" if text else f"# {option.name} = FILE")
    return "\n".join(lines) + "\n"
