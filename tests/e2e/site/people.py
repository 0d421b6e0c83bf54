"""Fills an empty site with what exists before a round: a province, two cities with counties, and the office's own people.

Run as `python -m tests.e2e.site.people FOLDER`; FOLDER holds the sample province. Everything in it is made up.
"""

from __future__ import annotations

import csv
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

PASSWORD: Final = "eleven quiet lanterns"
PROVINCE, CITY, OTHER = "370000", "370200", "370600"
COUNTY: Final = "370202"  # of the city
COUNTIES: Final = 3  # of each city
# person -> role, place, name; those of the city itself are invited during the round
PEOPLE: Final = {
    "organiser": ("organiser", PROVINCE, "合成组织者甲"),
    "organiser2": ("organiser", PROVINCE, "合成组织者乙"),
    "leader": ("leader", PROVINCE, "合成负责人"),
    "auditor": ("auditor", PROVINCE, "合成审计员"),
    "reviewer1": ("reviewer", PROVINCE, "合成评审员甲"),
    "reviewer2": ("reviewer", PROVINCE, "合成评审员乙"),
    "inspector": ("inspector", PROVINCE, "合成核查员甲"),
    "inspector2": ("inspector", PROVINCE, "合成核查员乙"),
    "inspector3": ("inspector", PROVINCE, "合成核查员丙"),
    "county": ("officer", COUNTY, "合成县级经办人"),
    "manager2": ("manager", OTHER, "合成另一市负责人"),
}
_DAY = date(2000, 1, 1)
_LEVELS: Final = {"省": "province", "市": "city", "县": "county"}


def fill(data: Path) -> None:
    """Write bodies and people through the services that pages use."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from duxue.web.accounts.models import User
    from duxue.web.accounts.services.grants import grant_give
    from duxue.web.common.actors import SITE
    from duxue.web.common.scope import everything
    from duxue.web.orgs.services import organisation_create

    with transaction.atomic(), everything("a test's own site"):
        made: dict[str, Any] = {}
        for code, zh, en, level, parent in _bodies(data):
            made[code] = organisation_create(
                actor=SITE, code=code, name_zh=zh, name_en=en, level=_LEVELS.get(level, "county"),
                parent=made.get(parent), from_day=_DAY, source="样本省 / sample province", synthetic=True,
            )  # fmt: skip
        password = make_password(PASSWORD)  # once: it is slow on purpose
        for key, (role, place, name) in PEOPLE.items():
            user = User(username=key, email=f"{key}@example.org", name=name, password=password)
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            grant_give(actor=SITE, user=user, role=role, organisation=made[place])


def _bodies(data: Path) -> list[list[str]]:
    """Return the rows of the province, its two cities and the first counties of each."""
    with (data / "units.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    kept = [row for row in rows if row[0] in {PROVINCE, CITY, OTHER}]
    for city in (CITY, OTHER):
        kept += [row for row in rows if row[4] == city][:COUNTIES]
    return kept


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duxue.web.config.settings.demo")
    django.setup()
    fill(Path(sys.argv[1]))
