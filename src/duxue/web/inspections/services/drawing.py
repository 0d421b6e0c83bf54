"""The recorded draw of counties and schools: list and plan are published, then chance speaks, then there are visits.

The files are those of `duxue draw`, in one folder below HOME for each draw and one chain for each round, so that anybody
checks them with the same program or with the page that lies beside them, and a second draw shows as one.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from duxue.app.acts import CHAIN_FILE
from duxue.app.drawing import commit_draw, run_draw
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, count_of
from duxue.draws.beacon import NETWORKS
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.locking import lock
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.inspections.models import Draw, Visit
from duxue.web.inspections.places import as_table, places_of
from duxue.web.inspections.policy import unannounced
from duxue.web.orgs.models import Organisation
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.procedures import move

SECRET_FILE = "sealed.hex"  # kept back until the certificate reveals it
FILES = ("list.tsv", "commitment.json", "chain.jsonl")  # public from the commitment on
RESULTS = ("certificate-1.json", "certificate-1.pdf", "verify.html")  # public with the certificate
NETWORK = "quicknet"
WAITING = ("planned", "drawn", "notified")  # states of visits that a second draw cancels


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn and where the randomness comes from.

    Fields: `counties` of each city, `schools` of each county drawn (0: counties only), `digits` said in public (0: none), by
    `who`, not before `moment`; `beacon`: the first round of the public beacon after it; `hidden`: a sealed number that only
    the certificate reveals, so that visits can be unannounced.
    """

    counties: int
    schools: int
    digits: int
    who: str
    moment: datetime
    beacon: bool
    hidden: bool


def home(draw: Draw) -> Path:
    """Return the folder of a draw."""
    return Path(settings.HOME) / draw.folder


def chain_of(round: Round) -> Path:
    """Return the chain that all draws of a round share."""
    return Path(settings.HOME) / "draws" / round.slug / CHAIN_FILE


def files_of(draw: Draw, *, result: bool) -> list[str]:
    """Return the files of a draw: those of the commitment and, to who sees the result, those of the certificate."""
    results = RESULTS if result and draw.drawn_at else ()
    return [*FILES, *(name for name in results if (home(draw) / name).exists())]


def beacon_of(draw: Draw) -> int | None:
    """Return the number of the beacon's round that counts; None for a draw without the beacon."""
    if not draw.plan.get("beacon"):
        return None
    return NETWORKS[NETWORK].first_after(int(datetime.fromisoformat(draw.plan["moment"]).timestamp()))


@transaction.atomic
def draw_commit(
    *,
    actor: Actor,
    round: Round,
    title_zh: str,
    title_en: str,
    plan: Plan,
    reason: str = "",
    at: datetime | None = None,
) -> Draw:
    """Fix list and plan, publish the commitment and return the draw; chance has not spoken yet.

    Args:
        actor: the organiser.
        round: the round.
        title_zh, title_en: what is drawn.
        plan: how.
        reason: why there is a second draw; needed when the round has one.
        at: moment; the machine's clock when absent, and every document says which of the two.

    Raises:
        Refused: missing titles or reason (WEB001), a plan that draws nothing, without randomness or from a past moment
            (WEB002), no places (WEB004), what the draw itself refuses (DRAW…).
    """
    moment = at or now()
    require(actor, "draw", round)
    with everything("draws of a round follow one another"):
        lock(Round, round.pk)
        before = Draw.objects.filter(round=round).order_by("-pk").first()
    places = places_of(round, "school" if plan.schools else "county")
    problems = list(_wrong(title_zh, title_en, plan, moment))
    if round.sealed_at:
        problems.append(tell("WEB006", found=str(round)))
    if before is not None and not reason.strip():
        what = Text("本轮已有抽签，重抽须说明理由", "the round has a draw; a second one needs a reason")
        problems.append(tell("WEB001", field="reason", what=what))
    if not places:
        what = Text("各单位之下没有可抽取的县或学校", "there are no counties or schools below the units")
        advice = Text("请先在单位树中导入。", "Import them into the tree of organisations first.")
        problems.append(tell("WEB004", field="schools", what=what, advice=advice))
    if problems:
        raise Refused(problems)
    folder = _new_folder(round)
    secret = secrets.token_hex(32) if plan.hidden else ""
    toml = _toml(title_zh, title_en, plan, secret)
    with everything("a draw is written for everybody"):
        draw = Draw.objects.create(
            round=round, title_zh=title_zh.strip(), title_en=title_en.strip(), folder=folder, before=before,
            reason=reason.strip() or None, committed_at=moment,
            plan={"counties": plan.counties, "schools": plan.schools, "digits": plan.digits, "beacon": plan.beacon,
                  "hidden": plan.hidden, "who": plan.who, "moment": plan.moment.isoformat(), "places": len(places), "toml": toml},
        )  # fmt: skip
    committed = _commit(home(draw), chain_of(round), as_table(places), toml, at)
    if secret:
        (home(draw) / SECRET_FILE).write_text(secret, encoding="ascii")
    draw.commitment = committed["digest"]
    with everything("the digest that was just published"):
        Draw.objects.filter(pk=draw.pk).update(commitment=draw.commitment)
    data = {"digest": draw.commitment, "places": len(places), "before": before.pk if before else None}
    audit.record(
        actor,
        "duxue.draw.committed",
        draw,
        path=round.authority.path,
        reason=reason.strip(),
        data=data,
        at=moment,
    )
    return draw


