"""Files of every kind and encoding give the same typed rows, and the user is told what was taken for what."""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duxue.core.errors import Problem
from duxue.core.measure import Measures
from duxue.core.workbook import column_index, column_letter
from duxue.microdata import Draft, read_folder
from duxue.microdata.read_csv import decode, separator_of

from .conftest import HEADER, LEVELS, STAGE, UNITS, Read, codes, make_forms, only

GOOD = HEADER + "2023,S1,小学,12,3.5,是,甲\n2023,S2,初中,１，0.25,否,\n".replace("１，", "１,")
BIG5 = "年份,學校代碼,學段,在校生數,教學儀器設備值,農村\n2023,S1,小學階段,12,3.5,是\n2023,S2,初中,1,0.25,否\n"
EXPECTED = [
    {
        "year": 2023,
        "code": "S1",
        "stage": "primary",
        "pupils": 12,
        "equipment": Decimal("3.5"),
        "rural": True,
    },
    {
        "year": 2023,
        "code": "S2",
        "stage": "junior",
        "pupils": 1,
        "equipment": Decimal("0.25"),
        "rural": False,
    },
]


def rows_of(draft: Draft) -> list[dict[str, object]]:
    """Return the fields of schools that every file in these tests has."""
    return draft.tables["school"].select(list(EXPECTED[0])).to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_in_any_encoding_gives_the_same_rows(encoding: str, read: Read) -> None:
    draft = read({"unit.csv": UNITS, "school.csv": GOOD.encode(encoding)})
    assert codes(draft) == []
    assert rows_of(draft) == EXPECTED
    assert draft.sources[0].encoding == encoding


def test_a_big5_csv_with_traditional_headers_is_read(read: Read) -> None:
    draft = read({"unit.csv": UNITS, "school.csv": BIG5.encode("big5")})
    assert codes(draft) == []
    assert rows_of(draft) == EXPECTED
    assert only(draft, "DATA014").found == "big5"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_separator_is_found(mark: str, read: Read) -> None:
    assert separator_of(GOOD.replace(",", mark)) == mark
    assert rows_of(read({"unit.csv": UNITS, "school.csv": GOOD.replace(",", mark)})) == EXPECTED


def test_a_broken_utf8_file_is_told_where_it_breaks() -> None:
    data = GOOD.encode() * 50 + b"\xe5\xad,\xff\n" + GOOD.encode()
    problem = decode(data, "x.csv")
    assert isinstance(problem, Problem)
    assert problem.place.row == 151


def test_a_workbook_with_title_rows_is_read_from_the_row_that_holds_the_headers(read: Read) -> None:
    rows = [
        ["2023年学校情况表"],
        [],
        [None, "年份", "学校代码", "学段", "在校生数", "教学仪器设备值（元）", "农村", "办学日期"],
        [None, 2023, "S1", "小学", 12.0, 35000, True, dt.date(2001, 9, 1)],
        [],
        [None, "2023-2024学年", "S2", "初中", 1, 2500.0, "否", None],
    ]
    draft = read(
        {"unit.csv": UNITS, "报表.xlsx": {"学校情况表": rows, "说明": [["填表说明"], ["学校代码不能为空"]]}}
    )
    assert codes(draft) == []
    assert rows_of(draft) == EXPECTED
    table = draft.tables["school"]
    assert table.column("_line").to_pylist() == [4, 6]
    assert table.column("note").to_pylist() == ["2001-09-01", None]
    match = next(t for t in draft.match.tables if t.form == "school")
    equipment = next(c for c in match.columns if c.field == "equipment")
    assert (equipment.letter, equipment.unit, equipment.factor) == ("F", "元", Fraction(1, 10000))
    assert (match.header_row, match.form_how, match.absent) == (3, "sheet", ("county",))
    assert draft.match.unused == (("报表.xlsx", "说明"),)


def test_a_code_entered_as_a_number_is_text_again(read: Read) -> None:
    units = UNITS.replace("S1", "3701020001").replace("S2", "0701020002")
    rows = [
        HEADER.strip().split(","),
        [2023, 3701020001, "小学", 1, 1, 1],
        [2023, "0701020002", "小学", 1, 1, 0],
    ]
    draft = read({"unit.csv": units, "school.xlsx": {"Sheet1": rows}})
    assert codes(draft) == []
    assert draft.tables["school"].column("code").to_pylist() == ["3701020001", "0701020002"]


