"""Jobs of reporting: they stand beside the services that start them."""

from __future__ import annotations

from duxue.web.reporting import services

__all__ = ["services"]
