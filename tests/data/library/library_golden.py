# SPDX-License-Identifier: MIT
"""Golden mutant libraries, from an implementation of Philox4x32-10 and of the drawing rules that shares no code with Shoal.

Run without arguments; writes library_golden.txt beside itself. Needs Python alone. Whole numbers are exact, and the
Poisson law is summed with 60 digits.

File: "philox SEED STREAM ITEM DRAW FIRST SECOND" lines, then per library one line
"library LAW RATE SEED LOCUS MUTANTS START STOP WILD_TYPE FNV1A ROWS", followed by ROWS lines with the first rows. FNV1A
(64 bits) runs over the base codes 0..4 of all rows. Numbers in hexadecimal but for RATE, MUTANTS, START, STOP and ROWS.
"""

import math
import pathlib
from decimal import Decimal, getcontext
from fractions import Fraction

LETTERS = "ACGTN"
MASK32 = 0xFFFFFFFF
MASK64 = 0xFFFFFFFFFFFFFFFF


def philox(seed, stream, item, draw):
    """Ten rounds as in Salmon et al. (SC 2011), figure 2 and table 2; two 64-bit halves, low word first."""
    key = [seed & MASK32, seed >> 32]
    counter = [stream & MASK32, stream >> 32, item, draw]
    for _ in range(10):
        left = 0xD2511F53 * counter[0]
        right = 0xCD9E8D57 * counter[2]
        counter = [
            (right >> 32) ^ counter[1] ^ key[0],
            right & MASK32,
            (left >> 32) ^ counter[3] ^ key[1],
            left & MASK32,
        ]
        key = [(key[0] + 0x9E3779B9) & MASK32, (key[1] + 0xBB67AE85) & MASK32]
    return counter[0] | counter[1] << 32, counter[2] | counter[3] << 32


def uniform(seed, locus, mutant, index):
    return philox(seed, locus, mutant, index // 2)[index % 2]


def poisson_count(mean, most, value):
    """Smallest k with value < 2^64 P(X <= k), but at most `most`."""
    term = (-Decimal(mean)).exp()
    cumulative = term
    for k in range(most):
        if value < int(cumulative * 2**64):
            return k
        term = term * mean / (k + 1)
        cumulative += term
    return most


def mean_count(rate, sites):
    """Ceiling of the product of the decimal rate, as written, and the sites: what the tolerance of Shoal stands for."""
    return math.ceil(Fraction(rate) * sites)


def distinct_shifts(seed, locus, mutant, sites, count):
    chosen = {}
    for turn, newcomer in enumerate(range(len(sites) - count, len(sites))):
        choice = uniform(seed, locus, mutant, turn) * 3 * (newcomer + 1) >> 64
        site, shift = divmod(choice, 3)
        chosen[newcomer if site in chosen else site] = shift + 1
    return {sites[site]: shift for site, shift in chosen.items()}


def independent_shifts(seed, locus, mutant, sites, rate):
    # The double nearest to the rate, times 2^64, is exact; a third of it is rounded to 64 bits by the 80-bit long double.
    third = int(Fraction(float(rate)) * 2**64 / 3)
    third -= third % (1 << max(0, third.bit_length() - 64))
    shifts = {}
    for index, site in enumerate(sites):
        value = uniform(seed, locus, mutant, index)
        if value < 3 * third:
            shifts[site] = 1 + value // third
    return shifts


def make_library(law, rate, seed, locus, mutants, start, stop, wild_type):
    codes = [LETTERS.index(letter) for letter in wild_type]
    sites = [position for position in range(start, stop) if codes[position] != 4]
    rows = [codes]
    for mutant in range(1, mutants):
        if law == "bernoulli":
            shifts = independent_shifts(seed, locus, mutant, sites, rate)
        else:
            count = mean_count(rate, len(sites))
            if law == "poisson":
                count = poisson_count(count, len(sites), philox(seed, locus, mutant, MASK32)[0])
            shifts = distinct_shifts(seed, locus, mutant, sites, count)
        rows.append([(code + shifts.get(position, 0)) % 4 if code < 4 else 4 for position, code in enumerate(codes)])
    return rows


def fnv1a(rows):
    value = 0xCBF29CE484222325
    for row in rows:
        for code in row:
            value = (value ^ code) * 0x100000001B3 & MASK64
    return value


def pseudo_sequence(length, unknown_every):
    state = 12345
    letters = []
    for position in range(length):
        state = (state * 1103515245 + 12345) % 2**31
        unknown = unknown_every and position % unknown_every == unknown_every - 1
        letters.append("N" if unknown else LETTERS[state >> 16 & 3])
    return "".join(letters)


LIBRARIES = [
    # law, rate, seed, locus, mutants, start, stop, length, N every, rows shown
    ("poisson", "0.1", 0x0123456789ABCDEF, 0xFEDCBA9876543210, 12, 0, 40, 40, 13, 12),
    ("fixed", "0.3", 7, 0xFFFFFFFFFFFFFFFF, 12, 5, 35, 40, 13, 12),
    ("bernoulli", "0.25", 0xFFFFFFFF00000000, 1, 12, 3, 70, 71, 9, 12),
    ("fixed", "1", 0, 0, 6, 10, 33, 40, 0, 6),
    ("poisson", "0.9", 99, 2**33 + 5, 200, 0, 20, 20, 0, 12),
    ("poisson", "0.1", 42, 0xA5A5A5A55A5A5A5A, 2000, 0, 249, 249, 0, 3),
    ("fixed", "0.1", 42, 0xA5A5A5A55A5A5A5A, 500, 20, 2000, 2114, 100, 0),
    ("bernoulli", "0.05", 42, 0xA5A5A5A55A5A5A5A, 300, 0, 1000, 1000, 0, 0),
]


def main():
    getcontext().prec = 60
    lines = []
    for seed, stream, item, draw in [
        (0, 0, 0, 0),
        (MASK64, MASK64, MASK32, MASK32),
        (0x299F31D0A4093822, 0x85A308D3243F6A88, 0x13198A2E, 0x03707344),
    ]:
        first, second = philox(seed, stream, item, draw)
        lines.append(f"philox {seed:x} {stream:x} {item:x} {draw:x} {first:x} {second:x}")
    for law, rate, seed, locus, mutants, start, stop, length, unknown_every, shown in LIBRARIES:
        wild_type = pseudo_sequence(length, unknown_every)
        rows = make_library(law, rate, seed, locus, mutants, start, stop, wild_type)
        lines.append(
            f"library {law} {rate} {seed:x} {locus:x} {mutants} {start} {stop} {wild_type} {fnv1a(rows):x} {shown}"
        )
        lines += ["".join(LETTERS[code] for code in row) for row in rows[:shown]]
    pathlib.Path(__file__).with_name("library_golden.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
