# SPDX-License-Identifier: MIT
"""Sequences as one-hot arrays [n, length, 4] of uint8, in the order A, C, G, T; every other letter is four zeros."""
import numpy as np

from ..errors import Refused

_CODES = np.full(256, 4, dtype=np.uint8)
for _code, _letters in enumerate(("Aa", "Cc", "Gg", "TtUu")):
    for _letter in _letters:
        _CODES[ord(_letter)] = _code
_ROWS = np.vstack([np.eye(4, dtype=np.uint8), np.zeros((1, 4), np.uint8)])


def codes_of(text):
    """Codes 0 to 4 of a string or of bytes, uint8 [length]."""
    raw = text.encode("latin-1", "replace") if isinstance(text, str) else bytes(text)
    return _CODES[np.frombuffer(raw, dtype=np.uint8)]


def encode(texts, where="sequences"):
    """[n, length, 4] of strings of one length. Errors: Refused, naming the first that differs."""
    texts = list(texts)
    if not texts:
        return np.zeros((0, 0, 4), np.uint8)
    length = len(texts[0])
    for number, text in enumerate(texts, 1):
        if len(text) != length:
            raise Refused(f"{where}: sequence {number} has {len(text)} bases, the first has {length}")
    return _ROWS[np.stack([codes_of(text) for text in texts])]


def from_codes(codes):
    """[…, 4] of codes […]."""
    return _ROWS[codes]


def decode(x):
    """Strings of [n, length, 4]; N where a row is all zeros."""
    letters = np.frombuffer(b"ACGTN", dtype=np.uint8)
    codes = np.where(x.any(axis=-1), x.argmax(axis=-1), 4)
    return [row.tobytes().decode() for row in letters[codes]]


def gc_content(x):
    """Share of G and C among known bases, [n]; 0 where none is known."""
    known = x.any(axis=-1).sum(axis=-1)
    return (x[..., 1] + x[..., 2]).sum(axis=-1) / np.maximum(known, 1)
