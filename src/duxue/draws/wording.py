"""The words for what stands in commitments: parameters of methods, kinds of seed parts, where a time came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
