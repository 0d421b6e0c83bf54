"""Cues of kind in a sentence: targets, changes with their direction, the present state; and in headings."""

from __future__ import annotations

import re
from typing import Literal

from duxue.claims.model import Kind
from duxue.claims.script import words

Direction = Literal["+", "-"]

_UP = (
    r"increas(?:e|es|ed|ing)|ris(?:e|es|en|ing)|rose|gr(?:ow|ows|ew|own|owing|owth)|gain(?:s|ed)?|expan(?:d|ded|sion)|(?<!taken\s)(?<!made\s)(?<!set\s)(?<!drawn\s)(?<!backed\s)up"
    r"|improv(?:e|ed|ement|ing)|climb(?:ed|ing)?|rais(?:e|ed|ing)|jump(?:ed)?|surg(?:e|ed)|higher|add(?:ed|s|ing|ition)?|boost(?:ed)?|advanc(?:e|ed)|lift(?:ed)?|hike(?:d)?|recover(?:ed|y)|widen(?:s|ed|ing)?|soar(?:s|ed|ing)?|swell(?:s|ed|ing)?|swollen|enlarg(?:e|ed|ing)|extend(?:s|ed|ing)?|rebound(?:s|ed)?|accelerat(?:e|ed)|edg(?:ed|ing)\sup"
)
_DOWN = (
    r"decreas(?:e|es|ed|ing)|fall(?:s|en|ing)?|fell|declin(?:e|es|ed|ing)|drop(?:s|ped|ping)?|reduc(?:e|es|ed|ing|tion)"
    r"|cut(?:s|ting)?|lower(?:ed)?|down|shrink|shrank|shrunk|los(?:s|t)|slump(?:ed)?|contract(?:ed|ion)|compress(?:ed|ion)|slip(?:ped)?|shed|narrow(?:ed)?|dip(?:ped)?|plummet(?:ed)?|eliminat(?:e|ed)|shorten(?:s|ed|ing)?|shrinking|plung(?:e|ed|es)|tumbl(?:e|ed)|trim(?:s|med)?|slash(?:ed)?|dwindl(?:e|ed)|diminish(?:ed)?|eas(?:ed|ing)|sank|sunk|slid|slimmed|curtail(?:ed)?|curb(?:ed)?"
)
# "rose by 5%", "an increase of 5%", "up 5%": a change; "rose to 5%", "from 5%" a level.
_BY = re.compile(
    rf"\b(?:(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b(?:\s[a-z’'-]+){{0,6}}?,?\sby"
    r"|(?:(?P<more>increase|rise|growth|gain|addition|jump|surge|expansion|improvement)s?|(?P<less>decrease|fall|decline|drop|reduction|cut|loss)(?:s|es)?)\b(?:\s[a-z’'-]+){0,6}?\s(?:of|with|is|was|averaged))"
    r"(?:\s(?:a|an|the|degree|degrees|total|further|another|of|only|just))*\s*$"
)
_NEXT = re.compile(
    r"\b(?:(?P<up>(?<!set\s)(?<!made\s)(?<!make\s)(?<!makes\s)up|adding|added|add|adds|gained|gains|gain|grew|rose|rising|growing|jumped|surged|climbed|climbing|increasing|increased|plus|expanded)|(?P<down>down|falling|dropping|declining|cutting|cut|lost|fell|dropped|shed|reducing|declined))(?:\s(?:a|an|the|further|another|some))?\s*$|\b(?P<more>additional|extra)\s*$"
)
_AFTER = re.compile(
    r"\s?(?:-point\s|point\s)?(?:year-on-year\s|annual\s|net\s|overall\s|real-terms\s|cash\s)*(?:(?P<up>increase|rise|growth|gain|expansion|jump|improvement|hike|surge)|(?P<down>decrease|fall|decline|drop|reduction|cut|loss))\b"
)
_THAN = re.compile(
    r"\s(?:[a-z]+\s){0,3}?(?:(?P<up>more|higher|greater|up|above|larger)|(?P<down>less|fewer|lower|down|below|smaller))\s(?:than|on|from)\s(?:(?:in|the|at|it was|that|of|for|what it was in)\s)*(?:(?:19|20)\d\d|last|previous|prior|a year|year|same period|a decade|the year)\b"
)
_RECENT = re.compile(
    r"\s(?:on|from|compared (?:with|to)|over|since|versus) (?:the )?(?:last|previous|prior|a year|same period)\b"
)
_MORE = re.compile(
    r"\s(?:more|extra|additional|further)\s(?!than|are\b|were\b|is\b|was\b|have\b|has\b|had\b|or\b|and\b)"
)
_NEW = re.compile(r"\s(?P<quoted>[\"“])?new\b(?!\s(?:and|or|varieties|technolog|era|type))")
_MADE = re.compile(
    r"\b(?:buil[dt]|building|open(?:ed|ing|s)?|construct(?:ed|ing|ion)?|complet(?:ed|e|ing)|recruit(?:ed|ing|s)?|hir(?:ed|ing|e)|train(?:ed|ing)?|establish(?:ed|ing)?|appoint(?:ed)?|set up|found(?:ed)|launch(?:ed)?|purchas(?:e|ed)|introduc(?:ed|e|ing)|develop(?:ed)?|form(?:ed)?)\b"
)
_MADE_AFTER = re.compile(
    r"[^.;:,\d]{0,60}?\b(?:were|was|have been|has been)\s(?:all\s|newly\s|successfully\s)?(?:buil[dt]|opened|constructed|completed|established|set up|founded|launched|put into|recruited|appointed|renovated|handed over|delivered)\b"
)
_ADDED = re.compile(
    r"\b(?:add|adds|added|adding|newly added|net increase|an increase of|increase of|additional)\b[^,.;:]{0,60}$"
)
_ADDED_AFTER = re.compile(
    r"[^.;:,]{0,50}?\b(?:(?:were|was|are|is|have been|has been|being)\s(?:newly\s)?(?:added|increased)|added)\b"
)
_CUT_AFTER = re.compile(
    r"[^.;:,]{0,50}?\b(?:were|was|have been|has been)\s(?:cut|lost|reduced|closed down)\b"
)
_SINGLE_DOWN = re.compile(rf"\b(?P<down>{_DOWN})\b")

