"""Terms and clocks: the rules of the Civil Code, worked cases of the law, pauses, extensions, and properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.cases.calendar_file import load_calendar
from duxue.cases.clock import Clock, ClockState, Extension, Pause, Term, due
from duxue.core.errors import Refused
from duxue.core.text import Text

CN = load_calendar("cn")
ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """Return a time in China."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Return the codes of a refusal."""
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        # Shandong 2018: 15 days to ask for a review after receipt on 3 March; 1 month to decide.
        ("2026-03-03T10:00", "15 days", "2026-03-18"),
        ("2026-03-18T16:30", "1 month", "2026-04-18"),
        # Civil Code art. 202: no such day in the month of the end.
        ("2026-01-31T08:00", "1 month", "2026-02-28"),
        ("2024-01-31T08:00", "1 month", "2024-02-29"),
        ("2025-12-15T08:00", "3 months", "2026-03-15"),
        ("2026-11-30T08:00", "3 months", "2027-02-28"),
        # Chongqing 2015: feedback within 5 days; it does not say working days.
        ("2026-02-13T09:00", "5 days", "2026-02-18"),
        ("2026-02-13T09:00", "5 working days", "2026-02-27"),
        # Shanghai: 10 working days from the end of the visit, over the National Day: 28 (a Sunday), 29, 30 September,
        # 9, 10, 11 (a Saturday), 13, 14, 15, 16 October.
        ("2025-09-26T17:00", "10 working days", "2025-10-16"),
        # An event late in the evening counts for its own day, in local time.
        ("2026-03-03T23:59:59", "1 day", "2026-03-04"),
    ],
)
def test_last_days(start: str, term: str, end: str) -> None:
    """A term ends with the last second of its last day; the day of the event is not counted."""
    assert due(at(start), Term.parse(term), CN, ZONE) == at(f"{end}T23:59:59")


def test_rolling_over_days_off() -> None:
    """Where the pack says so, a last day that is a day off moves to the next working day (Civil Code art. 203)."""
    start = at("2026-01-31T09:00")  # 15 days: 15 February, the first day of Spring Festival
    assert due(start, Term.parse("15 days"), CN, ZONE).date() == date(2026, 2, 15)
    assert due(start, Term.parse("15 days", "next_working"), CN, ZONE).date() == date(2026, 2, 24)
    assert due(start, Term.parse("14 days", "next_working"), CN, ZONE).date() == date(2026, 2, 14)


def test_the_zone_decides_the_day() -> None:
    """17:00 in UTC is the next day in China."""
    start = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
    assert due(start, Term.parse("1 day"), CN, ZONE) == at("2026-03-05T23:59:59")
    assert due(start, Term.parse("1 day"), CN, UTC) == datetime(2026, 3, 4, 23, 59, 59, tzinfo=UTC)
    assert Clock(start, Term.parse("1 day"), zone=ZONE).due(CN) == at("2026-03-05T23:59:59")


@pytest.mark.parametrize("text", ["15", "15 day s", "days", "-3 days", "1.5 days", "三日", "15 weeks", ""])
def test_terms_that_cannot_be_read(text: str) -> None:
    """Anything but a whole number and a unit."""
    with pytest.raises(Refused) as refused:
        Term.parse(text)
    assert codes(refused) == ["CASE002"]


@pytest.mark.parametrize("text", ["0 days", "3651 months", "999999999 working days"])
def test_terms_out_of_range(text: str) -> None:
    """Nothing, or more than ten years of days."""
    with pytest.raises(Refused) as refused:
        Term.parse(text)
    assert codes(refused) == ["CASE003"]


def test_terms_in_words() -> None:
    """A term says itself in both languages and as packs write it."""
    assert Term.parse("1 month").text == Text("1个月", "1 month")
    assert Term.parse("3 working days").text == Text("3个工作日", "3 working days")
    assert [str(Term.parse(t)) for t in ("1 days", "1200 days")] == ["1 day", "1200 days"]


def test_the_end_of_time() -> None:
    """A term past the year 9999 is refused."""
    for term in ("3650 days", "20 months"):
        with pytest.raises(Refused) as refused:
            due(at("9999-06-01T00:00"), Term.parse(term), CN, ZONE)
        assert codes(refused) == ["CASE007"]


STATES: list[tuple[str, ClockState, int, str]] = [
    ("2026-03-03T10:00", "running", 15, "还剩15日"),
    ("2026-03-15T10:00", "running", 3, "还剩3日"),
    ("2026-03-16T00:00", "at_risk", 2, "还剩2日"),
    ("2026-03-18T23:59:59", "at_risk", 0, "今天到期"),
    ("2026-03-19T00:00", "overdue", -1, "超期1日"),
]


