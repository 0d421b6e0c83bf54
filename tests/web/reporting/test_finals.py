"""The line that says how final points came about: what it shows adds up, for every method that packs may name."""

from __future__ import annotations

import csv
import io
import re
from fractions import Fraction
from itertools import product
from typing import Any, get_args

import pytest
from django.test import Client
from django.urls import reverse

from duxue.core.quantity import round_half_up
from duxue.packs.scoring import Credibility
from duxue.packs.scoring import Scoring as Rules
from duxue.scoring.rounds import score_round
from duxue.scoring.tables import tables
from duxue.web.common.lang import speaking
from duxue.web.common.scope import everything
from duxue.web.reporting.finals import Final, final_of
from duxue.web.reporting.models import Scoring
from duxue.web.reporting.services.scoring import scoring_make, table_of
from duxue.web.rounds.models import Answer, RoundUnit
from tests.unit.scoring.test_rounds import SCORING, inputs, review
from tests.unit.scoring.worlds import figures, pack
from tests.web.reporting.conftest import Office

METHODS = [
    f"{{method: {name}, tolerance: 0.2, {more}}}"
    for name, more in product(
        get_args(Credibility.model_fields["method"].annotation),
        ("cap: true", "cap: false", "floor: 0.95", "replace_verified: true"),
    )
]
PLAIN = re.compile(
    r"^Final ([\d.]+) = self-score ([\d.]+) × credibility ([\d.]+) \(method (M\d), a proposal; "
)
REPLACED = re.compile(
    r"^Final ([\d.]+) = verified points of the verified items ([\d.]+) \+ self-score of the others ([\d.]+) × credibility ([\d.]+) \("
)


def told(
    method: str, scoring: str = SCORING, **given: Any
) -> tuple[Rules, dict[str, list[dict[str, str]]], list[Final]]:
    """Score the three cities and return the rules, the tables and the line of each city."""
    made = pack(scoring.replace("METHOD", method))
    assert made.scoring is not None
    scored = score_round(made.scoring, inputs(**given), figures(made, {})).scored
    read = {
        n: list(csv.DictReader(io.StringIO(t)))
        for n, t in tables(scored, made.scoring, data="synthetic").items()
    }
    found = [final_of(row, read["credibility.csv"], made.scoring) for row in read["ranking.csv"]]
    return made.scoring, read, [f for f in found if f is not None]


def english(text: object) -> str:
    with speaking("en"):
        return str(text)


def line_of(row: dict[str, str], read: dict[str, list[dict[str, str]]], rules: Rules | None) -> str:
    found = final_of(row, read["credibility.csv"], rules)
    assert found is not None
    return english(found.line)


@pytest.mark.parametrize("method", METHODS)
def test_what_the_line_multiplies_is_the_final(method: str) -> None:
    every = [review(u, s) for u, s in (("A", "25.217"), ("B", 28), ("C", "29.993"))]
    _, read, lines = told(method, reviews=every)
    assert len(lines) == len(read["ranking.csv"]) == 3
    for row, final in zip(read["ranking.csv"], lines, strict=True):
        line, shown = english(final.line), round_half_up(Fraction(row["final"]), 2)
        if "replace" in method:
            found = REPLACED.match(line)
            assert found, line
            made = Fraction(found[2]) + Fraction(found[3]) * Fraction(found[4])
        else:
            found = PLAIN.match(line)
            assert found, line
            assert found[4] in method
            made = Fraction(found[2]) * Fraction(found[3])
        assert found[1] == f"{shown}" == f"{round_half_up(made, 2)}"


@pytest.mark.parametrize("method", METHODS)
def test_what_an_item_multiplies_is_its_final(method: str) -> None:
    _, read, lines = told(method, reviews=[review(u, "25.217") for u in "ABC"])
    by_unit = {row["unit"]: final for row, final in zip(read["ranking.csv"], lines, strict=True)}
    for row in read["items.csv"]:
        said = english(by_unit[row["unit"]].item(row["item"], row))
        if said == "as verified":
            assert "replace" in method
            assert row["final"] == row["verified"]
        else:
            own, share = said.removeprefix("= ").split(" × ")
            assert round_half_up(Fraction(own) * Fraction(share), 2) == round_half_up(
                Fraction(row["final"]), 2
            )


