"""What the actions of the audit are called; an app adds its own with `titles`, an unknown action shows its raw name."""

from __future__ import annotations

from collections.abc import Mapping

from duxue.web.common.lang import Words, say

_TITLES: dict[str, Words] = {
    "duxue.personal_data.read": say("查阅个人信息", "Read personal data"),
    "duxue.audit.exported": say("导出审计记录", "Exported the audit"),
}


def titles(more: Mapping[str, Words]) -> None:
    """Add the titles of an app's actions; called in AppConfig.ready."""
    _TITLES.update(more)


def title_of(action: str) -> Words:
    """Return what an action is called; its raw name when nobody named it."""
    return _TITLES.get(action) or Words(action, action)


def known() -> dict[str, Words]:
    """Return all titles by action."""
    return dict(_TITLES)
