"""A whole synthetic round: the sample province with the evaluation's tables, and what its people hand in."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import yaml

from duxue.app.folders import fresh_folder
from duxue.app.importing import Progress
from duxue.app.round_drawing import draw_round
from duxue.app.runs import evaluate_folder
from duxue.core.quantity import show
from duxue.core.text import Text
from duxue.microdata.synthetic import synthesize
from duxue.microdata.synthetic.calibration import CITIES
from duxue.microdata.synthetic.duty import write_duty, write_form
from duxue.microdata.synthetic.duty_answers import HEADER, draw_answers
from duxue.microdata.synthetic.duty_columns import YEARS
from duxue.microdata.synthetic.moved import move_years
from duxue.packs.loader import LoadedPack, load
from duxue.packs.schema import Pack
from duxue.packs.scoring import Figure
from duxue.scoring import money
from duxue.scoring.figures import Figures
from duxue.scoring.inputs import EVIDENCE, EXPLANATIONS, LAST_ROUND, REVIEWERS, REVIEWS, SELF, VETOES
from duxue.scoring.model import Fall
from duxue.scoring.satisfaction import Sheet, count, form_rows, quotas, sample_size
from duxue.scoring.table import Column

PACK: Final = "cn-duty-province-demo@1.0.0"
ROUND, KEY, DATA = "round.yaml", "over_claims.json", "data"
_TABLES: Final[Mapping[str, Sequence[Column]]] = {
    "self.csv": SELF, "reviews.csv": REVIEWS, "reviewers.csv": REVIEWERS, "evidence.csv": EVIDENCE, "vetoes.csv": VETOES,
    "last_round.csv": LAST_ROUND, "explanations.csv": EXPLANATIONS,
}  # fmt: skip
OURS = frozenset({ROUND, KEY, DATA, "survey.csv", "practices.yaml", "frozen.json", *_TABLES})
_YEAR: Final = YEARS[-1]
_UNSUPPORTED: Final = "87654"  # a number in a practice of one city that no data bear out


def write_round(
    out: Path, seed: int = 2023, *, scale: float = 1.0, progress: Progress = lambda _: None
) -> None:
    """Write a synthetic round to the folder `out`, whole or not at all; the same seed gives the same bytes.

    The folder holds round.yaml, its tables, `data`, and over_claims.json, the answer key: which cities claim too much, for
    which items, by how much. `scale` multiplies the numbers of schools and pupils.
    """
    loaded = load(PACK)
    with fresh_folder(out, mark=ROUND, ours=OURS) as folder:
        progress(Text("写出样本省", "writing the sample province"))
        efforts = write_data(folder, seed, scale=scale)
        figures = _figures(loaded, folder / DATA, progress)
        progress(Text("写出自评和评审", "writing self scores and reviews"))
        _write_people(folder, loaded, figures, efforts, seed)
        (folder / ROUND).write_text(_ROUND.format(pack=PACK, year=_YEAR, next=_YEAR + 1), encoding="utf-8")


def write_data(folder: Path, seed: int, *, year: int = _YEAR, scale: float = 1.0) -> Mapping[str, float]:
    """Write only what a round of `year` starts from, `data` and survey.csv, into `folder`; return each city's effort, 0 to 1."""
    synthesize(folder / DATA, seed=seed, scale=scale)
    efforts = write_duty(folder / DATA, seed).efforts
    _write_survey(folder, load(PACK).pack, efforts, seed)
    if year != _YEAR:
        move_years(folder / DATA, year - _YEAR, seed)
    return efforts


def _write_survey(folder: Path, pack: Pack, efforts: Mapping[str, float], seed: int) -> None:
    asked = {city: quotas(sample_size(round(CITIES[city][0] * 10_000))) for city in sorted(efforts)}
    rows = draw_answers(asked, efforts, seed)
    _write(folder / "survey.csv", HEADER, rows)
    sheets: dict[str, Sheet] = {}
    for unit, group, number, question, answer, seconds, device in rows:
        sheet = sheets.setdefault(number, Sheet(unit, group, number, {}, seconds, device))
        sheets[number] = Sheet(unit, group, number, {**sheet.answers, question: answer}, seconds, device)
    titles = {v.id: v.title.zh for d in pack.dimensions for v in d.values}
    counted = form_rows(count(list(sheets.values()), "overall"), _YEAR)
    write_form(folder / DATA, "duty_survey", ((y, u, titles[g], titles[a], n) for y, u, g, a, n in counted))


def _figures(loaded: LoadedPack, data: Path, progress: Progress) -> Figures:
    with tempfile.TemporaryDirectory() as place:
        finished = evaluate_folder(
            loaded, data, Path(place) / "evaluation", years=YEARS, synthetic=True, progress=progress
        )
        found = finished.evaluation
        return Figures(loaded.pack, found.tree(_YEAR), found.run.results, _YEAR)


