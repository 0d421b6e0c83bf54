"""A script walks the tutorial of the site, step by step over the demonstration, by the words that stand on the page.

It is no newcomer: that every step can be taken is shown, not how long a person takes over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.site.acting import Person
from tests.e2e.site.demonstrated import WRONG
from tests.e2e.site.servers import running

PAGE: Final = Path(__file__).resolve().parents[3] / "docs/tutorial/a-round-on-the-web.md"
UNIT, NUMBERS = r"/rounds/units/\d+/", {"One": 1, "Two": 2, "Three": 3}
SEED: Final = 600.0  # seconds for the whole demonstration; it takes one minute of work
TOLD: Final = "(synthetic) as the tutorial says"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def demonstration(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site of `make demo`, served in earnest."""
    none = tmp_path_factory.mktemp("sample")
    with running(home, none, filled_by="tests.e2e.site.demonstrated", within=SEED) as url:
        yield url


@dataclass
class Part:
    """One part of the tutorial; a walk uses each word in bold, and no others."""

    title: str
    text: str
    used: set[str] = field(default_factory=set)

    @property
    def bold(self) -> set[str]:
        """The words that stand on the site exactly so."""
        return {re.sub(r"\s+", " ", words) for words in re.findall(r"\*\*(.+?)\*\*", self.text, re.DOTALL)}

    def word(self, words: str) -> str:
        """Return words that the part has in bold."""
        assert words in self.bold, f"{self.title}: {words}"
        self.used.add(words)
        return words

    def find(self, pattern: str) -> str:
        """Return what the text of the part says at a place."""
        found = re.search(pattern, re.sub(r"\s+", " ", f"{self.title} {self.text}"))
        assert found, f"{self.title}: {pattern}"
        return found[1]


class Walker(Person):
    """Whoever walks: one browser for all the roles, in which each signs out before the next comes in."""

    part: Part

    def enter(self, name: str) -> Walker:
        """Come in by a button of the start page."""
        if self.page.locator("header").get_by_text("Sign out").count():
            self.leave()
        self.open("/")
        line = self.page.get_by_role("listitem").filter(has_text=name)
        with self.page.expect_navigation():
            line.get_by_role("button").click()
        assert name in self.page.locator("header").inner_text()
        return self

    def leave(self) -> Walker:
        """Sign out by the name at the top right."""
        self.page.locator("header details.menu summary").last.click()
        with self.page.expect_navigation():
            self.page.locator("header").get_by_role("button", name="Sign out").click()
        return self

    def goes(self, words: str, within: str = "main") -> Walker:
        """Follow a link that the part names."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=self.part.word(words)).first.click()
        return self

    def shown(self, words: str) -> Walker:
        """See words that the part names."""
        return self.sees("", self.part.word(words))

    def through(self, address: str, text: str = "", within: str = "main") -> Walker:
        """Follow the first link to an address of this form, with this text."""
        links = self.page.locator(f"{within} a[href]").filter(has_text=text)
        found = next(a for a in links.all() if re.search(address, a.get_attribute("href") or ""))
        with self.page.expect_navigation():
            found.click()
        return self

    def has(self, pattern: str) -> Walker:
        """See that the page says this."""
        said = self.page.locator("main").inner_text()
        assert re.search(pattern, said), f"{self.page.url}: {pattern}: {said[:2000]}"
        return self


def parts() -> list[Part]:
    """Return the numbered parts of the tutorial in their order, and what is beyond them."""
    found = re.findall(
        r"^## ((?:\d\. |Beyond )[^\n]+)\n(.*?)(?=^## )",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    return [Part(title, text) for title, text in found]


@contextmanager
def walking(walker: Walker, part: Part) -> Iterator[Part]:
    """Walk one part to its end: every word in bold was met."""
    walker.part = part
    yield part
    assert part.used == part.bold, part.title


@pytest.mark.usefixtures("demonstration")
def test_the_demonstration_is_in_the_middle_of_a_round(home: Path) -> None:
    assert (home / WRONG).read_text(encoding="utf-8") == ""


def test_every_step_of_the_tutorial_can_be_taken(demonstration: str, browser: Any) -> None:
    walker, told = Walker(browser, demonstration, "en"), parts()
    steps = (begin, fill_in, judge, answer, visit, follow, mend, check, beyond)
    assert [part.title[0] for part in told] == [*(str(n) for n in range(1, len(steps))), "B"]
    for step, part in zip(steps, told, strict=True):
        with walking(walker, part):
            step(walker, part, part.find(r": ([A-Z]\w+ [A-Z]\w+)") if part.title[0] in "234567" else "")
    walker.context.close()
    assert walker.wrong == []


def begin(walker: Walker, part: Part, _: str) -> None:
    """Open the site."""
    walker.open("/").shown("Enter the demonstration in a role")
    buttons = walker.page.locator("main").get_by_role("button", name=part.word("Enter"))
    assert buttons.count() >= 7


def fill_in(walker: Walker, part: Part, name: str) -> None:
    """A city fills in: the standard, a figure to its formula, an answer, the report's numbers, what is missing."""
    page = walker.enter(name).shown("What to do now").shown("Where things stand").page
    walker.through(UNIT, "Yantai")
    unit = page.url.split("?")[0].removeprefix(walker.url)
    items, numbers, wrong = map(
        part.find, (r"lists (\d+) items", r"its (\d+) numbers", r"(\d+) contradict the data")
    )
    walker.open(unit).has(rf"All items\s+{items}\b")
    with page.expect_download():
        page.get_by_role("link", name=part.word("Download the form")).click()
    walker.goes("Upload a filled form").open(unit).follow("", "A1 ")
    walker.shown("The standard").shown("What is known")
    item = page.url
    walker.through("/explain/").has("Formula").has("rows")
    page.goto(item)
    walker.shown("Say it is wrong").write("", "Self-score", "2")
    walker.press("", part.word("Save and go to the next"))
    assert page.url != item
    walker.open(unit).goes("Check the numbers of your report")
    counted = [cell.inner_text() for cell in page.locator("main tbody tr").first.locator("td").all()]
    found = [int(text) for text in counted if text.isdigit()]
    assert (found[0], sum(found)) == (int(wrong), int(numbers))
    walker.through(r"/reading/\d+/$").shown("What to mend first").shown("Upload a new version")
    page.get_by_text(part.word("Explain or mend")).first.click()
    walker.open(unit).goes("Check and submit").has("must be mended first")
    assert page.get_by_role("button", name=part.word("Submit self-evaluation")).count() == 0  # not yet
    missing = page.locator("main .error-summary a").first
    with page.expect_navigation():
        missing.click()
    assert "/rounds/answers/" in page.url


