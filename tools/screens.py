"""`make screens`: pictures of every main page of the demonstration's site, wide and narrow, in each language, to be looked at."""

from __future__ import annotations

import argparse
import html
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal, get_args

from duxue.app.demo_site import make_site
from duxue.app.serving import Supervisor
from tools.chromium import launch

DEMO: Final = Path("build/demo")  # what `make demo` wrote
OUT: Final = Path("build/screens")
WIDTHS: Final = (1440, 768, 360)
LANGS: Final = ("zh-hans", "en")
Theme = Literal["light", "dark"]
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
TALLEST: Final = 6000  # px of one picture; what is below is the same again
NOW, LAST = "sample-2024", "sample-2023"  # the rounds of the demonstration
ITEM: Final = r"/rounds/answers/\d+/$"


@dataclass(frozen=True)
class Shot:
    """One page: who looks at it, where to begin, and the links to follow from there, each the first whose address matches."""

    name: str
    who: str  # a key of the start page's buttons; "" for the public
    path: str
    follow: tuple[str, ...] = ()
    status: int = 200  # what the page answers


@dataclass(frozen=True)
class View:
    """How a page is looked at."""

    lang: str
    width: int  # px
    theme: Theme = "light"

    def __str__(self) -> str:
        return f"{self.width}.{self.lang}" + ("" if self.theme == "light" else f".{self.theme}")


def _shot(name: str, who: str, path: str, *follow: str, status: int = 200) -> Shot:
    return Shot(name, who, path, follow, status)


