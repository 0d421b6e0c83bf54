"""What moved: a person's notices, the newest first, and whether they come by mail too."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from duxue.web.accounts.mail import mail_is_set
from duxue.web.common.lang import say
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.rounds.models import MailOff, Notice
from duxue.web.rounds.services.noticing import mail_switch, notices_seen
from duxue.web.rounds.views.organiser.access import done


@require_http_methods(["GET", "POST"])
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """Show the notices; new ones are marked, and seen from then on. POST turns mail on or off."""
    actor = actor_in(request)
    if request.method == "POST":
        on = request.POST.get("mail") == "on"
        mail_switch(actor=actor, on=on)
        done(
            request,
            say("今后也发邮件。", "They come by mail too.")
            if on
            else say("今后不再发邮件。", "No more mail is sent."),
        )
        return redirect("rounds:notices")
    page = page_of(
        Notice.objects.select_related("round"), request.GET.get("cursor", ""), order=("-event", "-pk")
    )
    rows = [(row, row.seen_at is None) for row in page]
    notices_seen(actor=actor)
    context = {
        "page": page, "rows": rows, "mail": not MailOff.objects.filter(user_id=actor.user_id or 0).exists(),
        "mail_is_set": mail_is_set(),
    }  # fmt: skip
    return render(request, "rounds/notices.html", context)
