"""Keyed chance: every draw of this room comes from one 32-byte seed through HMAC-SHA-256, in whole numbers only.

A block is HMAC-SHA-256(seed, label 00 number), the number in 8 bytes, most significant first, from 0 on; a block
gives eight words of 32 bits. A number below n is made of the top bits of a word; a word that is too large is thrown
away, never folded back, so no number is likelier than another. An order is the order of HMAC-SHA-256(seed, label 00 id).
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterable, Iterator

SEED_BYTES = 32


def keyed_order(seed: bytes, label: str, ids: Iterable[str]) -> list[str]:
    """Return `ids` in the order of their keys; equal keys, which do not happen, would stand in the order of ids."""
    prefix = label.encode() + b"\0"
    return sorted(ids, key=lambda name: (hmac.digest(seed, prefix + name.encode(), "sha256"), name))


class Stream:
    """Numbers drawn one after another under one label."""

    def __init__(self, seed: bytes, label: str) -> None:
        """Start at block 0 of `label`."""
        self._words = _make_words(seed, label.encode() + b"\0")
        self.word = self._words.__next__  # the next 32 bits

    def below(self, n: int) -> int:
        """Return a number from 0 to n - 1, each equally likely; n from 1 to 2**32."""
        shift = 32 - (n - 1).bit_length()
        words = self._words
        value = next(words) >> shift
        while value >= n:
            value = next(words) >> shift
        return value

    def shuffled(self, length: int) -> list[int]:
        """Return 0 ... length - 1 in an order drawn with equal odds for every order."""
        items = list(range(length))
        for last in range(length - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
        return items

    def bit_of(self, mask: int) -> int:
        """Return the place of one of the set bits of `mask`, each equally likely; `mask` is not 0."""
        rank = self.below(mask.bit_count())
        place = 0
        while (width := mask.bit_length()) > 1:
            half = width >> 1
            low = mask & ((1 << half) - 1)
            count = low.bit_count()
            if rank < count:
                mask = low
            else:
                rank -= count
                mask >>= half
                place += half
        return place


def _make_words(seed: bytes, prefix: bytes) -> Iterator[int]:
    number = 0
    while True:
        yield from struct.unpack(">8I", hmac.digest(seed, prefix + number.to_bytes(8, "big"), "sha256"))
        number += 1
