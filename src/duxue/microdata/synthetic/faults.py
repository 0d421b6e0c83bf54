"""Faults planted on purpose: each is one that a check must find at its place.

A fault changes rows of 2023 only, of a school that nothing else was done to. Where a changed figure is part of a
sum, the sum is kept, so that one fault gives one finding. A fault that cannot but show at a second place, as a row
moved to an unknown school leaves its own school without any, is listed with that place as its consequence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final, NamedTuple

from duxue.microdata.synthetic.calibration import YEARS
from duxue.microdata.synthetic.columns import DEGREES, FILES, FORMS, KIND_TITLES, YES_NO
from duxue.microdata.synthetic.county import CountyRows
from duxue.microdata.synthetic.planted import Fault
from duxue.microdata.synthetic.tables import TableWriter

_AT: Final = {form: {field: i for i, field in enumerate(columns)} for form, columns in FORMS.items()}
_PARTS: Final = ("teachers_backbone", "teachers_certified", "teachers_360h", "teachers_intermediate")
_PART_CHECKS: Final = dict(
    zip(
        _PARTS,
        (
            "backbone_within_teachers",
            "certified_within_teachers",
            "hours_within_teachers",
            "rank_within_teachers",
        ),
        strict=True,
    )
)
_SUBJECTS: Final = ("teachers_pe", "teachers_music", "teachers_fine_art", "teachers_arts")

_POINT: Final = str(list(KIND_TITLES).index("teaching_point"))  # digit of the kind in a school's code


class Found(NamedTuple):
    """What a planter hands back; `row` is the index in the county's table."""

    form: str
    row: int
    field: str
    check: str
    detail: str
    follows: bool = False  # a consequence of the first of the planter's places


class _Desk:
    """A county's rows, and which of them are still untouched."""

    def __init__(self, rows: CountyRows, rng: Random, taken: set[str], abroad: str) -> None:
        self.rows = rows
        self.rng = rng
        self.taken = taken
        self.abroad = abroad  # code of a primary school of another county; empty in the first county
        self.stages: dict[str, int] = {}
        for row in rows.school_stage:
            if row[0] == YEARS[-1]:
                self.stages[str(row[1])] = self.stages.get(str(row[1]), 0) + 1

    def get(self, form: str, index: int, field: str) -> object:
        return self.rows.table(form)[index][_AT[form][field]]

    def number(self, form: str, index: int, field: str) -> float:
        value = self.get(form, index, field)
        return float(str(value)) if value != "" else -1.0

    def put(self, form: str, index: int, field: str, value: object) -> None:
        self.rows.table(form)[index][_AT[form][field]] = value

    def pick(self, form: str, fits: Callable[[int], bool] = lambda _: True) -> int | None:
        """Return a row of 2023 that is untouched, not a point, not a combined school, and fits; None when there is none."""
        table = self.rows.table(form)
        order = list(range(len(table)))
        self.rng.shuffle(order)
        for i in order:
            row = table[i]
            code = str(row[1])
            if row[0] != YEARS[-1] or code in self.taken:
                continue
            if form != "county_year" and (self.stages.get(code) != 1 or code[6] == _POINT):
                continue
            if fits(i):
                self.taken.add(code)
                return i
        return None

    def pick_points(self, number: int) -> list[int] | None:
        """Return rows of untouched points of 2023 that are merged into a school; None when there are too few."""
        table = self.rows.school
        found = [
            i
            for i, row in enumerate(table)
            if row[0] == YEARS[-1]
            and str(row[1])[6] == _POINT
            and row[1] not in self.taken
            and self.get("school", i, "counts_as_school") == YES_NO[False]
        ]
        if len(found) < number:
            return None
        chosen = self.rng.sample(found, number)
        self.taken |= {str(table[i][1]) for i in chosen}
        return chosen

    def row_of_school(self, code: str) -> int:
        """Return the row of a school of 2023."""
        return next(i for i, row in enumerate(self.rows.school) if row[:2] == [YEARS[-1], code])

    def lasting_school(self) -> str:
        """Return the code of a primary school of 2023."""
        kind, primary = _AT["school"]["kind"], KIND_TITLES["primary"]
        return next((str(r[1]) for r in self.rows.school if r[0] == YEARS[-1] and r[kind] == primary), "")


