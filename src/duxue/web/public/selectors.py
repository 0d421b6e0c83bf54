"""What the public reads of a round: the files of its public edition, and the few words of the database that are public.

Results, figures and reports come from the published folder alone, so that nothing can be shown that was not let out.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from duxue.packs.scoring import Item
from duxue.scoring.tables import GRADES, PUBLIC, number
from duxue.scoring.tree import leaves
from duxue.web.common.lang import Words, say, words
from duxue.web.common.pagination import SIZE, Page, page_of
from duxue.web.common.scope import everything
from duxue.web.common.templatetags.duxue import measured
from duxue.web.evidence.models import Attachment
from duxue.web.inspections.models import Draw
from duxue.web.inspections.policy import still_secret, told
from duxue.web.inspections.services.drawing import FILES, RESULTS, chain_of, home
from duxue.web.rectification.models import Problem
from duxue.web.reporting.figures import Figures
from duxue.web.reporting.models import Scoring
from duxue.web.rounds.making import figures_of
from duxue.web.rounds.models import DRAFT, Practice, Reply, Round

TABLES = (*PUBLIC, GRADES)
REPORTS = "report/public"
# How a workbook shows numbers: as many places as are shown, at most those that are published.
_POINTS, _SHARE, _WHOLE = "0.00####", "0.0000##", "0"
FIGURES: Mapping[str, str] = {
    **dict.fromkeys(("rank", "rank_low", "rank_high", "verified_items"), _WHOLE),
    **dict.fromkeys(("self", "verified", "final"), _POINTS),
    **dict.fromkeys(("credibility", "uncapped"), _SHARE),
}  # columns of published tables that hold numbers -> how a workbook shows them; all others are text, codes too
CHECK_PAGE = "verify.html"


@dataclass(frozen=True)
class Edition:
    """A published round: its row, and the folder with its public edition."""

    round: Round
    scoring: Scoring
    folder: Path

    @property
    def about(self) -> Mapping[str, Any]:
        """round.json."""
        return _about(self.folder)

    def table(self, name: str) -> Sequence[Mapping[str, str]]:
        """Return the rows of a published table; empty where it is not published."""
        return _table(self.folder / name) if name in TABLES and name in self.about["tables"] else ()

    @property
    def tables(self) -> list[str]:
        """Names of the published tables."""
        return [name for name in TABLES if name in self.about["tables"]]

    @property
    def reports(self) -> list[str]:
        """Names of the published reports."""
        place = self.folder / REPORTS
        return sorted(p.name for p in place.iterdir() if p.is_file()) if place.is_dir() else []

    def file(self, name: str) -> Path | None:
        """Return a published file by its name; None for one that round.json does not list."""
        return self.folder / name if name in self.about["files"] or name == "round.json" else None


ORDER = ("-round__round_year", "-round_id")  # of published rounds: newest first


def editions() -> list[Edition]:
    """Return the published rounds, newest first."""
    with everything("what is published is for all"):
        return _there(_published().order_by(*ORDER))


def edition_before(edition: Edition) -> Edition | None:
    """Return the public edition of the round before; None where there is none, or it was not published."""
    return _only(round_id=edition.round.before_id) if edition.round.before_id else None


def page_of_editions(cursor: str, size: int) -> tuple[Page[Scoring], list[Edition]]:
    """Return a page of the published rounds, newest first, and its editions."""
    with everything("what is published is for all"):
        page = page_of(_published(), cursor, order=ORDER, size=size)
        return page, _there(page.rows)


def _published() -> QuerySet[Scoring]:
    rows = Scoring.objects.filter(round__published_at__isnull=False).exclude(public_folder="")
    return rows.select_related("round__authority")


def _there(rows: Iterable[Scoring]) -> list[Edition]:
    return [e for e in map(_edition, rows) if (e.folder / "round.json").is_file()]


def edition_of(slug: str) -> Edition | None:
    """Return the public edition of a round; None when it is not published."""
    return _only(round__slug=slug)


def _only(**which: Any) -> Edition | None:
    with everything("what is published is for all"):
        return next(iter(_there(_published().filter(**which).order_by("pk")[:1])), None)


def _edition(scoring: Scoring) -> Edition:
    return Edition(scoring.round, scoring, Path(settings.HOME) / scoring.public_folder)


@lru_cache(maxsize=32)
def _about(folder: Path) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads((folder / "round.json").read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=256)
def _table(path: Path) -> tuple[Mapping[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


# --- words of the database that are public ----------------------------------------------------------------------------
def replies_of(edition: Edition, code: str = "") -> list[Reply]:
    """Return the units' public replies, those not withdrawn, by unit."""
    with everything("replies are written to be public, and shown once the round is"):
        rows = Reply.objects.filter(round=edition.round, withdrawn_at__isnull=True).select_related("unit")
        return list(rows.filter(unit__code=code) if code else rows.order_by("unit__code", "pk"))


