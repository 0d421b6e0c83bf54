"""Limits and standards: what a number may not exceed, what every pupil gets, one teacher for so many pupils."""

from __future__ import annotations

import re

from duxue.claims.model import Comparator

_THRESHOLD = re.compile(
    r"\b(?:(?:must|should|shall|may|can|cannot)\s?(?:not|never)?\s(?:exceed|be\s(?:not|no)\s(?:less|more|fewer|lower|higher)|be\s(?:more|less|fewer|lower|higher|above|below|under|over|kept|at\sleast)|fall|go\sbelow)|maximum|minimum(?!\swage)|ceiling|upper\slimit|lower\slimit|limit(?:ed)?(?:\sis|\sof|\sto|\sat)|cap(?:ped)?\s(?:of|at)|threshold|floor\sstandard|legal\srequirement|not\sto\sexceed|no\s(?:[a-z]+\s){0,2}(?:class|room|group)\s(?:may|should|shall|can|must|is\sto)|statutory|(?:must|should|shall|requires?|ensure|ensures|stipulat\w+)\b[^.;]{0,80}\bnot\s(?:exceed|fall\sbelow))\b"
)
_NORM = re.compile(
    r"\b(?:should|must|shall|may)\b[^.;]{0,60}\b(?:no\s(?:more|less|fewer)\sthan|not\s(?:more|less)\sthan|at\s(?:least|most)|up\sto)\s*$"
)
_CEILING = re.compile(r"\b(?:no|not) (?:more|less|fewer) than $|\bat (?:most|least) $")
_PER_GROUP = re.compile(
    r"(?:\s[a-z]+){1,2}\s(?:(?:per|in each|in a|for each)\s(?:class|teacher|room|group|adult)|per\s(?:pupil|student|child|learner|semester|term|week|day))\b"
)
_PRESCRIBED = re.compile(
    r"\b(?:the|an?|against|of|required|with|its|than)\s(?:recommended|prescribed|permitted|stipulated|mandated|required|approved|national|official|rte|ideal)?\s?"
    r"(?:(?:minimum|maximum|pupils?|students?|teachers?|learners?|class|size|staffing|teacher-pupil|pupil-teacher|learner-teacher|planning)[\s-]){0,4}"
    r"(?:(?:ratio|level|limit|size|norm|standard|benchmark|rate)\s(?:of|is|was|being|at)?\s?(?:at\s)?$|(?<=recommended\s)$|(?<=prescribed\s)$|(?<=stipulated\s)$)"
)
_REQUIREMENT = re.compile(
    r"\b(?:requirements?|quota|entitlement|norm)\sof\s(?:at\sleast\s|no\smore\sthan\s)?$"
)
_NAMED = re.compile(r"\b(?:norms?|standard|benchmark|recommended|limit|ceiling|maximum|minimum):\s$")
_NORMED = re.compile(r"\bnorms?\b|recommended|prescribed|stipulated|benchmark|standards?\b")
_ONE_FOR = re.compile(
    r"\b(?:one|1)\s(?:[a-z-]+\s){0,3}?(?:teacher|counsell?or|adult|nurse|psychologist|educator|caregiver|computer|device|toilet|latrine|textbook|book|librarian|staff|doctor|guard|assistant|classroom|desk)\s(?:member\s)?(?:for|per|to)\s(?:every\s|each\s)?$"
)
_OBLIGED = re.compile(
    r"\b(?:must|should|shall|norms?|standards?|minimum|required|requires|rules?|law|regulations?|stipulat\w+|ha(?:s|ve)\sto)\b"
)
_PER_HEAD = re.compile(
    r"\s?(?:per|a|for\seach|for\severy|each)\s(?:[a-z-]+\s)?(?:pupil|student|learner|child|head|capita|teacher|place|boarder|trainee)\b"
)
_RATE = re.compile(
    r"\b(?:capitation|vouchers?|subsid(?:y|ies)|allowances?|grants?|standards?|quota|fees?|ceiling|stipends?|bursar(?:y|ies)|entitlement|tuition|premium|rate|per[\s-]capita\sfund\w*)\b"
)
_PER_PERSON = re.compile(r"\bper[\s-](?:capita|person|head)\b[^,;\d]*\b(?:is|are|at|of|to)\s$")
_SPENT = re.compile(r"\b(?:averag\w+|spen[dt]\w*|expenditure|cost|actual|total)\b")
_PAID = re.compile(
    r"\b(?:was|were|has\sbeen|have\sbeen)\s(?:[a-z]+ly\s)?(?:disbursed|paid|released|received|spent|distributed|issued|remitted)\b"
)
_DEADLINE = re.compile(
    r"\b(?:must|should|shall|submit\w*|rectif\w+|report\w*|repl(?:y|ies|ied)|respon[ds]\w*|complet\w+|decid\w+|notif\w+|correct\w*|resolv\w+)\b"
)
_EACH_RECEIVES = re.compile(
    r"\b(?:each|every)\s(?:[a-z-]+\s){0,4}?(?:pupil|student|child|learner|boarder|teacher|person|school|family|household|kindergarten)\s(?:[a-z]+\s){0,2}?"
    r"(?:receives?|gets?|is\s(?:[a-z]+\s)?(?:given|granted|subsidi[sz]ed|entitled|provided|allocated|paid|awarded|funded))\b[^,;]{0,40}$"
)
_CLASS_OVER = re.compile(
    r"\bclass(?:es|rooms?)?\s(?:with|of|having|containing|that\shave|exceeding|over|above)\s(?:more\sthan\s|over\s|at\sleast\s|above\s|no\smore\sthan\s|not\smore\sthan\s)?$"
)
_EACH = re.compile(r"\b(?:each|every|per|any)\b")
_STANDARD = re.compile(
    r"\b(?:standards?\sof|(?:funding|subsidy|allowance|appropriation|fee|quota|expenditure|public\sfunding|per[\s-](?:capita|pupil|student))\s(?:[a-z]+\s){0,2}standards?|standard\s(?:is|was|of)|per[\s-](?:pupil|student|capita)\s(?:\w+\s)?(?:standard|quota|ceiling))\b"
)
_DENIED = re.compile(r"\bno\s(?:[a-z]+\s){1,4}?(?:may|should|shall|can|must)\b")
_BOUND = re.compile(r"maximum|minimum|ceiling|limit|\bcap(?:s|ped)?\b")


