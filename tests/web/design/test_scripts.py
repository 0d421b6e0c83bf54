"""What scripts add to a page: drafts that outlive a crash, confirming by name, keys, uploads in pieces.

The pages are small and made here; requests are answered by the test, so no server and no database take part.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import duxue.web

STATIC = Path(duxue.web.__file__).parent / "static" / "duxue"
HOME = "http://site.test/"
SAY = (
    'data-say-saved="saved {time}" data-say-unsaved="kept" data-say-restored="restored" '
    'data-say-undo="undo" data-say-close="close" data-alive="/alive" data-say-held="held" data-say-cut="nothing sent"'
)
TOASTS = '<div class="toasts" data-toasts></div>'
FORM = (
    '<form id="f" method="post" action="/save" data-autosave>'
    '<input type="hidden" name="version" value="1"><textarea name="reply"></textarea></form>'
)


@pytest.fixture
def show(browser):
    """Return a function that shows a body with a script of the site, and answers its requests with `answer`.

    Given a list, the script is held back: what is called to let it arrive is put there.
    """
    context = browser.new_context()
    page = context.new_page()

    def start(body, answer=None, script="site.js", held=None):
        html = (
            f'<!doctype html><meta charset="utf-8"><body {SAY}>{body}<script src="/{script}"></script></body>'
        )

        def route(request_route):
            request = request_route.request
            if request.url == HOME:
                request_route.fulfill(body=html, content_type="text/html")
            elif request.url == HOME + script:

                def arrive():
                    request_route.fulfill(path=STATIC / script, content_type="text/javascript")

                arrive() if held is None else held.append(arrive)
            elif request.url == HOME + "offline.js":
                request_route.fulfill(path=STATIC / "offline.js", content_type="text/javascript")
            elif answer is not None:
                answer(request_route, request)
            else:
                request_route.abort()

        page.unroute_all()
        page.route("**/*", route)
        page.goto(HOME, wait_until="load" if held is None else "commit")
        return page

    yield start
    context.close()


def test_a_draft_is_saved_while_one_types(show):
    seen = []

    def answer(route, request):
        seen.append((request.headers.get("x-autosave"), request.post_data))
        route.fulfill(json={"version": 2})

    page = show(FORM, answer)
    page.fill("textarea", "新建 3 所小学")
    page.wait_for_selector("text=/saved \\d\\d:\\d\\d/")
    assert [(mark, "新建 3 所小学" in body) for mark, body in seen] == [("1", True)]
    assert page.input_value("[name=version]") == "2"
    assert page.evaluate("localStorage.length") == 0


def test_what_could_not_be_saved_comes_back_after_a_crash_and_can_be_undone(show):
    page = show(FORM + TOASTS)  # every request fails
    page.fill("textarea", "not to be lost")
    page.wait_for_selector("text=kept")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(HOME)
    assert page.input_value("textarea") == "not to be lost"
    page.click("text=undo")
    assert page.input_value("textarea") == ""


def test_a_conflict_is_shown_beside_the_form_and_keeps_what_was_typed(show):
    part = '<section data-conflict tabindex="-1"><h2>Someone else changed this</h2></section>'
    page = show(FORM, lambda route, request: route.fulfill(status=409, body=part, content_type="text/html"))
    page.fill("textarea", "mine")
    page.wait_for_selector("[data-conflict]")
    assert page.input_value("textarea") == "mine"
    assert "mine" in page.evaluate("JSON.stringify(localStorage)")


OFFLINE = '<script src="/offline.js"></script>'
SAVED = FORM.replace("</form>", '<button type="submit" name="go" value="next">save</button></form>') + OFFLINE


class _Line:
    """A site that is reached only while `up`."""

    def __init__(self):
        self.up, self.sent = False, []

    def __call__(self, route, request):
        if not self.up:
            route.abort("internetdisconnected")
        elif request.url == HOME + "alive":
            route.fulfill(body="ok")
        elif request.headers.get("x-autosave"):
            self.sent.append("autosave")
            route.fulfill(json={"version": 2})
        else:
            self.sent.append(request.post_data)
            route.fulfill(body="the next page", content_type="text/html")


@pytest.mark.parametrize("told", [True, False], ids=["the browser knows", "the browser takes it for online"])
def test_saving_out_of_reach_stays_on_the_page_and_is_sent_later(show, told):
    line = _Line()
    page = show(SAVED, line)
    page.context.set_offline(told)
    page.fill("textarea", "seen in place")
    page.click("text=save")
    page.wait_for_selector("text=held")
    assert page.url == HOME
    assert page.input_value("textarea") == "seen in place"
    line.up = True
    if told:
        page.context.set_offline(False)
    else:
        page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector("text=/saved \\d\\d:\\d\\d/")
    assert line.sent == ["autosave"]


def test_a_form_that_keeps_nothing_says_out_of_reach_that_nothing_was_sent(show):
    line = _Line()
    page = show(
        '<form method="post" action="/act"><input name="why"><button type="submit">go</button></form>'
        + OFFLINE,
        line,
    )
    page.context.set_offline(True)
    page.fill("input", "because")
    page.click("text=go")
    page.wait_for_selector("[role=status]:text('nothing sent')")
    line.up = True
    page.context.set_offline(False)
    page.click("text=go")
    page.wait_for_selector("text=the next page")
    assert line.sent == ["why=because"]


def test_saving_within_reach_sends_the_form_once_with_the_button_that_was_pressed(show):
    line = _Line()
    line.up = True
    page = show(SAVED, line)
    page.fill("textarea", "seen")
    page.evaluate("for (let n = 0; n < 3; n += 1) document.querySelector('button').click()")
    page.wait_for_selector("text=the next page")
    assert line.sent == ["version=1&reply=seen&go=next"]


def test_a_browser_that_wrongly_takes_itself_for_offline_still_sends(show):
    line = _Line()
    line.up = True
    page = show(SAVED, line)
    page.evaluate("Object.defineProperty(navigator, 'onLine', { value: false })")
    page.click("text=save")
    page.wait_for_selector("text=the next page")
    assert line.sent == ["version=1&reply=&go=next"]


def test_a_confirmation_wakes_when_the_name_is_right(show):
    page = show(
        '<form method="post" data-confirm="2025 年评价"><input name="confirm"><button type="submit">go</button></form>'
    )
    page.fill("input", "2025")
    assert page.is_disabled("button")
    page.fill("input", "2025 年评价")
    assert page.is_enabled("button")


def test_a_form_is_sent_once_however_often_its_button_is_pressed(show):
    seen = []
    page = show(
        '<form method="post" action="/act"><button type="submit">go</button></form>',
        lambda route, request: (seen.append(request.url), route.fulfill(status=204)),
    )
    page.evaluate("for (let n = 0; n < 3; n += 1) document.querySelector('button').click()")
    page.wait_for_timeout(300)
    assert seen == [HOME + "act"]


def test_keys_walk_rows_and_open_the_list_of_keys_but_not_while_typing(show):
    page = show(
        '<table><tbody><tr data-row><td><a href="#one">one</a></td></tr><tr data-row><td><a href="#two">two</a></td></tr>'
        '</tbody></table><input id="q" data-key="/"><dialog id="keyboard-help">keys</dialog>'
    )
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "two"
    page.keyboard.press("Enter")
    page.wait_for_url("**#two")
    page.keyboard.press("/")
    page.keyboard.type("?j")
    assert page.input_value("#q") == "?j"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.is_visible("dialog")


KEYS = (
    '<a id="later" data-key="n" href="#later">later</a><a id="home" data-key="g h" href="#home">home</a><input id="text">'
    '<select><option>now<option>never</select><textarea></textarea><div contenteditable><b tabindex="0">b</b></div>'
    '<button role="switch" data-keys-switch data-on="on" data-off="off" hidden>keys <i data-state></i></button>'
    '<dialog id="keyboard-help">keys</dialog>'
)


def test_keys_of_one_letter_are_turned_off_and_on_and_stay_so(show):
    page = show(KEYS)
    switch = page.get_by_role("switch")
    assert switch.get_attribute("aria-checked") == "true"
    page.keyboard.press("n")
    assert page.url == HOME + "#later"
    switch.click()
    assert switch.inner_text() == "keys off"
    page.goto(HOME)
    assert switch.get_attribute("aria-checked") == "false"
    for key in "ngh?":
        page.keyboard.press(key)
    assert page.url == HOME
    assert not page.is_visible("dialog")
    switch.click()
    page.keyboard.press("g")
    page.keyboard.press("h")
    assert page.url == HOME + "#home"


@pytest.mark.parametrize("field", ["#text", "select", "textarea", "[contenteditable]", "b"])
def test_keys_of_one_letter_do_nothing_where_something_is_typed(show, field):
    page = show(KEYS)
    page.locator(field).focus()
    for key in "gh?n":
        page.keyboard.press(key)
    assert page.url == HOME
    assert not page.is_visible("dialog")


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta", "Shift"])
def test_keys_of_one_letter_do_nothing_with_another_key_held(show, modifier):
    page = show(KEYS)
    page.evaluate(
        "document.addEventListener('keydown', (event) => { window.taken = event.defaultPrevented })"
    )
    page.keyboard.press(f"{modifier}+n")
    assert page.evaluate("window.taken") is False
    assert page.url == HOME


UPLOAD = (
    '<input type="hidden" name="csrfmiddlewaretoken" value="token"><div data-upload data-start-url="/start" '
    'data-largest="5000000" data-say-done="done" data-say-failed="failed {why}" data-say-large="at most {n}" '
    'data-say-retry="again" data-say-pause-button="pause" data-say-go-button="go" data-say-drop-button="drop">'
    '<input type="file" multiple><ul class="upload-list"></ul></div>'
)


class _Store:
    """Answers like the server: counts the bytes, breaks once in the middle."""

    def __init__(self, break_at=None, finished=None):
        self.got, self.calls, self.break_at, self.finished = 0, [], break_at, finished or {}

    def __call__(self, route, request):
        path = request.url.removeprefix(HOME)
        self.calls.append((request.method, path))
        assert request.method == "HEAD" or request.headers["x-csrftoken"] == "token"
        if path == "start":
            route.fulfill(json={"upload": "u", "url": "/up/u", "offset": 0})
        elif request.method == "HEAD":
            route.fulfill(headers={"Upload-Offset": str(self.got)})
        elif request.method == "PATCH":
            assert int(request.headers["upload-offset"]) == self.got
            if self.break_at == self.got:
                self.break_at = None
                route.abort()
                return
            self.got += min(1 << 20, self.size - self.got)
            route.fulfill(status=204, headers={"Upload-Offset": str(self.got)})
        else:
            route.fulfill(json=self.finished)

    size = 2_500_000


def _choose(page, size):
    page.set_input_files(
        "input[type=file]", {"name": "名册.pdf", "mimeType": "application/pdf", "buffer": b"x" * size}
    )


def test_a_file_goes_up_in_pieces_and_on_after_the_line_broke(show):
    store = _Store(break_at=1 << 20)
    page = show(UPLOAD, store, "upload.js")
    _choose(page, store.size)
    page.wait_for_selector("text=done", timeout=10_000)
    assert store.got == store.size
    assert [call[0] for call in store.calls] == ["POST", "PATCH", "PATCH", "HEAD", "PATCH", "PATCH", "POST"]
    assert store.calls[-1] == ("POST", "up/u/finish")
    assert page.evaluate("localStorage.length") == 0


def test_the_line_of_a_file_tells_how_far_it_has_come(show):
    store, waiting = _Store(), []

    def answer(route, request):
        if request.method == "PATCH":
            waiting.append((route, request))
        else:
            store(route, request)

    page = show(UPLOAD, answer, "upload.js")
    _choose(page, store.size)
    for came, told in ((0, "0.0"), (1 << 20, "1.0"), (2 << 20, "2.0")):
        page.get_by_text(f"{told} / 2.4 MB", exact=True).wait_for(timeout=5_000)
        bar = page.eval_on_selector("progress", "e => [e.value, e.max]")
        assert bar == [came, store.size]
        while not waiting:
            page.wait_for_timeout(10)
        store(*waiting.pop())
    page.wait_for_selector("text=done", timeout=5_000)
    assert page.eval_on_selector("progress", "e => e.value === e.max")


def test_a_file_that_could_not_be_finished_yet_is_finished_later(show):
    store, refused = _Store(), []

    def answer(route, request):
        if request.url.endswith("/finish") and not refused:
            refused.append(request.url)
            route.fulfill(status=409, json={"problems": []})
        else:
            store(route, request)

    page = show(UPLOAD, answer, "upload.js")
    _choose(page, store.size)
    page.wait_for_selector("text=done", timeout=10_000)
    assert refused
    assert store.calls[-1] == ("POST", "up/u/finish")


@pytest.mark.parametrize(
    ("finished", "line"),
    [
        ({"already": True, "told": ["It was there already."]}, "It was there already."),
        ({"already": False, "told": ["B has it too.", "C as well."]}, "done · B has it too. · C as well."),
    ],
)
def test_what_is_told_of_a_file_stands_in_its_line_until_one_goes_on(show, finished, line):
    page = show(
        UPLOAD.replace("data-upload", 'data-upload data-done-url="/library"'),
        _Store(finished=finished),
        "upload.js",
    )
    page.route("**/library", lambda route: route.fulfill(body="the library"))
    _choose(page, _Store.size)
    page.get_by_role("link", name="go", exact=True).wait_for()
    assert page.inner_text(".upload-list .state") == line
    assert page.url == HOME
    page.get_by_role("link", name="go", exact=True).press("Enter")
    page.wait_for_url("**/library")


def test_one_comes_to_the_library_at_once_where_nothing_is_told(show):
    page = show(UPLOAD.replace("data-upload", 'data-upload data-done-url="/library"'), _Store(), "upload.js")
    page.route("**/library", lambda route: route.fulfill(body="the library"))
    _choose(page, _Store.size)
    page.wait_for_url("**/library")


def test_a_file_that_is_refused_says_why(show):
    problem = {"problems": [{"found": "a macro", "advice": "Save it as docx."}]}
    page = show(
        UPLOAD, lambda route, request: route.fulfill(status=400, body=json.dumps(problem)), "upload.js"
    )
    _choose(page, 10)
    page.wait_for_selector("text=failed a macro Save it as docx.")


def test_a_file_that_is_too_large_is_not_sent(show):
    store = _Store()
    page = show(UPLOAD, store, "upload.js")
    _choose(page, 5_000_001)
    page.wait_for_selector("text=at most 4")
    assert store.calls == []


LATE = f'<form>{UPLOAD}<button type="submit" data-plain>send</button></form>'


def test_files_chosen_before_the_script_arrives_go_up_when_it_does(show):
    store, held = _Store(), []
    page = show(LATE, store, "upload.js", held)
    assert page.is_visible("[data-plain]")
    _choose(page, store.size)
    held.pop()()
    page.wait_for_selector("text=done", timeout=10_000)
    assert store.got == store.size
    assert page.input_value("input[type=file]") == ""
    assert page.is_hidden("[data-plain]")


def test_a_table_scrolls_on_its_own_only_where_it_is_wider_than_its_page(show):
    region = '<div class="table-region" role="region" tabindex="0"><table style="width: {width}px"><tr><td>1</td></tr></table></div>'
    page = show(region.format(width=300) + region.format(width=3000), script="tables.js")
    page.wait_for_selector(".table-region.fits")
    assert page.eval_on_selector_all("[role=region]", "all => all.map(e => [e.className, e.tabIndex])") == [
        ["table-region fits", -1],
        ["table-region wider", 0],
    ]
    page.evaluate("document.querySelectorAll('table')[1].style.width = '200px'")
    page.wait_for_function("document.querySelectorAll('.fits').length === 2")
    page.set_viewport_size({"width": 250, "height": 600})  # the tables stay as they are
    page.wait_for_function("document.querySelectorAll('.fits').length === 1")
