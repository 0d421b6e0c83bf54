"""The pages of a unit without JavaScript, in both languages: what they show, what they take, what they refuse."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from duxue.web.common import clock
from duxue.web.common.scope import everything
from duxue.web.rounds.models import (
    Answer,
    Item,
    Known,
    Objection,
    Practice,
    Question,
    Reply,
    RoundUnit,
    Submission,
)
from tests.web.rounds.unit.helpers import fill, fill_all, submit
from tests.web.worlds import World


def page(name: str, *args: int) -> str:
    return reverse(f"rounds:{name}", args=args)


def notify(world: World) -> None:
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(state="notified", notified_at=clock.now())


def returned(world: World, code: str = "B1") -> Question:
    fill_all(world)
    submit(world)
    answer = world.answer("a", code)
    with everything("test"):
        Answer.objects.filter(pk=answer.pk).update(state="returned")
        return Question.objects.create(
            round=world.round, answer=answer, text="请补充名册。", asked_by=world.user["reviewer1"],
            asked_at=clock.now(), due=clock.now() + timedelta(days=3),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "word"), [("zh-hans", "核对并提交"), ("en", "Check and submit"), ("zh-hant", "進度")]
)
def test_the_workbench_speaks_the_readers_language(world: World, language: str, word: str) -> None:
    client = world.client("manager_a")
    client.cookies["duxue_language"] = language
    answer = client.get(page("unit", world.unit["a"].pk))
    assert answer.status_code == 200
    assert word in answer.content.decode()


def test_every_page_opens_in_both_languages(world: World) -> None:
    returned(world)
    unit, answer = world.unit["a"].pk, world.answer("a", "A1")
    with everything("test"):
        submission = Submission.objects.get().pk
        known = answer.item.known.filter(unit=unit).get().pk
    notify(world)
    pages = [
        page("unit", unit), page("hand", unit), page("submit", unit), page("withdraw", unit), page("result", unit),
        page("accept", unit), page("object", unit), page("public_reply", unit), page("practices", unit), page("practice_add", unit),
        page("sheet", unit), page("answer", answer.pk), page("answer", world.answer("a", "B1").pk),
        page("answer_history", world.answer("a", "B1").pk), page("dispute", answer.pk, known), page("receipt", submission),
    ]  # fmt: skip
    for language in ("zh-hans", "en"):
        client = world.client("manager_a")
        client.cookies["duxue_language"] = language
        for address in pages:
            found = client.get(address)
            assert found.status_code == 200, address
            assert b"style=" not in found.content, address


def test_the_public_is_sent_to_sign_in_and_foreigners_find_nothing(world: World) -> None:
    for name, pk in (
        ("unit", world.unit["a"].pk),
        ("answer", world.answer("a", "A2").pk),
        ("submit", world.unit["a"].pk),
    ):
        assert world.client("public").get(page(name, pk)).status_code == 302
        for who in ("manager_b", "foreign_manager", "foreign_organiser"):
            assert world.client(who).get(page(name, pk)).status_code == 404


def test_the_workbench_costs_the_same_however_many_items(world: World) -> None:
    client, address = world.client("manager_a"), page("unit", world.unit["a"].pk)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    with everything("test"):
        for n in range(30):
            leaf = Item.objects.create(
                round=world.round, code=f"C{n}", parent=world.items["B"], order=50 + n, title_zh="条目", title_en="Item",
                points=5, kind="judged",
            )  # fmt: skip
            Answer.objects.create(round=world.round, unit=world.unit["a"], item=leaf)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_filters_stand_in_the_address(world: World) -> None:
    fill(world, "A2")
    client, address = world.client("officer_a"), page("unit", world.unit["a"].pk)
    shown = client.get(address, {"show": "not_ready"}).content.decode()
    assert "B1 条目B1" in shown
    assert "A2 条目A2" not in shown
    assert "没有符合条件的条目" in client.get(address, {"show": "returned"}).content.decode()
    assert client.get(address, {"show": "'><script>"}).status_code == 200


def test_an_answer_is_saved_by_a_plain_form(world: World) -> None:
    client, answer = world.client("officer_a"), world.answer("a", "A2")
    sent = {"version": 0, "self_score": "4.5", "narrative": "建成3所。", "ready": "on"}
    done = client.post(page("answer", answer.pk), sent)
    assert done.status_code == 302
    saved = world.answer("a", "A2")
    assert (saved.self_score, saved.narrative, saved.ready) == (Decimal("4.5"), "建成3所。", True)
    following = client.post(
        page("answer", answer.pk), {**sent, "version": 1, "narrative": "改。", "go": "next"}
    )
    assert following["Location"] == page("answer", world.answer("a", "B1").pk)


def test_a_wrong_score_keeps_what_was_typed(world: World) -> None:
    client, answer = world.client("officer_a"), world.answer("a", "A2")
    found = client.post(
        page("answer", answer.pk), {"version": 0, "self_score": "7", "narrative": "写了很多。"}
    )
    text = found.content.decode()
    assert found.status_code == 422
    assert "自评分超出范围" in text
    assert "写了很多。" in text


def test_autosave_answers_with_the_version_and_tells_a_conflict(world: World) -> None:
    client, answer = world.client("officer_a"), world.answer("a", "A2")
    auto = {"HTTP_X_AUTOSAVE": "1"}
    done = client.post(page("answer", answer.pk), {"version": 0, "self_score": "", "narrative": "甲"}, **auto)
    assert (done.status_code, done.json(), done["X-Version"]) == (200, {"version": 1, "numbers": []}, "1")
    other = world.client("manager_a")
    conflict = other.post(
        page("answer", answer.pk), {"version": 0, "self_score": "", "narrative": "乙"}, **auto
    )
    text = conflict.content.decode()
    assert (conflict.status_code, conflict["X-Version"]) == (409, "1")
    assert "data-conflict" in text
    assert "样本人员officer_a" in text
    assert "甲" in text
    assert "乙" in text
    wrong = client.post(
        page("answer", answer.pk), {"version": 1, "self_score": "99", "narrative": "甲"}, **auto
    )
    assert wrong.status_code == 422


def test_a_conflict_is_settled_by_keeping_either_or_merging(world: World) -> None:
    fill(world, "A2", narrative="甲")
    client, answer = world.client("manager_a"), world.answer("a", "A2")
    sent = {"self_score": "3", "narrative": "乙"}
    assert client.post(page("answer", answer.pk), {**sent, "version": 0}).status_code == 409
    assert client.post(page("answer", answer.pk), {**sent, "version": 1, "keep": "theirs"}).status_code == 302
    assert world.answer("a", "A2").narrative == "甲"
    assert client.post(page("answer", answer.pk), {**sent, "version": 1, "keep": "mine"}).status_code == 302
    assert world.answer("a", "A2").narrative == "乙"


def test_texts_are_escaped_wherever_they_are_shown(world: World) -> None:
    evil = "<script>alert(1)</script>"
    fill(world, "A2", narrative=evil)
    fill(world, "A2", narrative=evil + "二")
    client = world.client("manager_a")
    for address in (
        page("answer", world.answer("a", "A2").pk),
        page("answer_history", world.answer("a", "A2").pk),
    ):
        assert evil not in client.get(address).content.decode()


def test_known_figures_come_first_and_are_not_asked(world: World) -> None:
    text = world.client("officer_a").get(page("answer", world.answer("a", "A1").pk)).content.decode()
    assert "4.37" in text
    assert 'name="self_score"' not in text
    assert text.index("4.37") < text.index('name="narrative"')


def test_a_wrong_figure_is_disputed_once_until_it_is_answered(world: World) -> None:
    client, answer = world.client("officer_a"), world.answer("a", "A1")
    with everything("test"):
        known = answer.item.known.filter(unit=world.unit["a"]).get().pk
    address = page("dispute", answer.pk, known)
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "应为4.52。"}).status_code == 302
    assert client.post(address, {"text": "再说一次。"}).status_code == 422
    assert "应为4.52。" in client.get(page("answer", answer.pk)).content.decode()
    with everything("test"):
        foreign = answer.item.known.filter(unit=world.unit["b"]).get().pk
    assert client.get(page("dispute", answer.pk, foreign)).status_code == 404


def test_items_are_handed_out_by_a_form(world: World) -> None:
    client, unit = world.client("manager_a"), world.unit["a"].pk
    chosen = [world.answer("a", c).pk for c in ("A2", "B1")]
    assert client.post(page("hand", unit), {}).status_code == 422
    county = world.org["county_a1"].pk
    assert client.post(page("hand", unit), {"answers": chosen, "organisation": county}).status_code == 302
    below = world.client("officer_a1").get(page("unit", unit)).content.decode()
    assert "A2 条目A2" in below
    assert "B2 条目B2" not in below
    assert world.client("officer_a").get(page("hand", unit)).status_code == 403


def test_submitting_shows_all_that_is_missing_then_gives_a_receipt(world: World) -> None:
    client, unit = world.client("manager_a"), world.unit["a"].pk
    text = client.get(page("submit", unit)).content.decode()
    assert text.count("没有填自评分") == 3
    assert 'name="key"' not in text
    assert client.post(page("submit", unit), {"key": "k"}).status_code == 422
    fill_all(world)
    ready = client.get(page("submit", unit))
    key = ready.context["key"]
    first, second = (client.post(page("submit", unit), {"key": key}) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    receipt = client.get(first["Location"]).content.decode()
    with everything("test"):
        done = Submission.objects.get()
    assert done.digest in receipt
    file = client.get(page("receipt_file", done.pk))
    assert file.json()["digest"] == done.digest
    assert "attachment" in file["Content-Disposition"]
    assert world.client("manager_b").get(page("receipt", done.pk)).status_code == 404
    gone = client.post(page("withdraw", unit), {"reason": "补充材料"})
    assert gone.status_code == 302
    assert "已于" in client.get(first["Location"]).content.decode()


def test_a_returned_item_is_answered_without_reopening_the_rest(world: World) -> None:
    question = returned(world)
    client, answer = world.client("officer_a"), world.answer("a", "B1")
    assert "请补充名册。" in client.get(page("answer", answer.pk)).content.decode()
    sent = {"version": answer.version, "self_score": "3", "narrative": "已补充名册。"}
    assert client.post(page("answer", answer.pk), sent).status_code == 422
    assert client.post(page("answer", answer.pk), {**sent, "reply": "名册见附件。"}).status_code == 302
    answer = world.answer("a", "B1")
    assert (answer.state, answer.narrative, answer.version) == ("answered", "已补充名册。", 2)
    with everything("test"):
        question.refresh_from_db()
        assert question.reply == "名册见附件。"
        last = answer.versions.order_by("number").last()
    assert (last.source, last.handed_in) == ("reply", True)
    assert world.answer("a", "B2").state == "submitted"
    history = world.client("reviewer1").get(page("answer_history", answer.pk)).content.decode()
    assert "<ins>已补充名册。</ins>" in history


def test_an_objection_is_filed_within_its_clock(world: World) -> None:
    client, unit = world.client("manager_a"), world.unit["a"].pk
    assert client.post(page("object", unit), {"text": "早了"}).status_code == 422
    notify(world)
    item = world.items["B1"].pk
    assert client.post(page("object", unit), {"text": "", "item": item}).status_code == 422
    assert client.post(page("object", unit), {"text": "数据口径有误。", "item": item}).status_code == 302
    assert client.post(page("object", unit), {"text": "再提一次。", "item": item}).status_code == 422
    assert client.post(page("object", unit), {"text": "整体也有异议。"}).status_code == 302
    with everything("test"):
        world.unit["a"].refresh_from_db()
        rows = list(Objection.objects.order_by("pk"))
    assert world.unit["a"].state == "objecting"
    assert [o.item_id for o in rows] == [item, None]
    assert all(o.due > o.filed_at + timedelta(days=27) for o in rows)
    assert "数据口径有误。" in client.get(page("result", unit)).content.decode()
    assert client.post(page("objection_withdraw", rows[0].pk), {"reason": "已说明"}).status_code == 302
    with everything("test"):
        rows[0].refresh_from_db()
    assert rows[0].state == "withdrawn"


def test_the_clock_of_objections_is_the_procedures(world: World) -> None:
    notify(world)
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(notified_at=clock.now() - timedelta(days=17))
    found = world.client("manager_a").post(page("object", world.unit["a"].pk), {"text": "迟了"})
    assert found.status_code == 422
    assert "提出异议的期限已过" in found.content.decode()


def test_a_public_reply_is_previewed_published_replaced_and_taken_back(world: World) -> None:
    notify(world)
    client, address = world.client("manager_a"), page("public_reply", world.unit["a"].pk)
    seen = client.post(address, {"text_zh": "我们正在整改。", "act": "preview"}).content.decode()
    assert "公众看到的样子" in seen
    with everything("test"):
        assert not Reply.objects.exists()
    for text in ("我们正在整改。", "整改已完成。"):
        assert client.post(address, {"text_zh": text, "act": "publish"}).status_code == 302
    with everything("test"):
        assert Reply.objects.filter(withdrawn_at__isnull=True).get().text_zh == "整改已完成。"
    assert client.post(address, {"act": "withdraw"}).status_code == 302
    with everything("test"):
        assert Reply.objects.filter(withdrawn_at__isnull=True).count() == 0
        assert Reply.objects.count() == 2


def test_at_most_three_practices_with_their_figures(world: World) -> None:
    client, unit = world.client("officer_a"), world.unit["a"].pk
    sent = {
        "title_zh": "集团化办学",
        "text_zh": "每百名学生拥有高于规定学历教师4.37人，比例达88.8%。",
        "figures": ["L1"],
    }
    for _ in range(3):
        assert client.post(page("practice_add", unit), sent).status_code == 302
    assert client.post(page("practice_add", unit), sent).status_code == 422
    with everything("test"):
        first = Practice.objects.order_by("pk").first()
    assert first is not None
    text = client.get(page("practice", first.pk)).content.decode()
    assert "88.8" in text
    assert first.data == ["L1"]
    assert client.post(page("practice", first.pk), {"act": "remove"}).status_code == 302
    with everything("test"):
        assert Practice.objects.count() == 2


def test_the_first_page_knows_what_the_unit_must_do(world: World) -> None:
    from duxue.web.rounds.selectors.todos_unit import unit_todos

    def titles(who: str) -> list[str]:
        return [str(todo.title) for todo in unit_todos(world.actor(who))]

    assert titles("officer_a") == ["填写样本市A的 3 个条目"]
    assert titles("officer_a1") == []
    fill_all(world)
    assert titles("manager_a") == ["提交样本市A的自评"]
    assert titles("officer_a") == []
    assert titles("reviewer1") == []


def test_nobody_is_asked_to_object_after_the_term(world: World) -> None:
    from duxue.web.rounds.selectors.todos_unit import unit_todos

    def asked() -> list[str]:
        return [t.title.say("en") for t in unit_todos(world.actor("manager_a")) if "object" in t.title.en]

    notify(world)
    assert asked() == ["Read the result of Sample City A; accept it or object"]
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(notified_at=clock.now() - timedelta(days=17))
    assert asked() == []


def test_an_item_has_an_address_by_its_codes(world: World) -> None:
    address = reverse("rounds:answer", args=[world.round.slug, world.unit["a"].code, "A2"])
    assert world.client("officer_a").get(address)["Location"] == page("answer", world.answer("a", "A2").pk)
    assert world.client("officer_b").get(address).status_code == 404


def test_every_figure_is_a_door(world: World) -> None:
    door = reverse("rounds:explain", args=[world.round.slug, world.unit["a"].code, "L1", 2024])
    client = world.client("officer_a")
    for address in (page("unit", world.unit["a"].pk), page("answer", world.answer("a", "A1").pk)):
        assert f'href="{door}?by=stage%3Aprimary"' in client.get(address).content.decode()


def test_the_page_says_how_the_item_is_scored_and_which_numbers_to_look_at(world: World) -> None:
    rule = {"type": "shortfall", "of": "kg_gross", "meets": ">= 95", "deduct": "0.5", "step": "1"}
    with everything("test"):
        Item.objects.filter(pk=world.items["A2"].pk).update(rule=rule)
        Known.objects.create(
            round=world.round, unit=world.unit["a"], item=world.items["A2"], indicator="kg_gross", year=2024,
            title_zh="学前三年毛入园率", title_en="Gross enrolment", value="88.7", text="88.7", measure={"zh": "%", "en": "%"},
        )  # fmt: skip
    client, answer = world.client("manager_a"), world.answer("a", "A2")
    address = reverse("rounds:answer", args=[answer.pk])
    html = client.get(address, headers={"accept-language": "zh-hans"}).content.decode()
    assert "每差 1 个百分点扣 0.5 分" in html
    assert (
        "每差 1 個百分點扣 0.5 分"
        in client.get(address, headers={"accept-language": "zh-hant"}).content.decode()
    )
    text = "制度健全。学前三年毛入园率达到95.2%，全省领先。"
    sent = {"version": 0, "narrative": text, "self_score": "4"}
    told = client.post(address, sent, headers={"X-Autosave": "1", "accept-language": "zh-hans"}).json()
    assert told["numbers"][0]["quote"] == "95.2%"
    html = client.get(address, headers={"accept-language": "zh-hans"}).content.decode()
    assert "<span>学前三年毛入园率达到<mark>95.2%</mark>，全省领先。</span>" in html
    assert "已知数据：学前三年毛入园率（2024 年）为 88.7%。" in html.replace("88.7 %", "88.7%")


def test_one_fault_is_told_once_in_the_summary_and_once_at_its_field(world: World) -> None:
    sent = {"version": 0, "self_score": "7", "narrative": "甲"}
    client = world.client("officer_a")
    got = client.post(page("answer", world.answer("a", "B1").pk), sent, headers={"accept-language": "en"})
    text = got.content.decode()
    said = "The self-score is out of range (“7”); 0 to 5 points."
    assert got.context["form"].errors["self_score"] == [said]
    assert [text.count(part) for part in (said, "0 to 5 points.")] == [2, 2]


def test_one_point_is_no_points(world: World) -> None:
    with everything("test"):
        Item.objects.filter(pk=world.items["B1"].pk).update(points=1)
    address, client = page("answer", world.answer("a", "B1").pk), world.client("officer_a")
    sent = {"version": 0, "self_score": "7", "narrative": "甲"}
    text = client.post(address, sent, headers={"accept-language": "en"}).content.decode()
    assert "0 to 1 point<" in text
    assert "0 to 1 point." in text
    assert "1 points" not in text
