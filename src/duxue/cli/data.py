"""`duxue data`: check, import, show and synthesize data."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import click

from duxue.app.folders import fresh_file
from duxue.app.importing import Checked, check_folder, import_folder
from duxue.app.runs import refuse_store
from duxue.app.sample import write_sample
from duxue.app.templating import write_templates
from duxue.cli import show
from duxue.cli.commands import Group, argument, command, json_option, option
from duxue.cli.evaluate import ENGINE, FOLDER, PATH
from duxue.cli.session import pick, say, session, typed
from duxue.core.errors import Problem
from duxue.core.text import LANGS, Lang, Text, count_of, safe_cell
from duxue.microdata.snapshot import open_snapshot
from duxue.packs.lint import check
from duxue.packs.loader import LoadedPack, load

PLACES = option(
    "--place",
    "places",
    multiple=True,
    metavar="CODE",
    zh="只用这个市或县，可重复；默认全省。",
    en="Only this city or county, may be repeated; default: the whole province.",
)
SCALE = option(
    "--scale",
    type=click.FloatRange(0.01, 10),
    default=1.0,
    show_default=True,
    metavar="X",
    zh="规模倍数。",
    en="Multiplies the numbers of schools and pupils.",
)


def add_to(group: click.Group) -> None:
    """Add the group of this module."""
    data = Group(
        "data", text=Text("检查、导入、查看和合成数据。", "Check, import, show and synthesize data.")
    )
    group.add_command(data)
    command(
        data,
        "template",
        Text("写出供填报的 xlsx 表格。", "Write workbooks to fill in."),
        Text(
            "每张表一个文件：第一行是表头，必填的列加粗；工作表 fields 说明每列的类型、单位和可填的值。",
            "One file for each form: the first row is the header, required columns are bold; the sheet `fields` tells type, "
            "unit and allowed values of each column.",
        ),
    )(_template)
    command(
        data,
        "check",
        Text("按规则包检查数据文件，什么也不改动。", "Check files by a pack; nothing is changed."),
        Text("显示每列被认作哪个字段，然后是全部问题及其单元格。有错误时退出码为 1。",
             "Shows which column was taken for which field, then all problems with their cells. Exit code 1 when there are errors."),
    )(_check)  # fmt: skip
    command(
        data,
        "import",
        Text(
            "检查数据并保存为不可更改的快照。", "Check data and keep them as a snapshot that never changes."
        ),
        Text(
            "有一处错误就全部不收；内容相同的数据不会重复保存。",
            "One error refuses everything; the same content is kept once.",
        ),
    )(_import)
    command(
        data,
        "show",
        Text("查看快照：表、行数、年份、来源文件。", "Show a snapshot: forms, rows, years, source files."),
    )(_show)
    command(
        data,
        "synthesize",
        Text("生成一个合成的山东省样本数据。", "Make synthetic data of a province: Shandong."),
        Text("名称和代码是真实的市县，学校全部虚构；全省规模与2023年公报合计一致。",
             "Names and codes are those of real cities and counties, every school is invented; the totals are those of the 2023 bulletin."),
    )(_synthesize)  # fmt: skip


PACK = option(
    "--pack",
    "pack_ref",
    required=True,
    metavar="ID[@VERSION]|PATH",
    zh="规则包：编号、编号@版本或路径。",
    en="Pack: id, id@version or path.",
)


def _load(ref: str) -> LoadedPack:
    loaded = load(ref)
    check(loaded)
    return loaded


@PACK
@option(
    "--out",
    required=True,
    type=PATH,
    metavar="FOLDER",
    zh="新的或空的文件夹。",
    en="A new or empty folder.",
)
@option(
    "--lang",
    "header_lang",
    type=click.Choice(LANGS),
    zh="表头的语言；默认与界面相同。",
    en="Language of the headers; default: that of the messages.",
)
@json_option
def _template(pack_ref: str, out: Path, header_lang: Lang | None) -> None:
    files = write_templates(_load(pack_ref).pack, out, header_lang or session().lang)
    if session().json:
        show.document({"ok": True, "files": [str(f) for f in files]})
        return
    for file in files:
        show.line(str(file))
    show.line(
        pick("填好后：", "When they are filled in: ") + typed(f"duxue data check {out} --pack {pack_ref}")
    )


@argument("folder", type=FOLDER, metavar="FOLDER", zh="数据文件夹。", en="Folder of data.")
@PACK
@option(
    "--list",
    "listing",
    type=PATH,
    metavar="FILE.csv",
    zh="把全部问题另存为一张表，便于分发改正。",
    en="Save all problems as a table, to hand round and mend.",
)
@ENGINE
@json_option
def _check(folder: Path, pack_ref: str, listing: Path | None, engine: str) -> int:
    loaded = _load(pack_ref)
    refuse_store(folder)
    with show.steps() as progress:
        checked = check_folder(loaded, folder, engine=engine, progress=progress)
    if listing is not None:
        write_list(listing, checked.problems)
    if session().json:
        match = checked.draft.match.to_dict()
        show.document(
            {"ok": not checked.errors, "match": match, "problems": [p.to_dict() for p in checked.problems]}
        )
    else:
        print_match(checked, loaded)
        print_problems(checked, listing)
    return 1 if checked.errors else 0


def print_match(checked: Checked, loaded: LoadedPack) -> None:
    """Print which sheet and columns were taken for what."""
    titles = {f.id: f.title.text for f in loaded.pack.forms}
    rows = []
    for t in checked.draft.match.tables:
        where = f"{t.file} {t.sheet}".strip()
        converted = [f"{c.header}" for c in t.columns if c.factor != 1]
        note = (
            pick(f"换算：{'、'.join(converted)}", f"converted: {', '.join(converted)}") if converted else ""
        )
        ignored = (
            pick(
                f"未用：{'、'.join(h for _, h in t.ignored)}",
                f"not used: {', '.join(h for _, h in t.ignored)}",
            )
            if t.ignored
            else ""
        )
        rows.append(
            [
                where,
                say(titles[t.form]),
                f"{len(t.columns)}",
                f"{t.rows:,}",
                "  ".join(x for x in (note, ignored) if x),
            ]
        )
    show.table(pick("文件|表|认出的列|行数|", "file|form|columns|rows|").split("|"), rows, right=(2, 3))
    for t in checked.draft.match.tables:
        taken = [
            f"{c.letter} {c.header}" + ("" if c.header == c.field else f" → {c.field}") for c in t.columns
        ]
        show.line()
        show.line(f"{t.file} {t.sheet}".strip() + pick("：", ":"))
        for part in show.wrap(taken):
            show.line("  " + part)
    show.line()
    for file, sheet in checked.draft.match.unused:
        show.line(pick(f"未用：{file} {sheet}", f"not used: {file} {sheet}").rstrip())
    show.line()


def print_problems(checked: Checked, listing: Path | None = None) -> None:
    """Print the problems, or that there are none, and what comes next."""
    where = (
        Text(f"全部问题见 {listing}", f"All of them are in {listing}")
        if listing
        else Text("全部问题：加 --list 文件.csv 或 --json。", "All of them: add --list FILE.csv or --json.")
    )
    if checked.problems:
        show.problems(checked.problems, whole=where)
    elif listing:
        show.line(say(where))
    if checked.errors:
        show.line(
            pick(
                "有错误，不能收下。改正后再检查一遍。",
                "There are errors: the data would be refused. Mend them and check again.",
            ),
            fg="red",
        )
    else:
        show.line(pick("✓ 可以收下。", "✓ The data would be accepted."), fg="green")


def write_list(path: Path, problems: Sequence[Problem]) -> None:
    """Write problems as a csv table with a byte-order mark; no cell is taken for a formula."""
    lang = session().lang
    head = pick(
        "级别,代码,文件,工作表,行,列,字段,问题,实际,应为,处理办法",
        "severity,code,file,sheet,row,column,field,problem,found,expected,how to mend",
    ).split(",")
    with fresh_file(path) as partial, partial.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(head)
        for p in problems:
            at = p.place
            cells = (
                p.severity, p.code, at.file, at.sheet, str(at.row or at.line or ""), at.cell_column, at.field,
                p.what.say(lang), p.found, p.expected.say(lang), p.advice.say(lang),
            )  # fmt: skip
            writer.writerow([safe_cell(c) for c in cells])


@argument("folder", type=FOLDER, metavar="FOLDER", zh="数据文件夹。", en="Folder of data.")
@PACK
@option(
    "--store",
    required=True,
    type=PATH,
    metavar="FOLDER",
    zh="存放快照的文件夹。",
    en="Folder that keeps snapshots.",
)
@ENGINE
@json_option
def _import(folder: Path, pack_ref: str, store: Path, engine: str) -> None:
    loaded = _load(pack_ref)
    refuse_store(folder)
    with show.steps() as progress:
        done = import_folder(loaded, folder, store, engine=engine, progress=progress)
    snapshot = done.snapshot
    if session().json:
        show.document(
            {
                "ok": True,
                "id": snapshot.id,
                "folder": str(snapshot.folder),
                "again": done.again,
                "rows": dict(snapshot.rows),
                "warnings": [p.to_dict() for p in done.checked.problems],
            }
        )
        return
    print_match(done.checked, loaded)
    if done.checked.problems:
        show.problems(done.checked.problems)
    state = (
        pick("已有相同内容的快照", "the same content was kept before")
        if done.again
        else pick("已存为快照", "kept as a snapshot")
    )
    show.line(f"✓ {state}{pick('：', ': ')}{snapshot.folder}", fg="green")
    show.line(
        pick("下一步：", "Next: ")
        + typed(f"duxue evaluate --pack {pack_ref} --data {snapshot.folder} --out FOLDER")
    )


@argument("snapshot", type=FOLDER, metavar="SNAPSHOT", zh="快照文件夹。", en="Folder of the snapshot.")
@json_option
def _show(snapshot: Path) -> None:
    refuse_store(snapshot)
    opened = open_snapshot(snapshot)
    if session().json:
        show.document(
            {
                "ok": True,
                "id": opened.id,
                "years": opened.years(),
                "forms": {f: {"rows": opened.rows[f], "digest": d} for f, d in opened.digests.items()},
                "flags": opened.flags().num_rows,
                "sources": [
                    {"file": s.file, "sheet": s.sheet, "form": s.form, "sha256": s.sha256}
                    for s in opened.sources
                ],
            }
        )
        return
    show.line(pick(f"快照 {opened.id}", f"Snapshot {opened.id}"), bold=True)
    years = ", ".join(map(str, opened.years()))
    show.line(pick(f"年份：{years}；摘要核对无误。", f"Years: {years}; every digest agrees."))
    show.line()
    rows = [[f, f"{opened.rows[f]:,}", d[:16]] for f, d in opened.digests.items()]
    show.table(pick("表|行数|摘要", "form|rows|digest").split("|"), rows, right=(1,))
    show.line()
    sources = [[s.file, s.sheet, s.form, s.sha256[:16]] for s in opened.sources]
    show.table(pick("来源文件|工作表|表|SHA-256", "source file|sheet|form|SHA-256").split("|"), sources)
    show.line()
    show.line(pick(f"带标记的单元格：{opened.flags().num_rows}", f"flagged cells: {opened.flags().num_rows}"))


@option("--out", required=True, type=PATH, metavar="FOLDER", zh="写入的文件夹。", en="Folder to write to.")
@option(
    "--seed",
    type=int,
    default=2023,
    show_default=True,
    metavar="N",
    zh="随机种子；相同种子写出相同字节。",
    en="Seed; the same seed gives the same bytes.",
)
@option(
    "--faults",
    is_flag=True,
    zh="埋设错误并列在 _planted/faults.csv。",
    en="Plant faults and list them in _planted/faults.csv.",
)
@PLACES
@SCALE
@json_option
def _synthesize(out: Path, seed: int, faults: bool, places: tuple[str, ...], scale: float) -> None:
    with show.steps() as progress:
        progress(Text("生成合成数据", "making synthetic data"))
        made = write_sample(out, seed=seed, faults=faults, places=places, scale=scale)
    if session().json:
        show.document(
            {
                "ok": True,
                "synthetic": True,
                "folder": str(out),
                "seed": seed,
                "years": list(made.years),
                "counties": len(made.counties),
                "calibrated": made.calibrated,
                "faults": len(made.faults),
            }
        )
        return
    show.line(
        pick(
            f"✓ 合成数据写在 {out}：{len(made.counties)} 个县，{made.years[0]}—{made.years[-1]}年，种子 {seed}",
            f"✓ Synthetic data in {out}: {count_of(len(made.counties), 'county', 'counties')}, {made.years[0]}-{made.years[-1]}, seed {seed}",
        ),
        fg="green",
    )
    if made.faults:
        show.line(pick(f"埋设错误 {len(made.faults)} 处：{out / '_planted' / 'faults.csv'}",
                       f"{len(made.faults)} faults are planted: {out / '_planted' / 'faults.csv'}"))  # fmt: skip
    show.line(pick("下一步：", "Next: ") + typed(f"duxue data check {out} --pack cn-compulsory-balance"))