def _write_people(
    folder: Path, loaded: LoadedPack, figures: Figures, efforts: Mapping[str, float], seed: int
) -> None:
    scoring = loaded.pack.scoring
    assert scoring is not None  # the shipped pack has it
    drawn = draw_round(scoring, figures, efforts, seed)
    fallen = money.falls(scoring, [], figures)
    tables: dict[str, Iterable[Sequence[object]]] = {
        "self.csv": drawn.self_scores, "reviews.csv": drawn.reviews, "reviewers.csv": drawn.reviewers,
        "evidence.csv": drawn.evidence, "vetoes.csv": drawn.vetoes, "last_round.csv": drawn.last_round,
        "explanations.csv": [_explain(fall, figures) for fall in fallen],
    }  # fmt: skip
    for name, rows in tables.items():
        _write(folder / name, _head(name), rows)
    over = sorted(drawn.over_claims)
    practices = {city: _practices(city, figures, city == over[0]) for city in figures.peers()}
    (folder / "practices.yaml").write_text(
        "# 合成案例，非真实做法 / synthetic, no real practice\n" + yaml.safe_dump({"practices": practices}, allow_unicode=True, sort_keys=False, width=200),
        encoding="utf-8",
    )  # fmt: skip
    key = {"synthetic": True, "cities": drawn.over_claims, "unsupported_numbers": {over[0]: [_UNSUPPORTED]}}
    (folder / KEY).write_text(json.dumps(key, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _head(name: str) -> list[str]:
    return [column.name for column in _TABLES[name]] + (["text"] if name == "last_round.csv" else [])


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def _explain(fall: Fall, figures: Figures) -> tuple[object, ...]:
    """Return a row of explanation: the cause and the amount in 万元 that the figure fell by."""
    by = dict(fall.by)
    if by:
        base, now, pupils = (
            figures.find(fall.unit, Figure(of=name, by=by)) or Fraction(0)
            for name in ("pupil_spending_base", "pupil_spending", "mean_pupils")
        )
        gap = (base - now) * pupils / 10_000
        cause = "年底收回部分预算指标，次年重新下达（合成） / budget taken back in December, given again next year (synthetic)"
    else:
        base, now = (
            figures.find(fall.unit, Figure(of=name)) or Fraction(0)
            for name in ("education_base", "education_total")
        )
        gap = base - now
        cause = (
            "上年校舍建设项目竣工，一次性基本建设支出减少（合成） / last year's building ended (synthetic)"
        )
    return fall.unit, fall.indicator, ";".join(f"{d}={v}" for d, v in by.items()), cause, show(gap, 2)


def _practices(city: str, figures: Figures, boast: bool) -> list[dict[str, object]]:
    name, figure = figures.name(city), Figure(of="fit_share")
    value = show(figures.find(city, figure) or Fraction(0), 2)
    boasted = (f"，惠及{_UNSUPPORTED}名学生", f" and reached {_UNSUPPORTED} pupils") if boast else ("", "")
    return [
        {
            "title": {"zh": "县管校聘让教师流动起来（合成）", "en": "Teachers employed by the county, moving between schools (synthetic)"},
            "text": {
                "zh": f"{name.zh}按县统筹岗位和编制，骨干教师定期到薄弱学校任教{boasted[0]}。",
                "en": f"{name.say('en')} plans posts by county, and backbone teachers teach in weak schools for a time{boasted[1]}.",
            },
        },
        {
            "title": {"zh": "每天运动时间进课表（合成）", "en": "Daily exercise in the timetable (synthetic)"},
            "text": {
                "zh": f"{name.zh}把体育锻炼列入课表并按月抽查，学生体质健康优良率为{value}%。",
                "en": f"{name.say('en')} put exercise into the timetable and samples it each month; {value}% of pupils are of good or excellent physique.",
            },
            "data": ["fit_share"],
        },
        {
            "title": {"zh": "经费拨付一张表看到底（合成）", "en": "One table for every payment (synthetic)"},
            "text": {
                "zh": f"{name.zh}用一张表公开公用经费的标准、学生数和到账日期，学校可随时核对。",
                "en": f"{name.say('en')} publishes standard, pupils and day of payment in one table that schools can check.",
            },
        },
    ]  # fmt: skip


_ROUND: Final = """# 合成数据，非真实评价 / SYNTHETIC, NO REAL EVALUATION
id: sample-{year}
title:
  zh: {year}年度对市级人民政府履行教育职责评价报告（合成示例）
  en: Evaluation of how city governments fulfilled their education duties in {year} (synthetic sample)
evaluated_year: {year}
round_year: {next}
dated: '{next}-04-24'
pack: {pack}
data: data
synthetic: true
publish_grades: true
seed: 20240424
draws: 10000
files:
  self: self.csv
  reviews: reviews.csv
  reviewers: reviewers.csv
  evidence: evidence.csv
  vetoes: vetoes.csv
  last_round: last_round.csv
  survey: survey.csv
  explanations: explanations.csv
  practices: practices.yaml
"""
