"""`duxue explain`: one figure followed down to its cells."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from duxue.app.explaining import Explanation
from duxue.app.explanation_json import to_json, verdict_to_json
from duxue.app.explanation_page import (
    OUTCOMES,
    SYNTHETIC,
    count_line,
    no_standard,
    short,
    source_line,
    write_page,
)
from duxue.app.fitting import opened
from duxue.app.folders import fresh_file
from duxue.app.reporting import value_title
from duxue.app.stored import open_run
from duxue.app.tracing import trace
from duxue.app.verdicts import Seen, VerdictExplanation, trace_verdict
from duxue.cli import show
from duxue.cli.commands import argument, command, json_option, option
from duxue.cli.evaluate import FOLDER, PATH
from duxue.cli.session import pick, say, session, typed
from duxue.core.measure import after
from duxue.core.text import LANGS, Text, count_of
from duxue.microdata.snapshot import Snapshot
from duxue.packs.loader import LoadedPack, load
from duxue.packs.schema import Pack


def add_to(group: click.Group) -> None:
    """Add the command of this module."""
    command(
        group,
        "explain",
        Text("说明一个数字从哪里来：公式、代入的数、来源行和单元格、条款。",
             "Show where a figure comes from: formula, numbers put in, source rows and cells, clause."),
        Text("给出 --run，或同时给出 --pack 和 --data。只计算这一个单位和指标。",
             "Give --run, or both --pack and --data. Only this unit and indicator are computed."),
    )(_explain)  # fmt: skip


@argument("unit", metavar="UNIT", zh="单位代码，如 370102。", en="Code of the unit, such as 370102.")
@argument(
    "indicator",
    metavar="INDICATOR",
    zh="指标或判定的编号，如 L4_cv。",
    en="Id of the indicator or verdict, such as L4_cv.",
)
@option(
    "--run",
    type=FOLDER,
    metavar="FOLDER",
    zh="duxue evaluate 写成的文件夹。",
    en="Folder written by duxue evaluate.",
)
@option("--pack", "pack_ref", metavar="ID[@VERSION]|PATH", zh="规则包。", en="Pack.")
@option("--data", type=FOLDER, metavar="FOLDER", zh="数据文件夹或快照。", en="Folder of data, or a snapshot.")
@option("--year", type=int, metavar="YEAR", zh="年份；默认最近一年。", en="Year; default: the latest.")
@option("--stage", metavar="STAGE", zh="学段，等同 --by stage=…。", en="Stage; the same as --by stage=...")
@option(
    "--by",
    "by",
    multiple=True,
    metavar="DIMENSION=VALUE",
    zh="分组，可重复；默认列出全部。",
    en="Breakdown, may be repeated; default: all of them.",
)
@option(
    "--format",
    "kind",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    zh="输出格式。",
    en="Format of the output.",
)
@option(
    "--rows",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    zh="最多列出的来源行数。",
    en="Most source rows to list.",
)
@option(
    "--out", type=PATH, metavar="FILE", zh="写入的文件；默认标准输出。", en="File to write; default: stdout."
)
@json_option
def _explain(
    unit: str,
    indicator: str,
    run: Path | None,
    pack_ref: str | None,
    data: Path | None,
    year: int | None,
    stage: str | None,
    by: tuple[str, ...],
    kind: str,
    rows: int,
    out: Path | None,
) -> None:
    wanted = _breakdown(stage, by)
    if run is not None and pack_ref is None and data is None:
        stored = open_run(run)
        chosen = year if year is not None else stored.years[-1]
        _print(stored.pack(), stored.snapshot(), unit, indicator, chosen, wanted, rows, kind, out, stored.id,
               f"--run {shlex.quote(str(run))}", stored.about.synthetic)  # fmt: skip
    elif run is None and pack_ref is not None and data is not None:
        loaded = load(pack_ref)
        with show.steps() as progress, opened(loaded, data, progress=progress) as snapshot:
            _print(loaded, snapshot, unit, indicator, year, wanted, rows, kind, out, "",
                   f"--pack {shlex.quote(pack_ref)} --data {shlex.quote(str(data))}")  # fmt: skip
    else:
        raise click.UsageError(
            pick("请给出 --run，或同时给出 --pack 和 --data。", "Give --run, or both --pack and --data."),
            click.get_current_context(),
        )


def _breakdown(stage: str | None, by: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    wanted = {"stage": stage} if stage else {}
    for entry in by:
        name, sign, value = entry.partition("=")
        if not (name and sign and value):
            raise click.BadParameter(
                pick(
                    f"“{entry}”应写成 分组=值，如 stage=primary",
                    f"'{entry}' is not DIMENSION=VALUE, such as stage=primary",
                ),
                param_hint="--by",
            )
        wanted[name.strip()] = value.strip()
    return tuple(wanted.items())


def _print(
    loaded: LoadedPack,
    snapshot: Snapshot,
    unit: str,
    indicator: str,
    year: int | None,
    by: tuple[tuple[str, str], ...],
    rows: int,
    kind: str,
    out: Path | None,
    run_id: str,
    origin: str,
    synthetic: bool = False,
) -> None:
    found: list[Explanation | VerdictExplanation] = []
    if indicator in {v.id for v in loaded.pack.verdicts}:
        found += trace_verdict(
            loaded, snapshot, unit, indicator, year=year, by=by, most_rows=rows, run_id=run_id, origin=origin,
            synthetic=synthetic,
        )  # fmt: skip
    else:
        found += trace(
            loaded,
            snapshot,
            unit,
            indicator,
            year=year,
            by=by,
            most_rows=rows,
            run_id=run_id,
            synthetic=synthetic,
        )
    if session().json:
        kind = "json"
    if kind == "text":
        text = "\n\n".join(
            write_text(e, loaded.pack) if isinstance(e, Explanation) else write_verdict(e, loaded.pack)
            for e in found
        )
    elif kind == "json":
        import json

        text = json.dumps(
            {
                "ok": True,
                "explanations": [
                    to_json(e) if isinstance(e, Explanation) else verdict_to_json(e) for e in found
                ],
            },
            ensure_ascii=False,
            indent=1,
        )
    else:
        own = session().lang
        langs = (own, *(lang for lang in LANGS if lang != own))
        text = write_page(found, loaded.pack, langs=langs).rstrip("\n")
    if out is None:
        click.echo(text)
        return
    with fresh_file(out) as partial:
        partial.write_text(text + "\n", encoding="utf-8", newline="\n")
    show.line(pick(f"已写出 {out}", f"Wrote {out}"), err=True)


_VERDICTS = {
    "met": Text("✓ 达标", "✓ met"),
    "not_met": Text("✗ 未达标", "✗ not met"),
    "not_computable": Text("– 无法计算", "– not computable"),
}


def write_text(e: Explanation, pack: Pack) -> str:
    """Return an explanation as lines of text in the reader's language."""
    r = e.result
    parts = [say(r.unit_name), r.unit, str(r.year or ""), *(say(value_title(pack, d, v)) for d, v in r.by)]
    colon = pick("：", ": ")
    lines = [
        *_label(e.made_of),
        say(e.title),
        " · ".join(p for p in parts if p),
        "",
        f"  {say(e.shown)}{say(after(say(e.shown), e.unit_of_measure)) if r.value is not None else ''}"
        + (f"   {say(_VERDICTS[r.verdict])}" if r.verdict else ""),
        "",
        pick("公式", "Formula") + colon + e.formula,
        "  " + say(e.words),
        pick("代入", "With numbers") + colon + say(e.numbers),
    ]
    for part in e.parts:
        left = (
            pick(f"（{part.left_out}行未计入）", f" ({count_of(part.left_out, 'row')} left out)")
            if part.left_out
            else ""
        )
        lines.append(f"  {say(part.words)} = {say(part.value)}{left}")
    lines.append("")
    if r.standard:
        margin = (
            pick(f"，相差 {short(r.margin)}", f", {short(r.margin)} from it") if r.margin is not None else ""
        )
        lines.append(
            pick("标准", "Standard")
            + f"{colon}{r.standard}{say(after(r.standard, e.unit_of_measure))}"
            + margin
        )
        if e.standard_source:
            lines.append("  " + source_line(e.standard_source, session().lang))
    else:
        lines.append(no_standard(e, session().lang))
    if e.source:
        lines.append(pick("公式出处", "Formula from") + colon + source_line(e.source, session().lang))
    if e.note:
        lines.append(pick("说明", "Note") + colon + say(e.note))
    if r.flags:
        lines.append(pick("标记", "Flags") + colon + " ".join(r.flags))
    lines += [
        "",
        pick(
            f"来源：共 {e.rows_total} 行，列出 {len(e.rows)} 行",
            f"Source rows: {len(e.rows)} of {e.rows_total}",
        ),
    ]
    for row in e.rows:
        state = (
            ""
            if row.used
            else pick(
                f"  未计入：{say(row.why_not or Text('', ''))}",
                f"  left out: {say(row.why_not or Text('', ''))}",
            )
        )
        year = f" {row.year}" if row.year != e.result.year else ""
        merged = pick(f"  由{row.merged}行合并", f"  {row.merged} rows merged") if row.merged > 1 else ""
        lines.append(f"  {row.unit} {say(row.unit_name)}{year}{state}{merged}")
        for c in row.cells:
            where = " ".join(x for x in (c.file, c.sheet) if x)
            place = pick(f"{where} 第{c.line}行 {c.column}列", f"{where} row {c.line}, column {c.column}")
            if not c.column:
                place = pick(
                    f"{where} 第{c.line}行，文件中没有这一列",
                    f"{where} row {c.line}, the column is not in the file",
                )
            if c.converted:
                place += pick(
                    f"，表头“{c.header}”，已由{c.converted}换算",
                    f", header “{c.header}”, converted from {c.converted}",
                )
            lines.append(f"    {say(c.title)} = {say(c.shown)}   [{place}]")
        for m in row.made:
            lines.append(f"    {say(m.title)} = {m.value}")
            lines.append(f"      {say(m.words)}")
            lines.append(f"      {say(m.numbers)}")
        lines.extend(f"    {say(words)} = {value}" for words, value in row.terms)
    if e.rows_total > len(e.rows):
        lines.append(pick("  更多：--rows N", "  More: --rows N"))
    lines += ["", _made(e.made_of)]
    return "\n".join(show.safe(x) for x in lines)


