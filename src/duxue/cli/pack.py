"""`duxue pack`: list, show, lint, test, compare and begin packs."""

from __future__ import annotations

from pathlib import Path

import click

from duxue.app.cases import CaseResult, run_cases
from duxue.app.explanation_page import STATUS, source_line
from duxue.app.folders import check_place
from duxue.app.reporting import plain, source_text, value_title
from duxue.app.templating import describe_fields
from duxue.app.wording import in_lang, titles_of
from duxue.cli import show
from duxue.cli.commands import Group, argument, command, json_option, option
from duxue.cli.evaluate import PATH
from duxue.cli.session import pick, say, session, typed
from duxue.core.text import Lang, Text
from duxue.formula.explain import clause
from duxue.microdata.assemble import categories_of
from duxue.microdata.match import required_fields
from duxue.packs.catalogue import PACK_FILE, list_entries, list_ids
from duxue.packs.diff import diff, render
from duxue.packs.lint import check, load_and_lint
from duxue.packs.loader import LoadedPack, load
from duxue.packs.new import new
from duxue.packs.schema import Form, Pack, Source
from duxue.packs.scope import measure_title
from duxue.plan.build import build_plan

REF = "ID[@VERSION]|PATH"


def add_to(group: click.Group) -> None:
    """Add the group of this module."""
    pack = Group(
        "pack", text=Text("查看、校验、复算和新建规则包。", "List, show, check, recompute and begin packs.")
    )
    group.add_command(pack)
    command(pack, "list", Text("列出自带的规则包。", "List the packs that come with the program."))(_list)
    command(
        pack,
        "show",
        Text(
            "显示规则包的表、指标、标准和出处。",
            "Show the forms, indicators, standards and sources of a pack.",
        ),
    )(_show)
    command(
        pack,
        "lint",
        Text("校验规则包，一次列出全部问题。", "Check a pack and tell all problems at once."),
        Text(
            "有错误时退出码为 1；只有警告时为 0。",
            "Exit code 1 when there are errors, 0 when there are only warnings.",
        ),
    )(_lint)
    command(
        pack,
        "test",
        Text("复算规则包的算例和已公布的表。", "Recompute the worked cases and published tables of a pack."),
        Text("已公布的数本身有误的，列出公布数、复算数和理由。复算不符时退出码为 3。",
             "Published figures that are themselves wrong are listed with what follows from the data and why. Exit code 3 when a "
             "figure does not come out."),
    )(_test)  # fmt: skip
    command(
        pack,
        "diff",
        Text("比较两个规则包，说明会不会影响结果。", "Compare two packs and tell what may change results."),
    )(_diff)
    command(
        pack,
        "new",
        Text("写出一个可运行的样例规则包，从它改起。", "Write a small working pack to start from."),
    )(_new)


@json_option
def _list() -> None:
    entries = list_entries()
    if session().json:
        show.document(
            {
                "ok": True,
                "packs": [
                    {"id": e.id, "version": e.version, "title": _both(e.title), "summary": _both(e.summary), "status": e.status,
                     "latest": e.latest}
                    for e in entries
                ],
            }
        )  # fmt: skip
        return
    rows = [[e.ref, say(e.title), say(STATUS.get(e.status, Text(e.status, e.status)))] for e in entries]
    show.table(pick("规则包|名称|出处状态", "pack|title|status of its source").split("|"), rows)
    show.line()
    show.line(
        pick("查看内容：", "See what is in one: ") + typed(pick("duxue pack show 编号", "duxue pack show ID"))
    )


@argument("pack", metavar=REF, zh="规则包：编号、编号@版本或路径。", en="Pack: id, id@version or path.")
@option("--fields", is_flag=True, zh="列出每张表的每一列。", en="List every column of every form.")
@option("--form", "form_id", metavar="FORM", zh="只列这张表的列。", en="List the columns of this form only.")
@json_option
def _show(pack: str, fields: bool, form_id: str | None) -> None:
    loaded = load(pack)
    check(loaded)
    forms = [f for f in loaded.pack.forms if form_id in (None, f.id)]
    if not forms and form_id is not None:
        raise click.BadParameter(", ".join(f.id for f in loaded.pack.forms), param_hint="--form")
    if fields or form_id is not None:
        if session().json:
            show.document({"ok": True, "id": loaded.pack.id, "version": loaded.pack.version,
                           "forms": [_form(loaded.pack, f) for f in forms]})  # fmt: skip
        else:
            for form in forms:
                print_form(loaded.pack, form)
        return
    if session().json:
        show.document(describe(loaded))
    else:
        print_pack(loaded)


