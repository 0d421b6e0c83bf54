"""People as such: whether they may sign in, their post, and the unit that they come from."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import transaction

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, clean
from duxue.web.accounts import problems
from duxue.web.accounts.models import Grant, Token, User
from duxue.web.accounts.policy import may_give
from duxue.web.common import audit
from duxue.web.common.actors import SITE, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.policy import Decision, Denied, no, yes
from duxue.web.common.scope import everything
from duxue.web.orgs.selectors import by_code

MOST_POST = 100  # characters


def may_deactivate(actor: Actor, user: User) -> Decision:
    """Return whether `actor` keeps every role that the person holds, and so may deactivate the account."""
    if actor is SITE:
        return yes(say("网站自身", "the site itself"))
    if actor.user_id == user.pk:
        return no(say("不能停用自己的账号", "nobody deactivates their own account"))
    return _keeps(actor, user)


def may_place(actor: Actor, user: User) -> Decision:
    """Return whether `actor` says which unit the person comes from; nobody does for themselves: they must not judge it."""
    if actor is SITE:
        return yes(say("网站自身", "the site itself"))
    if actor.user_id == user.pk:
        return no(
            say(
                "来自哪个单位由邀请您的人填写；有误请告知督导办",
                "who invites you says which unit you come from; if it is wrong, tell the office",
            )
        )
    return _keeps(actor, user)


def _keeps(actor: Actor, user: User) -> Decision:
    if actor.token_id is not None:
        return no(say("令牌不能管理人员", "a token cannot keep people"))
    with everything("whoever decides on an account keeps all its roles, also those out of sight"):
        held = list(Grant.objects.filter(user=user, revoked_at=None).select_related("organisation"))
    if not held and not actor.paths("organiser"):
        return no(say("需要角色：督导办组织者", "needs the role organiser"))
    for grant in held:
        decision = may_give(actor, grant.role, grant.organisation.path, grant.round_id)
        if not decision:
            return no(say("此人还有不由您管理的角色", "the person also holds a role that you do not keep"))
    return yes(say("您管理此人的全部角色", "you keep all roles of this person"))


@transaction.atomic
def user_deactivate(*, actor: Actor, user: User, reason: str) -> User:
    """Deactivate an account: no more signing in, its sessions end, the tokens that it made are revoked; all it did stays."""
    _require(actor, user)
    found = [] if reason.strip() else [problems.empty("reason")]
    if not user.is_active:
        found.append(problems.already(Text("账号已停用", "the account is deactivated already")))
    if found:
        raise Refused(found)
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions_end(user)
    with everything("tokens end with the person who answers for them"):
        Token.objects.filter(created_by=user, revoked_at=None).update(revoked_at=now())
    audit.record(actor, "duxue.user.deactivated", user, path=_path_of(user), reason=reason)
    return user


@transaction.atomic
def user_activate(*, actor: Actor, user: User, reason: str = "") -> User:
    """Open an account again; its roles hold as before."""
    _require(actor, user)
    if user.is_active:
        raise Refused([problems.already(Text("账号未停用", "the account is not deactivated"))])
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(actor, "duxue.user.activated", user, path=_path_of(user), reason=reason)
    return user


@transaction.atomic
def user_correct(*, actor: Actor, user: User, post: str | None = None, home_code: str | None = None) -> User:
    """Correct the post of a person, which they may themselves, and the unit they come from; None: it stays.

    Raises:
        Denied: the actor may not.
        Refused: no organisation has the code within sight, the post is too long.
    """
    if actor.user_id != user.pk or home_code not in {None, user.home_code}:
        decision = may_place(actor, user)
        if not decision:
            raise Denied(decision.why)
    before = {"post": user.post, "home_code": user.home_code}
    after = {name: clean(v) for name, v in {"post": post, "home_code": home_code}.items() if v is not None}
    changed = {name: value for name, value in after.items() if value != before[name]}
    if found := place_problems(**changed):
        raise Refused(found)
    if changed:
        for name, value in changed.items():
            setattr(user, name, value)
        user.save(update_fields=list(changed))
        data = {name: {"from": before[name], "to": value} for name, value in changed.items()}
        audit.record(actor, "duxue.user.corrected", user, path=_path_of(user), data=data)
    return user


def place_problems(home_code: str = "", post: str = "") -> list[Problem]:
    """Return what is wrong with a post and the code of the unit that a person comes from, each of which may be empty."""
    found = (
        [problems.no_such_unit(home_code, "home_code")] if home_code and by_code(home_code) is None else []
    )
    return found + ([problems.too_long("post", post, MOST_POST)] if len(post) > MOST_POST else [])


def sessions_end(user: User) -> int:
    """End all sessions of a person; return how many there were."""
    ended = 0
    for session in Session.objects.filter(expire_date__gt=now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
            ended += 1
    return ended


def _require(actor: Actor, user: User) -> None:
    decision = may_deactivate(actor, user)
    if not decision:
        raise Denied(decision.why)


def _path_of(user: User) -> str:
    with everything("the event is read where the person worked"):
        grant = Grant.objects.filter(user=user).select_related("organisation").order_by("-given_at").first()
    return grant.organisation.path if grant else ""
