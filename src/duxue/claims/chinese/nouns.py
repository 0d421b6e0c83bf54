"""Which noun a counter counts: 34所市级实验学校, 幼儿园50所, 运动场改造39个 and 已完工30个 after it."""

from __future__ import annotations

import re
from collections.abc import Callable

from duxue.claims.chinese.words import NOUNS, SLOGANS
from duxue.claims.script import alternatives

_LONGEST = max(map(len, NOUNS))
# A noun phrase ends at a stop, at a verb or at a particle that opens another phrase.
_END = re.compile(
    r"[,，。;:!?、\n()\d%]|(?<=[校园院位体业司班人志家名])[“「]|被|获|得到|实现|完成|完工|竣工|开工|投用|投入|启用|交付|主体|达到|达标|通过|开展|建成|顺利|未(?![来成])|接受|参加|参与"
    r"|均(?!衡)|全部|已|正在|进行|为|是|在(?![建校园读册职编岗])|在建(?=[,，。;、]|$)|计算|已建|于|与|纳入|列入|开设|开始|成立|实施|推进|上岗|入[学园编职]|考[上入取]|升[入上]|就读|分赴|赴|覆盖|挂牌|不|没|可|将|待|仍|每|共|和(?=[^,，。]{0,8}\d)"
    r"|来(?=[我本该])|举办|组建|配备|配齐|提供|用于|招生|落户|命名|评为|超过|组织|深入|到|向|按|从|由|面向|增加|增至|增长|减少|减至|提高|下降|降至|上升|对|以(?![上下内])|使|让|给"
)
_SLOGAN = re.compile(alternatives(word for word in SLOGANS if word not in {"重点", "关键"}))  # 12个重点项目
_MOST = 28  # characters looked at for a noun


def after(text: str, start: int, end: int) -> tuple[str | None, int, bool]:
    """Return the unit of the phrase at `start`, where its noun ends, and whether it is a slogan.

    The unit is None where there is a phrase without a known noun; the end equals `start` where there is no phrase.
    """
    stop = min(end, start + _MOST)
    cut = _END.search(text, start, stop)
    if cut:
        stop = cut.start()
    if stop <= start:
        return None, start, False
    if _SLOGAN.match(text, start, stop):
        return None, start, True
    unit, place = last(text, start, stop)
    return unit, place if unit else stop, bool(unit is None and ends_as_slogan(text, start, stop))


def closes(text: str, place: int, end: int) -> bool:
    """Tell whether a phrase ends at a place: 27个孩子, not 12个学生社团."""
    return place >= end or _END.match(text, place, end) is not None


def ends_as_slogan(text: str, start: int, stop: int) -> bool:
    """Tell whether a phrase ends in a word of rhetoric: 15个(攻势), 六项(特别行动)."""
    return any(text.endswith(word, start, stop) for word in _SLOGAN_WORDS)


def last(
    text: str, start: int, stop: int, fits: Callable[[str], bool] | None = None
) -> tuple[str | None, int]:
    """Return the unit of the last known noun in a stretch, of those that fit, and where it ends."""
    for end in range(stop, start, -1):
        if text[end - 1] in _FINALS:
            for size in range(min(_LONGEST, end - start), 0, -1):
                unit = NOUNS.get(text[end - size : end])
                if unit is not None:
                    if (fits is None or fits(unit)) and text[end : end + 1] not in _DERIVED:
                        return unit, end
                    break
    return None, start


_SLOGAN_WORDS = tuple(word for word in SLOGANS if len(word) > 1)
_DERIVED = frozenset("化型式率制性际")  # 标准化 is no standard
_FINALS = frozenset(noun[-1] for noun in NOUNS)
