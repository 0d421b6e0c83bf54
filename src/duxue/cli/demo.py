"""`duxue demo`: the whole way once, on published tables and a synthetic province."""

from __future__ import annotations

import os
from pathlib import Path

import click

from duxue.app.demo import MAIN, Demo, Duty, run_demo, summary
from duxue.app.demo_site import check_site, make_site, serve_site
from duxue.app.reporting import Format
from duxue.app.round_checks import open_stored
from duxue.app.serving import Plan
from duxue.cli import show
from duxue.cli.commands import command, json_option, option
from duxue.cli.data import PLACES, SCALE
from duxue.cli.evaluate import ENGINE, FORMATS_OPTION, PATH
from duxue.cli.pack import print_cases
from duxue.cli.round import print_tables
from duxue.cli.session import pick, say, session, typed
from duxue.core.text import Text, count_of
from duxue.packs.loader import load


def add_to(group: click.Group) -> None:
    """Add the command of this module."""
    command(
        group,
        "demo",
        Text(
            "演示：复算已公布的表，评估一个合成省份，再做一轮年度评价。",
            "Demonstration: recompute published tables, evaluate a synthetic province, then hold a yearly evaluation.",
        ),
        Text(
            "只写 --out 这一个文件夹，可重复运行。不加 --site 时自行结束；加了则打开网站，直到 Ctrl-C；设有 CI 或 DEMO_SERVE=0 时"
            "只检查网站各角色的页面后结束。",
            "Writes only the folder --out and may be run again. Without --site it ends by itself; with it the site is served "
            "until Ctrl-C, or, where CI is set or DEMO_SERVE=0, every role's pages are checked and it ends.",
        ),
    )(_demo)


@option("--out", required=True, type=PATH, metavar="FOLDER", zh="写入的文件夹。", en="Folder to write to.")
@PLACES
@SCALE
@ENGINE
@FORMATS_OPTION
@option(
    "--site",
    is_flag=True,
    zh="然后打开网站：样本省评价过半。",
    en="Then open the site: the sample province in the middle of a round.",
)
@json_option
def _demo(
    out: Path, places: tuple[str, ...], scale: float, engine: str, formats: tuple[Format, ...], site: bool
) -> int:
    with show.steps() as progress:
        demo = run_demo(out, engine=engine, places=places, scale=scale, formats=formats, progress=progress)
    if session().json:
        show.document({**summary(demo), "folder": str(out)})
    else:
        print_demo(demo)
    if site and demo.duty is not None:
        return max(open_site(out), 0 if demo.ok else 3)
    return 0 if demo.ok else 3


def open_site(folder: Path) -> int:
    """Fill the demonstration's site and serve it; where nobody looks, check every role's pages instead; return the exit code."""
    with show.steps() as progress:
        plan = make_site(folder, os.environ, progress)
        visits = check_site(plan) if _nobody_looks() else []
    if not _nobody_looks():
        serve_site(plan, lambda: print_site(plan))
        return 0
    wrong = [v for v in visits if not v.ok]
    for visit in wrong:
        show.line(f"  ✗ {visit.status} {visit.path} ({visit.key or '-'}, {visit.lang})", fg="red")
    fine = bool(visits) and not wrong
    show.line(
        pick(
            f"六、网站：{len(visits)} 个页面，{len(wrong)} 个没有打开",
            f"6. The site: {len(visits)} pages, {len(wrong)} did not open",
        ),
        fg="green" if fine else "red",
    )
    return 0 if fine else 1


def _nobody_looks() -> bool:
    return bool(os.environ.get("CI")) or os.environ.get("DEMO_SERVE") == "0"


def print_site(plan: Plan) -> None:
    """Print where the site is and how to enter it."""
    show.line(pick("六、网站（合成数据）", "6. The site (synthetic data)"), bold=True)
    show.line(f"  {plan.url}", fg="blue", bold=True)
    show.line(
        pick(
            "  首页上每个角色一个按钮，不需要密码。",
            "  The start page has a button for each role; no password is needed.",
        )
    )
    show.line(pick("  按 Ctrl-C 结束。", "  Ctrl-C ends it."))


