"""What each address that changes something leaves in the audit, and the states of things in which it does change something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from duxue.web.accounts.models import User
from duxue.web.common.clock import now
from duxue.web.evidence.models import File, Upload
from duxue.web.evidence.services.uploads import assembly_of
from duxue.web.inspections.models import Draw, RecusalRequest, SheetEntry, Visit
from duxue.web.jobs.models import Job
from duxue.web.reading.models import Report
from duxue.web.reviews.models import Review
from duxue.web.reviews.services.assigning import assignments_propose
from duxue.web.rounds.models import (
    Answer,
    Dispute,
    MoreTime,
    Objection,
    Question,
    RoundUnit,
    Window,
)
from tests.web.access.expected import Row, one
from tests.web.access.stage import Stage

Before = Callable[[Stage, Row], Row]


def _rows(stage: Stage, kind: str, model: Any) -> Any:
    return model.objects.filter(pk=stage[kind, "own"])


def _as(kind: str, model: Any, **fields: Any) -> Before:
    """Return what puts a thing into a state."""

    def put(stage: Stage, row: Row) -> Row:
        assert _rows(stage, kind, model).update(**fields) == 1
        return row

    return put


def _saying(**data: Any) -> Before:
    return lambda _stage, row: replace(row, data=row.data | data)


def _with(*kinds: str, **data: Any) -> Before:
    return lambda _stage, row: replace(row, args=one(*kinds), data=row.data | data)


def _all(*steps: Before) -> Before:
    def put(stage: Stage, row: Row) -> Row:
        for step in steps:
            row = step(stage, row)
        return row

    return put


def _drafting(stage: Stage, row: Row) -> Row:
    """The unit fills its form in still."""
    _rows(stage, "unit", RoundUnit).update(state="drafting", submitted_at=None)
    Answer.objects.filter(unit=stage["unit", "own"]).update(state="drafted")
    _rows(stage, "more_time", MoreTime).delete()
    _rows(stage, "question", Question).delete()
    return row


def _told(stage: Stage, row: Row) -> Row:
    """The unit was told its result, and has objected to nothing."""
    _rows(stage, "unit", RoundUnit).update(state="notified", notified_at=now())
    _rows(stage, "objection", Objection).delete()
    return row


def _late(stage: Stage, row: Row) -> Row:
    Window.objects.filter(round=stage["round", "own"], step="self_evaluation").update(
        closes=now() - timedelta(days=1)
    )
    return _drafting(stage, row)


def _unopened(stage: Stage, row: Row) -> Row:
    moment = now() + timedelta(days=5)
    Window.objects.filter(round=stage["round", "own"], step="self_evaluation").update(opens=moment)
    return row


def _replied(stage: Stage, row: Row) -> Row:
    _rows(stage, "question", Question).update(replied_at=now())
    return row


def _returned(stage: Stage, row: Row) -> Row:
    _rows(stage, "answer", Answer).update(state="returned")
    return row


def _disputed_by_nobody(stage: Stage, row: Row) -> Row:
    _rows(stage, "dispute", Dispute).delete()
    return row


def _proposed(stage: Stage, row: Row) -> Row:
    made = assignments_propose(actor=stage.world.actor("organiser"), round=stage.world.round, seed="x")
    return replace(row, data=row.data | {"digest": made.digest})


def _by_the_other_reviewer(stage: Stage, row: Row) -> Row:
    body = {field: kind for field, kind in row.body.items() if field != "reviewer"}
    return replace(row, body=body, data=row.data | {"reviewer": stage.world.user["reviewer2"].pk})


def _given(stage: Stage, row: Row) -> Row:
    """Every item has its points."""
    of = {"round": stage.world.round, "assignment_id": stage["assignment", "own"]}
    for answer in Answer.objects.filter(unit=stage["unit", "own"]).exclude(item__kind="computed"):
        Review.objects.update_or_create(**of, answer=answer, defaults={"points": 5, "given": True})
    return row


def _found(stage: Stage, row: Row) -> Row:
    SheetEntry.objects.filter(visit=stage["visit", "own"]).update(found="confirmed")
    return row


def _team(stage: Stage, row: Row) -> Row:
    return replace(row, data=row.data | {"team": [stage.world.user["inspector1"].pk], "day": "2025-05-05"})


def _of_the_team(stage: Stage, row: Row) -> Row:
    _rows(stage, "asked", RecusalRequest).delete()
    return replace(row, data=row.data | {"user": stage.world.user["inspector1"].pk})


def _arrived(stage: Stage, row: Row) -> Row:
    """All five bytes of the file are in."""
    upload = Upload.objects.get(key=stage["upload", "own"])
    pieces = assembly_of(upload)
    pieces.path.parent.mkdir(parents=True, exist_ok=True)
    pieces.path.write_bytes(b"a new")
    return row


def _loose(stage: Stage, row: Row) -> Row:
    return replace(row, data=row.data | {"files": [stage["loose", "own"]]})


_MAP = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "9901a0"},
            "geometry": {"type": "Polygon", "coordinates": [[[117, 36], [118, 36], [118, 37], [117, 36]]]},
        }
    ],
}
_TABLE = "code,name_zh,name_en,level,parent,from\n9901a9,样本县,County,county,9901a0,2025-01-01\n"
_VISIT = {
    state: _as("visit", Visit, state=state, planned_on="2025-05-05")
    for state in ("drawn", "notified", "sheet_signed")
}
# Operation -> what comes before it, so that it does change something.
BEFORE: dict[str, Before] = {
    "POST /api/v1/orgs/import": _saying(table=_TABLE, dry_run=False),
    "POST /api/v1/orgs/{pk}/close": lambda stage, row: replace(
        row, args=lambda s, _side: [s.world.org["county_b1"].pk]
    ),
    "POST /api/v1/accounts/grants": _saying(role="manager"),
    "POST /api/v1/accounts/invitations/import": _saying(text="样本人员, y@example.org, officer, 9901a0"),
    "POST /api/v1/accounts/people/{pk}/activate": _as("person", User, is_active=False),
    "POST /api/v1/jobs/{pk}/stop": _as("job", Job, state="waiting"),
    "POST /api/v1/rounds/units/{unit}/disputes": _disputed_by_nobody,
    "POST /api/v1/rounds/units/{unit}/replies": _told,
    "PATCH /api/v1/rounds/answers/{answer}": _drafting,
    "POST /api/v1/rounds/questions/{question}/reply": _returned,
    "POST /api/v1/rounds/units/{unit}/accept": _told,
    "POST /api/v1/rounds/units/{unit}/objections": _told,
    "POST /api/v1/rounds/units/{unit}/submission": _drafting,
    "POST /api/v1/rounds/{slug}/units/{code}/move/{transition}": _drafting,
    "DELETE /api/v1/rounds/{slug}": _with("young_round", confirm="准备中的评价"),
    "PUT /api/v1/rounds/{slug}/units": _with("young_round", units=["9901a0"]),
    "PUT /api/v1/rounds/{slug}/windows": _with(
        "young_round", windows={"self_evaluation": {"opens": "2098-01-01T00:00:00Z", "closes": "2099-01-01T00:00:00Z"}}
    ),
    "POST /api/v1/rounds/{slug}/windows/{step}/open": _unopened,
    "POST /api/v1/rounds/{slug}/windows/{step}/close": _saying(confirm="自查自评"),
    "POST /api/v1/rounds/{slug}/units/move/{transition}": _drafting,
    "POST /api/v1/rounds/{slug}/remind": _late,
    "POST /api/v1/rounds/objections/{objection}/move/{transition}": _as("objection", Objection, state="admitted"),
    "POST /api/v1/rounds/units/{unit}/vetoes": _saying(rule="fraud"),
    "POST /api/v1/rounds/units/{unit}/more-time": _drafting,
    "POST /api/v1/reviews/rounds/{slug}/assignments": _proposed,
    "POST /api/v1/reviews/rounds/{slug}/tasks": _by_the_other_reviewer,
    "POST /api/v1/reviews/tasks/{task}/reassign": _by_the_other_reviewer,
    "POST /api/v1/reviews/tasks/{task}/items/{item}": _replied,
    "POST /api/v1/reviews/tasks/{task}/items/{item}/questions": _replied,
    "POST /api/v1/reviews/tasks/{task}/finish": _given,
    "POST /api/v1/inspections/rounds/{slug}/draws": _saying(reason="x"),
    "POST /api/v1/inspections/draws/{pk}/publish": _as("draw", Draw, drawn_at="2025-01-01T00:00:00Z"),
    "POST /api/v1/inspections/visits/{pk}/plan": _team,
    "POST /api/v1/inspections/visits/{pk}/notify": _VISIT["drawn"],
    "POST /api/v1/inspections/visits/{pk}/cancel": _VISIT["drawn"],
    "POST /api/v1/inspections/visits/{pk}/reopen": _VISIT["sheet_signed"],
    "POST /api/v1/inspections/visits/{pk}/file": _VISIT["sheet_signed"],
    "POST /api/v1/inspections/visits/{pk}/start": _VISIT["notified"],
    "POST /api/v1/inspections/visits/{pk}/sign": _found,
    "POST /api/v1/inspections/visits/{pk}/items/{item}": _with("visit", "=B2"),
    "POST /api/v1/inspections/visits/{pk}/recusals": _of_the_team,
    "POST /api/v1/evidence/files/{pk}/restore": _as("file", File, removed_at="2025-01-01T00:00:00Z"),
    "POST /api/v1/evidence/uploads": _drafting,
    "POST /api/v1/evidence/uploads/{key}/finish": _arrived,
    "POST /api/v1/evidence/attachments": _all(_drafting, _loose),
    "DELETE /api/v1/evidence/attachments/{pk}": _drafting,
    "POST /api/v1/rectification/problems/{pk}/{step}": _saying(measure="x", post="x", finish=(now() + timedelta(days=30)).date().isoformat(), version=1),
    "POST /api/v1/rectification/rounds/{slug}/problems/move/{transition}": _saying(problems=["2024-9901a0-002"]),
    "POST /api/v1/reading/reports/{pk}/remarks": _as("report", Report, claims=[{"key": "k", "quote": "x"}]),
    "POST /api/v1/reporting/rounds/{slug}/boundary": _saying(geojson=_MAP, key="code", approval="x"),
}  # fmt: skip

# Address -> the events that stand in the audit once it was asked, without their beginning `duxue.`.
EVENTS: dict[str, str] = {
    "theme": "",
    "accounts:revoke_invitation": "invitation.revoked",
    "accounts:resend_invitation": "invitation.renewed",
    "accounts:revoke": "grant.revoked",
    "accounts:revoke_token": "token.revoked",
    "rounds:veto_appeal": "veto.pending",
    "inspections:add": "entry.added",
    "inspections:entry": "entry.saved",
    "evidence:remove": "file.removed",
    "reading:recheck": "report.rechecked",
    "reporting:score": "scoring.started",
    "jobs:retry": "job.retried",
    "rounds:dispute_show (answered)": "dispute.answered",
    "rounds:more_time_decide (decided)": "more_time.declined",
    "rounds:practice_decide (decided)": "practice.accepted",
    "POST /api/v1/orgs/": "organisation.created",
    "POST /api/v1/orgs/import": "organisation.created",
    "POST /api/v1/orgs/{pk}/rename": "organisation.renamed",
    "POST /api/v1/orgs/{pk}/move": "organisation.moved",
    "POST /api/v1/orgs/{pk}/close": "organisation.closed",
    "POST /api/v1/accounts/people/{pk}/correct": "user.corrected",
    "POST /api/v1/accounts/people/{pk}/deactivate": "user.deactivated",
    "POST /api/v1/accounts/grants": "grant.given",
    "POST /api/v1/accounts/grants/{pk}/revoke": "grant.revoked",
    "POST /api/v1/accounts/invitations": "invitation.made",
    "POST /api/v1/accounts/invitations/import": "invitation.made",
    "POST /api/v1/accounts/invitations/{pk}/revoke": "invitation.revoked",
    "POST /api/v1/accounts/invitations/{pk}/resend": "invitation.renewed",
    "POST /api/v1/accounts/organisations/{pk}/tokens": "token.made",
    "POST /api/v1/accounts/tokens/{pk}/revoke": "token.revoked",
    "POST /api/v1/accounts/people/{pk}/activate": "user.activated",
    "POST /api/v1/accounts/grants/{pk}/end": "grant.limited",
    "POST /api/v1/jobs/{pk}/stop": "job.stopped",
    "POST /api/v1/jobs/{pk}/retry": "job.retried",
    "POST /api/v1/rounds/units/{unit}/hand": "unit.items_handed",
    "POST /api/v1/rounds/units/{unit}/disputes": "dispute.filed",
    "POST /api/v1/rounds/disputes/{dispute}/answer": "dispute.answered",
    "POST /api/v1/rounds/units/{unit}/replies": "reply.published",
    "DELETE /api/v1/rounds/replies/{reply}": "reply.withdrawn",
    "POST /api/v1/rounds/units/{unit}/practices": "practice.handed_in",
    "POST /api/v1/rounds/practices/{practice}/accept": "practice.accepted",
    "POST /api/v1/rounds/practices/{practice}/return": "practice.returned",
    "PUT /api/v1/rounds/practices/{practice}": "practice.changed",
    "DELETE /api/v1/rounds/practices/{practice}": "practice.removed",
    "PATCH /api/v1/rounds/answers/{answer}": "answer.redraft",
    "POST /api/v1/rounds/questions/{question}/reply": "answer.answer",
    "POST /api/v1/rounds/units/{unit}/accept": "unit.accept",
    "POST /api/v1/rounds/units/{unit}/objections": "objection.filed unit.object",
    "POST /api/v1/rounds/units/{unit}/submission": "unit.submit",
    "DELETE /api/v1/rounds/units/{unit}/submission": "unit.withdraw",
    "POST /api/v1/rounds/{slug}/units/{code}/move/{transition}": "unit.excuse",
    "POST /api/v1/rounds/{slug}/windows/{step}/extend": "round.change_window",
    "POST /api/v1/rounds/": "round.create",
    "PATCH /api/v1/rounds/{slug}": "round.edit",
    "DELETE /api/v1/rounds/{slug}": "round.drop",
    "PUT /api/v1/rounds/{slug}/units": "round.units",
    "PUT /api/v1/rounds/{slug}/windows": "round.plan_windows",
    "POST /api/v1/rounds/{slug}/windows/{step}/open": "round.change_window",
    "POST /api/v1/rounds/{slug}/windows/{step}/close": "round.change_window",
    "POST /api/v1/rounds/{slug}/units/move/{transition}": "unit.excuse",
    "POST /api/v1/rounds/{slug}/units/extend": "round.change_window",
    "POST /api/v1/rounds/{slug}/remind": "unit.remind",
    "POST /api/v1/rounds/objections/{objection}/move/{transition}": "objection.dismiss",
    "POST /api/v1/rounds/objections/{objection}/withdraw": "objection.withdraw",
    "POST /api/v1/rounds/units/{unit}/vetoes": "veto.record",
    "POST /api/v1/rounds/vetoes/{veto}/appeal": "veto.pending",
    "POST /api/v1/rounds/units/{unit}/more-time": "more_time.asked",
    "POST /api/v1/rounds/more-time/{asked}/decide": "more_time.declined",
    "POST /api/v1/reviews/rounds/{slug}/assignments": "assignment.given round.reviews_assigned",
    "POST /api/v1/reviews/rounds/{slug}/tasks": "assignment.given",
    "POST /api/v1/reviews/tasks/{task}/reassign": "assignment.given assignment.withdrawn",
    "POST /api/v1/reviews/tasks/{task}/withdraw": "assignment.withdrawn",
    "POST /api/v1/reviews/rounds/{slug}/recusals": "recusal.declared",
    "POST /api/v1/reviews/recusals/{recusal}/withdraw": "recusal.withdrawn",
    "POST /api/v1/reviews/tasks/{task}/items/{item}": "review.given",
    "POST /api/v1/reviews/tasks/{task}/items/{item}/questions": "answer.return",
    "POST /api/v1/reviews/tasks/{task}/finish": "answer.accept assignment.finished",
    "POST /api/v1/inspections/rounds/{slug}/draws": "draw.committed",
    "POST /api/v1/inspections/draws/{pk}/run": "draw.drawn",
    "POST /api/v1/inspections/draws/{pk}/publish": "draw.published",
    "POST /api/v1/inspections/visits/{pk}/plan": "inspection.planned",
    "POST /api/v1/inspections/visits/{pk}/notify": "inspection.notify",
    "POST /api/v1/inspections/visits/{pk}/cancel": "inspection.cancel",
    "POST /api/v1/inspections/visits/{pk}/reopen": "inspection.reopen_sheet",
    "POST /api/v1/inspections/visits/{pk}/file": "inspection.file",
    "POST /api/v1/inspections/visits/{pk}/items/{item}": "entry.added",
    "POST /api/v1/inspections/visits/{pk}/recusals": "recusal.asked",
    "POST /api/v1/inspections/recusals/{pk}/decide": "recusal.declined",
    "POST /api/v1/inspections/visits/{pk}/start": "inspection.start",
    "POST /api/v1/inspections/visits/{pk}/sign": "inspection.sign",
    "POST /api/v1/inspections/entries/{pk}": "entry.saved",
    "POST /api/v1/evidence/files/{pk}/restore": "file.restored",
    "PUT /api/v1/evidence/files/{pk}": "file.changed",
    "DELETE /api/v1/evidence/files/{pk}": "file.removed",
    "POST /api/v1/evidence/uploads": "",
    "POST /api/v1/evidence/uploads/{key}/finish": "file.stored",
    "DELETE /api/v1/evidence/uploads/{key}": "",
    "POST /api/v1/evidence/attachments": "evidence.attached",
    "DELETE /api/v1/evidence/attachments/{pk}": "evidence.detached",
    "POST /api/v1/rectification/problems": "problem.create",
    "POST /api/v1/rectification/problems/{pk}/{step}": "problem.plan",
    "POST /api/v1/rectification/rounds/{slug}/problems/move/{transition}": "problem.notify",
    "POST /api/v1/reading/units/{pk}/reports": "report.uploaded",
    "POST /api/v1/reading/reports/{pk}/recheck": "report.rechecked",
    "POST /api/v1/reading/reports/{pk}/remarks": "report.remarked",
    "POST /api/v1/reporting/rounds/{slug}/boundary": "boundary.set",
    "POST /api/v1/reporting/rounds/{slug}/scorings": "scoring.started",
}  # fmt: skip

# Address that changes nothing here -> the other address that does the same by the same service, or the test of its event.
ELSEWHERE: dict[str, str] = {
    "accounts:activate": "POST /api/v1/accounts/people/{pk}/activate",
    "accounts:demo_login": "accounts/test_audit_of_accounts.py::test_signing_in_and_out_and_changing_the_password",
    "accounts:give_again": "POST /api/v1/accounts/grants",
    "rounds:remind": "POST /api/v1/rounds/{slug}/remind",
    "rounds:data_take": "rounds/organiser/test_bringing.py::test_an_archive_is_tried_told_and_taken_over",
    "reviews:report": "joins/test_finding.py::test_a_reviewer_reports_the_reason_of_a_review",
    "reviews:finish": "POST /api/v1/reviews/tasks/{task}/finish",
    "inspections:act": "POST /api/v1/inspections/visits/{pk}/sign",
    "inspections:report": "joins/test_finding.py::test_an_inspector_reports_a_line_once_and_the_organiser_hands_it_over",
    "inspections:publish": "POST /api/v1/inspections/draws/{pk}/publish",
    "evidence:add": "POST /api/v1/evidence/attachments",
    "evidence:put_back": "POST /api/v1/evidence/attachments",
    "evidence:detach": "DELETE /api/v1/evidence/attachments/{pk}",
    "evidence:upload_start": "POST /api/v1/evidence/uploads",
    "evidence:upload_finish": "POST /api/v1/evidence/uploads/{key}/finish",
    "evidence:restore": "POST /api/v1/evidence/files/{pk}/restore",
    "rectification:bulk": "POST /api/v1/rectification/rounds/{slug}/problems/move/{transition}",
    "rectification:from_scoring": "rectification/test_next_round.py::test_a_scoring_is_entered_once",
    "reading:remark": "POST /api/v1/reading/reports/{pk}/remarks",
    "reporting:boundary": "POST /api/v1/reporting/rounds/{slug}/boundary",
    "jobs:stop": "POST /api/v1/jobs/{pk}/stop",
    "rounds:answer (saved)": "PATCH /api/v1/rounds/answers/{answer}",
    "rounds:answer (handed over, saved)": "PATCH /api/v1/rounds/answers/{answer}",
    "rounds:submit (sent)": "POST /api/v1/rounds/units/{unit}/submission",
    "rounds:move (done)": "rounds/organiser/test_api.py::test_a_step_sent_twice_is_done_once",
    "rounds:windows (sent)": "PUT /api/v1/rounds/{slug}/windows",
    "rounds:unit_follow (excused)": "POST /api/v1/rounds/{slug}/units/{code}/move/{transition}",
    "rounds:objection (decided)": "POST /api/v1/rounds/objections/{objection}/move/{transition}",
    "rounds:vetoes (recorded)": "POST /api/v1/rounds/units/{unit}/vetoes",
    "rounds:veto_appeal (decided)": "POST /api/v1/rounds/vetoes/{veto}/appeal",
    "reviews:score (given)": "POST /api/v1/reviews/tasks/{task}/items/{item}",
    "reviews:ask (sent)": "POST /api/v1/reviews/tasks/{task}/items/{item}/questions",
    "inspections:show (planned)": "POST /api/v1/inspections/visits/{pk}/plan",
    "inspections:act (cancelled)": "POST /api/v1/inspections/visits/{pk}/cancel",
    "inspections:act (announced)": "POST /api/v1/inspections/visits/{pk}/notify",
    "inspections:act (filed)": "POST /api/v1/inspections/visits/{pk}/file",
    "rectification:act (handed over)": "POST /api/v1/rectification/rounds/{slug}/problems/move/{transition}",
    "POST /api/v1/rounds/units/{unit}/sheet": "rounds/unit/test_sheets.py::test_a_program_tries_a_workbook_and_then_sends_it",
    "POST /api/v1/rounds/{slug}/move/{transition}": "rounds/organiser/test_api.py::test_a_step_sent_twice_is_done_once",
    "POST /api/v1/rounds/{slug}/data": "rounds/organiser/test_knowing.py::test_figures_are_known_explained_and_kept",
    "POST /api/v1/rounds/{slug}/data/take": "rounds/organiser/test_bringing.py::test_an_archive_is_tried_told_and_taken_over",
    "POST /api/v1/reviews/reviews/{review}/problem": "joins/test_finding.py::test_a_reviewer_reports_the_reason_of_a_review",
    "POST /api/v1/inspections/entries/{pk}/problem": "joins/test_finding.py::test_an_inspector_reports_a_line_once_and_the_organiser_hands_it_over",
    "POST /api/v1/rectification/rounds/{slug}/findings": "rectification/test_next_round.py::test_a_scoring_is_entered_once",
    "PUT /api/v1/reporting/rounds/{slug}/boundary": "POST /api/v1/reporting/rounds/{slug}/boundary",
}  # fmt: skip
# Address that never changes anything in the database that needs an event -> why.
NOTHING: dict[str, str] = {
    "rounds:data_send": "what is sent is tried; what is taken over has its event",
    "POST /api/v1/rounds/{slug}/data/archive": "what is sent is tried; what is taken over has its event",
    "POST /api/v1/reviews/rounds/{slug}/proposal": "a proposal is told, not kept",
    "PATCH /api/v1/evidence/uploads/{key}": "the pieces lie on the disk; the file has its event when it is finished",
}  # fmt: skip