@pytest.mark.parametrize(("now", "state", "days", "words"), STATES)
def test_states_of_a_clock(now: str, state: ClockState, days: int, words: str) -> None:
    """15 days from 3 March: running, at risk below a fifth of the days, overdue after midnight."""
    clock = Clock(at("2026-03-03T10:00"), Term.parse("15 days"))
    assert clock.state(at(now), CN) == state
    assert clock.left(at(now), CN).days == days
    assert clock.left(at(now), CN).text.zh == words


def test_left_in_working_days() -> None:
    """Three working days from Friday: on Saturday three are left, on the last day none, then it is overdue."""
    clock = Clock(at("2026-03-06T18:00"), Term.parse("3 working days"))
    assert clock.due(CN) == at("2026-03-11T23:59:59")
    assert [clock.left(at(f"2026-03-{d:02}T09:00"), CN).days for d in (7, 9, 11, 12, 15)] == [3, 2, 0, -1, -2]
    assert clock.left(at("2026-03-10T09:00"), CN).text == Text("还剩1个工作日", "1 working day left")
    assert clock.state(at("2026-03-10T09:00"), CN, at_risk=0.5) == "at_risk"
    assert clock.state(at("2026-03-10T09:00"), CN) == "running"
    assert clock.left(at("2026-03-15T09:00"), CN).text == Text("超期2个工作日", "overdue by 2 working days")


def test_stopping() -> None:
    """The whole last second is in time; the state at an earlier moment is not changed by what came later."""
    clock = Clock(at("2026-03-03T10:00"), Term.parse("15 days"))
    last = at("2026-03-18T23:59:59")
    later = at("2026-05-01T00:00")
    assert clock.stop(last + timedelta(microseconds=999_999)).state(later, CN) == "stopped_in_time"
    assert clock.stop(last + timedelta(seconds=1)).state(later, CN) == "stopped_late"
    assert clock.stop(last).state(at("2026-03-05T00:00"), CN) == "running"
    assert clock.stop(at("2026-03-08T00:00")).left(later, CN).days == 10


def test_pauses() -> None:
    """A pause of four days moves the end by four days; while it lasts what is left does not change."""
    clock = Clock(at("2026-03-03T10:00"), Term.parse("15 days")).pause(at("2026-03-10T09:00"))
    assert clock.due(CN) == at("2026-03-18T23:59:59")
    for day in ("2026-03-10T09:00", "2026-03-20T12:00", "2026-06-30T12:00"):
        assert clock.state(at(day), CN) == "paused"
        assert clock.left(at(day), CN).days == 8
    again = clock.resume(at("2026-03-14T08:00"))
    assert again.due(CN) == at("2026-03-22T23:59:59")
    assert again.state(at("2026-03-14T08:00"), CN) == "running"
    assert again.left(at("2026-03-14T08:00"), CN).days == 8


def test_pauses_in_working_days_and_on_one_day() -> None:
    """A weekend within a pause costs nothing twice; a pause lifted on its own day changes nothing."""
    clock = Clock(at("2026-03-02T10:00"), Term.parse("5 working days"))
    assert clock.due(CN).date() == date(2026, 3, 9)
    paused = clock.pause(at("2026-03-05T09:00")).resume(at("2026-03-10T09:00"))  # Thursday to Tuesday
    assert paused.due(CN).date() == date(2026, 3, 12)
    assert clock.pause(at("2026-03-05T09:00")).resume(at("2026-03-05T19:00")).due(CN) == clock.due(CN)
    twice = Clock(
        clock.started,
        clock.term,
        (
            Pause(at("2026-03-05T09:00"), at("2026-03-10T09:00")),
            Pause(at("2026-03-06T09:00"), at("2026-03-09T09:00")),
        ),
    )
    assert twice.due(CN) == paused.due(CN)  # overlapping pauses count once


def test_extensions() -> None:
    """An extension gives a later end; an earlier one is refused unless it is meant; a reason is needed."""
    clock = Clock(at("2026-03-03T10:00"), Term.parse("15 days"))
    longer = clock.extend(at("2026-04-01T23:59:59"), "等待审计结论", CN)
    assert longer.due(CN) == at("2026-04-01T23:59:59")
    assert longer.state(at("2026-03-25T10:00"), CN) == "running"
    with pytest.raises(Refused) as refused:
        longer.extend(at("2026-03-20T23:59:59"), " ", CN)
    assert codes(refused) == ["CASE006", "CASE021"]
    shorter = longer.extend(at("2026-03-20T23:59:59"), "提前完成", CN, shorten=True)
    assert shorter.due(CN) == at("2026-03-20T23:59:59")


