"""A round: its rules, steps and windows, the units in it, what is asked, what is known, what was answered and submitted.

Once `sealed_at` of a round is set, the database refuses changes of it: duxue.web.common.sealing names its tables.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from duxue.web.common.lang import Words
from duxue.web.common.scope import Scoped
from duxue.web.rounds.settings import Settings

DRAFT = "draft"  # state of a round in preparation, which its overseers alone see


class Round(models.Model):
    """One yearly evaluation."""

    authority = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="rounds")
    slug = models.SlugField(max_length=64, unique=True)  # id of the round file: province-2024
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    evaluated_year = models.IntegerField()
    round_year = models.IntegerField()
    pack = models.CharField(max_length=120)  # id@version
    pack_digest = models.CharField(max_length=100, blank=True)
    procedures = models.JSONField(default=dict)  # as the pack had them when the round was made
    settings = models.JSONField(default=dict)  # read through `chosen`
    state = models.CharField(max_length=40, default=DRAFT)
    data_folder = models.CharField(max_length=200, blank=True)  # below HOME: the data that was accepted
    data_digest = models.CharField(max_length=100, blank=True)
    before = models.ForeignKey("self", models.PROTECT, null=True, related_name="after")  # the round before
    synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    sealed_at = models.DateTimeField(null=True)
    sealed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("-round_year", "-id")

    @property
    def chosen(self) -> Settings:
        """What the round is set to."""
        return Settings.of(self.settings)

    @property
    def title(self) -> Words:
        """Printed title."""
        return Words(self.title_zh, self.title_en)

    def __str__(self) -> str:
        return str(self.title)


class Window(models.Model):
    """When a step of the round is open, for all units or, as an extension, for one."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="windows")
    step = models.CharField(max_length=40)  # id in the procedure: self_evaluation, online_review …
    unit = models.ForeignKey("RoundUnit", models.CASCADE, null=True, related_name="windows")
    opens = models.DateTimeField()
    closes = models.DateTimeField()
    shut_early = models.BooleanField(default=False)
    reason = models.CharField(max_length=400, blank=True)  # why it was changed, for those concerned

    objects = Scoped()

    class Meta:
        ordering = ("round", "opens")
        constraints = (
            models.UniqueConstraint("round", "step", Coalesce("unit", 0), name="window_once"),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")), name="window_opens_before_it_closes"
            ),
        )


class MoreTime(models.Model):
    """A unit's request that a step ends later for it, and what the organiser decided."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="more_time")
    unit = models.ForeignKey("RoundUnit", models.CASCADE, related_name="more_time")
    step = models.CharField(max_length=40)  # id in the procedure
    until = models.DateTimeField()  # asked for
    reason = models.CharField(max_length=400)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True)  # granted, declined; empty while nobody decided
    closes = models.DateTimeField(null=True)  # until when it was granted
    answer = models.CharField(max_length=400, blank=True)  # why, for the unit
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "step"), condition=models.Q(outcome=""), name="more_time_asked_once"
            ),
        )

    def audit_path(self) -> str:
        """Return its unit's place, for the audit."""
        return self.unit.path


