"""The API of the site: one router for each app, OpenAPI 3.1 at /api/v1/openapi.json."""

from __future__ import annotations

from ninja import NinjaAPI

api = NinjaAPI(title="Duxue 督学", version="1.0.0", urls_namespace="api", docs_url=None)
