"""What a Chinese sentence does with a number: states it, adds it, plans it, limits it."""

from __future__ import annotations

import re

from duxue.claims.chinese import cues
from duxue.claims.chinese.sentence import Sentence
from duxue.claims.model import Found
from duxue.claims.units import PERCENT, POINT, RATIO, is_count

_JOINT = re.compile(r"\s?(?:和|及|与|、|以及|,)\s?(?:分别)?$")
_GAP = frozenset({"多", "高", "少", "低", "高出", "多出"})
_ABOVE = re.compile("[高低多少优]于")  # 增幅高于…增幅2.3个百分点 is a gap
_SPANS = frozenset({"other:hour", "other:minute", "time"})
_ASIDE = 8  # characters in front of a clause that may say what is limited: 控制班额，小学不超过45人
_SHARES = {PERCENT, POINT}
_BUILT = re.compile("新建|新增|改扩建|扩建|增加")


def settle(sentence: Sentence) -> None:
    """Give each claim of a sentence its kind and direction, as far as the sentence tells."""
    previous: Found | None = None
    schools = False
    for claim in sentence.found:
        opens = sentence.clause(claim.start)
        if previous is not None:
            opens = max(opens, previous.end)
        if claim.kind is None:
            _settle(claim, opens, sentence, previous, schools=schools)
        schools = schools or claim.unit in {"school", "kindergarten"}
        previous = claim


def _settle(claim: Found, opens: int, sentence: Sentence, previous: Found | None, *, schools: bool) -> None:
    text, start = sentence.text, claim.start
    change = _change(claim, opens, sentence) if sentence.has(cues.CHANGE_SIGNS) else None
    if change is None and previous is not None and _JOINT.fullmatch(text, previous.end, start):
        if previous.direction and (previous.unit == claim.unit or {previous.unit, claim.unit} == _SHARES):
            change = previous.direction
        if (
            claim.comparator == "="
            and "别" in sentence.letters
            and text.find("分别", sentence.back(start), start) >= 0
        ):
            claim.comparator = previous.comparator
    if change is None and previous is not None and previous.direction and is_count(claim.unit):
        # 新增博士点18个、硕士点76个
        listed = cues.LISTED.fullmatch(text, previous.end, start)
        if listed and cues.ADDED.search(text, sentence.clause(previous.start), previous.start):
            change = previous.direction
    if change is None and claim.unit == "place" and _adds_places(sentence, opens, start, schools=schools):
        change = "+"
    done = cues.DONE.search(text, sentence.clause(start), start)
    if done is None and sentence.target > start and "截" in sentence.letters:
        done = cues.UNTIL.search(text, sentence.back(start), start)
    done = done or cues.DONE_BEHIND.match(text, claim.end)
    if _sorts(claim, sentence):
        claim.kind, claim.firm = "threshold", True
        return
    promised = bool(cues.TARGET.match(text, claim.end)) or (
        sentence.target < start and not (done and done.start() > sentence.target and done[0] != "累计")
    )
    if (
        promised
        and sentence.target < sentence.clause(start)
        and (_limited(claim, opens, sentence) or _set_for_each(claim, sentence))
    ):
        promised = False  # what a plan says of every class or pupil beside its targets
    if promised:
        claim.kind, claim.firm = "target", True
    elif change:
        claim.kind, claim.direction = "change", "+" if change == "+" else "-"
    elif cues.STANDARD.match(text, claim.end) or _limited(claim, opens, sentence):
        claim.kind, claim.firm = "threshold", True
        if claim.comparator == "<":  # who falls short of a standard does not move it
            claim.comparator = "="
    elif claim.unit != "rank":
        _bound(claim, sentence)
    if claim.kind is None and not done and previous is not None and _goes_on(previous, claim, sentence):
        claim.kind, claim.firm = "threshold", previous.firm
    if done and not promised:
        claim.firm = True
        claim.kind = claim.kind or "actual"


def _limited(claim: Found, opens: int, sentence: Sentence) -> bool:
    """Tell whether a claim is a sum or number set for each pupil or class: 每生每年720元, 每班不超过45人."""
    if claim.unit == POINT or not sentence.has(cues.LIMIT_SIGNS):
        return False
    text, start = sentence.text, claim.start
    return bool(
        cues.LIMIT.search(text, _heading_clause(sentence, start), claim.end)
    ) and not cues.LEVEL.search(text, opens, sentence.clause_end(start))


def _digits(claim: Found, text: str) -> int:
    """Return where the comparator in front of a claim's number ends."""
    word = cues.BEFORE_WORD.match(text, claim.start)
    return word.end() if word else claim.start


def _set_for_each(claim: Found, sentence: Sentence) -> bool:
    """Tell whether a clause bounds what is set for a class, a school or a pupil: 学校规模不超过2400人."""
    text, opens = sentence.text, sentence.clause(claim.start)
    return bool(
        sentence.has(cues.BOUND_SIGNS)
        and (cues.BOUND.search(text, opens, claim.end) or cues.OF_WHOLE.search(text, opens, claim.start))
        and cues.PER_HEAD.search(text, opens, claim.start)
    )


