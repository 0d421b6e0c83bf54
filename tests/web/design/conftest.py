"""The browser in which the pages of this room are looked at."""

from tests.e2e.conftest import browser

__all__ = ["browser"]