def describe(loaded: LoadedPack) -> dict[str, object]:
    """Return what a pack says as plain JSON values, formulas in words too."""
    pack = loaded.pack
    words = {lang: formulas_in_words(pack, lang) for lang in ("zh", "en")}
    return {
        "ok": True,
        "id": pack.id,
        "version": pack.version,
        "digest": loaded.digest,
        "title": _both(pack.title.text),
        "source": _source(pack, pack.source),
        "uses": [f"{name}@{number}" for name, number, _ in loaded.used],
        "levels": [{"id": level.id, "title": _both(level.title.text)} for level in pack.levels],
        "forms": [_form(pack, f) for f in pack.forms],
        "indicators": [
            {
                "id": i.id,
                "title": _both(i.title.text),
                "formula": i.formula,
                "words": {"zh": words["zh"][i.id], "en": words["en"][i.id]},
                "unit": i.unit,
                "levels": list(i.levels),
                "by": list(i.by),
                "source": _source(pack, i.source),
            }
            for i in pack.indicators
        ],
        "standards": [
            {
                "indicator": s.indicator,
                "meets": s.meets,
                "level": s.level,
                "by": s.by,
                "region": s.region,
                "from": s.from_.isoformat() if s.from_ else None,
                "to": s.to.isoformat() if s.to else None,
                "source": _source(pack, s.source),
            }
            for s in pack.standards
        ],
        "verdicts": [
            {"id": v.id, "title": _both(v.title.text), "level": v.level, "by": list(v.by), "rule": v.rule}
            for v in pack.verdicts
        ],
    }


def _form(pack: Pack, form: Form) -> dict[str, object]:
    return {
        "id": form.id,
        "title": _both(form.title.text),
        "required": form.required,
        "fields": describe_fields(pack, form),
    }


def print_form(pack: Pack, form: Form) -> None:
    """Print the columns of a form as the person who collects them reads it."""
    optional = "" if form.required else pick("，可不交", ", optional")
    show.line(f"{form.id}  {say(form.title.text)}{optional}", bold=True)
    needed, dimensions = required_fields(form), {d.id: d for d in pack.dimensions}
    rows = []
    for f in form.fields:
        values = [f"{v.id} {say(v.title.text)}" for v in categories_of(f, dimensions)]
        accepts = pick("；也可用 ", "; also ") + ", ".join(f.accepts) if f.accepts else ""
        rows.append(
            [
                f.id,
                say(f.title.text),
                f.type,
                (f.unit or "") + accepts,
                pick("必填", "required") if f.id in needed else "",
                ", ".join(values),
            ]
        )
    show.table(
        pick("字段|名称|类型|单位||可填的值", "field|title|type|unit||allowed values").split("|"), rows
    )
    show.line()


def formulas_in_words(pack: Pack, lang: Lang) -> dict[str, str]:
    """Return the formula of every indicator in words."""
    titles = in_lang(titles_of(pack), lang)
    return {i.id: clause(i.value, lang, titles) for i in build_plan(pack).indicators}


