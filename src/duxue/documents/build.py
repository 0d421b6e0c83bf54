"""Join what a reader finds in a file into one text, with the place of every piece."""

from __future__ import annotations

import re

from duxue.documents.model import Block, Kind
from duxue.documents.problems import too_large
from duxue.documents.structure import Piece, settle

TEXT_CHARACTERS = 50_000_000  # a document of ten thousand pages has about ten million
_BLANKS = re.compile(r"[ \t\r\n\f\v\u00a0\u2002-\u200a\u3000]+")
_LONG_CELL = 120  # characters; longer ones are prose laid out in a table


class Builder:
    """Collects pieces in reading order; `settle` then tells what each is."""

    def __init__(self, name: str) -> None:
        """Start an empty text for the file `name`."""
        self.name = name
        self._parts: list[str] = []
        self._length = 0
        self._pieces: list[Piece] = []
        self.marked: list[int] = []  # pieces set apart only by the names of page elements

    def add(
        self,
        text: str,
        kind: Kind | None = None,
        level: int = 0,
        *,
        page: int | None = None,
        place: str = "",
        glue: str = "\n",
    ) -> bool:
        """Add one piece on a line of its own, or after `glue`; blanks are folded. Return whether there was anything."""
        text = squeeze(text)
        if not text:
            return False
        if self._parts:
            self._parts.append(glue)
            self._length += len(glue)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        if self._length > TEXT_CHARACTERS:
            raise too_large(self.name, f"> {TEXT_CHARACTERS:,} characters", f"{TEXT_CHARACTERS:,} characters")
        self._pieces.append(Piece(start, self._length, kind, level, page, place))
        return True

    def add_row(self, cells: list[tuple[str, str]], page: int | None = None) -> None:
        """Add a row of a table, each cell with its place; a cell of long prose counts as a paragraph."""
        glue = "\n"
        for text, place in cells:
            prose = len(text) > _LONG_CELL
            if self.add(
                text, None if prose else "cell", page=page, place=place, glue="\n" if prose else glue
            ):
                glue = "\n" if prose else "\t"

    def mark(self) -> None:
        """Remember that the last piece is furniture only by the name of its element."""
        self.marked.append(len(self._pieces) - 1)

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        """Return the text and its blocks."""
        text = "".join(self._parts)
        self._forgive()
        return text, tuple(settle(text, self._pieces))

    def _forgive(self) -> None:
        # Some sites call the element of the article itself "share" or "related": then the name means nothing.
        marked = sum(self._pieces[i].end - self._pieces[i].start for i in self.marked)
        if marked * 2 <= self._length:
            return
        for i in self.marked:
            old = self._pieces[i]
            self._pieces[i] = Piece(old.start, old.end, None, 0, old.page, old.place)


def squeeze(text: str) -> str:
    """Return text on one line, each run of blanks one blank."""
    return _BLANKS.sub(" ", text).strip(" ")
