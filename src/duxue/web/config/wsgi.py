"""The entry point of servers: everything is loaded before the first request, so that none of them waits for it."""

from __future__ import annotations

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from duxue.web.config.intake import Intake

application = Intake(get_wsgi_application())

from duxue.web.jobs.registry import find  # noqa: E402 - there are models from here on
from duxue.web.rounds.procedures import DEFAULT_PACK, procedures_of_pack  # noqa: E402

get_resolver().url_patterns  # noqa: B018 - loads every view; a fault among them stops the start, not a request
find()
procedures_of_pack(DEFAULT_PACK)  # half a second of reading
# A page makes thousands of objects that go with it: look for cycles less often.
gc.set_threshold(20_000, 20, 20)
gc.collect()
gc.freeze()  # code and models stay as long as the process: no need to look at them again and again
