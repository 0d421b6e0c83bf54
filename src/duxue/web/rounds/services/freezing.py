"""What must hold before a round is frozen: nothing is open any more, and every unit is settled or excused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duxue.cases.procedure import Facts
from duxue.core.text import Text, count_of
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Question, Round, RoundUnit
from duxue.web.rounds.procedures import final_states
from duxue.web.rounds.selectors.objected import open_objections

if TYPE_CHECKING:
    from duxue.web.inspections.models import Draw

_NAMED = 5  # units that a refusal names


def round_facts(round: Round) -> Facts:
    """Return the guards of a round's procedure: True, or what stands in the way, in words."""
    from duxue.web.inspections.selectors import withheld

    with everything("whether a round may be frozen is the same for everybody"):
        objections = open_objections(round).count()
        questions = Question.objects.filter(round=round, replied_at=None, closed_at=None).count()
        left = RoundUnit.objects.filter(round=round).exclude(state__in=final_states(round, "unit"))
        unsettled, some = left.count(), list(left.order_by("code")[:_NAMED])
        draws = withheld(round)
    wrong: list[Text] = []
    if unsettled:
        more = unsettled > _NAMED
        zh = "、".join(u.name_zh for u in some) + ("等" if more else "")
        en = ", ".join(u.name_en or u.name_zh for u in some) + (" and others" if more else "")
        wrong.append(
            Text(f"{unsettled}个单位未定案：{zh}", f"{count_of(unsettled, 'unit')} not settled: {en}")
        )
    if questions:
        wrong.append(
            Text(f"{questions}个退回问题未答复", f"{count_of(questions, 'returned item')} not answered")
        )
    objected = Text(f"{objections}件异议未办结", f"{count_of(objections, 'objection')} open")
    return {
        "no_open_objection": objected if objections else True,
        "all_units_settled_or_excused": _joined(wrong) if wrong else True,
        "no_draw_withheld": _named(draws) if draws else True,
    }


def _named(draws: list[Draw]) -> Text:
    """Return which certificates are kept back: sealed with the round they could never be published."""
    zh = f"{len(draws)}次抽签的证书未公开：{'、'.join(d.title_zh for d in draws)}"
    en = f"{count_of(len(draws), 'draw')} with a certificate that is not public: {', '.join(d.title_en for d in draws)}"
    return Text(zh, en)


def _joined(texts: list[Text]) -> Text:
    return Text("；".join(t.zh for t in texts), "; ".join(t.en for t in texts))
