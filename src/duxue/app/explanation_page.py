"""An explanation as a page of its own: both languages in one file, nothing asked of the network, no script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from types import MappingProxyType

from duxue.app.cells import Cell, RowUsed
from duxue.app.explaining import Explanation
from duxue.app.reporting import source_text, value_title
from duxue.app.verdicts import Seen, VerdictExplanation
from duxue.core.measure import after
from duxue.core.quantity import Number, round_half_up
from duxue.core.text import LANGS, Lang, Text
from duxue.packs.schema import Pack, Source, Standard
from duxue.results.compare import written

Applied = Mapping[
    tuple[tuple[str, str], ...], Sequence[Text]
]  # by breakdown, its dimensions in order of name
_HTML_LANG = {"zh": "zh-Hans", "en": "en"}
_MARKS = {"met": "✓", "not_met": "✗", "not_computable": "–", "": ""}
_EXTRA = """
main { max-width: 1100px; margin: auto; padding: 8px 24px 64px; display: block; }
main > section { border-top: 1px solid var(--line); padding-top: 8px; margin-top: 24px; }
.formula { font-family: var(--mono); background: var(--wash); padding: 8px 12px; border-radius: 4px; overflow-wrap: anywhere; }
.big { font-size: 32px; font-weight: 600; margin: 4px 0; }
.where { color: var(--soft); font-size: 13px; }
.out { color: var(--soft); }
table { border-collapse: collapse; font-size: 15px; } th, td { padding: 6px 12px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.n { text-align: right; } td.n { white-space: nowrap; } .over { overflow-x: auto; }
@media (max-width: 600px) { .sums td.n { white-space: normal; } }
"""
_HEADING = re.compile(r"<(/?)h([1-3])(?=>)")
SYNTHETIC = Text("合成数据，非官方结果", "Synthetic data, not official")
_T = {
    "title": Text("数据溯源", "Where a figure comes from"),
    "value": Text("数值", "Value"),
    "formula": Text("公式", "Formula"),
    "words": Text("公式的含义", "In words"),
    "numbers": Text("代入数值", "With the numbers put in"),
    "parts": Text("各项合计", "Its parts"),
    "left_out": Text("（{n}行因缺数据未计入）", " ({n} rows left out for missing data)"),
    "standard": Text("标准与出处", "Standard and its source"),
    "no_standard": Text("没有适用的标准。", "No standard holds for it."),
    "rows": Text("来源行：共{n}行，列出{m}行", "Source rows: {m} of {n} shown"),
    "unit": Text("单位", "Unit"),
    "used": Text("是否计入", "Counted"),
    "yes": Text("计入", "yes"),
    "no": Text("未计入：{why}", "no: {why}"),
    "cell": Text("第{row}行 {column}列", "row {row}, column {column}"),
    "no_column": Text("第{row}行，文件中没有这一列", "row {row}, the column is not in the file"),
    "merged": Text("由{n}行合并", "{n} rows merged"),
    "made": Text("由此算得", "Made of"),
    "met": Text("达标", "met"),
    "not_met": Text("未达标", "not met"),
    "not_computable": Text("无法计算", "not computable"),
    "margin": Text("与标准相差 {n}", "{n} from the standard"),
    "flags": Text("标记", "flags"),
    "rule": Text("规则", "Rule"),
    "note": Text("说明", "Note"),
    "clause": Text("出处", "Source"),
    "looked": Text("所依据的指标", "Indicators it looked at"),
    "below": Text("所依据的下级判定", "Verdicts below it"),
    "standard_of": Text("标准", "Standard"),
    "outcome": Text("结果", "Outcome"),
    "differs": Text("与标准相差", "From the standard"),
    "next": Text("继续追溯", "Follow it with"),
    "failing": Text("未达标或无法计算的{n}个，列出{m}个", "{n} not met or not computable, {m} shown"),
    "lowest": Text("最低达标程度 {n}", "lowest attainment {n}"),
    "converted": Text("表头“{header}”，已由{unit}换算", "header “{header}”, converted from {unit}"),
    "met_of": Text("{n}项中{m}项达标", "{m} of {n} met"),
}
_MADE = {
    "run": Text("本次运算", "Run"),
    "pack": Text("规则包", "Pack"),
    "pack_digest": Text("规则包摘要", "Digest of the pack"),
    "data": Text("数据摘要", "Digest of the data"),
    "engine": Text("计算引擎", "Engine"),
    "software": Text("软件", "Software"),
}
OUTCOMES = {
    "met": Text("达标", "met"),
    "not_met": Text("未达标", "not met"),
    "not_computable": Text("无法计算", "not computable"),
    "out_of_scope": Text("不在评估范围", "out of scope"),
    "no_standard": Text("没有适用的标准", "no standard holds"),
}
STATUS = {
    "confirmed": Text("见于公开来源", "read in a public source"),
    "practice": Text("通行做法", "practice of public systems"),
    "background": Text("尚待核对原文", "not yet checked against the text"),
    "proposal": Text("自拟", "our own proposal"),
}


def write_page(
    explanations: Sequence[Explanation | VerdictExplanation],
    pack: Pack,
    *,
    langs: Sequence[Lang] = LANGS,
    applied: Applied = MappingProxyType({}),
) -> str:
    """Return explanations of one indicator or verdict of one unit as HTML; `applied` as in `write_sections`."""
    css = files("duxue.reports").joinpath("themes/report.css").read_text(encoding="utf-8") + _EXTRA
    sha = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    first = explanations[0]
    name = f"{first.result.unit_name.say(langs[0])} · {first.title.say(langs[0])} · {first.result.year or ''}"
    label = pack.label.text if pack.label else SYNTHETIC if first.made_of["synthetic"] else None
    out = [
        f'<!doctype html>\n<html lang="{_HTML_LANG[langs[0]]}">\n<head>\n<meta charset="utf-8">\n',
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{sha}'; base-uri 'none'; form-action 'none'\">\n",
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n',
        f"<title>{escape(name)}</title>\n<style>{css}</style>\n</head>\n<body>\n",
    ]
    if label:
        text = " · ".join(dict.fromkeys(label.say(lang) for lang in langs))
        out.append(f'<div class="band" role="note">{escape(text)}</div>\n')
    out.append("<main>\n")
    if len(langs) > 1:
        names = {"zh": "中文", "en": "English"}
        links = "".join(f'<a href="#{x}" lang="{_HTML_LANG[x]}">{names[x]}</a>' for x in langs)
        out.append(f'<nav class="top">{links}</nav>\n')
    for lang in langs:
        out.append(f'<article id="{lang}" lang="{_HTML_LANG[lang]}">\n')
        out.extend(_section(e, pack, lang, applied) for e in explanations)
        out.append("</article>\n")
    return "".join([*out, "</main>\n</body>\n</html>\n"])


def write_sections(
    explanations: Sequence[Explanation | VerdictExplanation],
    pack: Pack,
    lang: Lang,
    applied: Applied = MappingProxyType({}),
) -> str:
    """Return the same explanations in one language as sections below a page's own heading: no style, no script.

    `applied`: what rules of items hold a figure to, by its breakdown; it is told as its standard.
    """
    written_ = "".join(_section(e, pack, lang, applied) for e in explanations)
    return _HEADING.sub(lambda match: f"<{match[1]}h{int(match[2]) + 1}", written_)


def _section(e: Explanation | VerdictExplanation, pack: Pack, lang: Lang, applied: Applied) -> str:
    if isinstance(e, Explanation):
        return _Page(e, pack, lang, applied.get(tuple(sorted(e.result.by)), ())).write()
    return _VerdictPage(e, pack, lang).write()


def count_line(counts: dict[str, int], lang: Lang) -> str:
    """Return how many are met, not met, not computable and out of scope."""
    if lang == "zh":
        return "，".join(f"{OUTCOMES[key].zh} {n}" for key, n in counts.items())
    return ", ".join(f"{n} {OUTCOMES[key].en}" for key, n in counts.items())


class _Words:
    def __init__(self, pack: Pack, lang: Lang) -> None:
        self.pack, self.lang = pack, lang

    def say(self, key: str, **values: object) -> str:
        return escape(_T[key].format(**values).say(self.lang))

    def of(self, text: Text) -> str:
        return escape(text.say(self.lang))

    def unit(self, seen: Seen | Explanation) -> str:
        """Return the unit of measure that follows a value; nothing follows a reason why there is none."""
        if seen.result.value is None:
            return ""
        return self.of(after(seen.shown.say(self.lang), seen.unit_of_measure))

    def made_of(self, made: dict[str, object]) -> str:
        digests = made.get("data_digests")
        items = {k: str(v) for k, v in made.items() if k not in ("data_digests", "synthetic") and v}
        if isinstance(digests, dict):
            items |= {f"data {form}": str(value) for form, value in digests.items()}
        rows = "".join(f"<dt>{self.part(k)}</dt><dd><code>{escape(v)}</code></dd>" for k, v in items.items())
        return f"<h2>{self.say('made')}</h2><dl>{rows}</dl>"

    def part(self, name: str) -> str:
        """Return what one line of `made_of` is in words; a form of the data keeps its name."""
        kind, _, form = name.partition(" ")
        text = escape(_MADE[kind].say(self.lang)) if kind in _MADE else escape(kind)
        return f"{text} <code>{escape(form)}</code>" if form else text


class _VerdictPage(_Words):
    def __init__(self, e: VerdictExplanation, pack: Pack, lang: Lang) -> None:
        super().__init__(pack, lang)
        self.e = e

    def write(self) -> str:
        e, r = self.e, self.e.result
        by = " · ".join(value_title(self.pack, d, v).say(self.lang) for d, v in r.by)
        head = " · ".join(x for x in (r.unit_name.say(self.lang), r.unit, str(r.year or ""), by) if x)
        reason = f"<p>{self.of(r.reason_text)}</p>" if r.reason_text else ""
        note = f"<h2>{self.say('note')}</h2><p>{self.of(e.note)}</p>" if e.note else ""
        source = (
            f"<h2>{self.say('clause')}</h2><p>{escape(source_line(e.source, self.lang))}</p>"
            if e.source
            else ""
        )
        seen = f"<h2>{self.say('looked')}</h2>{self.table(self.say('looked'), e.seen)}" if e.seen else ""
        below = "".join(
            f"<h3>{self.of(b.title)}</h3><p>{self.of(b.words)}</p>"
            f"<p>{escape(count_line(b.counts, self.lang))}</p>"
            + (
                f"<p>{self.say('failing', n=b.failing_total, m=len(b.failing))}</p>{self.table(self.of(b.title), b.failing, True)}"
                if b.failing
                else ""
            )
            for b in e.below
        )
        if below:
            below = f"<h2>{self.say('below')}</h2>{below}"
        return (
            f'<section><h1>{self.of(e.title)}</h1><p class="subject">{escape(head)}</p>'
            f'<p class="big {_tone(r.verdict)}">{_MARKS[r.verdict]} {self.say(r.verdict or "not_computable")}</p>{reason}'
            f'<h2>{self.say("rule")}</h2><p class="formula">{escape(e.rule)}</p><p>{self.of(e.words)}</p>'
            f"{note}{source}{seen}{below}"
            f"{self.made_of(e.made_of)}</section>\n"
        )

    def table(self, name: str, seen: Sequence[Seen], units: bool = False) -> str:
        names = ("unit" if units else "title_of", "value", "standard_of", "outcome", "differs", "next")
        heads = "".join(f'<th scope="col">{self.say(x) if x != "title_of" else ""}</th>' for x in names)
        return (
            f"{_over(name)}<table><thead><tr>{heads}</tr></thead>"
            f"<tbody>{''.join(self.line(s, units) for s in seen)}</tbody></table></div>"
        )

    def line(self, s: Seen, units: bool) -> str:
        r = s.result
        by = " · ".join(value_title(self.pack, d, v).say(self.lang) for d, v in r.by)
        first = r.unit_name if units else s.title
        under = " · ".join(x for x in (r.unit if units else r.indicator, by) if x)
        value = self.of(s.shown) + self.unit(s)
        if s.of:
            value = f"{self.say('met_of', n=s.of, m=s.met)} {value}"
        if s.lowest is not None:
            value += f"<br>{self.say('lowest', n=short(s.lowest))}"
        return (
            f'<tr><th scope="row">{self.of(first)}<br><span class="where">{escape(under)}</span></th>'
            f'<td class="n">{value}</td><td>{escape(r.standard)}</td>'
            f'<td class="{_tone(s.outcome)}">{escape(OUTCOMES[s.outcome].say(self.lang))}</td>'
            f'<td class="n">{short(r.margin) if r.margin is not None else ""}</td>'
            f"<td><code>{escape(s.follow)}</code></td></tr>"
        )


class _Page(_Words):
    def __init__(self, e: Explanation, pack: Pack, lang: Lang, applied: Sequence[Text]) -> None:
        super().__init__(pack, lang)
        self.e, self.applied = e, applied

    def write(self) -> str:
        e, r = self.e, self.e.result
        by = " · ".join(value_title(self.pack, d, v).say(self.lang) for d, v in r.by)
        head = " · ".join(x for x in (r.unit_name.say(self.lang), r.unit, str(r.year or ""), by) if x)
        verdict = (
            f'<p class="{_tone(r.verdict)}">{_MARKS[r.verdict]} {self.say(r.verdict)}</p>'
            if r.verdict
            else ""
        )
        flags = f"<p>{self.say('flags')}: {escape(' '.join(r.flags))}</p>" if r.flags else ""
        return (
            f'<section><h1>{self.of(e.title)}</h1><p class="subject">{escape(head)}</p>'
            f'<p class="big">{self.of(e.shown)}<small>{self.unit(e)}</small></p>{verdict}{flags}'
            f'<h2>{self.say("formula")}</h2><p class="formula">{escape(e.formula)}</p><p>{self.of(e.words)}</p>'
            f'<h2>{self.say("numbers")}</h2><p class="formula">{self.of(e.numbers)}</p>{self.parts()}'
            f"<h2>{self.say('standard')}</h2>{self.standard()}"
            f"{self.rows()}{self.made_of(e.made_of)}</section>\n"
        )

    def parts(self) -> str:
        rows = []
        for part in self.e.parts:
            note = self.say("left_out", n=part.left_out) if part.left_out else ""
            rows.append(
                f'<tr><td>{self.of(part.words)}{note}</td><td class="n">{self.of(part.value)}</td></tr>'
            )
        return (
            f'<h2>{self.say("parts")}</h2>{_over(self.say("parts"))}<table class="sums">{"".join(rows)}</table></div>'
            if rows
            else ""
        )

    def standard(self) -> str:
        e, r = self.e, self.e.result
        lines = []
        if r.standard:
            margin = self.say("margin", n=short(r.margin)) if r.margin is not None else ""
            lines.append(
                f"<p><strong>{escape(r.standard)}</strong>{self.of(after(r.standard, e.unit_of_measure))} {margin}</p>"
            )
        elif not self.applied:
            lines.append(f"<p>{escape(no_standard(e, self.lang))}</p>")
        lines += [f"<p>{self.of(text)}</p>" for text in self.applied]
        sources = [s for s in (e.standard_source, e.source) if s is not None]
        lines += [f"<p>{escape(source_line(s, self.lang))}</p>" for s in dict.fromkeys(sources)]
        if e.note:
            lines.append(f"<p>{self.of(e.note)}</p>")
        return "".join(lines)

    def rows(self) -> str:
        e = self.e
        if not e.rows:
            return ""
        body = "".join(self.row(row) for row in e.rows)
        fields = dict.fromkeys((c.field, c.title) for row in e.rows for c in row.cells)
        terms = dict.fromkeys(words for row in e.rows for words, _ in row.terms)
        heads = "".join(
            f'<th scope="col" class="n">{self.of(title)}</th>'
            for title in (*(t for _, t in fields), *terms, *self.made_fields().values())
        )
        title = self.say("rows", n=e.rows_total, m=len(e.rows))
        return (
            f'<h2>{title}</h2>{_over(title)}<table><thead><tr><th scope="col">{self.say("unit")}</th>'
            f'<th scope="col">{self.say("used")}</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
        )

    def made_fields(self) -> dict[str, Text]:
        return {m.field: m.title for row in self.e.rows for m in row.made}

    def made_here(self, row: RowUsed, field: str) -> str:
        return "".join(
            f'{escape(m.value)}<br><span class="where">{self.of(m.numbers)}<br>{self.of(m.words)}</span>'
            for m in row.made
            if m.field == field
        )

    def place(self, c: Cell) -> str:
        where = self.say("cell" if c.column else "no_column", row=c.line, column=c.column)
        return (
            f"{where}<br>{self.say('converted', header=c.header, unit=c.converted)}" if c.converted else where
        )

    def row(self, row: RowUsed) -> str:
        fields = dict.fromkeys(c.field for r in self.e.rows for c in r.cells)
        cells = []
        for field in fields:
            own = [c for c in row.cells if c.field == field]
            values = "<br>".join(
                f'{self.of(c.shown)}<br><span class="where">{escape(" ".join(x for x in (c.file, c.sheet) if x))} '
                f"{self.place(c)}</span>"
                for c in own
            )
            cells.append(f'<td class="n">{values}</td>')
        taken = dict(row.terms)
        words_of_all = dict.fromkeys(words for r in self.e.rows for words, _ in r.terms)
        cells += [f'<td class="n">{escape(taken.get(words, ""))}</td>' for words in words_of_all]
        cells += [f'<td class="n">{self.made_here(row, field)}</td>' for field in self.made_fields()]
        used = self.say("yes") if row.used else self.say("no", why=row.why_not or Text("", ""))
        if row.merged > 1:
            used += f"<br>{self.say('merged', n=row.merged)}"
        year = f" {row.year}" if row.year != self.e.result.year else ""
        kind = "" if row.used else ' class="out"'
        return f'<tr{kind}><th scope="row">{self.of(row.unit_name)}<br><span class="where">{escape(row.unit)}{year}</span></th><td>{used}</td>{"".join(cells)}</tr>'


def source_line(source: Source, lang: Lang) -> str:
    """Return a source with its status in words."""
    text = source_text(source).say(lang)
    status = STATUS[source.status].say(lang)
    note = f" {source.note.text.say(lang)}" if source.note else ""
    return (f"{text}（{status}）{note}" if lang == "zh" else f"{text} ({status}){note}").strip()


def no_standard(e: Explanation, lang: Lang) -> str:
    """Return that no standard holds, and which levels are judged by which."""
    if not e.other_standards:
        return _T["no_standard"].say(lang)

    def limit(standard: Standard) -> str:
        return written(standard) + after(written(standard), e.unit_of_measure).say(lang)

    if lang == "zh":
        held = "；".join(f"{level.zh}按 {limit(s)}判定" for level, s in e.other_standards)
        return f"此层级没有适用的标准；{held}。"
    held = "; ".join(f"{level.en.lower()}: judged by {limit(s)}" for level, s in e.other_standards)
    return f"No standard holds at this level; {held}."


def short(value: Number | None) -> str:
    """Return a number with at most six decimals."""
    if value is None:
        return "–"
    text = f"{round_half_up(value, 6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _tone(verdict: str) -> str:
    return {"met": "v", "not_met": "w"}.get(verdict, "u")


def _over(name: str) -> str:
    """Open a box whose table may be wider than the screen: keys reach it, so that it can be scrolled with them."""
    return f'<div class="over" role="region" tabindex="0" aria-label="{name}">'
