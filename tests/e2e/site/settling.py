"""The second half of a round: told, objected to, decided, scored, frozen, published; and a problem closed and reopened."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tests.e2e.site.filling import PRACTICE
from tests.e2e.site.judging import named, open_window, step_unit
from tests.e2e.site.story import Story

SCORED: Final = 180_000  # milliseconds within which a round is scored, with its reports
ASKED: Final = 1_000  # milliseconds until one asks again how far that is, where no script does


def notify(story: Story) -> None:
    """The organiser tells the unit its result."""
    open_window(story, "反馈", "Feedback")
    open_window(story, "异议", "Objection")
    step_unit(story, ("告知结果", "Send the feedback"))


def object_to_it(story: Story) -> None:
    """The unit objects to its result as a whole."""
    manager = story.enter("manager").open(story.unit).follow("查看结果", "See the result")
    manager.follow("提出异议", "Object", exact=True)
    manager.write("异议理由", "Grounds", "(synthetic) A meeting was overlooked.")
    manager.press("提出异议", "File the objection").sees(
        "A meeting was overlooked", "A meeting was overlooked"
    )


def decide(story: Story) -> None:
    """The organiser admits the objection, dismisses it, answers in writing, and settles the unit."""
    office = story.enter("organiser").open(story.at("objections/"))
    office.page.get_by_role("rowheader").get_by_role("link").first.click()
    for zh, en in (("受理", "Admit"), ("认定不成立", "Dismiss"), ("书面答复", "Reply in writing")):
        office.tick(zh, en, exact=True).write(
            "理由", "Reason", "(synthetic) The minutes name no such meeting."
        )
        named(office).press("确认办理", "Confirm").sees("已办理", "Done; the unit sees")
    step_unit(story, ("复核后定案", "Settle after the review"))
    manager = story.enter("manager").open(story.unit).follow("查看结果", "See the result")
    manager.sees("The minutes name no such meeting", "The minutes name no such meeting")


def reply_in_public(story: Story) -> None:
    """The unit writes what the public reads beside its result."""
    manager = story.enter("manager").open(story.unit).follow("查看结果", "See the result")
    manager.follow("公开回应", "Public reply")
    manager.write("公开回应（中文）", "Public reply (Chinese)", "（合成）我市将认真整改。")
    manager.press("预览", "Preview").sees("公众看到的样子", "As the public will see it")
    manager.press("公布回应", "Publish the reply").sees("我市将认真整改", "我市将认真整改")


def freeze(story: Story) -> None:
    """An organiser freezes the round, after which nobody files an objection any more."""
    _move(story, "organiser", "冻结", "Freeze")
    manager = story.enter("manager").open(story.unit).follow("查看结果", "See the result")
    assert not manager.page.get_by_role("link", name=manager.say("提出异议", "Object"), exact=True).count()


def accept(story: Story) -> None:
    """The organiser takes the unit's practice into the report."""
    office = story.enter("organiser").open(story.at("practices/"))
    office.page.get_by_role("rowheader").get_by_role("link").first.click()
    office.press("采纳典型做法", "Accept the practice").sees("已审定", "decided; the unit is told")


