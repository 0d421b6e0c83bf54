"""Where the randomness comes from: parts announced beforehand, received after the commitment, joined into one seed.

No part is enough to steer the draw: whoever gives one does not know the others. The order is fixed in the commitment,
and the digest of the commitment is joined in, so the same balls give another result for another list or method.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.draws import beacon
from duxue.draws.documents import LARGEST
from duxue.draws.hashing import netstrings
from duxue.draws.instants import from_seconds, read_instant, read_seconds
from duxue.draws.problems import make

Part = dict[str, Any]
KINDS: dict[str, tuple[str, ...]] = {
    "digits": ("length",),
    "number": ("low", "high"),
    "balls": ("low", "high", "count"),
    "beacon": ("network", "round"),
    "sealed": ("sha256",),
}
LAST_SECOND = 250_000_000_000  # in the year 9892: datetime ends soon after
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
COMMON = ("name", "kind", "who", "not_before")


def declare_parts(raw: object, time: str, file: str) -> list[Part]:
    """Return the announced parts in normal form; Refused with everything that is wrong with them."""
    problems: list[Problem] = []
    parts: list[Part] = []
    if not isinstance(raw, list) or not raw:
        raise Refused([_bad(file, "seed", "", Text("至少一个 [[seed]]", "at least one [[seed]]"))])
    for number, entry in enumerate(raw, 1):
        try:
            part = _declare(entry, f"seed[{number}]", time, file)
        except Refused as refused:
            problems += refused.problems
            continue
        if any(p["name"] == part["name"] for p in parts):
            problems.append(
                _bad(file, f"seed[{number}].name", part["name"], Text("不重复的名称", "a name of its own"))
            )
        parts.append(part)
    if problems:
        raise Refused(problems)
    return parts


def _declare(entry: object, where: str, time: str, file: str) -> Part:
    if not isinstance(entry, dict) or entry.get("kind") not in [*KINDS]:
        found = str(entry.get("kind", "")) if isinstance(entry, dict) else ""
        raise Refused([_bad(file, f"{where}.kind", found, same(" | ".join(KINDS)))])
    kind: str = entry["kind"]
    problems = [
        _bad(file, f"{where}.{key}", str(entry[key]), Text("没有这一项", "no such entry"))
        for key in sorted(entry.keys() - {*COMMON} - set(KINDS[kind]))
    ]
    name = entry.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        problems.append(
            _bad(
                file,
                f"{where}.name",
                str(name),
                Text("小写字母、数字和连字符", "small letters, digits and hyphens"),
            )
        )
    who = entry.get("who", {})
    who = {"zh": who, "en": who} if isinstance(who, str) else who
    if (
        not isinstance(who, dict)
        or {*who} - {"zh", "en"}
        or not all(isinstance(v, str) for v in who.values())
    ):
        problems.append(
            _bad(file, f"{where}.who", str(who), Text("文字，或 {zh, en}", "a text, or {zh, en}"))
        )
        who = {}
    part: Part = {"name": name, "kind": kind, "who": {"zh": who.get("zh", ""), "en": who.get("en", "")}}
    part["not_before"] = _earliest(entry, where, time, file, problems)
    facts: dict[str, Any] = {key: entry.get(key) for key in KINDS[kind]}
    if wrong := wrong_facts(kind, facts):
        problems.append(_bad(file, f"{where}.{wrong[0]}", str(facts[wrong[0]]), wrong[1]))
    elif kind == "beacon":
        due = beacon.NETWORKS[facts["network"]].time_of(facts["round"])
        if due <= read_seconds(time):
            problems.append(
                make(
                    "DRAW035",
                    place=Place(file=file, field=f"{where}.round"),
                    found=f"{facts['round']} ({from_seconds(due)})",
                    expected=Text(f"晚于承诺时间 {time} 的轮次", f"a round after the commitment, {time}"),
                    advice=Text(
                        f"最早可用的轮次是 {beacon.NETWORKS[facts['network']].first_after(read_seconds(time))}。",
                        f"The first round possible is {beacon.NETWORKS[facts['network']].first_after(read_seconds(time))}.",
                    ),
                )
            )
        part["not_before"] = from_seconds(due) if due < LAST_SECOND else time
    if problems:
        raise Refused(problems)
    return {**part, **facts}


def _earliest(entry: Mapping[str, Any], where: str, time: str, file: str, problems: list[Problem]) -> str:
    given = entry.get("not_before")
    if given is None:
        return time
    try:
        earliest = read_instant(str(given), Place(file=file, field=f"{where}.not_before"))
    except Refused as refused:
        problems += refused.problems
        return time
    if earliest < time:
        problems.append(
            _bad(
                file,
                f"{where}.not_before",
                earliest,
                Text(f"不早于承诺时间 {time}", f"not before the commitment, {time}"),
            )
        )
    return earliest


def wrong_facts(kind: str, facts: Mapping[str, Any]) -> tuple[str, Text] | None:
    """Return the first fact of a declaration that is wrong, and what was expected."""
    if kind == "sealed":
        good = beacon.is_hex(facts["sha256"], 32)
        return None if good else ("sha256", Text("64位小写十六进制", "64 small hex digits"))
    if kind == "beacon" and facts["network"] not in [*beacon.NETWORKS]:
        return "network", same(" | ".join(beacon.NETWORKS))
    bounds = {
        "length": (1, 1000),
        "low": (0, LARGEST),
        "high": (facts.get("low") if _whole(facts.get("low")) else 0, LARGEST),
        "count": (1, 1000),
        "round": (1, 10**12),
    }
    for key, value in facts.items():
        if key == "network":
            continue
        low, high = bounds[key]
        if not _whole(value) or not low <= value <= high:
            return key, Text(f"{low}到{high}的整数", f"a whole number from {low} to {high}")
    if kind == "balls" and facts["count"] > facts["high"] - facts["low"] + 1:
        return "count", Text("不多于球数", "no more than there are balls")
    return None


def receive_parts(
    declared: Sequence[Part], given: Sequence[Mapping[str, Any]], time: str, file: str
) -> list[Part]:
    """Return the parts received, checked against their announcement, in its order.

    `given` holds `name`, `value` and `time` of each; the value of a beacon round is its JSON as drand publishes it, or
    its signature in hex. `time` is when the draw is run. Everything wrong is told at once.
    """
    problems: list[Problem] = []
    by_name: dict[str, Mapping[str, Any]] = {}
    names = [p["name"] for p in declared]
    for part in given:
        name = str(part.get("name"))
        if name not in names or name in by_name:
            expected = _ONCE if name in names else same(", ".join(names))
            problems.append(
                make("DRAW032", place=Place(file=file, field=name), found=name, expected=expected)
            )
        by_name.setdefault(name, part)
    received = []
    for want in declared:
        got = by_name.get(want["name"])
        if got is None:
            problems.append(
                make(
                    "DRAW031",
                    place=Place(file=file, field=want["name"]),
                    expected=say_form(want),
                    advice=_ADVICE_ALL,
                )
            )
            continue
        try:
            received.append(_receive(want, got, time, file))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return received


def _receive(want: Part, got: Mapping[str, Any], time: str, file: str) -> Part:
    place = Place(file=file, field=want["name"])
    at = read_instant(str(got.get("time", time)), place)
    problems = []
    if at < want["not_before"]:
        problems.append(
            make(
                "DRAW034",
                place=place,
                found=at,
                expected=Text(f"不早于 {want['not_before']}", f"not before {want['not_before']}"),
            )
        )
    if at > time:
        problems.append(
            make(
                "DRAW040",
                place=place,
                found=at,
                expected=Text(f"不晚于抽签时间 {time}", f"not after the draw, {time}"),
            )
        )
    value, proof, fault = read_value(want, got.get("value"))
    if fault:
        problems.append(fault.at(file=file, field=want["name"]))
    if problems:
        raise Refused(problems)
    return {"name": want["name"], "value": value, "time": at, "proof": proof}


def read_value(want: Part, raw: object) -> tuple[str, dict[str, str], Problem | None]:
    """Return the value of a part in the form that enters the seed, the proof that came with it, and what is wrong."""
    kind = want["kind"]
    if kind == "beacon":
        return _read_beacon(want, raw)
    text = str(raw) if isinstance(raw, str) else ""
    value = ""
    if (kind == "digits" and re.fullmatch(r"[0-9]+", text) and len(text) == want["length"]) or (
        kind == "number"
        and re.fullmatch(r"0|[1-9][0-9]{0,15}", text)
        and want["low"] <= int(text) <= want["high"]
    ):
        value = text
    elif kind == "balls":
        words = re.split(r"[ ,]+", text.strip(" "))
        numbers = [int(w) for w in words if re.fullmatch(r"[0-9]{1,16}", w)]
        right = len(numbers) == len(words) == want["count"] == len({*numbers})
        if right and all(want["low"] <= n <= want["high"] for n in numbers):
            value = " ".join(map(str, numbers))
    elif kind == "sealed" and text and beacon.is_hex(text, len(text) // 2):
        if hashlib.sha256(bytes.fromhex(text)).hexdigest() != want["sha256"]:
            found = hashlib.sha256(bytes.fromhex(text)).hexdigest()
            return "", {}, make("DRAW039", found=found, expected=same(want["sha256"]))
        value = text
    return value, {}, None if value else make("DRAW033", found=str(raw), expected=say_form(want))


def _read_beacon(want: Part, raw: object) -> tuple[str, dict[str, str], Problem | None]:
    network = beacon.NETWORKS[want["network"]]
    data: Mapping[str, Any] = raw if isinstance(raw, dict) else {"signature": raw}
    signature, previous = data.get("signature"), data.get("previous_signature", "") if network.chained else ""
    sizes_right = beacon.is_hex(signature, network.signature_bytes) and (
        not network.chained
        or beacon.is_hex(previous, network.signature_bytes)
        or (want["round"] == 1 and beacon.is_hex(previous, 32))
    )
    if not sizes_right:
        return "", {}, make("DRAW033", found=str(raw), expected=say_form(want))
    if data.get("round", want["round"]) != want["round"]:
        return "", {}, make("DRAW036", found=str(data["round"]), expected=same(str(want["round"])))
    value = beacon.randomness_of(str(signature))
    if data.get("randomness", value) != value:
        return "", {}, make("DRAW036", found=str(data["randomness"]), expected=same(value))
    proof = {"signature": str(signature), **({"previous": str(previous)} if network.chained else {})}
    return value, proof, None


def check_signatures(declared: Sequence[Part], received: Sequence[Part]) -> list[Problem]:
    """Return a problem for each beacon part whose signature is false, or cannot be checked for want of the library."""
    problems = []
    for want, got in zip(declared, received, strict=True):
        if want["kind"] != "beacon":
            continue
        place = Place(field=want["name"])
        if not beacon.can_check():
            problems.append(
                make(
                    "DRAW038",
                    place=place,
                    advice=Text(
                        "请安装：pip install 'duxue[beacon]'。", "Install it: pip install 'duxue[beacon]'."
                    ),
                )
            )
        elif not beacon.check_signature(
            beacon.NETWORKS[want["network"]],
            want["round"],
            got["proof"]["signature"],
            got["proof"].get("previous", ""),
        ):
            problems.append(
                make(
                    "DRAW037",
                    place=place,
                    found=got["proof"]["signature"],
                    expected=Text(
                        f"{want['network']} 第{want['round']}轮的签名",
                        f"the signature of {want['network']} for round {want['round']}",
                    ),
                    advice=Text(
                        "请从另一个公开节点重新取得这一轮。",
                        "Fetch the round again from another public relay.",
                    ),
                )
            )
    return problems


def join_seed(commitment_digest: str, received: Sequence[Part]) -> str:
    """Return the seed in hex: SHA-256 over netstrings of the form's name, the commitment's digest, each name and value."""
    words = [word for part in received for word in (part["name"], part["value"])]
    return hashlib.sha256(netstrings("duxue-seed/1", commitment_digest, *words)).hexdigest()


def say_form(part: Part) -> Text:
    """Return in words what a part must look like."""
    kind = part["kind"]
    if kind == "digits":
        return Text(f"{part['length']}位数字", f"{part['length']} digits")
    if kind == "number":
        return Text(
            f"{part['low']}到{part['high']}的整数", f"a whole number from {part['low']} to {part['high']}"
        )
    if kind == "balls":
        return Text(
            f"{part['low']}到{part['high']}中依次摇出的{part['count']}个不同号码，以空格分隔",
            f"{part['count']} different numbers from {part['low']} to {part['high']} in the order drawn, blanks between",
        )
    if kind == "sealed":
        return Text("十六进制，其SHA-256与封存的一致", "hex digits whose SHA-256 is the sealed one")
    return Text(
        f"drand {part['network']} 第{part['round']}轮的JSON或签名",
        f"the JSON or signature of round {part['round']} of drand {part['network']}",
    )


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _bad(file: str, field: str, found: str, expected: Text) -> Problem:
    return make("DRAW030", place=Place(file=file, field=field), found=found, expected=expected)


_ONCE = Text("每一部分只给一次", "each part once")
_ADVICE_ALL = Text(
    "承诺书列出的每一部分都要齐备，才能抽签；什么都没有抽出。",
    "Every announced part is needed before anything is drawn; nothing was drawn.",
)
