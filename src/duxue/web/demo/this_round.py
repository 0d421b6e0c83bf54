"""The round of now: made from the pack, its data evaluated, cities at every step of their self-evaluation."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from duxue.app.evaluating import data_of
from duxue.app.importing import Progress
from duxue.app.round_drawing import Drawn, draw_round
from duxue.app.round_sample import DATA, PACK, write_data
from duxue.app.stored import open_run
from duxue.cases.procedure import Window as Times
from duxue.core.text import Text
from duxue.scoring.figures import Figures
from duxue.web.common import audit
from duxue.web.common.clock import at
from duxue.web.common.lang import Words
from duxue.web.demo.files import write_files
from duxue.web.demo.people import CITY, EXTENDED, LATE, Cast
from duxue.web.evidence.models import File
from duxue.web.evidence.services.attaching import attach
from duxue.web.evidence.services.files import file_store
from duxue.web.evidence.targets import target_of
from duxue.web.rounds.models import Answer, Known, Round, RoundUnit
from duxue.web.rounds.services.answers import answer_save
from duxue.web.rounds.services.disputes import dispute_file
from duxue.web.rounds.services.knowing import evaluation_folder, round_know
from duxue.web.rounds.services.making import round_create
from duxue.web.rounds.services.moving import round_move
from duxue.web.rounds.services.practices import practice_save
from duxue.web.rounds.services.submitting import unit_submit
from duxue.web.rounds.services.windows import window_extend
from duxue.web.rounds.settings import Settings

YEAR, SEED = 2024, 2024
SLUG: Final = f"sample-{YEAR}"
OPENED, CLOSED = 40, 9  # days ago: self-evaluation opened and closed
_DRAFTING: Final = 0.6  # share of the items that units which have not submitted have filled in
_NARRATIVE: Final = "（合成）对照标准逐项自查，主要做法和数据见佐证材料。\n(synthetic) Checked against the standard; see the evidence."


@dataclass(frozen=True)
class Sample:
    """What the people of the round hand in, and which cities have done so."""

    drawn: Drawn
    submitted: list[str]
    extended: list[str]
    late: list[str]


def make_this_round(
    cast: Cast, before: Round, now: datetime, scale: float, tell: Progress
) -> tuple[Round, Sample]:
    """Make, open and fill the round that follows `before`, as it stands at `now`."""
    opened = now - timedelta(days=OPENED)
    tell(Text("生成本轮数据", "the round of now: data"))
    efforts = _write_data(scale)
    with at(opened - timedelta(days=6)):
        made = round_create(
            actor=cast.actor("organiser"), authority=cast.authority, pack=PACK, evaluated_year=YEAR, round_year=YEAR + 1,
            title_zh=f"{YEAR}年度对市级人民政府履行教育职责的评价（合成示例）",
            title_en=f"Evaluation of how city governments fulfilled their education duties in {YEAR} (synthetic sample)",
            slug=SLUG, opens=opened.date(), windows=_windows(now), settings=Settings(second_review_share=1.0, show_points=False), before=before,
            synthetic=True,
        )  # fmt: skip
        made.data_folder = f"data/{SLUG}"
        made.settings = {**made.settings, "survey": f"accepted/{SLUG}/survey.csv"}
        made.save(update_fields=["data_folder", "settings"])
        audit.record(
            cast.actor("organiser"), "duxue.round.attach_data", made, data={"folder": made.data_folder}
        )
        round_know(
            actor=cast.actor("organiser"), round=made, report=lambda _, __, words: tell(_evaluating(words))
        )
    made.refresh_from_db()
    with at(opened):
        round_move(actor=cast.actor("organiser"), round=made, transition="open")
    run = open_run(evaluation_folder(made))
    pack = run.pack().pack
    assert pack.scoring is not None  # PACK
    figures = Figures(pack, data_of(run.snapshot(), pack).tree(YEAR), run.results(), YEAR)
    sample = _share(cast, draw_round(pack.scoring, figures, efforts, SEED))
    _extend(cast, made, sample, now)
    for number, city in enumerate(cast.cities):
        name = cast.org[city].name
        tell(Text(f"自评：{name.zh}", f"self-evaluation: {name.en}"))
        _fill(cast, made, sample, city, opened + timedelta(days=3 + number % 9))
    return made, sample


def _evaluating(words: Words) -> Text:
    return Text(f"评估本轮数据：{words.zh}", f"evaluating the data: {words.en}")


def _write_data(scale: float) -> Any:
    home = Path(settings.HOME)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        efforts = write_data(folder, SEED, year=YEAR, scale=scale)
        for target, source in (
            (home / "data" / SLUG, folder / DATA),
            (home / "accepted" / SLUG / "survey.csv", folder / "survey.csv"),
        ):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(target, ignore_errors=True)
            shutil.move(source, target)
    return efforts


def _windows(now: datetime) -> dict[str, Times]:
    def window(opens: float, closes: float) -> Times:
        return Times(now + timedelta(days=opens), now + timedelta(days=closes), None)

    return {
        "self_evaluation": window(-OPENED, -CLOSED), "online_review": window(-CLOSED, 12), "field_verification": window(-2, 20),
        "feedback": window(20, 27), "objection": window(20, 50), "scoring": window(27, 80),
    }  # fmt: skip


def _share(cast: Cast, drawn: Drawn) -> Sample:
    """Say who has submitted: all but those with more time and those who are late."""
    others = [c for c in cast.cities if c not in {CITY, EXTENDED, LATE}]
    extended = [c for c in cast.cities if c == EXTENDED] + others[-1:]
    late = [c for c in cast.cities if c == LATE] + others[-2:-1]
    submitted = [c for c in cast.cities if c not in {*extended, *late}]
    return Sample(drawn, submitted, extended, late)


def _extend(cast: Cast, made: Round, sample: Sample, now: datetime) -> None:
    with at(now - timedelta(days=CLOSED + 1)):
        for unit in RoundUnit.objects.filter(round=made, code__in=sample.extended):
            window_extend(
                actor=cast.actor("organiser"), round=made, step="self_evaluation", closes=now + timedelta(days=2, hours=3),
                unit=unit, reason="（合成）台风影响，准予延期\n(synthetic) More time after a typhoon",
            )  # fmt: skip


def _fill(cast: Cast, made: Round, sample: Sample, city: str, began: datetime) -> None:
    manager = cast.manager(city)
    unit = RoundUnit.objects.select_related("round__authority", "organisation").get(round=made, code=city)
    answers = {
        a.item.code: a
        for a in Answer.objects.filter(unit=unit).select_related("item", "unit", "round__authority")
    }
    claims = [
        (str(item), Decimal(str(score))) for c, item, score, *_ in sample.drawn.self_scores if c == city
    ]
    ready = city in sample.submitted
    kept = claims if ready else claims[: int(len(claims) * _DRAFTING)]
    with at(began):
        files = _evidence(cast, city)
        if city == CITY:
            _dispute(cast, unit)
    for number, (code, score) in enumerate(kept):
        with at(began + timedelta(minutes=7 * number)):
            answer = answers[code]
            answer_save(
                actor=manager,
                answer=answer,
                version=0,
                self_score=score,
                narrative=_NARRATIVE,
                ready=ready or number % 4 != 0,
            )
            if files and answer.item.kind != "computed":
                attach(
                    actor=manager, target=target_of("answer", answer.pk), files=[files[number % len(files)]]
                )
    for code in [code for code in answers if code not in {c for c, _ in claims}] if ready else []:
        with at(
            began + timedelta(hours=8)
        ):  # an item that does not apply to the city is answered with nothing
            answer_save(
                actor=manager,
                answer=answers[code],
                version=0,
                self_score=Decimal(0),
                narrative="（合成）本市不涉及\n(synthetic) Does not apply to the city",
                ready=True,
            )
    if ready:
        with at(began + timedelta(days=6)):
            _practice(cast, unit)
            unit.refresh_from_db()
            unit_submit(actor=manager, unit=unit, key=f"demo-{city}")


def _evidence(cast: Cast, city: str) -> list[File]:
    """Keep the evidence of a city, given by its officer where it has one."""
    giver = cast.actor("officer") if city == CITY and "officer" in cast.user else cast.manager(city)
    with tempfile.TemporaryDirectory() as place:
        return [
            file_store(actor=giver, organisation=cast.org[city], path=path, name=path.name, title=title).file
            for path, title in write_files(Path(place), city, cast.org[city].name_zh)
        ]


def _dispute(cast: Cast, unit: RoundUnit) -> None:
    known = (
        Known.objects.filter(unit=unit, value__isnull=False, year=YEAR)
        .order_by("item__order", "indicator")
        .first()
    )
    if known is not None:
        dispute_file(
            actor=cast.actor("officer"),
            known=known,
            text="（合成）与本市决算不一致，请核对。\n(synthetic) It differs from the city's accounts; please check.",
        )


def _practice(cast: Cast, unit: RoundUnit) -> None:
    practice_save(
        actor=cast.manager(unit.code), unit=unit, title_zh="县管校聘让教师流动起来（合成）",
        title_en="Teachers employed by the county (synthetic)",
        text_zh="按县统筹岗位和编制，骨干教师定期到薄弱学校任教。（合成）",
        text_en="Posts are planned by county and backbone teachers teach in weak schools for a time (synthetic).",
    )  # fmt: skip
