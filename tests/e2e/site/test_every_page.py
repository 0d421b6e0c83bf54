"""Every page in a real browser: nothing that axe finds, nothing in the console, nothing wider than a phone; by keyboard alone; and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from tests.e2e.axe import violations
from tests.e2e.site.acting import Person
from tests.e2e.site.entering import ELSEWHERE, FORGETFUL, HALF
from tests.e2e.site.making_files import pdf_and_picture
from tests.e2e.site.shown import Staged
from tests.e2e.site.staged import ANSWERS, OF_A_KEY, TWO_STEPS

DESK: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 360, "height": 780}
ZOOMED: Final = {"width": 720, "height": 450}  # a screen of 1440 px at 200%
# One language for each theme and width; at 360 px nothing may be wider than the screen in either.
VIEWS: Final = {"zh": ("light", DESK), "en": ("dark", PHONE)}
LARGEST: Final = 200_000  # bytes that a first page may weigh, compressed, without charts
FIRST: Final = ("start", "login", "workbench", "answer")  # whose weight is looked at
WIDER: Final = """async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));  // scripts fit tables by then
    const root = document.documentElement, over = root.scrollWidth - root.clientWidth;
    if (over <= 0) return [];
    const kept = (e) => e && e !== document.body && (getComputedStyle(e).overflowX !== "visible" || kept(e.parentElement));
    const past = [...document.body.querySelectorAll("*")].filter((e) => e.checkVisibility() && !kept(e) && e.getBoundingClientRect().right > root.clientWidth + 1);
    return [`${over} px wider than the screen: ${past.slice(-3).map((e) => e.outerHTML.slice(0, 200)).join(" | ")}`];
}"""

A4: Final = (595, 842)  # points
BOX: Final = re.compile(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]")
PAPER: Final = {"width": 672, "height": 979}  # px of what is between the margins of A4, 16 mm at the sides
SHEETS: Final = {  # name in the matrix -> who prints it
    "rounds:receipt": "organiser", "inspections:sheet": "organiser", "rectification:show": "organiser",
    "public:round": "public",
}  # fmt: skip
CUT: Final = """() => {
    const root = document.documentElement;
    const past = [...document.body.querySelectorAll("*")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > root.clientWidth + 1);
    const cut = [...document.querySelectorAll("main *")].filter((e) => e.checkVisibility() && getComputedStyle(e).overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1);
    return [...past, ...cut].map((e) => e.outerHTML.slice(0, 160));
}"""

FOCUS: Final = """() => {
    const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
    const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const top = document.elementFromPoint(Math.max(1, box.left + Math.min(box.width, 20) / 2), Math.min(innerHeight - 1, Math.max(1, box.top + box.height / 2)));
    const free = top && (e.contains(top) || top.contains(e) || [...(e.labels || [])].some((label) => label.contains(top)));
    return e === document.body || (shown && inside && free) ? "" : `${shown} ${inside} ${Boolean(free)} ${e.outerHTML.slice(0, 200)}`;
}"""
CONTROLS: Final = """() => [...document.querySelectorAll("main a, main button, main input, main select, main textarea, h1, h2")]
    .filter((e) => e.checkVisibility() && e.type !== "hidden").map((e) => e.tagName + (e.innerText || e.name || "").trim())"""


def test_every_address_is_a_page_or_a_file(staged: Staged) -> None:
    wrong = [page for page in staged.pages if page["status"] != ANSWERS.get(page["name"], 200)]
    assert wrong == []
    pages = {page["name"]: page["path"] for page in staged.pages if page["html"]}
    assert len(pages) > 100
    published = {"public:standard", "public:draw", "public:draw_check", "rounds:explain"}
    reports = {f"public:file report.{lang}.html" for lang in ("zh", "en")}
    assert published | reports | set(OF_A_KEY) <= set(pages)
    asked = {name for name, path in pages.items() if path.startswith("/accounts/reauthenticate/")}
    assert asked <= {"account_reauthenticate"}  # nobody is kept at the door of another page
    assert staged.unopened == []


@pytest.mark.parametrize("lang", VIEWS)
def test_no_page_keeps_anybody_out(staged: Staged, browser: Any, lang: str) -> None:
    wrong: list[str] = []
    pages = {(page["who"], page["path"]): page for page in staged.pages if page["html"]}
    if lang != "zh":  # once is enough to see an address in other colours, whoever opens it
        pages = {key: pages[key] for key in {path: (who, path) for who, path in pages}.values()}
    for who, still in dict.fromkeys((page["who"], page["still"]) for page in pages.values()):
        with looking(staged, browser, who, lang, still=still) as look:
            for (owner, path), page in pages.items():
                if (owner, page["still"]) == (who, still):
                    wrong += [f"{page['name']} {path} as {who}: {what}" for what in look(path)]
    assert not wrong, "\n".join([f"{len(wrong)} things:", *wrong])


@contextmanager
def looking(
    staged: Staged, browser: Any, who: str, lang: str, *, still: bool
) -> Iterator[Callable[[str], list[str]]]:
    """Give what opens a page as a person and returns what is wrong with it, each with its element.

    `still`: pages whose own policy lets no script run, and so no axe either: it is set aside.
    """
    theme, size = VIEWS[lang]
    context = staged.enter(browser, who, lang, viewport=size, color_scheme=theme, bypass_csp=still)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))

    def look(path: str) -> list[str]:
        said.clear()
        page.set_viewport_size(size)
        page.goto(path)
        found = violations(page)
        page.set_viewport_size(PHONE)
        # Chromium writes an answer of 401, 403 or 404 to the console.
        return [
            *found,
            *page.evaluate(WIDER),
            *(text for text in said if not re.search("status of 40[134]", text)),
        ]

    yield look
    context.close()


@pytest.mark.parametrize("lang", VIEWS)
def test_what_opens_on_a_page_keeps_nobody_out_either(staged: Staged, browser: Any, lang: str) -> None:
    theme, size = VIEWS[lang]
    context = staged.enter(browser, "organiser", lang, viewport=size, color_scheme=theme)
    page = context.new_page()
    page.goto("/")
    page.locator("header details.menu summary").last.click()
    page.locator("header [data-keys-switch]").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("dialog [data-keys-switch]").wait_for()
    assert violations(page) == []
    page.locator("dialog [data-keys-switch]").press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert not page.locator("#keyboard-help").is_visible()
    context.close()


@pytest.mark.parametrize("lang", VIEWS)
@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("mfa_authenticate", HALF), ("account_reset_password_from_key", FORGETFUL), ("mfa_activate_totp", "officer_a"),
        ("account_set_password", ELSEWHERE), ("account_change_password", "officer_a"),
        ("mfa_reauthenticate", TWO_STEPS),
    ],
)  # fmt: skip
def test_what_is_refused_keeps_nobody_out_either(
    staged: Staged, browser: Any, lang: str, name: str, who: str
) -> None:
    theme, size = VIEWS[lang]
    context = staged.enter(browser, who, lang, viewport=size, color_scheme=theme)
    page = context.new_page()
    page.goto(next(p["path"] for p in staged.pages if (p["name"], p["who"]) == (name, who)))
    main = page.locator("main form:has(button.primary)").first
    for box in main.locator("input:not([type=hidden])").all():
        box.fill("1")
    with page.expect_navigation():
        main.locator("button.primary").click()
    assert page.locator("main .error-summary").is_visible()
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate(WIDER) == []
    context.close()


@pytest.fixture
def keys(staged: Staged, browser: Any) -> Iterator[Person]:
    """A person who has no mouse, not signed in."""
    person = Person(browser, staged.url, "zh")
    yield person
    person.context.close()


def tab_to(page: Any, target: Any) -> None:
    """Press Tab until the target has the focus, which is to be seen at each stop."""
    target.first.wait_for()
    for _ in range(80):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS) == ""
        if target.first.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {target}")


def press_enter(page: Any, target: Any) -> None:
    """Go to the target by Tab, press Enter and wait for the page that answers."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def come_in(staged: Staged, keys: Person, who: str, path: str) -> None:
    """Sign in by keys alone, on the way to a page."""
    page, main = keys.page, keys.page.locator("main")
    keys.open(f"/accounts/login/?next={path}")
    for label, text in (("用户名或电子邮箱", who), ("密码", staged.password)):
        if not main.get_by_label(label).first.evaluate("e => e === document.activeElement"):
            tab_to(page, main.get_by_label(label))
        page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == staged.url + path


