"""Small draws for tests: a list as rows, a plan as a dict, both acts at fixed times."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from duxue.draws.canonical import write_list
from duxue.draws.certificate import make_certificate
from duxue.draws.chain import Chain
from duxue.draws.commitment import make_commitment
from duxue.draws.documents import Document
from duxue.draws.plan import Plan
from duxue.draws.tickets import Tickets, open_list

COMMITTED = "2026-11-22T01:00:00Z"
DRAWN = "2026-11-22T02:00:00Z"
WITNESS = {"name": "witness", "kind": "digits", "length": 12}


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path


def make_list(folder: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Tickets:
    """Write and open a canonical list."""
    written = write_list(write_table(folder / "source.csv", header, rows), folder / "list.tsv")
    return open_list(written.path, written.digest)


def make_ids(folder: Path, count: int) -> Tickets:
    """A list of ids alone, `001` and so on."""
    width = len(str(count))
    return make_list(folder, ["id"], [[f"{i:0{width}}"] for i in range(1, count + 1)])


def commit(
    tickets: Tickets,
    method: str,
    params: Mapping[str, Any],
    seed: Sequence[Mapping[str, Any]] = (WITNESS,),
    exclude: Sequence[str] = (),
    previous: str = "",
) -> Document:
    """Act one."""
    reason = {"zh": "停办", "en": "closed"}
    exclusions = [{"id": i, "reason": reason} for i in sorted(exclude, key=str.encode)]
    title = {"zh": "试抽", "en": "Trial"}
    plan = Plan("plan.toml", title, method, "id", params, exclusions, [dict(s) for s in seed])
    return make_commitment(plan, tickets, COMMITTED, previous)


def run(
    commitment: Document,
    tickets: Tickets,
    parts: Mapping[str, object],
    chain: Chain | None = None,
    time: str = DRAWN,
) -> Document:
    """Act two."""
    given = [{"name": k, "value": v, "time": time} for k, v in parts.items()]
    return make_certificate(commitment, tickets, given, time, chain or Chain(Path("chain.jsonl"), ()))


def draw(
    tickets: Tickets, method: str, params: Mapping[str, Any], digits: str = "314159265358", **more: Any
) -> dict[str, Any]:
    """Both acts with the digits of one witness; return the result."""
    return run(commit(tickets, method, params, **more), tickets, {"witness": digits})["result"]


def random_draw(folder: Path, chance: random.Random) -> tuple[Document, Tickets]:
    """Return the certificate of a random draw: any method, any list, any parameters that are feasible."""
    count = chance.randint(1, 60)
    alphabet = chance.choice(
        [
            "0123456789",
            "0123456789abcdef",
            "甲乙丙丁戊己庚辛",
            "2345679ABCDEFGH-·é𠮷𪚥鿿",
            "𐀀龘ﬃ"[:2] + "23456789",
        ]
    )
    ids: set[str] = set()
    while len(ids) < count:
        ids.add("".join(chance.choice(alphabet) for _ in range(chance.randint(3, 14))).strip(" -") or "x")
    places = ["济南", "青岛", "淄博", "𠮷林", "east", "west"][: chance.randint(1, 6)]
    rows = [
        [
            i,
            chance.choice(places),
            chance.choice(["一中", "二中", "三区", "q"]),
            chance.choice(["小学", "初中"]),
            str(chance.randint(1, 5000)),
            chance.choice(["", "", "", "b1", "b2", "b3"]),
        ]
        for i in ids
    ]
    numbers = list(range(1, count + 1))
    chance.shuffle(numbers)
    rows = [[*row, str(n)] for row, n in zip(rows, numbers, strict=True)]
    tickets = make_list(folder, ["id", "city", "county", "stage", "size", "bundle", "number"], rows)
    excluded = (
        chance.sample(sorted(ids), chance.randint(0, min(3, count - 1))) if chance.random() < 0.4 else []
    )
    left = count - len(excluded)
    take = chance.randint(1, left)
    reserve = chance.choice([0, 1, 5, "all"])
    seed: list[Mapping[str, Any]] = [
        WITNESS,
        {"name": "balls", "kind": "balls", "low": 1, "high": 33, "count": 6},
    ]
    balls = " ".join(map(str, chance.sample(range(1, 34), 6)))
    parts: dict[str, object] = {"witness": f"{chance.randrange(10**12):012}", "balls": balls}
    method = chance.choice(
        [
            "keyed-order/1",
            "sequential/1",
            "stratified/1",
            "multistage/1",
            "pps-systematic/1",
            "bundles/1",
            "ring-interval/1",
            "ring-step/1",
            "tail-digits/1",
        ]
    )
    params: dict[str, Any] = {"take": take, "reserve": reserve}
    number = chance.choice(["", "number"]) if not excluded else ""
    if method == "stratified/1":
        by = chance.choice([["city"], ["city", "stage"], ["stage"]])
        params = {"by": by, "short": "all", "reserve": chance.choice([0, 2])}
        if chance.random() < 0.5:
            params |= {"rule": "each", "take": chance.randint(1, 4)}
        else:
            params |= {"rule": "proportional", "take": left, "minimum": chance.randint(0, 2)}
    elif method == "multistage/1":
        params = {
            "stages": [{"within": ["city"], "unit": "county", "take": 2}],
            "by": ["stage"],
            "take": 2,
            "short": "all",
            "minimum": chance.choice([0, 3, 5]),
        }
        if chance.random() < 0.3:
            params |= {
                "rule": "table",
                "take": 0,
                "table": [{"group": ["小学"], "take": 2}, {"group": ["初中"], "take": 1}],
            }
    elif method == "pps-systematic/1":
        params = {"take": take, "size": "size"}
    elif method == "bundles/1":
        params |= {"bundle": "bundle", "overflow": chance.choice(["skip", "exceed"])}
    elif method.startswith("ring"):
        names = ["start", "interval"] if method == "ring-interval/1" else ["start"]
        seed += [{"name": n, "kind": "number", "low": 1, "high": left} for n in names]
        parts |= {n: str(chance.randint(1, left)) for n in names}
        params["number"] = number
    elif method == "tail-digits/1":
        group = chance.choice([0, 10, 7])
        rounds = -(-left // group) if group else 1
        seed.append({"name": "digits", "kind": "digits", "length": 10 * rounds})
        orders = [chance.sample("0123456789", 10) for _ in range(rounds)]
        parts["digits"] = "".join(orders[g][i] for i in range(10) for g in range(rounds))
        params = {
            "take": take,
            "group": group,
            "number": number,
            "shuffle": "none" if number else chance.choice(["none", "keyed"]),
        }
    commitment = commit(tickets, method, params, seed, excluded)
    return run(commitment, tickets, parts), tickets
