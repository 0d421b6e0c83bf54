"""`duxue round`: a yearly evaluation checked, frozen, scored, shown, computed again and published."""

from __future__ import annotations

from pathlib import Path

import click

from duxue.app.frozen import freeze
from duxue.app.reporting import Format
from duxue.app.round_checks import StoredRound, open_stored, verify_round
from duxue.app.round_public import publish
from duxue.app.round_sample import write_round
from duxue.app.rounds import Done, check_round, open_round, score
from duxue.app.verifying import Verified
from duxue.cli import show
from duxue.cli.commands import Group, argument, command, json_option, option
from duxue.cli.evaluate import ENGINE, FORMATS_OPTION, LANG, PATH, languages
from duxue.cli.session import pick, say, session
from duxue.core.text import Text
from duxue.scoring import credibility
from duxue.scoring.tables import GRADES

_GAPS = 10  # over-claimed items that are printed
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


def add_to(group: click.Group) -> None:
    """Add the group of this module."""
    group.add_command(round_)


round_ = Group(
    "round",
    text=Text("年度评价：自评、评审、核查、计分、等次、报告、问题台账。",
              "Yearly evaluations: self scores, reviews, field checks, points, grades, report, problem ledger."),
    detail=Text(
        "round.yaml 写明规则包、数据和各表。先用 check 查错，用 freeze 冻结，再用 score 计分；任何人用 verify 由文件复算。",
        "round.yaml names pack, data and tables. Look for mistakes with check, freeze, then score; anyone computes the tables "
        "again with verify.",
    ),
)  # fmt: skip

ROUND = option(
    "--round",
    "file",
    required=True,
    type=PATH,
    metavar="FILE",
    zh="本轮的 round.yaml。",
    en="The round.yaml of the round.",
)


OUT = argument(
    "out",
    metavar="OUT",
    type=_FOLDER,
    zh="计分写成或公开的文件夹。",
    en="Folder that was scored or published.",
)


@command(
    round_,
    "check",
    Text(
        "查出本轮的全部问题，什么也不写。", "Tell everything that is wrong with a round; nothing is written."
    ),
    Text(
        "试算一遍；有问题时退出码为 1。", "The round is scored for trial. Exit code 1 when anything is wrong."
    ),
)
@ROUND
@ENGINE
@json_option
def _check(file: Path, engine: str) -> None:
    with show.steps() as progress:
        done = check_round(file, engine=engine, progress=progress)
    units, items = len(done.scored.units), len(done.scored.items)
    if session().json:
        show.document({"ok": True, "units": units, "items": items})
        return
    show.line(
        pick(f"✓ 没有问题：{units} 个单位，{items} 项得分。", f"✓ Nothing is wrong: {units} units, {items} scores."),
        fg="green",
    )  # fmt: skip


@command(
    round_,
    "freeze",
    Text(
        "冻结本轮：记下规则包、数据和各表的摘要。",
        "Freeze a round: note the digests of pack, data and tables.",
    ),
    Text(
        "在 round.yaml 旁写 frozen.json。此后有文件改动，score 拒绝计分并指出哪个文件。",
        "Writes frozen.json beside round.yaml. When a file is changed after that, score refuses and names it.",
    ),
)
@ROUND
@json_option
def _freeze(file: Path) -> None:
    path = freeze(open_round(file))
    if session().json:
        show.document({"ok": True, "file": str(path)})
    else:
        show.line(pick(f"✓ 已冻结：{path}", f"✓ Frozen: {path}"), fg="green")


