"""How a unit's final points came from its layers, in one line with its own numbers, worded by the method of the rules.

The numbers are those of the scored tables. An equation is shown only where it holds as shown, with more digits where that
needs them; else the method's formula is told in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from duxue.core.quantity import round_half_up
from duxue.packs.scoring import Credibility
from duxue.packs.scoring import Scoring as Rules
from duxue.scoring.tree import leaves
from duxue.web.common.lang import Words, say
from duxue.web.reporting.figures import figures_of
from duxue.web.reporting.models import Scoring
from duxue.web.reporting.services.scoring import table_of

Row = Mapping[str, str]
_POINTS, _SHARE = 2, 4  # places of points and of credibility, as pages show them
_MORE = 4  # places that a line may add: files hold six
_PROPOSED = say("提议的方法，官方公式未公布", "a proposal; no official formula is published")


@dataclass(frozen=True)
class Final:
    """How final points came about: the line, where its credibility comes from, and what each item was multiplied with."""

    line: Words
    how: Words
    shares: Mapping[str, Fraction]  # block -> its credibility, "" for the whole
    block_of: Mapping[str, str]  # item -> its block, where blocks have their own credibility
    replaced: bool  # verified items take the verified points
    method: str  # of credibility: M1, M2 or M3

    def item(self, code: str, layers: Mapping[str, str]) -> Words | str:
        """Return how an item's final points came from its layers; empty for one that does not apply."""
        if not layers.get("self") or not layers.get("final"):
            return ""
        if self.replaced and layers.get("verified"):
            return say("按核查得分", "as verified")
        share = self.shares.get(self.block_of.get(code, ""), self.shares[""])
        found = _shown(Fraction(layers["final"]), Fraction(0), Fraction(layers["self"]), share)
        return f"= {found[1]} × {found[2]}" if found else ""


def final_in(scoring: Scoring, code: str) -> Final | None:
    """Return how a unit's final points of a scoring came about; None where its folder is gone."""
    ranking = next((row for row in table_of(scoring, "ranking.csv") if row["unit"] == code), None)
    return (
        final_of(ranking, table_of(scoring, "credibility.csv"), figures_of(scoring).rules())
        if ranking
        else None
    )


def method_of(measured: Sequence[Row]) -> str:
    """Return the method by which credibility was measured (credibility.csv); empty where nothing was."""
    return next((row["method"].split()[0] for row in measured if row["method"]), "")


def final_of(ranking: Row, measured: Sequence[Row], rules: Rules | None) -> Final | None:
    """Return how final points came about.

    Args:
        ranking: the unit's row of ranking.csv.
        measured: rows of credibility.csv.
        rules: the kept rules of scoring; None where they came with another version of the program.
    """
    own = {row["block"]: row for row in measured if row["unit"] == ranking["unit"]}
    if not own.get("", {}).get("credibility"):
        return None
    whole, rule = own[""], rules.credibility if rules else None
    method, replaced = whole["method"].split()[0], "replace-verified" in whole["method"]
    blocks = rule is not None and rule.by_block
    shares = {name: Fraction(row["credibility"]) for name, row in own.items() if row["credibility"]}
    line = (
        _by_block(ranking, shares, rules, replaced)
        if blocks and rules
        else _whole(ranking, whole, rules, replaced)
    )
    block_of = {leaf.item.id: leaf.block.id for leaf in leaves(rules)} if blocks and rules else {}
    told = say("{line}（方法 {method}，{proposed}）", "{line} (method {method}, {proposed})", line=line, method=method, proposed=_PROPOSED)  # fmt: skip
    return Final(told, _how(whole, method, rule), shares, block_of, replaced, method)


def _whole(ranking: Row, whole: Row, rules: Rules | None, replaced: bool) -> Words:
    final, claimed, share = (
        Fraction(text) for text in (ranking["final"], ranking["self"], whole["credibility"])
    )
    verified = Fraction(whole["verified"]) if replaced else Fraction(0)
    rest = claimed - Fraction(whole["self"]) if replaced else claimed
    found = _shown(final, verified, rest, share)
    places = {"final": _points(final), "c": f"{round_half_up(share, _SHARE)}"}
    if found and replaced:
        return say(
            "最终得分 {final} = 已核查条目的核查得分 {verified} + 其余条目的自评 {rest} × 可信度 {c}",
            "Final {final} = verified points of the verified items {verified} + self-score of the others {rest} × credibility {c}",
            final=places["final"], verified=found[0], rest=found[1], c=found[2],
        )  # fmt: skip
    if found:
        return say(
            "最终得分 {final} = 自评 {rest} × 可信度 {c}", "Final {final} = self-score {rest} × credibility {c}",
            final=places["final"], rest=found[1], c=found[2],
        )  # fmt: skip
    formula = _formula(replaced, say("可信度 {c}", "credibility {c}", **places))
    if rules and any(leaf.item.not_applicable == "full" for leaf in leaves(rules)):
        formula = say(
            "{formula}；不适用的条目按规则给满分，不乘", "{formula}; items that do not apply count their full points as they are",
            formula=formula,
        )  # fmt: skip
    return say(
        "最终得分 {final} = {formula}", "Final {final} = {formula}", final=places["final"], formula=formula
    )