def _miss_required(field: str, form: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick(form)
        if i is None:
            return None
        found = desk.get(form, i, field)
        desk.put(form, i, field, "")
        return [Found(form, i, field, "required", f"emptied; was {found}")]

    return plant


def _multiply(
    field: str, factor: int, check: str, form: str = "school"
) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        def fits(i: int) -> bool:
            return _is_large(desk, i) and desk.number(form, i, field) > 1

        i = desk.pick(form, fits)
        if i is None:
            return None
        found = desk.number(form, i, field)
        value = round(found * factor, 2) if factor > 0 else round(found / -factor, 6)
        desk.put(form, i, field, f"{value:.6f}".rstrip("0").rstrip("."))
        return [Found(form, i, field, check, f"{found} entered as {value}")]

    return plant


def _is_large(desk: _Desk, i: int) -> bool:
    # Plausibility of money and area is judged from 50 pupils on; a primary or junior school of some size is above that.
    return (
        str(desk.get("school", i, "kind")) in ("小学", "初级中学")
        and desk.number("school", i, "books") > 6000
    )


def _swap_rows(desk: _Desk) -> list[Found] | None:
    table, pupils = desk.rows.school_stage, _AT["school_stage"]["pupils"]
    before = {(r[1], r[2]): r[pupils] for r in table if r[0] == YEARS[0]}

    def size(i: int) -> int:
        return int(str(table[i][pupils]))

    def steady(i: int) -> bool:
        earlier = before.get((table[i][1], table[i][2]))
        return earlier is not None and size(i) >= 210 and int(str(earlier)) >= 210 and table[i][2] == "小学"

    large = desk.pick("school_stage", lambda i: steady(i) and size(i) >= 1200)
    if large is None:
        return None
    small = desk.pick("school_stage", lambda i: steady(i) and 3.2 * size(i) <= size(large))
    if small is None:
        desk.taken.discard(str(table[large][1]))
        return None
    table[large][3:], table[small][3:] = table[small][3:], table[large][3:]
    return [
        Found(
            "school_stage",
            i,
            "pupils",
            "pupils_jump",
            f"cells from pupils on swapped with those of school {table[j][1]}",
        )
        for i, j in ((large, small), (small, large))
    ]


def _overstate_teachers(desk: _Desk) -> list[Found] | None:
    i = desk.pick("school_stage", lambda i: 100 <= desk.number("school_stage", i, "pupils") < 1500)
    if i is None:
        return None
    found = int(desk.number("school_stage", i, "teachers"))
    value = int(desk.number("school_stage", i, "pupils")) + 37
    bachelors = int(desk.number("school_stage", i, "teachers_bachelor"))
    desk.put("school_stage", i, "teachers", value)
    desk.put("school_stage", i, "teachers_bachelor", bachelors + value - found)
    return [
        Found("school_stage", i, "teachers", "pupils_per_teacher", f"more teachers than pupils; was {found}")
    ]


def _drop_teachers(desk: _Desk) -> list[Found] | None:
    i = desk.pick("school_stage", lambda i: 60 <= desk.number("school_stage", i, "pupils") < 400)
    if i is None:
        return None
    found = desk.get("school_stage", i, "teachers")
    for field in ("teachers", *DEGREES, *_PARTS, *_SUBJECTS):
        desk.put("school_stage", i, field, 0)
    return [
        Found("school_stage", i, "teachers", "pupils_have_teachers", f"pupils but no teacher; was {found}")
    ]


def _overstate_part(field: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick("school_stage", lambda i: desk.get("school_stage", i, field) != "")
        if i is None:
            return None
        found, teachers = desk.get("school_stage", i, field), int(desk.number("school_stage", i, "teachers"))
        desk.put("school_stage", i, field, teachers + 8)
        check = _PART_CHECKS.get(field, "subject_within_teachers")
        return [Found("school_stage", i, field, check, f"{teachers + 8} of {teachers} teachers; was {found}")]

    return plant


def _raise(form: str, field: str, above: str, check: str, by: int) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick(form, lambda i: desk.number(form, i, above) > 0 and desk.get(form, i, field) != "")
        if i is None:
            return None
        found = desk.get(form, i, field)
        value = int(desk.number(form, i, above)) + by
        desk.put(form, i, field, value)
        return [Found(form, i, field, check, f"{value} above {above}; was {found}")]

    return plant


def _repeat_row(form: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick(form)
        if i is None:
            return None
        table = desk.rows.table(form)
        table.append(list(table[i]))
        field = "school_code"
        return [Found(form, len(table) - 1, field, "duplicate", f"row of school {table[i][1]} repeated")]

    return plant


def _orphan(form: str, field: str, code: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        # A school that receives points would then stand in another county than they do.
        receivers = {row[_AT["school"]["parent_school"]] for row in desk.rows.school}
        i = desk.pick(form, lambda i: form != "school" or desk.get(form, i, "school_code") not in receivers)
        if i is None:
            return None
        found = str(desk.get(form, i, field))
        value = code + found[6:]
        desk.put(form, i, field, value)
        places = [Found(form, i, field, "orphan", f"unknown code {value}; was {found}")]
        if form == "school_stage":
            left = f"the only row of school {found} was moved away"
            places.append(
                Found("school", desk.row_of_school(found), "kind", "school_has_stages", left, follows=True)
            )
        return places

    return plant


def _shift_sum(field: str, by: int, check: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick("school_stage")
        if i is None:
            return None
        found = int(desk.number("school_stage", i, field))
        desk.put("school_stage", i, field, found + by)
        return [Found("school_stage", i, field, check, f"{found + by} in place of {found}")]

    return plant


def _write_cell(form: str, field: str, check: str, value: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick(form, lambda i: desk.get(form, i, field) != "")
        if i is None:
            return None
        found = desk.get(form, i, field)
        desk.put(form, i, field, value)
        return [Found(form, i, field, check, f"{value} in place of {found}")]

    return plant


def _claim_nine_years(desk: _Desk) -> list[Found] | None:
    kind = KIND_TITLES["primary"]
    i = desk.pick("school", lambda i: desk.get("school", i, "kind") == kind)
    if i is None:
        return None
    claimed = KIND_TITLES["nine_year"]
    desk.put("school", i, "kind", claimed)
    return [Found("school", i, "kind", "school_has_stages", f"{claimed} without junior pupils; was {kind}")]


def _merge_into(desk: _Desk, i: int, code: str, check: str) -> Found:
    found = desk.get("school", i, "parent_school")
    desk.put("school", i, "parent_school", code)
    return Found("school", i, "parent_school", check, f"{code} in place of {found}")


def _chain_points(desk: _Desk) -> list[Found] | None:
    points = desk.pick_points(2)
    if points is None:
        return None
    first, second = points
    return [_merge_into(desk, first, str(desk.get("school", second, "school_code")), "merge_chain")]


def _circle_points(desk: _Desk) -> list[Found] | None:
    points = desk.pick_points(2)
    if points is None:
        return None
    codes = [str(desk.get("school", i, "school_code")) for i in points]
    return [_merge_into(desk, i, c, "merge_circle") for i, c in zip(points, reversed(codes), strict=True)]


def _merge_abroad(desk: _Desk) -> list[Found] | None:
    points = desk.pick_points(1) if desk.abroad else None
    return [_merge_into(desk, points[0], desk.abroad, "merge_across")] if points else None


Planter = Callable[[_Desk], list[Found] | None]
# Kind of fault -> planters, each used as often as it stands here.
KINDS: Final[dict[str, tuple[Planter, ...]]] = {
    "missing_required": (
        _miss_required("pupils", "school_stage"),
        _miss_required("teachers", "school_stage"),
        _miss_required("classes", "school_stage"),
        _miss_required("school_name", "school"),
        _miss_required("locale", "school"),
        _miss_required("residents", "county_year"),
    ),
    "equipment_in_yuan": (_multiply("equipment_value", 10000, "equipment_plausible"),) * 4,
    "equipment_divided_twice": (_multiply("equipment_value", -10000, "equipment_plausible"),) * 3,
    "funds_in_yuan": (_multiply("public_funds_budget", 10000, "funds_plausible"),) * 4,
    "training_in_yuan": (_multiply("training_budget", 10000, "training_within_funds"),) * 3,
    "area_hundredfold": (_multiply("teaching_area", 100, "area_plausible"),) * 3,
    "swapped_rows": (_swap_rows,) * 3,
    "teachers_above_pupils": (_overstate_teachers,) * 3,
    "pupils_without_teachers": (_drop_teachers,) * 3,
    "part_above_teachers": tuple(_overstate_part(f) for f in (*_PARTS, "teachers_pe", "teachers_arts")),
    "indoor_above_teaching": (
        _raise("school", "indoor_sports_area", "teaching_area", "indoor_within_teaching", 150),
    )
    * 3,
    "rotation_out_of_order": (
        *(_raise("school", "rotated", "rotation_eligible", "rotated_within_eligible", 4),) * 2,
        _raise("school", "rotated_backbone", "rotated", "rotated_within_eligible", 3),
    ),
    "duplicate_row": (*(_repeat_row("school"),) * 2, *(_repeat_row("school_stage"),) * 2),
    "orphan_county": (
        _orphan("school", "county_code", "370199"),
        _orphan("school", "county_code", "371799"),
        _orphan("county_year", "county_code", "370999"),
    ),
    "orphan_school": (_orphan("school_stage", "school_code", "379901"),) * 3,
    "band_sum": (
        _shift_sum("classes_36_40", 2, "class_bands"),
        _shift_sum("classes_25", 1, "class_bands"),
        _shift_sum("classes", 3, "class_bands"),
        _shift_sum("classes_41_45", 4, "class_bands"),
    ),
    "degree_sum": (
        _shift_sum("teachers_bachelor", 5, "degree_sum"),
        _shift_sum("teachers_associate", 3, "degree_sum"),
        _shift_sum("teachers_master", 2, "degree_sum"),
    ),
    "negative": (
        _write_cell("school", "books", "range", "-120"),
        _write_cell("school", "computers", "range", "-6"),
        _write_cell("school_stage", "entrants", "range", "-15"),
        _write_cell("school", "multimedia_rooms", "range", "-2"),
    ),
    "text_in_number": (
        _write_cell("school_stage", "pupils", "type", "约300"),
        _write_cell("school", "books", "type", "一万余册"),
        _write_cell("school", "equipment_value", "type", "约85"),
        _write_cell("school_stage", "graduates", "type", "待核"),
    ),
    "wrong_category": (
        _write_cell("school", "ownership", "category", "其他"),
        _write_cell("school", "locale", "category", "郊区"),
        _write_cell("school", "kind", "category", "书院"),
        _write_cell("school_stage", "stage", "category", "预科"),
    ),
    "disabled_above_due": (
        _raise("county_year", "disabled_enrolled", "disabled_due", "disabled_within_due", 9),
    )
    * 3,
    "recognition_above_valid": (
        _raise("county_year", "recognition_positive", "recognition_valid", "recognition_within_valid", 12),
    )
    * 3,
    "kind_without_stage": (_claim_nine_years,) * 3,
    "merged_in_chain": (_chain_points,) * 3,
    "merged_in_circle": (_circle_points,) * 3,
    "merged_across_counties": (_merge_abroad,) * 3,
}


class FaultPlan:
    """Spreads the faults over the counties and keeps the list of those planted."""

    def __init__(self, counties: Sequence[str], seed: int) -> None:
        """Deal the planters out to the counties in a random order, round and round."""
        rng = Random(f"{seed}/faults")  # noqa: S311 - a sample, not a secret
        jobs = [(kind, planter) for kind, planters in KINDS.items() for planter in planters]
        order = list(counties)
        rng.shuffle(order)
        self._jobs: dict[str, list[tuple[str, Planter]]] = {code: [] for code in counties}
        for n, job in enumerate(jobs):
            self._jobs[order[n % len(order)]].append(job)
        self._seed = seed
        self._waiting: list[tuple[str, Planter]] = []
        self._abroad = ""
        self.faults: list[Fault] = []

    def plant(self, rows: CountyRows, writer: TableWriter, gaps: set[str]) -> None:
        """Plant a county's faults; one that finds no fitting row waits for the next county. `gaps` are left alone."""
        code = rows.county.code
        rng = Random(f"{self._seed}/faults/{code}")  # noqa: S311 - a sample, not a secret
        desk = _Desk(rows, rng, set(gaps), self._abroad)
        jobs, self._waiting = self._jobs[code] + self._waiting, []
        for kind, planter in jobs:
            places = planter(desk)
            if places is None:
                self._waiting.append((kind, planter))
                continue
            self.faults += self._list(kind, places, writer)
        self._abroad = desk.lasting_school() or self._abroad

    def _list(self, kind: str, places: Sequence[Found], writer: TableWriter) -> Iterator[Fault]:
        cause = f"{FILES[places[0].form]} {writer.row_of(places[0].form, places[0].row)}"
        for at in places:
            file, row, column = FILES[at.form], writer.row_of(at.form, at.row), FORMS[at.form][at.field]
            yield Fault(file, row, column, at.field, kind, at.check, at.detail, cause if at.follows else "")
