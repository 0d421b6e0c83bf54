"""Completes the OpenAPI document: what every route may answer besides what it promises, and the header that all changes take."""

from __future__ import annotations

from typing import Any

from ninja.openapi.schema import OpenAPISchema

_TEXT = {
    "type": "object", "title": "Text", "description": "A text in both languages.",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}, "required": ["zh", "en"],
}  # fmt: skip
_PROBLEM = {
    "type": "object", "title": "Problem", "description": "One thing that stands in the way: a stable code, where, and how to mend it.",
    "properties": {
        "code": {"type": "string", "examples": ["WEB007"]},
        "what": {"$ref": "#/components/schemas/Text"},
        "field": {"type": ["string", "null"]},
        "where": {"$ref": "#/components/schemas/Text"},
        "found": {"type": ["string", "null"]},
        "expected": {"anyOf": [{"$ref": "#/components/schemas/Text"}, {"type": "null"}]},
        "advice": {"anyOf": [{"$ref": "#/components/schemas/Text"}, {"type": "null"}]},
    },
    "required": ["code", "what"],
}  # fmt: skip
_PROBLEMS = {
    "type": "object", "title": "Problems", "description": "Everything that stands in the way, all at once.",
    "properties": {"problems": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}, "minItems": 1}},
    "required": ["problems"],
}  # fmt: skip
_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 100},
    "description": "Chosen by the sender: the same request with the same key is done once and answered alike for seven days.",
}  # fmt: skip
# Who may be refused how: always; with an account; where a thing is named; where something changes.
ALWAYS = {400: "The request could not be read", 422: "What was sent does not fit, or cannot be done now"}
KNOWN = {
    401: "Nobody is signed in, or the token is unknown",
    403: "Not allowed, for the reason told",
    429: "Too many wrong tokens",
}
NAMED = {404: "No such thing within your sight"}
CHANGING = {
    409: "Somebody else changed it meanwhile, or the key was used for another request",
    413: "The body is larger than the route takes",
}


def completed(document: OpenAPISchema) -> OpenAPISchema:
    """Return the document with problems, refusals and keys entered."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {"Text": _TEXT, "Problem": _PROBLEM, "Problems": _PROBLEMS}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation)
    return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    refusals = dict(ALWAYS)
    if operation.get("security"):
        refusals |= KNOWN
    if "{" in path or "requestBody" in operation:
        refusals |= NAMED
    if method != "get":
        refusals |= CHANGING
        others = [p for p in operation.get("parameters", []) if p["name"].lower() != "idempotency-key"]
        operation["parameters"] = [*others, _KEY]
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problems"}}}
    for status, told in sorted(refusals.items()):
        operation["responses"].setdefault(status, {"description": told, "content": content})
    for status, promised in operation["responses"].items():
        if int(status) in {200, 201, 202} and "content" not in promised:
            promised["content"] = _unsaid(path)


def _unsaid(path: str) -> dict[str, Any]:
    """Return the content of a route that promises no schema: bytes of a file, else any JSON."""
    if path.endswith(("/content", "/files/{name}", "/pages/{number}", ".xlsx", ".zip", ".jsonl")):
        return {"*/*": {"schema": {"format": "binary"}}}  # no type: a file may be JSON
    return {"application/json": {"schema": {}}}
