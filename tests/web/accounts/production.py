"""The settings of production as they come out of an environment."""

from __future__ import annotations

import os
import runpy
from typing import Any

import pytest


def production(**environ: str) -> dict[str, Any]:
    """Return the settings of production under `environ`; of the tests' own environment only the home counts."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DUXUE_") and name != "DUXUE_HOME"]:
            patch.delenv(name)
        for name, value in {"DUXUE_SECRET_KEY": "only-for-tests", **environ}.items():
            patch.setenv(name, value)
        return runpy.run_module("duxue.web.config.settings.prod")
