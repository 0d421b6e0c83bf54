"""Workbooks to fill in: what a pack collects, one file for each form, with a sheet that tells what each column means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from duxue.app.folders import fresh_folder
from duxue.core.measure import Measures
from duxue.core.measure import title as measure_title
from duxue.core.text import Lang, Text
from duxue.microdata.assemble import categories_of
from duxue.microdata.draft import GUIDE_SHEET
from duxue.microdata.match import required_fields
from duxue.microdata.names import factor_between
from duxue.packs.schema import FieldSpec, Form, Pack
from duxue.packs.scope import pack_measures

_CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 - written without a zone; the same pack gives the same bytes
_HEAD: Sequence[Text] = (
    Text("字段", "field"),
    Text("中文名称", "title in Chinese"),
    Text("英文名称", "title in English"),
    Text("类型", "type"),
    Text("计量单位", "unit"),
    Text("也接受的单位", "units also accepted"),
    Text("必填", "required"),
    Text("可填的值", "allowed values"),
    Text("最小", "smallest"),
    Text("最大", "largest"),
    Text("填报说明", "what to enter"),
)


def describe_fields(pack: Pack, form: Form) -> list[dict[str, object]]:
    """Return what is to be known of each column of a form, as plain JSON values."""
    needed = required_fields(form)
    dimensions = {d.id: d for d in pack.dimensions}
    return [
        {
            "id": f.id,
            "title": _both(f.title.text),
            "type": f.type,
            "unit": f.unit,
            "accepts": list(f.accepts),
            "required": f.id in needed,
            "values": [{"id": v.id, "title": _both(v.title.text)} for v in categories_of(f, dimensions)],
            "min": None if f.min is None else str(f.min),
            "max": None if f.max is None else str(f.max),
            "help": _both(f.help.text) if f.help else None,
        }
        for f in form.fields
    ]


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def header_of(spec: FieldSpec, lang: Lang, measures: Measures) -> str:
    """Return the header of a column: its printed name, and its unit in brackets where it has one."""
    title = spec.title.text.say(lang)
    if spec.type not in ("integer", "number") or not spec.unit or spec.unit == "1":
        return title
    for unit in (measure_title(spec.unit).say(lang), spec.unit):
        if unit and factor_between(unit, spec.unit, measures) == 1:
            return f"{title}（{unit}）" if lang == "zh" else f"{title} ({unit})"
    return title


def write_templates(pack: Pack, out: Path, lang: Lang) -> list[Path]:
    """Write one workbook for each form to the folder `out`, which must be new or empty: nobody's entries are replaced."""
    with fresh_folder(out, mark="", ours=()) as folder:
        names = [f"{form.id}.xlsx" for form in pack.forms]
        for form, name in zip(pack.forms, names, strict=True):
            _write(folder / name, pack, form, lang)
    return [out / name for name in names]


def _write(path: Path, pack: Pack, form: Form, lang: Lang) -> None:
    import xlsxwriter

    measures = pack_measures(pack)
    fields = describe_fields(pack, form)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": _CREATED})
        must = book.add_format({"bold": True, "bg_color": "#FFF2CC", "border": 1, "text_wrap": True})
        may = book.add_format({"bg_color": "#F2F2F2", "border": 1, "text_wrap": True})
        text = book.add_format({"num_format": "@"})  # a code keeps its leading zeros
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(form.id[:31])
        sheet.freeze_panes(1, 0)
        for column, (spec, about) in enumerate(zip(form.fields, fields, strict=True)):
            head = header_of(spec, lang, measures)
            sheet.set_column(column, column, max(10, len(head) * 2), text if spec.type == "code" else None)
            sheet.write_string(0, column, head, must if about["required"] else may)
        guide = book.add_worksheet(GUIDE_SHEET)
        guide.freeze_panes(1, 1)
        guide.set_column(0, len(_HEAD) - 1, 22, wrap)
        for column, head_text in enumerate(_HEAD):
            guide.write_string(0, column, head_text.say(lang), must)
        dimensions = {d.id: d for d in pack.dimensions}
        for line, (spec, about) in enumerate(zip(form.fields, fields, strict=True), 1):
            values = [f"{v.id} {v.title.text.say(lang)}" for v in categories_of(spec, dimensions)]
            yes = Text("是", "yes") if about["required"] else Text("", "")
            cells = (
                spec.id, spec.title.zh, spec.title.en, spec.type, spec.unit or "", ", ".join(spec.accepts), yes.say(lang),
                "\n".join(values), str(about["min"] or ""), str(about["max"] or ""),
                spec.help.text.say(lang) if spec.help else "",
            )  # fmt: skip
            for column, cell in enumerate(cells):
                guide.write_string(line, column, cell, wrap)
