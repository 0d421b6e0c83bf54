"""What pictures say of their marks and years, from figures made for the purpose."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import override

from duxue.core.measure import title
from duxue.packs.scoring import claims_too_much
from duxue.web.common.lang import say, words
from duxue.web.reporting import pictures
from duxue.web.reporting.figures import Value


def scored(code: str, claimed: str, verified: str) -> Any:
    unit = SimpleNamespace(code=code, name=say(f"{code}市", f"City {code}"))
    return SimpleNamespace(
        unit=unit, points=Decimal(verified), detail={"self": claimed, "verified": verified}
    )


def test_claims_above_what_was_verified_have_a_mark_and_words_of_their_own() -> None:
    scores = [scored("A", "90", "80"), scored("B", "80.03", "80"), scored("C", "70", "71")]
    for language, over, fine in (
        ("zh-hans", "自评明显高于核定", "自评没有明显高于核定"),
        ("en", "claims far more than verified", "does not claim far more"),
    ):
        with override(language):
            data = pictures.gaps(scores, lambda code: f"/{code}", Decimal(100)).data
        told = [(row["label"], data["says"][row["state"]]) for row in data["rows"]]
        assert [word for _, word in told] == [over, fine, fine]


@pytest.mark.parametrize(
    ("claimed", "full", "far"),
    [("85", 100, True), ("84.999999", 100, False), ("80.03", 100, False), ("80", 0, False), ("75", 100, False), ("86", 120, True)],
)  # fmt: skip
def test_a_claim_is_too_much_from_a_twentieth_of_full_points_on(claimed: str, full: int, far: bool) -> None:
    assert claims_too_much(Fraction(claimed), Fraction(80), Fraction(full)) is far


def test_nobody_is_named_for_a_difference_that_may_be_rounding() -> None:
    claims = {"A": "85", "B": "84.99", "C": "80.03", "D": "80"}

    def made(*codes: str, full: str = "100") -> pictures.Picture:
        return pictures.gaps(
            [scored(c, claims[c], "80") for c in codes], lambda code: f"/{code}", Decimal(full)
        )

    zh, en = (made(*claims).sentence.say(language) for language in ("zh-hans", "en"))
    assert "有 1 个" in zh
    assert [name in zh for name in ("A市", "B市", "C市")] == [True, False, False]
    assert "满分的 5%（5 分）" in zh
    assert "提议的方法" in zh
    assert "verified: 1, most in City A;" in en
    assert "5% of full points (5 points)" in en
    assert "a proposed method" in en
    none = made("B", "C", "D")
    assert none.sentence.say("en").startswith("No unit claims far more")
    assert "City" not in none.sentence.say("en")
    unknown = made(*claims, full="0")
    assert [row.get("state") for row in unknown.data["rows"]] == [None] * 4
    assert "City" not in unknown.sentence.say("en")
    assert "+0.00 to +5.00" in unknown.sentence.say("en")


def test_a_table_of_figures_has_their_unit_of_measure() -> None:
    values = [Value("A", say("甲市", "City A"), 2023, (), 61.54, ">= 50", "met", "%", 2)]
    figures: Any = SimpleNamespace(
        values=lambda _: values, by_title=lambda _: "", measure=lambda unit: words(title(unit))
    )
    indicator: Any = SimpleNamespace(id="SHARE", title=say("占比", "Share"), measure="%")
    made = pictures.distance(figures, indicator, 2023, lambda unit: f"/{unit}")
    assert made is not None
    assert [made.head[2].say(language) for language in ("zh-hans", "en")] == ["数值（%）", "value (%)"]
    assert made.plain[0][2] == "61.54"
    assert made.plain[0][3].say("en").endswith("50%")
    assert "50%" in made.sentence.say("zh-hans")


def test_distances_are_written_without_zeros_that_mean_nothing() -> None:
    scores = [
        scored("A", "90", "80"),
        scored("B", "80.125", "80"),
        scored("C", "80", "80"),
        scored("D", "9.5", "11"),
    ]
    table = pictures.gaps(scores, lambda code: f"/{code}", Decimal(100)).plain
    assert [row[-1] for row in table] == ["+10", "+0.125", "+0", "-1.5"]


def test_a_trend_begins_in_the_first_year_that_has_a_value() -> None:
    def value(unit: str, year: int, number: float | None) -> Value:
        return Value(unit, say(unit, unit), year, (), number, "", "", "%", 1)

    lines: dict[str, list[float | None]] = {"A": [None, 1.0, None, 3.0], "B": [None, None, 2.0, 1.0]}
    values = [value(u, 2020 + n, v) for u, line in lines.items() for n, v in enumerate(line)]
    figures: Any = SimpleNamespace(
        values=lambda _: values, by_title=lambda _: "", measure=lambda unit: words(title(unit))
    )
    indicator: Any = SimpleNamespace(id="GROWTH", title=say("增长", "Growth"), measure="pupil / 100 person")
    made = pictures.trend(figures, indicator, lambda unit, year: f"/{unit}/{year}")
    assert made is not None
    assert made.data["unit"] == "%"
    assert made.data["years"] == [2021, 2022, 2023]
    assert [s["values"] for s in made.data["series"]] == [[1.0, None, 3.0], [None, 2.0, 1.0]]
    assert "2021 至 2023 年" in made.sentence.say("zh-hans")
    assert [str(cell) for cell in made.head[1:]] == ["2021", "2022", "2023"]


def in_blocks(code: str, *points: str) -> Any:
    blocks = [
        {"code": b, "zh": f"板块{b}", "en": f"block {b}", "points": p}
        for b, p in zip("XYZ", points, strict=False)
    ]
    return SimpleNamespace(
        unit=SimpleNamespace(code=code, name=say(f"{code}市", f"City {code}")), detail={"blocks": blocks}
    )


def test_a_radar_shows_a_unit_against_the_median_of_its_peers() -> None:
    peers = [in_blocks("A", "9", "10", "3"), in_blocks("B", "4", "20", "5"), in_blocks("C", "5", "30", "4")]
    full = {
        "X": Decimal(10),
        "Y": Decimal(40),
    }  # what Z is worth is not told: the best of the peers stands for it
    made = pictures.radar(peers[0], peers, full, lambda block: f"#{block}")
    assert made is not None
    assert made.kind == "radar"
    assert [(axis["max"], axis["href"]) for axis in made.data["axes"]] == [
        (10, "#X"),
        (40, "#Y"),
        (5, "#Z"),
    ]
    assert [(s["values"], s["emphasis"]) for s in made.data["series"]] == [
        ([9, 10, 3], True),
        ([5, 20, 4], False),
    ]
    assert [[cell["text"] if isinstance(cell, dict) else str(cell) for cell in row] for row in made.rows] == [
        ["板块X", "9.00", "5.00", "10"],
        ["板块Y", "10.00", "20.00", "40"],
        ["板块Z", "3.00", "4.00", "5"],
    ]
    assert [row[1]["url"] for row in made.rows] == ["#X", "#Y", "#Z"]
    assert made.sentence.say("en") == "City A lies above the median of its peers on 1 of 3 blocks."


def test_two_blocks_make_no_radar() -> None:
    assert pictures.radar(in_blocks("A", "9", "10"), [in_blocks("A", "9", "10")], {}, str) is None