_TARGET = re.compile(
    r"\b(?:will|shall|aims?|aimed|aiming|plans?\sto|planned|planning|targets?|goals?|striv(?:e|es|ing)|expect(?:s|ed|ing)?(?!\s(?:standards?|levels?|progress|range|outcomes?)\b)|intends?|intended|propos(?:e|es|ed|al)"
    r"|hopes?|want(?:s|ed)?|seeks?|pledg(?:e|es|ed)|commit(?:s|ted)|set\saside|earmarked|forecast(?:s|ed)?|project(?:ed|ion)|needs?|needed|required|requires|should|must|to\sbe"
    r"|(?<!first\s)(?<!second\s)(?<!third\s)(?<!fourth\s)(?<!fifth\s)(?<!sixth\s)is\sto|are\sto|is\sdue|are\sdue|ensure\sthat|envisages?|scheduled|ambition|going\sto|next\s(?:year|step|phase|stage|five|three|two|decade)|would|efforts\swill|with\sthe\saim|vows?|vowed|promis(?:e|es|ed)|budgeted|anticipat(?:e|es|ed)|wishes|calls?\sfor)\b"
)
_FIRM = re.compile(
    r"\b(?:aims?\sto|plans?\sto|planned\sto|targets?\b|goal|intends?\sto|strives?\sto|wants?\sto|set\saside|earmarked|expected\sto|are\sto|pledg|next\syear|forecast|to\sbe\sready|vow)"
)
# Marks of machine translation from Chinese, whose reports put what was done into the future: there "will be
# opened" is no firm word of intent.
_FIRST_IS_TO = re.compile(r"\b(?:first|second|third|fourth|fifth)\sis\sto\b")
_SPACED = re.compile(r" -(?<=[a-z]\s-)[a-z]")
_RUN_ON = re.compile(r"\.(?<=[a-z]{2}\.)[a-z]{3}")
_LOST = re.compile(r",(?<=\d,)\s[a-z]+\s(?:students|teachers)")
_PAST = re.compile(
    r"\b(?:was|were|has|have|had|recruited|reached|achieved|built|completed|opened|rose|fell|grew|increased|decreased|stood|received|enrolled|trained|won|passed|attended)\b"
)
# What is already so, said within a plan.
_PRESENT = re.compile(
    r"\b(?:where we are|currently|at present|as of now|as it stands|to date|so far|already|at the moment|presently|existing|has now|have now|there are (?:now|currently)|(?:was|were) (?:only|just)|compared with|up from|down from|against)\b"
)
_TARGET_AFTER = re.compile(
    r"(?:(?!\s(?:who|whom|which|that)\s)[^,.;\d]){0,70}?\b(?:will|shall|must|should|(?:is|are|was|were)\sto\b|to\sbe\b|(?:is|are|was|were|been|being)\s(?:planned|expected|scheduled|targeted|projected|needed|required|set\saside|earmarked|proposed|due)|needed\b|required\b|by\sthe\send\sof)"
)
_BEYOND = re.compile(
    r"\b(?:by|until|before|in|for)\s(?:the\send\sof\s|(?:early|late|mid)[\s-])?(?:[a-z]+\s)?(20\d\d)\b"
)

