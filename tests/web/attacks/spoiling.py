"""Every text that people write, made hostile: the fields come from the models, so that a new one is tried from its first day."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db import models

from duxue.web.common import audit
from duxue.web.common.actors import Actor

HOSTILE = "=<b id=x1>\"'"
# What nobody writes freely, as field or Model.field, by the reason.
NOT_WRITTEN = {
    "made by the site": "password secret_hash digest pack_digest data_digest sha256 commitment key prefix certificate",
    "a place among organisations or files": "path assignee_path folder data_folder public_folder url InvitationMail.site pack",
    "a code, checked when it is entered": "code slug username home_code place_code item_code indicator rule email",
    "one of a list": "level role language theme step outcome state kind turn found grade final_grade approval appeal place_level choice"
    " media_type family preview_state original_date_source Problem.source AnswerVersion.source",
}
WORDS = {"zh", "en", "text", "title", "name", "note", "caption"}  # what JSON calls its texts


def models_of_the_site() -> list[type[models.Model]]:
    """Return the models of all apps but common, whose chain takes no change."""
    return [
        m
        for m in apps.get_models()
        if m.__module__.startswith("duxue.web.") and m._meta.app_label != "common"
    ]


def excepted() -> set[str]:
    """Return the names of NOT_WRITTEN."""
    return {name for names in NOT_WRITTEN.values() for name in names.split()}


def texts_of(model: type[models.Model]) -> list[str]:
    """Return the fields of a model that people write."""
    return [
        field.name for field in model._meta.fields
        if isinstance(field, models.CharField | models.TextField)
        and not {field.name, f"{model.__name__}.{field.name}"} & excepted()
    ]  # fmt: skip


def spoil(actor: Actor, but: Collection[str] = ()) -> None:
    """Make every text in the database but those fields hostile, inside JSON too, and put an event full of them into the audit."""
    for model in models_of_the_site():
        if written := [name for name in texts_of(model) if name not in but]:
            model._base_manager.update(**dict.fromkeys(written, HOSTILE))
        for field in (f.name for f in model._meta.fields if isinstance(f, models.JSONField)):
            for thing in model._base_manager.exclude(**{field: None}):
                told = getattr(thing, field)
                if (hostile := _spoilt(told)) != told:
                    model._base_manager.filter(pk=thing.pk).update(**{field: hostile})
    user = apps.get_model("accounts.User")._base_manager.get(pk=actor.user_id)
    audit.record(actor, "duxue.user.corrected", user, path="/", reason=HOSTILE, data={HOSTILE: HOSTILE})


def _spoilt(told: Any) -> Any:
    if isinstance(told, dict):
        return {k: HOSTILE if k in WORDS and isinstance(v, str) else _spoilt(v) for k, v in told.items()}
    return [_spoilt(one) for one in told] if isinstance(told, list) else told


def markup(pages: list[tuple[str, str]]) -> list[str]:
    """Return the names of the pages on which hostile text became markup."""
    return [name for name, page in pages if "<b id=x1>" in page or 'x1>"' in page]
