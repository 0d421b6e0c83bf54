"""Pages of the site itself: home, health, language, theme, refusals."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST, require_safe

from duxue.web.common.links import own_path
from duxue.web.common.problems import tell
from duxue.web.common.refusing import problems_response

View = Callable[[HttpRequest], HttpResponse]


def preference(view: View) -> View:
    """Ask people who are signed in for the token of the form; visitors change nothing but a cookie of their own browser.

    So pages of the portal hold no token, set no cookie, and are kept by caches.
    """
    guarded = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def chosen(request: HttpRequest) -> HttpResponse:
        return (guarded if request.user.is_authenticated else view)(request)

    return chosen


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Lead to the icon of the site whoever asks for it at the address that needs no page."""
    return HttpResponseRedirect(static("duxue/favicon.svg"))


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say that the process runs."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say whether the database answers, its tables are up to date and its guards in place; 503 when not."""
    from django.db.migrations.executor import MigrationExecutor

    from duxue.web.common.sealing import missing

    try:
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        unguarded = 0 if pending else len(missing(connection))
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the answer is: not ready
        return JsonResponse({"database": "unreachable"}, status=503)
    state = {"database": "ok", "migrations": pending, "guards_missing": unguarded}
    return JsonResponse(state, status=503 if pending or unguarded else 200)


@preference
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language that was chosen, for the person or in a cookie, and go back."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(_back(request))
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 86400, samesite="Lax", httponly=True,
            secure=request.is_secure(),
        )  # fmt: skip
        _keep(request, language=chosen)
    return response


@preference
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme that was chosen and go back."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(_back(request))
    if chosen in {"light", "dark", ""}:
        response.set_cookie(
            "duxue_theme",
            chosen,
            max_age=365 * 86400,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
        _keep(request, theme=chosen)
    return response


def _keep(request: HttpRequest, **values: str) -> None:
    if request.user.is_authenticated:
        get_user_model().objects.filter(pk=request.user.pk).update(**values)


def _back(request: HttpRequest) -> str:
    return own_path(request, request.POST.get("next", "")) or "/"


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Show every component of the site on one page."""
    return render(request, "about/components.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Say that the form was too old or came from elsewhere."""
    return render(request, "403.html", {"csrf": True}, status=403)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say why something is not allowed."""
    return render(request, "403.html", {"why": getattr(exception, "why", "")}, status=403)


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - the contract
    """Say that there is nothing at this address, or nothing for this person; to machines as problems."""
    if request.path.startswith("/api/"):
        return problems_response([tell("WEB010")], 404)
    return render(request, "404.html", status=404)
