"""Who gets through where: written by hand, one row for each address. Whoever adds an address adds its row.

A row says who may with a thing of the own authority. With a thing of the other authority nobody of the own one gets through,
and nobody of the other one with a thing of this one: that needs no row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.web.access.stage import Stage

Args = Callable[[Stage, str], list[Any]]
ORGANISERS = frozenset({"organiser", "organiser2"})
PROVINCE = ORGANISERS | {"leader", "auditor", "reviewer1", "reviewer2", "inspector1"}
CITY_A = frozenset({"manager_a", "officer_a", "officer_a1"})
CITY_B = frozenset({"manager_b", "officer_b"})
FOREIGN = frozenset({"foreign_organiser", "foreign_manager"})
SIGNED_IN = PROVINCE | CITY_A | CITY_B | FOREIGN
ANYBODY = SIGNED_IN | {"public"}
NOBODY: frozenset[str] = frozenset()
KEEPERS = ORGANISERS | {"manager_a", "manager_b"} | FOREIGN
KEEPERS_OF_A = ORGANISERS | {"manager_a"}
READERS = ORGANISERS | {"auditor", "foreign_organiser"}
OVERSEERS = ORGANISERS | {"leader", "auditor"}
# Unit A: its own people, those who judge it, and the county that was handed one item.
UNIT_A = frozenset({"manager_a", "officer_a"})
HEAD_A = frozenset({"manager_a"})
REVIEWER_A, INSPECTOR_A, HANDED_A = (
    frozenset({"reviewer1"}),
    frozenset({"inspector1"}),
    frozenset({"officer_a1"}),
)
SEE_ANSWERS_A = OVERSEERS | REVIEWER_A | INSPECTOR_A | UNIT_A
SEE_UNIT_A = SEE_ANSWERS_A | HANDED_A
SEE_VISIT_A = OVERSEERS | INSPECTOR_A | UNIT_A
INSIDE_A = OVERSEERS | UNIT_A
PART = PROVINCE | CITY_A | CITY_B  # take part in the round
JUDGES = ORGANISERS | {"auditor", "reviewer1", "reviewer2", "inspector1"}


@dataclass(frozen=True)
class Row:
    """Who gets through, how it is asked, and with which things."""

    allowed: frozenset[str]
    method: str = "GET"
    args: Args | None = None
    data: dict[str, Any] = field(default_factory=dict)
    secret: bool = False  # the address holds a secret, or what is everybody's: whoever has it gets through, on either side
    body: dict[str, str] = field(
        default_factory=dict
    )  # field -> kind of thing, where it stands in what is sent
    address: str = ""  # of a further row: the name of its address


def one(*kinds: str) -> Args:
    """Return the arguments of an address with the keys of things; behind = stands a text itself."""
    return lambda stage, side: [stage[kind, side] for kind in kinds]


def _of(kinds: str, allowed: frozenset[str], method: str = "GET", **data: Any) -> Row:
    return Row(allowed, method, one(*kinds.split()), data)


PAGES: dict[str, Row] = {
    "home": Row(ANYBODY),
    "favicon": Row(ANYBODY),
    "healthz": Row(ANYBODY),
    "readyz": Row(ANYBODY),
    "language": Row(ANYBODY, "POST"),
    "theme": Row(ANYBODY, "POST"),
    "components": Row(ANYBODY),
    "common:audit": Row(READERS),
    "common:audit_csv": Row(READERS),
    "common:audit_chain": Row(READERS),
    "common:audit_object": Row(
        ORGANISERS | {"auditor", "manager_a", "officer_a"},
        args=lambda stage, side: ["accounts.grant", stage["grant", side]],
    ),
    "accounts:demo_login": Row(NOBODY, "POST", data={"key": "organiser"}),
    "accounts:access": Row(SIGNED_IN),
    "accounts:people": Row(KEEPERS | {"auditor"}),
    "accounts:invite": Row(KEEPERS),
    "accounts:invite_list": Row(KEEPERS),
    "accounts:links": Row(KEEPERS),
    "accounts:invitations": Row(KEEPERS),
    "accounts:revoke_invitation": _of("invitation", KEEPERS_OF_A, "POST"),
    "accounts:resend_invitation": _of("invitation", KEEPERS_OF_A, "POST"),
    "accounts:person": _of("person", KEEPERS_OF_A | {"auditor", "officer_a"}),
    "accounts:person_access": _of("person", KEEPERS_OF_A | {"auditor", "officer_a"}),
    "accounts:give": _of("person", KEEPERS_OF_A),
    "accounts:correct": _of("person", KEEPERS_OF_A | {"officer_a"}),
    "accounts:deactivate": _of("person", KEEPERS_OF_A),
    "accounts:activate": _of("person", KEEPERS_OF_A, "POST"),
    "accounts:end": _of("grant", KEEPERS_OF_A),
    "accounts:revoke": _of("grant", KEEPERS_OF_A, "POST"),
    "accounts:give_again": _of("grant", KEEPERS_OF_A, "POST"),
    "accounts:accept": Row(ANYBODY, args=one("secret"), secret=True),
    "accounts:tokens": _of("organisation", KEEPERS_OF_A),
    "accounts:revoke_token": _of("token", KEEPERS_OF_A, "POST"),
    "orgs:tree": Row(SIGNED_IN),
    "orgs:import": Row(ORGANISERS | {"foreign_organiser"}),
    "orgs:show": _of("organisation", PROVINCE | CITY_A),
    "orgs:create": _of("organisation", ORGANISERS),
    "orgs:rename": _of("organisation", ORGANISERS),
    "orgs:move": _of("organisation", ORGANISERS),
    "orgs:close": _of("organisation", ORGANISERS),
    # --- rounds: the unit's pages
    "rounds:unit": _of("unit", SEE_UNIT_A),
    "rounds:hand": _of("unit", HEAD_A),
    "rounds:more_time": _of("unit", HEAD_A),
    "rounds:submit": _of("unit", HEAD_A),
    "rounds:withdraw": _of("unit", HEAD_A),
    "rounds:result": _of("unit", INSIDE_A),
    "rounds:accept": _of("unit", HEAD_A),
    "rounds:object": _of("unit", HEAD_A),
    "rounds:public_reply": _of("unit", HEAD_A),
    "rounds:practices": _of("unit", INSIDE_A),
    "rounds:practice_add": _of("unit", UNIT_A),
    "rounds:practice": _of("practice", UNIT_A),
    "rounds:sheet": _of("unit", UNIT_A | HANDED_A),
    "rounds:sheet_file": _of("unit", UNIT_A | HANDED_A),
    "rounds:objection_withdraw": _of("objection", HEAD_A),
    "rounds:answer": _of("answer", SEE_ANSWERS_A),
    "rounds:answer_history": _of("answer", SEE_ANSWERS_A),
    "rounds:dispute": _of("computed known", UNIT_A),
    "rounds:dispute_show": _of("dispute", SEE_ANSWERS_A),
    "rounds:receipt": _of("submission", INSIDE_A),
    "rounds:receipt_file": _of("submission", INSIDE_A),
    # --- rounds: the organiser's pages
    "rounds:list": Row(SIGNED_IN),
    "rounds:notices": Row(SIGNED_IN),
    "rounds:create": Row(ORGANISERS | {"foreign_organiser"}),
    "rounds:show": _of("slug", PART),
    "rounds:standard": _of("slug", PART),
    "rounds:item": _of("slug =A1", PART),
    "rounds:matrix": _of("slug", OVERSEERS),
    "rounds:matrix_csv": _of("slug", OVERSEERS),
    "rounds:matrix_xlsx": _of("slug", OVERSEERS),
    "rounds:leader": _of("slug", OVERSEERS),
    "rounds:edit": _of("slug", ORGANISERS),
    "rounds:drop": _of("slug", ORGANISERS),
    "rounds:move": _of("slug =freeze", ORGANISERS),
    "rounds:windows": _of("slug", OVERSEERS),
    "rounds:window": _of("slug =self_evaluation =extend", ORGANISERS),
    "rounds:more_time_list": _of("slug", OVERSEERS),
    "rounds:more_time_decide": _of("slug more_time", OVERSEERS),
    "rounds:remind": _of("slug", ORGANISERS, "POST"),
    "rounds:invite": _of("slug", ORGANISERS),
    "rounds:chosen": _of("slug", ORGANISERS, act="remind"),
    "rounds:unit_follow": _of("slug code", OVERSEERS),
    "rounds:disputes": _of("slug", OVERSEERS),
    "rounds:objections": _of("slug", OVERSEERS),
    "rounds:objection": _of("slug objection", OVERSEERS),
    "rounds:practices_in": _of("slug", OVERSEERS),
    "rounds:practice_decide": _of("slug practice", OVERSEERS),
    "rounds:vetoes": _of("slug", OVERSEERS),
    "rounds:veto": _of("veto", OVERSEERS | UNIT_A),
    "rounds:veto_appeal": _of("slug veto", HEAD_A, "POST", appeal="pending", reason="x"),
    "rounds:data": _of("slug", ORGANISERS),
    "rounds:data_send": _of("slug", ORGANISERS, "POST"),
    "rounds:data_take": _of("slug", ORGANISERS, "POST", job="0"),
    "rounds:data_template": _of("slug", ORGANISERS),
    "rounds:explain": _of(
        "slug code =L1 =2024", NOBODY
    ),  # no data were evaluated; tests/web/access/test_published.py has a round with data
    # --- reviews: who judges stays inside
    "reviews:desk": Row(SIGNED_IN),
    "reviews:task": _of("assignment", OVERSEERS | REVIEWER_A),
    "reviews:score": _of("assignment answer", OVERSEERS | REVIEWER_A),
    "reviews:ask": _of("assignment answer", ORGANISERS | REVIEWER_A),
    "reviews:report": _of(
        "assignment answer", NOBODY, "POST"
    ),  # nothing was given there yet: test_finding has a review
    "reviews:finish": _of("assignment", REVIEWER_A, "POST"),
    "reviews:told": _of("answer", SEE_ANSWERS_A),
    "reviews:overview": _of("round", OVERSEERS),
    "reviews:propose": _of("round", ORGANISERS),
    "reviews:give": _of("round", ORGANISERS),
    "reviews:recusals": _of("round", JUDGES),
    "reviews:agreement": _of("round", OVERSEERS),
    "reviews:reassign": _of("assignment", ORGANISERS),
    "reviews:recusal_withdraw": _of("recusal", ORGANISERS | REVIEWER_A),
    # --- inspections: a draw is public from its commitment, its result from its publication
    "inspections:list": Row(SIGNED_IN),
    "inspections:calendar": Row(SIGNED_IN),
    "inspections:show": _of("visit", SEE_VISIT_A),
    "inspections:ask_recusal": _of("visit", HEAD_A),
    "inspections:decide_recusal": _of("asked", ORGANISERS),
    "inspections:sheet": _of("visit", SEE_VISIT_A),
    "inspections:add": Row(INSPECTOR_A, "POST", one("visit"), body={"answer": "handed"}),
    "inspections:act": _of("visit =sign", INSPECTOR_A, "POST"),
    "inspections:entry": _of("entry", INSPECTOR_A, "POST", version=0, found="confirmed"),
    "inspections:report": _of(
        "entry", NOBODY, "POST"
    ),  # nothing was found there yet: test_finding has what was
    "inspections:commit": _of("round", ORGANISERS),
    "inspections:draw": Row(ANYBODY, args=one("draw"), secret=True),
    "inspections:run": _of("draw", ORGANISERS),
    "inspections:publish": _of("draw", ORGANISERS, "POST"),
    "inspections:file": _of("draw =certificate-1.json", OVERSEERS),
    # --- evidence
    "evidence:list": Row(SIGNED_IN),
    "evidence:add": Row(UNIT_A, "POST", body={"attach": "attach"}),
    "evidence:choose": Row(UNIT_A, body={"attach": "attach"}),
    "evidence:attached": _of("=answer answer", SEE_ANSWERS_A),
    "evidence:put_back": _of("=answer answer file", UNIT_A, "POST"),
    "evidence:detach": _of("attachment", UNIT_A, "POST"),
    "evidence:upload_start": Row(
        UNIT_A, "POST", data={"name": "a.txt", "size": 5}, body={"attach": "attach"}
    ),
    "evidence:upload": _of("upload", HEAD_A, "HEAD"),
    "evidence:upload_finish": _of("upload", HEAD_A, "POST"),
    "evidence:file": _of("file", SEE_ANSWERS_A),
    "evidence:edit": _of("file", UNIT_A),
    "evidence:remove": _of("file", UNIT_A, "POST"),
    "evidence:restore": _of("file", UNIT_A, "POST"),
    "evidence:preview": _of("file", SEE_ANSWERS_A),
    "evidence:page": _of("file =1", SEE_ANSWERS_A),
    "evidence:thumb": _of("file", SEE_ANSWERS_A),
    "evidence:download": _of("file", SEE_ANSWERS_A),
    # --- rectification
    "rectification:list": Row(SIGNED_IN),
    "rectification:overdue": Row(SIGNED_IN),
    "rectification:statistics": Row(SIGNED_IN),
    "rectification:calendar": Row(SIGNED_IN),
    "rectification:calendar_file": Row(SIGNED_IN),
    "rectification:export_csv": Row(SIGNED_IN),
    "rectification:export_xlsx": Row(SIGNED_IN),
    "rectification:create": Row(ORGANISERS | UNIT_A | CITY_B, body={"round": "slug"}),
    "rectification:bulk": Row(SIGNED_IN, "POST", data={"act": "notify"}),
    "rectification:from_scoring": _of("slug", ORGANISERS, "POST"),
    "rectification:show": _of("problem", SEE_VISIT_A),
    "rectification:act": _of("problem =plan", UNIT_A),
    # --- reading
    "reading:unit": _of("unit", SEE_UNIT_A),
    "reading:report": _of("report", SEE_ANSWERS_A),
    "reading:document": _of("report", SEE_ANSWERS_A),
    "reading:remark": _of("report", UNIT_A, "POST", key="k", choice="mend"),
    "reading:recheck": _of("report", UNIT_A, "POST"),
    # --- dashboards, jobs
    "reporting:dashboard": Row(OVERSEERS | {"foreign_organiser"}),
    "reporting:search": Row(SIGNED_IN),
    "reporting:round": _of("slug", OVERSEERS),
    "reporting:score": _of("slug", ORGANISERS, "POST"),
    "reporting:boundary": _of("slug", ORGANISERS, "POST"),
    "reporting:unit": _of("slug code", SEE_UNIT_A),
    "reporting:explain": _of("slug code =L1", NOBODY),  # as rounds:explain
    "jobs:list": Row(SIGNED_IN),
    "jobs:show": _of("job", ORGANISERS),
    "jobs:stop": _of("job", ORGANISERS, "POST"),
    "jobs:retry": _of("job", ORGANISERS, "POST"),
    # --- public: nothing of a round that is not published; tests/web/access/test_published.py has one that is
    "public:rounds": Row(ANYBODY),
    "public:round": _of("slug", NOBODY),
    "public:unit": _of("slug code", NOBODY),
    "public:standard": _of("slug", NOBODY),
    "public:check": _of("slug", NOBODY),
    "public:explain": _of("slug code =L1", NOBODY),
    "public:draw": _of("slug draw", NOBODY),
    "public:draw_check": _of("slug draw", NOBODY),
    "public:picture": _of("slug draw", NOBODY),
    "public:table": _of("slug =ranking", NOBODY),
    "public:file": _of("slug =ranking.csv", NOBODY),
    "public:datapackage": _of("slug", NOBODY),
    "public:whole": _of("slug", NOBODY),
}

# The same addresses with things in another state, or asked in another way.
FURTHER: dict[str, Row] = {
    name: replace(row, address=name.partition(" ")[0])
    for name, row in {
        "rounds:show (in preparation)": _of("young_round", OVERSEERS),
        "rounds:unit (drafting)": _of("drafting_unit", OVERSEERS | CITY_B | {"reviewer2"}),
        "rounds:answer (drafting)": _of("draft", CITY_B),
        "rounds:answer (handed over)": _of("handed", SEE_ANSWERS_A | HANDED_A),
        "rounds:answer (saved)": _of("answer", UNIT_A, "POST", version=1, narrative="x"),
        "rounds:answer (handed over, saved)": _of("handed", UNIT_A | HANDED_A, "POST", version=1, narrative="x"),
        "rounds:submit (sent)": _of("unit", HEAD_A, "POST", key="k"),
        "rounds:move (done)": _of("slug =freeze", ORGANISERS, "POST", confirm="样本省2024年度评价", reason="x"),
        "rounds:windows (sent)": _of("slug", OVERSEERS, "POST"),
        "rounds:unit_follow (excused)": _of("slug code", ORGANISERS, "POST", transition="excuse", reason="x"),
        "rounds:objection (decided)": _of("slug objection", ORGANISERS, "POST", transition="dismiss", reason="x"),
        "rounds:dispute_show (answered)": _of("dispute", ORGANISERS, "POST", answer="x"),
        "rounds:vetoes (recorded)": _of("slug", ORGANISERS, "POST", rule="V1", unit="9901a0", reason="x"),
        "rounds:more_time_decide (decided)": _of("slug more_time", ORGANISERS, "POST", decision="decline", reason="x"),
        "rounds:practice_decide (decided)": _of("slug practice", ORGANISERS, "POST", act="accept"),
        "rounds:veto_appeal (decided)": _of("slug veto", ORGANISERS, "POST", appeal="upheld", reason="x"),
        "reviews:score (given)": _of("assignment answer", REVIEWER_A, "POST", version=0, points=3, reason="x"),
        "reviews:ask (sent)": _of("assignment answer", ORGANISERS | REVIEWER_A, "POST", text="x"),
        "inspections:show (unannounced)": _of("unannounced", OVERSEERS),
        "inspections:show (planned)": _of("visit", ORGANISERS, "POST", day="2025-05-05"),
        "inspections:act (cancelled)": _of("visit =cancel", ORGANISERS, "POST", reason="x"),
        "inspections:act (announced)": _of("visit =notify", ORGANISERS, "POST"),
        "inspections:act (filed)": _of("visit =file", ORGANISERS, "POST"),
        "inspections:file (list)": Row(ANYBODY, args=one("draw", "=list.tsv"), secret=True),
        "evidence:file (not used)": _of("loose", UNIT_A),
        "evidence:download (not used)": _of("loose", UNIT_A),
        "rectification:show (not handed over)": _of("unheard", OVERSEERS | INSPECTOR_A),
        "rectification:act (handed over)": _of("unheard =notify", ORGANISERS, "POST"),
        "rectification:act (closed)": _of("problem =close", ORGANISERS | INSPECTOR_A),
    }.items()
}  # fmt: skip

_DAY: dict[str, Any] = {"from_day": "2025-01-01"}
API: dict[str, Row] = {
    "GET /api/v1/openapi.json": Row(ANYBODY),
    "GET /api/v1/orgs/": Row(SIGNED_IN),
    "POST /api/v1/orgs/": Row(
        ORGANISERS, "POST", data={"code": "9901zz", "level": "county", "name_zh": "县", **_DAY}, body={"parent": "organisation"},
    ),
    "POST /api/v1/orgs/import": Row(ORGANISERS | {"foreign_organiser"}, "POST", data={"table": "x"}),
    "GET /api/v1/orgs/tree/{day}": Row(SIGNED_IN, args=lambda _stage, _side: ["2024-01-01"]),
    "GET /api/v1/orgs/{pk}": _of("organisation", PROVINCE | CITY_A),
    "GET /api/v1/orgs/{pk}/history": _of("organisation", PROVINCE | CITY_A),
    "POST /api/v1/orgs/{pk}/rename": _of("organisation", ORGANISERS, "POST", name_zh="市", **_DAY),
    "POST /api/v1/orgs/{pk}/move": Row(ORGANISERS, "POST", one("organisation"), _DAY, body={"parent": "province"}),
    "POST /api/v1/orgs/{pk}/close": _of("organisation", ORGANISERS, "POST", **_DAY),
    "GET /api/v1/accounts/me": Row(SIGNED_IN),
    "GET /api/v1/accounts/people": Row(SIGNED_IN),  # everyone finds themselves there, keepers those they keep
    "GET /api/v1/accounts/people/{pk}": _of("person", KEEPERS_OF_A | {"auditor", "officer_a"}),
    "GET /api/v1/accounts/people/{pk}/grants": _of("person", KEEPERS_OF_A | {"auditor", "officer_a"}),
    "POST /api/v1/accounts/people/{pk}/correct": _of("person", KEEPERS_OF_A | {"officer_a"}, "POST", post="校长"),
    "POST /api/v1/accounts/people/{pk}/deactivate": _of("person", KEEPERS_OF_A, "POST", reason="x"),
    "POST /api/v1/accounts/grants": Row(
        KEEPERS_OF_A, "POST", data={"role": "officer"}, body={"organisation": "organisation", "user": "person"}
    ),
    "POST /api/v1/accounts/grants/{pk}/revoke": _of("grant", KEEPERS_OF_A, "POST"),
    "GET /api/v1/accounts/invitations": Row(SIGNED_IN),
    "POST /api/v1/accounts/invitations": Row(
        KEEPERS_OF_A, "POST", data={"role": "officer", "email": "x@example.org"}, body={"organisation": "organisation"}
    ),
    "POST /api/v1/accounts/invitations/import": Row(KEEPERS, "POST", data={"text": "x"}),
    "POST /api/v1/accounts/invitations/{pk}/revoke": _of("invitation", KEEPERS_OF_A, "POST"),
    "POST /api/v1/accounts/invitations/{pk}/resend": _of("invitation", KEEPERS_OF_A, "POST"),
    "GET /api/v1/accounts/organisations/{pk}/tokens": _of("organisation", KEEPERS_OF_A),
    "POST /api/v1/accounts/organisations/{pk}/tokens": _of("organisation", KEEPERS_OF_A, "POST", title="x", role="officer"),
    "POST /api/v1/accounts/tokens/{pk}/revoke": _of("token", KEEPERS_OF_A, "POST"),
    "POST /api/v1/accounts/people/{pk}/activate": _of("person", KEEPERS_OF_A, "POST"),
    "POST /api/v1/accounts/grants/{pk}/end": _of("grant", KEEPERS_OF_A, "POST", until="2199-01-01"),
    "GET /api/v1/accounts/me/todos": Row(SIGNED_IN),
    "GET /api/v1/accounts/me/access": Row(SIGNED_IN),
    "GET /api/v1/accounts/people/{pk}/access": _of("person", KEEPERS_OF_A | {"auditor", "officer_a"}),
    "GET /api/v1/accounts/me/notices": Row(SIGNED_IN),
    "POST /api/v1/accounts/me/notices/seen": Row(SIGNED_IN, "POST"),
    "POST /api/v1/accounts/me/mail": Row(SIGNED_IN, "POST", data={"on": True}),
    # --- audit, jobs
    "GET /api/v1/common/audit": Row(READERS),
    "GET /api/v1/common/audit/chain.jsonl": Row(READERS),
    "GET /api/v1/common/audit/{object_type}/{key}": _of("=accounts.grant grant", ORGANISERS | {"auditor", "manager_a", "officer_a"}),
    "GET /api/v1/jobs/": Row(SIGNED_IN),
    "GET /api/v1/jobs/{pk}": _of("job", ORGANISERS),
    "POST /api/v1/jobs/{pk}/stop": _of("job", ORGANISERS, "POST"),
    "POST /api/v1/jobs/{pk}/retry": _of("job", ORGANISERS, "POST"),
    # --- rounds
    "GET /api/v1/rounds/": Row(SIGNED_IN),
    "GET /api/v1/rounds/{slug}": _of("slug", PART),
    "GET /api/v1/rounds/{slug}/items": _of("slug", PART),
    "GET /api/v1/rounds/{slug}/known": _of("slug", PART),
    "GET /api/v1/rounds/{slug}/matrix": _of("slug", OVERSEERS),
    "GET /api/v1/rounds/{slug}/units": _of("slug", PART),
    "GET /api/v1/rounds/{slug}/windows": _of("slug", PART),
    "GET /api/v1/rounds/answers/{answer}": _of("answer", SEE_ANSWERS_A),
    "GET /api/v1/rounds/answers/{answer}/versions": _of("answer", SEE_ANSWERS_A),
    "GET /api/v1/rounds/{slug}/units/{code}/figures/{indicator}": _of("slug code =L1", NOBODY),  # as rounds:explain
    "GET /api/v1/rounds/{slug}/units/{code}/result": _of("slug code", INSIDE_A),
    "GET /api/v1/rounds/{slug}/standing": _of("slug", OVERSEERS),
    "GET /api/v1/rounds/submissions/{submission}": _of("submission", INSIDE_A),
    "GET /api/v1/rounds/units/{unit}/answers": _of("unit", SEE_UNIT_A),
    "GET /api/v1/rounds/units/{unit}/sheet.xlsx": _of("unit", UNIT_A | HANDED_A),
    "POST /api/v1/rounds/units/{unit}/sheet": _of("unit", UNIT_A | HANDED_A, "POST"),
    "GET /api/v1/rounds/units/{unit}/objections": _of("unit", SEE_UNIT_A),
    "GET /api/v1/rounds/units/{unit}/disputes": _of("unit", SEE_UNIT_A),
    "GET /api/v1/rounds/units/{unit}/replies": _of("unit", SEE_UNIT_A),
    "GET /api/v1/rounds/units/{unit}/practices": _of("unit", SEE_UNIT_A),
    "POST /api/v1/rounds/units/{unit}/hand": Row(HEAD_A, "POST", one("unit"), {"items": ["B1"]}),
    "POST /api/v1/rounds/units/{unit}/disputes": Row(UNIT_A, "POST", one("unit"), {"text": "x"}, body={"known": "known"}),
    "POST /api/v1/rounds/disputes/{dispute}/answer": _of("dispute", ORGANISERS, "POST", answer="x"),
    "POST /api/v1/rounds/units/{unit}/replies": _of("unit", HEAD_A, "POST", text_zh="x"),
    "DELETE /api/v1/rounds/replies/{reply}": _of("reply", HEAD_A, "DELETE"),
    "POST /api/v1/rounds/units/{unit}/practices": _of("unit", UNIT_A, "POST", title_zh="x", text_zh="x"),
    "GET /api/v1/rounds/{slug}/practices": _of("slug", OVERSEERS),
    "POST /api/v1/rounds/practices/{practice}/accept": _of("practice", ORGANISERS, "POST"),
    "POST /api/v1/rounds/practices/{practice}/return": _of("practice", ORGANISERS, "POST", reason="x"),
    "PUT /api/v1/rounds/practices/{practice}": _of("practice", UNIT_A, "PUT", title_zh="x", text_zh="x"),
    "DELETE /api/v1/rounds/practices/{practice}": _of("practice", UNIT_A, "DELETE"),
    "GET /api/v1/rounds/units/{unit}/questions": _of("unit", SEE_UNIT_A),
    "GET /api/v1/rounds/units/{unit}/submissions": _of("unit", SEE_UNIT_A),
    "PATCH /api/v1/rounds/answers/{answer}": _of("answer", UNIT_A, "PATCH", version=1, narrative="x"),
    "POST /api/v1/rounds/questions/{question}/reply": _of("question", UNIT_A, "POST", reply="x", version=1),
    "POST /api/v1/rounds/units/{unit}/accept": _of("unit", HEAD_A, "POST"),
    "POST /api/v1/rounds/units/{unit}/objections": _of("unit", HEAD_A, "POST", text="x"),
    "POST /api/v1/rounds/units/{unit}/submission": _of("unit", HEAD_A, "POST"),
    "DELETE /api/v1/rounds/units/{unit}/submission": _of("unit", HEAD_A, "DELETE", reason="x"),
    "POST /api/v1/rounds/{slug}/move/{transition}": _of("slug =freeze", ORGANISERS, "POST", reason="x"),
    "POST /api/v1/rounds/{slug}/units/{code}/move/{transition}": _of("slug code =excuse", ORGANISERS, "POST", reason="x"),
    "POST /api/v1/rounds/{slug}/windows/{step}/extend": _of(
        "slug =self_evaluation", ORGANISERS, "POST", closes="2099-01-01T00:00:00Z", reason="x"
    ),
    # --- reviews
    "POST /api/v1/rounds/": Row(
        ORGANISERS, "POST", data={"pack": "cn-duty-province-demo@1.0.0", "evaluated_year": 2025, "round_year": 2026, "title_zh": "x",
        "title_en": "x", "slug": "new-2025"}, body={"authority": "province"},
    ),
    "PATCH /api/v1/rounds/{slug}": _of("slug", ORGANISERS, "PATCH", title_en="x"),
    "DELETE /api/v1/rounds/{slug}": _of("slug", ORGANISERS, "DELETE", confirm="x"),
    "PUT /api/v1/rounds/{slug}/units": Row(ORGANISERS, "PUT", one("slug"), {"units": []}),
    "PUT /api/v1/rounds/{slug}/windows": Row(ORGANISERS, "PUT", one("slug"), {"windows": {}}),
    "POST /api/v1/rounds/{slug}/windows/{step}/open": _of("slug =self_evaluation", ORGANISERS, "POST", reason="x"),
    "POST /api/v1/rounds/{slug}/windows/{step}/close": _of("slug =self_evaluation", ORGANISERS, "POST", reason="x", confirm="x"),
    "POST /api/v1/rounds/{slug}/units/move/{transition}": _of("slug =excuse", ORGANISERS, "POST", units=["9901a0"], reason="x"),
    "POST /api/v1/rounds/{slug}/units/extend": _of(
        "slug", ORGANISERS, "POST", units=["9901a0"], step="self_evaluation", closes="2199-01-01T00:00:00Z", reason="x"
    ),
    "POST /api/v1/rounds/{slug}/remind": _of("slug", ORGANISERS, "POST"),
    "POST /api/v1/rounds/{slug}/data": _of("slug", ORGANISERS, "POST", folder="x"),
    "GET /api/v1/rounds/{slug}/data/tables.zip": _of("slug", ORGANISERS),
    "POST /api/v1/rounds/{slug}/data/archive": _of("slug", ORGANISERS, "POST"),
    "POST /api/v1/rounds/{slug}/data/take": _of("slug", ORGANISERS, "POST", job=0),
    "GET /api/v1/rounds/{slug}/objections": _of("slug", OVERSEERS),
    "GET /api/v1/rounds/{slug}/disputes": _of("slug", OVERSEERS),
    "POST /api/v1/rounds/objections/{objection}/move/{transition}": _of("objection =dismiss", ORGANISERS, "POST", reason="x"),
    "POST /api/v1/rounds/objections/{objection}/withdraw": _of("objection", HEAD_A, "POST"),
    "GET /api/v1/rounds/{slug}/vetoes": _of("slug", OVERSEERS),
    "GET /api/v1/rounds/units/{unit}/vetoes": _of("unit", SEE_UNIT_A),
    "POST /api/v1/rounds/units/{unit}/vetoes": _of("unit", ORGANISERS, "POST", rule="V1", reason="x", evidence="x"),
    "POST /api/v1/rounds/vetoes/{veto}/appeal": _of("veto", HEAD_A, "POST", appeal="pending", reason="x"),
    "GET /api/v1/rounds/{slug}/more-time": _of("slug", OVERSEERS),
    "GET /api/v1/rounds/units/{unit}/more-time": _of("unit", SEE_UNIT_A),
    "POST /api/v1/rounds/units/{unit}/more-time": _of("unit", HEAD_A, "POST", until="2199-01-01T00:00:00Z", reason="x"),
    "POST /api/v1/rounds/more-time/{asked}/decide": _of("more_time", ORGANISERS, "POST", decision="decline", answer="x"),
    "POST /api/v1/reviews/rounds/{slug}/proposal": _of("slug", ORGANISERS, "POST", seed="x"),
    "POST /api/v1/reviews/rounds/{slug}/assignments": _of("slug", ORGANISERS, "POST", seed="x", digest="x"),
    "POST /api/v1/reviews/rounds/{slug}/tasks": Row(
        ORGANISERS, "POST", one("slug"), {"turn": "second"}, body={"unit": "code", "reviewer": "judge"}
    ),
    "POST /api/v1/reviews/tasks/{task}/reassign": Row(
        ORGANISERS, "POST", one("assignment"), {"reason": "x"}, body={"reviewer": "judge"}
    ),
    "POST /api/v1/reviews/tasks/{task}/withdraw": _of("assignment", ORGANISERS, "POST", reason="x"),
    "POST /api/v1/reviews/reviews/{review}/problem": _of("review", NOBODY, "POST"),  # as reviews:report
    "GET /api/v1/reviews/rounds/{slug}/recusals": _of("slug", PART),
    "POST /api/v1/reviews/rounds/{slug}/recusals": Row(JUDGES - {"auditor"}, "POST", one("slug"), {"kind": "home"}, body={"unit": "code"}),
    "POST /api/v1/reviews/recusals/{recusal}/withdraw": _of("recusal", ORGANISERS | REVIEWER_A, "POST", reason="x"),
    "GET /api/v1/reviews/rounds/{slug}/agreement": _of("slug", OVERSEERS),
    "GET /api/v1/reviews/tasks": Row(SIGNED_IN),
    "GET /api/v1/reviews/reviews": Row(SIGNED_IN),
    "POST /api/v1/reviews/tasks/{task}/items/{item}": _of("assignment =B1", REVIEWER_A, "POST", version=0, points=3, reason="x"),
    "POST /api/v1/reviews/tasks/{task}/items/{item}/questions": _of("assignment =B1", ORGANISERS | REVIEWER_A, "POST", text="x"),
    "POST /api/v1/reviews/tasks/{task}/finish": _of("assignment", REVIEWER_A, "POST"),
    # --- inspections
    "GET /api/v1/inspections/draws/{pk}": Row(ANYBODY, args=one("draw"), secret=True),
    "GET /api/v1/inspections/draws/{pk}/files/{name}": _of("draw =certificate-1.json", OVERSEERS),
    "GET /api/v1/inspections/rounds/{slug}/draws": _of("slug", PART),
    "POST /api/v1/inspections/rounds/{slug}/draws": _of(
        "slug", ORGANISERS, "POST", title_zh="x", title_en="x", counties=1, moment="2199-01-01T00:00:00Z"
    ),
    "POST /api/v1/inspections/draws/{pk}/run": _of("draw", ORGANISERS, "POST", digits="1"),
    "POST /api/v1/inspections/draws/{pk}/publish": _of("draw", ORGANISERS, "POST"),
    "POST /api/v1/inspections/visits/{pk}/plan": _of("visit", ORGANISERS, "POST", team=[]),
    "POST /api/v1/inspections/visits/{pk}/notify": _of("visit", ORGANISERS, "POST"),
    "POST /api/v1/inspections/visits/{pk}/cancel": _of("visit", ORGANISERS, "POST", reason="x"),
    "POST /api/v1/inspections/visits/{pk}/reopen": _of("visit", ORGANISERS, "POST", reason="x"),
    "POST /api/v1/inspections/visits/{pk}/file": _of("visit", ORGANISERS, "POST"),
    "POST /api/v1/inspections/visits/{pk}/items/{item}": _of("visit =B1", INSPECTOR_A, "POST"),
    "POST /api/v1/inspections/entries/{pk}/problem": _of("entry", NOBODY, "POST"),  # as inspections:report
    "POST /api/v1/inspections/visits/{pk}/recusals": _of("visit", HEAD_A, "POST", user=1, kind="home", text="x"),
    "POST /api/v1/inspections/recusals/{pk}/decide": _of("asked", ORGANISERS, "POST", granted=False, answer="x"),
    "GET /api/v1/inspections/visits": Row(SIGNED_IN),
    "GET /api/v1/inspections/visits/{pk}/sheet": _of("visit", SEE_VISIT_A),
    "POST /api/v1/inspections/visits/{pk}/start": _of("visit", INSPECTOR_A, "POST"),
    "POST /api/v1/inspections/visits/{pk}/sign": _of("visit", INSPECTOR_A, "POST"),
    "POST /api/v1/inspections/entries/{pk}": _of("entry", INSPECTOR_A, "POST", version=0, found="confirmed"),
    # --- evidence
    "GET /api/v1/evidence/files": Row(SIGNED_IN),
    "GET /api/v1/evidence/files/{pk}": _of("file", SEE_ANSWERS_A),
    "GET /api/v1/evidence/files/{pk}/content": _of("file", SEE_ANSWERS_A),
    "GET /api/v1/evidence/files/{pk}/preview": _of("file", SEE_ANSWERS_A),
    "GET /api/v1/evidence/files/{pk}/pages/{number}": _of("file =1", SEE_ANSWERS_A),
    "POST /api/v1/evidence/files/{pk}/restore": _of("file", UNIT_A, "POST"),
    "PUT /api/v1/evidence/files/{pk}": _of("file", UNIT_A, "PUT", name="b.txt"),
    "DELETE /api/v1/evidence/files/{pk}": _of("file", UNIT_A, "DELETE"),
    "POST /api/v1/evidence/uploads": Row(UNIT_A, "POST", data={"name": "a.txt", "size": 5}, body={"attach": "attach"}),
    "GET /api/v1/evidence/uploads/{key}": _of("upload", HEAD_A),
    "PATCH /api/v1/evidence/uploads/{key}": _of("upload", HEAD_A, "PATCH"),
    "POST /api/v1/evidence/uploads/{key}/finish": _of("upload", HEAD_A, "POST", sha256=""),
    "DELETE /api/v1/evidence/uploads/{key}": _of("upload", HEAD_A, "DELETE"),
    "GET /api/v1/evidence/attachments": Row(SEE_ANSWERS_A, body={"to": "attach"}),
    "POST /api/v1/evidence/attachments": Row(UNIT_A, "POST", data={"files": []}, body={"to": "attach"}),
    "DELETE /api/v1/evidence/attachments/{pk}": _of("attachment", UNIT_A, "DELETE"),
    # --- rectification
    "GET /api/v1/rectification/problems": Row(SIGNED_IN),
    "POST /api/v1/rectification/problems": Row(
        ORGANISERS | UNIT_A, "POST", data={"source": "self", "kind": "by_date", "text": "x"}, body={"round": "slug", "unit": "code"}
    ),
    "GET /api/v1/rectification/problems/{pk}": _of("problem", SEE_VISIT_A),
    "GET /api/v1/rectification/problems/{pk}/entries": _of("problem", SEE_VISIT_A),
    "POST /api/v1/rectification/problems/{pk}/{step}": _of("problem =plan", UNIT_A, "POST"),
    "GET /api/v1/rectification/rounds/{slug}/standing": _of("slug", PART),
    "GET /api/v1/rectification/calendar": Row(SIGNED_IN),
    "GET /api/v1/rectification/calendar/{day}": Row(SIGNED_IN, args=lambda _stage, _side: ["2024-01-01"]),
    # --- reading, reporting, public
    "POST /api/v1/rectification/rounds/{slug}/findings": _of("slug", ORGANISERS, "POST"),
    "POST /api/v1/rectification/rounds/{slug}/problems/move/{transition}": _of(
        "slug =notify", ORGANISERS, "POST", problems=["2024-9901a0-001"]
    ),
    "GET /api/v1/reading/units/{pk}/reports": _of("unit", SEE_UNIT_A),
    "GET /api/v1/reading/reports/{pk}": _of("report", SEE_ANSWERS_A),
    "POST /api/v1/reading/units/{pk}/reports": Row(UNIT_A, "POST", one("unit"), body={"file": "file"}),
    "POST /api/v1/reading/reports/{pk}/recheck": _of("report", UNIT_A, "POST"),
    "POST /api/v1/reading/reports/{pk}/remarks": _of("report", UNIT_A, "POST", key="k", choice="mend"),
    "GET /api/v1/reporting/rounds/{slug}/scorings": _of("slug", PART),
    "GET /api/v1/reporting/rounds/{slug}/scores": _of("slug", PART),
    "GET /api/v1/reporting/rounds/{slug}/tables": _of("slug", OVERSEERS),
    "GET /api/v1/reporting/rounds/{slug}/units/{code}/tables": _of("slug code", SEE_UNIT_A),
    "POST /api/v1/reporting/rounds/{slug}/boundary": _of("slug", ORGANISERS, "POST"),
    "PUT /api/v1/reporting/rounds/{slug}/boundary": _of("slug", ORGANISERS, "PUT"),
    "POST /api/v1/reporting/rounds/{slug}/scorings": _of("slug", ORGANISERS, "POST"),
    "GET /api/v1/reporting/rounds/{slug}/units/{code}/figures/{indicator}": _of("slug code =L1", NOBODY),  # as rounds:explain
    "GET /api/v1/reporting/search": Row(SIGNED_IN, data={"q": "样本"}),
    "GET /api/v1/public/rounds": Row(ANYBODY),
    "GET /api/v1/public/draws": Row(ANYBODY),
    "GET /api/v1/public/rounds/{slug}": _of("slug", NOBODY),
    "GET /api/v1/public/rounds/{slug}/datapackage": _of("slug", NOBODY),
    "GET /api/v1/public/rounds/{slug}/tables/{name}": _of("slug =ranking", NOBODY),
    "GET /api/v1/public/rounds/{slug}/units/{code}/figures/{indicator}": _of("slug code =L1", NOBODY),
}  # fmt: skip

# Where a page is read by more than those who write on it: who gets through with a POST that says nothing.
POSTED: dict[str, frozenset[str]] = {
    "rounds:answer": UNIT_A,
    "rounds:dispute_show": ORGANISERS,
    "rounds:more_time_decide": ORGANISERS,
    "rounds:unit_follow": NOBODY,  # a step must be named: "rounds:unit_follow (excused)"
    "rounds:objection": ORGANISERS,
    "rounds:practice_decide": ORGANISERS,
    "rounds:vetoes": ORGANISERS,
    "reviews:score": REVIEWER_A,
}

# What is written without an event of the audit.
NOT_AUDITED = {
    "theme": "how the reader likes the pages",
    "language": "how the reader likes the pages",
    "POST /api/v1/accounts/me/mail": "whether the reader gets mail",
    "POST /api/v1/accounts/me/notices/seen": "what the reader has read",
    "POST /api/v1/evidence/uploads": "the place for a file that has not come: it has its event when it is finished",
    "DELETE /api/v1/evidence/uploads/{key}": "the pieces of a file that was never finished, and so never anybody's evidence",
}

# Pages of signing in and of the own account, kept by allauth: they hold nobody's things but the reader's own.
ALLAUTH_SIGNED_IN = (
    "account_email", "account_change_password", "account_set_password", "account_reauthenticate", "mfa_index", "mfa_reauthenticate",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "socialaccount_connections",
)  # fmt: skip
ALLAUTH_KEYED = ("mfa_edit_webauthn", "mfa_remove_webauthn")  # take the key of a passkey
ALLAUTH_PUBLIC = (
    "account_login", "account_logout", "account_inactive", "account_signup", "account_email_verification_sent",
    "account_confirm_login_code", "account_confirm_email", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate", "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",  # without a passkey it leads on to the password
    "socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup",
    "openid_connect_login", "openid_connect_callback",
    # of earlier versions, without names: they lead on to those above
    "/accounts/social/login/cancelled/", "/accounts/social/login/error/", "/accounts/social/signup/", "/accounts/social/connections/",
)  # fmt: skip
