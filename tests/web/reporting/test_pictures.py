"""What pictures say of their marks and years, from figures made for the purpose."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils.translation import override

from duxue.core.measure import title
from duxue.web.common.lang import say, words
from duxue.web.reporting import pictures
from duxue.web.reporting.figures import Value


def scored(code: str, claimed: str, verified: str) -> Any:
    unit = SimpleNamespace(code=code, name=say(f"{code}市", f"City {code}"))
    return SimpleNamespace(
        unit=unit, points=Decimal(verified), detail={"self": claimed, "verified": verified}
    )


def test_claims_above_what_was_verified_have_a_mark_and_words_of_their_own() -> None:
    scores = [scored("A", "90", "80"), scored("B", "80", "80"), scored("C", "70", "71")]
    for language, over, fine in (
        ("zh-hans", "自评高于核定", "自评不高于核定"),
        ("en", "claims more than verified", "does not claim more"),
    ):
        with override(language):
            data = pictures.gaps(scores, lambda code: f"/{code}").data
        told = [(row["label"], data["says"][row["state"]]) for row in data["rows"]]
        assert [word for _, word in told] == [over, fine, fine]


def test_distances_are_written_without_zeros_that_mean_nothing() -> None:
    scores = [
        scored("A", "90", "80"),
        scored("B", "80.125", "80"),
        scored("C", "80", "80"),
        scored("D", "9.5", "11"),
    ]
    table = pictures.gaps(scores, lambda code: f"/{code}").plain
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