class RoundUnit(models.Model):
    """A unit that is evaluated, as it was called when the round was made."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="units")
    organisation = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="rounds_in")
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=255, db_index=True)  # of the organisation, for access
    state = models.CharField(max_length=40, default="invited")
    state_since = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    told = models.ForeignKey(
        "reporting.Scoring", models.SET_NULL, null=True, related_name="+"
    )  # what it was told by: the newest scoring at its notification
    excused = models.CharField(max_length=400, blank=True)  # why it does not take part
    version = models.IntegerField(default=0)

    objects = Scoped()

    class Meta:
        ordering = ("round", "code")
        indexes = (models.Index(fields=("round", "code", "id"), name="unit_code"),)
        constraints = (models.UniqueConstraint(fields=("round", "organisation"), name="unit_once"),)

    @property
    def name(self) -> Words:
        """Name in this round."""
        return Words(self.name_zh, self.name_en)

    def __str__(self) -> str:
        return str(self.name)

    def audit_path(self) -> str:
        """Return its place, for the audit."""
        return self.path


class Item(models.Model):
    """A leaf or a branch of the tree of what is scored, as the pack had it when the round was made."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="items")
    code = models.CharField(max_length=64)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    order = models.IntegerField()
    title_zh = models.CharField(max_length=400)
    title_en = models.CharField(max_length=400)
    points = models.DecimalField(max_digits=8, decimal_places=3)
    kind = models.CharField(max_length=20)  # branch, computed, judged, mixed
    rule = models.JSONField(default=dict)  # the typed rule, for the desk
    guidance = models.JSONField(default=dict)  # what is looked at, evidence wanted, source clause: {zh,en}

    objects = Scoped()

    class Meta:
        ordering = ("round", "order")
        constraints = (models.UniqueConstraint(fields=("round", "code"), name="item_once"),)

    @property
    def title(self) -> Words:
        """What is looked at."""
        return Words(self.title_zh, self.title_en)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Known(models.Model):
    """A figure that is known from accepted data, and is therefore not asked."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="known")
    unit = models.ForeignKey(RoundUnit, models.CASCADE, related_name="known")
    item = models.ForeignKey(Item, models.CASCADE, related_name="known")
    indicator = models.CharField(max_length=64)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    year = models.IntegerField()
    by = models.JSONField(default=dict)
    value = models.DecimalField(max_digits=30, decimal_places=12, null=True)  # null: not computable
    text = models.CharField(max_length=100)  # as it is shown
    measure = models.JSONField(default=dict)  # unit of measure {zh,en}
    reason = models.JSONField(default=dict)  # why not computable {zh,en}
    standard = models.JSONField(default=dict)  # {text, met, value}
    points = models.DecimalField(max_digits=8, decimal_places=3, null=True)  # by rule, where the rule decides

    objects = Scoped()

    class Meta:
        ordering = ("unit", "item", "indicator", "year")
        indexes = (models.Index(fields=("unit", "item", "points"), name="known_points"),)

    @property
    def title(self) -> Words:
        """The indicator's title."""
        return Words(self.title_zh, self.title_en)


class Dispute(models.Model):
    """A known figure that its unit says is wrong; it is looked into, not typed again."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="disputes")
    unit = models.ForeignKey(RoundUnit, models.CASCADE, related_name="disputes")
    known = models.ForeignKey(Known, models.CASCADE, related_name="disputes")
    text = models.TextField()
    filed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = Scoped()


class Answer(models.Model):
    """What one unit answers to one item: self-score and narrative; evidence is attached to it."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="answers")
    unit = models.ForeignKey(RoundUnit, models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, models.CASCADE, related_name="answers")
    state = models.CharField(max_length=40, default="open")
    self_score = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    narrative = models.TextField(blank=True)
    ready = models.BooleanField(default=False)  # whoever fills it says that it is done
    assignee = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="answers")
    assignee_path = models.CharField(
        max_length=255, blank=True, db_index=True
    )  # an organisation below the unit that fills it
    due = models.DateField(null=True)  # inside the unit
    version = models.IntegerField(default=0)
    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")

    objects = Scoped()

    class Meta:
        ordering = ("unit", "item__order")
        indexes = (  # what boards count over all units of a round, without reading what was written
            models.Index(fields=("round", "state", "unit"), name="answer_state"),
            models.Index(fields=("round", "item", "state", "unit"), name="answer_item_state"),
            models.Index(
                fields=("round", "due", "unit", "state"),
                condition=models.Q(due__isnull=False, ready=False),
                name="answer_due",
            ),
            models.Index(
                fields=("round", "unit", "item", "state"),
                condition=models.Q(ready=False),
                name="answer_left_unit",
            ),
            models.Index(
                fields=("round", "item", "unit", "state"),
                condition=models.Q(ready=False),
                name="answer_left_item",
            ),
        )
        constraints = (models.UniqueConstraint(fields=("unit", "item"), name="answer_once"),)

    def audit_path(self) -> str:
        """Return its unit's place, for the audit."""
        return self.unit.path


class AnswerVersion(models.Model):
    """An answer as it once was; `number` is the answer's version then.

    What one person types without a pause is one version, so that drafts saved as one types do not bury the history.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="answer_versions")
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="versions")
    number = models.IntegerField()
    self_score = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    narrative = models.TextField(blank=True)
    ready = models.BooleanField(default=False)
    source = models.CharField(max_length=20)  # draft, saved, sheet, reply
    handed_in = models.BooleanField(default=False)  # part of a submission or a reply: others see it
    began_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)

    objects = Scoped()

    class Meta:
        ordering = ("answer", "number")
        constraints = (models.UniqueConstraint(fields=("answer", "number"), name="answer_version_once"),)


class Submission(models.Model):
    """A self-evaluation that was handed in as a whole, with its receipt."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="submissions")
    unit = models.ForeignKey(RoundUnit, models.CASCADE, related_name="submissions")
    number = models.IntegerField()  # 1, and one more after each withdrawal
    key = models.CharField(max_length=64)  # idempotency key: the same key is the same submission
    content: Any = models.JSONField()  # everything as submitted
    digest = models.CharField(max_length=80)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("unit", "number")
        constraints = (
            models.UniqueConstraint(fields=("unit", "number"), name="submission_number"),
            models.UniqueConstraint(fields=("unit", "key"), name="submission_key"),
        )