_COUNTED = re.compile(r"[\d;.]")  # another number, or the end of the clause
_REACHED = 90  # characters behind a number in which it may be said to be added or cut

# "In the next step" makes targets of what the block says after it.
_NEXT_STEP = re.compile(
    r"\b(?:in the next (?:step|stage|phase)|next steps?\b|next,? we (?:will|shall)|(?:the )?(?:plan|work plan|priorities|arrangements) for (?:the )?(?:next|coming|new))"
)
_JOINED = re.compile(r"[,;:]|\b(?:and|of|on|in|for|against|towards?|to)\b")
SECTION_TARGET = re.compile(
    r"\b(?:plans?|ideas|arrangements|deployment|key\spoints|countermeasures|suggestions|recommendations|proposals|next\s(?:step|stage|phase)s?|tasks?|targets?|goals?|objectives?|priorities|outlook|future|the\sway\sforward|strategy|strategic|to\sbe\sdone|will\sdo|forward|looking\sahead|requirements?|measures\sfor|action\splan|upcoming|ambitions?|commitments?|opinions)\b"
)
SECTION_ACTUAL = re.compile(
    r"\b(?:progress|achievements?|results?|practices?|effectiveness|completion|completed|performance|overview|statistics|report|review|situation|findings|summary|experience|outcomes?|implementation\sof|problems?|work\sdone|highlights|facts|trends|headline|bulletin|foundations?|status\s(?:quo|and)|current\s(?:status|state|position)|baseline|background|where\swe\sare|gaps?|deficiencies|shortcomings|difficulties)\b"
)


def of_heading(heading: str) -> Kind | None:
    """Return the kind that a heading gives to what stands below it: a plan's is target, a report's actual."""
    low = heading.lower()
    actual = SECTION_ACTUAL.search(low)
    target = SECTION_TARGET.search(low)
    if not actual or not target:
        return "actual" if actual else "target" if target else None
    # "Summary and plan", "review of the plan": the first is the head; "performance targets": the last is.
    first, second = sorted((actual, target), key=lambda match: match.start())
    joined = _JOINED.search(low, first.end(), second.start())
    return "actual" if (first if joined else second) is actual else "target"


