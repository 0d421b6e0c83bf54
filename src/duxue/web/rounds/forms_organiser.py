"""Forms of the organiser: making a round in three steps, windows, reasons, decisions."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django import forms
from django.utils import timezone

from duxue.cases.procedure import Window as Times
from duxue.packs.catalogue import list_ids, list_versions
from duxue.web.common.clock import today
from duxue.web.common.forms import Form, countable, label
from duxue.web.common.lang import say, words
from duxue.web.orgs.models import Organisation
from duxue.web.rounds.models import Objection, Round
from duxue.web.rounds.own_packs import own_packs
from duxue.web.rounds.procedures import procedure_of
from duxue.web.rounds.settings import PROPOSED, Settings


class Day(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [countable]


class Moment(forms.DateTimeField):
    """A moment in the authority's zone, chosen with the browser's own calendar."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_validators = [countable]

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **options)


def reason_field(**options: Any) -> forms.CharField:
    """Return the field for a reason that those concerned will see."""
    return forms.CharField(
        label=label("理由", "Reason"), help_text=label("相关单位会看到。", "Those concerned will see it."), max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}), **options,
    )  # fmt: skip


# --- making a round ---------------------------------------------------------------------------------------------------
class Basics(Form):
    """Step 1: which rules, which year, what it is called."""

    authority = forms.ModelChoiceField(
        label=label("督导机构", "Authority"), queryset=Organisation.objects.none()
    )
    pack = forms.ChoiceField(label=label("规则包", "Pack of rules"), choices=[])
    evaluated_year = forms.IntegerField(
        label=label("被评价年度", "Evaluated year"), min_value=2000, max_value=2100
    )
    round_year = forms.IntegerField(
        label=label("开展年度", "Year of the round"), min_value=2000, max_value=2100
    )
    title_zh = forms.CharField(label=label("中文名称", "Chinese title"), max_length=200)
    title_en = forms.CharField(label=label("英文名称", "English title"), max_length=200)
    slug = forms.SlugField(
        label=label("短名", "Short name"), max_length=64,
        help_text=label("用于网址和文件名：小写字母、数字和连字符。", "In addresses and file names: small letters, digits and hyphens."),
    )  # fmt: skip
    opens = Day(label=label("启动日期", "First day"))

    def __init__(
        self, *args: Any, authorities: list[Organisation], scored: list[tuple[str, Any]], **options: Any
    ) -> None:
        year = today().year
        first = authorities[0] if authorities else None
        options["initial"] = {
            "authority": first, "evaluated_year": year - 1, "round_year": year, "opens": today(), "pack": scored[0][0],
            "title_zh": f"{first.name_zh if first else ''}{year - 1}年度履行教育职责评价",
            "title_en": f"{(first.name_en or first.name_zh) if first else ''}: evaluation of education duties {year - 1}",
            "slug": f"round-{year - 1}", **(options.get("initial") or {}),
        }  # fmt: skip
        super().__init__(*args, **options)
        self.fields["authority"].queryset = Organisation.objects.filter(pk__in=[a.pk for a in authorities])  # type: ignore[attr-defined]
        self.fields["pack"].choices = scored  # type: ignore[attr-defined]


def scored_packs() -> list[tuple[str, Any]]:
    """Return the packs that say how a round is scored with their labels: the site's own without problems, then the shipped."""
    own = [o for o in own_packs() if o.scored and not o.problems]
    return [(o.ref, say("{title}（本站规则：{ref}）", "{title} (this site's own: {ref})", title=words(o.title), ref=o.ref)) for o in own] + [
        (ref, ref) for ref in _shipped()
    ]  # fmt: skip


@cache  # what is shipped stays the same while the site runs, and reading all of it takes a second
def _shipped() -> list[str]:
    """Return the shipped ones, newest version first."""
    from duxue.packs.loader import load

    refs = [f"{name}@{version}" for name in list_ids() for version in reversed(list_versions(name))]
    return [ref for ref in refs if load(ref).pack.scoring is not None]


