"""Whom a claim is about in Chinese: the territory of a title, a place in front of a number, a school with its works."""

from __future__ import annotations

import re
from collections import Counter

from duxue.claims.chinese.gazetteer import CITIES, PROVINCES
from duxue.claims.model import Span
from duxue.claims.script import alternatives

_LEVEL = "特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|自治县|自治旗|地区|新区|开发区|高新区|林区|省|市|州|盟|县|区|旗|镇|乡|街道"
_KNOWN = alternatives(PROVINCES | CITIES)
# A name in a list of known ones is no territory where it opens the name of a university, a road or a bank.
_NAMED_AFTER = r"(?![^,，。;:!?\n、]{0,6}(?:大学|学院|师范|师专|高等专科|路|银行|日报|晚报|会议精神))"
_CHAIN = re.compile(
    rf"(?:(?P<known>{_KNOWN})(?:{_LEVEL})?{_NAMED_AFTER}|(?P<named>[\u4e00-\u9fff]{{2,5}}?(?:{_LEVEL})(?![级属直域内外])))(?:[\u4e00-\u9fff]{{1,5}}?(?:自治县|新区|市|县|区|旗|镇|乡))?"
)
_FAMILIAR = re.compile(rf"(?:{_KNOWN})(?:{_LEVEL})?{_NAMED_AFTER}")
_LEADING = re.compile(
    r"(?:\s|\([一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、]|[【「“(—]|(?:19|20)\d\d(?:[-—~至]\d+)?学?年度?(?:[底末初]|上半年|下半年|以来)?|{date}|[,，]|截至|截止|到|近年来|关于|在|目前|今年(?:以来)?|去年|对|中共|印发|转发)*".replace(
        "{date}", r"\d{1,2}月(?:\d{1,2}日)?"
    )
)
_SCOPE = re.compile("(?:全|我)(?:省|市|州|盟|县|区|旗|镇|乡|港|澳|台|校|自治区|国)")
_BARE_LEVEL = re.compile("(?:^|[^\u4e00-\u9fff]|年)(?P<level>省|市|州|县|区|旗|镇|乡)(?:教育|政府|委|人民)")
_GENERIC = re.compile(
    r"(?:发放|实施|新建|改建|扩建|组织|完成|招聘|培训|投入|争取|安排|建立|健全|创建|开展|举办|评选|遴选|选派|推动|支持|涉及|惠及|带动|指导|督促|检查|通过|接受|迎接|配合|申报|获评|荣获|召开|印发|出台|制定|编制|下达|拨付|补助|消除|取消|撤并|改善|提升|选树|培育|补充|落实|全|我|本|各|每|该|两|几|某|所辖|部分|其他|其余|贫困|先进|受援|等|有|在|于|及|与|由|是|将|创建|建成|建设|打造|推进|覆盖|教育|义务|校舍|占|城镇|城乡|到"
    r"|一个|二个|三个|多个|个|名)"
    r"|(?:山|郊|老城|新城|新|老|功能|示范|先行|试验|实验|高新|主城|城|市辖|片|学|校|园|社|灾|库|林|牧|矿|景|辖|强|小|农村|中心|边远|偏远|民族)(?:地区|省|市|县|区|镇|乡)$"
)
# Words that no name of a place holds: 为实现省教育强镇 is none.
_NO_PLACE = re.compile(
    "[你请贵您]|建议|为|实现|推进|加快|加强|深入|按照|根据|围绕|是|的|了|把|被|将|对|提高|我|各|育|学|校|师(?!宗)|年|度|抓|办|贯彻|落实|坚持|以来|目前|现有|新增|第|级|属|直(?!辖)|优化|完善|统筹|促进|提升|深化|毕业|就业|学生|考生|创新|强化|农村|(?:中心|主|老|化|建|强)城区|位居|居全|城乡|城市|城镇|小区|学区|园区|片区|山区|郊区|县域|市场|市民|贫困|试点|示范|达标|建制|全[省市县区镇乡]"
)
_HERE = re.compile(
    r"(?:其中|分别|包括|[、,:;(])*(?P<place>[\u4e00-\u9fff]{1,7}?(?:自治[州县旗]|新区|省|市|州|盟|县|区|旗|镇|乡|街道))(?:[仍还现尚]?有|新[增建]|[建完]成|投入|为|达到?|约|共|计划|任务)*$"
)
_SCHOOL = re.compile(
    r"(?P<school>[\u4e00-\u9fff]{2,12}?(?:高级中学|实验小学|实验中学|实验学校|中心小学|中心校|中学|小学|学校|幼儿园|学院|大学|职专|职教中心|一中|二中|三中|四中))"
    r"(?=占地|总?投资|建筑面积|校园面积|新校区|扩建|改造工程|迁建|教学楼|综合楼|项目|[“「])"
)
# A school or another body whose profile, story or report a text is: its name ends the title or stands before 简介.
_BODY = re.compile(
    r"(?P<body>[\u4e00-\u9fff]{2,14}?(?:教育集团|职教集团|集团|基金会|高级中学|职业技术学院|学院|大学|实验学校|职业学校|中心小学|中心校|中学|小学|学校|幼儿园|教育园区))"
    r"(?=\s|$|[,，:—(“（]|简介|概况|情况|介绍|章程|(?:19|20)\d\d|第?[一二三四五六七八九十\d]+届|年度|成立|创[办建]|始建|位于|坐落|是|离|地处|现有|占地|校长|工作|学年|现)"
)
_NO_SCHOOL = re.compile(
    "农村|城区|普通|义务|民办|公办|普惠|各级|各类|全|新建|中小|示范|优质|薄弱|特殊|寄宿|乡镇|镇|等|所|名|个|高中学|职业学|高等|年|的|建|在|我"
)