# The words that may stand right before the number where _BY and _NEXT match.
_BEFORE_AMOUNT = frozenset(
    words("by of with is was averaged a an the degree degrees total further another only just")
)
_BEFORE_CHANGE = frozenset(
    words(
        "up adding added add adds gained gains gain grew rose rising growing jumped surged climbed climbing increasing increased plus expanded "
        "down falling dropping declining cutting cut lost fell dropped shed reducing declined a an the further another some additional extra"
    )
)


def change(before: str, after: str, *, counted: bool) -> Direction | None:
    """Return the direction of a change by the number between `before` and `after`, None where it is a level.

    `counted` tells a count of things, which "new" and "added" make an increase, from a share or a sum.
    """
    last = before[before.rfind(" ", 0, -1) + 1 :].strip()
    match = _BY.search(before) if last in _BEFORE_AMOUNT else None
    match = match or (_NEXT.search(before) if last in _BEFORE_CHANGE else None) or _AFTER.match(after)
    if match is None:
        match = _THAN.match(after)
    if match is not None:
        return "-" if match.lastgroup in ("down", "less") else "+"
    if not counted:
        return None
    if _MORE.match(after):
        return "+"
    if (
        "new" in after[:8]
        and _NEW.match(after)
        and not _MADE.search(before[-60:])
        and not _MADE_AFTER.match(after)
    ):
        return "+"
    if ("add" in before or "increase" in before) and _ADDED.search(before):
        return "+"
    behind = after[:_REACHED]
    if ("added" in behind or "increased" in behind) and _ADDED_AFTER.match(after):
        return "+"
    lost = "cut" in behind or "lost" in behind or "reduced" in behind or "closed" in behind
    return "-" if lost and _CUT_AFTER.match(after) else None


def next_step(low: str) -> int:
    """Return where the words end that turn lower-cased text to what comes next, -1 where there are none."""
    if not ("next" in low or "coming" in low or " new" in low):
        return -1
    cue = _NEXT_STEP.search(low)
    return cue.end() if cue else -1


def is_translated(low: str) -> bool:
    """Tell whether a block of lower-cased text bears the marks of machine translation from Chinese."""
    return (
        "degrees" in low
        or ("is to" in low and _FIRST_IS_TO.search(low) is not None)
        or (" -" in low and _SPACED.search(low) is not None)
        or _RUN_ON.search(low) is not None
        or _LOST.search(low) is not None
        or "p>" in low
        or low.count("in place") > 1
    )


def target(before: str, after: str, issued: int | None, *, translated: bool) -> tuple[bool, bool]:
    """Return whether the words of the clause make the number a target, and whether firmly so.

    `issued` is the year of the document: a year beyond it sets a target. In `translated` text a future tense
    alone is not firm.
    """
    cues = [cue for cue in _TARGET.finditer(before) if not _is_aside(before, cue.start(), cue.end())]
    if cues and not _PAST.search(before, cues[-1].end() + 5 * before.startswith(" have", cues[-1].end())):
        return True, not translated or bool(_FIRM.search(before))
    if _TARGET_AFTER.match(after):
        return True, not translated or bool(_FIRM.search(after[:70]))
    if issued is not None and ("20" in before or "20" in after):
        if any(int(year) > issued for year in _BEYOND.findall(before)):
            return True, True
        year = _BEYOND.search(after)
        if year and int(year[1]) > issued and not _COUNTED.search(after, 0, year.start()):
            return True, True
    return False, False


def _is_aside(before: str, start: int, end: int) -> bool:
    """Tell whether a stretch stands in a bracket that is closed before the number: "92% (target 95%), 87%"."""
    return before.find(")", end) >= 0 and before.rfind("(", 0, start) > before.rfind(")", 0, start)


def is_present(before: str) -> bool:
    """Tell whether the words of a clause say that a number is the present state, which in a plan is no target."""
    cues = list(_PRESENT.finditer(before))
    return bool(cues) and not _TARGET.search(before, cues[-1].end())
