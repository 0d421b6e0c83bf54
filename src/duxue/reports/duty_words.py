"""The sentences of the evaluation report, each with the places that the data fill; an office may reword every one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from string import Formatter

from duxue.core.text import Text, same
from duxue.reports.document import Sentence
from duxue.reports.numbers import Offered, mark_both

SENTENCES: Mapping[str, Text] = {
    "part_practices": Text("主要做法和成效", "Practices and results"),
    "part_problems": Text("存在的主要问题", "Main problems"),
    "part_opinions": Text("整改意见", "Rectification opinions"),
    "part_requirements": Text("有关要求", "Requirements"),
    "basis": Text(
        "根据《{scheme}》，{whole}组织开展了{year}年度评价。经市县自评、网上评审和实地核查，形成评价报告如下。",
        "Under \"{scheme}\", {whole} was evaluated for {year}. After self-evaluation, online review and field verification the "
        "report is as follows.",
    ),
    "scope": Text(
        "评价对象为{units}个{level}，评分项{items}项，满分{full}分；经网上评审或实地核查的得分{verified}个，其中实地核查{field}个。",
        "{units} {level} were evaluated on {items} items worth {full} points; {verified} scores were verified online or in the "
        "field, {field} of them in the field.",
    ),
    "block_result": Text(
        "“{block}”平均得分率{share}%，得分率较高的是{best}。",
        "On \"{block}\" the mean was {share}% of full points; highest were {best}.",
    ),
    "commended": Text("在“{title}”方面予以表扬：{units}。", 'Commended for "{title}": {units}.'),
    "practices_pointer": Text(
        "各地在履行教育职责过程中探索形成的典型做法见附件一。",
        "Typical practices that the places have developed are in annex 1.",
    ),
    "result_title": Text("评价结果", "Results"),
    "result_scores": Text(
        "各地最终得分在{low}分至{high}分之间，平均{mean}分。",
        "Final scores lie between {low} and {high}, with a mean of {mean}.",
    ),
    "result_intervals": Text(
        "名次区间由{draws}次模拟得出，反映评审分歧和权重变动的影响；区间重叠的，名次不宜细分高下。",
        "Rank intervals come from {draws} simulations of reviewers' disagreement and changed weights; where intervals overlap, "
        "ranks should not be told apart.",
    ),
    "result_grade": Text("等次为“{grade}”的{n}个：{units}。", "Graded {grade} ({n}): {units}."),
    "result_changed": Text(
        "{unit}因“{veto}”，等次由“{before}”调整为“{after}”。",
        "For \"{veto}\" the grade of {unit} was changed from {before} to {after}.",
    ),
    "result_no_grades": Text("本轮不公布等次。", "No grades are published for this round."),
    "problems_lead": Text(
        "从评价情况看，仍存在以下问题。", "The evaluation shows the following problems."
    ),
    "problem_count": Text("（{hit}/{of}，失分较多的：{units}）", " ({hit} of {of}; most points lost in {units})"),
    "problems_none": Text("“{block}”未发现失分问题。", "No points were lost on “{block}”."),
    "opinions_lead": Text(
        "针对上述问题，提出以下整改意见。", "For these problems the following is to be done."
    ),
    "requirements_rectify": Text(
        "各地要对照本报告逐项排查，制定整改方案，明确措施、责任单位、责任人和时限，切实整改。",
        "Every place goes through this report item by item and sets measures, responsible bodies, officials and dates.",
    ),
    "requirements_report": Text(
        "整改方案自报告印发之日起{plan_days}日内报送；立行立改的问题{at_once_days}日内、限期整改的问题{by_date_days}日内完成，长期坚持的问题"
        "{long_term_days}日后复查。",
        "The plan is reported within {plan_days} days of this report; problems mended at once are closed within {at_once_days} "
        "days, those with a time limit within {by_date_days}, long-term ones are looked at again after {long_term_days}.",
    ),
    "requirements_next": Text(
        "整改落实情况列入下一轮评价的“{window}”，未按期销号的问题按规则扣分。",
        "Rectification counts in the next round under \"{window}\": problems not closed in time cost points by rule.",
    ),
    "requirements_true": Text(
        "自评要实事求是。自评高出核定得分较多的，要查明原因并更正。",
        "Self-evaluations must be true. Where claims lie far above what was verified, the reason is to be found and put right.",
    ),
    "credibility_lead": Text(
        "自评可信度由核定得分与自评得分比较得出，采用方法{method}。{label}。",
        "Credibility compares verified with self scores by method {method}. {label}.",
    ),
    "credibility_gaps": Text(
        "自评高出核定得分最多的是：{units}。", "Claims lie furthest above verified scores in {units}."
    ),
    "credibility_gap": Text("{unit}（高{gap}分）", "{unit} (by {gap})"),
}  # fmt: skip


class Words:
    """The sentences of one report: the standard ones, or the office's own with unsupported numbers marked."""

    def __init__(self, edited: Mapping[str, Text], always: Sequence[Offered]) -> None:
        """Take the reworded sentences and the figures that every sentence may state, such as the year."""
        self._edited, self._always = edited, list(always)

    def text(self, name: str, **values: Text | str | int | Fraction) -> Text:
        """Return a sentence with its places filled; a number is held against what the same sentence offers."""
        shown = {k: v if isinstance(v, Text) else same(str(v)) for k, v in values.items()}
        edited = self._edited.get(name)
        if edited is None:
            return SENTENCES[name].format(**shown)
        offered = [*self._always, *(o for v in values.values() for o in _offers(v))]
        # Only what the office wrote is looked at: places are filled by us afterwards.
        return Text(*(_filled(edited.say(lang), offered, lang, shown) for lang in ("zh", "en")))

    def say(self, name: str, **values: Text | str | int | Fraction) -> Sentence:
        """Return a sentence for the document."""
        return plain(self.text(name, **values))


def plain(text: Text) -> Sentence:
    """Return a finished text as a sentence; braces in it are no places."""
    return Sentence(Text("{x}", "{x}"), {"x": text})


def places(name: str) -> tuple[str, ...]:
    """Return the names of the places of a sentence, in order."""
    return tuple(dict.fromkeys(p for _, p, _, _ in Formatter().parse(SENTENCES[name].zh) if p))


def _offers(value: Text | str | int | Fraction) -> list[Offered]:
    if isinstance(value, int | Fraction):
        return [Offered(Fraction(value))]
    try:
        return [Offered(Fraction(value)), Offered(Fraction(value), True)] if isinstance(value, str) else []
    except ValueError:
        return []


def _filled(template: str, offered: Sequence[Offered], lang: str, shown: Mapping[str, Text]) -> str:
    out = []
    for literal, name, _, _ in Formatter().parse(template):
        marked = mark_both(Text(literal, literal), offered)
        out.append(marked.zh if lang == "zh" else marked.en)
        if name is not None:
            out.append(shown[name].say("zh" if lang == "zh" else "en"))
    return "".join(out)
