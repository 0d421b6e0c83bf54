"""Who sees and does what in this app."""

from __future__ import annotations
