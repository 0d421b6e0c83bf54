"""Findings: what a comparison says of a claim, with both places, the reason and how grave it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from duxue.claims.decisions import Decision, Decisions, finding_key
from duxue.claims.model import Claim
from duxue.core.text import Text

Severity = Literal["error", "warning", "note"]
State = Literal["supported", "contradicted", "unsupported"]

# code -> what it says in general; `Finding.reason` tells the case.
CODES: dict[str, Text] = {
    "data-follows": Text("与核定数据一致", "follows from the accepted data"),
    "data-differs": Text("与核定数据不符", "does not follow from the accepted data"),
    "data-scope": Text("与核定数据相差数倍，口径可能不同", "several times apart from the accepted data: another scope, perhaps"),
    "rank-follows": Text("名次可由数据重算得出", "the rank follows from the data"),
    "rank-differs": Text("重算的名次不同", "the rank computed from the data is another"),
    "rank-unsupported": Text("名次没有依据", "a rank without evidence"),
    "share-above-100": Text("占比超过100%", "a share above 100%"),
    "pupils-per-staff": Text("学生数与教职工数不相称", "pupils and staff do not fit"),
    "per-school": Text("学生或学位数与学校数不相称", "pupils or places do not fit the number of schools"),
    "cost-per-dwelling": Text("每套造价过高，疑缺一位数字", "the cost per dwelling is too high: a digit seems lost"),
    "part-exceeds-total": Text("部分大于总数", "a part is larger than the total"),
    "parts-differ": Text("各部分之和不等于总数", "the parts do not add up to the total"),
    "parts-add-up": Text("各部分之和等于总数", "the parts add up to the total"),
    "share-follows": Text("占比与文中两数相符", "the share follows from two numbers of the text"),
    "share-differs": Text("占比与文中两数不符", "the share does not follow from the two numbers"),
    "growth-follows": Text("增幅与增减数相符", "the rate of change follows from the numbers"),
    "growth-differs": Text("增幅与增减数不符", "the rate of change does not follow from the numbers"),
    "ratio-follows": Text("师生比与文中学生数、教师数相符", "the ratio follows from the pupils and teachers of the text"),
    "ratio-differs": Text("师生比与文中学生数、教师数不符", "the ratio does not follow from the pupils and teachers"),
    "implied-level": Text("由差距可推知所比的标准", "the gap implies the level it is measured from"),
    "same-number": Text("同一地区同一指标在不同年份出现同一数字", "the same number of the same measure and territory in two years"),
    "jump": Text("相差约十倍，口径不同或丢失数字，不可连成序列", "about ten times apart: another scope or lost digits; no series should join them"),
    "documents-disagree": Text("两份文件对同年同一指标说法不同", "two documents differ on the same measure and year"),
    "other-denominator": Text("分母不同的比例，不可并列", "shares of different wholes: not to be put side by side"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """Where evidence stands: a stretch of a document, or a figure of data that `where` names; `measure` is what it counts."""

    where: str
    quote: str
    start: int | None = None
    end: int | None = None
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding about the claim number `claim` of a document; `places` begins with the claim's own."""

    claim: int
    code: str
    state: State
    severity: Severity
    reason: Text
    places: tuple[Spot, ...]

    @property
    def key(self) -> str:
        """The key by which a decision on this finding is kept."""
        return finding_key(self.code, ((p.where, p.quote, p.measure) for p in self.places))


def spot(claim: Claim) -> Spot:
    """Return the place of a claim."""
    return Spot(claim.doc, claim.quote, claim.start, claim.end, claim.measure)


def decided(finding: Finding, decisions: Decisions) -> Decision | None:
    """Return what a reviewer decided on a finding."""
    return decisions.get(finding.key)


def as_row(finding: Finding, doc: str, decision: Decision | None) -> dict[str, Any]:
    """Return a finding as plain values, with the decision on it."""
    return {
        "doc": doc,
        "claim": finding.claim,
        "code": finding.code,
        "state": finding.state,
        "severity": finding.severity,
        "reason": {"zh": finding.reason.zh, "en": finding.reason.en},
        "places": [
            {"where": p.where, "quote": p.quote, "start": p.start, "end": p.end} for p in finding.places
        ],
        "key": finding.key,
        "decision": None
        if decision is None
        else {"choice": decision.choice, "who": decision.who, "at": decision.at, "reason": decision.reason},
    }


def tell(code: str, zh: str, en: str) -> Text:
    """Return a reason: the meaning of the code and what was seen in this case."""
    base = CODES[code]
    return Text(f"{base.zh}：{zh}", f"{base.en}: {en}")


def number(value: float) -> str:
    """Return a number for a reason, with separators and without needless digits."""
    return (
        f"{value:,.0f}"
        if float(value).is_integer()
        else f"{value:,.4g}"
        if abs(value) < 1000
        else f"{value:,.1f}"
    )