def score(story: Story) -> None:
    """The organiser makes the final scoring and sees the rank of the only unit that takes part."""
    office = story.enter("organiser").open(f"/dashboards/{story.slug}/")
    office.press("作最终计分", "Make the final scoring")
    done = office.page.get_by_role("link", name=office.say("查看结果", "See the result"))
    told = office.page.get_by_role("alert")
    again = office.page.get_by_role("link", name=office.say("刷新进度", "Refresh"))  # only without scripts
    for _ in range(SCORED // ASKED):
        done.or_(told).or_(again).first.wait_for(timeout=SCORED)
        if not again.count():
            break
        office.page.wait_for_timeout(ASKED)
        with office.page.expect_navigation():
            again.click()
    assert not told.count(), told.first.inner_text()
    done.click()
    ranks = office.page.get_by_role("table", name=office.say("各单位名次", "Ranks of the units"))
    assert ranks.get_by_role("rowheader").all_inner_texts() == [office.say("青岛市", "Qingdao")]


def publish(story: Story) -> None:
    """Whoever froze the round cannot publish it; another person does."""
    froze = story.enter("organiser").open(story.at(""))
    assert not froze.page.get_by_role("link", name=froze.say("公布", "Publish"), exact=True).count()
    assert story.person("public").context.request.get(f"{story.url}/open/{story.slug}/").status == 404
    _move(story, "organiser2", "公布", "Publish", typed=story.slug)


def read(story: Story) -> None:
    """Anybody reads the result, the practice and the reply, and checks a figure."""
    reader = story.person("public").open("/open/")
    reader.follow(f"合成轮次 {story.slug}", f"Synthetic round {story.slug}")
    results = reader.page.get_by_role("table", name=reader.say("各单位结果", "Results of the units"))
    assert results.get_by_role("rowheader").all_inner_texts() == [reader.say("青岛市", "Qingdao")]
    reader.page.locator("#practices summary").first.click()
    reader.sees(PRACTICE, PRACTICE).sees("我市将认真整改", "我市将认真整改")
    reader.follow("核对一个数字", "Check a figure").press("查看", "Show", exact=True)
    reader.sees("青岛市的得分怎样得出", "How the points of Qingdao came about")
    reader.choose("看什么", "What", r"^(?!得分$|Points$).").press("查看", "Show", exact=True)
    reader.follow("公式、数字和来源行", "Formula, numbers, source rows")
    reader.page.get_by_role("heading", name=reader.say("公式", "Formula")).first.wait_for()
    reader.sees("370200", "370200")


def _move(story: Story, key: str, zh: str, en: str, *, typed: str = "") -> None:
    """Take the round through a step, confirmed by its short name where nothing leads back."""
    person = story.enter(key).open(story.at("")).follow(zh, en, exact=True)
    if typed:
        person.write("以确认", "to confirm", typed)
    person.press(zh, en, exact=True).sees(f"已{zh}", f"Done: {en}")


def mend(story: Story) -> None:
    """A problem is put on the ledger, planned, worked on, submitted, closed by another person, and reopened."""
    office = story.enter("organiser").open("/problems/new/")
    office.choose("被评价单位", "Unit", "青岛市|Qingdao")
    office.write("问题", "Problem", "(synthetic) Two schools lack a counsellor.").press(
        "登记", "Enter it", exact=True
    )
    office.page.wait_for_url(re.compile(r"/problems/\d+/$"), wait_until="commit")
    problem = story.problem = office.page.url.removeprefix(story.url)
    _act(story, "organiser", problem, "交办", "Notify")
    manager = story.enter("manager").open(problem).follow("报送方案", "Send the plan")
    manager.write("整改措施", "Measures", "(synthetic) Two posts are filled.").write(
        "责任岗位", "Post that", "Head of staff"
    )
    manager.write(
        "完成日期",
        "Done by",
        (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=60)).date().isoformat(),
    )
    manager.press("报送方案", "Send the plan").sees("方案已报送", "The plan was sent")
    _act(story, "organiser", problem, "通过方案", "Approve the plan")
    _act(story, "manager", problem, "开始整改", "Start")
    manager.open(problem).follow("报告进展", "Report progress").write(
        "进展情况", "What was done", "(synthetic) One post filled."
    )
    manager.press("报告进展", "Report progress").sees("进展已记录", "Progress is recorded")
    manager.open(problem).follow("申请销号", "Submit for closing").write(
        "整改结果", "Result", "(synthetic) Both posts are filled."
    )
    manager.press("申请销号", "Submit for closing").sees("已申请销号", "Submitted; another")
    checker = story.enter("organiser2").open(problem).follow("销号", "Close", exact=True)
    checker.write("复查意见", "What the check found", "(synthetic) Seen.").press("销号", "Close", exact=True)
    checker.sees("已销号", "It is closed")
    office.open(problem).follow("重新打开", "Reopen").write(
        "理由", "Reason", "(synthetic) One has left again."
    )
    office.press("重新打开", "Reopen").sees("已重新打开", "It is open again")


def _act(story: Story, key: str, problem: str, zh: str, en: str) -> None:
    """Take the problem a step on that asks for nothing more."""
    person = story.enter(key).open(problem)
    person.press(zh, en, exact=True)
