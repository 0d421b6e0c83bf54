"""Pages of people: home with what is to be done, access, people, invitations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what is to be done now; to the public, what the site is."""
    return render(request, "home.html")
