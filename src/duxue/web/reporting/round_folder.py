"""From the database to the folder that `duxue round score` takes, so that anyone can compute the round again without the site.

The same database gives the same bytes. What the folder holds, and by which rule:

- self scores: the answers of units whose submission stands (not withdrawn), as they are when the folder is written; where
  data decide and no score is asked, the points that the known figures give;
- online reviews: those that were given; a blind second review beyond what the rules ask for is a check and counts only
  through the reconciliation that it led to;
- field reviews: the lines with points of signed sheets; of several places the middle (lower) value that the person found,
  so that points stay on the step of their item;
- an objection that was upheld with new points: a row with the role `reconcile`, in the layer that counts, whose reason
  begins with `objection <number>`; it stands in place of any reconciliation before;
- last round's problems: the ledger of the round before as it stands now;
- excused units: named in the round file with the reason, and in no table of what was handed in; units of the data that
  are not in the round stand among them with the reason "not part of this round".
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median_low
from typing import Any

from django.conf import settings

from duxue.core.errors import Refused
from duxue.core.text import same
from duxue.microdata.draft import read_folder
from duxue.microdata.snapshot import MANIFEST, build_tree, open_snapshot
from duxue.packs.loader import LoadedPack, load
from duxue.packs.scope import pack_measures
from duxue.scoring import inputs as tables
from duxue.scoring.table import Column
from duxue.web.common.numbers import trimmed
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.evidence.models import Attachment
from duxue.web.inspections.models import SheetEntry
from duxue.web.rectification.selectors.last_round import last_round_rows
from duxue.web.reviews.models import Review
from duxue.web.rounds import own_packs
from duxue.web.rounds.models import Answer, Known, Objection, Practice, Round, RoundUnit, Submission, Veto
from duxue.web.rounds.procedures import zone_of
from duxue.web.rounds.rules import rules_of

ROUND, PRACTICES, EDITED = "round.yaml", "practices.yaml", "text.yaml"
BESIDE = ("survey", "explanations")  # tables that come with the accepted data, not from the site
UPHELD = ("upheld", "partly", "partly_upheld")
_SIGNED = "sheet_signed", "filed"
_ABOUT = ("publish_grades", "seed", "draws", "dated", "issuer", "number", "clocks")  # of the settings
_ABSENT = {"zh": "不参加本轮", "en": "not part of this round"}
_LAYERS, _ROLES = ("online", "field"), ("review", "reconcile")
Cells = tuple[object, ...]
Key = tuple[str, int, int, int, str]  # unit, place of the item, layer, role, person: the order of the rows


@dataclass
class _Reviews:
    """Rows of reviews by place, and whoever stands in them."""

    rows: dict[Key, Cells] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)  # name in the tables -> home unit


def write_round_folder(round: Round, folder: Path) -> Path:
    """Write the round to `folder`, which is made and must be new or empty, and return its round file.

    Raises:
        Refused: an upheld objection with points on an item that nobody verifies (WEB060), blind reviews too far apart and not
            reconciled (WEB061), a round without data (WEB062), rules that were edited (WEB066), all at once.
    """
    with everything("the folder of a round holds all that was handed in"):
        written = _Writer(round).run()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for name, source in handed_in(round).items():
        shutil.copyfile(source, folder / f"{name}.csv")
    about = _about(round, folder, [*written])
    (folder / ROUND).write_text(_yaml(about), encoding="utf-8")
    return folder / ROUND


def data_of(round: Round) -> Path:
    """Return the folder with the accepted data of a round."""
    if not round.data_folder:
        raise Refused([tell("WEB062", field="data", found=round.slug)])
    return Path(settings.HOME) / round.data_folder


def handed_in(round: Round) -> dict[str, Path]:
    """Return the tables that were handed in beside the data.

    They lie below the site's folder: where the settings of the round say, else beside the folder of the data under its name,
    as `sample-2024.explanations.csv` beside `sample-2024`.
    """
    home, found = Path(settings.HOME), {}
    for name in BESIDE:
        if place := round.settings.get(name):
            found[name] = home / place
        elif round.data_folder and (beside := home / f"{round.data_folder}.{name}.csv").is_file():
            found[name] = beside
    return found


def _about(round: Round, folder: Path, files: Sequence[str]) -> dict[str, Any]:
    rules = rules_of(round)
    known = {name: round.settings[name] for name in _ABOUT if name in round.settings}
    with everything("the round file names every unit that does not take part"):
        why = dict(RoundUnit.objects.filter(round=round).values_list("code", "excused"))
    loaded = load(rules)
    if own_packs.kept(round.pack, round.pack_digest) and loaded.digest != round.pack_digest:
        expected = same(round.pack_digest[:16])
        raise Refused([tell("WEB066", field="pack", found=loaded.digest[:16], expected=expected)])
    absent = {code: _ABSENT for code in _units(round, loaded) if code not in why}
    excused = absent | {code: {"zh": text, "en": text} for code, text in why.items() if text}
    return {
        "id": round.slug,
        "title": {"zh": round.title_zh, "en": round.title_en},
        "evaluated_year": round.evaluated_year,
        "round_year": round.round_year,
        "pack": _relative(Path(rules), folder) if rules != round.pack else rules,
        "data": _relative(data_of(round), folder),
        "synthetic": round.synthetic,
        **known,
        **({"excused": dict(sorted(excused.items()))} if excused else {}),
        "files": {Path(name).stem: name for name in [*files, *(f"{n}.csv" for n in handed_in(round))]},
    }


def _units(round: Round, loaded: LoadedPack) -> list[str]:
    """Return the codes of the units that the data of a round would have scored."""
    pack, place, year = loaded.pack, data_of(round), round.evaluated_year
    assert pack.scoring is not None  # a round is made from a pack that scores
    levels = [level.id for level in pack.levels]
    if (place / MANIFEST).is_file():
        tree = open_snapshot(place).tree(pack.forms, levels, year)
    else:
        draft = read_folder(place, pack.forms, levels, pack.dimensions, pack_measures(pack))
        tree = build_tree(draft.tables, pack.forms, levels, year)
    return [unit.code for unit in tree.at_level(pack.scoring.level)]


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _yaml(value: object) -> str:
    """Return a document; JSON is YAML, and is written the same everywhere."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


