"""The bodies and the people of the demonstration: one person for each role to sign in as, and those who did the rest."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from duxue.web.accounts.demo import demo_user_create
from duxue.web.accounts.models import User
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.accounts.services.grants import grant_give
from duxue.web.common.actors import SITE, Actor
from duxue.web.orgs.models import Organisation
from duxue.web.orgs.services import organisation_create
from duxue.web.rounds.models import Round

PROVINCE: Final = "370000"
CITY, COUNTY, EXTENDED, LATE = (
    "370200",
    "370202",
    "370600",
    "371700",
)  # where the people of the demonstration work
_LEVELS: Final = {"省": "province", "市": "city", "县": "county"}
_FIRST_DAY: Final = date(2000, 1, 1)
_SCHOOLS: Final = 3  # of each county of CITY, with an entry on the tree
_SAMPLE: Final = "sample"  # people who cannot sign in: they only did what had to be done

# key -> role, place, name, post
_PEOPLE: Final = {
    "organiser": ("organiser", PROVINCE, "周敏 Zhou Min", "省督导办轮次组织（演示） / runs the round (demo)"),
    "organiser2": ("organiser", PROVINCE, "吴凯 Wu Kai", "省督导办复核公布（演示） / second person (demo)"),
    "leader": ("leader", PROVINCE, "郑远 Zheng Yuan", "省督导办负责人（演示） / director (demo)"),
    "auditor": ("auditor", PROVINCE, "钱正 Qian Zheng", "审计（演示） / auditor (demo)"),
    "manager-qingdao": ("manager", CITY, "孙立 Sun Li", "青岛市评价负责人（演示） / head, Qingdao (demo)"),
    "officer": ("officer", CITY, "李文 Li Wen", "青岛市填报员（演示） / officer, Qingdao (demo)"),
    "county": ("officer", COUNTY, "王宁 Wang Ning", "市南区填报员（演示） / officer, Shinan district (demo)"),
    "manager-yantai": ("manager", EXTENDED, "陈安 Chen An", "烟台市评价负责人，获准延期（演示） / head, Yantai, extended (demo)"),
    "manager-heze": ("manager", LATE, "冯平 Feng Ping", "菏泽市评价负责人，已逾期（演示） / head, Heze, late (demo)"),
    "reviewer": ("reviewer", PROVINCE, "褚言 Chu Yan", "网评专家（演示） / online reviewer (demo)"),
    "reviewer2": ("reviewer", PROVINCE, "卫明 Wei Ming", "网评专家，背靠背复评（演示） / second reviewer (demo)"),
    "inspector": ("inspector", PROVINCE, "蒋行 Jiang Xing", "实地核查组（演示） / field team (demo)"),
    "inspector2": ("inspector", PROVINCE, "沈实 Shen Shi", "实地核查组（演示） / field team (demo)"),
}  # fmt: skip


@dataclass
class Cast:
    """Everybody and everything that the seeding refers to by name."""

    org: dict[str, Organisation] = field(default_factory=dict)  # code -> body
    user: dict[str, User] = field(default_factory=dict)  # key -> person; manager:<code> for each city
    cities: list[str] = field(default_factory=list)
    counties: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # city -> codes

    @property
    def authority(self) -> Organisation:
        """The province."""
        return self.org[PROVINCE]

    def actor(self, key: str) -> Actor:
        """Return a person as an actor, with the roles that hold now."""
        return actor_of_user(self.user[key])

    def manager(self, city: str) -> Actor:
        """Return whoever heads the evaluation in a city."""
        return self.actor(f"manager:{city}")


def make_cast(data: Path) -> Cast:
    """Write the tree of `data`/units.csv with some schools, and the people; `data` holds the sample province."""
    cast = Cast()
    with (data / "units.csv").open(encoding="utf-8-sig", newline="") as stream:
        for code, zh, en, level, parent in list(csv.reader(stream))[1:]:
            _body(cast, code, zh, en, _LEVELS.get(level, "county"), parent)
    for code, name, county in _schools(data, set(cast.counties[CITY])):
        _body(cast, code, name, "", "school", county)
    for key, (role, place, name, post) in _PEOPLE.items():
        cast.user[key] = demo_user_create(key=key, name=name, post=post)
        if place in cast.org:  # a part of the province lacks some
            grant_give(actor=SITE, user=cast.user[key], role=role, organisation=cast.org[place])
        if role == "manager":
            cast.user[f"manager:{place}"] = cast.user[key]
    for city in cast.cities:
        if f"manager:{city}" not in cast.user:
            name = f"{cast.org[city].name_zh}评价负责人（合成） / head, {cast.org[city].name_en}"
            cast.user[f"manager:{city}"] = _extra(f"manager-{city}", name)
            grant_give(
                actor=SITE, user=cast.user[f"manager:{city}"], role="manager", organisation=cast.org[city]
            )
    return cast


def more_reviewers(cast: Cast, round: Round, count: int) -> None:
    """Let `count` more people review in a round, each at home in another city, so that recusals are seen."""
    for n, city in zip(range(1, count + 1), cast.cities, strict=False):
        user = _extra(f"reviewer-{n:02}", f"网评专家{n:02}（合成） / reviewer {n:02}", home=city)
        cast.user[f"reviewer:{n}"] = user
        grant_give(actor=SITE, user=user, role="reviewer", organisation=cast.authority, round=round)


def _body(cast: Cast, code: str, zh: str, en: str, level: str, parent: str) -> None:
    cast.org[code] = organisation_create(
        actor=SITE, code=code, name_zh=zh, name_en=en, level=level, parent=cast.org.get(parent), from_day=_FIRST_DAY,
        source="样本省 / sample province", synthetic=True,
    )  # fmt: skip
    if level == "city":
        cast.cities.append(code)
    if level == "county":
        cast.counties[parent].append(code)


def _schools(data: Path, counties: set[str]) -> list[tuple[str, str, str]]:
    """Return code, name and county of the first schools of each county."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with (data / "school.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            mine = found[row["县级代码"]]
            if row["县级代码"] in counties and len(mine) < _SCHOOLS:
                mine[row["学校代码"]] = row["学校名称"]
    return [(code, name, county) for county, held in found.items() for code, name in held.items()]


def _extra(key: str, name: str, home: str = "") -> User:
    user = User(username=f"{_SAMPLE}-{key}", email=f"{key}@{_SAMPLE}.invalid", name=name, home_code=home)
    user.set_unusable_password()
    user.save()
    return user
