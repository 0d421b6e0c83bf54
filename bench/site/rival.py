"""The rival of the deadline: a bare Django view that inserts one row and renders nothing, without people, policy or audit."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from duxue.web.config.database import database_of
from duxue.web.config.intake import Intake

settings.configure(
    SECRET_KEY="none",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    DATABASES={"default": database_of(os.environ["DUXUE_DATABASE"], Path(os.environ["DUXUE_HOME"]))},
)


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    """Write what was sent."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO rival (body) VALUES (%s)", [request.body.decode()])
    return HttpResponse(status=204)


urlpatterns = [path("insert", insert), path("healthz", lambda _: HttpResponse("ok"))]
application = Intake(
    get_wsgi_application()
)  # as the site: so many connections to the database, not one for each caller


if __name__ == "__main__":
    with connection.cursor() as made:
        made.execute("CREATE TABLE rival (body text)")
