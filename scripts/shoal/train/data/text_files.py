# SPDX-License-Identifier: MIT
"""Lines of text files, plain or gzip (bgzip), with errors that users can read."""
import gzip

from ..errors import Refused


def lines_of(path):
    """Yields the lines of a file without their ends. Errors: Refused, naming the file."""
    try:
        with open(path, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with (gzip.open if packed else open)(path, "rt", encoding="utf-8", errors="replace") as file:
            for line in file:
                yield line.rstrip("\r\n")
    except (OSError, EOFError) as error:
        raise Refused(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None


def read_fasta(path):
    """{name: sequence} in file order; a name ends at the first blank. Errors: Refused, naming file and record."""
    records, name = {}, None
    for number, line in enumerate(lines_of(path), 1):
        if line.startswith(">"):
            words = line[1:].split()
            name = words[0] if words else ""
            if not name or name in records:
                raise Refused(f"{path}:{number}: the record {'has no name' if not name else f'{name!r} was there before'}")
            records[name] = []
        elif line:
            if name is None:
                raise Refused(f"{path}:{number}: no FASTA: the file does not begin with '>'")
            records[name].append(line.strip())
    if not records:
        raise Refused(f"{path} has no records")
    return {name: "".join(parts) for name, parts in records.items()}
