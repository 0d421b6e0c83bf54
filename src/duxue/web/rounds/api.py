"""Rounds for machines."""

from __future__ import annotations

from ninja import Router

from duxue.web.rounds.api_unit import router as unit_router

router = Router()
router.add_router("", unit_router)
