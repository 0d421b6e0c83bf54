"""One pass over a worksheet before the library opens it: how far its cells reach, and which of them hold no usable value.

The library allocates the whole rectangle from the first to the last filled cell, wherever a cell's own reference puts it,
and hands over formula errors and formulas that were never calculated as empty cells. A strict XML parser sees both first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

FAULTY = "\0"  # before the error that the cell shows
UNCALCULATED = FAULTY + "="  # before the text of a formula whose result was never stored
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of a sheet of Excel, 1-based
MOST_ERRORS = 200_000  # formula errors kept for messages; more are no table
_SMALL_AREA = 5_000_000  # cells that may lie empty in any sheet, some 150 MB
_FILLED_SHARE = 4  # of a larger area at least one cell in four is filled


def column_letter(index: int) -> str:
    """Return the spreadsheet letters of a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the 0-based column of spreadsheet letters."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


class NotASheet(Exception):  # noqa: N818 - says what the part is, for the caller to tell
    """The part is no well-formed sheet; the text says why."""


class FarCell(Exception):  # noqa: N818 - says where, for the caller to tell
    """A cell stands where no table reaches."""

    def __init__(self, ref: str, row: int | None, letters: str, area: str, limit: str) -> None:
        """Keep the reference, its row and column letters when they can be told, the area it makes and the limit."""
        self.ref, self.row, self.letters, self.area, self.limit = ref, row, letters, area, limit
        super().__init__(ref)


@dataclass
class Area:
    """How far the filled cells of a sheet reach, and the cells without a usable value by row: (0-based column, text)."""

    rows: int = 0
    columns: int = 0
    filled: int = 0
    shared: int = 0  # cells that refer to a shared string
    errors: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    formula: tuple[int, int] | None = None  # row and column of the first formula with a stored value
    stale: bool = (
        False  # whether the workbook asks to be calculated anew, so that stored values are not to be trusted
    )


def measure(pieces: Iterable[bytes], most_cells: int) -> Area:
    """Return the area of a sheet given as its XML in pieces.

    Raises:
        NotASheet: the XML is not well-formed, declares a document type, or numbers its rows and cells wrongly.
        FarCell: the rectangle of filled cells is beyond Excel, beyond `most_cells`, or almost empty.
    """
    scan = _Scan(most_cells)
    try:
        for piece in pieces:
            scan.parser.Parse(piece, False)
        scan.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise NotASheet(str(error)) from error
    scan.finish()
    return scan.area


class _Scan:
    def __init__(self, most_cells: int) -> None:
        self.area = Area()
        self.most_cells = most_cells
        self.line = 0  # of the row being read, 1-based
        self.row = self.column = 0  # of the cell being read; the column is 0-based
        self.open = False  # whether a cell is being read
        self.formula: list[str] | None = None  # its text, when the cell has one
        self.value: list[str] | None = None  # its stored value, kept for formulas and errors only
        self.kind = ""
        self.farthest = {"row": "", "column": ""}
        self.errors = 0
        self.known: dict[str, int] = {}  # letters -> column
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype

    def refuse_doctype(self, *_: object) -> None:
        raise NotASheet("DOCTYPE")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            if self.open:
                self.close()
            self.place(attributes.get("r"))
            self.open = True
            self.kind = attributes.get("t", "")
        elif name in ("v", "is"):
            if self.open:
                self.fill()
        elif name == "f":
            if self.open:
                self.formula = []
                self.parser.CharacterDataHandler = self.formula.append
        elif name not in ("t", "r"):
            if self.open:
                self.close()
            if name == "row":
                self.start_row(attributes.get("r"))

    def start_row(self, number: str | None) -> None:
        self.line = self.line + 1 if number is None else int(number) if number.isdecimal() else 0
        self.column = -1
        if self.line < 1:
            raise NotASheet(f"row r={number!r}")
        if self.line > LAST_ROW:
            raise FarCell(f"row {self.line}", None, "", f"{self.line:,}", f"{LAST_ROW:,}")

    def place(self, ref: str | None) -> None:
        """Take the position of a cell from its reference; without one it follows the cell before."""
        if ref is None:
            self.row, self.column = max(self.line, 1), self.column + 1
        else:
            letters = ref.rstrip("0123456789")
            column = self.known.get(letters)
            if column is None:
                if not (letters.isascii() and letters.isalpha()):
                    raise NotASheet(f"cell r={ref!r}")
                column = column_index(letters.upper()) if len(letters) <= 3 else LAST_COLUMN
                self.known[letters] = column
            digits = ref[len(letters) :]
            self.row, self.column = int(digits[:12] or "0"), column
            if not self.row:
                raise NotASheet(f"cell r={ref!r}")
        if self.row > LAST_ROW or self.column >= LAST_COLUMN:
            raise FarCell(ref or column_letter(self.column), None, "", ref or "", f"XFD{LAST_ROW}")

    def fill(self) -> None:
        area = self.area
        area.filled += 1
        if self.kind == "s":
            area.shared += 1
        if self.row > area.rows or self.column >= area.columns:
            self.reach()
        if self.formula is not None or self.kind == "e":
            self.value = []
            self.parser.CharacterDataHandler = self.value.append

    def reach(self) -> None:
        area = self.area
        if self.row > area.rows:
            area.rows = self.row
            self.farthest["row"] = f"{column_letter(self.column)}{self.row}"
        if self.column >= area.columns:
            area.columns = self.column + 1
            self.farthest["column"] = f"{column_letter(self.column)}{self.row}"

    def close(self) -> None:
        """Note the cell that ends when it is an error, or a formula without a stored value."""
        self.open = False
        if self.kind == "e":
            self.note(FAULTY + ("".join(self.value or ()).strip() or "#VALUE!"))
        elif self.formula is not None and self.kind != "str" and not "".join(self.value or ()).strip():
            self.note(UNCALCULATED + "".join(self.formula)[:80])
        elif self.formula is not None and self.area.formula is None:
            self.area.formula = (self.row, self.column)
        if self.formula is not None or self.value is not None:
            self.formula = self.value = None
            self.parser.CharacterDataHandler = None

    def note(self, text: str) -> None:
        self.errors += 1
        if self.errors > MOST_ERRORS:
            raise NotASheet(f"> {MOST_ERRORS:,} formula errors")
        self.reach()
        self.area.errors.setdefault(self.row, []).append((self.column, text))

    def finish(self) -> None:
        if self.open:
            self.close()
        area = self.area
        size = area.rows * area.columns
        most = min(self.most_cells, max(_SMALL_AREA, area.filled * _FILLED_SHARE))
        if size > most:
            # The coordinate that shrinks the rectangle more when its cell goes is the one to tell.
            ref = self.farthest["column" if area.columns * 64 > area.rows else "row"]
            letters = ref.rstrip("0123456789")
            found = f"{area.columns:,} x {area.rows:,}"
            raise FarCell(ref, int(ref[len(letters) :]), letters, found, f"{most:,}")
