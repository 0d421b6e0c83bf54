"""The entries of the site's menu, by role; `home` is left out: the product's name leads there."""

from __future__ import annotations

from dataclasses import dataclass

from duxue.web.common.actors import (
    AUDITOR,
    INSPECTOR,
    LEADER,
    MANAGER,
    MEMBERS,
    ORGANISER,
    REVIEWER,
    ROLES,
    Actor,
)  # fmt: skip
from duxue.web.common.addresses import address
from duxue.web.common.lang import Words, say


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu."""

    url: str
    label: Words


_MENU: tuple[tuple[str, Words, tuple[str, ...]], ...] = (
    ("rounds:list", say("轮次", "Rounds"), (ORGANISER, LEADER, AUDITOR, *MEMBERS)),
    ("reviews:desk", say("网评", "Reviews"), (ORGANISER, LEADER, REVIEWER, AUDITOR)),
    ("inspections:list", say("实地核查", "Visits"), (ORGANISER, LEADER, INSPECTOR, AUDITOR, *MEMBERS)),
    ("evidence:list", say("佐证材料", "Evidence"), MEMBERS),
    ("rectification:list", say("问题整改", "Rectification"), (ORGANISER, LEADER, AUDITOR, *MEMBERS)),
    ("reporting:dashboard", say("进展与图表", "Dashboards"), (ORGANISER, LEADER)),
    ("orgs:tree", say("单位", "Organisations"), (ORGANISER, MANAGER, AUDITOR)),
    ("accounts:people", say("人员", "People"), (ORGANISER, MANAGER, AUDITOR)),
    ("common:audit", say("审计", "Audit"), (ORGANISER, AUDITOR)),
)
assert all(role in ROLES for _, _, roles in _MENU for role in roles)


def entries(actor: Actor) -> list[Entry]:
    """Return the entries of an actor's menu; the public sees the published results."""
    found = [Entry(address(name), label) for name, label, roles in _MENU if actor.any(*roles)]
    return [*found, Entry(address("public:rounds"), say("公布的结果", "Published results"))]
