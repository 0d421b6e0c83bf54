"""Checks across forms: every row's unit is registered, and the register is a tree."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from duxue.core.errors import Problem
from duxue.core.text import Text, count_of, same
from duxue.microdata import problems as say
from duxue.microdata.assemble import SOURCE
from duxue.microdata.checks import Located
from duxue.packs.schema import Form

_Year = int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered unit and the row it stands in."""

    code: str
    level: str
    parent: str | None
    form: str
    row: int


@dataclass
class Registered:
    """The registered units of all forms by year; None holds those that count for every year."""

    by_year: dict[_Year, dict[str, Entry]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)  # levels of required registers that have no rows
    forms: dict[str, Located] = field(default_factory=dict)  # the first register of each level
    gaps: dict[tuple[str, int], dict[str, list[int]]] = field(default_factory=dict)
    """Form of a register and year of which it has no rows -> form -> its rows that name units of that year."""

    def find(self, code: str, year: _Year) -> Entry | None:
        """Return the unit with this code in a year; without a year, in any."""
        if year is None:
            return next((units[code] for units in self.by_year.values() if code in units), None)
        return self.by_year.get(year, {}).get(code) or self.by_year.get(None, {}).get(code)

    def without(self, year: _Year) -> set[str]:
        """Return the levels of which units are registered in other years, but none in this year."""
        if year is None:
            return set()
        here = {e.level for y in (year, None) for e in self.by_year.get(y, {}).values()}
        return set(self.forms) - here

    def note_gap(self, level: str, year: int, located: Located, row: int) -> None:
        """Keep a row whose unit cannot be looked up, for the register of its level has no rows of the year."""
        rows = self.gaps.setdefault((self.forms[level].form.id, year), {}).setdefault(located.form.id, [])
        if not rows or rows[-1] != row:
            rows.append(row)

    def highest(self, year: _Year, levels: Sequence[str]) -> int:
        """Return the position of the highest level that is registered in a year; -1 when none is."""
        units = [*self.by_year.get(year, {}).values(), *self.by_year.get(None, {}).values()]
        return max((levels.index(e.level) for e in units if e.level in levels), default=-1)


def check_units(tables: Mapping[str, Located], levels: Sequence[str]) -> list[Problem]:
    """Return what is wrong between forms and registers; nothing is said when no register was handed in."""
    registered = Registered()
    found: list[Problem] = []
    for located in tables.values():
        if located.form.register_units is not None:
            found.extend(_register(located, registered, levels))
            registered.unknown.update(_unknown_levels(located, levels))
    if not registered.by_year:
        return found
    for year, units in registered.by_year.items():
        found.extend(_check_tree(tables, registered, year, units, levels))
    for located in tables.values():
        found.extend(_orphans(located, registered))
    found.extend(_gaps(tables, registered))
    return found


def _unknown_levels(located: Located, levels: Sequence[str]) -> Sequence[str]:
    """Return the levels that a required register without rows would list; that it has none is told once, elsewhere."""
    register = located.form.register_units
    if register is None or located.table.num_rows or not located.form.required:
        return ()
    if register.level_field:
        return levels
    return [register.level] if register.level else levels[:1]


def years_of(located: Located) -> list[_Year]:
    """Return the year of each row; None where rows hold for every year."""
    period = located.form.period
    if not period:
        return [None] * located.table.num_rows
    return [None if y is None else int(y) for y in located.table.column(period).to_pylist()]


def level_ids(form: Form, levels: Sequence[str], located: Located) -> list[str]:
    """Return the level of each row of a register."""
    register = form.register_units
    assert register is not None  # only called for registers
    if register.level_field:
        return [v or "" for v in located.table.column(register.level_field).to_pylist()]
    return [register.level or (levels[0] if levels else "")] * located.table.num_rows