def test_a_formula_error_in_a_workbook_is_a_problem_and_not_an_empty_cell(read: Read) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("学校情况表")
    sheet.write_row(0, 0, HEADER.strip().split(","))
    sheet.write_row(1, 0, [2023, "S1", "小学", 12])
    sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
    book.close()
    problem = only(read({"unit.csv": UNITS, "a.xlsx": stream.getvalue()}), "DATA037")
    assert (problem.place.row, problem.found) == (2, "#DIV/0!")
    assert problem.place.cell_column.startswith("E ")


def test_parquet_is_read_by_column_names(read: Read) -> None:
    stream = io.BytesIO()
    columns = {
        "year": [2023, 2023],
        "code": ["S1", "S2"],
        "Stage": ["primary", "初中"],
        "pupils": [12.0, 1.0],
    }
    more = {"equipment": pa.array([Decimal("3.50"), Decimal("0.25")]), "rural": [True, False]}
    pq.write_table(pa.table({**columns, **more}), stream)
    draft = read({"unit.csv": UNITS, "school.parquet": stream.getvalue()})
    assert codes(draft) == []
    assert rows_of(draft) == EXPECTED
    assert draft.tables["school"].column("_line").to_pylist() == [1, 2]


def test_several_files_and_sheets_feed_one_form_in_order(read: Read) -> None:
    lines = GOOD.splitlines()
    files = {
        "unit.csv": UNITS,
        "b/school_2023.csv": f"{lines[0]}\n{lines[2]}",
        "a/school.csv": f"{lines[0]}\n{lines[1]}",
    }
    draft = read(files)
    assert rows_of(draft) == EXPECTED
    assert [s.file for s in draft.sources if s.form == "school"] == ["a/school.csv", "b/school_2023.csv"]
    assert draft.tables["school"].column("_row").to_pylist() == [0, 1]


def test_hidden_and_underscored_folders_are_left_alone(read: Read) -> None:
    files = {
        "unit.csv": UNITS,
        "school.csv": GOOD,
        "_old/school.csv": GOOD,
        ".git/school.csv": GOOD,
        "~$school.xlsx": b"x",
    }
    draft = read(files)
    assert codes(draft) == []
    assert draft.tables["school"].num_rows == 2


def test_marks_for_nothing_are_missing_and_zero_is_zero(read: Read) -> None:
    marks = ["", "-", "—", "N/A", "无数据", "…", "－"]
    rows = "".join(f"{2000 + i},S1,小学,0,{m},,\n" for i, m in enumerate(marks))
    draft = read({"unit.csv": UNITS, "school.csv": HEADER + rows})
    assert codes(draft) == []
    assert draft.tables["school"].column("equipment").null_count == len(marks)
    assert set(draft.tables["school"].column("pupils").to_pylist()) == {0}


def test_people_and_pieces_in_brackets_count_what_the_column_counts(read: Read) -> None:
    for unit in ("人", "名", "pupil", "学生", "person"):
        draft = read({"unit.csv": UNITS, "school.csv": GOOD.replace("在校生数", f"在校生数({unit})")})
        assert codes(draft) == [], unit
        assert rows_of(draft) == EXPECTED
    assert "DATA025" in codes(read({"school.csv": GOOD.replace("在校生数", "在校生数（万人）")}))


def test_rows_without_a_register_are_not_called_orphans(read: Read) -> None:
    unit, school = make_forms()
    draft = read({"school.csv": GOOD}, forms=(unit.model_copy(update={"required": False}), school))
    assert draft.ok


def test_a_county_may_hand_in_its_part_of_the_tree(read: Read) -> None:
    part = "\n".join(line for line in UNITS.splitlines() if not line.startswith(("370000", "370100")))
    draft = read({"unit.csv": part, "school.csv": GOOD})
    assert codes(draft) == []


