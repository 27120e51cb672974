#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints functions of C++ and CUDA files that have more than LIMIT lines; the exit status is 1 when there are any.

    scripts/function_lengths.py LIMIT FILE …

The files are formatted by clang-format, so that a body is found by its indentation: it opens with a line that ends in
" {", with a parameter list in its head, and ends at the first "}" with the indentation of the head's first line. Lines
are counted from the head's first to that one. Namespaces, types, lambdas and control flow are no functions.
"""
import re
import sys

NOT_A_FUNCTION = re.compile(
    r"^(?:if|for|while|switch|do|else|try|catch|namespace|struct|class|union|enum|extern|return|#|//|case|default)\b"
    r"|^(?:template <[^{}]*>\s*)?(?:struct|class|union|enum)\b")


def indentation(line):
    return len(line) - len(line.lstrip(" "))


def head_of(lines, opening):
    """The number of the first line of the statement whose last line opens a body."""
    first = opening
    while first > 0:
        above = lines[first - 1].strip()
        if not above or above.startswith(("#", "//")) or above.endswith((";", "{", "}", ":", '"')):
            break
        first -= 1
    return first


def functions(lines):
    """Yields (first line, last line, head) of every function, counted from 0."""
    number = 0
    while number < len(lines):
        if not lines[number].endswith(" {"):
            number += 1
            continue
        first = head_of(lines, number)
        head = " ".join(line.strip() for line in lines[first:number + 1])
        is_table = head.endswith("= {")
        if NOT_A_FUNCTION.match(head) or is_table or "(" not in head or re.search(r"\]\s*(?:\([^{}]*\))?[^()]*\{$", head):
            number += 1
            continue
        indent = indentation(lines[first])
        last = next((place for place in range(number + 1, len(lines))
                     if lines[place].startswith("}", indent) and indentation(lines[place]) == indent), None)
        if last is None:
            number += 1
            continue
        yield first, last, head
        number = last + 1


def main():
    limit = int(sys.argv[1])
    too_long = False
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        for first, last, head in functions(lines):
            if last - first + 1 <= limit:
                continue
            too_long = True
            print(f"{path}:{first + 1}: {last - first + 1} lines, more than {limit}: {head[:90]}")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
