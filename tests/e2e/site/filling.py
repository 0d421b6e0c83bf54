"""The first half of a round: made, opened, invited, filled in, handed in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.e2e.site.acting import Person
from tests.e2e.site.making_files import filled, pdf_and_picture, report
from tests.e2e.site.people import CITY, PASSWORD
from tests.e2e.site.servers import YEAR
from tests.e2e.site.story import Story

PRACTICE = "合成典型做法"
JUDGED = ("A1", "D7", "C9", "F3")  # items of the pack that people judge; data decide the others
KNOWN: Final = ("普惠性幼儿园覆盖率", "Inclusive kindergarten coverage")  # a figure that data hold
CHECKED, ASKED = 60, 1_000  # how often one looks whether a report is checked, and milliseconds in between


def make_round(story: Story) -> None:
    """The organiser makes a round of one city, puts its data in, invites its manager and opens it."""
    office = story.enter("organiser").open("/rounds/").follow("建立轮次", "Make a round")
    office.write("被评价年度", "Evaluated year", str(YEAR)).write(
        "开展年度", "Year of the round", str(YEAR + 1)
    )
    office.write("中文名称", "Chinese title", f"合成轮次 {story.slug}")
    office.write("英文名称", "English title", f"Synthetic round {story.slug}")
    office.write("短名", "Short name", story.slug).press("下一步", "Next")
    office.page.get_by_label(office.say("烟台市", "Yantai")).uncheck()
    office.write("第二人盲评比例", "Share judged blind", "100")
    office.press("下一步", "Next").press("下一步", "Next")
    office.press("建立轮次", "Make the round").sees("轮次已建立", "The round is made")
    office.follow("选定数据", "Choose the data").choose("已接收的数据", "Accepted data", f"sample-{YEAR}")
    office.press("采用并整理", "Use these data")
    office.open(story.at("")).follow("启动", "Open")
    office.write("以确认", "to confirm", story.slug)
    office.press("启动", "Open").sees("已启动", "Done: ")


def invite(story: Story) -> None:
    """The manager is invited and takes it up; the manager invites an officer in the same way."""
    office = story.enter("organiser").open(story.at("")).follow("邀请单位负责人", "Invite the managers")
    office.write("单位负责人", "Managers", f"合成市负责人；manager-{story.slug}@example.org；manager；{CITY}")
    office.press("发出邀请", "Send the invitations")
    manager = _accept(story, "manager", office)
    manager.follow("人员", "People").follow("邀请人员", "Invite a person")
    manager.write("姓名", "Name", "合成填报员").write(
        "电子邮箱", "E-mail", f"officer-{story.slug}@example.org"
    )
    manager.choose("角色", "Role", "经办人|officer").press("发出邀请", "Invite")
    _accept(story, "officer", manager)


def _accept(story: Story, key: str, host: Person) -> Person:
    """Open the link that the host sees, set a password, and be signed in."""
    host.sees("链接只显示这一次", "The links are shown this once")
    link = re.search(r"(/invitations/[^/\s]+/)", host.page.get_by_role("table").inner_text())
    assert link, "no link of an invitation"
    guest = story.person(key).open(link[1])
    guest.write("密码", "Password", PASSWORD, exact=True).write(
        "再输入一次密码", "The password again", PASSWORD
    )
    return guest.press("接受邀请", "Take up the invitation").sees("您的角色已生效", "Your role holds")


def hand_out(story: Story) -> None:
    """The manager hands two judged items to the officer."""
    manager = story.enter("manager").open(story.at("")).follow("青岛市", "Qingdao")
    story.unit = manager.page.url.removeprefix(story.url)
    manager.follow("分派条目", "Hand out items")
    for item in JUDGED[:2]:
        manager.page.get_by_role("checkbox", name=f"{item} ").check()
    manager.choose("同事", "Colleague", "合成填报员").press("分派", "Hand out").sees(
        "已分派", "were handed out"
    )


def hand_down(story: Story) -> None:
    """The manager hands a third judged item to a county below the city."""
    manager = story.enter("manager").open(story.unit).follow("分派条目", "Hand out items")
    manager.page.get_by_role("checkbox", name=f"{JUDGED[2]} ").check()
    manager.choose("或下级单位", "Or an organisation below", "市南区|Shinan").press("分派", "Hand out")
    manager.sees("已分派", "was handed out")


def fill_in(story: Story) -> None:
    """The officer fills in two items with evidence, the drafts saved while typing."""
    officer = story.enter("officer").open("/")
    for item in JUDGED[:2]:
        _fill(story, officer, item)
        if item == JUDGED[0]:
            _attach(story, officer, story.slug)


def fill_below(story: Story) -> None:
    """The county's officer fills in the one item that was handed down, with evidence that the city sees."""
    county = story.enter("county").open(story.unit)
    items = county.page.get_by_role("rowheader").get_by_role("link")
    assert [text.split()[0] for text in items.all_inner_texts()] == [JUDGED[2]]
    _fill(story, county, JUDGED[2])
    files = _attach(story, county, f"{story.slug}-county")
    manager = story.enter("manager").open(story.unit).follow(f"{JUDGED[2]} ", f"{JUDGED[2]} ")
    for file in files:
        manager.page.get_by_role("link", name=file.name).first.wait_for()
    manager.sees("合成县级经办人 最后修改于", "Last changed by 合成县级经办人")


