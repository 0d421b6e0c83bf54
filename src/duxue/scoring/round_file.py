"""The file that says what a round is: its year, its rules, its data, and where the handed-in tables lie."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path, PureWindowsPath

from pydantic import Field

from duxue.core.errors import Place, Problem, Refused
from duxue.packs import shape, yamltree
from duxue.packs.base import Bilingual, Model
from duxue.scoring.problems import tell


class Files(Model):
    """Names of the tables, relative to the round file."""

    self: str = Field("self.csv", description="Self scores.")
    reviews: str = Field("reviews.csv", description="Scores of online and field reviewers.")
    reviewers: str = Field("reviewers.csv", description="Reviewers, with the unit each one comes from.")
    evidence: str = Field("evidence.csv", description="Evidence that was handed in, with digests.")
    vetoes: str | None = Field(None, description="Vetoes that people decided on.")
    last_round: str | None = Field(None, description="Last round's problem ledger as it stands now.")
    survey: str | None = Field(None, description="Answers to the satisfaction survey, without identities.")
    explanations: str | None = Field(None, description="Explanations of falls in spending.")
    practices: str | None = Field(None, description="Typical practices by unit, for the annex.")
    text: str | None = Field(None, description="Sentences of the report that the office edited.")


class Clocks(Model):
    """Days from the report to what the ledger asks for: parameters of the round, for no source gives them."""

    plan: int = Field(30, ge=1, le=3650, description="Days until the plan of measures is due.")
    at_once: int = Field(30, ge=1, le=3650, description="Days for problems that are mended at once.")
    by_date: int = Field(90, ge=1, le=3650, description="Days for problems with a time limit.")
    long_term: int = Field(
        365, ge=1, le=3650, description="Days until a long-term problem is looked at again."
    )


class RoundFile(Model):
    """A round of evaluation."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64, description="Name of the round.")
    title: Bilingual = Field(description="Printed title of the report.")
    evaluated_year: int = Field(ge=1949, le=2200, description="Year that is evaluated.")
    round_year: int = Field(ge=1949, le=2200, description="Year in which the evaluation is done.")
    pack: str = Field(description="Rules: id@version of a shipped pack, or a path relative to this file.")
    data: str = Field(description="Folder or snapshot with the data, relative to this file.")
    synthetic: bool = Field(False, description="Whether the data are made up; every page then says so.")
    publish_grades: bool = Field(True, description="Whether grades are published.")
    seed: int = Field(0, ge=0, description="Randomness of the sensitivity draws.")
    draws: int = Field(10_000, ge=0, le=1_000_000, description="Number of sensitivity draws; 0: none.")
    dated: str | None = Field(None, pattern=r"^\d{4}-\d\d-\d\d$", description="Day of the report.")
    issuer: Bilingual | None = Field(
        None, description="Body that issues the report, printed on its first page."
    )
    number: str | None = Field(
        None, max_length=80, description="Number of the document, printed below the issuer."
    )
    clocks: Clocks = Field(
        default_factory=lambda: Clocks.model_validate({}),
        description="Days that the problem ledger counts with.",
    )
    excused: dict[str, Bilingual] | None = Field(
        None,
        description="Units of the data that do not take part, each code with its printed reason: neither scored nor ranked.",
    )
    files: Files = Field(description="The tables that were handed in.")


def read_round(path: Path) -> RoundFile:
    """Return the round written in the YAML file at `path`; Refused tells all that is wrong with its shape."""
    with path.open("rb") as stream:
        document = yamltree.read(stream.read(yamltree.MOST_BYTES + 1), path.name)
    found = list[Problem]()
    made = shape.check(RoundFile, document.root.plain(), shape.list_spots(document), found)
    if made is None or found:
        raise Refused(sorted(found, key=lambda p: (p.place.line or 0, p.place.column or 0)))
    wrong = list(_wrong(made, path.name))
    if wrong:
        raise Refused(wrong)
    return made


def _wrong(made: RoundFile, file: str) -> Iterator[Problem]:
    for field, name in made.files.model_dump().items():
        if name and not _is_inside(name):
            yield tell("SCO045", Place(file=file, field=f"files.{field}"), name)
    for field, name in (("pack", made.pack), ("data", made.data)):
        if "\0" in name:
            yield tell("SCO030", Place(file=file, field=field), name.replace("\0", "\\0"))
    if made.round_year < made.evaluated_year:
        yield tell("SCO048", Place(file=file, field="round_year"), made.round_year, year=made.evaluated_year)
    if made.dated and not _is_day(made.dated):
        yield tell("SCO038", Place(file=file, field="dated"), made.dated)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_inside(name: str) -> bool:
    """Return whether a name stays in the round's folder, on every system: tables are copied under their names."""
    parts = PureWindowsPath(name)
    return not parts.anchor and not parts.drive and ".." not in parts.parts and "\0" not in name