def write_verdict(e: VerdictExplanation, pack: Pack) -> str:
    """Return the explanation of a verdict as lines of text in the reader's language."""
    r = e.result
    colon = pick("：", ": ")
    parts = [say(r.unit_name), r.unit, str(r.year or ""), *(say(value_title(pack, d, v)) for d, v in r.by)]
    reason = f"  {say(r.reason_text)}" if r.reason_text else ""
    lines = [
        *_label(e.made_of),
        say(e.title),
        " · ".join(p for p in parts if p),
        "",
        f"  {say(_VERDICTS[r.verdict or 'not_computable'])}{reason}",
        "",
        pick("规则", "Rule") + colon + e.rule,
        "  " + say(e.words),
    ]
    if e.note:
        lines.append(pick("说明", "Note") + colon + say(e.note))
    if e.source:
        lines.append(pick("出处", "Source") + colon + source_line(e.source, session().lang))
    if e.seen:
        lines += ["", pick("所依据的指标", "Indicators it looked at")]
        for s in e.seen:
            lines += _seen(s, pack, say(s.title), s.result.indicator)
    for b in e.below:
        lines += ["", f"{say(b.title)} {b.verdict}{colon}{count_line(b.counts, session().lang)}"]
        if b.failing:
            lines.append(
                pick(
                    f"  未达标或无法计算的 {b.failing_total} 个，列出 {len(b.failing)} 个",
                    f"  {b.failing_total} not met or not computable, {len(b.failing)} shown",
                )
            )
        for s in b.failing:
            lines += _seen(s, pack, say(s.result.unit_name), s.result.unit)
        if b.failing_total > len(b.failing):
            lines.append(pick("  更多：--rows N", "  More: --rows N"))
    lines += ["", _made(e.made_of)]
    return "\n".join(show.safe(x) for x in lines)


