"""The words for what stands in commitments: parameters of methods, kinds of seed parts, where a time came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Any

from duxue.core.text import Text, same

PARAMS: dict[str, Text] = {
    "take": Text("名额", "places"),
    "reserve": Text("候补数", "waiting list"),
    "by": Text("分组字段", "groups by"),
    "rule": Text("分配办法", "rule"),
    "short": Text("不足时", "a small group"),
    "minimum": Text("最低数", "minimum"),
    "table": Text("各组名额", "places of a group"),
    "stages": Text("阶段", "stage"),
    "size": Text("规模字段", "size field"),
    "bundle": Text("捆绑字段", "bundle field"),
    "overflow": Text("超出名额时", "more heads than seats"),
    "number": Text("序号字段", "number field"),
    "start": Text("起始号来自", "start from"),
    "interval": Text("间隔号来自", "interval from"),
    "group": Text("每组签数", "tickets of a group"),
    "shuffle": Text("先行打乱", "shuffled first"),
    "digits": Text("尾号来自", "digits from"),
}
KINDS: dict[str, Text] = {
    "digits": Text("数字", "digits"),
    "number": Text("号码", "number"),
    "balls": Text("摇号球", "balls"),
    "beacon": Text("公共信标", "public beacon"),
    "sealed": Text("封存数", "sealed value"),
}
_WORDS: dict[str, Text] = {
    "each": Text("各组相同", "the same for each"),
    "table": Text("按表", "by table"),
    "proportional": Text("按比例", "proportional"),
    "refuse": Text("拒绝", "refused"),
    "all": Text("全取", "taken whole"),
    "skip": Text("跳过该捆", "the bundle is passed over"),
    "exceed": Text("允许超出", "seats are exceeded"),
    "none": Text("否", "no"),
    "keyed": Text("按密钥排序", "by keyed order"),
}
_BY_GROUPS = ("stratified/1", "multistage/1")  # their groups stand in the order of the tickets drawn
_CHOICES = ("rule", "short", "overflow", "shuffle")
_TYPED = Text("由人填写", "typed by hand")


def say_params(params: Mapping[str, Any]) -> Iterator[tuple[Text, Text]]:
    """Yield title and value of each parameter, in the order of `PARAMS`; tables and stages give a row each."""
    for key in sorted(params, key=lambda k: ([*PARAMS, k].index(k), k)):
        value, title = params[key], PARAMS.get(key, same(key))
        if key == "table":
            yield from ((title, same(f"{' / '.join(row['group'])}: {row['take']}")) for row in value)
        elif key == "stages":
            yield from ((title, say_stage(stage)) for stage in value)
        elif key in _CHOICES:
            yield title, _WORDS.get(value, same(str(value)))
        else:
            yield title, same(", ".join(value) if isinstance(value, list) else str(value) or "–")


def say_constraint(constraint: Mapping[str, Any], rules: Mapping[str, Any]) -> Text:
    """Return a constraint of a double-random commitment with the numbers that its title leaves to the rules."""
    title, (base, _, skill) = constraint["title"], constraint["id"].partition(":")
    zh: list[str] = []
    en: list[str] = []
    if base == "schools.number":
        zh = en = [str(rules["schools"])]
    elif base == "schools.minimum":
        least = [(rules["strata"], rules["least_per_stratum"])] if rules["least_per_stratum"] else []
        zh = en = [f"{' / '.join(stratum)}: {n}" for stratum, n in [*least, *rules["minima"]]]
    elif base == "team.size":
        zh, en = [str(rules["team_size"])], [str(rules["team_size"])]
        zh += [f"规模 {size} 起 {members}" for size, members in rules["larger_teams"]]
        en += [f"{members} from size {size}" for size, members in rules["larger_teams"]]
    elif base == "team.skill":
        needs = [(members, stages) for name, members, stages in rules["skills"] if name == skill]
        zh = en = [
            f"{' / '.join(stages)}: {members}" if stages else str(members) for members, stages in needs
        ]
    if not en:
        return Text(title["zh"], title["en"])
    return Text(f"{title['zh']}（{'；'.join(zh)}）", f"{title['en']} ({'; '.join(en)})")


def groups_of(certificate: Mapping[str, Any]) -> list[str]:
    """Return the group of each ticket drawn, in their order; empty where the method does not draw by groups."""
    if certificate["commitment"]["method"] not in _BY_GROUPS:
        return []
    result = certificate["result"]
    named = chain.from_iterable(repeat(" / ".join(g["path"]), g["taken"]) for g in result["groups"])
    return [
        *islice(named, len(result["selected"]))
    ]  # a certificate that was tampered with may claim any number


def say_stage(stage: Mapping[str, Any]) -> Text:
    """Return a stage of the multi-stage method in words."""
    within, unit, take = " / ".join(stage["within"]), stage["unit"], stage["take"]
    if not within:
        return Text(f"抽 {take} 个 {unit}", f"{take} of {unit}")
    return Text(f"每个 {within} 抽 {take} 个 {unit}", f"{take} of {unit} in each {within}")


def say_part(declared: Mapping[str, Any], received: Mapping[str, Any]) -> Iterator[tuple[Text, Text]]:
    """Yield what a seed part was: its value and time, who gave it, and for a beacon network, round and signature."""
    yield KINDS[declared["kind"]], same(f"{declared['name']} = {received['value']}  ({received['time']})")
    if any(declared["who"].values()):
        yield Text("给出者", "given by"), Text(declared["who"]["zh"], declared["who"]["en"])
    if declared["kind"] == "beacon":
        number = declared["round"]
        words = Text(
            f"drand {declared['network']} 第 {number} 轮", f"drand {declared['network']}, round {number}"
        )
        yield Text("网络与轮次", "network and round"), words
        yield Text("信标签名", "signature"), same(str(received["proof"].get("signature", "")))


def say_time(document: Mapping[str, Any]) -> Text:
    """Return the time of a document, and that it was typed where it was."""
    if document["clock"] == "machine":
        return same(document["time"])
    return Text(f"{document['time']}（{_TYPED.zh}）", f"{document['time']} ({_TYPED.en})")


def say_earlier(earlier: Sequence[Mapping[str, Any]]) -> Text:
    """Return the earlier runs of a draw in one line."""
    zh = "、".join(
        f"{e['digest'][:16]}…（{e['time']}{'，中断' if e['kind'] == 'interruption' else ''}）"
        for e in earlier
    )
    en = ", ".join(
        f"{e['digest'][:16]}… ({e['time']}{', interrupted' if e['kind'] == 'interruption' else ''})"
        for e in earlier
    )
    return Text(zh, en)
