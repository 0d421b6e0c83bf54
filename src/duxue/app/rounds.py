"""A round of evaluation as a folder: rules, data and what was handed in, scored whole, frozen and open to recomputation."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from duxue.app.deciding import Decider
from duxue.app.evaluating import Evaluation
from duxue.app.folders import fresh_folder, keep_apart
from duxue.app.frozen import FROZEN, hold_frozen, input_files
from duxue.app.importing import Progress
from duxue.app.problems import make
from duxue.app.reporting import Format
from duxue.app.runs import evaluate_folder
from duxue.app.software import software
from duxue.core import digest
from duxue.core.errors import Place, Refused
from duxue.core.quantity import exact, to_decimal
from duxue.core.text import LANGS, Lang, Text, same
from duxue.packs.lint import check
from duxue.packs.loader import LoadedPack, load
from duxue.packs.scoring import Scoring
from duxue.reports.duty_words import SENTENCES, places
from duxue.results.model import Result, Value
from duxue.scoring import sensitivity, tree
from duxue.scoring.figures import Figures
from duxue.scoring.inputs import read_inputs
from duxue.scoring.ledger import Entry, entries_of
from duxue.scoring.model import Scored
from duxue.scoring.problem_list import Common, common
from duxue.scoring.problems import tell
from duxue.scoring.round_file import RoundFile, read_round
from duxue.scoring.round_text import EditedText, Practices, hold_units, read_edited, read_practices
from duxue.scoring.rounds import Outcome, RoundInputs, score_round
from duxue.scoring.tables import tables

ROUND, INPUTS, EVALUATION, REPORT = "round.json", "inputs", "evaluation", "report"
ROUND_FILE = "round.yaml"  # its name among the inputs that are kept
FORMAT = 1
LOOK_BACK = 3  # years before the evaluated one that rules of scoring may look at
_PLAIN = 6  # a double whose clean form has no more places may be an exact number that lost its last bit


@dataclass(frozen=True)
class Opened:
    """A round that was read: where it lies, what it says, its rules and what was handed in."""

    folder: Path
    file: Path
    about: RoundFile
    loaded: LoadedPack
    inputs: RoundInputs
    edited: EditedText  # the report's sentences in the office's words
    practices: Practices

    @property
    def scoring(self) -> Scoring:
        """The scoring rules."""
        assert self.loaded.pack.scoring is not None  # open_round
        return self.loaded.pack.scoring


@dataclass(frozen=True)
class Computed:
    """A round that was scored, before it is written."""

    evaluation: Evaluation
    figures: Figures
    scored: Scored
    problems: Sequence[Common]  # over all units, as published
    ledger: Sequence[Entry]
    tables: Mapping[str, str]  # file name -> csv text


@dataclass(frozen=True)
class Done:
    """A round that was scored and written."""

    folder: Path
    opened: Opened
    computed: Computed
    id: str
    reports: tuple[Path, ...] = ()


def open_round(file: Path, rules: LoadedPack | None = None) -> Opened:
    """Return the round that a YAML file describes; Refused tells all that is wrong with it and its tables.

    `rules`: the pack as it was kept with a round; else the one that the file names is loaded.
    """
    if not file.is_file():
        raise Refused([tell("SCO030", Place(file=str(file)), file.name)])
    about = read_round(file)
    loaded = rules or _rules_of(file, about)
    if loaded.pack.scoring is None:
        raise Refused(
            [make("APP014", place=Place(file=file.name, field="pack"), found=about.pack,
                  expected=same("scoring:"),
                  advice=Text("请选用写有 scoring 的规则包。", "Choose a pack that has scoring."))]
        )  # fmt: skip
    folder, files = file.parent, about.files
    inputs = read_inputs(folder, about, day_of(about))
    sentences = {name: places(name) for name in SENTENCES}
    edited = read_edited(folder / files.text, sentences) if files.text else EditedText.model_validate({})
    practices = read_practices(folder / files.practices) if files.practices else Practices.model_validate({})
    return Opened(folder, file, about, loaded, inputs, edited, practices)


def _rules_of(file: Path, about: RoundFile) -> LoadedPack:
    kept = file.parent / about.pack
    loaded = load(kept if kept.exists() else about.pack)
    check(loaded)
    return loaded


def day_of(about: RoundFile) -> date:
    """Return the day on which a round counts what is overdue: its date, else the last day of the round's year."""
    return date.fromisoformat(about.dated) if about.dated else date(about.round_year, 12, 31)


