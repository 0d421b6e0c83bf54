"""What can be wrong with roles, invitations and tokens."""

from __future__ import annotations

from datetime import date

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.web.common.problems import tell


def empty(field: str) -> Problem:
    """A required field is empty."""
    return tell("WEB001", field=field)


def held(role: str) -> Problem:
    """The person holds the role already."""
    return tell(
        "WEB002", field="role", what=Text("此人已有该角色", "the person holds this role already"), found=role
    )


def not_a_role(found: str) -> Problem:
    """No such role."""
    return tell(
        "WEB002",
        field="role",
        what=Text("没有此角色", "no such role"),
        found=found,
        expected=Text(
            "督导办组织者、领导、单位负责人、经办人、网评专家、实地核查人员、审计员",
            "organiser, leader, manager, officer, reviewer, inspector, auditor",
        ),
    )


def past(field: str, day: date) -> Problem:
    """The day has passed."""
    return tell(
        "WEB002", field=field, what=Text("日期应在今天之后", "the day must come after today"), found=str(day)
    )


def too_far(field: str, most: int) -> Problem:
    """The time is too long, or none."""
    return tell(
        "WEB002",
        field=field,
        what=Text("期限不合要求", "the time is too long or too short"),
        expected=Text(f"1 至 {most} 天", f"1 to {most} days"),
    )


def open_already(email: str) -> Problem:
    """An invitation for the same is open."""
    return tell(
        "WEB004",
        field="email",
        what=Text("同样的邀请尚未过期", "the same invitation is still open"),
        found=email,
        advice=Text("请重新发送原邀请，或先撤回。", "Send that one again, or revoke it first."),
    )


def not_an_address(found: str) -> Problem:
    """Not an e-mail address."""
    return tell("WEB002", field="email", what=Text("不是电子邮箱地址", "not an e-mail address"), found=found)


def no_such_unit(found: str, field: str = "organisation") -> Problem:
    """No organisation of this code within sight."""
    return tell(
        "WEB010",
        field=field,
        what=Text("找不到此代码的单位", "no organisation of this code"),
        found=found,
    )


def not_yours(what: Text, role: str) -> Problem:
    """The role is not the inviter's to give."""
    return tell("WEB007", field="role", what=what, found=role)


def twice(email: str) -> Problem:
    """The same line stands in the list twice."""
    return tell("WEB002", field="email", what=Text("名单中重复", "stands in the list twice"), found=email)


def columns(found: str) -> Problem:
    """A line of the list does not have four to six parts."""
    return tell(
        "WEB002",
        what=Text("应有四至六项", "four to six parts are expected"),
        found=found[:80],
        expected=Text(
            "姓名;邮箱;角色;单位代码，其后可加：来自单位代码;岗位",
            "name;email;role;organisation code, then if wanted: code of the unit they come from;post",
        ),
    )


def too_long(field: str, found: str, most: int) -> Problem:
    """A text is too long."""
    return tell(
        "WEB002",
        field=field,
        what=Text("过长", "it is too long"),
        found=found[:80],
        expected=Text(f"至多 {most} 个字符", f"at most {most} characters"),
    )


def too_many(found: int, most: int) -> Problem:
    """The list is too long."""
    return tell(
        "WEB002",
        field="text",
        what=Text("名单过长", "the list is too long"),
        found=str(found),
        expected=Text(f"一次至多 {most} 人", f"at most {most} at once"),
    )


def spent() -> Problem:
    """The invitation does not hold any more."""
    return tell(
        "WEB004",
        what=Text("邀请已过期、已撤回或已使用", "the invitation has expired, was revoked or was used"),
        advice=Text("请向邀请您的人要一份新的邀请。", "Ask whoever invited you for a new one."),
    )


def not_open() -> Problem:
    """Only an open invitation can be sent again or revoked."""
    return tell("WEB004", what=Text("邀请已使用或已撤回", "the invitation was used or revoked"))


def password(zh: str, en: str) -> Problem:
    """The password is too weak."""
    return tell("WEB002", field="password", what=Text(zh, en))


def already(what: Text) -> Problem:
    """It is so already."""
    return tell("WEB004", what=what)