def print_pack(loaded: LoadedPack) -> None:
    """Print a pack as a person reads it."""
    pack, lang = loaded.pack, session().lang
    show.line(f"{say(pack.title.text)}  {pack.id}@{pack.version}", bold=True)
    if pack.label:
        show.line(say(pack.label.text), fg="yellow")
    if pack.summary:
        show.line(say(pack.summary.text))
    show.line(pick("出处：", "Source: ") + source_line(pack.source, lang))
    if loaded.used:
        show.line(pick("引用：", "Uses: ") + ", ".join(f"{name}@{number}" for name, number, _ in loaded.used))
    show.line(pick("摘要：", "Digest: ") + loaded.digest)
    show.line()
    levels = {level.id: say(level.title.text) for level in pack.levels}
    comma = pick("、", ", ")
    show.line(pick("要收集的表", "Forms that are collected"), bold=True)
    for form in pack.forms:
        needed = sum(f.required for f in form.fields)
        count = pick(
            f"{len(form.fields)} 列，必填 {needed}", f"{len(form.fields)} columns, {needed} required"
        )
        optional = "" if form.required else pick("，可不交", ", optional")
        show.line(f"  {form.id}  {say(form.title.text)}{pick('（', ' (')}{count}{optional}{pick('）', ')')}")
    show.line()
    show.line(pick("指标", "Indicators"), bold=True)
    words = formulas_in_words(pack, lang)
    for i in pack.indicators:
        unit = say(measure_title(pack, i.unit))
        show.line(
            f"  {i.id}  {say(i.title.text)}" + (f"{pick('（', ' (')}{unit}{pick('）', ')')}" if unit else "")
        )
        show.line(f"      {words[i.id]}")
        by = pick("；分组：", "; by: ") + comma.join(_dimension(pack, d) for d in i.by) if i.by else ""
        show.line(f"      {comma.join(levels[x] for x in i.levels)}{by}")
    if pack.standards:
        show.line()
        show.line(pick("标准", "Standards"), bold=True)
        rows = []
        for s in pack.standards:
            by = " ".join(
                [
                    *(say(value_title(pack, d, v)) for d, v in s.by.items()),
                    levels.get(s.level or "", ""),
                    s.region or "",
                ]
            )
            dates = f"{s.from_ or ''}–{s.to or ''}" if s.from_ or s.to else ""
            source = _resolve(pack, s.source)
            status = say(STATUS[source.status]) if source else ""
            rows.append(
                [
                    f"  {s.indicator}",
                    " ".join(by.split()),
                    s.meets,
                    dates,
                    say(source_text(source)) if source else "",
                    status,
                ]
            )
        show.table(
            pick("  指标|适用|标准|日期|出处|出处状态", "  indicator|for|meets|dates|source|status").split(
                "|"
            ),
            rows,
        )
    if pack.verdicts:
        show.line()
        show.line(pick("判定", "Verdicts"), bold=True)
        for v in pack.verdicts:
            show.line(f"  {v.id}  {say(v.title.text)}{pick('（', ' (')}{levels[v.level]}{pick('）', ')')}")
            show.line(f"      {say(v.note.text) if v.note else v.rule}")


def _dimension(pack: Pack, name: str) -> str:
    return next((say(d.title.text) for d in pack.dimensions if d.id == name), name)


@argument("pack", metavar=REF, zh="规则包：编号、编号@版本或路径。", en="Pack: id, id@version or path.")
@json_option
def _lint(pack: str) -> int:
    loaded, found = load_and_lint(pack)
    bad = any(p.severity == "error" for p in found)
    if session().json:
        show.document({"ok": not bad, "digest": loaded.digest, "problems": [p.to_dict() for p in found]})
        return 1 if bad else 0
    if found:
        show.problems(found, whole=Text("全部问题：加 --json。", "All of them: add --json."))
    if not bad:
        name = f"{loaded.pack.id}@{loaded.pack.version}"
        show.line(pick(f"✓ {name} 可以使用。", f"✓ {name} can be used."), fg="green")
    return 1 if bad else 0


@argument(
    "packs",
    nargs=-1,
    metavar=f"[{REF}]...",
    zh="规则包；不写则复算全部自带的规则包。",
    en="Packs; none: all that come with the program.",
)
@json_option
def _test(packs: tuple[str, ...]) -> int:
    results: list[tuple[LoadedPack, list[CaseResult]]] = []
    with show.steps() as progress:
        for ref in packs or list_ids():
            loaded = load(ref)
            check(loaded)
            cases = run_cases(
                loaded, lambda title: progress(Text(f"复算：{title.zh}", f"recomputing: {title.en}"))
            )
            if cases or packs:
                results.append((loaded, cases))
    ok = all(case.ok for _, cases in results for case in cases)
    if session().json:
        show.document(
            {
                "ok": ok,
                "packs": [
                    {"pack": f"{p.pack.id}@{p.pack.version}", "cases": cases_to_json(c)} for p, c in results
                ],
            }
        )
    else:
        for loaded, cases in results:
            print_cases(loaded.pack, cases)
    return 0 if ok else 3


def cases_to_json(cases: list[CaseResult]) -> list[dict[str, object]]:
    """Return recomputed cases as plain JSON values."""
    return [
        {
            "id": c.id,
            "title": _both(c.title),
            "ok": c.ok,
            "figures": len(c.outcomes),
            "reproduced": sum(o.ok for o in c.outcomes),
            "published_wrong": [
                {
                    "indicator": m.indicator,
                    "unit": m.unit,
                    "year": m.year,
                    "by": dict(m.by),
                    "published": plain(m.published),
                    "recomputed": m.recomputed,
                    "reason": _both(m.reason),
                    "ok": m.ok,
                }
                for m in c.mistakes
            ],
            "failures": [
                {
                    "what": o.what,
                    "unit": o.unit,
                    "year": o.year,
                    "by": dict(o.by),
                    "expected": o.expected,
                    "found": o.found,
                }
                for o in c.outcomes
                if not o.ok
            ],
        }
        for c in cases
    ]


