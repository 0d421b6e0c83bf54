"""The check page in a real browser, opened from disk, with the network off."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from duxue.draws.documents import sign, write_form
from duxue.draws.page import write_engine, write_page
from tests.unit.draws.inspection.test_record import FEW, Office
from tests.unit.draws.kit import commit, make_ids, make_list, run
from tests.unit.draws.test_forgeries import draw_with_beacon
from tests.unit.draws.test_wrong_inputs import Desk


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """The page, opened from a file with the network off; any request or script error fails the test."""
    path = tmp_path / "verify.html"
    path.write_text(write_page(), encoding="utf-8")
    context = browser.new_context(locale="en-GB", offline=True)
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("request", lambda r: wrong.append(r.url) if not r.url.startswith(("file:", "blob:")) else None)
    tab.on("pageerror", lambda e: wrong.append(str(e)))
    tab.goto(path.as_uri())
    yield tab
    context.close()
    assert wrong == []


def check(page: Any, certificate: Path, tickets: Path, digest: str = "") -> str:
    """Choose the files, press the button and return the verdict."""
    page.set_input_files("#certificate", certificate)
    page.set_input_files("#list", tickets)
    page.eval_on_selector("#more-files", "e => { e.open = true; }")
    page.fill("#digest", digest)
    page.click("#check")
    page.wait_for_selector("#outcome:not([hidden])", timeout=60_000)
    return str(page.text_content("#verdict"))


def write_draw(folder: Path, count: int = 20, **params: Any) -> tuple[Path, Path, dict[str, Any]]:
    """Draw and write the certificate."""
    tickets = make_ids(folder, count)
    certificate = run(
        commit(tickets, "keyed-order/1", {"take": 5, "reserve": 3, **params}),
        tickets,
        {"witness": "271828182845"},
    )
    path = folder / "certificate-1.json"
    path.write_bytes(write_form(certificate))
    return path, tickets.path, certificate


def test_a_true_certificate_stands(page: Any, tmp_path: Path) -> None:
    """Every check has its mark, the facts are shown, an id is found, and the paper's digest may be typed in."""
    path, tickets, certificate = write_draw(tmp_path)
    assert "stands" in check(page, path, tickets, certificate["digest"][:16])
    assert page.locator("#checks li.bad").count() == 0
    assert page.locator("#rows tr").count() == 8
    assert certificate["digest"] in page.text_content("#facts")
    page.fill("#find", certificate["result"]["selected"][2])
    assert "place 3" in page.text_content("#found")
    page.fill("#find", certificate["result"]["waiting"][0])
    assert "waiting 1" in page.text_content("#found")
    page.fill("#find", "999")
    assert "not on the list" in page.text_content("#found")


def test_a_signature_that_was_not_checked_is_said_in_the_verdict(page: Any, tmp_path: Path) -> None:
    """The page cannot check the signature of a beacon."""
    tickets, certificate = draw_with_beacon(tmp_path)
    path = tmp_path / "certificate-1.json"
    path.write_bytes(write_form(certificate))
    assert "stands, beacon signature not checked" in check(page, path, tickets.path)
    page.click("#language")
    assert "抽签成立，信标签名未核验" in page.text_content("#verdict")


def test_the_page_speaks_both_languages(page: Any, tmp_path: Path) -> None:
    """The button changes every text, the verdict too."""
    path, tickets, _ = write_draw(tmp_path)
    check(page, path, tickets)
    page.click("#language")
    assert "抽签成立" in page.text_content("#verdict")
    assert page.get_attribute("html", "lang") == "zh-Hans"
    visible = page.locator("main").inner_text()
    assert not re.search(r"\b(Check|Choose|Result|Certificate|places|waiting)\b", visible)


def test_altered_files_are_found(page: Any, tmp_path: Path) -> None:
    """One byte of the certificate, one of the list, a forged result, and another paper's digest."""
    path, tickets, certificate = write_draw(tmp_path)
    data = path.read_bytes()
    bad = tmp_path / "bad.json"
    bad.write_bytes(data.replace(b'"run": 1', b'"run": 2'))
    assert "failed" in check(page, bad, tickets)
    assert "the content of the document was altered (DRAW052)" in page.text_content("#checks")
    page.click("#language")
    assert "抽签文书的内容被改动 (DRAW052)" in page.text_content("#checks")
    page.click("#language")
    assert not page.is_visible("#draw")
    assert not page.is_visible("#drawn")
    other = tmp_path / "other.tsv"
    other.write_bytes(tickets.read_bytes().replace(b"\n07\n", b"\n7\n"))
    assert "failed" in check(page, path, other)
    result = certificate["result"]
    result["selected"][0], result["waiting"][0] = result["waiting"][0], result["selected"][0]
    bad.write_bytes(write_form(sign(certificate)))
    assert "failed" in check(page, bad, tickets)
    assert "DRAW054" in page.text_content("#checks")
    assert "failed" in check(page, path, tickets, "0" * 64)


