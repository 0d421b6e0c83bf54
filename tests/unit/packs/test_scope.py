"""The names that the formulas of a pack may use."""

from __future__ import annotations

from duxue.core.measure import Measures
from duxue.packs.loader import load, load_text
from duxue.packs.scope import before_derived, pack_scope

PACK = """\
id: p
version: 1.0.0
title: {zh: 甲, en: P}
source: {status: proposal}
units_of_measure:
  - {id: crown}
  - {id: kilocrown, of: crown, scale: 1000}
dimensions: [{id: sex, title: {zh: 性别, en: Sex}, values: [{id: girl, title: {zh: 女, en: Girl}}]}]
forms:
  - id: f
    title: {zh: 表, en: F}
    key: [code, year]
    period: year
    unit_field: code
    fields:
      - {id: year, type: year, title: {zh: 年, en: Year}}
      - {id: code, type: code, title: {zh: 代码, en: Code}}
      - {id: sex, type: category, title: {zh: 性别, en: Sex}, dimension: sex}
      - {id: money, type: number, title: {zh: 钱, en: Money}, unit: kilocrown}
      - {id: open, type: boolean, title: {zh: 开放, en: Open}}
    derived:
      - {id: rich, title: {zh: 富, en: Rich}, formula: money > limit}
      - {id: cost, title: {zh: 费, en: Cost}, formula: "to(if(rich, money, 0), crown)", unit: crown}
constants:
  - {id: limit, title: {zh: 限, en: Limit}, unit: kilocrown, values: [{sex: girl, value: 5}]}
"""


def test_columns_have_kind_unit_and_categories() -> None:
    """Numbers carry their unit, categories their values, a year is a plain number."""
    fields = pack_scope(load_text(PACK).pack).forms["f"].fields
    assert {name: field.kind for name, field in fields.items()} == {
        "year": "number", "code": "text", "sex": "text", "money": "number", "open": "boolean", "rich": "boolean",
        "cost": "number",
    }  # fmt: skip
    assert fields["sex"].categories == ("girl",)
    assert fields["year"].measure.is_plain
    assert str(fields["cost"].measure) == "crown"
    assert fields["money"].measure.factor_to(fields["cost"].measure) == 1000


def test_key_in_scope_is_without_the_period() -> None:
    """The period is no part of what identifies a row within it."""
    form = pack_scope(load_text(PACK).pack).forms["f"]
    assert (form.key, form.period) == (("code",), "year")


def test_constant_knows_its_dimensions() -> None:
    """A constant by sex can only be used where the sex is known."""
    assert pack_scope(load_text(PACK).pack).constants["limit"].by == ("sex",)


def test_computed_column_sees_only_earlier_ones() -> None:
    """`cost` may use `rich`; `rich` may use neither."""
    pack = load_text(PACK).pack
    scope = pack_scope(pack)
    assert "rich" in before_derived(scope, pack.forms[0], 1).forms["f"].fields
    assert not {"rich", "cost"} & set(before_derived(scope, pack.forms[0], 0).forms["f"].fields)


def test_shipped_pack_gives_all_names() -> None:
    """Indicators stand in the order of the pack, with their units; verdicts and populations are known."""
    pack = load("cn-compulsory-balance").pack
    scope = pack_scope(pack)
    assert scope.indicator_order[:2] == ("L1", "L2")
    assert scope.indicators["L1"] == Measures.built_in().parse("teacher / 100 pupil")
    assert "county_resources" in scope.verdicts
    assert scope.form_of("resource_schools") == "school_stage"
