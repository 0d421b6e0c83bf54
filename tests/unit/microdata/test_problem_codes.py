"""One deliberately wrong input for each problem code: the place, the value and both languages are right."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from duxue.core.errors import Refused
from duxue.core.measure import Measures
from duxue.microdata import CODES, Limits, brief, explain_violations, read_folder, snapshot
from duxue.packs.schema import Check, Form

from .conftest import HEADER, LEVELS, STAGE, UNITS, Read, codes, make_forms, only

GOOD = HEADER + "2023,S1,小学,12,3.5,是,\n"
COLUMNS = ["年份", "学校代码", "学段", "在校生数", "教学仪器设备值"]

# code: the row below the header, spreadsheet column, value found
CELLS = {
    "DATA030": ("2023,S1,小学,12.5,1,是,", "D", "12.5"),
    "DATA031": ("2023,S1,小学,12,约3,是,", "E", "约3"),
    "DATA032": ("2023,S1,小学,12,1.23456,是,", "E", "1.23456"),
    "DATA033": ("2023,S1,小学,12,1,也许,", "F", "也许"),
    "DATA034": ("2023,S1,大学,12,1,是,", "C", "大学"),
    "DATA035": ("2023,3.70102E+05,小学,12,1,是,", "B", "3.70102E+05"),
    "DATA036": ("去年,S1,小学,12,1,是,", "A", "去年"),
    "DATA037": ("2023,S1,小学,#REF!,1,是,", "D", "#REF!"),
    "DATA038": ("2023,S1,小学,1234567890123456789012,1,是,", "D", "1234567890123456789012"),
    "DATA040": ("2023,S1,小学,,1,是,", "D", ""),
    "DATA041": ("2023,S1,小学,-1,1,是,", "D", "-1"),
    "DATA042": ("2023,S1,小学,10001,1,是,", "D", "10001"),
    "DATA044": ("2023,S9,小学,12,1,是,", "B", "S9"),
}


@pytest.mark.parametrize("code", CELLS)
def test_a_wrong_cell_is_told_with_its_row_column_and_value(code: str, read: Read) -> None:
    row, letter, found = CELLS[code]
    draft = read({"unit.csv": UNITS, "school.csv": HEADER + "2023,S2,小学,1,1,否,\n" + row + "\n"})
    problem = only(draft, code)
    assert codes(draft)[0] == code
    assert (problem.place.file, problem.place.row) == ("school.csv", 3)
    assert problem.place.cell_column.startswith(f"{letter} “")
    assert problem.found == found
    assert problem.expected.zh
    assert problem.expected.en
    assert not draft.ok


# code: (name, content of the file), row, text found
FILES: dict[str, tuple[str, bytes, int | None, str]] = {
    "DATA005": ("school.csv", b"PK\x03\x04rubbish", None, "workbook"),
    "DATA007": ("school.csv", GOOD.encode("gb18030") + b"2023,\xff\xff,1\n", 3, "0xFF"),
    "DATA008": ("school.csv", (GOOD + '2023,"S2,小学,1\n').encode(), 3, "unexpected end"),
    "DATA009": ("school.csv", (HEADER + "2023,S1,小学,1,234,3,是,,9\n").encode(), 2, "9"),
    "DATA010": ("school.csv", (HEADER + "2023,S1,小学,12\n").encode(), 2, "4"),
    "DATA012": ("school.wps", b"x", None, ""),
    "DATA014": ("school.csv", GOOD.encode("gb18030"), None, "gb18030"),
    "DATA015": ("school.csv", HEADER.encode(), None, ""),
    "DATA020": ("other.csv", b"a,b\n1,2\n", None, ""),
    "DATA022": ("other.csv", GOOD.encode(), None, "school"),
    "DATA023": (
        "school.csv",
        "年份,学校代码,学段,在校生人数,备注\n2023,S1,小学,1,\n".encode(),
        1,
        "D 在校生人数",
    ),
    "DATA024": (
        "school.csv",
        (HEADER.strip() + ",学校标识码\n2023,S1,小学,12,3.5,是,,S1\n").encode(),
        1,
        "H 学校标识码",
    ),
    "DATA025": ("school.csv", GOOD.replace("设备值", "设备值（亿元）").encode(), 1, "亿元"),
    "DATA026": ("school.csv", GOOD.replace("设备值", "设备值（元）").replace("3.5", "35").encode(), 1, "元"),
    "DATA028": (
        "school.csv",
        GOOD.replace("教学仪器设备值", "教学仪器设备总值").encode(),
        1,
        "教学仪器设备总值",
    ),
    "DATA043": ("school.csv", (GOOD + "2023,S1,小学,13,3.5,是,\n").encode(), 3, "2023, S1, primary"),
}


@pytest.mark.parametrize("code", FILES)
def test_a_wrong_file_is_told_with_its_place(code: str, read: Read) -> None:
    name, content, row, found = FILES[code]
    problem = only(read({"unit.csv": UNITS, name: content}), code)
    assert problem.place.file == name
    assert problem.place.row == row
    assert found in problem.found


# code: rows of the register below its header, row in the sheet, column, text found
REGISTERS = {
    "DATA046": ("370000,山东,province,\n370000,山东,province,\n", 3, "A", "370000"),
    "DATA047": ("370000,山东,province,\n370100,济南,city,379999\n", 3, "D", "379999"),
    "DATA048": (
        "370000,山东,province,\n370100,济南,city,370000\n370200,青岛,city,370100\n",
        4,
        "D",
        "370100",
    ),
    "DATA045": ("370000,山东,provinz,\n", 2, "C", "provinz"),
}


@pytest.mark.parametrize("code", REGISTERS)
def test_a_wrong_register_is_told_with_its_place(code: str, read: Read) -> None:
    rows, row, letter, found = REGISTERS[code]
    unit, school = make_forms(required=False)
    if code == "DATA046":  # two codes under different keys
        unit = unit.model_copy(update={"key": ("code", "name")})
        rows = rows.replace("370000,山东,province,\n", "370000,山东省,province,\n", 1)
    problem = only(read({"unit.csv": UNITS.split("\n")[0] + "\n" + rows}, forms=(unit, school)), code)
    assert problem.place.row == row
    assert problem.place.cell_column.startswith(letter)
    assert found in problem.found


def test_units_above_each_other_in_a_circle_are_told(read: Read) -> None:
    rows = "370000,山东,province,\nA,甲,city,B\nB,乙,city,A\n"
    draft = read({"unit.csv": UNITS.split("\n")[0] + "\n" + rows, "school.csv": GOOD})
    assert [p.place.row for p in draft.problems if p.code == "DATA049"] == [3, 4]


def test_a_reference_to_a_unit_of_another_level_is_told(read: Read) -> None:
    draft = read(
        {"unit.csv": UNITS, "school.csv": HEADER.strip() + ",所在县\n2023,S1,小学,12,1,是,,370100\n"}
    )
    problem = only(draft, "DATA045")
    assert problem.found == "370100 (city)"
    assert problem.place.cell_column == "H “所在县”"


def test_a_form_that_is_absent_is_told(read: Read) -> None:
    problem = only(read({"unit.csv": UNITS}), "DATA027")
    assert "学校情况表" in problem.what.zh
    assert "school.xlsx" in problem.expected.en


MIXED = [
    HEADER,
    *(f"2023,S{n % 2 + 1},{stage},12,1,是,\n" for n, stage in enumerate(("小学", "小学", "初中"))),
]


@pytest.mark.parametrize(
    ("encodings", "row", "found", "most", "rows"),
    [
        (("utf-8", "utf-8", "utf-8", "gb18030"), 4, "GB18030", "UTF-8", "1 row,"),
        (("utf-8", "utf-8", "gb18030", "gb18030"), 3, "GB18030", "UTF-8", "2 rows,"),
        (("utf-8-sig", "utf-8", "gb18030", "utf-8"), 3, "GB18030", "UTF-8", "1 row,"),
        (("gb18030", "gb18030", "utf-8", "gb18030"), 3, "UTF-8", "GB18030", "1 row,"),
        (("gb18030", "utf-8", "gb18030", "gb18030"), 2, "UTF-8", "GB18030", "1 row,"),
    ],
)
def test_a_row_in_another_encoding_is_told_with_its_row_and_no_form_is_called_absent(
    encodings: tuple[str, ...], row: int, found: str, most: str, rows: str, read: Read
) -> None:
    data = b"".join(text.encode(encoding) for text, encoding in zip(MIXED, encodings, strict=True))
    draft = read({"unit.csv": UNITS, "school.csv": data})
    problem = only(draft, "DATA007")
    assert codes(draft) == ["DATA007"]
    assert (problem.place.file, problem.place.row, problem.found) == ("school.csv", row, found)
    assert problem.expected.en == f"{most}, as in the rest"
    assert rows in problem.what.en


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_of_no_encoding_is_told_with_its_row(mark: bytes, read: Read) -> None:
    good = mark + "".join(MIXED[:3]).encode()
    problem = only(
        read({"unit.csv": UNITS, "school.csv": good + b"\xff,S1\n" + MIXED[3].encode()}), "DATA007"
    )
    assert problem.place.row == 4
    assert problem.found == f"0xFF @ {len(good)}"


@pytest.mark.parametrize(("name", "told"), [("school.csv", []), ("数据.csv", []), ("unit.csv", ["DATA027"])])
def test_a_form_is_called_absent_unless_a_file_that_could_not_be_read_may_hold_it(
    name: str, told: list[str], read: Read
) -> None:
    draft = read({"areas.csv": UNITS, name: b"\x85\xff\n1,2\n"})
    assert [code for code in codes(draft) if code == "DATA027"] == told


HEAD, AREAS = UNITS.split("\n")[0] + "\n", UNITS.split("S1")[0]
OWN = HEAD + "S1,第一小学,school,370102\n"


@pytest.mark.parametrize(
    ("areas", "own", "told"),
    [
        (AREAS, OWN, []),
        (AREAS, OWN.replace("S1", "S2"), ["DATA044"]),
        (AREAS, HEAD, ["DATA015", "DATA027"]),
        (AREAS, b"\x85\xff\n1,2\n", ["DATA007"]),
        (HEAD, OWN, ["DATA015", "DATA027"]),
    ],
)
def test_codes_are_not_accused_where_a_whole_register_is_missing(
    read: Read, areas: str, own: str | bytes, told: list[str]
) -> None:
    unit, school = make_forms()
    register = {"level": "school", "name": "name", "parent": "parent"}
    title = {"zh": "学校登记表", "en": "Register of schools"}
    fields = [f for f in unit.model_dump(by_alias=True)["fields"] if f["id"] != "level"]
    changed = {
        **unit.model_dump(by_alias=True),
        "id": "own",
        "title": title,
        "register": register,
        "fields": fields,
    }
    rows = HEADER.strip() + ",所在县\n2023,S1,小学,12,1,是,,370102\n"
    draft = read(
        {"unit.csv": areas, "own.csv": own, "school.csv": rows},
        forms=(unit, type(unit).model_validate(changed), school),
    )
    assert sorted(codes(draft)) == told


def yearly_register() -> Form:
    """Return a register of schools that is filled in every year."""
    unit, _ = make_forms()
    changed = unit.model_dump(by_alias=True)
    year = {"id": "year", "type": "year", "title": {"zh": "年份", "en": "Year"}}
    changed |= {
        "id": "own",
        "title": {"zh": "学校登记表", "en": "Register of schools"},
        "key": ["code", "year"],
        "period": "year",
        "register": {"level": "school", "name": "name", "parent": "parent"},
        "fields": [year, *(f for f in changed["fields"] if f["id"] != "level")],
    }
    return type(unit).model_validate(changed)


def test_a_year_that_a_register_lacks_is_told_once(read: Read) -> None:
    own = "年份,单位代码,单位名称,上级代码\n2023,S1,第一小学,370102\n2023,S2,第二小学,370102\n"
    line = "{year},{code},小学,12,1,是,,370102\n"
    rows = [line.format(year=y, code=c) for y in (2022, 2023) for c in ("S1", "S2", "S9")]
    unit, school = make_forms()
    draft = read(
        {"unit.csv": AREAS, "own.csv": own, "school.csv": HEADER.strip() + ",所在县\n" + "".join(rows)},
        forms=(unit, yearly_register(), school),
    )
    assert sorted(codes(draft)) == ["DATA044", "DATA050"]
    assert only(draft, "DATA044").place.row == 7  # S9 of 2023: that year is registered
    problem = only(draft, "DATA050")
    assert problem.place.file == "own.csv"
    assert "3 rows of “Schools” (from school.csv #2)" in problem.what.en
    assert "“学校情况表”3 行" in problem.what.zh
    assert (problem.found, problem.expected.zh) == ("2023", "2022 年的行")


def test_units_above_of_a_year_that_their_register_lacks_are_told_once(read: Read) -> None:
    rows = (
        "年份,单位代码,单位名称,上级代码,层级\n"
        "2023,370000,山东省,,province\n2023,370100,济南市,370000,city\n2023,370102,历下区,370100,county\n"
        "2022,370102,历下区,370100,county\n2022,370103,市中区,370100,county\n"
    )
    register = yearly_register().model_dump(by_alias=True)
    level = {"id": "level", "type": "text", "title": {"zh": "层级", "en": "Level"}, "required": True}
    register["register"] = {"level_field": "level", "name": "name", "parent": "parent"}
    register["fields"] = [*register["fields"], level]
    forms = (Form.model_validate(register), make_forms(required=False)[1])
    assert not codes(
        read({"own.csv": rows}, forms=forms)
    )  # data that begin with the counties name the city only
    draft = read({"own.csv": rows + "2022,370000,山东省,,province\n"}, forms=forms)
    assert codes(draft) == ["DATA050"]
    assert "2 rows of “Register of schools”" in only(draft, "DATA050").what.en


def test_a_sheet_that_fits_two_forms_is_told(read: Read) -> None:
    unit, school = make_forms()
    twin = school.model_copy(update={"id": "twin"})
    draft = read({"unit.csv": UNITS, "data.csv": GOOD}, forms=(unit, school, twin))
    assert only(draft, "DATA021").found == "school, twin"


def test_a_hidden_sheet_is_told_and_not_read(read: Read, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "学校情况表"
    book.active.append(COLUMNS)
    book.active.append([2023, "S1", "小学", 12, 3.5])
    hidden = book.create_sheet("基础表")
    hidden.append(COLUMNS)
    hidden.append([2023, "S2", "小学", 12, 3.5])
    hidden.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    draft = read({"unit.csv": UNITS, "book.xlsx": stream.getvalue()})
    assert only(draft, "DATA013").place.sheet == "基础表"
    assert draft.tables["school"].num_rows == 1


def test_a_missing_folder_and_an_empty_one_are_told(tmp_path: Path) -> None:
    args = (make_forms(), LEVELS, [STAGE], Measures.built_in())
    assert only(read_folder(tmp_path / "nowhere", *args), "DATA001")
    assert only(read_folder(tmp_path, *args), "DATA002")


def test_a_link_that_leaves_the_folder_is_refused(read: Read, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD, encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "school.csv").symlink_to(secret)
    (tmp_path / "in" / "folder").symlink_to(tmp_path)
    draft = read({"unit.csv": UNITS})
    assert [p.place.file for p in draft.problems if p.code == "DATA003"] == ["folder", "school.csv"]
    assert not draft.tables["school"].num_rows


def test_a_large_file_is_refused_unread(read: Read) -> None:
    assert only(read({"unit.csv": UNITS, "school.csv": GOOD}, limits=Limits(file_bytes=190)), "DATA004")


def test_too_many_columns_are_refused(read: Read) -> None:
    wide = ",".join(f"c{i}" for i in range(20_000))
    problem = only(read({"unit.csv": UNITS, "school.csv": wide + "\n" + wide}), "DATA011")
    assert "20,000" in problem.found


def test_an_encrypted_workbook_is_told(read: Read) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le")
    assert only(read({"unit.csv": UNITS, "school.xlsx": ole}), "DATA006").place.file == "school.xlsx"


def test_a_broken_check_is_told_with_the_values_of_its_fields(read: Read) -> None:
    forms = make_forms()
    draft = read({"unit.csv": UNITS, "school.csv": GOOD})
    check = Check.model_validate(
        {
            "id": "c1",
            "form": "school",
            "rule": "equipment < pupils / 10",
            "severity": "warning",
            "title": {"zh": "设备值过高", "en": "equipment is too high"},
            "advice": {"zh": "请核对单位。", "en": "Check the unit."},
        }
    )
    fields = ["equipment", "pupils"]
    (problem,) = explain_violations(forms[1], check, draft.tables["school"], [0], fields, draft.sources)
    assert (problem.code, problem.severity, problem.place.row) == ("DATA051", "warning", 2)
    assert problem.found == "equipment = 3.5; pupils = 12"
    assert problem.place.cell_column == "E “教学仪器设备值”"
    assert problem.what.zh == "设备值过高"


def test_many_of_a_kind_are_shown_fifty_and_a_count(read: Read) -> None:
    rows = "".join(f"2023,S1,小学,{i}.5,1,是,\n" for i in range(300))
    draft = read({"unit.csv": UNITS, "school.csv": HEADER + rows})
    assert sum(p.code == "DATA030" for p in draft.problems) == 300
    shown = brief(draft.problems)
    assert sum(p.code == "DATA030" for p in shown) == 50
    counts = [p for p in shown if p.code == "DATA052" and "DATA030" in p.what.en]
    assert counts[0].found == "250"


def test_snapshot_problems_are_told(read: Read, tmp_path: Path) -> None:
    draft = read({"unit.csv": UNITS, "school.csv": GOOD})
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "letter.txt").write_text("mine", encoding="utf-8")
    told: list[str] = []
    with pytest.raises(Refused) as refused:
        snapshot.write(draft, taken)
    told += [p.code for p in refused.value.problems]
    with pytest.raises(Refused) as refused:
        snapshot.open(taken)
    told += [p.code for p in refused.value.problems]
    kept = snapshot.write(draft, tmp_path / "kept")
    with (kept.path("school")).open("r+b") as stream:
        stream.seek(100)
        stream.write(b"\x00\x01")
    with pytest.raises(Refused) as refused:
        snapshot.open(tmp_path / "kept")
    told += [p.code for p in refused.value.problems]
    assert refused.value.problems[0].place.file == "school.parquet"
    manifest = tmp_path / "kept" / "manifest.json"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('"format": 1', '"format": 9'), encoding="utf-8"
    )
    with pytest.raises(Refused) as refused:
        snapshot.open(tmp_path / "kept")
    told += [p.code for p in refused.value.problems]
    assert told == ["DATA060", "DATA062", "DATA061", "DATA063"]


def test_every_code_has_a_meaning_in_both_languages_and_is_used() -> None:
    source = "".join(p.read_text(encoding="utf-8") for p in Path(snapshot.__file__).parent.glob("*.py"))
    for code, meaning in CODES.items():
        assert meaning.zh != meaning.en
        assert source.count(f'"{code}"') >= 2, code


# --- hostile files ----------------------------------------------------------------------------------------------------
def _book_with(sheet_xml: bytes) -> bytes:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.save(stream)
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet_xml if name.endswith("sheet1.xml") else old.read(name))
    return out.getvalue()


_SPREAD = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    b"</sheetData></worksheet>"
)


def test_a_sheet_of_seventeen_billion_cells_is_refused_before_it_is_opened(read: Read) -> None:
    draft = read({"unit.csv": UNITS, "school.xlsx": _book_with(_SPREAD)})
    assert "1,048,576" in only(draft, "DATA011").found


def test_a_zip_bomb_is_refused_before_it_is_opened(read: Read) -> None:
    bomb = _book_with(b"<worksheet>" + b" " * 50_000_000 + b"</worksheet>")
    assert only(read({"unit.csv": UNITS, "school.xlsx": bomb}), "DATA004")
    lying = bytearray(_book_with(b"<worksheet>" + b" " * 5_000_000 + b"</worksheet>"))
    at = lying.index(b"PK\x01\x02")
    while at >= 0:  # the directory claims that every part is small
        lying[at + 24 : at + 28] = struct.pack(
            "<I", min(1000, *struct.unpack("<I", lying[at + 24 : at + 28]))
        )
        at = lying.find(b"PK\x01\x02", at + 1)
    draft = read({"unit.csv": UNITS, "school.xlsx": bytes(lying)})
    assert not draft.ok


def test_long_shared_texts_referred_to_a_million_times_are_refused(read: Read) -> None:
    long = b"<si><t>" + b"x" * 250_000 + b"</t></si>"
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (i, i) for i in range(1, 20_000))
    sheet = (
        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>" + cells
    )
    stream = io.BytesIO(_book_with(sheet + b"</sheetData></worksheet>"))
    with zipfile.ZipFile(stream, "a") as book:
        book.writestr("xl/sharedStrings.xml", b"<sst>" + long + b"</sst>")
    assert only(read({"unit.csv": UNITS, "school.xlsx": stream.getvalue()}), "DATA004")


def _ods(rows: str) -> bytes:
    names = ["office:1.0", "table:1.0", "text:1.0"]
    spaces = " ".join(f'xmlns:{n.split(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{n}"' for n in names)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="学校情况表">{rows}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", "<manifest/>")
    return stream.getvalue()


def _ods_row(cells: list[str], repeated: int = 1) -> str:
    texts = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in cells
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{texts}</table:table-row>'


def test_an_ods_file_is_read_and_one_that_unfolds_without_end_is_refused(read: Read) -> None:
    rows = _ods_row(HEADER.strip().split(",")) + _ods_row(["2023", "S1", "小学", "12", "3.5", "是", "甲"])
    draft = read({"unit.csv": UNITS, "school.ods": _ods(rows)})
    assert codes(draft) == []
    assert draft.tables["school"].column("pupils").to_pylist() == [12]
    draft = read({"unit.csv": UNITS, "school.ods": _ods(rows + _ods_row(["1"] * 7, 900_000_000))})
    assert only(draft, "DATA011").place.file == "school.ods"


def test_a_row_of_a_million_cells_is_refused_quickly(read: Read) -> None:
    text = ",".join(f"在校生{i}" for i in range(1_000_000))
    assert only(read({"unit.csv": UNITS, "school.csv": text}), "DATA011").found == "1,000,000 columns"


def test_two_thousand_unknown_headers_are_compared_quickly(read: Read) -> None:
    text = ",".join(f"在校生人数{i:04}" for i in range(1900))
    assert "DATA023" in codes(read({"unit.csv": UNITS, "school.csv": f"{text}\n{text}"}))


@pytest.mark.parametrize("name", ["school.csv", "school.xlsx", "school.xls", "school.ods", "school.parquet"])
@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 50, b"PK\x03\x04", b"PAR1" + bytes(50) + b"PAR1"])
def test_rubbish_under_any_ending_is_told_and_nothing_is_raised(
    name: str, content: bytes, read: Read
) -> None:
    draft = read({"unit.csv": UNITS, name: content})
    assert not draft.ok
    assert any(p.place.file == name for p in draft.problems)