def check_round(file: Path, *, engine: str = "duckdb", progress: Progress = lambda _: None) -> Computed:
    """Score the round of `file` and write nothing; Refused tells everything that is wrong."""
    opened = open_round(file)
    hold_frozen(opened)
    with tempfile.TemporaryDirectory(prefix="duxue-") as temporary:
        return compute(opened, _evaluate(opened, Path(temporary) / EVALUATION, engine, progress))


def score(
    file: Path,
    out: Path,
    *,
    formats: Sequence[Format] = (),
    langs: Sequence[Lang] = LANGS,
    engine: str = "duckdb",
    progress: Progress = lambda _: None,
) -> Done:
    """Score the round of `file` and write everything to `out`, whole or not at all.

    Raises:
        Refused: the round, its tables, its data, a frozen round that was changed (APP015), a taken place (APP003).
    """
    opened = open_round(file)
    hold_frozen(opened)
    keep_apart(out, opened.folder / opened.about.data)
    with fresh_folder(out, mark=ROUND, ours=OURS) as folder:
        _keep_inputs(opened, folder / INPUTS)
        evaluation = _evaluate(opened, folder / EVALUATION, engine, progress)
        progress(Text("计分", "scoring"))
        computed = compute(opened, evaluation)
        for name, text in computed.tables.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        reports: list[Path] = []
        if formats:
            from duxue.app.round_report import write_reports

            facts = made_of(opened, evaluation, folder, computed.tables)
            reports = write_reports(
                opened, computed, facts, folder / REPORT, formats=formats, langs=langs, progress=progress
            )
        described = describe(opened, evaluation, folder, computed.tables)
        (folder / ROUND).write_text(
            json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    placed = tuple(out / path.relative_to(folder) for path in reports)
    return Done(out, opened, computed, str(described["id"]), placed)


def _evaluate(opened: Opened, folder: Path, engine: str, progress: Progress) -> Evaluation:
    return evaluate_folder(
        opened.loaded, opened.folder / opened.about.data, folder,
        years=lambda held: years_of(opened.about, held), engine=engine, synthetic=opened.about.synthetic,
        keep_rules=True,
        progress=progress,
    ).evaluation  # fmt: skip


def compute(opened: Opened, evaluation: Evaluation) -> Computed:
    """Return the round scored, with the rank intervals of the sensitivity draws, its ledger and its tables."""
    about = opened.about
    figures = Figures(
        opened.loaded.pack, evaluation.tree(about.evaluated_year), evaluation.run.results, about.evaluated_year,
        Sharp(evaluation, opened.scoring.level), about.excused or (),
    )  # fmt: skip
    hold_units(opened.practices, figures.peers(), str(about.files.practices))
    outcome = score_round(opened.scoring, opened.inputs, figures)
    scored = _with_intervals(opened, outcome) if about.draws else outcome.scored
    ledger = entries_of(scored, opened.scoring, opened.inputs.old, about.clocks, day_of(about))
    shared = common(tree.leaves(opened.scoring), scored.problems, figures)
    data = "synthetic" if about.synthetic else "reported"
    texts = tables(scored, opened.scoring, shared, ledger, data=data)
    return Computed(evaluation, figures, scored, shared, ledger, texts)


class Sharp:
    """Gives exact values of results: a double that may be a plain number which lost its last bit is computed again."""

    def __init__(self, evaluation: Evaluation, level: str) -> None:
        self._level = level
        self._levels = list(evaluation.plan.levels)
        self._decide = Decider(evaluation.pack, evaluation.plan, evaluation.data)

    def __call__(self, result: Result) -> Fraction:
        value = result.value
        assert value is not None
        if isinstance(value, Fraction):
            return value
        clean = to_decimal(value)
        near_zero = value != 0 and abs(value) < 10**-_PLAIN
        plain = -int(clean.normalize().as_tuple().exponent) <= _PLAIN
        above = self._levels.index(result.level) > self._levels.index(self._level)
        if above or not (near_zero or (plain and Fraction(clean) != exact(value))):
            return Fraction(clean) if above else exact(value)
        return self._decide(
            Value(result.indicator, result.unit, result.level, result.year, result.by, value, "", "", result.numerator,
                  result.denominator, result.rows, result.left_out)
        )  # fmt: skip


def _with_intervals(opened: Opened, outcome: Outcome) -> Scored:
    scored = outcome.scored
    numbers = {block.id: number for number, block in enumerate(opened.scoring.items)}
    block_of = {leaf.item.id: numbers[leaf.block.id] for leaf in tree.leaves(opened.scoring)}
    sheets = []
    for unit in scored.units:
        mine = [i for i in scored.items if i.unit == unit.unit]
        ends = [outcome.spreads.get((i.unit, i.item)) for i in mine]
        # A verified score that could have been lower or higher moves the final score by as much.
        low = [float(i.final) + float(e[0] - (i.verified or 0)) if e else float(i.final) for i, e in zip(mine, ends, strict=True)]  # fmt: skip
        high = [float(i.final) + float(e[1] - (i.verified or 0)) if e else float(i.final) for i, e in zip(mine, ends, strict=True)]  # fmt: skip
        sheets.append(sensitivity.Sheet(unit.unit, [block_of[i.item] for i in mine], low, high))
    intervals = {
        r.unit: r
        for r in sensitivity.draw_ranks(
            sheets, len(numbers), draws=opened.about.draws, seed=opened.about.seed
        )
    }
    units = [
        replace(u, rank_low=intervals[u.unit].best, rank_high=intervals[u.unit].worst) for u in scored.units
    ]
    return replace(scored, units=units)


def years_of(about: RoundFile, held: Sequence[int]) -> list[int]:
    """Return the years that are computed: the evaluated one, and of those that rules look back to what the data hold."""
    year = about.evaluated_year
    return [*(y for y in range(year - LOOK_BACK, year) if y in held), year]


def _keep_inputs(opened: Opened, folder: Path) -> None:
    folder.mkdir()
    shutil.copyfile(opened.file, folder / ROUND_FILE)
    held = [FROZEN] if (opened.folder / FROZEN).is_file() else []
    for name in [*input_files(opened.about), *held]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(opened.folder / name, target)


def made_of(
    opened: Opened, evaluation: Evaluation, folder: Path, texts: Mapping[str, str]
) -> dict[str, object]:
    """Return everything that the scores were made from, and the scores, by digest; the round's id is the digest of it."""
    return {
        "round": opened.about.id,
        "pack": f"{opened.loaded.pack.id}@{opened.loaded.pack.version}",
        "pack_digest": opened.loaded.digest,
        "evaluation": evaluation.run.id,
        "inputs": {p.relative_to(folder / INPUTS).as_posix(): digest.of_file(p) for p in sorted((folder / INPUTS).rglob("*")) if p.is_file()},
        "tables": {name: digest.of_bytes(text.encode()) for name, text in texts.items()},
        "software": software(),
    }  # fmt: skip


def describe(
    opened: Opened,
    evaluation: Evaluation,
    folder: Path,
    texts: Mapping[str, str],
    edition: str = "internal",
    *,
    scored_as: str = "",
) -> dict[str, object]:
    """Return what round.json claims of the round whose tables and report lie in `folder`.

    `scored_as`: for what is published, the id of the scored round, which stands on the report.
    """
    whole = made_of(opened, evaluation, folder, texts)
    about: dict[str, object] = {
        "format": FORMAT,
        "id": digest.of_json(whole),
        "edition": edition,
        **({"scored_as": scored_as} if scored_as else {}),
        **whole,
        "synthetic": opened.about.synthetic,
        # Reports may differ between machines: their digests are no part of the result's identity.
        "files": {name: digest.of_file(folder / name) for name in list_files(folder)},
    }
    return {**about, "seal": digest.of_json(about)}


def list_files(folder: Path) -> list[str]:
    """Return the files of a scored round, round.json apart, relative to its folder, in order."""
    found = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(name for name in found if name != ROUND)


OURS = frozenset(
    {ROUND, INPUTS, EVALUATION, REPORT, "ranking.csv", "blocks.csv", "items.csv", "credibility.csv", "gaps.csv", "vetoes.csv",
     "commendations.csv", "falls.csv", "survey.csv", "grades.csv", "problems.csv", "problems-internal.csv", "ledger.csv"}
)  # fmt: skip
