"""All addresses of the site as its own tables have them: pages by their names, the API by method and path."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse


def pages() -> Iterator[str]:
    """Yield the names of all pages; an address without a name is told as its pattern."""
    yield from _walk(get_resolver().url_patterns, (), "")


def _walk(patterns: list[URLPattern | URLResolver], spaces: tuple[str, ...], before: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = (*spaces, pattern.namespace) if pattern.namespace else spaces
            if space[:1] != ("api",):
                yield from _walk(pattern.url_patterns, space, before + str(pattern.pattern))
        else:
            yield ":".join([*spaces, pattern.name]) if pattern.name else f"/{before}{pattern.pattern}"


def operations() -> Iterator[str]:
    """Yield all operations of the API, `POST /api/v1/orgs/{pk}/rename`, and its own description."""
    from duxue.web.api.api import api

    yield f"GET {reverse('api:openapi-json')}"
    for path, methods in api.get_openapi_schema()["paths"].items():
        yield from (f"{method.upper()} {path}" for method in methods)