def _label(made: dict[str, object]) -> list[str]:
    return [f"[{say(SYNTHETIC)}]"] if made["synthetic"] else []


def _seen(s: Seen, pack: Pack, name: str, id: str) -> list[str]:
    r = s.result
    head = " · ".join([name, id, *(say(value_title(pack, d, v)) for d, v in r.by)])
    facts = [say(OUTCOMES[s.outcome])]
    if s.of:
        facts.append(pick(f"{s.of} 项中 {s.met} 项达标", f"{s.met} of {s.of} met"))
    if s.lowest is not None:
        facts.append(pick(f"最低达标程度 {short(s.lowest)}", f"lowest attainment {short(s.lowest)}"))
    if say(s.shown) and (r.value is not None or s.outcome != "out_of_scope"):
        facts.append(
            f"{say(s.shown)}{say(after(say(s.shown), s.unit_of_measure)) if r.value is not None else ''}"
        )
    if r.standard:
        facts.append(pick(f"标准 {r.standard}", f"standard {r.standard}"))
    if r.margin is not None:
        facts.append(pick(f"相差 {short(r.margin)}", f"{short(r.margin)} from it"))
    return [
        f"  {head}",
        f"    {pick('，', ', ').join(facts)}",
        *([f"    → {typed(s.follow)}"] if s.follow else []),
    ]


def _made(made: dict[str, object]) -> str:
    parts = [str(made[k])[:40] for k in ("run", "pack", "software") if made.get(k)]
    parts.insert(-1, pick("数据 ", "data ") + str(made["data"])[:12])
    return pick("依据：", "Made of: ") + " · ".join(parts)
