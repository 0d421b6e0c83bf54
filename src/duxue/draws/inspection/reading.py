"""A case from tables: rows of JSON or of CSV (all values text), checked field by field, all problems told at once.

In text a list is written with semicolons. A tenure is `place`, `place since/until`, `place ../until` or
`place since/..`; a post without end is held now.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text
from duxue.draws.inspection.checking import check_case
from duxue.draws.inspection.model import (
    Case,
    County,
    Inspector,
    LargerTeam,
    Minimum,
    Recusal,
    Rules,
    School,
    SkillNeed,
    Tenure,
    Visit,
)
from duxue.draws.inspection.problems import at, tell

T = TypeVar("T")

_WHOLE = re.compile(r"-?[0-9]{1,9}")
_FORMS = {
    "text": Text("文字", "text"),
    "whole": Text("整数", "a whole number"),
    "date": Text("日期，如 2026-09-01", "a date such as 2026-09-01"),
    "yes": Text("true 或 false", "true or false"),
    "list": Text("文字列表，或用分号隔开的文字", "a list of text, or text with semicolons"),
    "table": Text("行的列表", "a list of rows"),
    "row": Text("字段名和内容", "names of fields and their values"),
    "tenure": Text("单位编号，可加起止日期：S01 2015-09-01/2021-08-31", "a place, with dates if any: S01 2015-09-01/2021-08-31"),
}  # fmt: skip
_YES = {
    "true": True,
    "yes": True,
    "1": True,
    "是": True,
    "false": False,
    "no": False,
    "0": False,
    "否": False,
}
_TABLES = ("counties", "schools", "inspectors", "visits", "recusals")


def read_case(value: object, *, first_row: int = 2) -> Case:
    """Return the case in `value`: tables `counties`, `schools`, `inspectors`, `visits`, `recusals` and `rules`.

    Args:
        value: a mapping of tables to lists of rows, as JSON or a CSV reader gives them.
        first_row: the row number of a table's first row in messages; 2 when a header stands above it.

    Raises:
        Refused: with every problem of every row and rule.

    """
    problems: list[Problem] = []
    document = Fields(problems, value, Place(field="case"))
    document.expect({*_TABLES, "rules"})

    def rows(table: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
        found = document.take(table)
        if found is None:
            return ()
        if not isinstance(found, list | tuple):
            problems.append(tell("INSP003", at(table), type(found).__name__, wanted=_FORMS["table"]))
            return ()
        return tuple(
            read(Fields(problems, row, Place(sheet=table, row=first_row + n))) for n, row in enumerate(found)
        )

    rules = _read_rules(Fields(problems, document.take("rules"), Place(field="rules")))
    case = Case(
        counties=rows("counties", _read_county),
        schools=rows("schools", _read_school),
        inspectors=rows("inspectors", _read_inspector),
        visits=rows("visits", _read_visit),
        recusals=rows("recusals", _read_recusal),
        rules=rules,
    )
    # A value that was refused stands as a default: what the further checks say of its place is said already.
    told = {(p.place.sheet, p.place.row, p.place.field) for p in problems}
    problems += [
        p
        for p in check_case(case, contradictions=not problems)
        if (p.place.sheet, p.place.row, p.place.field) not in told
    ]
    if problems:
        raise Refused(problems)
    return case


class Fields:
    """The fields of one row or of the rules; a value of the wrong form is told and a default given in its place."""

    def __init__(self, problems: list[Problem], value: object, place: Place) -> None:
        """Tell when `value` is no mapping; `place` is where the fields stand."""
        self._problems = problems
        self._place = place
        self._value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        self.usable = isinstance(value, Mapping)
        if value is None:
            problems.append(tell("INSP001", place, place.field or place.sheet, wanted=_FORMS["row"]))
        elif not self.usable:
            problems.append(tell("INSP003", place, type(value).__name__, wanted=_FORMS["row"]))

    @property
    def row(self) -> int:
        """Return the row for later messages, 0 for none."""
        return self._place.row or 0

    def take(self, field: str) -> object:
        """Return the value of a field as it is; None when it is absent or an empty text."""
        found = self._value.get(field)
        return None if isinstance(found, str) and not found.strip() else found

    def expect(self, fields: Collection[str]) -> None:
        """Tell every field that is not one of `fields`."""
        for name in self._value:
            if name not in fields:
                self._tell("INSP002", str(name), name, ", ".join(sorted(fields)))

    def refuse(self, field: str, found: object, form: str) -> None:
        """Tell that `found` is not of the form asked for."""
        self._tell("INSP003", field, _shorten(found), _FORMS[form])

    def text(self, field: str, *, needed: bool = False) -> str:
        """Return a text; a number is refused but kept as text, so that references to it are still found."""
        found = self.take(field)
        if found is None:
            if needed and self.usable:
                self._tell("INSP001", field, field, _FORMS["text"])
            return ""
        if not isinstance(found, str):
            self.refuse(field, found, "text")
        return str(found)

    def whole(self, field: str, default: int | None = None, *, needed: bool = False) -> int | None:
        """Return a whole number, `default` when it is absent."""
        found = self.take(field)
        if found is None:
            if needed and self.usable:
                self._tell("INSP001", field, field, _FORMS["whole"])
            return default
        if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 10**9:
            return found
        if isinstance(found, str) and _WHOLE.fullmatch(found.strip()):
            return int(found)
        self.refuse(field, found, "whole")
        return default

    def date(self, field: str) -> dt.date | None:
        """Return a date that must be given."""
        found = self.take(field)
        if found is None:
            if self.usable:
                self._tell("INSP001", field, field, _FORMS["date"])
            return None
        day = _parse_date(found)
        if day is None:
            self.refuse(field, found, "date")
        return day

    def yes(self, field: str, default: bool) -> bool:
        """Return true or false."""
        found = self.take(field)
        if found is None:
            return default
        if isinstance(found, bool):
            return found
        if isinstance(found, str) and found.strip().casefold() in _YES:
            return _YES[found.strip().casefold()]
        self.refuse(field, found, "yes")
        return default

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a list of texts."""
        found = self.take(field)
        if found is None:
            return ()
        if isinstance(found, str):
            return tuple(part.strip() for part in re.split("[;；]", found) if part.strip())
        if isinstance(found, list | tuple) and all(isinstance(part, str) for part in found):
            return tuple(found)
        self.refuse(field, found, "list")
        return ()

    def groups(self, field: str) -> list[Fields]:
        """Return the rows of a list inside the rules."""
        found = self.take(field)
        if found is None:
            return []
        if not isinstance(found, list | tuple):
            self.refuse(field, found, "table")
            return []
        return [
            Fields(self._problems, row, Place(sheet=f"rules.{field}", row=n))
            for n, row in enumerate(found, 1)
        ]

    def _tell(self, code: str, field: str, found: object, wanted: object) -> None:
        place = Place(sheet=self._place.sheet, row=self._place.row, field=field)
        self._problems.append(tell(code, place, found, wanted=wanted))