class Question(models.Model):
    """An item that was returned to its unit with a question, and the unit's reply."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="questions")
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="questions")
    text = models.TextField()
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due = models.DateTimeField()
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("asked_at",)


class Objection(models.Model):
    """A unit's objection to what it was told, within the clock, and what was decided."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="objections")
    unit = models.ForeignKey(RoundUnit, models.CASCADE, related_name="objections")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=40, default="filed")
    text = models.TextField()
    filed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    due = models.DateTimeField()  # until when it must be decided
    reply_due = models.DateTimeField(null=True)  # until when the decision is answered in writing
    replied_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)  # upheld, partly, dismissed
    reason = models.TextField(blank=True)
    new_points = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("filed_at",)

    def audit_path(self) -> str:
        """Return its unit's place, for the audit."""
        return self.unit.path


class Reply(models.Model):
    """What a unit says in public beside its result: the right of reply."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="replies")
    unit = models.ForeignKey(RoundUnit, models.CASCADE, related_name="replies")
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = Scoped()

    @property
    def text(self) -> Words:
        """What it says, in the language it was written in where it was not translated."""
        return Words(self.text_zh, self.text_en)


class Veto(models.Model):
    """An event that may change a grade, with its evidence, decision and appeal."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="vetoes")
    unit = models.ForeignKey(RoundUnit, models.CASCADE, related_name="vetoes")
    rule = models.CharField(max_length=64)  # id in the pack
    reason = models.TextField()
    evidence = models.CharField(
        max_length=400, null=True
    )  # the document; null, as a default would unseal SQLite's table
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    appeal = models.CharField(max_length=20, default="none")  # none, pending, upheld, withdrawn

    objects = Scoped()


class Practice(models.Model):
    """A typical practice that a unit hands in for the report's annex."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="practices")
    unit = models.ForeignKey(RoundUnit, models.CASCADE, related_name="practices")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    text_zh = models.TextField()
    text_en = models.TextField(blank=True)
    data: Any = models.JSONField(default=list)  # indicators of the unit on which its numbers rest
    accepted = models.BooleanField(default=False)
    returned = models.TextField(
        null=True
    )  # why it was not accepted; null while nobody decided or it was changed since
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = Scoped()

    @property
    def state(self) -> str:
        """`accepted`, `returned`, or `handed_in` while it waits."""
        return "accepted" if self.accepted else "returned" if self.returned else "handed_in"

    def audit_path(self) -> str:
        """Return its unit's place, for the audit."""
        return self.unit.path

    @property
    def title(self) -> Words:
        """What it is called."""
        return Words(self.title_zh, self.title_en)

    @property
    def text(self) -> Words:
        """What was done, in the language it was written in where it was not translated."""
        return Words(self.text_zh, self.text_en)


class Notice(models.Model):
    """Told to one person: something moved that the procedure says they hear of. Read off the audit, so nothing is missed."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notices")
    round = models.ForeignKey(Round, models.CASCADE, related_name="notices")
    event = models.BigIntegerField()  # number in the audit
    title_zh = models.CharField(max_length=400)
    title_en = models.CharField(max_length=400)
    url = models.CharField(max_length=200)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mail_attempts = models.IntegerField(default=0)

    objects = Scoped()

    class Meta:
        ordering = ("-event",)
        constraints = (models.UniqueConstraint(fields=("user", "event"), name="notice_once"),)
        indexes = (models.Index(fields=("user", "seen_at"), name="notice_unseen"),)

    @property
    def title(self) -> Words:
        """What happened to what."""
        return Words(self.title_zh, self.title_en)


class NoticeMark(models.Model):
    """The one row that says up to which event of the audit people have been told."""

    event = models.BigIntegerField(default=0)

    objects = models.Manager()


class MailOff(models.Model):
    """A person who wants no mail; the list of notices stays."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager()
