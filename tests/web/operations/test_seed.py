"""Only the demonstration is seeded; what it then holds is checked where it is made (tests/e2e/site/test_tutorial.py)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.django_db
def test_other_sites_are_not_seeded(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="only under the settings"):
        call_command("seed_demo", str(tmp_path))