def print_cases(pack: Pack, cases: list[CaseResult]) -> None:
    """Print per case what was reproduced, then the published errors, then what failed."""
    show.line(f"{say(pack.title.text)}  {pack.id}@{pack.version}", bold=True)
    if not cases:
        show.line(pick("没有算例（cases.yaml）。", "It has no worked cases (cases.yaml)."), fg="yellow")
        return
    rows = []
    for c in cases:
        good = sum(o.ok for o in c.outcomes)
        wrong = str(len(c.mistakes)) if c.mistakes else ""
        rows.append(
            [
                "✓" if c.ok else "✗",
                say(c.title),
                pick(f"{good}/{len(c.outcomes)}", f"{good} of {len(c.outcomes)}"),
                wrong,
            ]
        )
    show.table(
        pick("|算例|复算相符|公布有误", "|case|reproduced|published wrong").split("|"), rows, right=(2, 3)
    )
    for c in cases:
        for m in c.mistakes:
            by = " ".join(say(value_title(pack, d, v)) for d, v in m.by)
            what = " ".join(str(x) for x in (say(m.unit_name), m.year or "", by, m.indicator) if x)
            mark = "" if m.ok else pick("（未能重现！）", " (NOT reproduced)")
            show.line(
                pick(
                    f"  公布有误：{what}：公布 {plain(m.published)}，复算 {m.recomputed}{mark}。{say(m.reason)}",
                    f"  Published wrong: {what}: printed {plain(m.published)}, recomputed {m.recomputed}{mark}. {say(m.reason)}",
                ),
                fg="yellow",
            )
    for c in cases:
        for o in [o for o in c.outcomes if not o.ok][:10]:
            by = " ".join(v for _, v in o.by)
            show.line(
                pick(
                    f"  ✗ {c.id}: {o.what} {o.unit} {o.year or ''} {by}：应为 {o.expected}，算得 {o.found}",
                    f"  ✗ {c.id}: {o.what} {o.unit} {o.year or ''} {by}: expected {o.expected}, found {o.found}",
                ),
                fg="red",
            )
    show.line()


@argument("a", metavar="A", zh="旧规则包。", en="The older pack.")
@argument("b", metavar="B", zh="新规则包。", en="The newer pack.")
@json_option
def _diff(a: str, b: str) -> None:
    changes = diff(load(a), load(b))
    if session().json:
        show.document({"ok": True, "changes": [c.to_dict() for c in changes]})
    else:
        for text in render(changes, session().lang).split("\n"):
            show.line(text)


@argument("folder", type=PATH, metavar="FOLDER", zh="新规则包的文件夹。", en="Folder of the new pack.")
@option(
    "--id",
    "pack_id",
    metavar="ID",
    zh="规则包编号，小写字母、数字和连字符；默认用文件夹名。",
    en="Id of the pack, of small letters, digits and dashes; default: the name of the folder.",
)
@option("--title-zh", default="样例规则包", metavar="TEXT", zh="中文名称。", en="Chinese title.")
@option("--title-en", default="Sample pack", metavar="TEXT", zh="英文名称。", en="English title.")
@json_option
def _new(folder: Path, pack_id: str | None, title_zh: str, title_en: str) -> None:
    check_place(folder, mark=PACK_FILE, ours=())
    files = new(folder, pack_id or folder.resolve().name, zh=title_zh, en=title_en)
    if session().json:
        show.document({"ok": True, "files": [str(f) for f in files]})
        return
    for file in files:
        show.line(str(file))
    show.line(
        pick("下一步：", "Next: ")
        + f"{typed(f'duxue pack lint {folder}')} && {typed(f'duxue pack test {folder}')}"
    )


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _resolve(pack: Pack, ref: Source | str | None) -> Source | None:
    return pack.sources.get(ref) if isinstance(ref, str) else ref


def _source(pack: Pack, ref: Source | str | None) -> dict[str, object] | None:
    source = _resolve(pack, ref)
    return {"text": _both(source_text(source)), "status": source.status} if source else None