def answer(page: Any) -> None:
    """Fill in the item whose page is open, as filled in whole, and keep it."""
    main = page.locator("main")
    for label, text in (("自评分", "4"), ("文字说明", "（合成）已完成。")):
        tab_to(page, main.get_by_label(label))
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
    done = main.get_by_label("这一条目已填好")
    if not done.is_checked():
        tab_to(page, done)
        page.keyboard.press("Space")
    press_enter(page, main.get_by_role("button", name="保存", exact=True))


def test_an_officer_signs_in_answers_and_comes_to_the_submission_by_keys_alone(
    staged: Staged, keys: Person
) -> None:
    page, main = keys.page, keys.page.locator("main")
    come_in(staged, keys, "manager_b", staged.work["workbench"])
    press_enter(page, main.locator(f"a[href='{staged.work['answer']}']"))
    answer(page)
    keys.sees("已保存", "")
    keys.open(staged.work["workbench"])
    press_enter(page, main.get_by_role("link", name="核对并提交"))
    assert page.url == staged.url + staged.work["submit"]
    assert page.locator("h1").inner_text() == "核对并提交"
    assert keys.wrong == []


@pytest.mark.parametrize("name", ["workbench", "answer", "submit"])
def test_nothing_is_lost_at_twice_the_size(staged: Staged, browser: Any, name: str) -> None:
    context = staged.enter(browser, "manager_b", "zh", viewport=ZOOMED, device_scale_factor=2)
    page = context.new_page()
    page.goto(staged.work[name])
    assert page.evaluate(WIDER) == []
    zoomed = page.evaluate(CONTROLS)
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.evaluate(CONTROLS) == zoomed
    context.close()


