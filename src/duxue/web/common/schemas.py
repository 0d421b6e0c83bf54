"""Shapes that the API of more than one app speaks."""

from __future__ import annotations

from ninja import Schema


class Both(Schema):
    """A text in both languages."""

    zh: str
    en: str