def _wrong(title_zh: str, title_en: str, plan: Plan, moment: datetime) -> list[Problem]:
    problems: list[Problem] = []
    problems += [
        tell("WEB001", field=name)
        for name, text in (("title_zh", title_zh), ("title_en", title_en))
        if not text.strip()
    ]
    if plan.counties < 1:
        problems.append(
            tell("WEB002", field="counties", found=str(plan.counties), expected=Text("至少1个", "at least 1"))
        )
    if not plan.digits and not plan.beacon:
        what = Text("须有公开的随机来源", "a public source of chance is needed")
        problems.append(tell("WEB001", field="digits", what=what))
    if plan.moment <= moment:
        what = Text("随机数产生的时间须在公开承诺之后", "chance must speak after the commitment")
        problems.append(tell("WEB002", field="moment", what=what, found=plan.moment.isoformat()))
    return problems


def _new_folder(round: Round) -> str:
    number = 1
    while (Path(settings.HOME) / "draws" / round.slug / str(number)).exists():
        number += 1
    return f"draws/{round.slug}/{number}"


def _toml(title_zh: str, title_en: str, plan: Plan, secret: str) -> str:
    """Return the plan as the command takes it; a JSON text is a TOML text too."""

    def text(value: str) -> str:
        return json.dumps(" ".join(value.split()), ensure_ascii=False)

    lines = [f"title = {{zh = {text(title_zh)}, en = {text(title_en)}}}"]
    if plan.schools:
        stage = f'{{within = ["city"], unit = "county", take = {plan.counties}}}'
        lines += ['method = "multistage/1"', "[params]", f"stages = [{stage}]", f"take = {plan.schools}"]
    else:
        lines += ['method = "stratified/1"', "[params]", 'by = ["city"]', f"take = {plan.counties}"]
    lines.append('short = "all"')
    moment = plan.moment.astimezone(UTC)
    if plan.digits:
        who = plan.who.strip() or "督导办 supervision office"
        lines += ["[[seed]]", 'name = "digits"', 'kind = "digits"', f"length = {plan.digits}", f"who = {text(who)}",
                  f'not_before = "{moment:%Y-%m-%dT%H:%M:%SZ}"']  # fmt: skip
    if plan.beacon:
        number = NETWORKS[NETWORK].first_after(int(moment.timestamp()))
        lines += [
            "[[seed]]",
            'name = "beacon"',
            'kind = "beacon"',
            f'network = "{NETWORK}"',
            f"round = {number}",
        ]
    if secret:
        digest = hashlib.sha256(bytes.fromhex(secret)).hexdigest()
        lines += ["[[seed]]", 'name = "sealed"', 'kind = "sealed"', f'sha256 = "{digest}"',
                  'who = {zh = "督导办封存，公开证书时揭示", en = "sealed by the office, revealed with the certificate"}']  # fmt: skip
    return "\n".join(lines) + "\n"


def _commit(folder: Path, chain: Path, table: str, toml: str, at: datetime | None) -> dict[str, Any]:
    chain.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        source, plan = Path(place) / "places.csv", Path(place) / "plan.toml"
        source.write_text(table, encoding="utf-8")
        plan.write_text(toml, encoding="utf-8")
        done = commit_draw(source=source, plan_path=plan, folder=folder, chain_path=chain, time=_time(at))
    return dict(done.commitment)


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


@transaction.atomic
def draw_run(
    *, actor: Actor, draw: Draw, digits: str = "", beacon: str = "", at: datetime | None = None
) -> list[Visit]:
    """Let chance speak once, record the certificate and return the visits that it gives.

    Visits of the draw before that have not begun are cancelled. A certificate that a stopped run left in the folder is
    the one that counts: chance is not asked twice.

    Args:
        actor: the organiser.
        draw: a committed draw.
        digits: said in public, where the plan asks for them.
        beacon: what the beacon published of its round, as JSON, where the plan asks for it.
        at: moment; the machine's clock when absent.

    Raises:
        Refused: drawn already (WEB004), wrong or early parts (DRAW…).
    """
    moment = at or now()
    require(actor, "run", draw)
    with everything("two people may press at once: the second sees what the first did"):
        draw = Draw.objects.select_for_update().get(pk=draw.pk)
        of_round = Round.objects.select_related("authority").get(pk=draw.round_id)
    if draw.drawn_at is not None:
        what = Text(
            "已经抽取；重抽须另作一次有理由的抽签",
            "it is drawn; draw again only by a second draw with a reason",
        )
        raise Refused([tell("WEB004", what=what, found=draw.commitment[:16])])
    certificate = _certificate(draw, digits, beacon, at)
    draw.certificate = certificate
    made = _visits(actor, draw, of_round, certificate, moment)
    if draw.before_id is not None:
        _cancel(actor, draw, of_round, moment)
    hidden = bool(draw.plan.get("hidden"))
    with everything("what was drawn is kept with the draw"):
        Draw.objects.filter(pk=draw.pk).update(
            certificate=certificate,
            drawn_at=moment,
            drawn_by_id=actor.user_id,
            published_at=None if hidden else moment,
        )
    data = {
        "certificate": certificate["digest"],
        "commitment": draw.commitment,
        "visits": len(made),
        "run": certificate["run"],
    }
    audit.record(actor, "duxue.draw.drawn", draw, path=of_round.authority.path, data=data, at=moment)
    return made


