"""Boards of a large round: overview, status matrix, leaders' page, API and export, in processor time and queries.

`python -m bench.site.boards` measures 3,000 units with 42 items on both databases; `--units` and `--database` choose.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any, Final

from bench.site import serving

UNITS: Final = 3_000
ITEMS: Final = 42
BRANCHES: Final = 6
TURNS: Final = 5
LIMIT: Final = 60.0  # ms of processor, of a page
_STATES: Final = ("drafting",) * 5 + ("submitted",) * 3 + ("reviewed", "settled")
PAGES: Final = {
    "overview": "/rounds/bench/",
    "matrix": "/rounds/bench/matrix/",
    "matrix, from the middle": "/rounds/bench/matrix/?cursor=WzAsIjkwMTUwMDAwIiwwXQ",
    "matrix, late or at risk": "/rounds/bench/matrix/?only=risk",
    "matrix, a name": "/rounds/bench/matrix/?q=0077",
    "matrix, items": "/rounds/bench/matrix/?view=items",
    "leaders": "/rounds/bench/leader/",
    "one unit": "/rounds/bench/units/90007700/follow/",
    "api, matrix": "/api/v1/rounds/bench/matrix",
    "api, matrix with items": "/api/v1/rounds/bench/matrix?items=true",
}  # fmt: skip
EXPORTS: Final = {
    "export, steps": "/rounds/bench/matrix.csv",
    "export, items": "/rounds/bench/matrix.csv?view=items",
}


def run(count: int = UNITS, databases: tuple[str, ...] = serving.DATABASES) -> None:
    """Fill and measure, each database in a process of its own."""
    for kind in databases:
        with serving.scratch() as folder, serving.database(kind, folder) as (address, _):
            env = os.environ | {"DUXUE_HOME": str(folder), "DUXUE_DATABASE": address}
            print(
                f"boards on {kind}, {count:,} units with {ITEMS} items, processor ms (median of {TURNS}), queries; "
                f"{serving.machine()}",
                flush=True,
            )
            if serving.python("bench.site.boards", "--here", count, env=env).wait():
                message = f"the boards could not be measured on {kind}"
                raise RuntimeError(message)


def measure(count: int) -> None:
    """Fill the site of the environment and print what its boards take."""
    from bench.site.filling import analyse, reader, set_up

    set_up(os.environ["DUXUE_HOME"], os.environ["DUXUE_DATABASE"])
    get = reader(_fill(count))
    analyse()
    for name, path in {**PAGES, **EXPORTS}.items():
        took, queries = _ms(partial(get, path))
        mark = "  above the limit" if name in PAGES and took > LIMIT else ""
        print(f"  {name:<28}{took:>9.1f}{queries:>6}{mark}", flush=True)


def _fill(count: int) -> Any:
    """Write a round in which units stand everywhere, and return its organiser."""
    from django.db import transaction

    from bench.site.filling import copies, new_round, organisation, padded, unit_of
    from duxue.web.accounts.models import Grant, User
    from duxue.web.common.clock import now
    from duxue.web.common.scope import everything
    from duxue.web.evidence.models import Attachment, Blob, File
    from duxue.web.inspections.models import Visit
    from duxue.web.rounds.models import Answer, Item, Objection, Window

    at = now()
    with everything("made-up rows"), transaction.atomic():
        province = organisation("900000", "province")
        user = User.objects.create(username="organiser", name="样本人员", password="!")
        Grant.objects.create(user=user, role="organiser", organisation=province, given_at=at)
        made = new_round(province, at)
        Window.objects.filter(round=made, step="online_review").update(closes=at - timedelta(days=1))
        place = organisation("90000000", "county", province)
        copies(
            place, 1, count, code=f"'90' || {padded('n', 4)} || '00'", path=f"'{province.path}c' || {padded('n', 4)} || '/'",
            name_zh=f"'样本' || {padded('n', 4)}", name_en=f"'Sample ' || {padded('n', 4)}",
        )  # fmt: skip
        unit = unit_of(made, place, at)
        state = (
            f"CASE n % {len(_STATES)} "
            + " ".join(f"WHEN {n} THEN '{s}'" for n, s in enumerate(_STATES))
            + " END"
        )
        handed = f"CASE WHEN n % {len(_STATES)} BETWEEN 5 AND 8 THEN t.state_since END"
        copies(
            unit, 1, count, f"JOIN orgs_organisation o ON o.id = {place.pk} + n", organisation_id="o.id", code="o.code",
            name_zh="o.name_zh", name_en="o.name_en", path="o.path", state=state, submitted_at=handed,
        )  # fmt: skip
        every = f"JOIN rounds_roundunit u ON u.round_id = {made.pk} AND u.id = {unit.pk} + n"
        answers = (
            "CASE WHEN u.submitted_at IS NOT NULL THEN CASE (n + {k}) % 5 WHEN 0 THEN 'accepted' ELSE 'submitted' END "
            "WHEN (n * 7 + {k}) % 97 = 0 THEN 'returned' WHEN (n + {k}) % 3 = 0 THEN 'open' ELSE 'drafted' END"
        )
        order = 0
        for branch in range(BRANCHES):
            order += 1
            parent = Item.objects.create(
                round=made, code=f"{branch + 1}", order=order, title_zh=f"样本类别{branch}", title_en=f"Branch {branch}",
                points=35, kind="branch",
            )  # fmt: skip
            for n in range(ITEMS // BRANCHES):
                order += 1
                item = Item.objects.create(
                    round=made, code=f"{branch + 1}.{n + 1}", parent=parent, order=order, title_zh=f"样本条目{order}",
                    title_en=f"Item {order}", points=5, kind="judged", guidance={"evidence": [{"zh": "材料", "en": "file"}]} if n % 2 else {},
                )  # fmt: skip
                first = Answer.objects.create(
                    round=made, unit=unit, item=item, narrative="（合成）逐项自查，制度健全。" * 8, due=at.date() - timedelta(days=2), ready=True,
                )  # fmt: skip
                copies(
                    first, 1, count, every, unit_id="u.id", state=answers.format(k=order),
                    ready=f"(n + {order}) % 11 <> 0", due=f"CASE WHEN (n + {order}) % 13 = 0 THEN t.due END",
                )  # fmt: skip
        blob = Blob.objects.create(
            sha256="0" * 64, size=1, media_type="application/pdf", family="pdf", stored_at=at
        )
        file = File.objects.create(
            blob=blob, organisation=place, path=place.path, name="a.pdf", uploaded_at=at
        )
        attached = Attachment.objects.create(
            file=file, round=made, unit=unit, kind="answer", answer=first, attached_at=at
        )
        low, high = Answer.objects.order_by("pk").first(), Answer.objects.order_by("-pk").first()
        assert low is not None
        assert high is not None
        copies(
            attached, low.pk, high.pk + 1, "JOIN rounds_answer a ON a.id = n AND n % 3 <> 0 AND n <> t.answer_id",
            answer_id="a.id", unit_id="a.unit_id",
        )  # fmt: skip
        visit = Visit.objects.create(
            round=made, unit=unit, place_code=place.code, place_zh=place.name_zh, place_level="county"
        )
        copies(visit, 1, count, f"{every} AND n % 2 = 0", unit_id="u.id", place_code="u.code")
        filed = Objection.objects.create(
            round=made, unit=unit, text="（合成）", filed_by=user, filed_at=at, due=at + timedelta(days=20)
        )
        copies(filed, 1, count, f"{every} AND n % 40 = 0", unit_id="u.id")
        longer = Window.objects.create(
            round=made, step="online_review", unit=unit, opens=at - timedelta(days=5), closes=at + timedelta(days=9),
            reason="（合成）",
        )  # fmt: skip
        copies(longer, 1, count, f"{every} AND n % 30 = 0", unit_id="u.id")
    return user


def _ms(work: Callable[[], None]) -> tuple[float, int]:
    """Return the milliseconds of processor that `work` takes once its code is warm, and how many queries it asks."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        work()
    queries, took = len(asked), []
    for _ in range(TURNS):
        start = time.process_time()
        work()
        took.append((time.process_time() - start) * 1000)
    return median(took), queries


def main(words: list[str]) -> None:
    """Read the options and run."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--units", type=int, default=UNITS)
    options.add_argument("--database", choices=serving.DATABASES, action="append")
    options.add_argument("--here", type=int, help="the number of units; on the database of the environment")
    given = options.parse_args(words)
    if given.here:
        measure(given.here)
    else:
        run(given.units, tuple(given.database or serving.DATABASES))


if __name__ == "__main__":
    main(sys.argv[1:])
