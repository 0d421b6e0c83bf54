"""What every chart is drawn with: colours, letters, lines and boxes as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape as escape_html
from unicodedata import east_asian_width

from duxue.core.text import Lang
from duxue.reports.texts import printable

WIDTH = 400  # narrow enough to be read on a phone, two fit beside each other on a desk
SIZE = 12.5
SCALE_STEPS = 5


@dataclass(frozen=True)
class Palette:
    """The colours of a chart: variables of the page's style sheet, or fixed ones for paper."""

    ink: str
    soft: str
    line: str
    paper: str
    action: str
    met: str
    not_met: str
    na: str
    scale: tuple[str, ...]  # light to dark
    on_scale: tuple[str, ...]  # text on each
    font: str


SCREEN = Palette(
    ink="var(--ink)",
    soft="var(--soft)",
    line="var(--line)",
    paper="var(--paper)",
    action="var(--action)",
    met="var(--met)",
    not_met="var(--not-met)",
    na="var(--na)",
    scale=tuple(f"var(--s{i})" for i in range(SCALE_STEPS)),
    on_scale=tuple(f"var(--t{i})" for i in range(SCALE_STEPS)),
    font="",
)
PAPER = Palette(
    ink="#1b1f24",
    soft="#5a636e",
    line="#c9ced6",
    paper="#ffffff",
    action="#1d4f91",
    met="#0b7a5b",
    not_met="#b3361b",
    na="#6b7280",
    scale=("#eaf1fa", "#c3d7ee", "#8db4dc", "#4a86c0", "#1d4f91"),
    on_scale=("#1b1f24", "#1b1f24", "#1b1f24", "#ffffff", "#ffffff"),
    font="Noto Sans SC",
)


def escape(text: str) -> str:
    """Return a text as it may stand in SVG."""
    return escape_html(printable(text))


def text_width(text: str, size: float) -> float:
    """Return roughly how wide a text is: wide characters one em, others 0.55."""
    return sum(size if east_asian_width(c) in "WF" else size * 0.55 for c in text)


def cut(text: str, size: float, most: float) -> str:
    """Return the text, shortened with an ellipsis when it is wider than `most`."""
    if text_width(text, size) <= most:
        return text
    while text and text_width(text + "…", size) > most:
        text = text[:-1]
    return text.rstrip() + "…"


def fit(text: str, size: float, most: float) -> float:
    """Return the size, at most `size` and at least 9, at which the text is no wider than `most`."""
    return max(min(size, size * most / max(text_width(text, size), 1)), 9.0)


class Pieces:
    """A drawing in the making: its language, its colours and what was drawn so far."""

    def __init__(self, lang: Lang, palette: Palette) -> None:
        """Start with nothing drawn."""
        self.lang, self.p, self.out = lang, palette, list[str]()

    def _text(
        self, x: float, y: float, text: str, *, fill: str = "", anchor: str = "", size: float = 0
    ) -> None:
        more = f' text-anchor="{anchor}"' if anchor else ""
        more += f' font-size="{size:g}"' if size else ""
        self.out.append(
            f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill or self.p.ink}"{more}>{escape(text)}</text>'
        )

    def _line(self, x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1) -> None:
        self.out.append(
            f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{stroke}" stroke-width="{width:g}"/>'
        )

    def _rect(self, x: float, y: float, w: float, h: float, fill: str, more: str = "") -> None:
        self.out.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(w, 0):.1f}" height="{h:.1f}" fill="{fill}"{more}/>'
        )
