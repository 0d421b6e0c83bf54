"""Addresses of pages, worked out once: a page with a long table asks for a hundred of them, most of them over and over."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import urls
from django.urls import get_script_prefix


def address(name: str, *args: Any) -> str:
    """Return the address of a page; NoReverseMatch when there is none by that name for these arguments.

    The arguments are those of Django's `reverse`; a process keeps what it returned for as long as it runs.
    """
    return _kept(get_script_prefix(), name, *args)


@lru_cache(maxsize=50_000, typed=True)  # 1, True and "1" are not the same address
def _kept(prefix: str, name: str, *args: Any) -> str:  # noqa: ARG001 - what `reverse` returns depends on the prefix
    return urls.reverse(name, args=args)
