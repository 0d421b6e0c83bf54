"""The second quarter of a round: reviewed by two, one item asked about, places drawn and visited."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tests.e2e.site.acting import Person
from tests.e2e.site.filling import JUDGED
from tests.e2e.site.story import Story

CHANCE: Final = 4  # seconds until the numbers of the draw may be said


def open_window(story: Story, title_zh: str, title_en: str) -> None:
    """The organiser opens a step before its time, with a reason."""
    office = story.enter("organiser").open(story.at("windows/"))
    row = office.page.get_by_role("row", name=office.say(title_zh, title_en)).first
    row.get_by_role("link", name=office.say("立即开放", "Open now")).click()
    office.write("理由", "Reason", "(synthetic) the round goes on at once")
    office.press("立即开放", "Open it now").sees("的时间窗口已调整", "is changed; those concerned")


def step_unit(story: Story, *ways: tuple[str, str]) -> None:
    """The organiser takes the unit through steps of its procedure, each confirmed by its name."""
    office = story.enter("organiser")
    for zh, en in ways:
        office.open(story.at("units/370200/follow/")).follow(zh, en, exact=True)
        named(office).press(zh, en, exact=True)


def begin_review(story: Story) -> None:
    """The organiser opens the review and lets that of the unit begin."""
    open_window(story, "网上评审", "Online review")
    step_unit(story, ("转入评审", "Start the review"))


def assign(story: Story) -> None:
    """The organiser gives the unit to two reviewers, the second of them blind."""
    office = story.enter("organiser").open(story.at("")).follow("分派网评", "Assign reviews")
    for turn_zh, turn_en, person in (("初评", "first", "甲"), ("复评", "second", "乙")):
        office.follow("手工分派", "Give one by hand").choose("评次", "Turn", office.say(turn_zh, turn_en))
        office.choose("专家", "Reviewer", f"合成评审员{person}")
        office.page.locator("main").get_by_role("button").first.click()
        office.page.get_by_role("cell", name=f"合成评审员{person}").wait_for()


def review(story: Story) -> None:
    """The first reviewer judges all items but one."""
    reviewer = _desk(story, "reviewer1")
    for item in JUDGED[1:]:
        _give(reviewer, item, "0.5")


def ask(story: Story) -> None:
    """The first reviewer returns the item that is left with a question."""
    reviewer = _desk(story, "reviewer1").follow(f"{JUDGED[0]} ", f"{JUDGED[0]} ")
    reviewer.follow("退回问询", "Return with a question")
    reviewer.write("问题", "Question", "(synthetic) Which meeting was this?")
    reviewer.press("退回问询", "Return with a question")


def reply(story: Story) -> None:
    """The officer replies to the question, found among what is to be done."""
    officer = (
        story.enter("officer").open(story.unit + "?show=returned").follow(f"{JUDGED[0]} ", f"{JUDGED[0]} ")
    )
    officer.sees("Which meeting was this?", "Which meeting was this?")
    officer.write("答复", "Reply", "(synthetic) The meeting of 18 November.")
    officer.press("发送答复", "Send the reply").sees("已答复", "Answered")


def finish_reviews(story: Story) -> None:
    """The first reviewer finishes; the second sees no points of the first before giving all of hers; as they agree, the unit is reviewed."""
    first = _to_task(story.enter("reviewer1"))
    _give(first, JUDGED[0], "0.5")
    _finish(first)
    second = _desk(story, "reviewer2")
    for item in JUDGED:
        _to_task(second).follow(f"{item} ", f"{item} ").sees("盲评", "Blind")
        _give(second, item, "0.5")
    _finish(second)


def _finish(person: Person) -> None:
    """Finish the task, naming its unit, as nothing can be changed afterwards."""
    named(_to_task(person)).press("完成任务", "Finish the task")


def named(person: Person) -> Person:
    """Type the name by which the form on the page is confirmed."""
    name = person.page.locator("form[data-confirm]").first.get_attribute("data-confirm")
    return person.write("以确认", "to confirm", name)


def _desk(story: Story, key: str) -> Person:
    person = story.enter(key).open("/review/")
    return person.follow("青岛市", "Qingdao")


def _to_task(person: Person) -> Person:
    """Go back to the list of items of the task."""
    if not re.search(r"/tasks/\d+/$", person.page.url):
        person.page.get_by_role("navigation", name=person.say("所在位置", "You are here")).get_by_role(
            "link"
        ).last.click()
    return person


def _give(person: Person, item: str, points: str) -> None:
    """Give points to an item, with a reason."""
    if not person.page.get_by_role("heading", name=re.compile(f"^{item} ")).count():
        _to_task(person).follow(f"{item} ", f"{item} ")
    person.write("给分", "Points", points).write("理由", "Reason", "(synthetic) by the standard")
    person.press("给分并看下一项", "Give and go on")


def begin_visits(story: Story) -> None:
    """The organiser opens the verification."""
    open_window(story, "实地核查", "Field")


def promise(story: Story) -> None:
    """The organiser commits to a draw at a moment to come."""
    office = story.enter("organiser").open(story.at("")).follow("抽取实地核查对象", "Draw where to visit")
    office.write("名称（中文）", "Title in Chinese", "合成抽取").write(
        "名称（英文）", "Title in English", "Synthetic draw"
    )
    office.write("每个单位抽取的县数", "Counties of each unit", "1")
    moment = datetime.now(ZoneInfo("Asia/Shanghai")).replace(microsecond=0) + timedelta(seconds=CHANCE)
    office.write("随机数产生的时间", "When chance speaks", moment.replace(tzinfo=None).isoformat())
    office.press("公开承诺", "Publish the commitment")
    story.draw, story.promised = office.page.url.removeprefix(story.url), moment.timestamp()


def draw(story: Story) -> None:
    """The organiser enters what chance said at the promised moment."""
    office = story.enter("organiser").open(story.draw)
    office.page.wait_for_timeout(max(0.0, story.promised - time.time() + 0.2) * 1000)
    office.follow("录入随机数并抽取", "Enter what chance said").write("报出的数字", "Digits said", "271828")
    office.press("抽取", "Draw", exact=True).sees("处地点", "The place drawn")


def announce(story: Story) -> None:
    """The organiser sends a team of three to the place that was drawn, and announces the visit in writing."""
    office = story.enter("organiser").open("/visits/?state=drawn")  # other rounds have theirs
    office.page.get_by_role("rowheader").get_by_role("link").first.click()
    people = office.page.get_by_role("checkbox", name="合成核查员")
    people.nth(2).wait_for()
    story.visit = office.page.url.removeprefix(story.url)
    for person in people.all():
        person.check()
    office.press("保存安排", "Save the plan").press("书面通知", "Announce in writing")


def arrive(story: Story) -> None:
    """An inspector begins the visit."""
    story.enter("inspector").open(story.visit).press("开始核查", "Start the visit")


def visit(story: Story) -> None:
    """The inspector fills in the sheet at the place and signs it; the office files it."""
    inspector = story.enter("inspector").open(story.visit + "sheet/")
    found = inspector.page.get_by_role("group", name=inspector.say("核查结果", "Found"))
    lines = inspector.page.get_by_role("region").filter(has=found)
    for number in range(lines.count()):
        line = lines.nth(number)
        word = inspector.say("部分属实", "partly") if number == 0 else inspector.say("属实", "confirmed")
        line.get_by_label(word, exact=True).check()
        line.get_by_label(inspector.say("情况", "What was seen")).fill("(synthetic) seen in place")
        with inspector.page.expect_navigation():
            line.get_by_role("button", name=inspector.say("保存", "Save"), exact=True).click()
    inspector.press("签字", "Sign the sheet")
    office = story.enter("organiser").open(story.visit)
    office.page.locator("#filing summary").click()
    named(office).press("归档", "File", exact=True)
    step_unit(story, ("完成核查", "Finish the verification"))
