"""What a claim measures, in the document's own words: the phrase in front of the number or behind its counter."""

from __future__ import annotations

import re

from duxue.claims.chinese.sentence import Sentence
from duxue.claims.model import Found, Span
from duxue.claims.script import words
from duxue.claims.units import PERCENT, POINT, RATIO

_MOST, _SHORT = 24, 3  # characters: more say too much, so few need the subject of the claim before
_OPENERS = re.compile(
    r"(?:\s|\d{1,2}[.、](?!\d)|其中|另有|另|同时|此外|全年|年底前|还要|还|共有|共|截至|截止|目前|预计|力争|到|分别|累计|已|则|再|并|各|约|将|从|由|在(?=[^校园读职编])"
    r"|(?:19|20)\d\d年(?:底|末|以来)?|\d{1,2}月(?:底|末)?|[,，、:;。(])+"
)
_VERBS = re.compile(
    r"(?:\s|达到?了?|为|是|有|共有?|约|占|总计|合计|累计|共计|计|均|都|也|已|接近|近|超过?|逾|不低于|不超过|不少于|至少|提高到?|增加到?|提升到?|上升到?|下降到?|降低?到?|到|至|在|了|分别|仅|只|各|就|[:、,，(])+$"
)
_SCOPES = frozenset(words("全市 全省 全县 全区 全国 全镇 全州 全校 我市 我省 我县 我区 其余"))
_BEHIND_DIGITS = re.compile(r"(?<=\d)[^\d,.]+$")
_BEHIND = re.compile(r"的?(?P<phrase>[^,，。;:!?\n()\d、“”]{1,24})")


def measure(claim: Found, sentence: Sentence, opens: int) -> tuple[Span, ...]:
    """Return the spans that say what is measured; `opens` is where the words of this claim begin."""
    text = sentence.text
    if text[opens - 1 : opens] == ")" and claim.start - opens <= 2:  # 教职工总数(人): 3456
        opens = sentence.clause(
            max(text.rfind("(", max(sentence.start, opens - 12), opens) - 1, sentence.start)
        )
    front = _trim(text, opens, claim.start)
    share = claim.unit in {PERCENT, POINT, RATIO}
    if share and front and text[front[0] : front[1]] in _SCOPES:
        front = None
    behind = _behind(text, claim.end, sentence.end)
    if behind and front is None and (not share or text.startswith("的", claim.end) or not sentence.subject):
        sentence.subject = behind
        return (behind,)
    if behind and front and not share and claim.unit != "yuan" and behind[1] - behind[0] >= 2:
        sentence.subject = behind
        return front, behind
    if front is None:
        return (sentence.subject or _counter(text, claim),)
    subject = sentence.subject
    if subject and front[1] - front[0] <= _SHORT and subject[1] <= front[0]:
        return subject, front
    sentence.subject = front
    return (front,)


def _counter(text: str, claim: Found) -> Span:
    """Return what stands behind the digits of a claim, for want of a phrase: 2,000(個名額)."""
    counter = _BEHIND_DIGITS.search(text, claim.start, claim.end)
    return (counter.start(), claim.end) if counter else (claim.start, claim.end)


def _trim(text: str, start: int, end: int) -> Span | None:
    """Return a stretch without its connectives and its last verbs."""
    start = max(start, end - 2 * _MOST)
    opener = _OPENERS.match(text, start, end)
    if opener:
        start = opener.end()
    verbs = _VERBS.search(text, max(start, end - 8), end)
    if verbs:
        end = verbs.start()
    return (max(start, end - _MOST), end) if end > start else None


def _behind(text: str, start: int, end: int) -> Span | None:
    phrase = _BEHIND.match(text, start, end)
    return phrase.span("phrase") if phrase and phrase["phrase"].strip() else None
