"""The demonstration: made-up data, one login for each role on the start page, this machine only."""

from __future__ import annotations

import os
import secrets

from duxue.web.config.settings.base import *  # noqa: F403

DEMO = True
SYNTHETIC = True
SECRET_KEY = os.environ.get("DUXUE_SECRET_KEY") or secrets.token_urlsafe(48)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
