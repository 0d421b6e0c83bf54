"""How long draws take and how that grows, beside what a script would do; and the check in Node and in a browser.

`python -m bench.draws` prints a table; `python -m bench.draws 10000000` adds the run of that size. The rivals are
`random.sample`, which nobody can repeat, and the usual loop of `hmac.new` with a sort of all tickets, which gives the same
result. Wall and processor time are both told, for the machine may be busy.
"""

from __future__ import annotations

import hmac
import json
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from duxue.draws.canonical import write_list
from duxue.draws.certificate import make_certificate
from duxue.draws.chain import Chain
from duxue.draws.commitment import make_commitment
from duxue.draws.documents import Document, write_form
from duxue.draws.hashing import derive_key
from duxue.draws.page import write_engine, write_page
from duxue.draws.plan import Plan
from duxue.draws.tickets import open_list
from duxue.draws.verify import verify
from tools import chromium

T = TypeVar("T")
TAKE, RESERVE = 10_000, 1_000
COMMITTED, DRAWN = "2026-11-22T01:00:00Z", "2026-11-22T02:00:00Z"


def run(sizes: tuple[int, ...] = (100_000, 1_000_000)) -> dict[str, float]:
    """Time each size; return wall seconds by name."""
    found: dict[str, float] = {}
    print(f"{'what':44}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            found |= _run_size(Path(name), size)
    return found


def _time(name: str, found: dict[str, float], work: Callable[[], T]) -> T:
    wall, cpu = time.perf_counter(), time.process_time()
    value = work()
    found[name] = time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:44}{found[name]:9.2f}{time.process_time() - cpu:9.2f}{peak:9}", flush=True)
    return value


def _run_size(folder: Path, size: int) -> dict[str, float]:
    found: dict[str, float] = {}
    label = f"{size:,}"
    source, listed = folder / f"{size}.csv", folder / f"{size}.tsv"
    with source.open("w", encoding="utf-8") as stream:
        stream.write("id,school\n")
        stream.writelines(f"{i * 7_919 % size:09},S{i % 97:02}\n" for i in range(size))

    def commit() -> Document:
        written = write_list(source, listed)
        return _commit(open_list(listed, written.digest), {"take": TAKE, "reserve": RESERVE})

    commitment = _time(f"{label}: commit (sort, check, digest)", found, commit)
    certificate = _time(
        f"{label}: draw {TAKE:,} + {RESERVE:,}, certificate", found, lambda: _draw(commitment, listed)
    )
    path = folder / f"certificate-{size}.json"
    path.write_bytes(write_form(certificate))
    assert _time(f"{label}: verify", found, lambda: verify(path, listed)).ok
    if size > 1_000_000:
        return found
    ids = [line.split("\t")[0] for line in listed.read_text(encoding="utf-8").splitlines()[1:]]
    _time(f"{label}: rival random.sample (not repeatable)", found, lambda: random.sample(ids, TAKE + RESERVE))
    key = derive_key(bytes.fromhex(certificate["seed"]), "keyed-order/1")
    order = _time(f"{label}: rival hmac.new loop, sort of all", found, lambda: _rival(key, ids))
    assert order[:TAKE] == certificate["result"]["selected"]
    whole = _commit(open_list(listed), {"take": size // 2, "reserve": "all"})
    certificate = _time(f"{label}: order every ticket, certificate", found, lambda: _draw(whole, listed))
    if size <= 100_000:
        path.write_bytes(write_form(certificate))
        found |= _in_node(path, listed, label) | _in_browser(folder, path, listed, label)
    return found


def _commit(tickets: Any, params: dict[str, Any]) -> Document:
    seed = [{"name": "witness", "kind": "digits", "length": 6}]
    plan = Plan("plan.toml", {"zh": "测速", "en": "bench"}, "keyed-order/1", "id", params, [], seed)
    return make_commitment(plan, tickets, COMMITTED, "")


def _draw(commitment: Document, listed: Path) -> Document:
    tickets = open_list(listed, commitment["list"]["digest"])
    given = [{"name": "witness", "value": "271828", "time": DRAWN}]
    return make_certificate(commitment, tickets, given, DRAWN, Chain(Path("chain.jsonl"), ()))


def _rival(key: bytes, ids: list[str]) -> list[str]:
    return sorted(ids, key=lambda i: hmac.new(key, i.encode(), "sha256").hexdigest())


def _in_node(certificate: Path, listed: Path, label: str) -> dict[str, float]:
    node = shutil.which("node")
    if node is None:
        print("node: not installed (apt-get install -y nodejs)")
        return {}
    engine = certificate.with_name("engine.js")
    engine.write_text(write_engine(), encoding="utf-8")
    program = (
        "const [e,c,l]=process.argv.slice(1),fs=require('fs'),D=require(e),a=fs.readFileSync(c),b=fs.readFileSync(l),"
        "t=performance.now(),o=D.verify(a,b);console.log(JSON.stringify([o.ok,(performance.now()-t)/1000]))"
    )
    command = [node, "-e", program, str(engine), str(certificate), str(listed)]
    out = subprocess.run(command, check=True, capture_output=True, text=True)
    ok, seconds = json.loads(out.stdout)
    assert ok
    print(f"{label + ': verify every place in Node':44}{seconds:9.2f}")
    return {"node": seconds}


def _in_browser(folder: Path, certificate: Path, listed: Path, label: str) -> dict[str, float]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("browser: no playwright (pip install playwright)")
        return {}
    if chromium.program() is None:
        print(f"browser: {chromium.MISSING}")
        return {}
    page_path = folder / "verify.html"
    page_path.write_text(write_page(), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        page = browser.new_context(locale="en-GB", offline=True).new_page()
        page.goto(page_path.as_uri())
        page.set_input_files("#certificate", certificate)
        page.set_input_files("#list", listed)
        page.click("#check")
        page.wait_for_selector("#verdict.good")
        told = re.search(r"in ([\d.]+) s", page.text_content("#state") or "")
        browser.close()
    assert told
    print(f"{label + ': verify every place in Chromium, offline':44}{float(told[1]):9.2f}")
    return {"browser": float(told[1])}


if __name__ == "__main__":
    run((100_000, 1_000_000, *map(int, sys.argv[1:])))