def practices_of(edition: Edition) -> list[Practice]:
    """Return the typical practices that were accepted for the report."""
    with everything("accepted practices stand in the public report"):
        return list(
            Practice.objects.filter(round=edition.round, accepted=True)
            .select_related("unit")
            .order_by("unit__code", "pk")
        )


def pictures_of(edition: Edition) -> dict[int, list[Attachment]]:
    """Return practice -> pictures attached to it, of the practices that are published."""
    accepted = [p.pk for p in practices_of(edition)]
    with everything("pictures of accepted practices are shown as copies that hold nothing but what is seen"):
        rows = Attachment.objects.filter(kind="practice", target__in=accepted, file__blob__family="image")
        found: dict[int, list[Attachment]] = {}
        for row in rows.select_related("file__blob").order_by("pk"):
            if row.target is not None:
                found.setdefault(row.target, []).append(row)
    return found


def check_page_of(draw: Draw) -> Path | None:
    """Return the page on which anybody repeats a draw; None where there is none."""
    path = home(draw) / CHECK_PAGE
    return path if draw.folder and path.is_file() else None


def files_of(draw: Draw) -> list[str]:
    """Return the files with which a draw is checked, as far as each is there and already given out beside the draw."""
    if not draw.folder:
        return []
    names = [*FILES, *(RESULTS if told(draw) else ())]
    return [n for n in names if (chain_of(draw.round) if n == "chain.jsonl" else home(draw) / n).is_file()]


def draws_of(edition: Edition) -> list[Draw]:
    """Return the recorded draws of the round that have a certificate."""
    with everything("a draw's certificate is public once it was drawn and the round is published"):
        rows = Draw.objects.filter(~still_secret(), round=edition.round, drawn_at__isnull=False)
        return list(rows.order_by("pk"))


def committed_draws(cursor: str, size: int = SIZE) -> Page[Draw]:
    """Return a page of the draws whose list and plan were made public, newest first, of rounds that are still open too."""
    with everything(
        "a draw is public from its commitment: whoever holds the organiser to it must find it before chance speaks"
    ):
        rows = Draw.objects.filter(committed_at__isnull=False).exclude(round__state=DRAFT)
        rows = rows.select_related("round__authority").annotate(secret=still_secret())
        return page_of(rows, cursor, order=("-committed_at", "-pk"), size=size)


@dataclass(frozen=True)
class Rectified:
    """A public sentence of problems, with how many places it concerns and how many are closed: no names."""

    text: Words
    places: int
    closed: int


def rectification_of(edition: Edition) -> list[Rectified]:
    """Return the public texts of the round's problems with the state of their rectification, no unit named."""
    with everything("public texts and counts, no names"):
        rows = (
            Problem.objects.filter(round=edition.round)
            .exclude(public_zh="", public_en="")
            .exclude(state="dropped")
        )
        found = list(rows.values_list("public_zh", "public_en", "state"))
    places = Counter((zh, en) for zh, en, _ in found)
    closed = Counter((zh, en) for zh, en, state in found if state == "closed")
    return [
        Rectified(Words(*pair), n, closed[pair]) for pair, n in sorted(places.items(), key=lambda p: -p[1])
    ]


