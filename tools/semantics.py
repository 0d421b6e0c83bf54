"""Write docs/reference/semantics.md from the rules that the engines are tested with."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Types of tests are not checked, so they are not imported by name.
spec: Any = import_module("tests.spec.semantics")

_HEAD = """# What formulas mean

Each rule is a test: `tests/spec/semantics.py` holds it, and every engine must give what stands here. An empty cell is
missing; the year is 2023 unless a table says another. A result is a number or, in italics, the reason why there is none.

Schools: {schools}. Counties: {counties}.
"""


def write_semantics() -> str:
    """Return the page."""
    schools = ", ".join(f"{code} ({above})" for code, above in spec.SCHOOLS.items())
    counties = ", ".join(f"{code} (city {above})" for code, above in spec.COUNTIES.items())
    parts = [_HEAD.format(schools=schools, counties=counties)]
    section = ""
    for rule in spec.RULES:
        if rule.section != section:
            section = rule.section
            parts.append(f"## {section}\n")
        parts.append(_write_rule(rule))
    return "\n".join(parts)


def _write_rule(rule: Any) -> str:
    lines = [f"### {rule.title}\n", f"{rule.says}\n"]
    for form in ("school", "stage", "county"):
        text: str = getattr(rule, form)
        if text and (form != "school" or len(spec.read_table(text)[0]) > 1 or rule.form == "school"):
            rows = spec.read_table(text)
            lines += [f"| {form}: {' | '.join(rows[0])} |", "|" + " --- |" * len(rows[0])]
            lines += [f"| {' | '.join(row.values())} |" for row in rows]
            lines.append("")
    lines += [f"    {name}: {value}" for name, value in _settings(rule)]
    lines += ["", "| unit | result |", "| --- | --- |"]
    for unit, expected in rule.expected.items():
        shown = f"*{expected}*" if expected[-1].isalpha() else expected
        left = rule.left_out.get(unit)
        lines.append(f"| {unit} | {shown}{f', {left} left out' if left else ''} |")
    return "\n".join(lines) + "\n"


def _settings(rule: Any) -> list[tuple[str, str]]:
    found = [(f"{rule.form}.{name}", formula) for name, formula in rule.derived.items()]
    for constant in rule.constants:
        for v in constant.values:
            limits = [f"{d}: {word}" for d, word in v.by.items()]
            limits += [f"region: {v.region}"] if v.region else []
            limits += [f"from: {v.from_}"] if v.from_ else []
            limits += [f"to: {v.to}"] if v.to else []
            found.append((f"constant {constant.id}", ", ".join([_decimal(str(float(v.value))), *limits])))
    found += [("where", rule.where)] if rule.where else []
    found += [("exclude when", x) for x in rule.exclude]
    found += [("merge when", rule.merge)] if rule.merge else []
    found += [("missing", rule.missing)] if rule.missing != "refuse" else []
    return [*found, ("formula", rule.formula)]


def _decimal(text: str) -> str:
    return text.removesuffix(".0")
