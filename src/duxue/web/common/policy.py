"""Who may see and do what: one policy for each model, asked by services, pages, API and the page of access alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q

from duxue.web.common.actors import ROLES, Actor
from duxue.web.common.asked import note
from duxue.web.common.lang import Words, say
from duxue.web.common.places import Under

M = TypeVar("M", bound=models.Model)

ROLE_TITLES: dict[str, Words] = {
    "organiser": say("督导办组织者", "organiser"),
    "leader": say("领导", "leader"),
    "manager": say("单位负责人", "unit manager"),
    "officer": say("经办人", "officer"),
    "reviewer": say("网评专家", "online reviewer"),
    "inspector": say("实地核查人员", "field inspector"),
    "auditor": say("审计员", "auditor"),
    "public": say("公众", "public"),
}
assert set(ROLE_TITLES) == {*ROLES, "public"}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is allowed, and why or why not, in words for the person."""

    allowed: bool
    why: Words

    def __bool__(self) -> bool:
        return self.allowed


class Denied(PermissionDenied):
    """What an actor may not do; the page of the refusal shows `why`."""

    def __init__(self, why: Words) -> None:
        super().__init__(str(why))
        self.why = why


class Policy(Generic[M]):
    """What an actor may see and do with one model; without rules it allows nothing."""

    title: ClassVar[Words] = say("记录", "record")
    actions: ClassVar[dict[str, Words]] = {}  # verb -> what it is called, in the order of the page of access

    def visible(self, actor: Actor, rows: models.QuerySet[M]) -> models.QuerySet[M]:  # noqa: ARG002 - the contract
        """Return the rows that `actor` may see."""
        return rows.none()

    def decide(self, actor: Actor, action: str, obj: M) -> Decision:
        """Return whether `actor` may do `action` with `obj`; by itself: view what is visible, and nothing else."""
        if action != "view":
            return no(say("没有人可以进行此操作", "nobody may do this"))
        if self.visible(actor, type(obj)._base_manager.filter(pk=obj.pk)).exists():
            return yes(say("它在您的职责范围内", "it is within your duties"))
        return no(say("不在您的职责范围内", "it is not within your duties"))


def yes(why: Words) -> Decision:
    """Allow, because of `why`."""
    return Decision(True, why)


def no(why: Words) -> Decision:
    """Refuse, because of `why`."""
    return Decision(False, why)


_POLICIES: dict[type[models.Model], Policy[Any]] = {}


def register(model: type[M]) -> Callable[[type[Policy[M]]], type[Policy[M]]]:
    """Let the decorated policy answer for `model`."""

    def add(policy: type[Policy[M]]) -> type[Policy[M]]:
        _POLICIES[model] = policy()
        return policy

    return add


def policy_of(model: type[M]) -> Policy[M]:
    """Return the policy of `model`; one that allows nothing when none is registered."""
    return _POLICIES.get(model, Policy())


def policies() -> dict[type[models.Model], Policy[Any]]:
    """Return all policies, for the page of access and its test."""
    return dict(_POLICIES)


def decide(actor: Actor, action: str, obj: models.Model) -> Decision:
    """Return whether `actor` may do `action` with `obj`, and why."""
    if actor.read_only and action != "view":
        return no(say("此令牌只能读取", "this token may only read"))
    return policy_of(type(obj)).decide(actor, action, obj)


def require(actor: Actor, action: str, obj: models.Model) -> Decision:
    """Return the decision; raise Denied when it is a refusal."""
    decision = decide(actor, action, obj)
    if not decision:
        raise Denied(decision.why)
    note(action, obj)
    return decision


def role_at(actor: Actor, roles: Iterable[str], path: str, round_id: int | None = None) -> Decision:
    """Allow when one of `roles` is held at or above `path`, in all rounds or in this one; the reason names the role or those missing."""
    wanted = list(roles)
    held = actor.roles_at(path, round_id)
    for role in wanted:
        if role in held:
            return yes(say("因为您是{role}", "because you are {role}", role=ROLE_TITLES[role]))
    titles = say("、".join(ROLE_TITLES[r].zh for r in wanted), " or ".join(ROLE_TITLES[r].en for r in wanted))
    return no(say("需要角色：{roles}", "needs the role {roles}", roles=titles))


def below(field: str, paths: Iterable[str]) -> Q:
    """Return the condition that the place in `field` lies at or below one of `paths`; none of them: never true."""
    return reduce(or_, (Q(**{f"{field}__{Under.lookup_name}": path}) for path in paths), Q(pk__in=()))


def covered(
    actor: Actor,
    roles: Iterable[str],
    field: str,
    round_field: str = "round_id",
    lies: Callable[[str, Iterable[str]], Q] = below,
) -> Q:
    """Return the condition that one of `roles` covers a row: the place in `field` and the round in `round_field`.

    A role held in one round covers rows of this round alone, none that has no round; `lies` says where the place may lie.
    """
    wanted, places = frozenset(roles), dict[int | None, set[str]]()
    for held in actor.held:
        if held.role in wanted:
            places.setdefault(held.round_id, set()).add(held.path)
    found = Q(pk__in=())
    for round_id, paths in places.items():
        condition = lies(field, sorted(paths))
        found |= condition if round_id is None else condition & Q(**{round_field: round_id})
    return found


def above(field: str, paths: Iterable[str]) -> Q:
    """Return the condition that the place in `field` lies at or above one of `paths`."""
    places = {p for path in paths for p in _prefixes(path)}
    return Q(**{f"{field}__in": sorted(places)}) if places else Q(pk__in=())


def _prefixes(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))] if path.strip("/") else []