SHOTS: Final = (
    _shot("start", "", "/"),
    _shot("login", "", "/accounts/login/"),
    _shot("open-rounds", "", "/open/"),
    _shot("open-round", "", f"/open/{LAST}/"),
    _shot("open-unit", "", f"/open/{LAST}/units/370200/"),
    _shot("open-check", "", f"/open/{LAST}/check/"),
    _shot("open-explain", "", f"/open/{LAST}/check/?unit=370200&indicator=meetings_held", r"/explain/"),
    _shot("components", "", "/about/components/"),
    _shot("home-organiser", "organiser", "/"),
    _shot("home-leader", "leader", "/"),
    _shot("home-auditor", "auditor", "/"),
    _shot("home-manager", "manager-yantai", "/"),
    _shot("home-late", "manager-heze", "/"),
    _shot("home-officer", "officer", "/"),
    _shot("home-county", "county", "/"),
    _shot("home-reviewer", "reviewer", "/"),
    _shot("home-inspector", "inspector", "/"),
    _shot("rounds", "organiser", "/rounds/"),
    _shot("round-new", "organiser", "/rounds/new/"),
    _shot("round", "organiser", f"/rounds/{NOW}/"),
    _shot("matrix", "organiser", f"/rounds/{NOW}/matrix/"),
    _shot("round-leader", "leader", f"/rounds/{NOW}/leader/"),
    _shot("windows", "organiser", f"/rounds/{NOW}/windows/"),
    _shot("more-time", "organiser", f"/rounds/{NOW}/more-time/"),
    _shot("disputes", "organiser", f"/rounds/{NOW}/disputes/"),
    _shot("standard", "organiser", f"/rounds/{NOW}/standard/"),
    _shot("notices", "officer", "/rounds/notices/"),
    _shot("objections", "organiser", f"/rounds/{LAST}/objections/"),
    _shot("vetoes", "organiser", f"/rounds/{LAST}/vetoes/"),
    _shot("data", "organiser", f"/rounds/{NOW}/data/"),
    _shot("workbench", "manager-yantai", "/", r"/rounds/units/\d+/$"),
    _shot("answer", "manager-yantai", "/", r"/rounds/units/\d+/$", ITEM),
    _shot("history", "manager-yantai", "/", r"/rounds/units/\d+/$", ITEM, r"/versions/$"),
    _shot("submit", "manager-yantai", "/", r"/rounds/units/\d+/$", r"/submit/$"),
    _shot("sheet-upload", "manager-yantai", "/", r"/rounds/units/\d+/$", r"/units/\d+/sheet/$"),
    _shot("report-check", "manager-yantai", "/", r"/rounds/units/\d+/$", r"/reading/units/\d+/$"),
    _shot("report-read", "manager-yantai", "/", r"/rounds/units/\d+/$", r"/reading/units/\d+/$", r"/reading/\d+/$"),
    _shot("round-member", "manager-qingdao", f"/rounds/{NOW}/"),
    _shot("workbench-sent", "manager-qingdao", f"/rounds/{NOW}/", r"/rounds/units/\d+/$"),
    _shot("receipt", "manager-qingdao", f"/rounds/{NOW}/", r"/rounds/units/\d+/$", r"/rounds/submissions/\d+/$"),
    _shot("result", "manager-qingdao", f"/rounds/{LAST}/", r"/rounds/units/\d+/$", r"/units/\d+/result/$"),
    _shot("practices", "manager-qingdao", f"/rounds/{LAST}/", r"/rounds/units/\d+/$", r"/units/\d+/practices/$"),
    _shot("desk", "reviewer", "/review/"),
    _shot("review-task", "reviewer", "/review/", r"/review/tasks/\d+/$"),
    _shot("scoring", "reviewer", "/review/", r"/review/tasks/\d+/$", r"/items/\d+/$"),
    _shot("reviews", "organiser", f"/rounds/{NOW}/", r"/review/rounds/\d+/$"),
    _shot("agreement", "organiser", f"/rounds/{NOW}/", r"/review/rounds/\d+/$", r"/agreement/$"),
    _shot("recusals", "reviewer", "/review/", r"/review/rounds/\d+/recusals/$"),
    _shot("draw-new", "organiser", "/visits/", r"/visits/rounds/\d+/draw/$"),
    _shot("draw", "inspector", "/visits/", r"/visits/\d+/$", r"/visits/draws/\d+/$"),
    _shot("visits", "inspector", "/visits/"),
    _shot("visits-calendar", "organiser", "/visits/calendar/"),
    _shot("visit", "inspector", "/visits/", r"/visits/\d+/$"),
    _shot("visit-sheet", "inspector", "/", r"/visits/\d+/sheet/$"),
    _shot("evidence", "officer", "/evidence/"),
    _shot("evidence-file", "officer", "/evidence/", r"/evidence/files/\d+$"),
    _shot("evidence-preview", "officer", "/evidence/", r"/evidence/files/\d+$", r"/preview$"),
    _shot("problems", "organiser", "/problems/"),
    _shot("problem", "officer", "/problems/", r"/problems/\d+/$"),
    _shot("problem-new", "organiser", "/problems/new/"),
    _shot("overdue", "leader", "/problems/overdue/"),
    _shot("statistics", "leader", "/problems/statistics/"),
    _shot("calendar", "leader", "/problems/calendar/"),
    _shot("dashboards", "leader", "/dashboards/"),
    _shot("dashboard", "leader", f"/dashboards/{LAST}/"),
    _shot("unit-profile", "leader", f"/dashboards/{LAST}/370200/"),
    _shot("explain", "leader", f"/dashboards/{LAST}/370200/", rf"/dashboards/{LAST}/370200/[^/]+/$"),
    _shot("search", "organiser", "/dashboards/search/?q=%E6%95%99%E5%B8%88"),
    _shot("people", "organiser", "/people/"),
    _shot("person", "organiser", "/people/", r"/people/\d+/$"),
    _shot("invite", "organiser", "/people/invite/"),
    _shot("organisations", "organiser", "/organisations/"),
    _shot("tokens", "organiser", "/organisations/", r"/organisations/\d+/$", r"/tokens/$"),
    _shot("access", "officer", "/me/access/"),
    _shot("audit", "auditor", "/audit/"),
    _shot("audit-object", "auditor", "/audit/", r"/audit/[a-z]+\.[a-z]+/\d+/$"),
    _shot("jobs", "organiser", "/jobs/"),
    _shot("two-steps", "officer", "/accounts/2fa/"),
    _shot("not-found", "officer", "/rounds/no-such-round/", status=404),
    _shot("denied", "officer", "/rounds/new/", status=403),
)  # fmt: skip
ALSO: Final = ("start", "round", "answer", "scoring", "dashboard", "open-round", "problem")  # in more views
MORE: Final = (View("zh-hant", 1440), View("zh-hans", 1440, "dark"), View("en", 360, "dark"))


def views(
    name: str, langs: tuple[str, ...], widths: tuple[int, ...], themes: tuple[Theme, ...]
) -> Iterator[View]:
    """Yield the views of a page; the whole set adds some in traditional characters and in the dark."""
    yield from (View(lang, width, theme) for lang, width, theme in product(langs, widths, themes))
    if name in ALSO and (langs, widths, themes) == (LANGS, WIDTHS, THEMES[:1]):
        yield from MORE


def shoot(
    url: str,
    shots: list[Shot],
    langs: tuple[str, ...],
    widths: tuple[int, ...],
    themes: tuple[Theme, ...],
    out: Path,
) -> list[str]:
    """Write <name>.<view>.png of every shot below `out` and return what went wrong, a sentence each."""
    from playwright.sync_api import sync_playwright  # only this command needs it

    wrong: list[str] = []
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        states: dict[str, Any] = {}
        wanted = sorted(
            ((v, s) for s in shots for v in views(s.name, langs, widths, themes)),
            key=lambda p: (p[1].who, str(p[0])),
        )
        for view, shot in wanted:
            if shot.who not in states:
                states[shot.who] = _entered(chromium, url, shot.who)
            context = chromium.new_context(
                base_url=url,
                storage_state=states[shot.who],
                viewport={"width": view.width, "height": 760 if view.width < 600 else 900},
                has_touch=view.width < 600,
                color_scheme=view.theme,
            )
            context.add_cookies([{"name": "duxue_language", "value": view.lang, "url": url}])
            wrong += [
                f"{shot.name} {view}: {what}"
                for what in _look(context.new_page(), shot, out / f"{shot.name}.{view}.png")
            ]
            context.close()
        chromium.close()
    return wrong


