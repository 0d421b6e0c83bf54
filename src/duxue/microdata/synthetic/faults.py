"""Faults planted on purpose: each is one that a check must find at its place, and none brings another with it.

A fault changes rows of 2023 only, of a school that nothing else was done to. Where a changed figure is part of a
sum, the sum is kept, so that one fault gives one finding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from duxue.microdata.synthetic.calibration import YEARS
from duxue.microdata.synthetic.columns import DEGREES, FILES, FORMS
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

# What a planter hands back: form, index of the row in the county's table, field, check, detail; kind is added.
Found = tuple[str, int, str, str, str]


class _Desk:
    """A county's rows, and which of them are still untouched."""

    def __init__(self, rows: CountyRows, rng: Random, taken: set[str]) -> None:
        self.rows = rows
        self.rng = rng
        self.taken = taken
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
            if form != "county_year" and (self.stages.get(code) != 1 or code[6] == "2"):
                continue
            if fits(i):
                self.taken.add(code)
                return i
        return None


def _miss_required(field: str, form: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick(form)
        if i is None:
            return None
        found = desk.get(form, i, field)
        desk.put(form, i, field, "")
        return [(form, i, field, "required", f"emptied; was {found}")]

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
        return [(form, i, field, check, f"{found} entered as {value}")]

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
        (
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
    return [("school_stage", i, "teachers", "pupils_per_teacher", f"more teachers than pupils; was {found}")]


def _drop_teachers(desk: _Desk) -> list[Found] | None:
    i = desk.pick("school_stage", lambda i: 60 <= desk.number("school_stage", i, "pupils") < 400)
    if i is None:
        return None
    found = desk.get("school_stage", i, "teachers")
    for field in ("teachers", *DEGREES, *_PARTS, *_SUBJECTS):
        desk.put("school_stage", i, field, 0)
    return [("school_stage", i, "teachers", "pupils_have_teachers", f"pupils but no teacher; was {found}")]


def _overstate_part(field: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick("school_stage", lambda i: desk.get("school_stage", i, field) != "")
        if i is None:
            return None
        found, teachers = desk.get("school_stage", i, field), int(desk.number("school_stage", i, "teachers"))
        desk.put("school_stage", i, field, teachers + 8)
        check = _PART_CHECKS.get(field, "subject_within_teachers")
        return [("school_stage", i, field, check, f"{teachers + 8} of {teachers} teachers; was {found}")]

    return plant


def _raise(form: str, field: str, above: str, check: str, by: int) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick(form, lambda i: desk.number(form, i, above) > 0 and desk.get(form, i, field) != "")
        if i is None:
            return None
        found = desk.get(form, i, field)
        value = int(desk.number(form, i, above)) + by
        desk.put(form, i, field, value)
        return [(form, i, field, check, f"{value} above {above}; was {found}")]

    return plant


def _repeat_row(form: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick(form)
        if i is None:
            return None
        table = desk.rows.table(form)
        table.append(list(table[i]))
        field = "school_code"
        return [(form, len(table) - 1, field, "duplicate", f"row of school {table[i][1]} repeated")]

    return plant


def _orphan(form: str, field: str, code: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick(form)
        if i is None:
            return None
        found = str(desk.get(form, i, field))
        value = code + found[6:]
        desk.put(form, i, field, value)
        return [(form, i, field, "orphan", f"unknown code {value}; was {found}")]

    return plant


def _shift_sum(field: str, by: int, check: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick("school_stage")
        if i is None:
            return None
        found = int(desk.number("school_stage", i, field))
        desk.put("school_stage", i, field, found + by)
        return [("school_stage", i, field, check, f"{found + by} in place of {found}")]

    return plant


def _write_cell(form: str, field: str, check: str, value: str) -> Callable[[_Desk], list[Found] | None]:
    def plant(desk: _Desk) -> list[Found] | None:
        i = desk.pick(form, lambda i: desk.get(form, i, field) != "")
        if i is None:
            return None
        found = desk.get(form, i, field)
        desk.put(form, i, field, value)
        return [(form, i, field, check, f"{value} in place of {found}")]

    return plant


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
        self.faults: list[Fault] = []

    def plant(self, rows: CountyRows, writer: TableWriter, gaps: set[str]) -> None:
        """Plant a county's faults; one that finds no fitting row waits for the next county. `gaps` are left alone."""
        code = rows.county.code
        desk = _Desk(rows, Random(f"{self._seed}/faults/{code}"), set(gaps))  # noqa: S311 - a sample, not a secret
        jobs, self._waiting = self._jobs[code] + self._waiting, []
        for kind, planter in jobs:
            places = planter(desk)
            if places is None:
                self._waiting.append((kind, planter))
                continue
            for form, index, field, check, detail in places:
                fault = Fault(
                    FILES[form], writer.row_of(form, index), FORMS[form][field], field, kind, check, detail
                )
                self.faults.append(fault)