def _register(located: Located, registered: Registered, levels: Sequence[str]) -> Iterator[Problem]:
    form = located.form
    register = form.register_units
    assert register is not None  # only called for registers
    codes = located.table.column(form.unit_field).to_pylist()
    parents = located.table.column(register.parent).to_pylist()
    rank = level_ids(form, levels, located)
    own_key = set(form.key) == {form.unit_field}
    for row, (code, parent, level, year) in enumerate(
        zip(codes, parents, rank, years_of(located), strict=True)
    ):
        if code is None:
            continue
        units = registered.by_year.setdefault(year, {})
        if level not in levels and (level or not _told_when_empty(form)):
            yield say.make(
                "DATA045",
                located.place(row, register.level_field or form.unit_field),
                found=level,
                expected=same(", ".join(levels)),
                advice=Text("请从单位层级中选填。", "Choose one of the levels of units."),
            )
        entry = units.get(code)
        if entry is None:
            units[code] = Entry(code, level, parent, form.id, row)
            registered.forms.setdefault(level, located)
        elif not own_key or entry.form != form.id:  # otherwise the duplicate key has been told
            yield say.make(
                "DATA046",
                located.place(row, form.unit_field),
                Text(
                    f"单位代码 {code} 已登记（{entry.form}）",
                    f"unit {code} is already registered ({entry.form})",
                ),
                found=code,
                expected=Text("一个代码只登记一个单位", "one unit for each code"),
                advice=Text(
                    "请核对代码，删去多余的一行。", "Check the codes and delete the row that is not meant."
                ),
            )


def _told_when_empty(form: Form) -> bool:
    field_id = form.register_units.level_field if form.register_units else None
    return any(spec.id == field_id and spec.required for spec in form.fields)


def _check_tree(
    tables: Mapping[str, Located],
    registered: Registered,
    year: _Year,
    units: Mapping[str, Entry],
    levels: Sequence[str],
) -> Iterator[Problem]:
    top = registered.highest(year, levels)
    without = registered.without(year)
    for entry in units.values():
        located = tables[entry.form]
        register = located.form.register_units
        assert register is not None  # it came from a register
        if entry.level not in levels:
            continue
        rank = levels.index(entry.level)
        place = located.place(entry.row, register.parent)
        if not entry.parent:
            if rank < top:
                yield say.make(
                    "DATA047",
                    place,
                    Text(f"单位 {entry.code} 未填上级单位", f"unit {entry.code} names no unit above"),
                    expected=Text("上级单位的代码", "the code of the unit above"),
                    advice=Text(
                        "请填写；只有最高一级可以为空。",
                        "Fill it in; only the highest level leaves it empty.",
                    ),
                )
            continue
        above = registered.find(entry.parent, year)
        if above is None:
            if not registered.unknown.isdisjoint(levels[rank + 1 :]):
                continue  # it may stand in the register that has no rows
            if rank == top < len(levels) - 1:
                continue  # the data begin below the province: its code is named, but it need not be registered
            if year is not None and (absent := [v for v in levels[rank + 1 :] if v in without]):
                registered.note_gap(absent[0], year, located, entry.row)
                continue
            yield say.make(
                "DATA047",
                place,
                Text(f"上级单位 {entry.parent} 未登记", f"the unit above, {entry.parent}, is not registered"),
                found=entry.parent,
                expected=Text(f"登记表中的代码{_in_year(year).zh}", f"a registered code{_in_year(year).en}"),
                advice=Text(
                    "请核对代码，或在登记表中补上该单位。", "Check the code, or add the unit to the register."
                ),
            )
        elif _in_circle(entry, registered, year):
            yield say.make(
                "DATA049",
                place,
                Text(
                    f"单位 {entry.code} 的上级链回到自身", f"the units above {entry.code} lead back to itself"
                ),
                found=entry.parent,
                expected=Text("逐级向上", "levels that only go up"),
                advice=Text("请改正其中一个上级代码。", "Correct one of the codes of units above."),
            )
        elif above.level in levels and levels.index(above.level) <= rank:
            yield say.make(
                "DATA048",
                place,
                Text(
                    f"单位 {entry.code}（{entry.level}）的上级是 {above.level}",
                    f"unit {entry.code} ({entry.level}) stands below a {above.level}",
                ),
                found=f"{entry.parent} ({above.level})",
                expected=same(", ".join(levels[rank + 1 :])),
                advice=Text("请填更高层级单位的代码。", "Give the code of a unit at a higher level."),
            )


