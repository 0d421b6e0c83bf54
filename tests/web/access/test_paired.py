"""REST for all of it: every page of the site beside the operations of the API that do the same, or why it needs none."""

from __future__ import annotations

from tests.web.access.expected import (
    ALLAUTH_KEYED,
    ALLAUTH_PUBLIC,
    ALLAUTH_SIGNED_IN,
    FURTHER,
    PAGES,
    POSTED,
)
from tests.web.access.routes import operations, pages

# Page -> its operations, below /api/v1. Export pages are the lists that the API gives by pages.
PAIRED: dict[str, str] = {
    "home": "GET accounts/me/todos",
    "common:audit": "GET common/audit",
    "common:audit_csv": "GET common/audit",
    "common:audit_chain": "GET common/audit/chain.jsonl",
    "common:audit_object": "GET common/audit/{object_type}/{key}",
    # --- accounts, organisations
    "accounts:access": "GET accounts/me, GET accounts/me/access",
    "accounts:people": "GET accounts/people",
    "accounts:invite": "POST accounts/invitations",
    "accounts:invite_list": "POST accounts/invitations/import",
    "accounts:links": "POST accounts/invitations, POST accounts/invitations/import",  # their answers tell the secrets once
    "accounts:invitations": "GET accounts/invitations",
    "accounts:revoke_invitation": "POST accounts/invitations/{pk}/revoke",
    "accounts:resend_invitation": "POST accounts/invitations/{pk}/resend",
    "accounts:person": "GET accounts/people/{pk}, GET accounts/people/{pk}/grants",
    "accounts:person_access": "GET accounts/people/{pk}/access",
    "accounts:give": "POST accounts/grants",
    "accounts:correct": "POST accounts/people/{pk}/correct",
    "accounts:deactivate": "POST accounts/people/{pk}/deactivate",
    "accounts:activate": "POST accounts/people/{pk}/activate",
    "accounts:end": "POST accounts/grants/{pk}/end",
    "accounts:revoke": "POST accounts/grants/{pk}/revoke",
    "accounts:give_again": "POST accounts/grants",
    "accounts:tokens": "GET accounts/organisations/{pk}/tokens, POST accounts/organisations/{pk}/tokens",
    "accounts:revoke_token": "POST accounts/tokens/{pk}/revoke",
    "orgs:tree": "GET orgs/, GET orgs/tree/{day}",
    "orgs:import": "POST orgs/import",
    "orgs:show": "GET orgs/{pk}, GET orgs/{pk}/history",
    "orgs:create": "POST orgs/",
    "orgs:rename": "POST orgs/{pk}/rename",
    "orgs:move": "POST orgs/{pk}/move",
    "orgs:close": "POST orgs/{pk}/close",
    # --- rounds: the unit's pages
    "rounds:unit": "GET rounds/units/{unit}/answers, GET rounds/units/{unit}/questions, GET rounds/{slug}/known",
    "rounds:hand": "POST rounds/units/{unit}/hand",
    "rounds:more_time": "GET rounds/units/{unit}/more-time, POST rounds/units/{unit}/more-time",
    "rounds:submit": "POST rounds/units/{unit}/submission",
    "rounds:withdraw": "DELETE rounds/units/{unit}/submission",
    "rounds:result": "GET rounds/{slug}/units/{code}/result",
    "rounds:accept": "POST rounds/units/{unit}/accept",
    "rounds:object": "GET rounds/units/{unit}/objections, POST rounds/units/{unit}/objections",
    "rounds:public_reply": "GET rounds/units/{unit}/replies, POST rounds/units/{unit}/replies, DELETE rounds/replies/{reply}",
    "rounds:practices": "GET rounds/units/{unit}/practices",
    "rounds:practice_add": "POST rounds/units/{unit}/practices",
    "rounds:practice": "PUT rounds/practices/{practice}, DELETE rounds/practices/{practice}",
    "rounds:sheet": "POST rounds/units/{unit}/sheet",
    "rounds:sheet_file": "GET rounds/units/{unit}/sheet.xlsx",
    "rounds:objection_withdraw": "POST rounds/objections/{objection}/withdraw",
    "rounds:answer": "GET rounds/answers/{answer}, PATCH rounds/answers/{answer}, POST rounds/questions/{question}/reply",
    "rounds:answer_history": "GET rounds/answers/{answer}/versions",
    "rounds:dispute": "POST rounds/units/{unit}/disputes",
    "rounds:dispute_show": "GET rounds/units/{unit}/disputes, POST rounds/disputes/{dispute}/answer",
    "rounds:receipt": "GET rounds/submissions/{submission}, GET rounds/units/{unit}/submissions",
    "rounds:receipt_file": "GET rounds/submissions/{submission}",
    # --- rounds: the organiser's pages
    "rounds:list": "GET rounds/",
    "rounds:notices": "GET accounts/me/notices, POST accounts/me/notices/seen, POST accounts/me/mail",
    "rounds:create": "POST rounds/",
    "rounds:show": "GET rounds/{slug}",
    "rounds:standard": "GET rounds/{slug}/items",
    "rounds:item": "GET rounds/{slug}/items",
    "rounds:matrix": "GET rounds/{slug}/matrix, GET rounds/{slug}/units",
    "rounds:matrix_csv": "GET rounds/{slug}/matrix",
    "rounds:matrix_xlsx": "GET rounds/{slug}/matrix",
    "rounds:leader": "GET rounds/{slug}/standing",
    "rounds:edit": "PATCH rounds/{slug}, PUT rounds/{slug}/units, PUT rounds/{slug}/windows",
    "rounds:drop": "DELETE rounds/{slug}",
    "rounds:move": "POST rounds/{slug}/move/{transition}",
    "rounds:windows": "GET rounds/{slug}/windows, PUT rounds/{slug}/windows",
    "rounds:window": "POST rounds/{slug}/windows/{step}/open, POST rounds/{slug}/windows/{step}/close, POST rounds/{slug}/windows/{step}/extend",
    "rounds:more_time_list": "GET rounds/{slug}/more-time",
    "rounds:more_time_decide": "POST rounds/more-time/{asked}/decide",
    "rounds:remind": "POST rounds/{slug}/remind",
    "rounds:invite": "POST accounts/invitations/import",
    "rounds:chosen": "POST rounds/{slug}/units/move/{transition}, POST rounds/{slug}/units/extend, POST rounds/{slug}/remind",
    "rounds:unit_follow": "POST rounds/{slug}/units/{code}/move/{transition}",
    "rounds:disputes": "GET rounds/{slug}/disputes",
    "rounds:objections": "GET rounds/{slug}/objections",
    "rounds:objection": "POST rounds/objections/{objection}/move/{transition}",
    "rounds:practices_in": "GET rounds/{slug}/practices",
    "rounds:practice_decide": "POST rounds/practices/{practice}/accept, POST rounds/practices/{practice}/return",
    "rounds:vetoes": "GET rounds/{slug}/vetoes, POST rounds/units/{unit}/vetoes",
    "rounds:veto": "GET rounds/{slug}/vetoes, GET rounds/units/{unit}/vetoes",
    "rounds:veto_appeal": "POST rounds/vetoes/{veto}/appeal",
    "rounds:data": "GET rounds/{slug}/known, POST rounds/{slug}/data",
    "rounds:data_send": "POST rounds/{slug}/data/archive",
    "rounds:data_take": "POST rounds/{slug}/data/take",
    "rounds:data_template": "GET rounds/{slug}/data/tables.zip",
    "rounds:explain": "GET rounds/{slug}/units/{code}/figures/{indicator}",
    # --- reviews
    "reviews:desk": "GET reviews/tasks",
    "reviews:task": "GET reviews/tasks, GET reviews/reviews",
    "reviews:score": "GET reviews/reviews, POST reviews/tasks/{task}/items/{item}",
    "reviews:ask": "POST reviews/tasks/{task}/items/{item}/questions",
    "reviews:report": "POST reviews/reviews/{review}/problem",
    "reviews:finish": "POST reviews/tasks/{task}/finish",
    "reviews:told": "GET reviews/reviews",
    "reviews:overview": "GET reviews/tasks, GET reviews/rounds/{slug}/agreement",
    "reviews:propose": "POST reviews/rounds/{slug}/proposal, POST reviews/rounds/{slug}/assignments",
    "reviews:give": "POST reviews/rounds/{slug}/tasks",
    "reviews:recusals": "GET reviews/rounds/{slug}/recusals, POST reviews/rounds/{slug}/recusals",
    "reviews:agreement": "GET reviews/rounds/{slug}/agreement",
    "reviews:reassign": "POST reviews/tasks/{task}/reassign, POST reviews/tasks/{task}/withdraw",
    "reviews:recusal_withdraw": "POST reviews/recusals/{recusal}/withdraw",
    # --- inspections
    "inspections:list": "GET inspections/visits, GET inspections/rounds/{slug}/draws",
    "inspections:calendar": "GET inspections/visits",
    "inspections:show": "GET inspections/visits, POST inspections/visits/{pk}/plan",
    "inspections:ask_recusal": "POST inspections/visits/{pk}/recusals",
    "inspections:decide_recusal": "POST inspections/recusals/{pk}/decide",
    "inspections:sheet": "GET inspections/visits/{pk}/sheet",
    "inspections:add": "POST inspections/visits/{pk}/items/{item}",
    "inspections:act": "POST inspections/visits/{pk}/notify, POST inspections/visits/{pk}/start, POST inspections/visits/{pk}/sign, "
    "POST inspections/visits/{pk}/reopen, POST inspections/visits/{pk}/file, POST inspections/visits/{pk}/cancel",
    "inspections:entry": "POST inspections/entries/{pk}",
    "inspections:report": "POST inspections/entries/{pk}/problem",
    "inspections:commit": "POST inspections/rounds/{slug}/draws",
    "inspections:draw": "GET inspections/draws/{pk}",
    "inspections:run": "POST inspections/draws/{pk}/run",
    "inspections:publish": "POST inspections/draws/{pk}/publish",
    "inspections:file": "GET inspections/draws/{pk}/files/{name}",
    # --- evidence
    "evidence:list": "GET evidence/files",
    "evidence:add": "POST evidence/uploads, PATCH evidence/uploads/{key}, POST evidence/uploads/{key}/finish, POST evidence/attachments",
    "evidence:choose": "GET evidence/files, POST evidence/attachments",
    "evidence:attached": "GET evidence/attachments",
    "evidence:put_back": "POST evidence/attachments",
    "evidence:detach": "DELETE evidence/attachments/{pk}",
    "evidence:upload_start": "POST evidence/uploads",
    "evidence:upload": "GET evidence/uploads/{key}, PATCH evidence/uploads/{key}, DELETE evidence/uploads/{key}",
    "evidence:upload_finish": "POST evidence/uploads/{key}/finish",
    "evidence:file": "GET evidence/files/{pk}",
    "evidence:edit": "PUT evidence/files/{pk}",
    "evidence:remove": "DELETE evidence/files/{pk}",
    "evidence:restore": "POST evidence/files/{pk}/restore",
    "evidence:preview": "GET evidence/files/{pk}/preview",
    "evidence:page": "GET evidence/files/{pk}/pages/{number}",
    "evidence:thumb": "GET evidence/files/{pk}/pages/{number}",
    "evidence:download": "GET evidence/files/{pk}/content",
    # --- rectification
    "rectification:list": "GET rectification/problems",
    "rectification:overdue": "GET rectification/problems",  # clock=overdue, clock=soon
    "rectification:statistics": "GET rectification/rounds/{slug}/standing",
    "rectification:calendar": "GET rectification/calendar, GET rectification/calendar/{day}",
    "rectification:calendar_file": "GET rectification/calendar, GET rectification/calendar/{day}",
    "rectification:export_csv": "GET rectification/problems",
    "rectification:export_xlsx": "GET rectification/problems",
    "rectification:create": "POST rectification/problems",
    "rectification:bulk": "POST rectification/rounds/{slug}/problems/move/{transition}",
    "rectification:from_scoring": "POST rectification/rounds/{slug}/findings",
    "rectification:show": "GET rectification/problems/{pk}, GET rectification/problems/{pk}/entries",
    "rectification:act": "POST rectification/problems/{pk}/{step}",
    # --- reading
    "reading:unit": "GET reading/units/{pk}/reports, POST reading/units/{pk}/reports",
    "reading:report": "GET reading/reports/{pk}",
    "reading:document": "GET reading/reports/{pk}",  # the marked claims with their places
    "reading:remark": "POST reading/reports/{pk}/remarks",
    "reading:recheck": "POST reading/reports/{pk}/recheck",
    # --- dashboards, jobs
    "reporting:dashboard": "GET rounds/, GET reporting/rounds/{slug}/tables",
    "reporting:search": "GET reporting/search",
    "reporting:round": "GET reporting/rounds/{slug}/tables, GET reporting/rounds/{slug}/scorings, GET reporting/rounds/{slug}/scores",
    "reporting:score": "POST reporting/rounds/{slug}/scorings",
    "reporting:boundary": "POST reporting/rounds/{slug}/boundary, PUT reporting/rounds/{slug}/boundary",
    "reporting:unit": "GET reporting/rounds/{slug}/units/{code}/tables",
    "reporting:explain": "GET reporting/rounds/{slug}/units/{code}/figures/{indicator}",
    "jobs:list": "GET jobs/",
    "jobs:show": "GET jobs/{pk}",
    "jobs:stop": "POST jobs/{pk}/stop",
    "jobs:retry": "POST jobs/{pk}/retry",
    # --- public
    "public:rounds": "GET public/rounds, GET public/draws",
    "public:round": "GET public/rounds/{slug}",
    "public:unit": "GET public/rounds/{slug}/tables/{name}",
    "public:check": "GET public/rounds/{slug}/units/{code}/figures/{indicator}",
    "public:explain": "GET public/rounds/{slug}/units/{code}/figures/{indicator}",
    "public:draw": "GET inspections/draws/{pk}",
    "public:draw_check": "GET inspections/draws/{pk}/files/{name}",
    "public:table": "GET public/rounds/{slug}/tables/{name}",
    "public:datapackage": "GET public/rounds/{slug}/datapackage",
}  # fmt: skip