def _certificate(draw: Draw, digits: str, beacon: str, at: datetime | None) -> dict[str, Any]:
    folder = home(draw)
    left = folder / "certificate-1.json"
    if left.exists():
        found: dict[str, Any] = json.loads(left.read_text("utf-8"))
        return found
    parts: list[dict[str, Any]] = []
    if draw.plan.get("digits"):
        parts.append({"name": "digits", "value": "".join(digits.split())})
    if draw.plan.get("beacon"):
        try:
            parts.append({"name": "beacon", "value": json.loads(beacon)})
        except ValueError as error:
            expected = Text("信标公布的JSON", "the JSON that the beacon published")
            raise Refused([tell("WEB002", field="beacon", found=beacon[:80], expected=expected)]) from error
    if draw.plan.get("hidden"):
        parts.append({"name": "sealed", "value": (folder / SECRET_FILE).read_text("ascii")})
    done = run_draw(folder=folder, chain_path=chain_of(draw.round), parts=parts, time=_time(at))
    return dict(done.certificate)


def _visits(
    actor: Actor, draw: Draw, round: Round, certificate: dict[str, Any], moment: datetime
) -> list[Visit]:
    codes = list(certificate["result"]["selected"])
    counties = {u[-1] for u in _drawn_units(certificate)} if draw.plan.get("schools") else set()
    made = []
    with everything("visits are made for the places that were drawn"):
        organisations = {o.code: o for o in Organisation.objects.filter(code__in=[*codes, *counties])}
        units = list(RoundUnit.objects.filter(round=round))
        for code in [*sorted(counties), *codes]:
            place = organisations[code]
            unit = next(u for u in units if place.path.startswith(u.path))
            made.append(
                Visit.objects.create(
                    round=round,
                    unit=unit,
                    draw=draw,
                    place_code=code,
                    place_zh=place.name_zh,
                    place_en=place.name_en,
                    place_level=place.level,
                    path=place.path,
                    state="planned",
                )
            )
    for visit in made:
        data = {"place": visit.place_code, "unit": visit.unit.code, "draw": draw.pk}
        move(
            actor,
            round,
            "inspection",
            visit,
            "draw",
            path=round.authority.path,
            facts={"draw_recorded": True},
            data=data,
            at=moment,
        )
    return made


def _drawn_units(certificate: dict[str, Any]) -> list[list[str]]:
    return [list(u["path"]) if isinstance(u, dict) else list(u) for u in certificate["result"]["units"]]


def _cancel(actor: Actor, draw: Draw, round: Round, moment: datetime) -> None:
    with everything("the visits of the draw that this one replaces"):
        rows = list(Visit.objects.filter(draw=draw.before, state__in=WAITING))
    for visit in rows:
        move(
            actor,
            round,
            "inspection",
            visit,
            "cancel",
            path=round.authority.path,
            reason=draw.reason or "",
            at=moment,
        )


@transaction.atomic
def draw_publish(*, actor: Actor, draw: Draw, at: datetime | None = None) -> Draw:
    """Publish the certificate of a draw that was kept back for unannounced visits.

    Raises:
        Refused: nothing is kept back, or a visit is still to come unannounced (WEB004).
    """
    moment = at or now()
    require(actor, "publish", draw)
    if draw.drawn_at is None or draw.published_at is not None:
        what = Text("没有待公开的证书", "there is no certificate to publish")
        raise Refused([tell("WEB004", what=what)])
    with everything("its own policy was asked"):
        if coming := Visit.objects.filter(unannounced(), draw=draw).count():
            what = Text(
                f"还有{coming}次核查不预先通知而尚未开始",
                f"{count_of(coming, 'visit')} still to come unannounced",
            )
            advice = Text(
                "请在这些核查开始、通知或取消之后公开。",
                "Publish once they have begun, were announced or cancelled.",
            )
            raise Refused([tell("WEB004", what=what, found=str(coming), advice=advice)])
        Draw.objects.filter(pk=draw.pk).update(published_at=moment)
    draw.published_at = moment
    data = {"certificate": draw.certificate.get("digest", "")}
    audit.record(actor, "duxue.draw.published", draw, path=draw.round.authority.path, data=data, at=moment)
    return draw
