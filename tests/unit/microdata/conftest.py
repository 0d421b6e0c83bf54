"""A small pack and ways to put files into a folder, shared by the tests of microdata."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from duxue.core.errors import Problem
from duxue.core.measure import Measures
from duxue.microdata import Draft, Limits, read_folder
from duxue.packs.schema import Dimension, Form

LEVELS = ["school", "county", "city", "province"]
UNITS = (
    "单位代码,单位名称,层级,上级代码\n"
    "370000,山东省,province,\n"
    "370100,济南市,city,370000\n"
    "370102,历下区,county,370100\n"
    "S1,第一小学,school,370102\n"
    "S2,第二小学,school,370102\n"
)
HEADER = "年份,学校代码,学段,在校生数,教学仪器设备值,农村,办学日期\n"


def _field(id_: str, type_: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "type": type_, "title": {"zh": zh, "en": en}, **more}


def make_forms(**changes: Any) -> tuple[Form, Form]:
    """Return a register form and a form of schools; `changes` go to the form of schools."""
    unit = {
        "id": "unit",
        "title": {"zh": "单位登记表", "en": "Units"},
        "key": ["code"],
        "unit_field": "code",
        "register": {"level_field": "level", "name": "name", "parent": "parent"},
        "fields": [
            _field("code", "code", "单位代码", "Unit code", required=True),
            _field("name", "text", "单位名称", "Name", required=True),
            _field("level", "text", "层级", "Level", required=True),
            _field("parent", "code", "上级代码", "Parent"),
        ],
    }
    school = {
        "id": "school",
        "title": {"zh": "学校情况表", "en": "Schools"},
        "aliases": ["基础表"],
        "key": ["code", "stage"],
        "period": "year",
        "unit_field": "code",
        "fields": [
            _field("year", "year", "年份", "Year"),
            _field("code", "code", "学校代码", "School code", aliases=["学校标识码"]),
            _field("stage", "category", "学段", "Stage", dimension="stage"),
            _field("pupils", "integer", "在校生数", "Pupils", unit="pupil", required=True, min=0, max=10000),
            _field("equipment", "number", "教学仪器设备值", "Equipment", unit="万元", accepts=["元"]),
            _field("rural", "boolean", "农村", "Rural"),
            _field("note", "text", "办学日期", "Remark"),
            _field("county", "code", "所在县", "County", refers="county"),
        ],
        **changes,
    }
    return Form.model_validate(unit), Form.model_validate(school)


STAGE = Dimension.model_validate(
    {
        "id": "stage",
        "title": {"zh": "学段", "en": "Stage"},
        "values": [
            {"id": "primary", "title": {"zh": "小学", "en": "Primary"}, "aliases": ["小学阶段"]},
            {"id": "junior", "title": {"zh": "初中", "en": "Junior"}},
        ],
    }
)
Read = Callable[..., Draft]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write files (text, bytes or rows of a sheet by name) into a folder and read it."""

    def run(
        files: dict[str, Any], *, limits: Limits | None = None, forms: Sequence[Form] | None = None
    ) -> Draft:
        folder = tmp_path / "in"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                path.write_text(content, encoding="utf-8")
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                write_book(path, content)
        return read_folder(folder, forms or make_forms(), LEVELS, [STAGE], Measures.built_in(), limits=limits)

    return run


def write_book(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> None:
    """Write a workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)


def only(draft: Draft, code: str) -> Problem:
    """Return the one problem with this code, after checking that it speaks both languages."""
    found = [p for p in draft.problems if p.code == code]
    assert len(found) == 1, [p.render("en") for p in draft.problems]
    assert found[0].what.zh
    assert found[0].what.en
    assert found[0].advice.zh
    assert found[0].advice.en
    assert found[0].what.zh != found[0].what.en
    return found[0]


def codes(draft: Draft) -> list[str]:
    """Return the codes of errors and warnings."""
    return [p.code for p in draft.problems if p.severity != "note"]