def test_column_letters_are_those_of_a_spreadsheet() -> None:
    assert [column_letter(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(column_index(column_letter(i)) == i for i in range(20_000))


def test_all_problems_are_told_at_once(read: Read) -> None:
    draft = read({"unit.csv": UNITS, "school.csv": HEADER + "2023,S9,大学,x,y,z,\n"})
    assert sorted(codes(draft)) == ["DATA030", "DATA031", "DATA033", "DATA034", "DATA044"]


def _draft(folder: Path) -> Draft:
    return read_folder(folder, make_forms(), LEVELS, [STAGE], Measures.built_in())


_QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_QUIET
@given(
    data=st.binary(max_size=400) | st.text(max_size=200).map(lambda t: (HEADER + t).encode("utf-8", "ignore"))
)
def test_random_bytes_as_csv_never_raise(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "school.csv").write_bytes(data)
    assert isinstance(_draft(tmp_path), Draft)


def _template() -> bytes:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(HEADER.strip().split(","))
    book.active.append([2023, "S1", "小学", 12, 3.5, "是"])
    book.save(stream)
    return stream.getvalue()


_BOOK = _template()


@_QUIET
@given(place=st.integers(0, len(_BOOK) - 1), data=st.binary(min_size=1, max_size=40), cut=st.booleans())
def test_a_workbook_with_damaged_bytes_never_raises(
    place: int, data: bytes, cut: bool, tmp_path: Path
) -> None:
    broken = _BOOK[:place] + data + (b"" if cut else _BOOK[place + len(data) :])
    for name in ("school.xlsx", "school.ods"):
        (tmp_path / name).write_bytes(broken)
    assert isinstance(_draft(tmp_path), Draft)


# --- hostile and odd input ----------------------------------------------------------------------------------------------
GOOD_ROW = HEADER + "2023,S1,小学,12,3.5,是,\n"


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text on this system")
@pytest.mark.parametrize("name", [b"school\xff.csv", b"d\xff/school.csv", b"x\xff.wps"])
def test_a_file_name_that_is_no_text_is_told_and_nothing_breaks(
    name: bytes, read: Read, tmp_path: Path
) -> None:
    """Such a name could be neither printed nor kept in a manifest."""
    path = Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/" + name))
    path.parent.mkdir(parents=True)
    path.write_text(GOOD_ROW, encoding="utf-8")
    problem = only(read({"unit.csv": UNITS}), "DATA016")
    assert problem.severity == "error"
    assert "\\xff" in problem.place.file
    problem.render("zh").encode()


def test_a_data_folder_whose_name_is_no_text_is_told(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xff"))
    draft = read_folder(folder, make_forms(), LEVELS, [STAGE], Measures.built_in())
    only(draft, "DATA001").render("en").encode()


@pytest.mark.parametrize("text", ["12①", "1²", "12⑴", "₁2", "12⒈"])
def test_a_footnote_mark_is_no_digit(text: str, read: Read) -> None:
    draft = read({"unit.csv": UNITS, "school.csv": GOOD_ROW.replace(",12,", f",{text},")})
    assert only(draft, "DATA030").found == text


def test_utf_32_is_not_read_as_utf_16(read: Read) -> None:
    problem = only(read({"unit.csv": UNITS, "school.csv": GOOD_ROW.encode("utf-32")}), "DATA005")
    assert "UTF-32" in problem.found


def test_parquet_text_that_is_no_utf_8_is_told(read: Read) -> None:
    codes_ = pa.array([b"S\xff"], pa.binary()).view(pa.string())
    bad = io.BytesIO()
    pq.write_table(pa.table({"年份": [2023], "学校代码": codes_, "学段": ["小学"], "在校生数": [12]}), bad)
    assert (
        only(read({"unit.csv": UNITS, "school.parquet": bad.getvalue()}), "DATA005").place.file
        == "school.parquet"
    )


def test_a_header_with_half_a_character_does_not_break_the_match(read: Read) -> None:
    """Excel writes control characters as _x000A_; half of a pair of surrogates stays as it was written."""
    header = [*HEADER.strip().split(",")[:4], "_xD800_x"]
    draft = read({"unit.csv": UNITS, "school.xlsx": {"school": [header, ["2023", "S1", "小学", 12, 1]]}})
    assert draft.ok
    assert draft.match.tables[0].ignored[0][1] == "_xD800_x"


def test_characters_that_steer_a_terminal_are_printed_as_codes(read: Read) -> None:
    draft = read({"unit.csv": UNITS, "school.csv": GOOD_ROW.replace("S1", "S1\x1b[31m")})
    assert only(draft, "DATA044").found == "S1\\x1b[31m"