def test_every_code_of_the_engine_has_its_words_on_the_page() -> None:
    """The page says what a code means, for the reader has no list of codes at hand."""
    codes = set(re.findall(r'"(DRAW\d{3})"', write_engine()))
    told = set(re.findall(r'^ "(DRAW\d{3})": \[', write_page(), re.MULTILINE))
    assert len(codes) > 20
    assert codes <= told


def test_too_short_a_digest_is_not_taken(page: Any, tmp_path: Path) -> None:
    """Four digits prove nothing, and are no sign that the certificate was altered."""
    path, tickets, certificate = write_draw(tmp_path)
    assert "stands" in check(page, path, tickets, f" {certificate['digest'][:16].upper()} ")
    page.fill("#digest", certificate["digest"][:4])
    assert page.eval_on_selector("#form", "e => e.checkValidity()") is False


def test_a_second_run_is_said(page: Any, tmp_path: Path) -> None:
    """A certificate of run 2 stands, with a note that there was another."""
    path, tickets, certificate = write_draw(tmp_path)
    second = sign(
        {
            **certificate,
            "run": 2,
            "earlier": [
                {"kind": "certificate", "digest": certificate["digest"], "time": certificate["time"]}
            ],
        }
    )
    path.write_bytes(write_form(second))
    check(page, path, tickets)
    assert "run 2 of the same draw" in page.text_content("#checks")


def choose_more(page: Any, **files: Path) -> None:
    """Choose the published commitment or chain as well."""
    for name, path in files.items():
        page.set_input_files(f"#{name}", path)


def test_commitment_and_chain_are_checked_too(page: Any, tmp_path: Path) -> None:
    """As published they stand, a chain without the certificate or with an altered line does not; a second run is counted."""
    desk = Desk(tmp_path)
    path, _ = desk.drawn(text="id,name\n1,甲校\n2,乙校\n3,丙校\n")
    chain, commitment = desk.out / "chain.jsonl", desk.out / "commitment.json"
    choose_more(page, commitment=commitment, chain=chain)
    assert "stands" in check(page, path, desk.out / "list.tsv")
    assert "recorded in the chain" in page.text_content("#checks").lower()
    assert "typed by hand" in page.text_content("#facts")
    assert re.search("[甲乙丙]校", page.text_content("#rows"))
    desk.run("witness=0043")
    choose_more(page, chain=chain)
    assert "stands" in check(page, path, desk.out / "list.tsv")
    assert "2 runs of the same draw" in page.text_content("#checks")
    for wrong, code in (
        (chain.read_bytes().split(b"\n")[0] + b"\n", "DRAW056"),
        (chain.read_bytes().replace(b'"run":2', b'"run":1'), "DRAW055"),
        (chain.read_bytes()[:-1], "DRAW055"),
    ):
        (tmp_path / "wrong.jsonl").write_bytes(wrong)
        choose_more(page, chain=tmp_path / "wrong.jsonl")
        assert "failed" in check(page, path, desk.out / "list.tsv")
        assert code in page.text_content("#checks")
    other = sign({**json.loads(commitment.read_bytes()), "time": "2023-08-23T14:00:00Z"})
    (tmp_path / "other.json").write_bytes(write_form(other))
    choose_more(page, commitment=tmp_path / "other.json", chain=chain)
    assert "failed" in check(page, path, desk.out / "list.tsv")
    assert "DRAW057" in page.text_content("#checks")


def test_an_interrupted_run_is_refused_by_its_chain(page: Any, tmp_path: Path) -> None:
    """The run after it stands and names it."""
    desk = Desk(tmp_path)
    desk.killed_run()
    desk.run("witness=0042")
    choose_more(page, chain=desk.out / "chain.jsonl")
    assert "failed" in check(page, desk.out / "certificate-1.json", desk.out / "list.tsv")
    assert "DRAW064" in page.text_content("#checks")
    assert "stands" in check(page, desk.out / "certificate-2.json", desk.out / "list.tsv")
    assert "interrupted" in page.text_content("#checks")