class Choices(Form):
    """Step 2: who takes part, and the settings."""

    units = forms.ModelMultipleChoiceField(
        label=label("被评价单位", "Units"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    evidence_cap = forms.IntegerField(
        label=label("每个条目的佐证材料上限", "Most files of evidence for an item"),
        min_value=1,
        max_value=100,
    )
    second_review_share = forms.IntegerField(
        label=label("第二人盲评比例（%）", "Share judged blind by a second reviewer (%)"),
        min_value=0,
        max_value=100,
    )
    publish_grades = forms.BooleanField(label=label("公布等次", "Publish grades"), required=False)
    show_weights = forms.BooleanField(
        label=label("向单位显示分值", "Show the points of items to units"), required=False
    )
    show_points = forms.BooleanField(
        label=label("反馈前向单位显示数据得分", "Show points from data to units before feedback"),
        required=False,
    )

    def __init__(self, *args: Any, candidates: list[Organisation], **options: Any) -> None:
        plain = PROPOSED
        options["initial"] = {
            "units": [o.pk for o in candidates], "evidence_cap": plain.evidence_cap,
            "second_review_share": round((plain.second_review_share or 0) * 100), "publish_grades": plain.publish_grades,
            "show_weights": plain.show_weights, "show_points": plain.show_points,
        }  # fmt: skip
        super().__init__(*args, **options)
        self.fields["units"].queryset = Organisation.objects.filter(pk__in=[o.pk for o in candidates])  # type: ignore[attr-defined]

    def settings(self) -> Settings:
        """Return what was chosen."""
        chosen = self.cleaned_data
        return Settings(
            chosen["evidence_cap"], chosen["second_review_share"] / 100, chosen["publish_grades"],
            chosen["show_weights"], chosen["show_points"],
        )  # fmt: skip


class Drop(Form):
    """Dropping a draft: its short name is typed."""

    confirm = forms.CharField(
        label=label("输入轮次短名以确认", "Type the short name of the round to confirm"), max_length=200
    )

    def __init__(self, *args: Any, slug: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["confirm"].help_text = slug


class Windows(Form):
    """Step 3, and later in preparation: when each step opens and closes."""

    def __init__(self, *args: Any, planned: dict[str, Times], **options: Any) -> None:
        super().__init__(*args, **options)
        self.steps = list(planned)
        for step, window in planned.items():
            title = words(window.title) if window.title else say(step, step)
            for side, moment, word in (
                ("opens", window.opens, say("{step}：开放", "{step}: opens", step=title)),
                ("closes", window.closes, say("{step}：截止", "{step}: closes", step=title)),
            ):
                self.fields[f"{step}_{side}"] = Moment(
                    label=word, initial=timezone.localtime(moment) if moment else None
                )

    def times(self) -> dict[str, Times]:
        """Return the windows as they were set; the last second of a minute belongs to it."""
        return {
            step: Times(self.cleaned_data[f"{step}_opens"], end_of(self.cleaned_data[f"{step}_closes"]))
            for step in self.steps
        }


def end_of(moment: datetime) -> datetime:
    """Return the last second of a minute that a person typed as an end."""
    return moment.replace(second=59) if not moment.second else moment


# --- in a round -------------------------------------------------------------------------------------------------------
class Extend(Form):
    """A later end of a window."""

    closes = Moment(label=label("延长至", "Extend until"))
    unit = forms.ChoiceField(label=label("适用单位", "For"), required=False, choices=[])
    reason = reason_field()

    def __init__(self, *args: Any, units: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = [("", say("全部单位", "all units")), *units]  # type: ignore[attr-defined]


class ExtendMany(Form):
    """A later end of a step for chosen units."""

    step = forms.ChoiceField(label=label("阶段", "Step"), choices=[])
    closes = Moment(label=label("延长至", "Extend until"))
    reason = reason_field()

    def __init__(self, *args: Any, steps: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["step"].choices = steps  # type: ignore[attr-defined]


class Reason(Form):
    """A step that needs a reason."""

    reason = reason_field()


class OptionalReason(Form):
    """A step that may have a reason."""

    reason = reason_field(required=False)


class NewVeto(Form):
    """A veto event."""

    unit = forms.ChoiceField(label=label("单位", "Unit"), choices=[])
    rule = forms.ChoiceField(label=label("否决事项", "Veto"), choices=[])
    reason = forms.CharField(
        label=label("事实和理由", "Facts and reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    evidence = forms.CharField(
        label=label("依据材料", "Evidence"), max_length=400,
        help_text=label("文件名称、文号或调查结论。", "Title and number of the document, or the finding."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, units: list[tuple[str, Any]], rules: list[tuple[str, Any]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["rule"].choices = rules  # type: ignore[attr-defined]


class Decide(Form):
    """The decision on an objection."""

    transition = forms.ChoiceField(label=label("决定", "Decision"), choices=[], widget=forms.RadioSelect)
    new_points = forms.DecimalField(
        label=label("改后得分", "New points"), required=False, min_value=0, max_digits=8, decimal_places=3
    )
    reason = forms.CharField(
        label=label("理由", "Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )

    def __init__(self, *args: Any, objection: Objection, ways: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        procedure = procedure_of(objection.round, "objection")
        self.fields["transition"].choices = [(way, words(procedure.transition(way).title)) for way in ways]  # type: ignore[attr-defined]
        if len(ways) == 1:
            self.fields["transition"].initial = ways[0]
        if objection.item is None or not {"uphold", "uphold_partly"} & set(ways):
            del self.fields["new_points"]


class Data(Form):
    """Which accepted data hold."""

    folder = forms.ChoiceField(label=label("已接收的数据", "Accepted data"), choices=[])

    def __init__(self, *args: Any, folders: list[str], round: Round, **options: Any) -> None:
        options["initial"] = {"folder": round.data_folder.removeprefix("data/")}
        super().__init__(*args, **options)
        self.fields["folder"].choices = [(name, name) for name in folders]  # type: ignore[attr-defined]


class SendData(Form):
    """The round's data as one archive."""

    archive = forms.FileField(
        label=label("数据压缩包（.zip）", "Archive of the data (.zip)"),
        help_text=label(
            "本轮数据文件夹里的全部表，可含问卷 survey.csv 和经费下降说明 explanations.csv；先检查，确认后才采用。",
            "All tables of the round's data folder, with the survey sheets survey.csv and the explanations of falling funds explanations.csv where there are any; checked first, used once you confirm.",
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )


class Invite(Form):
    """The managers of all units at once: a line for each."""

    people = forms.CharField(
        label=label("单位负责人", "Managers"), widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=label("每行一人：姓名；邮箱；单位负责人；单位代码。", "One person a line: name; e-mail; manager; code of the unit."),
    )  # fmt: skip