def judge(walker: Walker, part: Part, name: str) -> None:
    """A reviewer gives points with a reason, and returns an item with a question."""
    page = walker.enter(name).goes("Reviews", "nav").page
    walker.follow("", "Weihai").goes("Go on reviewing")
    item = page.url
    page.locator("main input[name=points]").fill("0.5")
    page.keyboard.press("Tab")
    page.keyboard.type(TOLD)
    walker.press("", part.word("Give and go on"))
    assert page.url != item
    walker.goes("Return with a question").write("", "Question", TOLD).press("", "Return with a question")


def answer(walker: Walker, part: Part, name: str) -> None:
    """The city answers a question."""
    walker.enter(name)
    came = NUMBERS[part.find(r"(\w+) items came back")]
    walker.has(rf"Answer {came} returned items").follow("", f"Answer {came} returned items")
    walker.through(r"/rounds/answers/\d+/").write("", "Reply", TOLD)
    walker.press("", "Send the reply").sees("", "Answered")


def visit(walker: Walker, part: Part, name: str) -> None:
    """A visit leads to its draw; the sheet is filled in."""
    page = walker.enter(name).goes("Visits", "nav").through(r"/visits/\d+/$").page
    assert page.locator("main dt", has_text=part.word("From")).is_visible()
    walker.through(r"/visits/draws/\d+/$").sees("", "commitment.json").sees("", "verify.html")
    walker.open("/").through(r"/visits/\d+/sheet/$").sees("", "What the unit says")
    line = page.get_by_role("region").filter(has=page.get_by_role("group", name="Found")).last
    line.get_by_label("confirmed", exact=True).check()
    line.get_by_label("What was seen").fill(TOLD)
    with page.expect_navigation():
        line.get_by_role("button", name="Save", exact=True).click()
    assert page.get_by_role("button", name=part.word("Sign the sheet")).is_visible()


