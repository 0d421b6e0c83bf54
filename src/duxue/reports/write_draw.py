"""The certificate of a draw on paper: bilingual tagged PDF with a QR code that ties the sheet to its file.

The sheet is for people; the JSON file beside it is what is checked. Up to `ROWS` drawn ids are printed, the file has all.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

import segno
import typst

from duxue.core.text import Text
from duxue.reports.write_pdf import fonts, quote

ROWS = 2000
_HEAD = """
#let ink = rgb("#1b1f24")
#let soft = rgb("#525b66")
#let hair = rgb("#c9ced6")
#let action = rgb("#1d4f91")
#let sans = ("Noto Sans SC", "DejaVu Sans Mono")
#let mono = ("DejaVu Sans Mono", "Noto Sans SC")
#let facts(..rows) = grid(columns: (44mm, 1fr), row-gutter: 6pt, column-gutter: 6pt, ..rows.pos())
#let name(zh, en) = text(fill: soft)[#zh #text(lang: "en", en)]
#let code(value) = text(font: mono, size: 7.5pt, value)
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is said on the sheet in words, where the certificate holds data."""

    method: Text
    committed: Text
    drawn: Text
    params: Sequence[tuple[Text, Text]]  # title, value
    parts: Sequence[tuple[Text, Text]]
    earlier: Text  # the runs before, when there were any
    names: Mapping[str, str] = field(default_factory=dict)  # id -> name
    groups: Sequence[str] = ()  # of each ticket drawn, where the method draws by groups
    constraints: Sequence[Text] = ()  # of a double-random plan


def qr_text(certificate: Mapping[str, Any]) -> str:
    """Return what the QR code says: the digests of commitment and certificate."""
    return (
        f"DUXUE-DRAW/1 COMMITMENT {certificate['commitment']['digest']} CERTIFICATE {certificate['digest']}"
    )


def render_certificate(certificate: Mapping[str, Any], sheet: Sheet) -> bytes:
    """Return the PDF of a certificate; equal input gives equal bytes."""
    return _compile(certificate, _write(certificate, sheet))


def render_inspection(
    certificate: Mapping[str, Any], sheet: Sheet, places: Sequence[tuple[str, ...]]
) -> bytes:
    """Return the PDF of a double-random plan, `places` as its table has them; the same plan gives the same bytes."""
    return _compile(certificate, _write_inspection(certificate, sheet, places))


def _compile(certificate: Mapping[str, Any], lines: Iterable[str]) -> bytes:
    moment = datetime.fromisoformat(certificate["time"])
    made = typst.compile(
        "".join(lines).encode("utf-8", "replace"),
        format="pdf",
        font_paths=fonts(),
        pdf_standards=["ua-1"],
        timestamp=moment,
    )
    assert isinstance(made, bytes)  # one document in, one file out
    return made


def _write(certificate: Mapping[str, Any], sheet: Sheet) -> Iterable[str]:
    commitment, result = certificate["commitment"], certificate["result"]
    yield from _open(certificate, sheet)
    yield _section("承诺", "Commitment")
    taking = commitment["list"]["tickets"] - len(commitment["exclusions"])
    yield _facts(
        [
            ("承诺时间", "committed", _join(sheet.committed)),
            ("名单", "list", f"{commitment['list']['tickets']} 签 tickets; {taking} 参加 take part"),
            ("名单摘要", "digest of the list", commitment["list"]["digest"]),
            ("方法", "method", f"{sheet.method.zh} {sheet.method.en} ({commitment['method']})"),
            *((title.zh, title.en, _join(value)) for title, value in sheet.params),
            ("承诺书摘要", "its digest", commitment["digest"]),
            *(
                ("剔除", "excluded", f"{e['id']}: {_both(e['reason'])}")
                for e in commitment["exclusions"][:200]
            ),
        ]
    )
    yield from _write_randomness(certificate, sheet)
    yield _section("结果", "Result")
    counts = f"抽中 drawn {len(result['selected'])}; 候补 waiting {len(result['waiting'])}"
    yield _facts(
        [
            ("抽签时间", "drawn", _join(sheet.drawn)),
            ("数量", "number", counts),
            ("证书摘要", "digest", certificate["digest"]),
        ]
    )
    if result["groups"]:
        yield _table(
            ("组 group", "签数 tickets", "抽取 taken"),
            "(1fr, 30mm, 30mm)",
            [(_say_path(g["path"]), str(g["size"]), str(g["taken"])) for g in result["groups"][:ROWS]],
        )
    rows: list[tuple[str, ...]] = [(str(i), id, "抽中 drawn") for i, id in enumerate(result["selected"], 1)]
    rows += [(str(i), id, f"候补 waiting {i}") for i, id in enumerate(result["waiting"], 1)]
    columns = [("次序 place", "20mm"), ("编号 id", "1fr"), ("结果 outcome", "36mm")]
    if sheet.groups:
        rows = [(*row[:-1], group, row[-1]) for row, group in zip_longest(rows, sheet.groups, fillvalue="")]
        columns.insert(2, ("组 group", "1fr"))
    if sheet.names:
        rows = [(*row[:2], sheet.names.get(row[1], ""), *row[2:]) for row in rows]
        columns.insert(2, ("名称 name", "1.4fr"))
    heads, widths = zip(*columns, strict=True)
    yield _table(heads, f"({', '.join(widths)})", rows[:ROWS])
    yield from _tell_rest(len(rows))
    how = (
        "在任何电脑上打开 verify.html（无需联网），选择证书文件和名单；或运行 duxue draw verify certificate.json list.tsv。"
        "请核对所显示的证书摘要与本页一致。\n"
        "Open verify.html on any computer, with the network off, and choose the certificate file and the list; or run "
        "duxue draw verify certificate.json list.tsv. Compare the digest shown with the one on this sheet."
    )
    yield from _close(how)


def _write_inspection(
    certificate: Mapping[str, Any], sheet: Sheet, places: Sequence[tuple[str, ...]]
) -> Iterable[str]:
    commitment, plan = certificate["commitment"], certificate["result"]["plan"]
    case = commitment["case"]
    yield from _open(certificate, sheet)
    yield _section("承诺", "Commitment")
    yield _facts(
        [
            ("承诺时间", "committed", _join(sheet.committed)),
            ("名单", "lists", f"{case['schools']} 所学校 schools; {case['inspectors']} 名督学 inspectors"),
            ("名单摘要", "digest of the lists", case["digest"]),
            ("方法", "method", f"双随机 double random ({commitment['method']})"),
            ("检查日", "day", commitment["rules"]["on"]),
            *(("规定", "constraint", f"{c.zh} {c.en}") for c in sheet.constraints),
            ("承诺书摘要", "its digest", commitment["digest"]),
        ]
    )
    yield from _write_randomness(certificate, sheet)
    yield _section("结果", "Result")
    members = {who for team in plan["teams"] for who, _ in team["members"]}
    counts = (
        f"{len(plan['teams'])} 所学校 schools; {len(members)} 名督学 inspectors; {len(places)} 个名额 places"
    )
    yield _facts(
        [
            ("抽签时间", "drawn", _join(sheet.drawn)),
            ("数量", "number", counts),
            ("轮换未参加", "kept out by rotation", f"{len(plan['excluded'])} 所学校 schools"),
            ("证书摘要", "digest", certificate["digest"]),
        ]
    )
    rows = [
        (school, school_name, inspector, inspector_name, skill)
        for school, school_name, _, inspector, inspector_name, skill in places
    ]
    heads = ("学校 school", "名称 name", "督学 inspector", "姓名 name", "专长 skill")
    yield _table(heads, "(30mm, 1fr, 30mm, 1fr, 26mm)", rows[:ROWS])
    yield from _tell_rest(len(rows))
    how = (
        "在任何电脑上打开 verify.html（无需联网），选择证书文件和 case.json，即重新抽取；或运行 duxue draw verify certificate.json "
        "case.json，另逐条核对各项规定。请核对证书摘要与本页一致。\n"
        "Open verify.html on any computer, with the network off, and choose the certificate file and case.json: it draws "
        "again; or run duxue draw verify certificate.json case.json, which also looks at every constraint by itself. "
        "Compare the digest shown with the one on this sheet."
    )
    yield from _close(how)


def _open(certificate: Mapping[str, Any], sheet: Sheet) -> Iterable[str]:
    title = certificate["commitment"]["title"]
    short = certificate["digest"][:16]
    yield _HEAD
    yield f"""#set document(title: {quote(f"抽签证书 Certificate of a draw: {title['zh']}")}, author: ())