ACCOUNT = (
    "the own account and its ways to sign in: a person's, kept in a browser; a machine comes with a token"
)
ALONE: dict[str, str] = {
    "favicon": "a picture for the browser's tab",
    "healthz": "made for machines as it is",
    "readyz": "made for machines as it is",
    "language": "how the reader likes the pages; the API tells both languages",
    "theme": "how the reader likes the pages",
    "public:standard": "the standard is in the public edition that `whole` of GET public/rounds/{slug} leads to",
    "public:file": "a plain file of the public edition, at the address that GET public/rounds/{slug}/datapackage tells",
    "public:whole": "a plain file, at the address that GET public/rounds/{slug} tells",
    "public:picture": "a picture in the text of a page",
    "components": "the parts of which pages are built, shown to those who build them",
    "accounts:demo_login": ACCOUNT,
    "accounts:accept": ACCOUNT,
    **dict.fromkeys((*ALLAUTH_SIGNED_IN, *ALLAUTH_KEYED, *ALLAUTH_PUBLIC), ACCOUNT),
}


def below(page: str) -> list[str]:
    """Return the operations of a page as the API names them."""
    return [one.replace(" ", " /api/v1/", 1) for one in PAIRED[page].split(", ")]


def test_every_page_is_paired_with_the_api_or_says_why_not() -> None:
    assert sorted(set(pages()) - set(PAIRED) - set(ALONE)) == []
    assert sorted({*PAIRED, *ALONE} - set(pages())) == []
    assert sorted(set(PAIRED) & set(ALONE)) == []
    assert all(ALONE.values())


def test_every_operation_of_a_pair_exists() -> None:
    known = set(operations())
    assert {page: gone for page in PAIRED if (gone := sorted({*below(page)} - known))} == {}


def test_a_page_that_changes_something_is_paired_with_what_changes_it() -> None:
    rows = [(row.address or name, row) for name, row in (PAGES | FURTHER).items()]
    writing = {page for page, row in rows if row.method not in {"GET", "HEAD"}} | set(POSTED)
    assert len(writing) > len(POSTED)
    assert [
        page for page in sorted(writing & set(PAIRED)) if all(one.startswith("GET ") for one in below(page))
    ] == []


def test_every_operation_that_changes_something_is_paired_with_a_page() -> None:
    writing = {one for one in operations() if not one.startswith("GET ")}
    assert sorted(writing - {one for page in PAIRED for one in below(page)}) == []
