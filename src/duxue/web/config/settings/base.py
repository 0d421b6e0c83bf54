"""What every deployment shares. Anything secret or local comes from the environment: docs/howto/operate.md lists it."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

from duxue.web.accounts.oidc import oidc_of, origin_of
from duxue.web.config.database import database_of
from duxue.web.config.site import source_of

WEB = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("DUXUE_HOME", "duxue-data")).resolve()  # everything that a backup must hold

VERSION = version("duxue")
SOURCE = source_of(os.environ.get("DUXUE_SOURCE", "").strip())  # of the program, for the public
SYNTHETIC = False  # the whole site holds made-up data
DEMO = False  # logins without password on the start page; prod refuses it
DEBUG = False
ALLOWED_HOSTS: list[str] = []
SITE_URL = ""  # where links in mails lead; empty: to the address that a request came to

INSTALLED_APPS = [
    "duxue.web.common",
    "duxue.web.orgs",
    "duxue.web.accounts",
    "duxue.web.rounds",
    "duxue.web.evidence",
    "duxue.web.reviews",
    "duxue.web.inspections",
    "duxue.web.rectification",
    "duxue.web.reading",
    "duxue.web.reporting",
    "duxue.web.jobs",
    "duxue.web.public",
    "duxue.web.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

PROXIES = 0  # in front of the site, each adding to X-Forwarded-For; 0: the header is not believed
MIDDLEWARE = [
    "duxue.web.common.address.Address",
    "duxue.web.common.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "duxue.web.common.middleware.RequestId",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "duxue.web.common.middleware.Acting",  # fails closed: without it no query of the site's own tables runs
    "duxue.web.accounts.middleware.Tokens",
    "duxue.web.accounts.middleware.SecondFactor",
    "duxue.web.api.keepable.Keepable",
    "duxue.web.api.once.Idempotency",
]

ROOT_URLCONF = "duxue.web.config.urls"
WSGI_APPLICATION = "duxue.web.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["duxue.web.common.templatetags.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "duxue.web.common.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

DATABASES = {"default": database_of(os.environ.get("DUXUE_DATABASE", ""), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "ENQUEUE_ON_COMMIT": False}}
CACHE_TABLE = "cache"  # of production: no migration makes it, and a backup of PostgreSQL leaves it out
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "duxue"}
}
SESSION_ENGINE = "duxue.web.accounts.sessions"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "duxue.web.accounts.adapter.Adapter"  # nobody signs up: people are invited
SOCIALACCOUNT_ADAPTER = "duxue.web.accounts.adapter.SocialAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation has reached its address, or its head handed it over
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# A whole bureau may sign in from one address on its last evening; who guesses is held by the failures.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Duxue"
MFA_FORMS = {
    f"{step}_webauthn": f"duxue.web.accounts.passkeys.{step.title()}Form"
    for step in ("login", "authenticate", "reauthenticate", "add")
}
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = oidc_of(os.environ)
OIDC_ORIGIN = origin_of(os.environ)  # where the sign-in form may lead besides the site itself
REQUIRE_SECOND_FACTOR = False  # organisers and auditors act only with one; prod turns it on

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "duxue_language"
TIME_ZONE = os.environ.get("DUXUE_TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [WEB / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # evidence has a store of its own
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_NAME = "duxue_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "duxue_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "duxue.web.common.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20

EVIDENCE_STORE = os.environ.get("DUXUE_EVIDENCE", "")  # empty: below HOME; s3://bucket/prefix: S3
EVIDENCE_LARGEST = 200 << 20  # bytes of one file
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("DUXUE_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("DUXUE_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("DUXUE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DUXUE_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("DUXUE_SMTP_TLS", "") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("DUXUE_MAIL_FROM", "duxue@localhost")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "duxue.web.common.logs.JsonFormatter"}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stream"], "level": os.environ.get("DUXUE_LOG_LEVEL", "INFO")},
    "loggers": {"django_tasks_db": {"level": "WARNING"}},  # else a line for each look at the queue
}