def document_org(title: Span, text: str, bodies: list[Span]) -> Span | None:
    """Return the territory a document is about: of its title, of its first words, the one it names most, or 全市."""
    found = _in_title(text, *title)
    if found:
        return found
    for start, end in bodies[:4]:
        found = leading(text, start, min(end, start + 60))
        if found:
            return found
    body = _own_body(text, [title, *bodies[:2]])
    if body:
        return body
    for start, end in bodies[:2]:
        known = _FAMILIAR.search(text, start, min(end, start + 40))
        if known:
            return known.span()
    return _most_named(text, title, bodies) or _scope(text, bodies)


def _own_body(text: str, stretches: list[Span]) -> Span | None:
    """Return the school, college or group that a title or the first words name: 石坳小学离县城86公里."""
    for start, end in stretches:
        lead = _LEADING.match(text, start, end)
        named = _BODY.match(text, lead.end() if lead else start, end)
        if named and not _NO_SCHOOL.search(named["body"]):
            return named.span("body")
    return None


def leading(text: str, start: int, end: int) -> Span | None:
    """Return the territory that stands first in a stretch, after a date."""
    lead = _LEADING.match(text, start, end)
    at = lead.end() if lead else start
    chain = _CHAIN.match(text, at, end)
    if chain is None or (chain["named"] and _GENERIC.match(chain["named"])):
        return None
    if _NO_PLACE.search(text, chain.start(), chain.end()):
        return chain.span("known") if chain["known"] else None
    return chain.span()


def in_front(text: str, start: int, end: int) -> Span | None:
    """Return the place that is all there stands in front of a number: 海丰县(23035人)."""
    here = _HERE.match(text, start, end)
    if here is None:
        return None
    name = here["place"]
    return (
        None if (_GENERIC.match(name) or _NO_PLACE.search(name)) and name != "高新区" else here.span("place")
    )


def school(text: str, start: int, end: int) -> Span | None:
    """Return the school that opens a clause with its works: 春晖路小学(占地24亩)."""
    match = _SCHOOL.match(text, start, end)
    return None if match is None or _NO_SCHOOL.search(match["school"]) else match.span("school")


def _in_title(text: str, start: int, end: int) -> Span | None:
    found = leading(text, start, end)
    if found:
        return found
    known = _FAMILIAR.search(text, start, end)
    if known:
        return known.span()
    return None


def _most_named(text: str, title: Span, bodies: list[Span]) -> Span | None:
    """Return the city (or province) named most, where the title only says which level speaks: 市教育局."""
    level = _BARE_LEVEL.search(text, *title)
    if level is None or level["level"] not in "省市州":
        return None
    names = PROVINCES if level["level"] == "省" else CITIES
    counts: Counter[str] = Counter()
    first: dict[str, Span] = {}
    for start, end in bodies:
        for match in _MENTION.finditer(text, start, end):
            if match[0] in names:
                counts[match[0]] += 1
                first.setdefault(match[0], match.span())
    if not counts:
        return None
    name, times = counts.most_common(1)[0]
    return first[name] if times >= 2 else None


_MENTION = re.compile(_KNOWN)


def _scope(text: str, bodies: list[Span]) -> Span | None:
    """Return the first 全市, 全县 or the like, of the kind that occurs most."""
    counts: Counter[str] = Counter()
    first: dict[str, Span] = {}
    for start, end in bodies:
        for match in _SCOPE.finditer(text, start, end):
            if match[0] != "全国":
                counts[match[0]] += 1
                first.setdefault(match[0], match.span())
    return first[max(counts, key=lambda word: counts[word])] if counts else None