def _read_county(fields: Fields) -> County:
    fields.expect({"id", "name"})
    return County(fields.text("id", needed=True), fields.text("name"), fields.row)


def _read_school(fields: Fields) -> School:
    fields.expect({"id", "name", "county", "stage", "kind", "size"})
    return School(
        id=fields.text("id", needed=True),
        county=fields.text("county", needed=True),
        stage=fields.text("stage"),
        kind=fields.text("kind"),
        size=fields.whole("size", 0) or 0,
        name=fields.text("name"),
        row=fields.row,
    )


def _read_inspector(fields: Fields) -> Inspector:
    fields.expect({"id", "name", "home", "skills", "relatives", "tenures", "visits", "days"})
    return Inspector(
        id=fields.text("id", needed=True),
        home=fields.text("home"),
        skills=frozenset(fields.texts("skills")),
        relatives=frozenset(fields.texts("relatives")),
        tenures=_read_tenures(fields),
        visits=fields.whole("visits"),
        days=fields.whole("days"),
        name=fields.text("name"),
        row=fields.row,
    )


def _read_tenures(fields: Fields) -> tuple[Tenure, ...]:
    tenures = []
    for text in fields.texts("tenures"):
        place, _, term = text.rpartition(" ")
        if "/" not in term:
            tenures.append(Tenure(text.strip()))
            continue
        since, _, until = term.partition("/")
        ends = [None if part in ("", "..") else _parse_date(part) for part in (since, until)]
        wrong = [
            part
            for part, end in zip((since, until), ends, strict=True)
            if part not in ("", "..") and end is None
        ]
        if wrong:
            fields.refuse("tenures", text, "tenure")
        else:
            tenures.append(Tenure(place.strip(), until=ends[1], since=ends[0]))
    return tuple(tenures)


