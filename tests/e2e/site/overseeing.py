"""Who looks on: a leader sees where the round stands, an auditor who did what, and that nothing of it was changed since."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from duxue.app.audit_chain import Head, head_of, verify_chain
from tests.e2e.site.servers import YEAR
from tests.e2e.site.story import Story, number_in

# What became of the problem and who did it, the newest first.
DONE: Final = (
    ("重新打开", "Reopened", "合成组织者甲"),
    ("销号", "Closed", "合成组织者乙"),
    ("申请销号", "Submitted for closing", "合成市负责人"),
    ("报告进展", "Progress", "合成市负责人"),
    ("开始整改", "Work started", "合成市负责人"),
    ("方案通过", "Plan approved", "合成组织者甲"),
    ("报送方案", "Plan sent", "合成市负责人"),
    ("交办", "Notified", "合成组织者甲"),
    ("登记问题", "Entered", "合成组织者甲"),
)


def look_on(story: Story) -> None:
    """From the first page a leader comes to where the round stands, what is at risk and who is late, and on to the objection."""
    leader = story.enter("leader").open("/").follow(f"{YEAR}年度已提交自评", f"Submitted for {YEAR}")
    leader.sees("1 个单位中 1 个已提交自评", "1 of 1 units have submitted")
    for zh, en in (("现状", "Where we stand"), ("风险", "At risk"), ("逾期", "Late")):
        leader.page.get_by_role("heading", name=leader.say(zh, en), exact=True).wait_for()
    leader.sees("没有单位逾期", "Nobody is late")
    leader.follow("1 件异议未办结", "1 objection open")
    leader.page.get_by_role("rowheader").get_by_role("link", name=leader.say("青岛市", "Qingdao")).click()
    leader.sees("A meeting was overlooked", "A meeting was overlooked")


def audit(story: Story) -> None:
    """The auditor reads who did what with the problem, and checks the whole chain against the head that the page shows."""
    auditor = story.enter("auditor").open("/audit/")
    auditor.choose("对象种类", "Kind of thing", "^(整改问题|problem)$").press("筛选", "Filter", exact=True)
    auditor.page.get_by_role("table").get_by_role("link").first.click()
    auditor.page.wait_for_url(f"**/audit/rectification.problem/{number_in(story.problem)}/")
    events = auditor.page.get_by_role("list", name=auditor.say("经过", "History")).get_by_role("listitem")
    told = events.all_inner_texts()
    assert [(text.splitlines()[0], name in text) for (*_, name), text in zip(DONE, told, strict=True)] == [
        (auditor.say(f"问题：{zh}", f"Problem: {en}"), True) for zh, en, _ in DONE
    ]
    auditor.open("/audit/")
    head = re.search(r"\d+:[0-9a-f]{64}", auditor.page.locator("main").inner_text())
    assert head, "no head of the chain"
    noted = head_of(head[0])
    assert isinstance(noted, Head)
    with auditor.page.expect_download() as download:
        auditor.follow("下载审计链", "Download the chain")
    found = verify_chain(Path(download.value.path()).read_text(encoding="utf-8").splitlines(), noted)
    assert found.holds, found.problems
    assert found.events >= noted.seq > len(DONE)
