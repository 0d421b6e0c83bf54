"""Public beacon rounds of drand: when a round falls due, and whether its signature is right.

A round's value is the SHA-256 of a BLS signature over BLS12-381 that no member of the network can make alone and nobody
can choose. The two networks of the League of Entropy are known here with their keys; the check of the signature needs
the optional extra `beacon` (py_ecc). Sources: drand's specification, https://docs.drand.love; ciphersuites of RFC 9380.
"""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any


@dataclass(frozen=True, slots=True)
class Network:
    """A drand network with the facts that never change."""

    name: str
    chain: str  # hash of the chain
    public_key: str
    genesis: int  # seconds since 1970 of round 1
    period: int  # seconds
    chained: bool  # the message holds the signature before, public key on G1, signature on G2

    def time_of(self, number: int) -> int:
        """Return when a round is published, in seconds since 1970."""
        return self.genesis + (number - 1) * self.period

    def first_after(self, seconds: int) -> int:
        """Return the first round published after a moment."""
        return max((seconds - self.genesis) // self.period + 2, 1)

    @property
    def signature_bytes(self) -> int:
        """Length of a signature."""
        return 96 if self.chained else 48


NETWORKS = {
    n.name: n
    for n in (
        Network(
            "quicknet",
            "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
            "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
            1692803367,
            3,
            chained=False,
        ),
        Network(
            "default",
            "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
            "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
            1595431050,
            30,
            chained=True,
        ),
    )
}
_HEX = re.compile(r"(?:[0-9a-f]{2})+")


def is_hex(text: object, length: int) -> bool:
    """Whether `text` is `length` bytes in small hex digits."""
    return isinstance(text, str) and len(text) == 2 * length and bool(_HEX.fullmatch(text))


def randomness_of(signature: str) -> str:
    """Return the value of a round: SHA-256 of its signature, in hex."""
    return hashlib.sha256(bytes.fromhex(signature)).hexdigest()


def can_check() -> bool:
    """Whether the library that checks signatures is installed."""
    return find_spec("py_ecc") is not None


def check_signature(network: Network, number: int, signature: str, previous: str = "") -> bool:
    """Whether a signature is the network's for this round; needs py_ecc. Takes about a second."""
    hashing, points, subgroups, curve = _load_library()
    message = hashlib.sha256(
        (bytes.fromhex(previous) if network.chained else b"") + number.to_bytes(8, "big")
    ).digest()
    public, made = bytes.fromhex(network.public_key), bytes.fromhex(signature)
    try:
        # e(key, H(m)) = e(generator, signature), as one product so that the final power is taken once.
        if network.chained:
            suite = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
            key, point = points.decompress_G1(_number(public)), points.decompress_G2(_numbers(made))
            pairs = [(hashing.hash_to_G2(message, suite, hashlib.sha256), key), (point, curve.neg(curve.G1))]
        else:
            suite = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
            key, point = points.decompress_G2(_numbers(public)), points.decompress_G1(_number(made))
            pairs = [(key, hashing.hash_to_G1(message, suite, hashlib.sha256)), (curve.G2, curve.neg(point))]
    except ValueError:
        return False
    if curve.is_inf(point) or not subgroups.subgroup_check(point):
        return False
    product = curve.FQ12.one()
    for on_g2, on_g1 in pairs:
        product *= curve.pairing(on_g2, on_g1, final_exponentiate=False)
    return bool(curve.final_exponentiate(product) == curve.FQ12.one())


def _load_library() -> tuple[Any, Any, Any, Any]:
    """Return the modules of py_ecc that are used.

    Importing it lifts Python's limit of recursion to 100,000 for the whole process, after which a hostile JSON file of
    nested brackets overruns the stack and ends the process instead of being refused. Nothing used here recurses.
    """
    limit = sys.getrecursionlimit()
    try:
        return (
            import_module("py_ecc.bls.hash_to_curve"),
            import_module("py_ecc.bls.point_compression"),
            import_module("py_ecc.bls.g2_primitives"),
            import_module("py_ecc.optimized_bls12_381"),
        )
    finally:
        sys.setrecursionlimit(limit)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _numbers(data: bytes) -> tuple[int, int]:
    return _number(data[:48]), _number(data[48:])
