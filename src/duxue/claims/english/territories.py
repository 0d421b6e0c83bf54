"""Territories and bodies in English text: a name with its kind ("Jinxiang County"), or a name from the list."""

from __future__ import annotations

import re

from duxue.claims.model import Span

_KINDS = (
    "City|County|District|Province|Prefecture|Municipality|Township|Town|Village|State|Region|Banner|Borough|Autonomous Region"
    "|New Area|New District|Zone|Parish|Island"
)
# Countries, provinces and cities that reports name without a kind.
KNOWN = """England|Scotland|Wales|Northern Ireland|United Kingdom|Great Britain|Ireland|United States|Kenya|Uganda|Tanzania
|Rwanda|Ethiopia|Ghana|Nigeria|South Africa|Zambia|Malawi|Zimbabwe|Botswana|Namibia|Mozambique|Sierra Leone|Liberia|Gambia
|Senegal|Egypt|Morocco|India|Pakistan|Bangladesh|Nepal|Sri Lanka|Bhutan|Maldives|Afghanistan|China|Hong Kong|Macao|Macau
|Taiwan|Japan|South Korea|Mongolia|Vietnam|Viet Nam|Cambodia|Laos|Lao PDR|Myanmar|Thailand|Malaysia|Singapore|Indonesia
|Philippines|Timor-Leste|Papua New Guinea|Fiji|Samoa|Tonga|Vanuatu|Australia|New Zealand|Canada|Mexico|Brazil|Argentina|Chile|Peru
|Colombia|Ecuador|Bolivia|Jamaica|Barbados|Guyana|Trinidad and Tobago|Finland|Sweden|Norway|Denmark|Estonia|Latvia
|Lithuania|Poland|Germany|France|Spain|Portugal|Italy|Greece|Turkey|Türkiye|Ukraine|Georgia|Armenia|Kazakhstan|Uzbekistan|Kyrgyzstan
|Tajikistan|Jordan|Lebanon|Iraq|Qatar|Bahrain|Kuwait|Oman|Saudi Arabia|United Arab Emirates|Israel|Iran|Netherlands|Belgium
|Switzerland|Austria|Hungary|Romania|Bulgaria|Serbia|Croatia|Moldova
|Anhui|Fujian|Gansu|Guangdong|Guangxi|Guizhou|Hainan|Hebei|Heilongjiang|Henan|Hubei|Hunan|Inner Mongolia|Jiangsu
|Jiangxi|Jilin|Liaoning|Ningxia|Qinghai|Shaanxi|Shandong|Shanxi|Sichuan|Tibet|Xinjiang|Yunnan|Zhejiang|Beijing|Chongqing
|Shanghai|Tianjin|Guilin|Nanning|Liuzhou|Guangzhou|Shenzhen|Hangzhou|Nanjing|Wuhan|Chengdu|Xi'an|Xi’an|Jinan|Qingdao|Zibo
|Zaozhuang|Dongying|Yantai|Weifang|Jining|Tai'an|Tai’an|Weihai|Rizhao|Linyi|Dezhou|Liaocheng|Binzhou|Heze|Suzhou|Wuxi|Ningbo
|Xiamen|Fuzhou|Changsha|Zhengzhou|Kunming|Guiyang|Nanchang|Hefei|Harbin|Changchun|Shenyang|Dalian|Shijiazhuang|Taiyuan|Lanzhou
|Xining|Yinchuan|Urumqi|Lhasa|Haikou|Sanya|Hohhot|Foshan|Dongguan|Zhuhai|Wenzhou|Luoyang|Taipei|Kaohsiung|Taichung|Tainan
|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas
|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire
|New Jersey|New Mexico|New York City|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island
|South Carolina|South Dakota|Tennessee|Texas|Washington State|Utah|Vermont|Virginia|West Virginia|Wisconsin|Wyoming|Chicago
|Los Angeles|Houston|Philadelphia|Boston|Denver|Seattle|Dallas|Atlanta|London|Birmingham|Manchester|Leeds|Liverpool
|Bristol|Sheffield|Glasgow|Edinburgh|Cardiff|Belfast|Nairobi|Mombasa|Kampala|Lagos|Accra|Delhi|Mumbai|Kerala|Bihar|Punjab
|Uttar Pradesh|Madhya Pradesh|Andhra Pradesh|Himachal Pradesh|Arunachal Pradesh|Telangana|Karnataka|Tamil Nadu|Maharashtra|Gujarat|Rajasthan|Odisha|Assam|Jharkhand
|Chhattisgarh|Haryana|Uttarakhand|Goa|Manipur|Meghalaya|Mizoram|Nagaland|Sikkim|Tripura|West Bengal|Jammu and Kashmir|Sindh|Balochistan|Khyber Pakhtunkhwa
|Ontario|Quebec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New South Wales|Victoria|Queensland|Western Australia
|South Australia|Tasmania|Gauteng|Western Cape|Eastern Cape|KwaZulu-Natal|Limpopo|Mpumalanga|Free State|North West""".replace(
    "\n", ""
)