#set page(paper: "a4", margin: (top: 20mm, bottom: 18mm, x: 20mm), footer: context {{
  set text(font: sans, size: 8pt, fill: soft)
  grid(columns: (1fr, auto), {quote(f"证书 certificate {short}…")}, counter(page).display("1 / 1", both: true))
}})
#set text(font: sans, size: 9.5pt, fill: ink, lang: "zh", region: "cn", number-width: "tabular")
#set par(leading: 0.6em)
#show heading: set text(weight: "regular", fill: action)
#show heading.where(level: 1): set text(size: 18pt)
#show heading.where(level: 2): it => block(above: 14pt, below: 7pt, stroke: (bottom: 0.8pt + action), width: 100%, inset: (bottom: 3pt), text(size: 11.5pt, it.body))
"""
    code = io.BytesIO()
    segno.make(qr_text(certificate), error="m").save(code, kind="svg", border=2, scale=4)
    names = (
        quote(title["zh"])
        if title["zh"] == title["en"]
        else f"{quote(title['zh'])}; linebreak(); {quote(title['en'])}"
    )
    yield f"""#grid(columns: (1fr, 34mm), column-gutter: 6mm, [
#heading(level: 1, {quote("抽签证书 Certificate of a draw")})
#text(size: 13pt, {{{names}}})
], image(bytes({quote(code.getvalue().decode())}), format: "svg", width: 34mm, alt: {quote("二维码 QR code: " + qr_text(certificate))}))
"""
    if certificate["run"] > 1:
        warning = (
            f"注意：这是同一抽签的第{certificate['run']}次，此前：{sheet.earlier.zh}。\n"
            f"This is run {certificate['run']} of the same draw; before: {sheet.earlier.en}."
        )
        yield f'#block(width: 100%, inset: 8pt, stroke: 1.2pt + rgb("#a82f16"), {quote(warning)})\n'


def _write_randomness(certificate: Mapping[str, Any], sheet: Sheet) -> Iterable[str]:
    yield _section("随机数", "Randomness")
    yield _facts(
        [(title.zh, title.en, _join(value)) for title, value in sheet.parts]
        + [("种子", "seed", certificate["seed"])]
    )


def _tell_rest(count: int) -> Iterable[str]:
    if count > ROWS:
        rest = f"此处列出前 {ROWS} 行，共 {count} 行，其余见证书文件。 The first {ROWS} of {count} rows; the file has all."
        yield f"#text(size: 8pt, fill: soft, {quote(rest)})\n"


def _close(how: str) -> Iterable[str]:
    yield _section("如何核验", "How to check")
    yield f"#block({quote(how)})\n"
    lines = ", ".join(
        f"[#v(16mm)#line(length: 100%, stroke: 0.5pt + soft)#text(size: 8pt, fill: soft, {quote(w)})]"
        for w in ("主持人 chair", "公证员 notary", "监督员 witness")
    )
    yield f"#block(breakable: false, grid(columns: (1fr, 1fr, 1fr), column-gutter: 8mm, {lines}))\n"


def _section(zh: str, en: str) -> str:
    return f"#heading(level: 2, {quote(f'{zh} {en}')})\n"


def _facts(rows: Sequence[tuple[str, str, str]]) -> str:
    cells = ", ".join(f"name({quote(zh)}, {quote(en)}), code({quote(value)})" for zh, en, value in rows)
    return f"#facts({cells})\n"


def _table(heads: Sequence[str], columns: str, rows: Sequence[Sequence[str]]) -> str:
    head = ", ".join(quote(h) for h in heads)
    cells = ",\n".join(", ".join(f"code({quote(c)})" for c in row) for row in rows)
    return (
        f"#block(above: 8pt, table(columns: {columns}, stroke: (x, y) => (bottom: 0.4pt + hair), inset: (x: 4pt, y: 3pt), "
        f"table.header({head}),\n{cells}))\n"
    )


def _both(text: Mapping[str, str]) -> str:
    return text["zh"] if text["zh"] == text["en"] else f"{text['zh']} {text['en']}"


def _join(text: Text) -> str:
    if text.zh != text.en:
        return f"{text.zh}\n{text.en}"
    whole = text.zh  # a signature has no place to break
    return whole if " " in whole else "\n".join(whole[i : i + 72] for i in range(0, len(whole), 72))


def _say_path(path: Sequence[str]) -> str:
    *above, last = path
    words = {"+": "补足 filled up", "certain": "必中 certain", "by size": "按规模 by size"}
    return " / ".join([*above, words.get(last, last)])
