"""Long lists: pages of problems, evidence files, audit events, notices and what a search finds at 10,000, 100,000 and more rows, beside hand-written SQL.

`python -m bench.site.lists` goes to 100,000 rows on both databases; `--full` to a million; `--database` chooses.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any, Final

from bench.site import serving

SIZES: Final = (10_000, 100_000, 1_000_000)
TURNS: Final = 5
LIMIT: Final = 300.0  # ms, of a page
CITIES: Final = 16
_STATES: Final = ("identified", "notified", "planned", "in_progress", "submitted", "closed")
_MADE: Final = "made-up rows"


def run(most: int = SIZES[1], databases: tuple[str, ...] = serving.DATABASES) -> None:
    """Fill and measure, each database in a process of its own."""
    for kind in databases:
        with serving.scratch() as folder, serving.database(kind, folder) as (address, _):
            env = os.environ | {"DUXUE_HOME": str(folder), "DUXUE_DATABASE": address}
            print(
                f"lists on {kind}, pages of 50 rows, median of {TURNS} in ms; {serving.machine()}", flush=True
            )
            if serving.python("bench.site.lists", "--here", most, env=env).wait():
                message = f"the lists could not be measured on {kind}"
                raise RuntimeError(message)


def measure(most: int) -> None:
    """Fill the site of the environment step by step and print what its lists take."""
    from bench.site.filling import analyse, set_up

    set_up(os.environ["DUXUE_HOME"], os.environ["DUXUE_DATABASE"])
    site, before, table = _Site(), 0, dict[str, list[float]]()
    sizes = [size for size in SIZES if size <= most]
    for size in sizes:
        started = time.perf_counter()
        site.fill(before, size)
        analyse()
        print(f"  filled to {size:,} rows of each in {time.perf_counter() - started:.0f} s", flush=True)
        before = size
        for name, work in site.cases(size).items():
            table.setdefault(name, []).append(_ms(work))
    print(f"  {'':<52}" + "".join(f"{size:>11,}" for size in sizes))
    for name, took in table.items():
        mark = "  above the limit" if took[-1] > LIMIT else ""
        print(
            f"  {name:<52}" + "".join(f"{ms:>11.1f}" for ms in took) + f"   ×{took[-1] / took[0]:.1f}{mark}"
        )


class _Site:
    """A province with sixteen cities whose problems, files and events are copied."""

    def __init__(self) -> None:
        from django.db import connection, transaction

        from bench.site.filling import new_round, organisation, unit_of
        from duxue.web.accounts.models import Grant, User
        from duxue.web.common.clock import now
        from duxue.web.common.scope import everything

        self.vendor, self.at = connection.vendor, now()
        with everything(_MADE), transaction.atomic():
            province = organisation("990000", "province")
            self.round = new_round(province, self.at)
            self.units = [
                unit_of(self.round, organisation(f"99{n + 1:02d}00", "city", province), self.at)
                for n in range(CITIES)
            ]
            people = (("organiser", province), ("auditor", province), ("officer", self.units[3].organisation))
            self.people = {role: User.objects.create(username=role) for role, _ in people}
            for role, place in people:
                Grant.objects.create(user=self.people[role], role=role, organisation=place, given_at=self.at)
            self._first_rows()

    def _first_rows(self) -> None:
        """Write the rows that are copied, with all that they point to."""
        from duxue.web.common import audit
        from duxue.web.common.actors import SITE
        from duxue.web.evidence.models import Attachment, Blob, File
        from duxue.web.rectification.models import Problem
        from duxue.web.reporting.models import SearchEntry
        from duxue.web.reporting.search import index
        from duxue.web.rounds.models import Answer, Item, Notice

        unit, item = self.units[0], None
        self.problem = Problem.objects.create(
            code="first", round=self.round, unit=unit, path=unit.path, item_code="A1", source="online", level="city",
            kind="by_date", text="（合成）样本问题。", state="closed", state_since=self.at,
            responsible=unit.organisation, found_at=self.at,
        )  # fmt: skip
        item = Item.objects.create(
            round=self.round, code="1", order=1, title_zh="样本", title_en="Sample", points=5, kind="judged"
        )
        self.answers = [Answer.objects.create(round=self.round, unit=u, item=item) for u in self.units]
        self.blob = Blob.objects.create(
            sha256="0" * 64, size=1000, media_type="application/pdf", family="pdf", stored_at=self.at
        )
        self.file = File.objects.create(
            blob=self.blob,
            organisation=unit.organisation,
            path=unit.path,
            name="first.pdf",
            uploaded_at=self.at,
        )
        self.attachment = Attachment.objects.create(
            file=self.file,
            round=self.round,
            unit=unit,
            kind="answer",
            answer=self.answers[0],
            attached_at=self.at,
        )
        self.event = audit.record(SITE, "duxue.problem.close", self.problem)
        self.notice = Notice.objects.create(
            user=self.people["officer"], round=self.round, event=0, title_zh="样本", title_en="Sample", url="/", at=self.at
        )  # fmt: skip
        index(self.problem)
        self.entry = SearchEntry.objects.get(kind="problem", object_id=self.problem.pk)

    def fill(self, first: int, end: int) -> None:
        """Copy rows number `first` … `end` - 1 of each list."""
        from django.db import transaction

        from bench.site.filling import copies, padded
        from duxue.web.common.scope import everything
        from duxue.web.evidence.models import Blob, File

        after = "t.state_since" if self.vendor == "postgresql" else None
        states = (
            "CASE (n / 16) % 6 " + " ".join(f"WHEN {n} THEN '{s}'" for n, s in enumerate(_STATES)) + " END"
        )
        due = (
            f"{after} + (n % 2400 - 240) * interval '1 hour'"
            if after else "strftime('%Y-%m-%d %H:%M:%f000', t.state_since, (n % 2400 - 240) || ' hours')"
        )  # fmt: skip
        place = (
            f"JOIN rounds_roundunit u ON u.round_id = {self.round.pk} AND u.id = {self.units[0].pk} + n % 16"
        )
        number = padded("n", 7)
        with everything(_MADE), transaction.atomic():
            copies(
                self.problem, first, end, place, code=f"'2024-' || {number}", unit_id="u.id", path="u.path",
                responsible_id="u.organisation_id", item_code="'A' || CAST(n % 40 AS TEXT)", state=states,
                due=f"CASE WHEN (n / 16) % 6 IN (0, 5) THEN NULL ELSE {due} END",
            )  # fmt: skip
            copies(self.blob, first, end, sha256=f"'{'0' * 56}1' || {number}")
            blob = Blob.objects.order_by("-pk").values_list("pk", flat=True)[0] - end + 1
            copies(
                self.file, first, end, place, blob_id=f"{blob} + n", path="u.path", organisation_id="u.organisation_id",
                name=f"'evidence-' || {number} || '.pdf'",
            )  # fmt: skip
            file = File.objects.order_by("-pk").values_list("pk", flat=True)[0] - end + 1
            copies(
                self.attachment, first, end, place, file_id=f"{file} + n", unit_id="u.id",
                answer_id=f"{self.answers[0].pk} + n % 16",
            )  # fmt: skip
            copies(
                self.event, first, end, place, seq=f"n + {self.event.seq + 1}", path="u.path",
                object_id="CAST(n % 1000 AS TEXT)", object_type="'rectification.problem'",
                hash=f"'{'0' * 56}1' || {number}",
            )  # fmt: skip
            copies(self.notice, first, end, event="n + 1")
            copies(
                self.entry,
                first,
                end,
                object_id=f"{self.problem.pk + 1} + n",
                title=f"'2024-' || {number} || '（合成）样本问题。'",
            )
            self._let_be_found()

    def _let_be_found(self) -> None:
        """Write the words of what has none yet: those of the first problem, under its own number."""
        from django.db import connection

        words = "'2024 ' || substr(e.title, 6, 7) || ' 合成 样本 本问 问题 \ue000problem'"
        if self.vendor == "sqlite":
            into, values = "rowid, title, words", f"e.id, {words}, '样本 本问 问题'"
        else:
            into, values = "rowid, words", f"e.id, array_to_tsvector(string_to_array({words}, ' '))"
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO reporting_search ({into}) SELECT {values} FROM reporting_searchentry e "
                "WHERE e.id > (SELECT max(rowid) FROM reporting_search)"
            )

    def cases(self, size: int) -> dict[str, Callable[[], None]]:
        """Return what is measured: whole pages as the person's browser gets them, and SQL by hand."""
        from bench.site.filling import reader
        from duxue.web.common.pagination import _write

        middle, late = _write(False, [size // 2]), _write(False, [size // 10])
        unit = self.units[5].code
        pages = {
            "problems, organiser": ("organiser", "/problems/"),
            "problems, organiser, from the middle": ("organiser", f"/problems/?cursor={middle}"),
            "problems, organiser, one state": ("organiser", "/problems/?state=submitted"),
            "problems, organiser, one unit": ("organiser", f"/problems/?round=bench&unit={unit}"),
            "problems, organiser, overdue": ("organiser", "/problems/overdue/"),
            "problems, officer of a city": ("officer", "/problems/"),
            "problems, officer of a city, overdue": ("officer", "/problems/overdue/"),
            "evidence, officer of a city": ("officer", "/evidence/"),
            "evidence, officer, from the middle": ("officer", f"/evidence/?cursor={middle}"),
            "evidence, officer, a name": ("officer", "/evidence/?q=evidence-0000"),
            "audit, organiser": ("organiser", "/audit/"),
            "audit, auditor": ("auditor", "/audit/"),
            "audit, auditor, near the end": ("auditor", f"/audit/?cursor={late}"),
            "audit, auditor, one round": ("auditor", f"/audit/?round={self.round.pk}"),
            "audit, auditor, an action": ("auditor", "/audit/?action=duxue.problem.close"),
            "audit, auditor, an action that never was": ("auditor", "/audit/?action=duxue.veto.record"),
            "audit, auditor, one problem": ("auditor", "/audit/rectification.problem/7/"),
            "notices, officer": ("officer", "/rounds/notices/"),
            "search, organiser, one code": ("organiser", "/dashboards/search/?q=2024-0000007"),
            "search, organiser, a word in all": ("organiser", "/dashboards/search/?q=样本"),
            "search, officer, a word in all": ("officer", "/dashboards/search/?q=样本"),
            "search, officer, a word in none": ("officer", "/dashboards/search/?q=没有的词"),
        }
        counting = {
            "problems, organiser": ("organiser", "/problems/"),
            "problems, organiser, one item": ("organiser", "/problems/?item=A39"),
            "problems, officer, what waits for me": ("officer", "/problems/?mine=1"),
            "calendar, organiser": ("organiser", "/problems/calendar/"),
            "calendar, officer of a city": ("officer", "/problems/calendar/"),
            "calendar as a file, organiser": ("organiser", "/problems/calendar.ics"),
            "statistics, organiser": ("organiser", "/problems/statistics/"),
            "leaders' page": ("organiser", "/rounds/bench/leader/"),
            "first page, organiser": ("organiser", "/"),
            "first page, officer of a city": ("officer", "/"),
        }
        get = {role: reader(person) for role, person in self.people.items()}
        made = {name: partial(get[role], path) for name, (role, path) in pages.items()}
        for name, (role, path) in counting.items():
            made[f"nothing kept: {name}"] = partial(_anew, get[role], path)
        return {**made, **{f"by hand: {name}": self._by_hand(sql) for name, sql in _BY_HAND.items()}}

    def _by_hand(self, sql: str) -> Callable[[], None]:
        from django.db import connection

        def fetch() -> None:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                assert len(cursor.fetchall()) == 51

        return fetch


_PROBLEMS: Final = """SELECT * FROM rectification_problem p JOIN rounds_roundunit u ON u.id = p.unit_id
 JOIN rounds_round r ON r.id = p.round_id JOIN orgs_organisation o ON o.id = p.responsible_id"""
_BY_HAND: Final = {
    "problems": f"{_PROBLEMS} ORDER BY p.id DESC LIMIT 51",
    "problems, one state": f"{_PROBLEMS} WHERE p.state = 'submitted' ORDER BY p.id DESC LIMIT 51",
    "evidence": "SELECT * FROM evidence_file f JOIN evidence_blob b ON b.id = f.blob_id ORDER BY f.id DESC LIMIT 51",
    "audit": "SELECT * FROM common_auditevent ORDER BY seq DESC LIMIT 51",
}


def _anew(get: Callable[[str], None], path: str) -> None:
    """Open a page whose counts nobody has asked for in the last minutes."""
    from django.core.cache import cache

    cache.clear()
    get(path)


def _ms(work: Callable[[], Any]) -> float:
    work()  # once for code and caches
    took = []
    for _ in range(TURNS):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return median(took)


def main(words: list[str]) -> None:
    """Read the options and run."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--full", action="store_true", help="up to a million rows of each")
    options.add_argument("--rows", type=int, default=SIZES[1])
    options.add_argument("--database", choices=serving.DATABASES, action="append")
    options.add_argument("--here", type=int, help="the number of rows; on the database of the environment")
    given = options.parse_args(words)
    if given.here:
        measure(given.here)
    else:
        run(SIZES[-1] if given.full else given.rows, tuple(given.database or serving.DATABASES))


if __name__ == "__main__":
    main(sys.argv[1:])
