"""Makes the first organisation of a site and its first organiser; everybody else is invited from there."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from duxue.core.errors import Refused
from duxue.web.accounts.models import User
from duxue.web.accounts.services.grants import grant_give
from duxue.web.accounts.services.invitations import password_problems
from duxue.web.common.actors import ORGANISER, SITE
from duxue.web.common.clock import day_of, today
from duxue.web.orgs.models import LEVELS
from duxue.web.orgs.services import organisation_create


class Command(BaseCommand):
    """One transaction: both are made, or none."""

    help = (
        "Make an authority and its first organiser; the organiser's password is asked twice, or read from the first line of "
        "standard input where that is no terminal / 建立主管单位和第一位组织者；其密码在终端上询问两次，标准输入不是终端时取其第一行"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read who and where; a password is no argument, which others could read in the list of processes."""
        for name in ("code", "name-zh", "name-en", "email", "person"):
            parser.add_argument(f"--{name}", required=name != "name-en", default="")
        parser.add_argument("--level", choices=LEVELS, default="province")
        parser.add_argument(
            "--from", type=_day, default=today(), metavar="YYYY-MM-DD",
            help="first day of the authority, before which nothing below it can exist: by default today / "
            "主管单位自哪一天起存在，下级单位不能更早；默认为今天",
        )  # fmt: skip

    def handle(self, **options: Any) -> None:
        """Make both."""
        password = _password()
        email = options["email"].casefold()
        user = User(username=email[:150], email=email, name=options["person"])
        try:
            found = password_problems(password, user)
            if found:
                raise Refused(found)
            if User.objects.filter(username=user.username).exists():
                raise CommandError(f"{email}: 已有账号 / has an account already")
            with transaction.atomic():
                organisation = organisation_create(
                    actor=SITE, code=options["code"], name_zh=options["name_zh"], name_en=options["name_en"],
                    level=options["level"], parent=None, from_day=options["from"],
                )  # fmt: skip
                user.set_password(password)
                user.save()
                EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
                grant_give(actor=SITE, user=user, role=ORGANISER, organisation=organisation)
        except Refused as refused:
            raise CommandError(
                "\n".join(f"{p.render('zh')}\n{p.render('en')}" for p in refused.problems)
            ) from refused
        self.stdout.write(f"{organisation.code} {options['from']} {email}")


def _day(text: str) -> date:
    day = day_of(text)
    if day is None or day > today():
        raise ArgumentTypeError(f"{text}: 应为不晚于今天的日期 / expected a day not after today, YYYY-MM-DD")
    return day


def _password() -> str:
    if not sys.stdin.isatty():
        if given := sys.stdin.readline().rstrip("\r\n"):
            return given
        raise CommandError(
            "没有密码：请在终端运行，或把组织者的密码写在标准输入的第一行\n"
            "no password: run it at a terminal, or give the organiser's password as the first line of standard input"
        )
    typed = getpass.getpass("组织者的密码 / password of the organiser: ")
    if getpass.getpass("再输入一次 / once more: ") != typed:
        raise CommandError("两次输入的密码不同，什么也没有建立 / the two passwords differ; nothing was made")
    return typed