def _sorts(claim: Found, sentence: Sentence) -> bool:
    """Tell whether a bound says which schools or classes are meant: 不足100人的学校, 班额超过55人的班级."""
    text, start = sentence.text, claim.start
    if cues.CONDITION.match(text, claim.end) and (
        claim.comparator != "=" or cues.CONDITIONED.search(text, sentence.clause(start), start)
    ):
        return True
    if claim.comparator == "=":
        return False
    sorted_ = claim.unit not in _SHARES and cues.SORTED.search(
        text, sentence.clause(start), _digits(claim, text)
    )
    if sorted_ and not cues.STANDARD.match(text, claim.end):
        return True
    if claim.unit != "person":
        return False
    return bool(
        cues.WHICH.match(text, claim.end)
        or (claim.comparator == ">" and cues.CLASS_ABOVE.search(text, sentence.clause(start), start))
    )


def _bound(claim: Found, sentence: Sentence) -> None:
    """Take a bound for a limit: 不超过2000人, 控制在45人以内, 按不低于5%安排; firm where it holds in a plan too."""
    text, start = sentence.text, claim.start
    opens = sentence.clause(start)
    rule = (
        "按" in sentence.letters
        and cues.BY.search(text, opens, start)
        and cues.BY_RULE.match(text, claim.end)
    )
    daily = (
        claim.unit in _SPANS
        and not isinstance(claim.value, float)
        and bool(cues.DAILY.search(text, opens, start))
    )
    if rule or daily:
        claim.kind, claim.firm = "threshold", claim.unit != "time"
        return
    bounded = claim.unit == RATIO and claim.comparator in ("<", "<=")
    if sentence.has(cues.BOUND_SIGNS):
        bounded = (
            bounded
            or bool(cues.BOUND.search(text, opens, claim.end))
            or bool(cues.FLOOR.search(text, opens, claim.end) and cues.BINDING.search(text, opens, claim.end))
        )
    if (
        bounded
        or (claim.comparator == "<=" and cues.KEPT_WITHIN.search(text, opens, start))
        or (
            claim.unit != POINT  # a gap to a standard is none
            and sentence.has(cues.OUGHT_SIGNS)
            and cues.OUGHT.search(text, _heading_clause(sentence, start), start)
        )
    ):
        claim.kind = "threshold"
        claim.firm = not claim.unit.startswith("yuan") and bool(
            cues.PER_HEAD.search(text, max(sentence.start, opens - _ASIDE), start)
        )


def _heading_clause(sentence: Sentence, place: int) -> int:
    """Return where a clause begins, with the words in front of a colon: 班额标准:小学(45人)."""
    opens = sentence.clause(place)
    return (
        sentence.clause(opens - 1) if opens > sentence.start and sentence.text[opens - 1] in ":(" else opens
    )


def _goes_on(previous: Found, claim: Found, sentence: Sentence) -> bool:
    """Tell whether a limit goes on to the next number: 小学45人,初中(50人)."""
    between = claim.start - previous.end
    return (
        previous.kind == "threshold"
        and previous.unit == claim.unit
        and (
            between <= 6
            or (between <= 14 and bool(cues.LIMITED.search(sentence.text, previous.end, claim.end)))
        )
    )


def _change(claim: Found, opens: int, sentence: Sentence) -> str | None:
    """Return the direction of a change that the words in front of a claim state."""
    text, start = sentence.text, claim.start
    verb = cues.CHANGE_VERB.search(text, opens, start)
    if verb and not cues.NOT_CHANGE.search(text, opens, verb.end("up") if verb["up"] else verb.end("down")):
        word = verb["up"] or verb["down"]
        if text.endswith("为", opens, start) and word[-1] not in "幅率速度":  # 降为9.6% is a level
            return None
        if claim.unit == POINT and _ABOVE.search(text, sentence.clause(start), start):
            return None
        if word in _GAP:
            wide = max(sentence.start, start - 30)
            if not cues.COMPARED_IN_TIME.search(text, wide, start):
                return None
        return "+" if verb["up"] else "-"
    added = cues.ADDED.search(text, opens, start)
    if (
        added
        and not cues.NOT_CHANGE.search(text, opens, added.end())
        and "新增劳动力" not in text[opens:start]
    ):
        return "+" if added["up"] else "-"
    return None


def _adds_places(sentence: Sentence, opens: int, start: int, *, schools: bool) -> bool:
    """Tell whether places are new ones: a sentence builds schools and then says how many places."""
    text = sentence.text
    if "名额" in text[opens:start]:
        return False
    if _BUILT.search(text, sentence.back(start), start):
        return True
    before = sentence.before
    return (
        schools
        and before is not None
        and any(c.unit == "place" and c.direction == "+" for c in before.found[:20])
    )