def test_a_clock_says_when_its_end_is_assumed() -> None:
    """Working days in a year without holidays are assumed; calendar days never are."""
    calendar = CN.assuming()
    start = at("2026-12-30T09:00")
    assert Clock(start, Term.parse("3 working days")).assumed(calendar)
    assert Clock(start, Term.parse("3 days", "next_working")).assumed(calendar)
    assert not Clock(start, Term.parse("3 days")).assumed(calendar)
    assert not Clock(start, Term.parse("1 working day")).assumed(calendar)
    with pytest.raises(Refused) as refused:
        Clock(start, Term.parse("3 working days")).due(CN)
    assert codes(refused) == ["CASE001"]


def test_wrong_times_are_told_all_at_once() -> None:
    """Times without a zone, and times out of order."""
    naive = datetime(2026, 3, 3, 10)  # noqa: DTZ001 - the fault that is tested
    with pytest.raises(Refused) as refused:
        Clock(naive, Term.parse("1 day"), stopped=naive)
    assert codes(refused) == ["CASE004", "CASE004"]
    with pytest.raises(Refused) as refused:
        due(naive, Term.parse("1 day"), CN, ZONE)
    assert codes(refused) == ["CASE004"]
    start, before = at("2026-03-03T10:00"), at("2026-03-02T10:00")
    with pytest.raises(Refused) as refused:
        Clock(
            start,
            Term.parse("1 day"),
            pauses=(Pause(before), Pause(start, before)),
            extensions=(Extension(before, "x", True),),
            stopped=before,
        )
    assert codes(refused) == ["CASE005"] * 4


TERMS = st.builds(
    Term,
    st.integers(1, 60),
    st.sampled_from(["working_day", "day"]),
    st.sampled_from(["none", "next_working"]),
) | st.builds(Term, st.integers(1, 6), st.just("month"), st.sampled_from(["none", "next_working"]))
TIMES = st.datetimes(datetime(2023, 1, 1), datetime(2026, 3, 31), timezones=st.just(ZONE))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(0), timedelta(days=40))


@given(start=TIMES, term=TERMS)
def test_due_is_never_before_the_start(start: datetime, term: Term) -> None:
    """The end lies on a later day, in its last second, and on a working day where the term asks for it."""
    end = due(start, term, CN, ZONE)
    assert end.date() > start.date()
    assert (end.hour, end.minute, end.second) == (23, 59, 59)
    if term.unit == "working_day" or term.roll == "next_working":
        assert CN.is_working(end.date())


@given(start=TIMES, term=TERMS, more=st.integers(1, 30))
def test_a_longer_term_never_ends_earlier(start: datetime, term: Term, more: int) -> None:
    """Ends keep the order of the terms."""
    amount = min(term.amount + more, 6 if term.unit == "month" else 90)
    assert due(start, Term(amount, term.unit, term.roll), CN, ZONE) >= due(start, term, CN, ZONE)


@given(start=TIMES, term=TERMS, other=SPANS)
def test_an_extension_never_shortens(start: datetime, term: Term, other: timedelta) -> None:
    """Whatever end an extension names, the clock does not end earlier than without it."""
    clock = Clock(start, term)
    extended = Clock(start, term, extensions=(Extension(start + other, "理由"),))
    assert extended.due(CN) == max(clock.due(CN), start + other)


@given(start=TIMES, term=TERMS, wait=SPANS, length=SPANS)
def test_a_pause_never_shortens(start: datetime, term: Term, wait: timedelta, length: timedelta) -> None:
    """With a pause a clock ends no earlier, and what is left when it begins is left when it ends."""
    clock = Clock(start, term)
    begun = start + wait
    paused = clock.pause(begun).resume(begun + length)
    calendar = CN.assuming()
    assert paused.due(calendar) >= clock.due(calendar)
    if term.roll == "none" and term.unit == "day" and begun.date() <= clock.due(calendar).date():
        before = clock.left(begun, calendar).days
        after = paused.left(begun + length, calendar).days
        assert after == before


@given(start=TIMES, term=TERMS, later=SPANS)
def test_overdue_exactly_after_the_end(start: datetime, term: Term, later: timedelta) -> None:
    """A clock is overdue when and only when its last second is over."""
    clock = Clock(start, term)
    now = start + later
    over = now.replace(microsecond=0) > clock.due(CN)
    assert (clock.state(now, CN) == "overdue") is over
    assert (clock.left(now, CN).time < timedelta()) is over
