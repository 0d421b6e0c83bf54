"""Writes the reference of the site's API from its OpenAPI document."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
HEAD = """# The API of the site

Every route lies below `/api/v1/`; the same as OpenAPI 3.1 is at `/api/v1/openapi.json` of each site.
[Use the API](../howto/use-the-api.md) walks through it with examples.

- **Who asks**: the token of an organisation, `Authorization: Bearer dx_…`, or a person signed in in a browser, then with the CSRF
  token. A token sees and does what its role does at its place; a token that may only read changes nothing. Routes marked *public*
  ask for neither.
- **What is refused** comes as `{"problems": [{"code", "what": {"zh", "en"}, "field", "found", "expected", "advice"}]}`: 400 the
  request could not be read, 401 nobody is known, 403 not allowed (the reason is told), 404 no such thing within sight, 409 changed
  by somebody else meanwhile or a key used twice, 413 a body of more than 4 MB, 422 what was sent does not fit, 429 too many wrong
  tokens. The codes are in [Error codes](errors.md).
- **Once**: every change takes the header `Idempotency-Key`, chosen by you, at most 100 characters (64 for a submission); a longer one
  is refused (422). The same request with the same key is done once and answered alike for seven days; another request with that
  key is refused (409, `WEB008`). A refused request is not kept: mend it and send it again with its key.
- **Lists** that grow go by keyset: `size` (at most 200) and `cursor`, which is what the page before gave as `later` (`next`);
  "" ends the list. Lists of one unit or of one round's rules come whole.
"""


def write_api() -> str:
    """Return the page: every route by its group, with what it takes and gives."""
    document = _document()
    groups: dict[str, list[str]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                groups[operation["tags"][0]].append(_route(path, method, operation))
    schemas = document["components"]["schemas"]
    parts = [HEAD]
    for tag in sorted(groups):
        parts += [f"\n## {tag.capitalize()}\n", *groups[tag]]
    parts.append("\n## Contents\n\nWhat requests and answers hold. Fields in bold must be sent.\n")
    parts += [_schema(name, schemas[name]) for name in sorted(schemas)]
    return "".join(parts)


def _document() -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duxue.web.config.settings.dev")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from django.urls import get_resolver

    assert get_resolver().url_patterns  # the addresses mount the routers of the apps
    from duxue.web.api.api import api

    return dict(api.get_openapi_schema())


def _route(path: str, method: str, operation: dict[str, Any]) -> str:
    public = "" if operation.get("security") else " *public*"
    lines = [f"\n### `{method.upper()} {path}`{public}\n", f"\n{operation['description'].strip()}\n"]
    taken = [_parameter(p) for p in operation.get("parameters", []) if p["name"] != "Idempotency-Key"]
    body = operation.get("requestBody", {}).get("content", {})
    taken += [f"body {_type(content['schema'])}" for content in body.values()]
    if taken:
        lines.append(f"\nTakes {', '.join(taken)}.\n")
    good = [(status, told) for status, told in operation["responses"].items() if int(status) < 300]
    for status, told in good:
        shapes = [_type(c["schema"]) for c in told.get("content", {}).values()]
        lines.append(f"\nAnswers {status}{' ' + ' or '.join(shapes) if shapes else ', nothing'}.\n")
    return "".join(lines)


def _parameter(parameter: dict[str, Any]) -> str:
    default = parameter["schema"].get("default")
    shown = f" = {default}" if default not in (None, "") else ""
    return f"`{parameter['name']}{shown}` ({parameter['in']})"


def _schema(name: str, schema: dict[str, Any]) -> str:
    needed = set(schema.get("required", []))
    rows = [
        f"| {f'**{field}**' if field in needed else field} | {_type(shape)} | {shape.get('description', '')} |\n"
        for field, shape in schema.get("properties", {}).items()
    ]
    told = " ".join(str(schema.get("description", "")).split())
    table = f"\n| Field | Type | |\n|---|---|---|\n{''.join(rows)}" if rows else ""
    return f"\n### {name}\n\n{told}\n{table}"


def _type(shape: dict[str, Any]) -> str:
    """Return a schema in a few words."""
    if "$ref" in shape:
        name = shape["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in shape:
        return " or ".join(_type(one) for one in shape["anyOf"])
    if shape.get("type") == "array":
        return f"list of {_type(shape.get('items', {}))}"
    kind = shape.get("type", "any")
    kinds = kind if isinstance(kind, list) else [kind]
    return " or ".join(str(shape.get("format", one)) if one != "null" else "null" for one in kinds)