@pytest.mark.parametrize("lang", VIEWS)
def test_a_file_that_is_there_already_says_so_in_its_own_line(
    staged: Staged, browser: Any, lang: str
) -> None:
    zh, data = lang == "zh", f"（合成）纪要 {lang}\n".encode()
    context = staged.enter(browser, "manager_b", lang, viewport=PHONE)
    page = context.new_page()
    for path in (staged.work["answer"], "/evidence/"):
        page.goto(path)
        for name in ("合成纪要.txt", "合成纪要" * 15 + ".txt"):
            page.locator(".upload input[type=file]").set_input_files(
                {"name": name, "mimeType": "text/plain", "buffer": data}
            )
            again = path == "/evidence/" or name != "合成纪要.txt"
            line = page.locator(".upload-list li").last.locator(".state")
            told = "“合成纪要.txt”已在材料库中" if zh else "“合成纪要.txt” is in the library already"
            line.get_by_text(told if again else "已上传" if zh else "Uploaded").wait_for()
        assert page.evaluate(WIDER) == []
        page.goto("/evidence/")
        assert told not in page.locator("body").inner_text()
    context.close()


def test_a_card_shows_where_a_page_begins(staged: Staged, browser: Any, tmp_path: Path) -> None:
    context = staged.enter(browser, "manager_b", "zh", viewport=DESK)
    page = context.new_page()
    page.goto("/evidence/")
    minutes = pdf_and_picture(tmp_path, "910199")[0]  # a few lines on top of an empty sheet
    with page.expect_navigation():
        page.locator(".upload input[type=file]").set_input_files(str(minutes))
    card = page.locator(".evidence").filter(has_text=minutes.name).locator("img.thumb")
    for _ in range(60):  # half a second each: a job draws it
        page.reload()
        if card.count():
            break
        page.wait_for_timeout(500)
    card.evaluate("e => { e.loading = 'eager'; return e.decode(); }")
    seen = Image.open(BytesIO(card.screenshot())).convert("L")
    darkest, brightest = seen.crop((4, 4, seen.width - 4, seen.height - 4)).getextrema()
    assert brightest - darkest > 20
    context.close()


@pytest.mark.parametrize("lang", VIEWS)
@pytest.mark.parametrize(
    ("who", "path"),
    [("leader", "/rounds/sample-2024/leader/"), ("published.leader", "/rounds/small-2023/leader/")],
)
def test_the_page_for_leaders_is_one_sheet(
    staged: Staged, browser: Any, lang: str, who: str, path: str
) -> None:
    context = staged.enter(browser, who, lang, viewport=DESK)
    page = context.new_page()
    page.goto(path)
    page.set_viewport_size({"width": 1280, "height": 900})
    tables = page.locator(".one-sheet .chart-table")
    tables.evaluate_all("all => all.forEach((one) => { one.open = true; })")
    over = tables.locator(".table-region").evaluate_all(
        "all => all.map((e) => e.scrollWidth - e.clientWidth)"
    )
    assert over
    assert set(over) == {0}  # none is cut beside the others
    page.goto(path)
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    width, height = (float(n) for n in re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheet).groups())  # type: ignore[union-attr]
    assert (round(width), round(height)) == (595, 842)  # points of A4
    page.emulate_media(media="print")
    tops = page.locator(".one-sheet .columns").first.evaluate(
        "e => [...e.children].map((part) => Math.round(part.getBoundingClientRect().top))"
    )
    assert len(tops) == 4
    assert {tops.count(top) for top in tops} == {2}  # none stands alone in a row of its own
    context.close()