def _fill(story: Story, officer: Person, item: str) -> None:
    """Score and describe an item, and mark it as ready."""
    officer.open(story.unit).follow(f"{item} ", f"{item} ")
    officer.write("自评分", "Self-score", "1")
    officer.write("文字说明", "Narrative", officer.say("（合成）按标准做了。", "(synthetic) Done as asked."))
    if story.scripts == "on":
        officer.sees("已保存于", "Saved at")
    officer.tick("这一条目已填好", "This item is ready").press("保存", "Save", exact=True)
    officer.sees("已保存", "is saved")


def _attach(story: Story, officer: Person, code: str) -> list[Path]:
    """Put minutes and a picture to the item that is open, and return them."""
    files = pdf_and_picture(story.folder, code)
    officer.page.get_by_label(officer.say("选择文件", "Choose files")).set_input_files(files)
    if story.scripts == "off":
        officer.press("上传所选文件", "Upload the chosen files")
    officer.scripts_arrive()  # those that were held back find files that were chosen before they came
    for file in files:
        officer.page.get_by_role("link", name=file.name).first.wait_for()
    return files


def check_report(story: Story) -> None:
    """The manager uploads a report with a number that contradicts a known figure, and sees both before submitting."""
    manager = story.enter("manager").open(story.unit)
    shown = manager.page.get_by_role("link", name=re.compile(rf"^{manager.say(*KNOWN)} [\d.]")).first
    known = shown.inner_text().split()[-1]
    wrong = f"{float(known.removesuffix('%')) - 7:.2f}%"
    file = report(story.folder, f"青岛市{YEAR}年度自评报告", f"{YEAR}年，全市{KNOWN[0]}为{wrong}。")
    manager.follow("核对自评报告中的数字", "Check the numbers of your report")
    manager.page.locator("input[type=file]").set_input_files(file)
    manager.press("上传并核对", "Upload and check")
    page = manager.page.url.removeprefix(story.url)
    first = manager.page.get_by_role("region", name=manager.say("先改什么", "What to mend first"))
    for _ in range(CHECKED):
        if first.count():
            break
        manager.page.wait_for_timeout(ASKED)
        manager.open(page)
    claims = first.get_by_role("article")
    assert claims.locator("mark").all_inner_texts() == [wrong]
    assert claims.get_by_role("link", name=known, exact=True).count() == 1
    manager.open(story.unit).follow("核对并提交", "Check and submit")
    manager.sees(
        f"自评报告写“{wrong}”，已接收的数据为 {known}",
        f"The report says “{wrong}”, the accepted data {known}",
    )


def practise(story: Story) -> None:
    """The manager hands in a typical practice."""
    manager = story.enter("manager").open(story.unit).follow("典型做法", "Typical practices")
    manager.follow("添加典型做法", "Add a practice").write("题目", "Title", PRACTICE)
    manager.write("做法与成效", "What was done", "（合成）部门联席，逐校过关。")
    manager.press("保存典型做法", "Save the practice").sees("典型做法已保存", "The practice is saved")


def submit(story: Story) -> None:
    """The manager fills the rest with the form as a workbook, and hands everything in."""
    manager = story.enter("manager").open(story.unit)
    with manager.page.expect_download() as download:
        manager.follow("下载自评表", "Download the form")
    form = filled(
        download.value.path().read_bytes(),
        manager.say("（合成）已自查。", "(synthetic) Checked."),
        manager.say("是", "yes"),
    )
    manager.follow("上传填好的表", "Upload a filled form")
    manager.page.locator("input[type=file]").set_input_files(
        {"name": "form.xlsx", "mimeType": "application/octet-stream", "buffer": form}
    )
    manager.press("上传并预览", "Upload and preview").press("写入全部改动", "Take all changes over")
    manager.open(story.unit).follow("核对并提交", "Check and submit").press(
        "提交自评", "Submit self-evaluation"
    )
    manager.sees("提交回执", "receipt")
