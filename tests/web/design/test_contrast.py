"""Every pair of colours that the site sets upon each other is readable in both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import duxue.web

STYLES = Path(duxue.web.__file__).parent / "static" / "duxue"
TEXT = [
    *[
        (ink, paper)
        for ink in ("ink", "muted", "action")
        for paper in ("paper", "wash", "sunk", "action-wash")
    ],
    *[
        (f"{state}", paper)
        for state in ("met", "at-risk", "not-met", "neutral")
        for paper in ("paper", "wash")
    ],
    *[(f"{state}", f"{state}-wash") for state in ("met", "at-risk", "not-met", "neutral")],
    *[("ink", f"{state}-wash") for state in ("met", "at-risk", "not-met")],
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("action-strong", "paper"),
    ("on-not-met", "not-met"),
    ("paper", "ink"),  # toasts
    ("paper", "met"),  # the dot of a finished step
]
MARKS = [
    *[(mark, paper) for mark in ("edge", "focus") for paper in ("paper", "wash")],
    *[(f"series-{n}", paper) for n in range(1, 7) for paper in ("paper", "sunk")],
    ("action", "sunk"),
]


def _block(text: str, start: str) -> dict[str, str]:
    body = text[text.index(start) + len(start) :].partition("}")[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", body))


def _themes() -> dict[str, dict[str, str]]:
    text = (STYLES / "tokens.css").read_text("utf-8")
    light = _block(text, ":root {")
    return {
        "light": light,
        "dark": light | _block(text, ':root[data-theme="dark"] {'),
        "system dark": light | _block(text, ':root:not([data-theme="light"]) {'),
    }


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_21_and_a_grey_is_known():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_has_a_contrast_of_4_5(theme, front, back):
    colours = _themes()[theme]
    assert contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), MARKS)
def test_marks_edges_and_focus_have_a_contrast_of_3(theme, front, back):
    colours = _themes()[theme]
    assert contrast(colours[front], colours[back]) >= 3


def test_the_dark_of_the_system_is_the_dark_that_is_chosen():
    themes = _themes()
    assert themes["dark"] == themes["system dark"] != themes["light"]


def test_only_the_tokens_name_colours():
    allowed = {"#fff", "#000", "#777"}  # paper behind a QR code; ink on paper in print
    for sheet in ("site.css", "print.css"):
        text = (STYLES / sheet).read_text("utf-8")
        assert set(re.findall(r"#[0-9a-f]{3,8}\b", text)) <= allowed, sheet


def test_every_token_that_is_used_is_defined():
    defined = set(re.findall(r"--([\w-]+):", (STYLES / "tokens.css").read_text("utf-8")))
    for sheet in ("site.css", "print.css"):
        text = (STYLES / sheet).read_text("utf-8")
        assert set(re.findall(r"var\(--([\w-]+)", text)) - set(re.findall(r"--([\w-]+):", text)) <= defined, (
            sheet
        )
