"""The reference page of draw plans, assembled from the program: a key without a description ends the generation."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from duxue.draws.inspection.model import (
    County,
    Inspector,
    LargerTeam,
    Minimum,
    Recusal,
    Rules,
    School,
    SkillNeed,
    Visit,
)
from duxue.draws.inspection.tables import ENTRIES as INSPECTION_ENTRIES
from duxue.draws.inspection.tables import TABLES
from duxue.draws.methods import METHODS
from duxue.draws.plan import ENTRIES
from duxue.draws.seed import COMMON, KINDS
from tools.reference import write_table

_PLAN = {
    "title": ("yes", "text, or `{zh, en}`", "What is drawn; one text serves for both languages."),
    "method": ("yes", "text", "Name and version of a [method](#parameters-of-each-method)."),
    "id": ("`id`", "text", "The column of the list that holds the ids."),
    "params": ("", "table", "The parameters of the method."),
    "exclude": ("", "list of tables", "`id` and `reason` (text, or `{zh, en}`) of each ticket struck out."),
    "seed": (
        "yes",
        "list of tables",
        "The [seed parts](#seed-parts), in the order in which they are joined.",
    ),
}
_INSPECTION = {
    "title": _PLAN["title"],
    "method": ("yes", "text", "`double-random/1`."),
    "tables": (
        "yes",
        "table",
        "The CSV file of each [table](#tables-of-a-double-random-plan), beside the plan.",
    ),
    "rules": ("yes", "table", "The [rules](#rules-of-a-double-random-plan)."),
    "seed": _PLAN["seed"],
}
_SEED = {
    "name": ("yes", "text", "Small letters, digits and hyphens; `--part NAME=VALUE` gives its value."),
    "kind": ("yes", "text", "One of " + ", ".join(f"`{k}`" for k in KINDS) + "."),
    "who": ("", "text, or `{zh, en}`", "Who gives the value."),
    "not_before": ("commitment", "time with offset", "Refused earlier; a beacon round has its own time."),
    "length": ("yes", "1 to 1,000", "`digits`: how many digits."),
    "low": ("yes", "whole number", "`number`, `balls`: the least value."),
    "high": ("yes", "whole number", "`number`, `balls`: the greatest value."),
    "count": ("yes", "1 to 1,000", "`balls`: how many different ones are drawn."),
    "network": ("yes", "text", "`beacon`: `quicknet` or `default`."),
    "round": ("yes", "whole number", "`beacon`: a round after the commitment."),
    "sha256": ("yes", "64 hex digits", "`sealed`: digest of the bytes that will be revealed."),
}
_PLACES = {
    "take": ("yes", "from 1", "How many are drawn (heads for `bundles/1`)."),
    "reserve": ("0", 'from 0, or `"all"`', "Length of the waiting list."),
}
_GROUPS = {
    "by": ("yes; `multistage/1`: none", "list of fields", "Tickets with the same cells in these fields are a group."),
    "rule": ("`each`", "`each`, `table`, `proportional`", "`each`: `take` from each group. `table`: by `table`. `proportional` (`stratified/1` only): `take` in all, by size."),
    "take": ("yes; `table`: 0", "from 1", "From each group, or in all when proportional."),
    "table": ("`rule = \"table\"`", "list of tables", "`{group = [\"小学\", \"公办\"], take = 2}`: the cells of `by` in its order, and how many."),
    "minimum": ("0", "from 0", "`stratified/1`: least of each group when proportional. `multistage/1`: a unit with fewer is filled up to this number."),
    "short": ("`refuse`", "`refuse`, `all`", "A group smaller than its number is refused at the commitment, or taken whole."),
}  # fmt: skip
_NUMBER = ("place on the list", "a field", "The field that holds the published numbers 1 to n.")
# Parameters of each method, in the order of the page.
PARAMS: dict[str, dict[str, tuple[str, str, str]]] = {
    "keyed-order/1": _PLACES,
    "sequential/1": _PLACES,
    "stratified/1": {**_GROUPS, "reserve": ("0", "from 0", "Waiting list of each group.")},
    "multistage/1": {
        "stages": ("yes", "list of tables", '`{within = ["city"], unit = "county", take = 2}`: the stages, widest first.'),
        **_GROUPS,
    },
    "pps-systematic/1": {"take": _PLACES["take"], "size": ("yes", "a field", "Sizes: whole numbers above 0.")},
    "bundles/1": {
        **_PLACES,
        "bundle": ("yes", "a field", "Tickets with the same cell are one bundle; an empty cell is a bundle of one."),
        "overflow": ("`skip`", "`skip`, `exceed`", "A bundle larger than the seats left is passed over, or seated."),
    },
    "ring-interval/1": {
        **_PLACES,
        "start": ("`start`", "a seed part", "The `number` that starts."),
        "interval": ("`interval`", "a seed part", "The `number` that is the interval."),
        "number": _NUMBER,
    },
    "ring-step/1": {**_PLACES, "start": ("`start`", "a seed part", "The `number` that starts."), "number": _NUMBER},
    "tail-digits/1": {
        "take": _PLACES["take"],
        "digits": ("`digits`", "a seed part", "The `digits` drawn."),
        "group": ("0", "from 0", "Numbers in a group, 0 for one group of all."),
        "shuffle": ("`none`", "`none`, `keyed`", "Numbers as listed, or by keyed order first."),
        "number": _NUMBER,
    },
}  # fmt: skip
_COLUMNS = {
    "counties": (County, {"id": "", "name": ""}),
    "schools": (
        School,
        {
            "id": "", "name": "", "county": "Id of its county.", "stage": "For strata and skills.", "kind": "For strata.",
            "size": "Pupils, for larger teams.",
        },
    ),
    "inspectors": (
        Inspector,
        {
            "id": "", "name": "", "home": "Home county; needed unless `home_county = false`.", "skills": "Skills, semicolons between.",
            "relatives": "Schools of near relatives, semicolons between.",
            "tenures": "Posts, semicolons between: `S01`, `S01 2015-09-01/2021-08-31`, `C1 ../2020-01-01`; without an end it is held now.",
            "visits": "Most visits of this plan; empty: no limit.", "days": "Most days of this plan; empty: no limit.",
        },
    ),
    "visits": (Visit, {"school": "Id.", "date": "Of an earlier inspection.", "inspectors": "Who went, semicolons between."}),
    "recusals": (Recusal, {"inspector": "Id.", "school": "Id.", "reason": "Why it was granted."}),
}  # fmt: skip
_RULES = {
    "on": ("yes", "date", "The day from which years are counted back."),
    "schools": ("yes", "from 1", "How many schools are drawn."),
    "team_size": ("yes", "from 1", "Inspectors of each team."),
    "strata": ("none", "list", "Fields of schools that form strata: `county`, `stage`, `kind`."),
    "least_per_stratum": ("0", "from 0", "Least number of schools of each stratum."),
    "minima": ("", "list of tables", "Other least numbers: "),
    "larger_teams": ("", "list of tables", "Larger teams for large schools: "),
    "skills": ("", "list of tables", "Skills that each team must hold: "),
    "home_county": ("`true`", "`true`, `false`", "Nobody inspects in the home county."),
    "relatives": ("`true`", "`true`, `false`", "Nobody inspects where a near relative is."),
    "tenure_years": ("none", "0 to 100", "Nobody inspects where they held a post within so many years."),
    "school_years": ("none", "0 to 100", "No school is inspected twice within so many years."),
    "inspector_years": ("none", "0 to 100", "Nobody inspects a school twice within so many years."),
    "gap": ("none", "from 0", "Visits of two inspectors differ by at most this; not with the next two."),
    "least_visits": ("none", "from 0", "Least visits of each inspector."),
    "most_visits": ("none", "from 0", "Most visits of each inspector."),
    "days_per_visit": ("1", "from 1", "Days of a visit, against `days` of inspectors."),
}
_NESTED = {"minima": Minimum, "larger_teams": LargerTeam, "skills": SkillNeed}
_HEAD = ("key", "default", "value", "meaning")


def write_plans() -> str:
    """Return the page."""
    facts = [*COMMON, *dict.fromkeys(fact for kind in KINDS.values() for fact in kind)]
    rules = [f.name for f in dataclasses.fields(Rules)]
    nested = {
        name: f"{{{', '.join(f.name for f in dataclasses.fields(model))}}}" for name, model in _NESTED.items()
    }
    told = {
        k: (d, v, m + (f"`{nested[k]}`; `[[rules.{k}]]`." if k in nested else ""))
        for k, (d, v, m) in _RULES.items()
    }
    parts = [
        "# Plans of draws\n\nA plan is a TOML file in UTF-8. “yes” in the column of defaults: the key must be given.\n",
        "## A draw from a list\n\n`duxue draw commit LIST PLAN --out FOLDER`\n",
        write_table(_HEAD, _rows(ENTRIES, _PLAN)),
        "## Parameters of each method\n",
    ]
    for name, method in METHODS.items():
        parts.append(f"### `{name}`\n\n[{method.title.en} {method.title.zh}](../methods/{method.page})\n")
        parts.append(write_table(_HEAD, _rows(PARAMS[name], PARAMS[name])))
    parts += [
        "## Seed parts\n\n`[[seed]]` for each; [randomness](../methods/draw-randomness.md) says what is checked.\n",
        write_table(_HEAD, _rows(facts, _SEED)),
        (
            "## A double-random plan\n\n`duxue draw inspection commit PLAN --out FOLDER`; "
            "[double random](../methods/double-random.md) defines every constraint.\n"
        ),
        write_table(_HEAD, _rows(INSPECTION_ENTRIES, _INSPECTION)),
        "## Tables of a double-random plan\n\n`schools`, `inspectors` and `counties` are needed: a school names its county; CSV in UTF-8 with a header.\n",
    ]
    for table in TABLES:
        model, columns = _COLUMNS[table]
        names = [f.name for f in dataclasses.fields(model) if f.name != "row"]
        parts.append(f"### `{table}`\n")
        parts.append(write_table(("column", "meaning"), [(f"`{n}`", columns[n]) for n in names]))
    parts += ["## Rules of a double-random plan\n", write_table(_HEAD, _rows(rules, told))]
    return "\n".join(parts)


def _rows(keys: Iterable[str], told: Mapping[str, tuple[str, str, str]]) -> list[tuple[str, ...]]:
    return [(f"`{key}`", *told[key]) for key in keys]
