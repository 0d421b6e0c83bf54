"""The same step with many problems: each stands for itself, and what fails is told row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from duxue.core.errors import Problem as Fault
from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common.actors import Actor
from duxue.web.common.policy import Denied
from duxue.web.common.problems import tell
from duxue.web.rectification.models import Problem
from duxue.web.rectification.services.mending import plan_approve, problem_notify

MOST = 200  # problems in one request
ACTS: dict[str, Callable[..., Problem]] = {"notify": problem_notify, "approve_plan": plan_approve}


@dataclass(frozen=True, slots=True)
class Failed:
    """One problem with which the step could not be done, and why."""

    problem: Problem
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a step with many problems."""

    done: list[Problem]
    failed: list[Failed]


def problems_step(*, actor: Actor, problems: Sequence[Problem], act: str) -> Outcome:
    """Do `act` (notify, approve_plan) with each problem, each in its own transaction.

    Raises:
        Refused: WEB002 for an unknown act or more than 200 problems, WEB001 for none.
    """
    if act not in ACTS:
        raise Refused([tell("WEB002", field="act", found=act)])
    if not problems:
        what = Text("请至少选择一个问题", "choose at least one problem")
        raise Refused([tell("WEB001", field="problems", what=what)])
    if len(problems) > MOST:
        expected = Text(f"一次至多{MOST}个", f"at most {MOST} at a time")
        raise Refused([tell("WEB002", field="problems", found=str(len(problems)), expected=expected)])
    outcome = Outcome([], [])
    for problem in problems:
        try:
            with transaction.atomic():
                outcome.done.append(ACTS[act](actor=actor, problem=problem, version=problem.version))
        except Refused as refused:
            outcome.failed.append(Failed(problem, refused.problems))
        except Denied as denied:
            outcome.failed.append(Failed(problem, (tell("WEB007", what=denied.why.text()),)))
    return outcome
