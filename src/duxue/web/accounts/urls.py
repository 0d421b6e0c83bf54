"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from duxue.web.accounts.views import access, demo_login, inviting, people, tokens

app_name = "accounts"
urlpatterns = [
    path("demo/login/", demo_login, name="demo_login"),
    path("me/access/", access.mine, name="access"),
    path("people/", people.people, name="people"),
    path("people/invite/", inviting.invite, name="invite"),
    path("people/invite/list/", inviting.invite_list, name="invite_list"),
    path("people/invite/links/", inviting.links, name="links"),
    path("people/invitations/", inviting.invitations, name="invitations"),
    path("people/invitations/<int:pk>/revoke/", inviting.revoke, name="revoke_invitation"),
    path("people/invitations/<int:pk>/resend/", inviting.resend, name="resend_invitation"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/access/", access.theirs, name="person_access"),
    path("people/<int:pk>/give/", people.give, name="give"),
    path("people/<int:pk>/correct/", people.correct, name="correct"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<int:pk>/activate/", people.activate, name="activate"),
    path("people/roles/<int:pk>/end/", people.end, name="end"),
    path("people/roles/<int:pk>/revoke/", people.revoke, name="revoke"),
    path("people/roles/<int:pk>/give-again/", people.give_again, name="give_again"),
    path("invitations/<str:secret>/", inviting.accept, name="accept"),
    path("organisations/<int:pk>/tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
]
