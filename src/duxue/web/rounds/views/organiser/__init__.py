"""The organiser's pages, and those on which everybody sees where a round stands."""

from __future__ import annotations

from django.urls import path

from duxue.web.rounds.views import asking, disputing
from duxue.web.rounds.views.organiser import (
    bringing,
    choosing,
    correcting,
    deciding,
    following,
    moving,
    practising,
    vetoing,
)

organiser_urls = [
    path("", following.list_rounds, name="list"),
    path("new/", moving.create, name="create"),
    path("<slug:slug>/", following.show, name="show"),
    path("<slug:slug>/items/<str:code>/", asking.item_page, name="item"),
    path("<slug:slug>/matrix/", following.matrix, name="matrix"),
    path("<slug:slug>/matrix.csv", following.matrix_export, {"form": "csv"}, name="matrix_csv"),
    path("<slug:slug>/matrix.xlsx", following.matrix_export, {"form": "xlsx"}, name="matrix_xlsx"),
    path("<slug:slug>/leader/", following.leader, name="leader"),
    path("<slug:slug>/edit/", correcting.edit, name="edit"),
    path("<slug:slug>/drop/", correcting.drop, name="drop"),
    path("<slug:slug>/move/<slug:transition>/", moving.move, name="move"),
    path("<slug:slug>/windows/", moving.windows_page, name="windows"),
    path("<slug:slug>/windows/<slug:step>/<slug:change>/", moving.window, name="window"),
    path("<slug:slug>/remind/", moving.remind, name="remind"),
    path("<slug:slug>/invite/", moving.invite, name="invite"),
    path("<slug:slug>/chosen/", choosing.chosen, name="chosen"),
    path("<slug:slug>/units/<str:code>/follow/", moving.unit_follow, name="unit_follow"),
    path("<slug:slug>/disputes/", disputing.disputes, name="disputes"),
    path("<slug:slug>/objections/", deciding.objections, name="objections"),
    path("<slug:slug>/objections/<int:pk>/decide/", deciding.objection, name="objection"),
    path("vetoes/<int:pk>/", vetoing.veto_show, name="veto"),
    path("<slug:slug>/vetoes/", vetoing.veto_list, name="vetoes"),
    path("<slug:slug>/vetoes/<int:pk>/appeal/", vetoing.veto_appeal, name="veto_appeal"),
    path("<slug:slug>/practices/", practising.practices, name="practices_in"),
    path("<slug:slug>/practices/<int:pk>/", practising.practice, name="practice_decide"),
    path("<slug:slug>/data/", bringing.data, name="data"),
    path("<slug:slug>/data/send/", bringing.data_send, name="data_send"),
    path("<slug:slug>/data/take/", bringing.data_take, name="data_take"),
    path("<slug:slug>/data/tables.zip", bringing.data_template, name="data_template"),
    path(
        "<slug:slug>/units/<str:code>/explain/<str:indicator>/<int:year>/", deciding.explain, name="explain"
    ),
]