def test_a_double_random_plan_is_drawn_again(page: Any, tmp_path: Path) -> None:
    """From certificate and case, with names; a swapped team is found; the words are Chinese after the button."""
    office = Office(tmp_path).commit()
    done = office.run()
    path, case = office.out / "certificate-1.json", office.out / "case.json"
    choose_more(page, commitment=office.out / "commitment.json", chain=office.out / "chain.jsonl")
    assert "stands" in check(page, path, case)
    assert page.locator("#checks li.bad").count() == 0
    rows = [row.locator("td").all_text_contents()[1:] for row in page.locator("#rows tr").all()]
    assert rows == [[s, sn, i, n, skill] for s, sn, _, i, n, skill in done.places]
    page.fill("#find", done.places[0][3])
    assert done.places[0][1] in page.text_content("#found")
    page.fill("#find", "S4")
    assert "rotation" in page.text_content("#found")
    page.click("#language")
    assert "重排" in page.text_content("#checks")
    page.click("#language")
    forged = json.loads(path.read_bytes())
    forged["result"]["plan"]["teams"].reverse()
    path.write_bytes(write_form(sign(forged)))
    assert "failed" in check(page, path, case)
    assert "DRAW054" in page.text_content("#checks")


def test_parameters_are_words(page: Any, tmp_path: Path) -> None:
    """No JSON, no name of a key: a row for each parameter, each stage and each row of a table."""
    rows = [[f"{i:02}", "ab"[i % 2], f"c{i % 4}", "xy"[i // 4 % 2]] for i in range(24)]
    tickets = make_list(tmp_path, ["id", "city", "county", "kind"], rows)
    params = {
        "stages": [{"within": ["city"], "unit": "county", "take": 1}],
        "by": ["kind"], "rule": "table", "table": [{"group": ["x"], "take": 2}, {"group": ["y"], "take": 1}],
    }  # fmt: skip
    certificate = run(commit(tickets, "multistage/1", params), tickets, {"witness": "271828182845"})
    path = tmp_path / "certificate-1.json"
    path.write_bytes(write_form(certificate))
    assert "stands" in check(page, path, tickets.path)
    told = page.text_content("#facts")
    assert all(words in told for words in ("1 of county in each city", "x: 2", "y: 1", "by table"))
    assert "{" not in told
    assert "within" not in told


def test_a_hundred_thousand_tickets_take_three_seconds(page: Any, tmp_path: Path) -> None:
    """The page says how long it took; the machine may be busy with other tests, so twice the time is let pass here."""
    tickets = make_list(tmp_path, ["id", "school"], ([f"{i:06}", f"S{i % 97}"] for i in range(100_000)))
    certificate = run(
        commit(tickets, "keyed-order/1", {"take": 50_000, "reserve": "all"}),
        tickets,
        {"witness": "161803398874"},
    )
    path = tmp_path / "certificate-1.json"
    path.write_bytes(write_form(certificate))
    assert "stands" in check(page, path, tickets.path)
    seconds = float(re.search(r"in ([\d.]+) s", page.text_content("#state"))[1])  # type: ignore[index]
    assert seconds <= 6


def test_the_page_fits_a_narrow_screen(page: Any, tmp_path: Path) -> None:
    """At 360 px nothing is wider than the screen."""
    page.set_viewport_size({"width": 360, "height": 640})
    path, tickets, _ = write_draw(tmp_path)
    check(page, path, tickets)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_true_record_without_a_plan_is_called_so(page: Any, tmp_path: Path) -> None:
    """Nobody reads that a draw stands where there is no plan; the rules are said with their numbers."""
    office = Office(tmp_path, inspectors=FEW).commit()
    path = office.run().files[0]
    assert check(page, path, office.out / "case.json") == "✓ The record stands: there is no plan"
    assert "team size (2)" in page.text_content("#facts")
    page.click("#language")
    assert page.text_content("#verdict") == "✓ 记录属实：排不出方案"
    assert "督导组人数（2）" in page.text_content("#facts")
    assert office.verify().verdict.en == "The record stands: there is no plan."


def test_the_page_says_the_group_of_each_ticket(page: Any, tmp_path: Path) -> None:
    """In a column of its own; on a narrow screen the table scrolls, not the page, and no id is broken."""
    rows = [["370103", "市中区", "济南市"], ["370402", "市中区", "枣庄市"]]
    tickets = make_list(tmp_path, ["id", "name", "city"], rows)
    certificate = run(
        commit(tickets, "stratified/1", {"by": ["city"], "take": 1}), tickets, {"witness": "271828182845"}
    )
    path = tmp_path / "certificate-1.json"
    path.write_bytes(write_form(certificate))
    page.set_viewport_size({"width": 360, "height": 800})
    assert "stands" in check(page, path, tickets.path)
    cells = page.locator("#rows tr").all_inner_texts()
    assert {tuple(c.split("\t")[1:4]) for c in cells} == {tuple(row) for row in rows}
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    heights = {h["height"] for h in (e.bounding_box() for e in page.locator("#rows td").all()) if h}
    assert max(heights) < 40
