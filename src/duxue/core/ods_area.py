"""One pass over the content of an ODS workbook before the library opens it: what repeats unfold to, which cells are errors.

The library hands a formula error over as an empty cell or as the 0 that is stored beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers import expat

from duxue.core.sheet_area import FAULTY, LAST_ROW, MOST_ERRORS, UNCALCULATED, Area, FarCell, NotASheet

_CELLS = ("table-cell", "covered-table-cell")


def measure_ods(pieces: Iterable[bytes], most_cells: int) -> dict[str, Area]:
    """Return the area of each sheet of a content.xml given in pieces.

    Raises:
        NotASheet: the XML is not well-formed or declares a document type.
        FarCell: a sheet unfolds beyond `most_cells` cells or 1,048,576 rows.
    """
    scan = _Scan(most_cells)
    try:
        for piece in pieces:
            scan.parser.Parse(piece, False)
        scan.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise NotASheet(str(error)) from error
    return scan.areas


class _Scan:
    def __init__(self, most_cells: int) -> None:
        self.areas: dict[str, Area] = {}
        self.area = Area()
        self.most_cells = most_cells
        self.row = 0  # last row before the one being read, 1-based
        self.repeat = 0  # rows that the row being read stands for; 0 outside a row
        self.column = 0  # first column of the cell being read, 0-based
        self.span = 0  # columns that the cell stands for; 0 outside a cell
        self.attributes: dict[str, str] = {}
        self.text: list[str] = []
        self.errors = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype

    def refuse_doctype(self, *_: object) -> None:
        raise NotASheet("DOCTYPE")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name not in ("table", "table-row", *_CELLS):
            return
        plain = {
            key.rpartition(":")[2]: value for key, value in attributes.items() if key != "calcext:value-type"
        }
        if name == "table":
            self.area = self.areas.setdefault(plain.get("name", ""), Area())
            self.row = 0
        elif name == "table-row":
            self.repeat = int(plain.get("number-rows-repeated", "1"))
            self.column = 0
        elif self.repeat:
            self.span = int(plain.get("number-columns-repeated", "1"))
            self.attributes = {**plain, "error": str(attributes.get("calcext:value-type") == "error")}
            self.text = []
            self.parser.CharacterDataHandler = self.text.append

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in _CELLS and self.span:
            self.finish_cell()
            self.column += self.span
            self.span = 0
            self.parser.CharacterDataHandler = None
        elif name == "table-row":
            self.row += self.repeat
            self.repeat = 0

    def finish_cell(self) -> None:
        text = "".join(self.text).strip()
        formula = self.attributes.get("formula", "")
        valued = "value-type" in self.attributes or text
        if not valued and not formula:
            return
        area = self.area
        area.rows = max(area.rows, self.row + self.repeat)
        area.columns = max(area.columns, self.column + self.span)
        if area.rows * area.columns > self.most_cells or area.rows > LAST_ROW:
            raise FarCell("", None, "", f"{area.columns:,} x {area.rows:,}", f"{self.most_cells:,}")
        if self.attributes["error"] == "True" or (formula and text.startswith(("#", "Err:"))):
            self.note(FAULTY + (text or "#VALUE!"))
        elif not valued:
            self.note(UNCALCULATED + formula.partition("=")[2][:80])

    def note(self, told: str) -> None:
        self.errors += self.repeat * self.span
        if self.errors > MOST_ERRORS:
            raise NotASheet(f"> {MOST_ERRORS:,} formula errors")
        for row in range(self.row + 1, self.row + self.repeat + 1):
            columns = range(self.column, self.column + self.span)
            self.area.errors.setdefault(row, []).extend((column, told) for column in columns)
