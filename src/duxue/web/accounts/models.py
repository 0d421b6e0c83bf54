"""People, the roles they hold, invitations to hold one, and tokens of organisations for machines."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from duxue.web.common.actors import ROLES
from duxue.web.common.scope import Scoped

_ROLES = [(role, role) for role in ROLES]


class User(AbstractUser):
    """A person who signs in."""

    first_name = None  # type: ignore[assignment]  # one name, as people write it
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=100, blank=True)
    post = models.CharField(max_length=100, blank=True)  # 岗位
    home_code = models.CharField(max_length=40, blank=True)  # the unit that the person comes from: recusal
    language = models.CharField(max_length=10, blank=True)
    theme = models.CharField(max_length=10, blank=True)  # light, dark, or as the device says

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.username


class Grant(models.Model):
    """A role of a person at an organisation, with all below it, in one round or in all."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=_ROLES)
    organisation = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="grants")
    round = models.ForeignKey("rounds.Round", models.CASCADE, null=True, related_name="grants")
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    until = models.DateField(null=True)  # first day on which it no longer holds
    revoked_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("user", "role")
        constraints = (
            models.UniqueConstraint(
                "user",
                "role",
                "organisation",
                Coalesce("round", 0),
                condition=Q(revoked_at__isnull=True),
                name="grant_once",
            ),
        )


class Invitation(models.Model):
    """An invitation to hold a role; whoever brings its secret becomes that person. Only the secret's hash is kept."""

    email = models.EmailField()
    name = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=20, choices=_ROLES)
    organisation = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="invitations")
    round = models.ForeignKey("rounds.Round", models.CASCADE, null=True, related_name="invitations")
    home_code = models.CharField(max_length=40, blank=True)  # the unit that the person comes from: recusal
    post = models.CharField(max_length=100, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("-invited_at",)


class Token(models.Model):
    """A key with which a machine acts for an organisation; only its hash is kept, it is shown once."""

    title = models.CharField(max_length=100)
    organisation = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="tokens")
    role = models.CharField(max_length=20, choices=_ROLES)
    round = models.ForeignKey("rounds.Round", models.CASCADE, null=True, related_name="+")
    read_only = models.BooleanField(default=True)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("-created_at",)


class Posted(models.Model):
    """What is sent by mail: since when it waits, and how sending went."""

    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Mail(Posted):
    """A mail to one person that waits to be sent, or was."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=300)
    text = models.TextField()

    objects = Scoped()  # no policy: the site alone reads it

    class Meta:
        indexes = (models.Index(fields=("sent_at", "at"), name="mail_waiting"),)


class InvitationMail(Posted):
    """The mail of an invitation; its link has a secret of its own, made as it is sent, of which only the hash is kept."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="mail")
    site = models.CharField(max_length=200)  # under which address the site was asked: https://example.org
    secret_hash = models.CharField(max_length=64, unique=True, null=True)

    objects = Scoped()  # no policy: the site alone reads it