class _Writer:
    def __init__(self, round: Round) -> None:
        self.round = round
        self.zone = zone_of(round)
        data_of(round)
        rules = load(rules_of(round)).pack.scoring
        assert rules is not None  # a round is made from a pack that scores
        self.review = rules.review
        self.found: list[Any] = []
        submitted = Submission.objects.filter(round=round, withdrawn_at__isnull=True).values("unit_id")
        self.answers = list(
            Answer.objects.filter(round=round, unit_id__in=submitted, unit__excused="")
            .select_related("unit", "item")
            .order_by("unit__code", "item__order")
        )
        self.evidence = _Evidence(round)

    def run(self) -> dict[str, str]:
        """Return file name -> text."""
        reviews = self._reviews()
        made = {
            "self.csv": _csv(tables.SELF, self._claims()),
            "reviews.csv": _csv(tables.REVIEWS, [reviews.rows[key] for key in sorted(reviews.rows)]),
            "reviewers.csv": _csv(tables.REVIEWERS, sorted(reviews.people.items())),
            "vetoes.csv": _csv(tables.VETOES, self._vetoes()),
            "evidence.csv": _csv(tables.EVIDENCE, self.evidence.rows(self.zone)),
        }
        if self.round.before_id:
            made["last_round.csv"] = _csv(tables.LAST_ROUND, self._last_round(), more=("text",))
        practices = self._practices()
        if practices:
            made[PRACTICES] = _yaml({"practices": practices})
        if edited := self.round.chosen.report_text:
            made[EDITED] = _yaml(edited)
        if self.found:
            raise Refused(self.found)
        return made

    def _claims(self) -> Iterable[Cells]:
        known: dict[tuple[int, int], list[Known]] = defaultdict(list)
        for figure in Known.objects.filter(round=self.round, points__isnull=False):
            known[figure.unit_id, figure.item_id].append(figure)
        for answer in self.answers:
            figures = known[answer.unit_id, answer.item_id]
            score = answer.self_score
            if score is None and figures:
                score = min(sum((f.points or Decimal(0) for f in figures), Decimal(0)), answer.item.points)
            if score is not None:  # the scoring names every answer that is missing
                ids = self.evidence.of("answer", answer.pk)
                yield answer.unit.code, answer.item.code, number(score), ids, answer.narrative

    # --- reviews ------------------------------------------------------------------------------------------------------
    def _reviews(self) -> _Reviews:
        made = _Reviews()
        self._online(made)
        self._field(made)
        self._upheld(made)
        return made

    def _add(self, made: _Reviews, layer: str, answer: Answer, who: tuple[str, str], role: str, points: Decimal,
             reason: str, evidence: str = "") -> None:  # fmt: skip
        name, home = who
        made.people[name] = home
        unit, item = answer.unit.code, answer.item
        key = (unit, item.order, _LAYERS.index(layer), _ROLES.index(role), name)
        made.rows[key] = (layer, unit, item.code, name, role, number(points), reason, evidence)

    def _online(self, made: _Reviews) -> None:
        given: dict[int, list[Review]] = defaultdict(list)
        rows = (
            Review.objects.filter(
                round=self.round, given=True, points__isnull=False, answer__unit__excused=""
            )
            .select_related("answer__unit", "answer__item", "assignment__reviewer")
            .order_by("answer__unit__code", "answer__item__order", "assignment__turn", "assignment_id")
        )
        for row in rows:
            given[row.answer_id].append(row)
        for reviews in given.values():
            decided = [r for r in reviews if r.assignment.turn == "reconcile"]
            first = [r for r in reviews if r.assignment.turn != "reconcile"]
            if len(first) > self.review.reviewers and not decided:
                self._apart(first)
            for review in [*first[: self.review.reviewers], *decided[-1:]]:
                role = "reconcile" if review.assignment.turn == "reconcile" else "review"
                assert review.points is not None  # filtered above
                self._add(made, "online", review.answer, _person(review.assignment.reviewer), role, review.points,
                          review.reason, self.evidence.of("review", review.pk))  # fmt: skip

    def _apart(self, reviews: Sequence[Review]) -> None:
        """Tell reviews that lie further apart than the rules let stand."""
        answer = reviews[0].answer
        points = [r.points for r in reviews if r.points is not None]
        limit = self.review.tolerance * Fraction(answer.item.points)
        if Fraction(max(points) - min(points)) > limit:
            self.found.append(
                tell("WEB061", field="reviews", found=f"{answer.unit.name_zh} {answer.item.code}: {min(points)}–{max(points)}")
            )  # fmt: skip

    def _field(self, made: _Reviews) -> None:
        found: dict[int, dict[int, list[SheetEntry]]] = defaultdict(lambda: defaultdict(list))
        rows = (
            SheetEntry.objects.filter(
                round=self.round, points__isnull=False, visit__state__in=_SIGNED, answer__unit__excused=""
            )
            .select_related("answer__unit", "answer__item", "written_by")
            .order_by("answer__unit__code", "answer__item__order", "written_by__username", "visit_id")
        )
        for row in rows:
            found[row.answer_id][row.written_by_id].append(row)
        for by_person in found.values():
            sheets = list(by_person.values())
            if self.review.reviewers == 1:  # one score is asked for, and several people may have found one
                seen = [e for entries in sheets for e in entries if e.found != "reconciled"]
                sheets = [[e] for entries in sheets for e in entries if e.found == "reconciled"]
                sheets += [seen] if seen else []
            for entries in sheets:
                role = "reconcile" if entries[0].found == "reconciled" else "review"
                points = median_low([e.points for e in entries if e.points is not None])
                stands = next(e for e in entries if e.points == points)
                reason = "；".join(dict.fromkeys(e.note for e in entries if e.note))
                ids = ";".join(x for x in (self.evidence.of("entry", e.pk) for e in entries) if x)
                self._add(made, "field", stands.answer, _person(stands.written_by), role, points, reason, ids)

    def _upheld(self, made: _Reviews) -> None:
        rows = (
            Objection.objects.filter(
                round=self.round, outcome__in=UPHELD, new_points__isnull=False, item__isnull=False, unit__excused=""
            )
            .select_related("unit", "item", "decided_by")
            .order_by("pk")
        )  # fmt: skip
        answers = {(a.unit_id, a.item_id): a for a in self.answers}
        for objection in rows:
            answer = answers.get((objection.unit_id, objection.item_id or 0))
            place = (answer.unit.code, answer.item.order) if answer else ("", 0)
            keys = [key for key in made.rows if key[:2] == place]
            if answer is None or not keys:
                code = objection.item.code if objection.item else ""
                self.found.append(
                    tell("WEB060", field="objections", found=f"{objection.unit.name_zh} {code}")
                )
                continue
            layer = max(key[2] for key in keys)  # what was seen on the spot counts before what was read
            for key in keys:
                if key[2:4] == (layer, _ROLES.index("reconcile")):
                    del made.rows[key]
            assert objection.new_points is not None  # filtered above
            # Under a name of its own: whoever decided may also have reviewed the item.
            name = f"{objection.decided_by.username if objection.decided_by else ''}@objection-{objection.pk}"
            reason = f"objection {objection.pk}: {objection.reason}"
            self._add(made, _LAYERS[layer], answer, (name, ""), "reconcile", objection.new_points, reason)

    # --- the rest -----------------------------------------------------------------------------------------------------
    def _vetoes(self) -> Iterable[Cells]:
        rows = Veto.objects.filter(round=self.round, unit__excused="").select_related("unit", "decided_by")
        for veto in rows.order_by("unit__code", "rule", "pk"):
            ids = self.evidence.of("veto", veto.pk)
            yield veto.unit.code, veto.rule, ids, veto.decided_by.username, veto.reason, veto.appeal

    def _last_round(self) -> Iterable[Cells]:
        assert self.round.before is not None  # asked by the caller
        for row in last_round_rows(self.round.before):
            yield tuple("" if cell is None else cell for cell in row)

    def _practices(self) -> dict[str, Any]:
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        rows = Practice.objects.filter(round=self.round, accepted=True, unit__excused="").select_related(
            "unit"
        )
        for row in rows.order_by("unit__code", "pk"):
            title = {"zh": row.title_zh, "en": row.title_en or row.title_zh}
            text = {"zh": row.text_zh, "en": row.text_en or row.text_zh}
            found[row.unit.code].append(
                {"title": title, "text": text, **({"data": row.data} if row.data else {})}
            )
        return dict(found)


