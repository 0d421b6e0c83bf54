"""From a round's folder to the database: the way back of `round_folder`, for demonstrations and for rounds kept as files.

People of the tables become accounts that nobody can sign in with, until somebody gives them a password.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from duxue.app.rounds import Opened, day_of, open_round
from duxue.core.errors import Problem as Fault
from duxue.scoring import inputs as tables
from duxue.scoring.table import Column, Row, read_table, refuse
from duxue.web.accounts.models import Grant, User
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.evidence.models import Attachment, Blob, File
from duxue.web.inspections.models import SheetEntry, Visit
from duxue.web.orgs.models import Organisation
from duxue.web.rectification.models import Entry, Problem
from duxue.web.reporting.round_folder import BESIDE
from duxue.web.reviews.models import Assignment, Review
from duxue.web.rounds.making import items_of
from duxue.web.rounds.models import Answer, Item, Practice, Round, RoundUnit, Submission, Veto
from duxue.web.rounds.procedures import procedures_of_pack
from duxue.web.rounds.selectors.unit import check_of
from duxue.web.rounds.services.submitting import content_of, digest_of

_KEPT = ("publish_grades", "seed", "draws", "dated", "issuer", "number", "clocks")


@transaction.atomic
def load_round_folder(
    *, actor: Actor, file: Path, authority: Organisation, at: datetime | None = None
) -> Round:
    """Fill the database with the round that the round file `file` describes and return it, open and submitted.

    Args:
        actor: who loads it.
        file: round.yaml; its tables and data lie beside it and are copied below the site's own folder.
        authority: whose round it is; the evaluated units are its children by code, and are made where they are missing.
        at: moment that stands for everything that has no date of its own.

    Raises:
        Refused: everything that is wrong with the round file and its tables.
    """
    opened = open_round(file)
    with everything("a whole round is written"):
        return _Loader(actor, opened, authority, at or now()).run()


@dataclass
class _Loader:
    actor: Actor
    opened: Opened
    authority: Organisation
    at: datetime
    units: dict[str, RoundUnit] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    uses: list[Attachment] = field(default_factory=list)

    def run(self) -> Round:
        """Write everything in the order in which it hangs together."""
        rows = self._read()
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.round = self._round()
        names = self._names()
        for code in dict.fromkeys(row.text("unit") for row in rows["self"]):
            self.units[code] = self._unit(self.round, code, names.get(code, ("", "")), "submitted")
        for code, why in (self.opened.about.excused or {}).items():
            unit = self.units[code] = self._unit(self.round, code, names.get(code, ("", "")), "excused")
            unit.excused, unit.submitted_at = why.zh, None
            unit.save(update_fields=["excused", "submitted_at"])
        self._items()
        for row in rows["reviewers"]:
            self._person(row.text("reviewer"), row.text("home_unit"))
        self._evidence(rows["evidence"])
        self._claims(rows["self"])
        self._online([row for row in rows["reviews"] if row.text("layer") == "online"])
        self._field([row for row in rows["reviews"] if row.text("layer") == "field"])
        self._vetoes(rows["vetoes"])
        self._last_round(rows["last_round"], names)
        self._practices()
        Attachment.objects.bulk_create(self.uses)
        self._submissions()
        audit.record(self.actor, "duxue.round.loaded", self.round, data={"file": self.opened.file.name, "units": len(self.units)})  # fmt: skip
        return self.round

    def _read(self) -> Mapping[str, list[Row]]:
        """Return the rows of every table, those that a round need not have empty."""
        found: list[Fault] = []
        kinds: dict[str, tuple[Sequence[Column], bool]] = {
            "self": (tables.SELF, False), "reviews": (tables.REVIEWS, False), "reviewers": (tables.REVIEWERS, False),
            "evidence": (tables.EVIDENCE, False), "vetoes": (tables.VETOES, False), "last_round": ((*tables.LAST_ROUND, Column("text", required=False, optional=True)), True),
        }  # fmt: skip
        files = self.opened.about.files.model_dump()
        rows = {
            name: read_table(self.opened.folder / files[name], columns, found, others=others) if files[name] else []
            for name, (columns, others) in kinds.items()
        }  # fmt: skip
        refuse(found)
        return rows

    # --- round, units, items, people ----------------------------------------------------------------------------------
    def _round(self) -> Round:
        about = self.opened.about
        plain = about.model_dump(mode="json", exclude_none=True)
        kept = {name: plain[name] for name in _KEPT if name in plain}
        place = Path("accepted") / about.id
        home = Path(settings.HOME) / place
        shutil.copytree(self.opened.folder / about.data, home / "data", dirs_exist_ok=True)
        for name in BESIDE:
            if plain["files"].get(name):
                shutil.copyfile(self.opened.folder / plain["files"][name], home / f"{name}.csv")
                kept[name] = f"{place.as_posix()}/{name}.csv"
        if about.files.text:
            kept["report_text"] = self.opened.edited.model_dump(mode="json", exclude_none=True)
        pack = f"{self.opened.loaded.pack.id}@{self.opened.loaded.pack.version}"
        if (self.opened.folder / about.pack).is_dir():
            shutil.copytree(self.opened.folder / about.pack, home / "rules", dirs_exist_ok=True)
            pack = f"{place.as_posix()}/rules"
        return Round.objects.create(
            authority=self.authority, slug=about.id, title_zh=about.title.zh, title_en=about.title.en,
            evaluated_year=about.evaluated_year, round_year=about.round_year, pack=pack,
            pack_digest=self.opened.loaded.digest, settings=kept, state="open", data_folder=f"{place.as_posix()}/data",
            procedures=procedures_of_pack(str(Path(settings.HOME) / pack) if "/" in pack else pack),
            synthetic=about.synthetic, created_at=self.at, created_by_id=self.actor.user_id,
        )  # fmt: skip

    def _names(self) -> dict[str, tuple[str, str]]:
        """Return the names of units that the site's tree knows, by code."""
        return {
            o.code: (o.name_zh, o.name_en)
            for o in Organisation.objects.filter(path__under=self.authority.path)
        }

    def _unit(self, round: Round, code: str, names: tuple[str, str], state: str) -> RoundUnit:
        org = Organisation.objects.filter(code=code).first()
        if org is None:
            level = self.opened.scoring.level
            org = Organisation.objects.create(
                code=code, level=level, name_zh=names[0] or code, name_en=names[1], parent=self.authority, path="",
                synthetic=self.opened.about.synthetic,
            )  # fmt: skip
            org.path = f"{self.authority.path}{org.pk}/"
            org.save()
        return RoundUnit.objects.create(
            round=round, organisation=org, code=code, name_zh=org.name_zh, name_en=org.name_en, path=org.path,
            state=state, state_since=self.at, submitted_at=self.at,
        )  # fmt: skip

    def _items(self) -> None:
        for draft in items_of(self.opened.loaded.pack):
            self.items[draft.code] = Item.objects.create(
                round=self.round, code=draft.code, parent=self.items.get(draft.parent), order=draft.order,
                title_zh=draft.title["zh"], title_en=draft.title["en"], points=_decimal(draft.points), kind=draft.kind,
                rule=dict(draft.rule), guidance=dict(draft.guidance),
            )  # fmt: skip

    def _person(self, name: str, home: str = "") -> User:
        if name not in self.people:
            user, made = User.objects.get_or_create(username=name, defaults={"name": name, "home_code": home})
            if made:
                user.set_unusable_password()
                user.save()
            self.people[name] = user
        return self.people[name]

    def _grant(self, user: User, role: str) -> None:
        Grant.objects.get_or_create(
            user=user, role=role, organisation=self.authority, round=self.round, revoked_at=None,
            defaults={"given_at": self.at, "given_by_id": self.actor.user_id},
        )  # fmt: skip

    # --- what was handed in -------------------------------------------------------------------------------------------
    def _evidence(self, rows: Sequence[Row]) -> None:
        for row in rows:
            unit = self.units[row.text("unit")]
            blob, _ = Blob.objects.get_or_create(
                sha256=row.text("sha256").lower(),
                defaults={"size": 0, "media_type": "", "family": "", "preview_state": "none", "stored_at": self.at,
                          "facts": {"digest_only": True}},
            )  # fmt: skip
            self.files[row.text("id")] = File.objects.create(
                blob=blob, organisation_id=unit.organisation_id, path=unit.path, name=row.text("id"),
                title=row.text("title")[:200], original_date=row.day("dated"), original_date_source="typed",
                uploaded_at=self.at,
            )  # fmt: skip

    def _attach(self, row: Row, unit: RoundUnit, **to: Any) -> None:
        self.uses += [
            Attachment(file=self.files[name], round=self.round, unit=unit, attached_at=self.at, **to)
            for name in row.names("evidence")
        ]

    def _claims(self, rows: Sequence[Row]) -> None:
        for row in rows:
            unit, item = self.units[row.text("unit")], self.items[row.text("item")]
            score = _decimal(row.number("score"))
            answer = Answer.objects.create(
                round=self.round, unit=unit, item=item, state="submitted", self_score=score, narrative=row.text("note"),
                ready=True, version=1, updated_at=self.at,
            )  # fmt: skip
            self.answers[unit.code, item.code] = answer
            self._attach(row, unit, kind="answer", answer=answer)

    def _submissions(self) -> None:
        for unit in [u for u in self.units.values() if not u.excused]:
            content = content_of(check_of(unit))
            Submission.objects.create(
                round=self.round, unit=unit, number=1, key=f"loaded-{unit.code}", content=content,
                digest=digest_of(content), submitted_at=self.at,
            )  # fmt: skip

    def _online(self, rows: Sequence[Row]) -> None:
        tasks: dict[tuple[str, str, str], Assignment] = {}
        turns: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows:
            who, unit = row.text("reviewer"), self.units[row.text("unit")]
            user = self._person(who)
            turn = "reconcile"
            if row.text("role") == "review":
                had = turns[row.text("unit"), row.text("item")]
                had.append(who)
                turn = "first" if len(had) == 1 else "second"
            key = (unit.code, who, turn)
            if key not in tasks:
                self._grant(user, "reviewer")
                # One open task of a person for a unit: a person's further turns are finished tasks of a branch.
                branch = None if not any(k[:2] == key[:2] for k in tasks) else self.items[row.text("item")]
                tasks[key] = Assignment.objects.create(
                    round=self.round, unit=unit, branch=branch, reviewer=user, turn=turn, given_at=self.at,
                    given_by_id=self.actor.user_id, finished_at=self.at,
                )  # fmt: skip
            review = Review.objects.create(
                round=self.round, assignment=tasks[key], answer=self.answers[unit.code, row.text("item")],
                points=_decimal(row.number("score")), reason=row.text("reason"), given=True, given_at=self.at,
                updated_at=self.at,
            )  # fmt: skip
            self._attach(row, unit, kind="review", target=review.pk)

    def _field(self, rows: Sequence[Row]) -> None:
        visits: dict[tuple[str, str], Visit] = {}
        for row in rows:
            who, unit = row.text("reviewer"), self.units[row.text("unit")]
            answer = self.answers[unit.code, row.text("item")]
            user, points = self._person(who), _decimal(row.number("score"))
            if row.text("role") == "reconcile":
                self._reconciled(row, answer, user, points)
                continue
            if (unit.code, who) not in visits:
                self._grant(user, "inspector")
                visit = Visit.objects.create(
                    round=self.round, unit=unit, place_code=unit.code, place_zh=unit.name_zh, place_en=unit.name_en,
                    place_level=self.opened.scoring.level, path=unit.path, state="sheet_signed", signed_by=user,
                    signed_at=self.at,
                )  # fmt: skip
                visit.team.add(user)
                visits[unit.code, who] = visit
            entry = SheetEntry.objects.create(
                round=self.round, visit=visits[unit.code, who], item=answer.item, answer=answer, note=row.text("reason"),
                found="confirmed" if answer.self_score == points else "partly", points=points, written_by=user,
                written_at=self.at,
            )  # fmt: skip
            self._attach(row, unit, kind="entry", entry=entry)

    def _reconciled(self, row: Row, answer: Answer, user: User, points: Decimal) -> None:
        """Keep who decided between field reviewers as a sheet of its own."""
        visit, _ = Visit.objects.get_or_create(
            round=self.round, unit=answer.unit, place_code=f"{answer.unit.code}/reconcile",
            defaults={"place_zh": answer.unit.name_zh, "place_en": answer.unit.name_en, "path": answer.unit.path,
                      "place_level": self.opened.scoring.level, "state": "sheet_signed", "signed_by": user,
                      "signed_at": self.at},
        )  # fmt: skip
        visit.team.add(user)
        self._grant(user, "inspector")
        entry = SheetEntry.objects.create(
            round=self.round, visit=visit, item=answer.item, answer=answer, note=row.text("reason"), found="reconciled",
            points=points, written_by=user, written_at=self.at,
        )  # fmt: skip
        self._attach(row, answer.unit, kind="entry", entry=entry)

    def _vetoes(self, rows: Sequence[Row]) -> None:
        for row in rows:
            unit = self.units[row.text("unit")]
            veto = Veto.objects.create(
                round=self.round, unit=unit, rule=row.text("veto"), reason=row.text("reason"),
                decided_by=self._person(row.text("decided_by")), decided_at=self.at, appeal=row.text("appeal"),
            )  # fmt: skip
            self._attach(row, unit, kind="veto", target=veto.pk)

    def _last_round(self, rows: Sequence[Row], names: Mapping[str, tuple[str, str]]) -> None:
        if not self.opened.about.files.last_round:
            return
        about = self.opened.about
        before = Round.objects.create(
            authority=self.authority, slug=f"{about.id}-before", title_zh=_of_year_before(about.title.zh, about.evaluated_year, "（上一轮）"),
            title_en=_of_year_before(about.title.en, about.evaluated_year, " (round before)"), evaluated_year=about.evaluated_year - 1,
            round_year=about.round_year - 1, pack=self.round.pack, state="archived", synthetic=about.synthetic,
            created_at=self.at,
        )  # fmt: skip
        self.round.before = before
        self.round.save(update_fields=["before"])
        units: dict[str, RoundUnit] = {}
        for row in rows:
            code = row.text("unit")
            if code not in units:
                units[code] = self._unit(before, code, names.get(code, ("", "")), "settled")
            self._problem(row, before, units[code])
        # It is over: what was written of it stands, as in a round that was frozen here; only its problems go on.
        before.sealed_at, before.sealed_by_id = self.at, self.actor.user_id
        before.save(update_fields=["sealed_at", "sealed_by"])

    def _problem(self, row: Row, before: Round, unit: RoundUnit) -> None:
        state, closed = row.text("state"), row.day("closed")
        # No row says when it was found: at the date of its round, and before it was closed.
        found = min(_year_before(day_of(self.opened.about)), closed or date.max)
        done = state == "closed"
        reported, checked = row.text("reported_by"), row.text("closed_by")
        problem = Problem.objects.create(
            code=row.text("id"), round=before, unit=unit, path=unit.path, item_code=row.text("item"), source="online",
            level=self.opened.scoring.level, kind="by_date", text=row.text("text"),
            state="in_progress" if state in ("open", "extended") else state, state_since=self.at,
            responsible_id=unit.organisation_id, finish_due=self._moment(row.day("due")),
            submitted_by=self._person(reported) if done and reported else None,
            submitted_at=self._moment(closed) if done else None,
            closed_by=self._person(checked) if done and checked else None,
            closed_at=self._moment(closed) if done else None, times_reopened=int(state == "reopened"),
            found_at=min(self._moment(found) or self.at, self.at),
        )  # fmt: skip
        if state == "extended":
            Entry.objects.create(problem=problem, kind="extend", written_at=self.at)

    def _moment(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time(12), self.zone) if day else None

    def _practices(self) -> None:
        for code, practices in self.opened.practices.practices.items():
            for practice in practices:
                Practice.objects.create(
                    round=self.round, unit=self.units[code], title_zh=practice.title.zh, title_en=practice.title.en,
                    text_zh=practice.text.zh, text_en=practice.text.en, data=list(practice.data), accepted=True,
                )  # fmt: skip


def _of_year_before(title: str, year: int, mark: str) -> str:
    """Return what the round before is called: a title that names its year names the one before, any other gets `mark`."""
    return title.replace(str(year), str(year - 1)) if str(year) in title else title + mark


def _year_before(day: date) -> date:
    """Return the same day of the year before; the 28th for a 29th of February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
