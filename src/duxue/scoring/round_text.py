"""What people write for a round's report: reworded sentences, added paragraphs, and typical practices of each unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from string import Formatter
from typing import Literal, TypeVar

from pydantic import Field

from duxue.core.errors import Place, Problem, Refused
from duxue.packs import shape, yamltree
from duxue.packs.base import Bilingual, Id, Model
from duxue.scoring.problems import listed, tell

Part = Literal["practices", "problems", "opinions", "requirements"]
M = TypeVar("M", bound=Model)


class Added(Model):
    """A paragraph that the office adds to a part of the report."""

    part: Part = Field(description="Part in which it stands, at its end.")
    text: Bilingual = Field(description="The paragraph; numbers that no data support are marked.")


class EditedText(Model):
    """Sentences of the report in the office's own words."""

    sentences: dict[Id, Bilingual] = Field(
        default_factory=dict, description="Sentence -> words, with its places in braces."
    )
    added: tuple[Added, ...] = Field((), description="Further paragraphs.")


class Practice(Model):
    """A typical practice that a unit handed in."""

    title: Bilingual = Field(description="What it is called.")
    text: Bilingual = Field(description="What was done; numbers that none of `data` supports are marked.")
    data: tuple[str, ...] = Field(
        (), description="Indicators of the unit on which the numbers of the text rest."
    )


class Practices(Model):
    """Typical practices by unit, for the annex."""

    practices: dict[str, tuple[Practice, ...]] = Field(
        default_factory=dict, description="Code of a unit -> its practices."
    )


def read_edited(path: Path, sentences: Mapping[str, Collection[str]]) -> EditedText:
    """Return the office's own sentences.

    Args:
        path: the YAML file.
        sentences: the sentences that there are, each with the names of its places.

    Raises:
        Refused: the file's shape; sentences (SCO042) or places (SCO043) that there are not.
    """
    made = _read(EditedText, path)
    found: list[Problem] = []
    for name, words in made.sentences.items():
        place = Place(file=path.name, field=name)
        if name not in sentences:
            found.append(tell("SCO042", place, name, known=listed(sorted(sentences), 60)))
            continue
        known = listed([f"{{{p}}}" for p in sentences[name]], 20)
        for text in (words.zh, words.en):
            wrong = [p for p in _places(text) if p not in sentences[name]]
            found += [tell("SCO043", place, p, sentence=name, known=known) for p in wrong]
    if found:
        raise Refused(list(dict.fromkeys(found)))
    return made


def _places(text: str) -> list[str]:
    """Return the places of a sentence; one that cannot be read, or asks for more than a name, is given as it is written."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return [text]
    return [
        name if not spec and not conversion else text
        for _, name, spec, conversion in parts
        if name is not None
    ]


def read_practices(path: Path) -> Practices:
    """Return the practices by unit; Refused tells what is wrong with the file's shape."""
    return _read(Practices, path)


def hold_units(practices: Practices, units: Collection[str], file: str) -> None:
    """Refuse (SCO044) practices of units that are not scored."""
    known = listed(sorted(units), 3)
    found = [
        tell("SCO044", Place(file=file, field=code), code, known=known)
        for code in practices.practices
        if code not in units
    ]
    if found:
        raise Refused(found)


def _read(model: type[M], path: Path) -> M:
    try:
        with path.open("rb") as stream:
            document = yamltree.read(stream.read(yamltree.MOST_BYTES + 1), path.name)
    except OSError as error:
        raise Refused([tell("SCO030", Place(file=path.name), error.strerror or "")]) from None
    found = list[Problem]()
    made = shape.check(model, document.root.plain(), shape.list_spots(document), found)
    if made is None or found:
        raise Refused(found)
    return made