def follow(walker: Walker, part: Part, name: str) -> None:
    """The office reminds, extends with a reason, answers a dispute; the director prints one sheet."""
    page = walker.enter(name).goes("Rounds", "nav").through("/rounds/sample-2024/$").page
    here = page.url
    walker.goes("Status matrix").press("", part.word("Remind units late or at risk"))
    walker.goes("Windows").goes("Extend")
    page.locator("main input[type=datetime-local]").fill("2099-12-31T18:00")
    walker.choose("", "For", "Heze").write("", "Reason", TOLD)
    walker.press("", "Extend")
    walker.goes("Disputed figures").through(r"/rounds/disputes/\d+/").write("", "What was found", TOLD)
    walker.press("", re.compile("answer", re.IGNORECASE))
    page.goto(here)
    walker.goes("Assign reviews, see where reviewers differ")
    walker.enter(part.find(r"enter as (\w+ \w+)")).goes("Rounds", "nav")
    walker.through("/rounds/sample-2024/$").goes("For leaders")
    assert page.get_by_role("button", name=part.word("Print this page")).is_visible()


def mend(walker: Walker, part: Part, name: str) -> None:
    """The ledger, what is overdue, the days ahead."""
    walker.enter(name).goes("Rectification", "nav").through(r"/problems/\d+/$")
    walker.goes("Rectification", "nav").goes("Overdue and due soon").goes("Calendar")


def check(walker: Walker, part: Part, _: str) -> None:
    """Anybody follows a figure to its formula and rows."""
    page = walker.leave().goes("Published results", "nav").page
    walker.through("/open/sample-2023/$").has("interval").goes("Check a figure")
    walker.has(part.find(r"`(duxue-env\S+ round verify)`")).choose("", "Unit", "Qingdao")
    walker.choose("", "What", "^Meetings on education for each unit$").press("", "Show").through("/explain/")
    assert page.locator("main h1").is_visible()
    walker.has("Formula").has("rows")


def beyond(walker: Walker, part: Part, _: str) -> None:
    """A round is made, dropped, made again and opened; one objected; freezing is refused; another person published."""
    page = walker.enter(part.find(r"As (\w+ \w+) open")).page
    make(walker, part)
    made = page.url.removeprefix(walker.url)
    walker.goes("Invite the managers").open(made).goes("Choose the data").open(made)
    walker.goes("Drop the draft").write("", "to confirm", short_name(made)).press("", "Drop the draft")
    assert page.locator(f"main a[href='{made}']").count() == 0
    make(walker, part)
    walker.through("/move/open/$").has("still missing").write("", "to confirm", short_name(made)).press(
        "", "Open", exact=True
    )
    walker.open(made).has(r"(?m)^Open$")
    assert page.get_by_role("link", name="Drop the draft").count() == 0
    before = "/rounds/sample-2023/$"
    walker.enter(part.find(r"its result: (\w+ \w+) opens")).goes("Rounds", "nav").through(before)
    walker.through(UNIT, part.find(r"year before, (\w+),")).goes("See the result").has("Objections")
    walker.enter(part.find(r"there (\w+ \w+) finds")).goes("Rounds", "nav").through(before)
    walker.goes("Objections").through("/decide/$", part.find(r"finds one of (\w+)")).has("Replied")
    unsettled = {"sixteen": 16}[part.find(r"says why: (\w+) units are not settled, items that were returned")]
    walker.goes("Rounds", "nav").through("/rounds/sample-2024/$")
    walker.shown("What comes next").has(
        rf"“Freeze” is not possible yet: {unsettled} units not settled.*returned items not answered"
    )
    walker.has(part.find(r"a (draw) is not public") + " with a certificate that is not public")
    final = page.get_by_role("button", name=part.word("Make the final scoring"))
    assert walker.goes("Scores and charts").page.get_by_role("button", name="Make a trial scoring").count()
    assert final.count() == 0  # not yet
    walker.enter(part.find(r"here (\w+ \w+), does")).goes("Rounds", "nav").through(before)
    steps = page.get_by_role("table", name="Steps and times").get_by_role("row").count() - 1
    assert page.get_by_role("list").get_by_text("Done", exact=True).count() == steps > 1
    walker.goes("See what the public sees").has("interval")


def make(walker: Walker, part: Part) -> None:
    """Make a round of what the form proposes; its page tells what it still needs."""
    walker.goes("Rounds", "nav").goes("Make a round")
    for _step in range(NUMBERS[part.find(r"\*\*Next\*\* (\w+) times").capitalize()]):
        walker.press("", part.word("Next"))
    walker.press("", part.word("Make the round")).shown("What the draft still needs")


def short_name(made: str) -> str:
    """Return the short name of the round at this address."""
    return made.rstrip("/").rpartition("/")[2]
