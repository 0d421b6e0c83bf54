"""The API keeps its own description: generated requests never break it, and every answer is one that it names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import booleans
from pydantic import BaseModel
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from duxue.web.accounts.services.tokens import token_create
from duxue.web.api.api import api
from duxue.web.common.scope import acting
from tests.web.access.expected import API
from tests.web.access.stage import Stage, make_stage
from tests.web.worlds import World

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EXAMPLES = int(os.environ.get("DUXUE_TEST_EXAMPLES", "4"))  # of each operation and role
METHODS = ("get", "post", "put", "patch", "delete")
schemathesis.serializer.alias("application/geo+json", "application/octet-stream")
schemathesis.serializer.alias("application/zip", "application/octet-stream")  # bytes, whatever they are


def document() -> dict[str, Any]:
    """Return the description as it is served."""
    import json

    from django.test import Client

    return dict(json.loads(Client().get("/api/v1/openapi.json").content))


@pytest.mark.django_db
def test_the_description_is_whole() -> None:
    told = document()
    assert told["openapi"].startswith("3.1")
    found = [
        (method, path, operation)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]
    assert len(found) >= 80
    names = [operation["operationId"] for _, _, operation in found]
    assert sorted(set(names)) == sorted(names)
    bare = [
        f"{method} {path}" for method, path, operation in found
        if not (operation.get("summary") and operation.get("description") and operation.get("tags"))
        or not {"400", "422"} <= set(operation["responses"])
        or (operation.get("security") and not {"401", "403"} <= set(operation["responses"]))
        or any("content" not in r for status, r in operation["responses"].items() if status != "204")
    ]  # fmt: skip
    assert bare == []
    open_ = {path for _, path, operation in found if not operation.get("security")}
    assert all(path.startswith(("/api/v1/public/", "/api/v1/inspections/draws/")) for path in open_)


@pytest.mark.django_db
def test_the_description_is_valid() -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(document())


def test_no_two_shapes_share_a_name() -> None:
    """The description holds one shape of a name: a second one would be told as the first."""
    shapes: dict[str, dict[str, Any]] = {}
    clashing = set()
    waiting = [BaseModel]
    while waiting:
        shape = waiting.pop()
        waiting += shape.__subclasses__()
        if shape.__module__.startswith("duxue.web.") and not shape.__name__.startswith("_"):
            told = shape.model_json_schema()
            if shapes.setdefault(shape.__name__, told) != told:
                clashing.add(shape.__name__)
    assert len(shapes) > 100
    assert clashing == set()


def _token(world: World, role: str, place: str) -> str:
    keeper = world.actor("organiser")
    with acting(keeper):
        made = token_create(
            actor=keeper, title=role, organisation=world.org[place], role=role, read_only=False
        )
    return made.secret


# The generator's client does not close the file of a download; the site's servers do.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("role", "place"), [("organiser", "province"), ("manager", "city_a"), ("auditor", "province"), ("", "")]
)
def test_generated_requests_get_answers_that_the_description_names(
    world: World, role: str, place: str, tmp_path: Any, settings_home: None, kept_connection: None
) -> None:
    stage = make_stage(world)
    headers = {"Accept-Encoding": "identity"}
    if role:
        headers["Authorization"] = f"Bearer {_token(world, role, place)}"
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    broken: list[str] = []
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]

        @seed(1)
        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        @given(case=operation.as_strategy(), real=booleans())
        def ask(case: Any, real: bool) -> None:
            if real:
                _name_what_is_there(case, stage)
            with transaction.atomic():
                response = case.call(headers=headers)
                transaction.set_rollback(True)
            case.validate_response(response, checks=CHECKS, headers=headers)

        try:
            ask()
        except (Exception, BaseExceptionGroup) as failed:  # noqa: BLE001 - told with the others
            broken.append(f"{operation.label}: {_told(failed)}")
    assert broken == []


def _name_what_is_there(case: Any, stage: Stage) -> None:
    """Let a request be about things that are there: the places of its address from the matrix of access."""
    row = API.get(f"{case.method.upper()} {case.path}")
    names = re.findall(r"\{([^}]*)\}", case.path)
    if row is not None and row.args is not None:
        case.path_parameters = dict(zip(names, row.args(stage, "own"), strict=True))
    if row is not None and isinstance(case.body, dict):
        case.body |= {field: stage[kind, "own"] for field, kind in row.body.items()}


def _told(failed: BaseException) -> str:
    inside = getattr(failed, "exceptions", None)
    return "; ".join(_told(one) for one in inside) if inside else f"{type(failed).__name__} {failed}"[:600]


@pytest.fixture
def settings_home(settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The end of a request closes no connection: all requests are asked in the test's one transaction, as by Django's client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_router_is_mounted() -> None:
    assert {str(tag) for _, router in api._routers for tag in (router.tags or [])} >= {
        "rounds",
        "reviews",
        "evidence",
    }