def test_blocks_of_their_own_credibility_are_named_with_it() -> None:
    _, read, lines = told("{method: M1, by_block: true}")
    at = {row["unit"]: n for n, row in enumerate(read["ranking.csv"])}
    line = english(lines[at["A"]].line)
    assert line.startswith(
        "Final 86.40 = over all items, self-score × the credibility of its block (Block A 0.9000, Block B 0.9000) (method M1"
    )  # the block without verified items takes the whole's
    both = SCORING.replace(
        "points: 50, rule: {type: judged}, verified: []",
        "points: 50, rule: {type: judged}, verified: [online]",
    )
    reviews = [review(u, s, item=i) for u in "ABC" for i, s in {"A1": 14, "B1": 40}.items()]
    _, read, lines = told("{method: M1, by_block: true}", both, reviews=reviews)
    row, final = read["ranking.csv"][0], lines[0]
    assert row["final"] == "63"  # (28 + 18) × 0.5 + 50 × 0.8
    assert "(Block A 0.5000, Block B 0.8000)" in english(final.line)
    assert final.item("A2", {"self": "18", "final": "9"}) == "= 18.00 × 0.5000"
    assert final.item("B1", {"self": "50", "final": "40"}) == "= 50.00 × 0.8000"


def test_an_item_given_in_full_leaves_no_false_equation() -> None:
    rules, read, _ = told("{method: M1}")
    given = rules.model_copy(deep=True)
    given.items[1].items[0].__dict__["not_applicable"] = "full"
    row = {**read["ranking.csv"][0], "final": "90"}
    line = line_of(row, read, given)
    assert "items that do not apply count their full points as they are" in line
    unknown = line_of(row, read, None)
    assert unknown.startswith("Final 90.00 = self-score × credibility ")


def test_where_the_credibility_comes_from_is_told_with_its_limits() -> None:
    _, read, lines = told("{method: M1}")
    how = {row["unit"]: english(final.how) for row, final in zip(read["ranking.csv"], lines, strict=True)}
    assert (
        how["A"]
        == "Credibility 0.9000 = verified points 25.20 / self-scores 28.00 (of the verified items: 1)"
    )
    assert how["C"].endswith("; within the limits of the rules it counts as 1.0000")
    assert "at most 20% of full points" in english(told("{method: M2, tolerance: 0.2}")[2][0].how)
    assert "1 − sum of differences" in english(told("{method: M3}")[2][0].how)


def test_a_unit_without_its_credibility_gets_no_line() -> None:
    rules, read, _ = told("{method: M1}")
    assert final_of(read["ranking.csv"][0], [], rules) is None


@pytest.mark.django_db
def test_the_pages_say_it_with_the_unit_s_own_numbers(office: Office) -> None:
    office.publish()
    row = next(r for r in ranking_of(office) if r["unit"] == "910300")
    with everything("test"):
        unit = RoundUnit.objects.get(round=office.round, code="910300")
    clients = {name: Client() for name in ("leader", "public")}
    clients["leader"].force_login(
        office.users["leader"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    pages = [
        ("leader", reverse("reporting:unit", args=["small-2023", "910300"])),
        ("leader", reverse("rounds:result", args=[unit.pk])),
        ("public", reverse("public:unit", args=["small-2023", "910300"])),
    ]
    final = f"{round_half_up(Fraction(row['final']), 2)}"
    for who, address in pages:
        page = clients[who].get(address, headers={"accept-language": "zh-hans"}).content.decode()
        said = page[page.index('id="final"') :].split("</details>")[0]
        assert f"最终得分 {final} = 已核查条目的核查得分 " in said, address
        assert "官方公式未公布" in said
        if who == "leader":
            door = f"{reverse('public:check', args=['small-2023'])}?unit=910300"
            assert f'href="{door}#score"' in page, address
            assert 'id="score"' in clients["public"].get(door).content.decode()
            assert '<small class="muted">按核查得分</small>' in page, address


def ranking_of(office: Office) -> list[dict[str, str]]:
    with everything("test"):
        return table_of(Scoring.objects.filter(round=office.round).latest("pk"), "ranking.csv")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["leader", "manager"])
def test_each_layer_of_a_profile_leads_to_what_gave_it(office: Office, who: str) -> None:
    office.seal()
    scoring_make(office.actor("organiser"), office.round, "final")
    client = Client()
    client.force_login(office.users[who], backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("reporting:unit", args=["small-2023", "910100"])).content.decode()
    with everything("test"):
        answer = Answer.objects.get(unit__code="910100", item__code="A2").pk
    row = page[page.index('id="item-A2"') :].split("</tr>")[0]
    doors = re.findall(r'<td class="number"[^>]*><a href="([^"]+)"', row)
    assert doors[:2] == [reverse("rounds:answer", args=[answer]), reverse("reviews:told", args=[answer])]
    assert "/visits/" in doors[2]
    figure = re.findall(r'<a href="([^"]+)"', page[page.index('id="item-A1"') :].split("</tr>")[0])
    assert reverse("reporting:explain", args=["small-2023", "910100", "RATE"]) in figure
    assert [client.get(door).status_code for door in {*doors, *figure}] == [200] * len({*doors, *figure})