@pytest.mark.parametrize("name", FIRST)
def test_first_pages_are_light(staged: Staged, browser: Any, name: str) -> None:
    path = {"start": "/", "login": "/accounts/login/", **staged.work}[name]
    context = staged.enter(browser, "public" if name in {"start", "login"} else "manager_b", "zh")
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(
        "() => ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind)).map((e) => [e.name, e.transferSize])"
    )
    without = {address: size for address, size in sizes if "/charts" not in address}
    assert all(address.startswith(staged.url) and size > 0 for address, size in without.items())
    assert sum(without.values()) < LARGEST, without
    context.close()


@pytest.mark.parametrize("lang", VIEWS)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_prints_well(staged: Staged, browser: Any, name: str, lang: str) -> None:
    who = SHEETS[name]
    path = next(p["path"] for p in staged.pages if (p["name"], p["who"]) == (name, who))
    context = staged.enter(browser, who, lang, viewport=PAPER)
    page = context.new_page()
    page.goto(path)
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    assert page.locator(".print-header").inner_text().strip()
    assert not page.locator(".site-nav, [data-print]").locator("visible=true").count()
    sizes = {tuple(round(float(n)) for n in box) for box in BOX.findall(page.pdf(prefer_css_page_size=True))}
    assert sizes == {A4}
    context.close()


# What is done below stays done on the site: it comes last.
def test_a_reviewer_gives_points_with_a_reason_by_keys_alone(staged: Staged, keys: Person) -> None:
    page, main = keys.page, keys.page.locator("main")
    come_in(staged, keys, "reviewer1", "/review/")
    press_enter(page, main.locator("a[href*='/review/tasks/']"))
    press_enter(page, main.locator("a[href*='/items/']"))
    given, reason = page.url, "（合成）佐证齐全，按标准给分。"
    tab_to(page, main.get_by_label("给分", exact=False).and_(page.locator("input")))
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    assert main.get_by_label("理由").first.evaluate("e => e === document.activeElement")
    page.keyboard.press("Control+a")
    page.keyboard.type(reason)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert page.url != given  # the next item
    page.goto(given)
    assert main.get_by_label("理由").first.input_value() == reason
    keys.sees("已给分", "")
    assert keys.wrong == []


def test_an_organiser_extends_a_window_with_a_reason_by_keys_alone(staged: Staged, keys: Person) -> None:
    page, main = keys.page, keys.page.locator("main")
    later, reason = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=90), "（合成）汛期顺延。"
    come_in(staged, keys, "organiser", "/rounds/sample-2024/windows/")
    press_enter(page, main.get_by_role("link", name="延长", exact=True))
    end = main.get_by_label("延长至")
    tab_to(page, end)
    page.keyboard.type(f"{later:%m%d%Y}")  # in the order of the parts that Chromium's own field has here
    page.keyboard.press("ArrowRight")
    page.keyboard.type("0930A")
    assert end.input_value() == f"{later:%Y-%m-%d}T09:30"
    tab_to(page, main.get_by_label("理由"))
    page.keyboard.type(reason)
    press_enter(page, main.get_by_role("button", name="延长"))
    assert page.url == f"{staged.url}/rounds/sample-2024/windows/"
    keys.sees("的时间窗口已调整", "")
    keys.sees(reason, "")
    assert keys.wrong == []


def test_an_officer_mends_what_is_missing_and_submits_by_keys_alone(staged: Staged, keys: Person) -> None:
    page, main = keys.page, keys.page.locator("main")
    come_in(staged, keys, "manager_b", staged.work["submit"])
    for _ in range(9):  # more than there are items
        missing = main.locator(".error-summary a")
        if not missing.count():
            break
        press_enter(page, missing)
        answer(page)
        keys.open(staged.work["submit"])
    press_enter(page, main.get_by_role("button", name="提交自评"))
    assert "/rounds/submissions/" in page.url
    keys.sees("提交回执", "")
    assert keys.wrong == []
