"""Show a file in the browser without opening it there: pages as pictures, text and tables as plain escaped HTML."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.evidence.content import problems as say
from duxue.web.evidence.content.bounded import Limits, run_bounded
from duxue.web.evidence.content.kinds import Kind

PAGES = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown of a file.

    `pages` are WebP pictures in the folder, in order; `html` is a fragment of headings, paragraphs, lists and tables
    without attributes that load or run anything; `text` is the plain text for searching; `note` says what was left
    out; `problems` say why there is no preview. At least one of all these is not empty.
    """

    pages: tuple[Path, ...] = ()
    html: str = ""
    text: str = ""
    note: Text = say.NONE
    problems: tuple[Problem, ...] = ()


def preview(
    path: Path, kind: Kind, folder: Path, *, name: str = "", pages: int = PAGES, limits: Limits | None = None
) -> Preview:
    """Return the preview of a file of a recognised kind; it never raises, whatever the file holds.

    Works in a process of its own. When that fails the folder holds no picture and `problems` says what happened.
    """
    name = name or path.name
    if kind.family == "video":
        return Preview(
            note=Text("视频不预览；请下载后观看。", "Videos are not previewed; download it to see it.")
        )
    order = {
        "path": str(path.resolve()),
        "family": kind.family,
        "folder": str(folder.resolve()),
        "pages": pages,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        answer = run_bounded("preview", order, name, limits)
    except Refused as refused:
        _sweep(folder)
        return Preview(problems=refused.problems)
    except OSError as error:
        return Preview(problems=(say.make("EVID041", name, found=error.strerror or type(error).__name__),))
    files = tuple(folder / str(page) for page in answer["pages"])
    return Preview(files, answer["html"], answer["text"], Text(**answer["note"]))


def _sweep(folder: Path) -> None:
    for page in folder.glob("page-*.webp"):
        page.unlink(missing_ok=True)
