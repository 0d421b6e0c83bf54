"""The files of a double-random draw: tables and plan in, the canonical case and the table of the plan out.

`case.json` holds lists and rules in the form `duxue-json/1` with every list sorted, so that the same lists in any order
have the same bytes, and `read_case` reads it back.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, safe_cell, same
from duxue.draws.documents import cannot_read, write_form
from duxue.draws.inspection.model import METHOD, Case, Plan
from duxue.draws.inspection.reading import read_case
from duxue.draws.plan import read_both
from duxue.draws.problems import make, refuse

TABLES = ("schools", "inspectors", "counties", "visits", "recusals")
_NEEDED = ("schools", "inspectors")
ENTRIES = ("title", "method", "tables", "rules", "seed")
_COLUMNS = ("school", "school_name", "county", "inspector", "inspector_name", "skill")


@dataclass(frozen=True, slots=True)
class Order:
    """What a plan file orders: the case that it names, and where chance will come from."""

    file: str
    title: dict[str, str]
    case: Case
    seed: object


def read_order(path: Path) -> Order:
    """Read a plan in TOML and the tables that it names, which lie beside it; everything wrong is told at once."""
    try:
        raw = tomllib.loads(_read_text(path))
    except tomllib.TOMLDecodeError as error:
        expected = Text("UTF-8编码的TOML", "TOML in UTF-8")
        raise refuse("DRAW020", place=Place(file=path.name), found=str(error), expected=expected) from error
    problems = [
        make("DRAW020", place=Place(file=path.name, field=key), found=key, expected=same(", ".join(ENTRIES)))
        for key in raw
        if key not in ENTRIES
    ]
    title = read_both(raw.get("title"), path.name, "title", problems)
    if raw.get("method") != METHOD:
        place = Place(file=path.name, field="method")
        problems.append(make("DRAW021", place=place, found=str(raw.get("method", "")), expected=same(METHOD)))
    files = dict(_read_names(raw.get("tables"), path, problems))
    tables: dict[str, object] = {"rules": raw.get("rules", {})}
    for table, file in files.items():
        try:
            tables[table] = _read_rows(file)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    try:
        case = read_case(tables)
    except Refused as refused:
        raise Refused(_locate(p, path.name, files) for p in refused.problems) from refused
    return Order(path.name, title, case, raw.get("seed"))


def write_case(case: Case) -> bytes:
    """Return the canonical case: rows that `read_case` reads, every list in order."""
    plain: dict[str, Any] = case.to_dict()
    for person in plain["inspectors"]:
        person["tenures"] = [
            f"{place} {since or '..'}/{until or '..'}" for place, since, until in person["tenures"]
        ]
    plain["visits"] = [{"school": s, "date": d, "inspectors": i} for s, d, i in plain["visits"]]
    plain["recusals"] = [{"inspector": i, "school": s, "reason": r} for i, s, r in plain["recusals"]]
    rules = plain["rules"]
    rules["minima"] = [{"stratum": s, "least": n} for s, n in rules["minima"]]
    rules["larger_teams"] = [{"from_size": s, "members": n} for s, n in rules["larger_teams"]]
    rules["skills"] = [{"skill": s, "members": n, "stages": t} for s, n, t in rules["skills"]]
    return write_form(plain)


def load_case(path: Path) -> Case:
    """Read a canonical case; Refused (DRAW011) when its bytes are not those of that form."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
    place = Place(file=path.name)
    try:
        raw = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise refuse("DRAW011", place=place, found=str(error)) from error
    try:
        case = read_case(raw, first_row=1)
    except Refused as refused:
        raise Refused(p.at(file=path.name) for p in refused.problems) from refused
    if write_case(case) != data:
        raise refuse("DRAW011", place=place)
    return case


def write_plan_table(plan: Plan, case: Case) -> bytes:
    """Return the plan as CSV in UTF-8 with mark: one row for each place, teams in the order in which schools were drawn."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(map(safe_cell, place) for place in list_places(plan, case))
    return stream.getvalue().encode("utf-8-sig")


def list_places(plan: Plan, case: Case) -> Iterator[tuple[str, ...]]:
    """Yield for each place of a plan the school, its name and county, the inspector and their name, and the skill."""
    schools, people = {s.id: s for s in case.schools}, {i.id: i for i in case.inspectors}
    for team in plan.teams:
        school = schools[team.school]
        for member in team.members:
            name = people[member.inspector].name
            yield school.id, school.name, school.county, member.inspector, name, member.skill


def _read_text(path: Path) -> str:
    try:
        return unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise cannot_read(path, error) from error
    except UnicodeDecodeError as error:
        advice = Text("请另存为“CSV UTF-8”。", "Save the table as “CSV UTF-8”.")
        raise refuse("DRAW002", place=Place(file=path.name), found=str(error), advice=advice) from error


def _read_names(raw: object, path: Path, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    entries: Mapping[str, object] = raw if isinstance(raw, dict) else {}
    for table in (*_NEEDED, *(e for e in entries if e not in _NEEDED)):
        name = entries.get(table)
        if table in TABLES and isinstance(name, str) and name:
            yield table, path.parent / name
            continue
        place = Place(file=path.name, field=f"tables.{table}")
        expected = Text('表名 = "文件.csv"：', 'table = "file.csv": ')
        names = ", ".join(TABLES)
        expected = Text(expected.zh + names, expected.en + names)
        problems.append(make("DRAW020", place=place, found=str(name or ""), expected=expected))


def _read_rows(path: Path) -> list[dict[str, str]]:
    rows = csv.reader(io.StringIO(_read_text(path), newline=""))
    problems: list[Problem] = []
    table: list[dict[str, str]] = []
    try:
        head = [h.strip() for h in next(rows, [])]
        if not all(head) or len({*head}) < len(head) or not head:
            expected = Text("不重复、不为空的字段名", "names of fields, none empty or twice")
            raise refuse(
                "DRAW003", place=Place(file=path.name, row=1), found=", ".join(head), expected=expected
            )
        for number, row in enumerate(rows, 2):
            if len(row) == len(head):
                table.append(dict(zip(head, row, strict=True)))
                continue
            expected = Text(f"{len(head)}个单元格", f"{len(head)} cells")
            place = Place(file=path.name, row=number)
            problems.append(make("DRAW004", place=place, found=str(len(row)), expected=expected))
    except csv.Error as error:
        raise refuse("DRAW004", place=Place(file=path.name, line=rows.line_num), found=str(error)) from error
    if problems:
        raise Refused(problems[:50])
    return table


def _locate(problem: Problem, plan: str, files: Mapping[str, Path]) -> Problem:
    """Return a problem of a table with the name of the table's file, another with that of the plan."""
    table = problem.place.sheet
    if table in files:
        return problem.at(file=files[table].name, sheet="")
    return problem.at(file=plan)