def _read_visit(fields: Fields) -> Visit:
    fields.expect({"school", "date", "inspectors"})
    return Visit(
        fields.text("school", needed=True),
        fields.date("date") or dt.date.min,
        fields.texts("inspectors"),
        fields.row,
    )


def _read_recusal(fields: Fields) -> Recusal:
    fields.expect({"inspector", "school", "reason"})
    return Recusal(
        fields.text("inspector", needed=True),
        fields.text("school", needed=True),
        fields.text("reason"),
        fields.row,
    )


def _read_rules(fields: Fields) -> Rules:
    whole = (
        "schools",
        "team_size",
        "least_per_stratum",
        "tenure_years",
        "school_years",
        "inspector_years",
        "gap",
    )
    bounds = ("least_visits", "most_visits", "days_per_visit")
    groups = ("strata", "minima", "larger_teams", "skills")
    fields.expect({"on", "home_county", "relatives", *whole, *bounds, *groups})
    minima, larger, skills = [], [], []
    for row in fields.groups("minima"):
        row.expect({"stratum", "least"})
        minima.append(Minimum(row.texts("stratum"), row.whole("least", 0, needed=True) or 0))
    for row in fields.groups("larger_teams"):
        row.expect({"from_size", "members"})
        larger.append(
            LargerTeam(row.whole("from_size", 0, needed=True) or 0, row.whole("members", 1, needed=True) or 0)
        )
    for row in fields.groups("skills"):
        row.expect({"skill", "members", "stages"})
        members = row.whole("members", 1)
        skills.append(
            SkillNeed(
                row.text("skill", needed=True),
                1 if members is None else members,
                frozenset(row.texts("stages")),
            )
        )
    schools, team_size = fields.whole("schools", needed=True), fields.whole("team_size", needed=True)
    days = fields.whole("days_per_visit", 1)
    return Rules(
        on=fields.date("on") or dt.date.max,
        schools=1 if schools is None else schools,
        team_size=1 if team_size is None else team_size,
        strata=fields.texts("strata"),
        least_per_stratum=fields.whole("least_per_stratum", 0) or 0,
        minima=tuple(minima),
        larger_teams=tuple(larger),
        skills=tuple(skills),
        home_county=fields.yes("home_county", True),
        relatives=fields.yes("relatives", True),
        tenure_years=fields.whole("tenure_years"),
        school_years=fields.whole("school_years"),
        inspector_years=fields.whole("inspector_years"),
        gap=fields.whole("gap"),
        least_visits=fields.whole("least_visits"),
        most_visits=fields.whole("most_visits"),
        days_per_visit=1 if days is None else days,
    )


def _parse_date(found: object) -> dt.date | None:
    if isinstance(found, dt.datetime):
        return None
    if isinstance(found, dt.date):
        return found
    # fromisoformat alone would also take week dates and dates without hyphens
    if isinstance(found, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found.strip()):
        try:
            return dt.date.fromisoformat(found.strip())
        except ValueError:
            return None
    return None


def _shorten(found: object) -> str:
    text = str(found)
    return text if len(text) <= 60 else text[:59] + "…"