def _look(page: Any, shot: Shot, path: Path) -> list[str]:
    """Take the picture of a page and return what is wrong with it."""
    from playwright.sync_api import Error

    said: list[str] = []
    if shot.status == 200:  # a refused page is itself an error that the console tells
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    try:
        missing = _open(page, shot)
    except Error as error:
        missing = error.message.splitlines()[0]
    if missing:
        return [*said, missing]
    _picture(page, path)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*said, f"{over} px wider than the screen"] if over > 0 else said


def _entered(chromium: Any, url: str, who: str) -> Any:
    """Return the cookies of a person who entered by the button of the start page."""
    context = chromium.new_context(base_url=url)
    if who:
        page = context.new_page()
        page.goto("/")
        page.locator(f'form:has(input[name=key][value="{who}"]) button').click()
        page.wait_for_load_state()
    state = context.storage_state()
    context.close()
    return state


def _open(page: Any, shot: Shot) -> str:
    """Go to the page of a shot; return why it is not there, or nothing."""
    answer = page.goto(shot.path)
    for pattern in shot.follow:
        addresses = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        found = next((a for a in addresses if re.search(pattern, a.split("?")[0].split("#")[0])), None)
        if found is None:
            return f"no link {pattern} on {page.url}"
        answer = page.goto(found)
    return "" if answer.status == shot.status else f"{answer.status} at {page.url}"


def _picture(page: Any, path: Path) -> None:
    """Take the whole page once its charts stand; they are drawn when they come into sight."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    width, screen = page.viewport_size["width"], page.viewport_size["height"]
    if page.locator(".chart").count():
        for top in range(0, page.evaluate("document.documentElement.scrollHeight"), screen):
            page.evaluate(f"scrollTo(0, {top})")
            page.wait_for_timeout(60)
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(200)
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.screenshot(
        path=path,
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": height},
        animations="disabled",
    )


def write_index(out: Path) -> Path:
    """Write index.html, which shows all pictures of `out` page by page, and return it."""
    rows = []
    for name in dict.fromkeys(p.name.split(".")[0] for p in sorted(out.glob("*.png"))):
        pictures = "".join(
            f'<a href="{p.name}"><img src="{p.name}" alt="{p.stem}" loading="lazy"><br>{p.stem.split(".", 1)[1]}</a>'
            for p in sorted(out.glob(f"{name}.*.png"))
        )
        rows.append(f"<h2>{html.escape(name)}</h2><div>{pictures}</div>")
    style = "body{font:14px sans-serif;margin:2em}div{display:flex;gap:1em;overflow-x:auto;align-items:start}img{height:360px;border:1px solid #ccc}"
    index = out / "index.html"
    index.write_text(
        f'<!doctype html><meta charset="utf-8"><title>Screens</title><style>{style}</style>{"".join(rows)}',
        encoding="utf-8",
    )
    return index


def with_demo(work: Callable[[str], None]) -> None:
    """Serve the site of `make demo` while `work` looks at its address."""
    plan = make_site(DEMO, os.environ, lambda step: print(f"  {step.en}"))
    with (plan.home / "site.log").open("a", encoding="utf-8") as log:
        supervisor = Supervisor(plan, log)

        def look() -> None:
            try:
                work(plan.url)
            finally:
                supervisor.stopping = True

        supervisor.run(lambda: threading.Thread(target=look, daemon=True).start())


def main(arguments: list[str] | None = None) -> int:
    """Take the pictures; 1 when a page is missing, says an error or is wider than its screen."""
    ask = argparse.ArgumentParser(prog="python -m tools.screens", description=__doc__)
    ask.add_argument("names", nargs="*", metavar="PAGE", help="only these pages")
    ask.add_argument("--url", help="a demonstration that is already served")
    ask.add_argument("--lang", action="append", choices=("zh-hans", "zh-hant", "en"))
    ask.add_argument("--width", action="append", type=int)
    ask.add_argument("--theme", action="append", choices=THEMES)
    ask.add_argument("--out", type=Path, default=OUT)
    chosen = ask.parse_args(arguments)
    shots = [s for s in SHOTS if not chosen.names or s.name in chosen.names]
    wrong: list[str] = []

    def work(url: str) -> None:
        wrong.extend(
            shoot(
                url,
                shots,
                tuple(chosen.lang or LANGS),
                tuple(chosen.width or WIDTHS),
                tuple(chosen.theme or THEMES[:1]),
                chosen.out,
            )
        )

    if chosen.url:
        work(chosen.url)
    else:
        with_demo(work)
    print(f"  {write_index(chosen.out)}")
    for one in dict.fromkeys(wrong):
        print(f"  ✗ {one}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