@dataclass(frozen=True)
class Asked:
    """An item of the published rules with its full points, and the published figures of a unit that its rule looks at."""

    code: str
    title: Words
    points: str
    figures: Sequence[
        tuple[str, Words, Words]
    ]  # indicator, title, its values with unit of measure and breakdown


def full_points(figures: Figures) -> Mapping[str, Decimal]:
    """Return block -> its full points, as the published rules have them."""
    rules = figures.rules()
    return {block.id: Decimal(number(block.points)) for block in rules.items} if rules else {}


def items_below(figures: Figures, unit: str, year: int) -> Mapping[str, Sequence[Asked]]:
    """Return block -> its items. A unit's points on an item are not published: the rules and the figures are."""
    rules = figures.rules()
    if rules is None:
        return {}
    titles = {i.id: i.title for i in figures.indicators()}

    def shown(leaf: Item) -> Asked:
        looked: dict[str, list[Mapping[str, str]]] = {}
        for of, _ in figures_of(leaf.rule):
            if of.of in titles:
                looked.setdefault(of.of, []).append(of.by)
        told = {name: _told(figures, name, unit, year, parts) for name, parts in looked.items()}
        found = [(name, titles[name], text) for name, text in told.items() if text]
        return Asked(leaf.id, words(leaf.title.text), number(leaf.points), found)

    below: dict[str, list[Asked]] = {}
    for leaf in leaves(rules):
        below.setdefault(leaf.block.id, []).append(shown(leaf.item))
    return below


def _told(
    figures: Figures, name: str, unit: str, year: int, parts: Sequence[Mapping[str, str]]
) -> Words | None:
    """Say the unit's values of an indicator, of the parts that a rule looks at, where any is one of them; None where there is none."""
    values = [v for v in figures.values(name) if v.unit == unit and v.year == year]
    asked = [v for v in values if any(part.items() <= dict(v.by).items() for part in parts)] or values
    said = []
    for v in asked:
        value, by = measured(v.text, figures.measure(v.measure)), figures.by_title(v.by)
        said.append(say("{by} {value}", "{by} {value}", by=by, value=value) if by.zh else value)
    return (
        Words("、".join(s.say("zh-hans") for s in said), ", ".join(s.say("en") for s in said))
        if said
        else None
    )


# --- open data --------------------------------------------------------------------------------------------------------
LICENCES: Mapping[str, tuple[str, str]] = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("CC0 1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"),
}


def licence_of(edition: Edition) -> tuple[str, str, str]:
    """Return id, name and address of the licence that the authority chose; by default CC BY 4.0."""
    chosen = edition.round.chosen.licence
    chosen = chosen if chosen in LICENCES else "CC-BY-4.0"
    return chosen, *LICENCES[chosen]


def datapackage_of(edition: Edition) -> dict[str, Any]:
    """Return the descriptor of the open data: Frictionless Data Package, one resource for each published table."""
    about, (licence, name, address) = edition.about, licence_of(edition)
    return {
        "profile": "tabular-data-package",
        "name": edition.round.slug,
        "title": edition.round.title_zh,
        "description": edition.round.title_en,
        "licenses": [{"name": licence, "title": name, "path": address}],
        "version": about["id"][:16],
        "resources": [
            {
                "name": table.removesuffix(".csv"), "path": f"files/{table}", "profile": "tabular-data-resource", "format": "csv",
                "encoding": "utf-8", "hash": f"sha256:{about['files'][table]}", "bytes": (edition.folder / table).stat().st_size,
                "schema": {"fields": [{"name": f, "type": _type(f)} for f in _head(edition.folder / table)]},
            }
            for table in edition.tables
        ],
    }  # fmt: skip


def figure(column: str, text: str) -> str | Decimal | None:
    """Return a cell of a published table as what it is: a number in the columns of numbers, None where there is none."""
    if column not in FIGURES:
        return text
    return Decimal(text) if text else None


def _type(column: str) -> str:
    form = FIGURES.get(column)
    return "string" if form is None else "integer" if form == _WHOLE else "number"


def _head(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream), [])