def print_duty(duty: Duty) -> None:
    """Print what the yearly evaluation came to."""
    show.line(pick("四、年度评价（合成轮次，非官方）", "4. The yearly evaluation (a synthetic round, not official)"), bold=True)  # fmt: skip
    stored = open_stored(duty.folder)
    print_tables(stored)
    found = len(duty.planted & set(duty.lowest))
    mark = "✓" if found == len(duty.planted) else "✗"
    show.line(
        pick(
            f"  {mark} 埋设 {len(duty.planted)} 个自评虚高的市，可信度最低的{len(duty.planted)}个市中有 {found} 个。",
            f"  {mark} {len(duty.planted)} cities were made to claim too much; {found} of them have the lowest credibility.",
        ),
        fg="green" if found == len(duty.planted) else "red",
    )
    mark = "✗" if duty.differences else "✓"
    show.line(
        pick(
            f"  {mark} 由结果文件夹复算各表：{duty.differences} 处不同。",
            f"  {mark} tables computed again from the folder: {duty.differences} differences.",
        ),
        fg="red" if duty.differences else "green",
    )
    show.line()


def print_demo(demo: Demo) -> None:
    """Print what the demonstration showed."""
    show.line()
    show.line(
        pick(
            "一、已公布的真实数字，由其原始数据复算",
            "1. Published real figures, recomputed from their inputs",
        ),
        bold=True,
    )
    show.line()
    for pack_id, cases in demo.cases.items():
        print_cases(load(pack_id).pack, cases)
    show.line(
        pick("二、合成省份（合成数据，非真实学校）", "2. The synthetic province (no school in it is real)"),
        bold=True,
    )
    assert demo.sample is not None
    assert demo.faults is not None
    show.line(
        pick(
            f"  {len(demo.sample.counties)} 个县；检查正常数据：错误和警告 {demo.clean} 处。",
            f"  {count_of(len(demo.sample.counties), 'county', 'counties')}; errors and warnings in the clean data: {demo.clean}.",
        )
    )
    f = demo.faults
    mark = "✓" if f.ok else "✗"
    show.line(
        pick(
            f"  {mark} 带错误的副本：埋设 {f.planted} 处，查出 {f.found} 处，漏查 {len(f.missed)} 处，误报 {len(f.invented)} 处。",
            f"  {mark} the copy with faults: {f.planted} planted, {f.found} found, {len(f.missed)} missed, {len(f.invented)} invented.",
        ),
        fg="green" if f.ok else "red",
    )
    for fault in f.missed[:5]:
        show.line(
            pick(
                f"    漏查：{fault.file} 第{fault.row}行 {fault.field}",
                f"    missed: {fault.file} row {fault.row} {fault.field}",
            )
        )
    for problem in f.invented[:5]:
        show.line(pick("    误报：", "    invented: ") + problem.place.say(session().lang))
    show.line()
    show.line(pick("三、评估合成省份", "3. The synthetic province evaluated"), bold=True)
    rows = []
    for pack_id, done in demo.runs.items():
        shown = [show.human(n) for n in done.headline] if done.headline else ["", "", ""]
        rows.append([pack_id, f"{done.results:,}", *shown, f"{demo.seconds[pack_id]:.0f} s"])
    head = pick(
        "规则包|结果数|总判定达标|未达标|无法计算|用时",
        "pack|results|headline met|not met|not computable|time",
    ).split("|")
    show.table(head, rows, right=(1, 2, 3, 4, 5))
    show.line()
    if demo.duty:
        print_duty(demo.duty)
    show.line(pick("五、东西在哪里", "5. Where everything lies") if demo.duty else pick("四、东西在哪里", "4. Where everything lies"), bold=True)  # fmt: skip
    for pack_id, done in demo.runs.items():
        for path in done.reports:
            if path.suffix == ".html" or pack_id == MAIN:
                show.line(f"  {path}")
    if demo.duty:
        for path in demo.duty.reports:
            show.line(f"  {path}")
    if demo.explained:
        show.line(pick(f"  一个数字的来源：{demo.explained}", f"  one figure explained: {demo.explained}"))
        show.line(f"    {typed(demo.explained_command)}")
    total = sum(demo.seconds.values())
    parts = "  ".join(f"{name} {seconds:.0f} s" for name, seconds in demo.seconds.items())
    show.line()
    show.line(pick(f"用时 {total:.0f} 秒（{parts}）", f"Time {total:.0f} s ({parts})"))
    if demo.peak_megabytes:
        show.line(pick(f"内存峰值 {demo.peak_megabytes:,} MB", f"Peak memory {demo.peak_megabytes:,} MB"))
    last = (
        Text("✓ 报告都已写好。先打开上面第一份。", "✓ The reports are written. Open the first one above.")
        if demo.ok
        else Text("✗ 有数字未能复算，见上。", "✗ Some figures did not come out; see above.")
    )
    show.line(say(last), fg="green" if demo.ok else "red", bold=True)
