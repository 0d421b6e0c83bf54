"""Whether this machine has what the program needs, and how to mend what it lacks."""

from __future__ import annotations

import locale
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from duxue.core.text import Text, same

Health = Literal["good", "poor", "missing"]

# distribution -> (module, smallest version that the package asks for)
NEEDED = {
    "charset-normalizer": ("charset_normalizer", (3, 4)),
    "click": ("click", (8, 2)),
    "duckdb": ("duckdb", (1, 5)),
    "pyarrow": ("pyarrow", (20,)),
    "pydantic": ("pydantic", (2, 12)),
    "pylopdf-fonts-zh-cn": ("pylopdf_fonts_zh_cn", (0, 1)),
    "python-calamine": ("python_calamine", (0, 5)),
    "python-docx": ("docx", (1, 2)),
    "PyYAML": ("yaml", (6, 0)),
    "rich": ("rich", (14,)),
    "typst": ("typst", (0, 14)),
    "xlsxwriter": ("xlsxwriter", (3, 2)),
}
_DISK = 1 << 30
_MEMORY = 2 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` says how to mend it when it is not good."""

    what: Text
    health: Health
    found: Text
    advice: Text = field(default_factory=lambda: same(""))


def examine(folder: Path) -> Iterator[Finding]:
    """Yield what was found of Python, libraries, fonts, disk, memory, locale, the right to write, and the engines."""
    yield _python()
    yield from _packages()
    yield _fonts()
    yield _disk(folder)
    yield _memory()
    yield _locale()
    yield _writing(folder)
    yield from _engines()


def _python() -> Finding:
    found = same(".".join(map(str, sys.version_info[:3])))
    good = sys.version_info >= (3, 11)
    return Finding(
        same("Python"),
        "good" if good else "missing",
        found,
        same("") if good else Text("请安装 Python 3.11 或更新版本。", "Install Python 3.11 or newer."),
    )


def _packages() -> Iterator[Finding]:
    lacking = []
    for name, (module, least) in NEEDED.items():
        if find_spec(module) is None:
            lacking.append(name)
            continue
        try:
            found = version(name)
        except PackageNotFoundError:
            continue  # importable, as in a bundle that keeps no metadata
        numbers = tuple(int(p) for p in found.split(".")[: len(least)] if p.isdigit())
        if numbers < least:
            lacking.append(f"{name} {found} < {'.'.join(map(str, least))}")
    names = ", ".join(lacking)
    yield Finding(
        Text("程序库", "libraries"),
        "missing" if lacking else "good",
        same(names) if lacking else Text(f"{len(NEEDED)} 个齐全", f"all {len(NEEDED)} are there"),
        Text("请重新安装：pip install duxue", "Install again: pip install duxue") if lacking else same(""),
    )


def _fonts() -> Finding:
    what = Text("中文字体（用于 PDF）", "Chinese font (for PDF)")
    try:
        import pylopdf_fonts_zh_cn

        path = Path(str(pylopdf_fonts_zh_cn.sans_path()))
        if path.is_file():
            return Finding(what, "good", same(path.name))
    except (ImportError, OSError, AttributeError):
        pass
    return Finding(
        what,
        "missing",
        Text("找不到", "not found"),
        Text("请重新安装 pylopdf-fonts-zh-cn；或用 --formats html,docx。",
             "Install pylopdf-fonts-zh-cn again, or use --formats html,docx."),
    )  # fmt: skip


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(_existing(folder)).free
    good = free >= _DISK
    return Finding(
        Text("磁盘剩余空间", "free disk space"),
        "good" if good else "poor",
        same(_size(free)),
        same("")
        if good
        else Text("全省评估约需 1 GB，请清理磁盘。", "A province needs about 1 GB; make room."),
    )


def _memory() -> Finding:
    what = Text("内存", "memory")
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return Finding(what, "good", Text("未知", "unknown"))
    good = total >= _MEMORY
    return Finding(
        what,
        "good" if good else "poor",
        same(_size(total)),
        same("")
        if good
        else Text("全省评估约需 2 GB，可分市评估。", "A province needs about 2 GB; evaluate city by city."),
    )


def _locale() -> Finding:
    encoding = sys.stdout.encoding or locale.getpreferredencoding(False)
    good = encoding.lower().replace("-", "") in ("utf8", "gb18030", "gbk", "cp936", "utf8sig")
    return Finding(
        Text("终端编码", "terminal encoding"),
        "good" if good else "poor",
        same(encoding),
        same("")
        if good
        else Text("请设置 LANG=C.UTF-8 或 PYTHONUTF8=1。", "Set LANG=C.UTF-8 or PYTHONUTF8=1."),
    )


def _writing(folder: Path) -> Finding:
    what = Text("写权限", "right to write")
    here = _existing(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=".duxue-", dir=here):
            pass
    except OSError as error:
        return Finding(
            what, "missing", same(f"{here}: {error.strerror}"),
            Text("请换一个可写的文件夹，或请管理员开放写权限。", "Go to a folder where you may write, or ask for the right."),
        )  # fmt: skip
    return Finding(what, "good", same(str(here)))


def _engines() -> Iterator[Finding]:
    from duxue.app.cases import run_cases
    from duxue.app.runs import evaluate_folder
    from duxue.engines.choose import NAMES
    from duxue.packs.loader import load
    from duxue.packs.new import new

    with tempfile.TemporaryDirectory(prefix="duxue-") as temporary:
        pack = Path(temporary) / "pack"
        new(pack, "self-check")
        loaded = load(pack)
        what = Text("算例自检", "worked example")
        bad = [o for case in run_cases(loaded) for o in case.outcomes if not o.ok]
        if bad:
            yield Finding(what, "missing", Text(f"{len(bad)} 处不符", f"{len(bad)} figures differ"), _BROKEN)
        else:
            yield Finding(what, "good", Text("全部相符", "every figure agrees"))
        texts = {}
        for engine in NAMES:
            what = Text(f"{engine} 引擎自检", f"{engine} engine")
            try:
                done = evaluate_folder(loaded, pack / "data", Path(temporary) / engine, engine=engine)
                texts[engine] = [(r.indicator, r.unit, r.by, r.verdict) for r in done.evaluation.run.results]
            except Exception as error:  # noqa: BLE001 - whatever is wrong with a library, say so and go on
                yield Finding(what, "missing", same(f"{type(error).__name__}: {error}"[:200]), _BROKEN)
                continue
            same_as_first = texts[engine] == next(iter(texts.values()))
            yield Finding(
                what,
                "good" if same_as_first else "missing",
                Text("试算通过", "a small evaluation passes")
                if same_as_first
                else Text("结果不符", "results differ"),
                same("") if same_as_first else _BROKEN,
            )


_BROKEN = Text(
    "程序库可能损坏，请重新安装：pip install --force-reinstall duxue",
    "A library may be damaged; install again: pip install --force-reinstall duxue",
)


def _existing(folder: Path) -> Path:
    here = folder.resolve()
    while not here.is_dir():
        here = here.parent
    return here


def _size(count: int) -> str:
    return f"{count / (1 << 30):.1f} GB"