_NAME = r"(?:(?!The |In |At |Of |And |For |Since |Our |All |This |Each |Every )[A-Z][\w’'-]+\s){1,3}?"
_TERRITORY = re.compile(
    rf"(?P<kinded>{_NAME}(?:{_KINDS})\b(?!\s(?:Education|Government|People|Committee|Council|Party|Bureau|No\b)))"
    rf"|(?P<bodied>[A-Z][\w’'-]+)(?=\s(?:Municipal|Provincial|City|County|District|Prefectural)\s)"
    rf"|\b(?P<known>{KNOWN}|{KNOWN.upper()})\b(?!\s(?:University|College|Normal|Road|Street|Middle|School(?!\s[A-Z])|Vocational|Daily|Medical|Polytechnic|Institute))"
)
_GENERIC = {"Education", "The", "People", "Communist", "National", "Provincial", "Municipal", "County", "District", "City", "Local", "State", "Central", "Public", "Basic",
            "Chinese", "Educational", "Strong", "Famous", "Urban", "Rural", "School", "Deputy", "Demonstration", "High", "Inner", "New", "Tech"}  # fmt: skip
_BODY = re.compile(
    r"\b(?:(?:[A-Z][\w’'-]+\s){0,3}?(?:Education|Sports)\s(?:and\s(?:Sports|Training|Skills)\s)?(?:Bureau|Department|Commission|Committee|Office|Authority|Board)(?:\sof\sthe\s(?:city|county|district))?"
    r"|(?:Ministry|Department|Bureau|Board|Office)\s(?:of|for)\s(?:Basic\s)?Education|[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){0,3}\s(?:School\sDistrict|Public\sSchools|University|College|Academy|Trust))\b"
)
_NATIONAL = re.compile(r"\b(?:Ministry|Department|Commission|Board|Council|Authority|Bureau of|Service)\b")
_COUNTRY = re.compile(
    rf"\b(?:{KNOWN})\b(?!\s(?:University|College|Normal|Road|Street|Middle|School(?!\s[A-Z])|Vocational|Daily|Medical|Polytechnic|Institute))"
)
_SCHOOL = re.compile(
    r"\b[A-Z][\w.’'-]+(?:\s[A-Z][\w.’'-]+){0,4}?\s(?:(?:Primary|Secondary|High|Middle|Elementary|Nursery|Infant|Junior|Senior|Grammar|Comprehensive|Community|Special|Girls’?|Boys’?|Technical|Vocational|Boarding|National|Preparatory|Experimental)\s){0,3}School\b(?!\s[A-Z])"
)
_PLACED = re.compile(rf"\s*(?:In|Across|Within|For)\s(?:the\s)?{_TERRITORY.pattern}(?=,)")
_QUOTES = {"“", "‘", '"'}
_LISTED = re.compile(
    r"(?:,\sand\s|\sand\s)(?!The|In|On|At|By)[A-Z]|,\s(?!The|In|On|At|By)[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){0,2}(?:,|\sand\s)"
)  # one of a list: "Li District, Wu District and ..."
_SUBJECT = re.compile(
    r"\s*(?:(?:In|By|Since|As of|During|At)\s[^,]{3,30},\s)?(?:Of\s|In\s|At\s|Across\s|Among\s|the\s|The\s|Currently,\s)*"
)


def first(text: str, start: int, end: int) -> Span | None:
    """Return the span of the first territory named in the text."""
    for match in _TERRITORY.finditer(text, start, end):
        group = match.lastgroup or "known"
        if (
            match[group].split()[0] in _GENERIC
            or text[match.start(group) - 1 : match.start(group)] in _QUOTES
        ):
            continue
        return match.span(group)
    return None


def body(text: str, start: int, end: int) -> Span | None:
    """Return the span of the first education office, school district or institution named in the text."""
    match = _BODY.search(text, start, end)
    return match.span() if match else None


def school(text: str, start: int, end: int) -> Span | None:
    """Return the span of the first school that a text names."""
    for match in _SCHOOL.finditer(text, start, end):
        if match[0].split()[0] not in _GENERIC:
            return match.span()
    return None


def country(text: str, start: int, end: int) -> Span | None:
    """Return the span of the country or territory, named from the list, that a text speaks of first."""
    match = _COUNTRY.search(text, start, end)
    return match.span() if match else None


def is_national(text: str, span: Span) -> bool:
    """Tell whether a body is a ministry, a department or a commission, which speaks for a country."""
    return _NATIONAL.search(text, *span) is not None


def subject(text: str, start: int, end: int) -> Span | None:
    """Return the span of the territory that a sentence begins with, after a leading time, None where none does."""
    while start < end and text[start].isspace():
        start += 1
    match = _SUBJECT.match(text, start, end)
    at = match.end() if match else start
    capital = text[at : at + 1].isupper()
    found = _TERRITORY.match(text, at, end) if capital else None
    if found is None and text.startswith(("In ", "Across ", "Within ", "For "), start):
        found = _PLACED.match(text, start, end)
    if found is None:
        named = _BODY.match(text, at, end) if capital else None
        return named.span() if named and named.end() - at < 60 else None
    group = found.lastgroup or "known"
    listed = _LISTED.match(text, found.end(group), end)
    return None if listed or found[group].split()[0] in _GENERIC else found.span(group)
