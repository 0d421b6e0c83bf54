"""What the actions on organisations are called in the audit."""

from __future__ import annotations

from duxue.web.common.lang import Words, say

TITLES: dict[str, Words] = {
    "duxue.organisation.created": say("新建单位", "Added an organisation"),
    "duxue.organisation.begun": say("单位存在的日期提前", "Dated an organisation back"),
    "duxue.organisation.renamed": say("单位更名", "Renamed an organisation"),
    "duxue.organisation.moved": say("调整单位隶属", "Moved an organisation"),
    "duxue.organisation.closed": say("撤销单位", "Closed an organisation"),
    "duxue.organisation.merged": say("合并单位", "Merged organisations"),
}