_BEFORE_BOUNDS = ("than ", "least ", "most ", "to ", "of ")
_BEFORE_NORMS = ("ratio ", "level ", "limit ", "size ", "norm ", "standard ", "benchmark ", "rate ", "of ", "is ", "was ", "being ",
                 "at ", "recommended ", "prescribed ", "stipulated ")  # fmt: skip


def bound(before: str) -> Comparator:
    """Return the side on which a limit binds: "maximum class size of 45" is at most, "minimum" at least."""
    found = _BOUND.findall(before)
    if not found:
        return "="
    return ">=" if found[-1].startswith("min") else "<="


def is_threshold(before: str, after: str, *, money: bool) -> bool:
    """Tell whether the number is a legal or technical limit, or a standard of money per head."""
    if _THRESHOLD.search(before):
        return True
    near = before[-90:]
    if before.endswith(_BEFORE_BOUNDS):  # most numbers stand after other words and need no further look
        if _NORM.search(before) and _EACH.search(before):
            return True
        if _CEILING.search(before) and _PER_GROUP.match(after):
            return True
        if _REQUIREMENT.search(near):
            return True
    if before.endswith(": ") and _NAMED.search(near):
        return True
    if before.endswith(_BEFORE_NORMS) and _NORMED.search(near) and _PRESCRIBED.search(near):
        return True
    if is_one_for(near):
        return bool(_OBLIGED.search(before))
    if money and _PER_PERSON.search(near) and _RATE.search(near) and not _SPENT.search(near):
        return True
    if money:
        per_head = _PER_HEAD.match(after) and _RATE.search(near) and not _SPENT.search(near)
        per_head = per_head and not _PAID.search(after)
        return bool(per_head or _STANDARD.search(before) or _EACH_RECEIVES.search(before))
    return False


def binds(before: str, unit: str, comparator: Comparator) -> bool:
    """Tell whether a number bounds a class, a span of a day or a delay: "no less than 1 hour", "within 30 days"."""
    if unit == "person":
        return comparator != "=" and _CLASS_OVER.search(before) is not None
    if unit in ("other:hour", "other:minute"):
        return comparator in (">=", "<=")
    return unit == "day" and (is_deadline(before) or _OBLIGED.search(before[-60:]) is not None)


def is_deadline(before: str) -> bool:
    """Tell whether a number of days after "within" is a limit set for something to be done."""
    return before.endswith("within ") and _DEADLINE.search(before) is not None


def is_one_for(before: str) -> bool:
    """Tell whether a number of persons stands behind "one teacher for every"."""
    return before.endswith(("for ", "per ", "to ", "every ", "each ")) and _ONE_FOR.search(before) is not None


def is_denied(before: str) -> bool:
    """Tell whether a limit is stated by denying what exceeds it: "no class may contain more than 30"."""
    return _DENIED.search(before) is not None