@command(
    round_,
    "score",
    Text("计分：得分、可信度、排名、等次、问题清单、台账和报告。",
         "Score a round: points, credibility, ranks, grades, problem list, ledger and report."),
    Text("有一处问题就什么也不写，退出码为 1。", "One problem refuses everything, with exit code 1."),
)  # fmt: skip
@ROUND
@option("--out", required=True, type=PATH, metavar="FOLDER", zh="写结果的文件夹。", en="Folder to write to.")
@ENGINE
@LANG
@FORMATS_OPTION
@option("--no-report", is_flag=True, zh="只写各表，不写报告。", en="Write the tables only, no report.")
@json_option
def _score(
    file: Path, out: Path, engine: str, report_lang: str, formats: tuple[Format, ...], no_report: bool
) -> None:
    with show.steps() as progress:
        done = score(
            file,
            out,
            formats=() if no_report else formats,
            langs=languages(report_lang),
            engine=engine,
            progress=progress,
        )
    if session().json:
        show.document({"ok": True, "id": done.id, "out": str(out), "reports": [str(p) for p in done.reports]})
        return
    print_scored(done)


def print_scored(done: Done) -> None:
    """Print the ranking, the widest gaps and where the reports lie."""
    stored = open_stored(done.folder)
    print_tables(stored)
    for path in done.reports:
        show.line(f"  {path}")


def print_tables(stored: StoredRound) -> None:
    """Print the ranking of a scored round and, where they are there, the widest gaps between claims and checks."""
    ranking = stored.table("ranking.csv")
    grades = {row["unit"]: row for row in stored.table(GRADES)} if GRADES in stored.about["tables"] else {}
    graded = any(row["grade"] for row in grades.values())
    head = pick("名次|单位|自评|核定|可信度|最终得分|名次区间", "rank|unit|self|verified|credibility|final|rank interval").split("|")  # fmt: skip
    head += pick("得分等次|最终等次", "score grade|grade").split("|") if graded else []
    rows = []
    for row in ranking:
        name = pick(row["unit_name"], row["unit_name_en"] or row["unit_name"])
        interval = f"{row['rank_low']}–{row['rank_high']}" if row["rank_low"] else ""
        cells = [
            row["rank"],
            name,
            *(_two(row[k]) for k in ("self", "verified", "credibility", "final")),
            interval,
        ]
        grade = grades[row["unit"]] if graded else {}
        suffix = pick("_title", "_title_en")
        rows.append([*cells, *(grade[k + suffix] for k in ("score_grade", "grade"))] if graded else cells)
    show.table(head, rows, right=(0, 2, 3, 4, 5))
    show.line(say(credibility.LABEL), fg="yellow")
    if "gaps.csv" in stored.about["tables"]:
        names = {
            row["unit"]: pick(row["unit_name"], row["unit_name_en"] or row["unit_name"]) for row in ranking
        }
        wide = [row for row in stored.table("gaps.csv") if float(row["gap"]) > 0][:_GAPS]
        show.line()
        show.line(pick("自评高出核定最多的项：", "Items claimed furthest above what was verified:"))
        for row in wide:
            show.line(
                f"  {names[row['unit']]} {row['item']}  {row['self']} → {row['verified']}  (+{row['gap']})"
            )
    show.line()


def _two(number: str) -> str:
    return f"{float(number):.2f}" if number else ""


@command(
    round_,
    "show",
    Text("显示已计分的排名、可信度和差距。", "Show ranks, credibility and gaps of a scored round."),
)
@OUT
@json_option
def _show(out: Path) -> None:
    stored = open_stored(out)
    if session().json:
        tables = {name: stored.table(name) for name in stored.about["tables"]}
        show.document({"ok": True, "round": dict(stored.about), "tables": tables})
        return
    show.line(f"{stored.about['round']}  {stored.about['pack']}  {stored.about['id'][:16]}")
    if stored.about.get("synthetic"):
        show.line(pick("合成数据，非官方结果", "Synthetic data, not official"), fg="yellow")
    print_tables(stored)