def _by_block(ranking: Row, shares: Mapping[str, Fraction], rules: Rules, replaced: bool) -> Words:
    each = [(block.title.text, shares.get(block.id, shares[""])) for block in rules.items]
    named = say(
        "、".join(f"{title.zh} {round_half_up(share, _SHARE)}" for title, share in each),
        ", ".join(f"{title.say('en')} {round_half_up(share, _SHARE)}" for title, share in each),
    )
    formula = _formula(replaced, say("该板块的可信度", "the credibility of its block"))
    return say(
        "最终得分 {final} = 各条目相加：{formula}（{named}）", "Final {final} = over all items, {formula} ({named})",
        final=_points(Fraction(ranking["final"])), formula=formula, named=named,
    )  # fmt: skip


def _formula(replaced: bool, share: Words) -> Words:
    if replaced:
        return say(
            "已核查条目的核查得分 + 其余条目的自评 × {share}",
            "verified points of the verified items + self-score of the others × {share}", share=share,
        )  # fmt: skip
    return say("自评 × {share}", "self-score × {share}", share=share)


def _shown(final: Fraction, plus: Fraction, factor: Fraction, share: Fraction) -> tuple[str, str, str] | None:
    """Return `plus`, `factor` and `share` with the fewest places with which plus + factor × share gives `final` as shown."""
    for more in range(_MORE + 1):
        points = (round_half_up(plus, _POINTS + more), round_half_up(factor, _POINTS + more))
        by = round_half_up(share, max(_SHARE, _POINTS + more))
        made = Fraction(points[0]) + Fraction(points[1]) * Fraction(by)
        if round_half_up(made, _POINTS) == round_half_up(final, _POINTS):
            return f"{points[0]}", f"{points[1]}", f"{by}"
    return None


def _points(value: Fraction) -> str:
    return f"{round_half_up(value, _POINTS)}"


def _how(whole: Row, method: str, rule: Credibility | None) -> Words:
    """Say where a unit's credibility comes from."""
    count = whole["verified_items"]
    counted, found = Fraction(whole["credibility"]), Fraction(whole["uncapped"])
    told = _METHODS[method](whole, f"{round_half_up(found, _SHARE)}", count, rule)
    if counted == found:
        return told
    return say(
        "{told}；按规则的上下限计为 {c}", "{told}; within the limits of the rules it counts as {c}",
        told=told, c=f"{round_half_up(counted, _SHARE)}",
    )  # fmt: skip


def _ratio(whole: Row, c: str, n: str, _: Credibility | None) -> Words:
    verified, own = _divided(Fraction(whole["verified"]), Fraction(whole["self"]), c)
    return say(
        "可信度 {c} = 核查得分 {verified} ÷ 自评 {own}（已核查的 {n} 项）",
        "Credibility {c} = verified points {verified} / self-scores {own} (of the verified items: {n})",
        c=c, n=n, verified=verified, own=own,
    )  # fmt: skip


def _divided(above: Fraction, below: Fraction, c: str) -> tuple[str, str]:
    """Return both with the fewest places with which their ratio is the credibility as shown; at most those of the files."""
    for places in range(_POINTS, _POINTS + _MORE + 1):
        shown = (round_half_up(above, places), round_half_up(below, places))
        if shown[1] and f"{round_half_up(Fraction(shown[0]) / Fraction(shown[1]), _SHARE)}" == c:
            break
    return f"{shown[0]}", f"{shown[1]}"


def _agreement(_: Row, c: str, n: str, rule: Credibility | None) -> Words:
    if rule is None:
        within = say("规则的容差", "the tolerance of the rules")
    else:
        within = say("满分的 {share}%", "{share}% of full points", share=f"{float(100 * rule.tolerance):g}")
    return say(
        "可信度 {c} = 已核查的 {n} 项中，自评与核查相差不超过{within}的比例",
        "Credibility {c} = share of the verified items ({n}) whose self-score and verified points differ by at most {within}",
        c=c, n=n, within=within,
    )  # fmt: skip


def _deviation(_: Row, c: str, n: str, _rule: Credibility | None) -> Words:
    return say(
        "可信度 {c} = 1 − 自评与核查相差之和 ÷ 满分之和（已核查的 {n} 项）",
        "Credibility {c} = 1 − sum of differences between self-score and verified points / full points (of the verified items: {n})",
        c=c, n=n,
    )  # fmt: skip


_METHODS: Mapping[str, Callable[[Row, str, str, Credibility | None], Words]] = {
    "M1": _ratio,
    "M2": _agreement,
    "M3": _deviation,
}
