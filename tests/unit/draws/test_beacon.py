"""Rounds that drand published are accepted, and nothing else; the vectors are public rounds of the League of Entropy."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from duxue.draws.beacon import NETWORKS, check_signature, randomness_of
from duxue.draws.instants import from_seconds

# Not importorskip: importing py_ecc lifts the recursion limit of the whole process.
if find_spec("py_ecc") is None:
    pytest.skip("no py_ecc: pip install 'duxue[beacon]'", allow_module_level=True)

QUICKNET = {
    1000: (
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    ),
    657413: (
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
    ),
}
PREVIOUS = "8ed588f2a7716fb1349e2d9803da5db0005e98a83783c353d4a08f183236a9ad91d70ddb01266f4b7c576983db464b430e65680b9e0098552758afd6c1e6afcb77e3f62fe1b93d42d1cb63abbb2205512fe12fbf74ea9c5ac3b8f5c1e283a1d8"
SIGNATURE = "a696b9409ababce45749c3a4ec369074453dd4a79967734e1390d969c8ad8d98897d217b9121e92c8ddebbddda8d92f900e3bd6bf9deb166863b1a19390d743f82774001487594c5c09e581db7365f02b70a2c8cc41ce32446ef08e4890c4754"


@pytest.mark.parametrize("number", QUICKNET)
def test_published_rounds_of_quicknet_are_right(number: int) -> None:
    """Signature and value."""
    signature, value = QUICKNET[number]
    assert check_signature(NETWORKS["quicknet"], number, signature)
    assert randomness_of(signature) == value


def test_a_published_round_of_the_chained_network_is_right() -> None:
    """Round 3311596 of default, with the signature before it."""
    assert check_signature(NETWORKS["default"], 3311596, SIGNATURE, PREVIOUS)
    assert randomness_of(SIGNATURE) == "647c07b2abbf7ff2afb4d670214f565e5cd9f9c91bfdcecb59a21f3c78d73920"
    assert not check_signature(NETWORKS["default"], 3311596, SIGNATURE, SIGNATURE)


def test_false_signatures_are_refused() -> None:
    """Of another round, of no point of the curve, of the point at infinity, outside the group."""
    quicknet, (signature, _) = NETWORKS["quicknet"], QUICKNET[1000]
    assert not check_signature(quicknet, 1001, signature)
    assert not check_signature(quicknet, 1000, "b4" + "0" * 92 + "01")
    assert not check_signature(quicknet, 1000, "c0" + "0" * 94)
    assert not check_signature(quicknet, 1000, "80" + "0" * 94)
    assert not check_signature(quicknet, 1000, "00" * 48)


def test_rounds_have_their_times() -> None:
    """Round 1 at genesis; the first round after a moment is after it."""
    quicknet = NETWORKS["quicknet"]
    assert from_seconds(quicknet.time_of(1)) == "2023-08-23T15:09:27Z"
    for moment in (0, quicknet.genesis - 1, quicknet.genesis, quicknet.genesis + 1, quicknet.genesis + 3):
        first = quicknet.first_after(moment)
        assert quicknet.time_of(first) > moment
        assert first == 1 or quicknet.time_of(first - 1) <= moment


def test_loading_the_library_leaves_the_limit_of_recursion() -> None:
    """py_ecc lifts it, after which nested brackets in a JSON file would end the process instead of being refused."""
    code = (
        "import json, sys; from duxue.draws import beacon; limit = sys.getrecursionlimit();"
        "beacon.check_signature(beacon.NETWORKS['quicknet'], 1, '00' * 48)\n"
        "assert sys.getrecursionlimit() == limit and 'py_ecc' in sys.modules\n"
        "try: json.loads('[' * 100000)\nexcept RecursionError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "refused"), done.stderr