@command(
    round_,
    "sample",
    Text("生成一个合成的评价轮次，其中三个市自评虚高。",
         "Make a synthetic round in which three cities claim too much."),
    Text(
        "over_claims.json 列出虚高的市、评分项和分数，供核对方法能否查出。全部内容均为合成。",
        "over_claims.json lists cities, items and points, so that one can see whether the method finds them. All of it is synthetic.",
    ),
)  # fmt: skip
@option("--out", required=True, type=PATH, metavar="FOLDER", zh="写入的文件夹。", en="Folder to write to.")
@option(
    "--seed",
    type=click.IntRange(0),
    default=2023,
    show_default=True,
    zh="随机种子，相同则内容相同。",
    en="Seed: the same seed gives the same round.",
)
@json_option
def _sample(out: Path, seed: int) -> None:
    with show.steps() as progress:
        write_round(out, seed, progress=progress)
    if session().json:
        show.document({"ok": True, "out": str(out), "round": str(out / "round.yaml")})
    else:
        show.line(
            pick(f"✓ 合成轮次：{out / 'round.yaml'}", f"✓ Synthetic round: {out / 'round.yaml'}"), fg="green"
        )


@command(
    round_,
    "verify",
    Text("由文件夹里的文件复算各表，逐格比较。", "Compute the tables again from the files in a folder, cell by cell."),
    Text(
        "只用该文件夹里的表、数据和规则，公开的文件夹同样可以。有任何差异时退出码为 3，并指出文件和位置。",
        "Only the tables, data and rules in the folder are used; a published folder will do. Exit code 3 when anything differs, "
        "with file and place.",
    ),
)  # fmt: skip
@OUT
@json_option
def _verify(out: Path) -> int:
    stored = open_stored(out)
    with show.steps() as progress:
        checked = verify_round(stored, progress)
    if session().json:
        found = [
            {"what": {"zh": d.what.zh, "en": d.what.en}, "stored": d.stored, "again": d.again}
            for d in checked.differences
        ]
        show.document({"ok": not found, "id": stored.about["id"], "files_checked": len(checked.covered), "differences": found})  # fmt: skip
    else:
        _print_verified(stored, checked)
    return 3 if checked.differences else 0


def _print_verified(stored: StoredRound, checked: Verified) -> None:
    for d in checked.differences:
        show.line(f"✗ {say(d.what)}", fg="red")
        if d.stored or d.again:
            show.line(pick(f"    保存的：{d.stored}", f"    stored: {d.stored}"))
            show.line(pick(f"    现在的：{d.again}", f"    now:    {d.again}"))
    if any(d.stops for d in checked.differences):
        words = pick("数据、规则或上报的表被改动，没有复算。", "Data, rules or tables that were handed in are not what was scored; nothing was computed.")  # fmt: skip
        show.line(words)
    elif not checked.differences:
        tables, files = len(stored.about["tables"]), len(checked.covered)
        words = pick(f"✓ {tables} 张表逐字节复算相同，{files} 个文件的摘要相符。", f"✓ {tables} tables came out byte by byte, {files} digests agree.")  # fmt: skip
        show.line(words, fg="green")


@command(
    round_,
    "publish",
    Text("写出可以公开的部分：公开的表、公开版报告、开放数据和复算所需的一切。",
         "Write what may be published: public tables and report, open data, and all that recomputing needs."),
    Text(
        "去掉内部表、内部版报告、评审理由、说明、材料名称和决定人，评审员换新编号；写出前先由公开文件复算。评价用的数据随之公开，请先确认可以公开。",
        "Internal tables and report, reasons, notes, titles of evidence and deciders are left out, reviewers get new numbers; the "
        "tables are computed from the public files first. The data of the evaluation are published with it: make sure they may be.",
    ),
)  # fmt: skip
@OUT
@option(
    "--to", required=True, type=PATH, metavar="FOLDER", zh="写公开部分的文件夹。", en="Folder to write to."
)
@json_option
def _publish(out: Path, to: Path) -> None:
    with show.steps() as progress:
        path = publish(open_stored(out), to, progress)
    if session().json:
        show.document({"ok": True, "out": str(path)})
    else:
        show.line(pick(f"✓ 可以公开：{path}", f"✓ May be published: {path}"), fg="green")
