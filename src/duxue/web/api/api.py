"""The API of the site: one router for each app, OpenAPI 3.1 at /api/v1/openapi.json.

A machine sends its organisation's token (`Authorization: Bearer …`); a signed-in person's browser may use the API too, then
with the CSRF token. Every route sees what its actor may see: the scope of the request is that of the pages.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import APIKeyCookie, HttpBearer

from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.api.document import completed
from duxue.web.common.actors import Actor
from duxue.web.common.policy import Denied
from duxue.web.common.problems import CODES, as_json
from duxue.web.common.refusing import too_large_response
from duxue.web.common.scope import current


class Token(HttpBearer):
    """The token of an organisation; the middleware has already found whose it is."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:  # noqa: ARG002 - the contract
        """Return the actor, None for an unknown token."""
        actor = current()
        return actor if actor is not None and actor.token_id is not None else None


class Session(APIKeyCookie):
    """A person signed in on the site; changes need the CSRF token."""

    param_name = "duxue_session"

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:  # noqa: ARG002 - the contract
        """Return the actor, None when nobody is signed in."""
        actor = current()
        return actor if actor is not None and actor.user_id is not None else None


class Api(NinjaAPI):
    """The API with its whole description, which a process makes once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._documents: dict[str, OpenAPISchema] = {}

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the OpenAPI document, refusals and the header of keys included."""
        key = repr(sorted(options.items()))
        if key not in self._documents:
            self._documents[key] = completed(super().get_openapi_schema(**options))
        return self._documents[key]


api = Api(
    title="Duxue 督学",
    version="1.0.0",
    description="The yearly evaluation: rounds, answers, evidence, reviews, visits, problems, results.",
    urls_namespace="api",
    docs_url=None,
    auth=[Token(), Session()],
)


def _answer(request: HttpRequest, status: int, problems: list[dict[str, Any]]) -> HttpResponse:
    return api.create_response(request, {"problems": problems}, status=status)


def _plain(code: str, what: Text | None = None) -> dict[str, Any]:
    text = what or CODES[code]
    return {"code": code, "what": {"zh": text.zh, "en": text.en}}


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    conflict = any(p.code in {"WEB003", "WEB008"} for p in refused.problems)
    return _answer(request, 409 if conflict else 422, [as_json(p) for p in refused.problems])


@api.exception_handler(PermissionDenied)
def _denied(request: HttpRequest, denied: PermissionDenied) -> HttpResponse:
    why = denied.why.text() if isinstance(denied, Denied) else None
    return _answer(request, 403, [_plain("WEB007", why)])


@api.exception_handler(Http404)
def _missing(request: HttpRequest, missing: Http404) -> HttpResponse:  # noqa: ARG001 - the contract
    return _answer(request, 404, [_plain("WEB010")])


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, unknown: AuthenticationError) -> HttpResponse:  # noqa: ARG001 - the contract
    return _answer(request, 401, [_plain("WEB012")])


@api.exception_handler(BadRequest)
def _bad(request: HttpRequest, bad: BadRequest) -> HttpResponse:
    return _answer(request, 400, [{**_plain("WEB002"), "field": str(bad)}])


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, big: RequestDataTooBig) -> HttpResponse:  # noqa: ARG001 - the contract
    return too_large_response(request)


@api.exception_handler(HttpError)
def _unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = "WEB007" if error.status_code == 403 else "WEB002"
    return _answer(request, error.status_code, [{**_plain(code), "found": str(error)}])


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    problems = [
        {
            **_plain("WEB002"),
            "field": ".".join(str(part) for part in error["loc"][1:]),
            "expected": {"zh": str(error["msg"]), "en": str(error["msg"])},
        }
        for error in invalid.errors
    ]
    return _answer(request, 422, problems)


def mount() -> None:
    """Add the router of every app that has one; called once, by the addresses of the site."""
    for config in apps.get_app_configs():
        if config.name.startswith("duxue.web.") and find_spec(f"{config.name}.api") and config.label != "api":
            api.add_router(f"/{config.label}", import_module(f"{config.name}.api").router)
