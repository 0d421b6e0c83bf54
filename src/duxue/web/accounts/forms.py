"""Forms of people, roles, invitations and tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from duxue.web.accounts.policy import MAY_GIVE
from duxue.web.accounts.services.invitations import DAYS, MOST_DAYS
from duxue.web.accounts.services.people import MOST_POST
from duxue.web.accounts.services.tokens import MOST_DAYS as TOKEN_DAYS
from duxue.web.common.actors import ROLES, Actor
from duxue.web.common.forms import Form, label
from duxue.web.common.lang import say
from duxue.web.common.policy import ROLE_TITLES
from duxue.web.orgs.models import Organisation
from duxue.web.orgs.picking import UnitCodeField, UnitField
from duxue.web.rounds.models import Round


def _home() -> UnitCodeField:
    return UnitCodeField(
        label=label("来自单位", "Unit that the person comes from"),
        required=False,
        help_text=label(
            "名称或代码；不会安排此人评审或核查该单位及其上级参评单位",
            "Name or code. The person is not asked to judge or visit it, nor the unit it belongs to",
        ),
    )


def _post() -> forms.CharField:
    return forms.CharField(label=label("岗位", "Post"), max_length=MOST_POST, required=False)


def _roles(actor: Actor) -> list[tuple[str, Any]]:
    given = {role for giver, gives in MAY_GIVE.items() if actor.any(giver) for role in gives}
    return [(role, ROLE_TITLES[role]) for role in ROLES if role in given]


class _Role(Form):
    """A role at a place, in one round or in all."""

    role = forms.ChoiceField(label=label("角色", "Role"), choices=[])
    organisation = UnitField(
        label=label("单位", "Organisation"),
        help_text=label(
            "名称或代码；角色对该单位及其下级有效", "Name or code. The role holds there and in all below it"
        ),
    )
    round: Any = forms.ModelChoiceField(
        label=label("轮次", "Round"),
        queryset=None,
        required=False,
        empty_label=str(say("全部轮次", "All rounds")),
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        places = sorted((h.path, h.organisation_id) for h in actor.held if h.role in MAY_GIVE)
        if places and "organisation" not in (options.get("initial") or {}):
            own = Organisation.objects.filter(pk=places[0][1]).values_list("code", flat=True).first()
            options["initial"] = {**(options.get("initial") or {}), "organisation": own}
        super().__init__(*args, **options)
        self.fields["role"].choices = _roles(actor)  # type: ignore[attr-defined]
        rounds = self.fields["round"]
        rounds.queryset = Round.objects.filter(Q(sealed_at__isnull=True))  # type: ignore[attr-defined]
        rounds.empty_label = say("全部轮次", "All rounds")  # type: ignore[attr-defined]
        own_rounds = {h.round_id for h in actor.held if h.role in MAY_GIVE}
        if own_rounds and None not in own_rounds:  # who acts in some rounds only gives roles in these only
            rounds.queryset = rounds.queryset.filter(pk__in=own_rounds)  # type: ignore[attr-defined]
            rounds.required, rounds.empty_label = True, None  # type: ignore[attr-defined]


class Give(_Role):
    """A role for a person who has an account."""

    until = forms.DateField(
        label=label("终止日期", "Ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=label(
            "从这一天起不再有效；不填则长期有效", "It no longer holds from this day on; empty: no end"
        ),
    )


class Invite(_Role):
    """An invitation of one person."""

    name = forms.CharField(label=label("姓名", "Name"), max_length=100)
    email = forms.EmailField(label=label("电子邮箱", "E-mail"))
    days = forms.IntegerField(
        label=label("有效天数", "Days until it expires"), min_value=1, max_value=MOST_DAYS, initial=DAYS
    )
    home_code = _home()
    post = _post()
    field_order = ("name", "email", "role", "organisation", "round", "home_code", "post", "days")


class InviteList(Form):
    """Invitations by a list."""

    file = forms.FileField(label=label("名单文件", "File with the list"), required=False)
    text = forms.CharField(
        label=label("或粘贴名单", "Or paste the list"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=label(
            "每行一人：姓名;邮箱;角色;单位代码。角色写督导办组织者、领导、单位负责人、经办人、网评专家、实地核查人员或审计员。"
            "其后可加第五项来自单位的代码（不安排其评审或核查该单位）和第六项岗位。",
            "One person a line: name;email;role;organisation code. Roles: organiser, leader, manager, officer, reviewer, "
            "inspector, auditor. Two more parts may follow: the code of the unit they come from, which they are not asked to "
            "judge or visit, and their post.",
        ),
    )


class Accept(Form):
    """What a new person says: name, post and password."""

    name = forms.CharField(
        label=label("姓名", "Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    post = _post()
    password = forms.CharField(
        label=label("密码", "Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=label(
            "至少 10 个字符，不要只用数字，不要用常见密码或与姓名、邮箱相近的密码",
            "At least 10 characters; not only digits, nothing common, nothing like your name or address",
        ),
    )
    again = forms.CharField(
        label=label("再输入一次密码", "The password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Return the values; both passwords are the same."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("password") and values.get("again") and values["password"] != values["again"]:
            self.add_error("again", str(say("两次输入的密码不同。", "The two passwords differ.")))
        return values


class Until(Form):
    """When a role ends."""

    until = forms.DateField(
        label=label("终止日期", "Ends on"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=label("从这一天起不再有效", "It no longer holds from this day on"),
    )  # fmt: skip


class Correct(Form):
    """A person's post, and for who keeps them the unit that they come from."""

    post = _post()
    home_code = _home()

    def __init__(self, *args: Any, place: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not place:
            del self.fields["home_code"]


class Reason(Form):
    """Why something is done."""

    reason = forms.CharField(
        label=label("理由", "Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class NewToken(Form):
    """A token of an organisation."""

    title = forms.CharField(
        label=label("用途", "What it is for"), max_length=100, help_text=label("例如：市级平台取数", "For instance: data for the city's platform")
    )  # fmt: skip
    role = forms.ChoiceField(label=label("以何角色", "In which role"), choices=[])
    write = forms.BooleanField(label=label("可以写入", "It may also write"), required=False)
    days = forms.IntegerField(
        label=label("有效天数", "Days until it expires"), min_value=1, max_value=TOKEN_DAYS, initial=90
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = list(reversed(_roles(actor)))  # type: ignore[attr-defined]
