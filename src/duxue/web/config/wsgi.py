"""The entry point of servers: everything is loaded before the first request, so that none of them waits for it."""

from __future__ import annotations

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from duxue.web.config.intake import Intake

application = Intake(get_wsgi_application())
get_resolver().url_patterns  # noqa: B018 - loads every view; a fault among them stops the start, not a request
gc.collect()
gc.freeze()  # code and models stay as long as the process: no need to look at them again and again
