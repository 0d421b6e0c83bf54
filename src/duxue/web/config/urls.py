"""The addresses of the site."""

from __future__ import annotations

from django.urls import include, path

from duxue.web.accounts.views import home
from duxue.web.api.api import api, mount
from duxue.web.common import views

handler403 = "duxue.web.common.views.denied"
handler404 = "duxue.web.common.views.absent"

mount()
urlpatterns = [
    path("", home, name="home"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("language", views.choose_language, name="language"),
    path("theme", views.choose_theme, name="theme"),
    path("about/components/", views.components, name="components"),
    path("accounts/", include("allauth.urls")),
    path("", include("duxue.web.common.urls")),
    path("", include("duxue.web.accounts.urls")),
    path("organisations/", include("duxue.web.orgs.urls")),
    path("rounds/", include("duxue.web.rounds.urls")),
    path("review/", include("duxue.web.reviews.urls")),
    path("visits/", include("duxue.web.inspections.urls")),
    path("evidence/", include("duxue.web.evidence.urls")),
    path("problems/", include("duxue.web.rectification.urls")),
    path("reading/", include("duxue.web.reading.urls")),
    path("dashboards/", include("duxue.web.reporting.urls")),
    path("jobs/", include("duxue.web.jobs.urls")),
    path("open/", include("duxue.web.public.urls")),
    path("api/v1/", api.urls),
]