class _Evidence:
    """The files of a round under the names that the tables give them: the unit, and the number of the file."""

    def __init__(self, round: Round) -> None:
        rows = (
            Attachment.objects.filter(round=round, unit__isnull=False, unit__excused="")
            .select_related("file__blob", "unit", "answer__item", "entry__item")
            .order_by("unit__code", "file_id", "pk")
        )
        self.by: dict[tuple[str, int | None], list[str]] = defaultdict(list)
        self.files: dict[str, list[Attachment]] = defaultdict(list)
        for row in rows:
            assert row.unit is not None  # filtered above
            name = f"{row.unit.code}-E{row.file_id}"
            self.files[name].append(row)
            target = {"answer": row.answer_id, "entry": row.entry_id}.get(row.kind, row.target)
            self.by[row.kind, target].append(name)

    def of(self, kind: str, target: int) -> str:
        """Return the names of what is attached to something, as a cell."""
        return ";".join(dict.fromkeys(self.by.get((kind, target), ())))

    def rows(self, zone: tzinfo) -> Iterable[Cells]:
        """Return the register of evidence; a file used for several items names none."""
        for name, uses in self.files.items():
            file, unit = uses[0].file, uses[0].unit
            items = {use.answer.item.code for use in uses if use.answer}
            items |= {use.entry.item.code for use in uses if use.entry}
            dated = file.original_date or file.uploaded_at.astimezone(zone).date()
            assert unit is not None  # filtered above
            yield name, unit.code, items.pop() if len(items) == 1 else "", file.title or file.name, file.blob.sha256, dated  # fmt: skip


def _person(user: Any) -> tuple[str, str]:
    return user.username, user.home_code


def number(value: Decimal | None) -> str:
    """Return a number without trailing zeros, as the tables hold it."""
    return "" if value is None else trimmed(value)


def _csv(columns: Sequence[Column], rows: Iterable[Sequence[object]], more: Sequence[str] = ()) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(column.name for column in columns), *more])
    writer.writerows(rows)
    return out.getvalue()
