"""Hard words of the pages, explained where they stand: what a word means is said as docs/glossary.md says it."""

from __future__ import annotations

from dataclasses import dataclass

from duxue.web.common.lang import Words, say


@dataclass(frozen=True, slots=True)
class Term:
    """A word, what it means, and where it is worked out: how, and by which rule."""

    name: Words
    text: Words
    formula: Words | None = None
    clause: Words | None = None


METHODS: dict[str, Words] = {
    "M1": say("M1：核查得分之和 ÷ 同一批条目的自评分之和", "M1: verified points / self-scores of the same items"),
    "M2": say("M2：自评与核查相符的条目所占比例", "M2: share of verified items that agree"),
    "M3": say("M3：1 − 相差之和 ÷ 满分之和", "M3: 1 − differences / full points"),
}  # fmt: skip
_PROPOSED = say("提议的方法，官方公式未公布", "a proposed method; no official formula is published")
TERMS: dict[str, Term] = {
    "credibility": Term(
        say("自评可信度", "credibility"),
        say("自评与核查结果的一致程度。", "How far the self-evaluation agrees with what was verified."),
        say("{M1}；{M2}；{M3}", "{M1}; {M2}; {M3}", M1=METHODS["M1"], M2=METHODS["M2"], M3=METHODS["M3"]),
        _PROPOSED,
    ),
    "final": Term(
        say("最终得分", "final points"),
        say("自评按可信度折算后的得分。", "The self-score as far as its credibility bears it."),
        say(
            "M1、M2、M3：自评 × 可信度；规则写明已核查条目按核查得分计的，只折算其余条目；规则写明分板块的，各用本板块的可信度",
            "M1, M2, M3: self-score × credibility; where the rules say so, verified items count as verified and only the others are multiplied, or each block has its own credibility",
        ),
        _PROPOSED,
    ),
    "interval": Term(
        say("名次区间", "rank interval"),
        say("多次重算中95%的名次所在的范围。", "The ranks that hold 95% of many recomputations."),
        say(
            "每次在评分分歧之内另取核查分，一级板块权重在0.9至1.1之间变动",
            "each takes verified points within the reviewers' disagreement and block weights from 0.9 to 1.1",
        ),
        say("提议的方法", "a proposed method"),
    ),
    "closing": Term(
        say("销号", "closing"),
        say("复查合格后结束一个问题。", "Ending a problem once its rectification has been checked."),
    ),
    "veto": Term(
        say("一票否决", "veto"),
        say("出现即不合格或降等的情形。", "A fact that fails or lowers the grade whatever the score."),
    ),
}  # fmt: skip


def credibility_by(method: str) -> Words:
    """Say which method of credibility a round uses."""
    return say("本轮采用 {method}", "this round uses {method}", method=METHODS[method])