def _in_circle(entry: Entry, registered: Registered, year: _Year) -> bool:
    seen = {entry.code}
    current = entry.parent
    while current:
        if current == entry.code:
            return True
        if current in seen:
            return False
        seen.add(current)
        above = registered.find(current, year)
        current = above.parent if above else None
    return False


def _in_year(year: _Year) -> Text:
    return same("") if year is None else Text(f"（{year} 年）", f" of {year}")


def _orphans(located: Located, registered: Registered) -> Iterator[Problem]:
    form = located.form
    register = form.register_units
    wanted: list[tuple[str, str | None]] = []
    if register is None:
        wanted.append((form.unit_field, None))
    for spec in form.fields:
        if spec.refers and not (register and spec.id in (form.unit_field, register.parent)):
            wanted = [w for w in wanted if w[0] != spec.id]
            wanted.append((spec.id, spec.refers))
    years = years_of(located)
    without = {year: registered.without(year) for year in set(years)}
    for column, level in wanted:
        title = located.title(column)
        codes = located.table.column(column).to_pylist()
        named = {level} if level else _levels_of(codes, registered)
        absent = {year: sorted(named & levels) for year, levels in without.items()}
        told = 0
        for row, (code, year) in enumerate(zip(codes, years, strict=True)):
            if code is None:
                continue
            entry = registered.find(code, year)
            if entry is not None and (level is None or entry.level == level):
                continue
            if entry is None and (level in registered.unknown or (level is None and registered.unknown)):
                continue  # it may stand in the register that has no rows
            if entry is None and year is not None and absent[year]:
                registered.note_gap(absent[year][0], year, located, row)
                continue
            told += 1
            if told > say.KEEP_AT_MOST:
                break
            place = located.place(row, column)
            if entry is None:
                yield say.make(
                    "DATA044",
                    place,
                    Text(
                        f"“{title.zh}”{code} 不在登记表中{_in_year(year).zh}",
                        f"“{title.en}” {code} is not in the register{_in_year(year).en}",
                    ),
                    found=code,
                    expected=Text("登记表中的单位代码", "the code of a registered unit"),
                    advice=Text(
                        "请核对代码（注意前导零），或先登记该单位；合计行请删除。",
                        "Check the code (leading zeros), or register the unit first; delete rows of totals.",
                    ),
                )
            else:
                yield say.make(
                    "DATA045",
                    place,
                    Text(f"“{title.zh}”{code} 的层级不对", f"“{title.en}” {code} is a unit of another level"),
                    found=f"{code} ({entry.level})",
                    expected=same(level or ""),
                    advice=Text("请填该层级单位的代码。", "Give the code of a unit of that level."),
                )


def _levels_of(codes: Collection[str | None], registered: Registered) -> set[str]:
    """Return the levels of the units that a column names, whatever the year in which they are registered."""
    entries = (registered.find(code, None) for code in set(codes) if code is not None)
    return {entry.level for entry in entries if entry is not None}


def _gaps(tables: Mapping[str, Located], registered: Registered) -> Iterator[Problem]:
    for (form_id, year), rows in sorted(registered.gaps.items()):
        register = tables[form_id]
        title = register.form.title.text
        held = sorted({y for y in years_of(register) if y is not None})
        naming = [(tables[name], found) for name, found in rows.items()]
        zh = "、".join(f"“{t.form.title.zh}”{len(r):,} 行（自 {t.say_row(min(r))} 起）" for t, r in naming)
        en = ", ".join(
            f"{count_of(len(r), 'row')} of “{t.form.title.en}” (from {t.say_row(min(r))})" for t, r in naming
        )
        source = register.sources[int(register.table.column(SOURCE)[0].as_py())]
        yield say.make(
            "DATA050",
            source.at(register.form.period or "").place(),
            Text(
                f"登记表“{title.zh}”没有 {year} 年的行，该年的单位无从查对：{zh}",
                f"the register “{title.en}” has no rows of {year}, so units of that year cannot be looked up: {en}",
            ),
            found=", ".join(map(str, held)),
            expected=Text(f"{year} 年的行", f"rows of {year}"),
            advice=Text(
                "请在登记表中补入这一年；如果年份填错或不要这一年，请改正或删去其他表中的这些行。",
                "Add that year to the register; if the year is wrong or not meant, correct or delete those rows of the other tables.",
            ),
        )
