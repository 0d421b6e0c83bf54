"""Addresses of the app: the unit's pages by their numbers, the organiser's below the short name of the round."""

from __future__ import annotations

from duxue.web.rounds.views.asking import asking_urls
from duxue.web.rounds.views.more_time import more_time_urls
from duxue.web.rounds.views.organiser import organiser_urls
from duxue.web.rounds.views.unit import unit_urls

app_name = "rounds"
urlpatterns = [*more_time_urls, *unit_urls, *asking_urls, *organiser_urls]
