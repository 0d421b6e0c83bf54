"""From a seed to randomness: netstrings, sub-keys, HMAC keys of tickets, and whole numbers by rejection.

All of it is SHA-256 and HMAC-SHA-256; nothing else is random, and no remainder is ever taken, for `x mod n` favours
small results. docs/methods/draw-randomness.md is the definition.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator

_INNER = bytes(x ^ 0x36 for x in range(256))
_OUTER = bytes(x ^ 0x5C for x in range(256))


def netstrings(*parts: str) -> bytes:
    """Return the parts, each as `length:bytes,` in UTF-8: no two lists of parts give the same bytes."""
    return b"".join(b"%d:%s," % (len(b), b) for b in (p.encode() for p in parts))


def derive_key(seed: bytes, *labels: str) -> bytes:
    """Return the key for one purpose: HMAC-SHA-256 of the labels under `seed`."""
    return hmac.digest(seed, netstrings(*labels), "sha256")


def make_hmac(key: bytes) -> Callable[[bytes], bytes]:
    """Return a function message -> HMAC-SHA-256 under a key of at most 64 bytes, three times as fast as `hmac`."""
    padded = key.ljust(64, b"\0")
    inner, outer = (
        hashlib.sha256(padded.translate(_INNER)).copy,
        hashlib.sha256(padded.translate(_OUTER)).copy,
    )

    def mac(message: bytes) -> bytes:
        first, second = inner(), outer()
        first.update(message)
        second.update(first.digest())
        return second.digest()

    return mac


class Numbers:
    """A stream of uniform whole numbers: 64-bit words of HMAC(key, counter), cut to the bits needed, out of range thrown away."""

    def __init__(self, key: bytes) -> None:
        """Start the stream of `key`."""
        self._words = _words(make_hmac(key))

    def below(self, limit: int) -> int:
        """Return a number from 0 to `limit` - 1, each with the same odds; `limit` is at most 2^53."""
        bits = (limit - 1).bit_length()
        if bits == 0:
            return 0
        shift = 64 - bits
        for word in self._words:
            if (number := word >> shift) < limit:
                return number
        raise AssertionError("the stream never ends")


def _words(mac: Callable[[bytes], bytes]) -> Iterator[int]:
    counter = 0
    while True:
        block = mac(counter.to_bytes(8, "big"))
        for i in (0, 8, 16, 24):
            yield int.from_bytes(block[i : i + 8], "big")
        counter += 1


class Lowest:
    """Keeps the names with the lowest HMAC under a key; its memory grows with what it keeps, not with what it sees."""

    def __init__(self, key: bytes, keep: int) -> None:
        """Keep `keep` names of those that will be added."""
        padded = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(padded.translate(_INNER)).copy
        self._outer = hashlib.sha256(padded.translate(_OUTER)).copy
        self._keep = keep
        # A key and its name in one bytes object sort as (key, name) and cost half of what a tuple costs.
        self._held: list[bytes] = []
        self._bound = b"\xff" * 33

    def add(self, names: Iterable[bytes]) -> None:
        """Look at more names."""
        inner, outer, bound, add = self._inner, self._outer, self._bound, self._held.append
        for name in names:
            first = inner()
            first.update(name)
            second = outer()
            second.update(first.digest())
            mark = second.digest()
            if mark <= bound:
                add(mark + name)
        if len(self._held) > 2 * self._keep + 20_000:
            self._cut()
            self._bound = self._held[-1][:32] if self._held else b""

    def _cut(self) -> None:
        """Sort by bins of the first byte: long sorts of random keys are slow only for want of cache."""
        bins: list[list[bytes]] = [[] for _ in range(256)]
        for item in self._held:
            bins[item[0]].append(item)
        self._held.clear()
        for each in bins:
            if len(self._held) < self._keep:
                each.sort()
                self._held += each
        del self._held[self._keep :]

    def result(self) -> list[bytes]:
        """Return what was kept, lowest key first; equal keys by name."""
        self._cut()
        return [item[32:] for item in self._held]


def lowest(key: bytes, batches: Iterable[Iterable[bytes]], keep: int) -> list[bytes]:
    """Return the `keep` names with the lowest HMAC under `key`, in that order."""
    best = Lowest(key, keep)
    for batch in batches:
        best.add(batch)
    return best.result()
