"""All words that the report adds to those of the pack, in both languages, by key."""

from __future__ import annotations

from duxue.core.text import Text, same

TEXTS: dict[str, Text] = {
    # judgements
    "met": Text("达标", "met"),
    "not_met": Text("未达标", "not met"),
    "not_computable": Text("不可计算", "not computable"),
    "none": Text("无标准", "no standard"),
    # frame
    "toc": Text("目录", "Contents"),
    "skip": Text("跳到正文", "Skip to content"),
    "other_language": Text("English", "中文"),
    "back": Text("返回总报告", "Back to the main report"),
    "filter": Text("按名称或代码筛选", "Filter by name or code"),
    "filter_none": Text("没有符合的条目。", "Nothing matches."),
    "close": Text("关闭", "Close"),
    "copy": Text("复制命令", "Copy command"),
    "copied": Text("已复制", "Copied"),
    "rest": Text("另有 {n} 行，见网页版。", "More rows in the web version: {n}."),
    "table_twin": Text("查看数据表", "Show the table"),
    "page": Text("第 {n} 页，共 {m} 页", "Page {n} of {m}"),
    "subtitle": Text("{unit} · {year}年度", "{unit} · {year}"),
    "data_date": Text("数据时点", "Data as of"),
    "date": Text("{y}年{m}月{d}日", "{d} {month} {y}"),
    "pack": Text("规则包", "Rule pack"),
    "run": Text("运行编号", "Run"),
    "basis": Text("依据", "Basis"),
    "marks": Text(
        "✓ 达标　✗ 未达标　– 不可计算　⚑ 数据质量标记",
        "✓ met   ✗ not met   – not computable   ⚑ data quality flag",
    ),
    "clauses": Text("依据条款：", "Clauses: "),
    "figure_note": Text(
        "每个数字都可点开：编号 N 对应文末数字登记表。",
        "Every figure is a door: its number N leads to the number register at the end.",
    ),
    # sections
    "summary": Text("摘要", "Summary"),
    "findings": Text("主要发现", "Main findings"),
    "verdicts": Text("结论汇总", "Verdicts"),
    "matches": Text("已公布数字的复算", "Published figures reproduced"),
    "whole": Text("{unit}总体情况", "{unit} as a whole"),
    "directory": Text("各{level}一览", "All units: {level}"),
    "spread": Text("{level}之间的差异", "Spread between units: {level}"),
    "failing": Text("未达标{level}：按差距排序", "Units that fall short, by how far: {level}"),
    "gaps": Text("不可计算的数字及原因", "Figures that could not be computed, and why"),
    "flags": Text("数据质量标记", "Data quality flags"),
    "methods": Text("方法与依据", "Methods and sources"),
    "register": Text("数字登记表", "Number register"),
    "places": Text("分地区报告", "Reports by area"),
    "others": Text("其他指标", "Other indicators"),
    # column heads
    "unit": Text("单位", "Unit"),
    "code": Text("代码", "Code"),
    "indicator": Text("指标", "Indicator"),
    "value": Text("数值", "Value"),
    "standard": Text("标准", "Standard"),
    "margin": Text("差值", "Margin"),
    "verdict": Text("结论", "Verdict"),
    "previous": Text("上年", "Previous year"),
    "trend": Text("历年", "Trend"),
    "cv": Text("差异系数", "CV"),
    "limit": Text("上限", "Limit"),
    "cv_verdict": Text("均衡", "Balance"),
    "breakdown": Text("分组", "Breakdown"),
    "units_met": Text("达标{level}", "Units met: {level}"),
    "verdict_met": Text("达标个数：{title}", "Units met: {title}"),
    "count_met": Text("达标", "Met"),
    "count_not_met": Text("未达标", "Not met"),
    "count_na": Text("不可计算", "Not computable"),
    "count_all": Text("合计", "Total"),
    "share_met": Text("达标比例", "Share met"),
    "attainment": Text("达到标准的", "Attained"),
    "worst": Text("差距最大的指标", "Indicator missed most"),
    "missed": Text("未达标指标", "Indicators missed"),
    "place": Text("所在地", "Place"),
    "reason": Text("原因", "Reason"),
    "figures": Text("数字个数", "Figures"),
    "examples": Text("例", "Examples"),
    "flag": Text("标记", "Flag"),
    "rank": Text("第{r}/{n}", "{r} of {n}"),
    "source": Text("来源", "Source"),
    "status": Text("状态", "Status"),
    "published": Text("公布数", "Published"),
    "recomputed": Text("复算数", "Recomputed"),
    "reproduced": Text("一致", "Reproduced"),
    "material": Text("材料", "Material"),
    "what": Text("内容", "What"),
    "note": Text("说明", "Note"),
    "number": Text("编号", "No."),
    "shown": Text("印出", "Printed"),
    "unrounded": Text("未取整数值", "Unrounded"),
    "fraction": Text("分子 / 分母", "Numerator / denominator"),
    "rows": Text("行数", "Rows"),
    "clause": Text("依据条款", "Clause"),
    "how": Text("追溯", "Follow"),
    "year": Text("年度", "Year"),
    "total_word": Text("合计", "all"),
    # sentences
    "s_counts": Text("未达标 {bad}，不可计算 {na}", "{bad} not met, {na} not computable"),
    "s_no_standard": Text("未设标准", "no standard set"),
    "f_verdict": Text(
        "{level}“{title}”{by}：{all} 个结论中达标 {good} 个（{share}），未达标 {bad} 个，不可计算 {na} 个。",
        "{title}{by} ({level}): {good} of {all} met ({share}), {bad} not met, {na} not computable.",
    ),
    "f_most_missed": Text(
        "{level}最常达不到的标准是“{title}”{by}：{bad} 个未达标，占可判定的 {share}。",
        "The standard missed most often ({level}) is {title}{by}: not met by {bad}, {share} of those judged.",
    ),
    "f_cv": Text(
        "{all} 个差异系数中有 {bad} 个超过上限（{share}）；超限最多的是“{title}”{by}，共 {worst} 个。",
        "Coefficients of variation above their limit: {bad} of {all} ({share}); most often {title}{by} ({worst}).",
    ),
    "f_range": Text(
        "{level}达标比例最高的是{best}（{high}），最低的是{last}（{low}）。",
        "The share that meets ({level}) is highest in {best} ({high}) and lowest in {last} ({low}).",
    ),
    "f_near": Text(
        "未达标的 {bad} 个中，有 {near} 个的最大差距不超过标准的 5%，补齐即可达标。",
        "Within reach, at worst 5% of the standard away from it: {near} of {bad} that fall short.",
    ),
    "f_na": Text(
        "有 {n} 个数字不可计算，最常见的原因是：{reason}（{m} 个）。它们不按 0 计，也不算达标。",
        "Figures that could not be computed: {n}, most often because {reason} ({m}). They count neither as 0 nor as met.",
    ),
    "f_nothing": Text(
        "规则包未设标准，以下只列数值。", "The pack sets no standards; values are shown without judgement."
    ),
    "split_note": Text(
        "结论按{by}分别作出：同一单位属于几个{by}，就计几个结论。",
        "Verdicts are given by {by}: a unit that has several counts once for each.",
    ),
    "map_title": Text("{title}：达标比例", "Share that meets: {title}"),
    "map_sentence": Text(
        "颜色越深，{level}达标比例越高；从{last}的 {low} 到{best}的 {high}。{small}",
        "The darker the tile, the larger the share that meets ({level}): from {low} in {last} to {high} in {best}.{small}",
    ),
    "map_small": Text("小字为达标的{level}数和总数。", " Small figures: {level} that meet, of all."),
    "map_sentence_flat": Text(
        "各单位的达标比例相同：{high}。", "All units have the same share that meets: {high}."
    ),
    "map_legend": Text("达标比例", "Share that meets"),
    "map_values": Text("{title}", "{title}"),
    "map_value_sentence": Text(
        "颜色越深，数值越大；从{last}的 {low} 到{best}的 {high}。",
        "The darker the tile, the larger the value: from {low} in {last} to {high} in {best}.",
    ),
    "map_na": Text("无数据", "no data"),
    "distance_title": Text("与标准的距离{by}", "Distance to the standard{by}"),
    "distance_axis": Text("标准 = 0", "standard = 0"),
    "distance_sentence": Text(
        "{good} 项达到标准，{bad} 项未达到；条形从标准线起，向右为超出，向左为不足（占标准的百分比）。",
        "{good} reach the standard and {bad} do not; bars start at the standard: right is above, left is short (percent of the standard).",
    ),
    "cv_title": Text("差异系数与上限{by}", "Coefficients of variation against their limits{by}"),
    "cv_sentence": Text(
        "每个圆点是一个{level}；竖线是上限，线右为超限。共 {all} 个数值，超限 {bad} 个。",
        "Each dot is one unit ({level}); the upright line is the limit, right of it is too uneven. {bad} of {all} exceed it.",
    ),
    "cv_title_free": Text("差异系数{by}", "Coefficients of variation{by}"),
    "cv_sentence_free": Text(
        "每个圆点是一个{level}，共 {all} 个数值。没有规定上限，只列数值，不作判断。",
        "Each dot is one unit ({level}), {all} values in all. No limit is set, so none is drawn and nothing is judged.",
    ),
    "cv_sentence_some": Text(
        "每个圆点是一个{level}；竖线是上限，线右为超限，没有竖线的一行没有统一上限。有上限的 {all} 个数值中，超限 {bad} 个。",
        "Each dot is one unit ({level}); the upright line is the limit, right of it is too uneven; a row without a line has no common limit. Of {all} values with a limit {bad} exceed it.",
    ),
    "rank_title": Text("{unit}在同级中的位置", "{unit} among its peers"),
    "rank_sentence": Text(
        "每行的圆点是各同级单位，实心大点是{unit}；左端最低，右端最高。",
        "Dots are the peers, the large one is {unit}; lowest at the left, highest at the right.",
    ),
    "spread_title": Text("各指标的分布{by}", "Spread by indicator{by}"),
    "spread_sentence": Text(
        "以{base}为 100%：方框为中间一半，竖线为中位数，两端触须为第 10 至第 90 百分位；底部密度为全部 {n} 个数值，超出 {most}% 的在右端计数。",
        "With {base} as 100%: box = middle half, line = median, whiskers = 10th to 90th percentile; the strip holds all {n} values, those beyond {most}% are counted at the right.",
    ),
    "spread_below": Text("{n} 个低于标准", "{n} below"),
    "base_standard": Text("标准", "the standard"),
    "base_median": Text("各指标的中位数", "each indicator's median"),
    "base_mixed": Text("标准（无标准的指标以中位数）", "the standard (the median where there is none)"),
    "not_standard_spread": Text("以中位数为 100%", "median = 100%"),
    "failing_sentence": Text(
        "共 {all} 个未达标，{order}{listing}",
        "{all} fall short, {order}{listing}",
    ),
    "failing_order": Text(
        "按差距最大的一项指标（有结论规则的，限规则所列指标）达到标准的百分比从低到高排列；只超出“应为 0”的标准的，无法算百分比，按超出数量从多到少列在最后。",
        "sorted by the percentage reached on the indicator that they miss most (where a verdict has a rule, of those that the rule names); those that only exceed a standard of 0, where there is no percentage, come last by how much they exceed it.",
    ),
    "failing_listing": Text(
        "此处列出前 {listed} 个，其余 {rest} 个见各地区部分。",
        " The first {listed} are listed here, the other {rest} stand in the parts of their areas.",
    ),
    "failing_short": Text(
        "未达标 {all} 个，按差距从大到小排列。", "Falling short: {all}, the farthest first."
    ),
    "failing_none": Text("没有未达标的{level}。", "No unit falls short ({level})."),
    "none_computable": Text("没有结果。", "There are no results."),
    "gaps_sentence": Text(
        "{n} 个数字不可计算。缺数不是 0：不参与比较，也不算达标。",
        "Figures that could not be computed: {n}. Missing is not zero: they are neither compared nor counted as met.",
    ),
    "gaps_none": Text("所有数字均可计算。", "Every figure could be computed."),
    "flags_sentence": Text(
        "{n} 个数字带有数据质量标记，标记随数字到达每一页。",
        "Figures with data quality flags: {n}. A flag travels with its figure to every page.",
    ),
    "flags_none": Text("没有数据质量标记。", "There are no data quality flags."),
    "left_out": Text("部分行因缺数未参与计算", "rows in scope were left out for a missing cell"),
    "partial": Text("部分下级区域没有数据", "areas below it sent no data"),
    "flag_check": Text("检查 {title}", "check: {title}"),
    "matches_sentence": Text(
        "先以同一软件复算已公布的数字：{n} 个数字中 {m} 个一致；与自身数据不符的公布数有 {e} 个。以下其余各节的数字才来自本次数据。",
        "The same software first recomputed published figures: {m} of {n} agree; {e} do not follow from their own published data. Only the sections after this one use this run's data.",
    ),
    "matches_title": Text("复算的材料", "Material recomputed"),
    "errors_title": Text("公布数字中的差错", "Errors in published figures"),
    "register_sentence": Text(
        "本页印出的每个数字在此登记：单位、指标、年度、分组、未取整数值、分子与分母、行数、标准和依据。在结果文件夹（有 run.json 的那个）里，于命令行输入“追溯”一栏的命令，可看到公式、代入的数和来源单元格。",
        "Every figure printed on this page is registered here: unit, indicator, year, breakdown, unrounded value, numerator and denominator, rows, standard and clause. Type the command in the last column in the folder of the results (the one that holds run.json) to see the formula, the numbers put in and the source cells.",
    ),
    "register_paper": Text(
        "纸质版登记摘要、总体和各地区首节的数字；县级表中的数字在同一行写有指标代码，标题写有单位代码，可在结果所在文件夹用 duxue explain 单位代码 指标代码 --run . 追溯。网页版登记全部数字。",
        "On paper the register lists the figures of the summary, the whole and the head of each area; figures in the compact tables carry the indicator's code in their row and the unit's code in their heading, ready for duxue explain UNIT INDICATOR --run . in the folder of the results. The web version registers every figure.",
    ),
    "register_docx": Text(
        "本文件登记摘要和总体的数字；全部数字的登记表见网页版和 PDF。",
        "This file registers the figures of the summary and of the whole; the web version and the PDF register the rest.",
    ),
    "how_count": Text("按本报告所列结论计数", "counted from the verdicts of this run"),
    "how_match": Text("见规则包的复算案例", "see the pack's worked cases: duxue pack test"),
    "how_share": Text("由左列两数相除", "quotient of the two numbers shown"),
    # methods
    "m_recompute": Text("复算方法", "How to recompute"),
    "m_recompute_text": Text(
        "持有同一规则包和同一数据的任何人，用下面的命令得到相同的结果和相同的运行编号。",
        "Anyone who holds the same pack and the same data gets the same results and the same run id with this command.",
    ),
    "m_identity": Text("本次运行", "This run"),
    "m_sources": Text("依据及其可靠程度", "Sources and how sure they are"),
    "m_sources_text": Text(
        "只有“见于公开来源”的依据作为规定引用；其余只说明其来历，不作为规定。",
        "Only sources marked 'read in a public source' are quoted as law; the others say where they come from and are not law.",
    ),
    "m_formulas": Text("指标与公式", "Indicators and formulas"),
    "m_standards": Text("标准", "Standards"),
    "m_verdicts": Text("结论规则", "Rules of the verdicts"),
    "m_constants": Text("常数", "Constants"),
    "m_populations": Text("范围", "Scope"),
    "m_digest": Text("规则包摘要", "Pack digest"),
    "m_engine": Text("计算引擎", "Engine"),
    "m_software": Text("软件", "Software"),
    "m_data": Text("数据摘要 {form}", "Data digest: {form}"),
    "m_years": Text("年度", "Years"),
    "m_formula": Text("公式", "Formula"),
    "m_unit": Text("计量单位", "Unit of measure"),
    "m_left_out": Text("不计入：{reason}", "left out: {reason}"),
    "m_form": Text("取自“{form}”", "from {form}"),
    "m_rounding": Text("比较与取整", "Comparing and rounding"),
    "m_rounding_text": Text(
        "一律用未取整的数值与标准比较；印出时四舍五入，必要时多印几位，使未达标的数字看上去不会像达标。汇总值是总量之比，不是各单位比值的平均。",
        "Unrounded values are compared with the standard; for print they are rounded half up, with more digits where a fail would look like a pass. Values of groups are ratios of totals, never means of ratios.",
    ),
    "m_missing": Text("缺数", "Missing data"),
    "m_missing_text": Text(
        "缺数不是 0。算不出的数字写明原因；除以零也是不可计算。",
        "Missing is not zero. A figure that cannot be computed gives its reason; division by zero is not computable either.",
    ),
    "confirmed": Text("见于公开来源", "read in a public source"),
    "practice": Text("通行做法", "practice"),
    "background": Text("背景知识，未核对", "background, not checked against the text"),
    "proposal": Text("本软件建议", "our own proposal"),
    "no_source": Text("未注明依据", "no source given"),
    "from_to": Text("{a} 起", "from {a}"),
    "till": Text("至 {b}", "until {b}"),
    "region": Text("适用于 {code}", "in {code}"),
    # parts of titles
    "by_dash": Text("（{by}）", " ({by})"),
    "units_word": Text("{n}个单位", "{n} units"),
    "county_head": Text("{name}　{code}", "{name}  {code}"),
    "level_schools_met": Text("{level}达标", "{level} met"),
    "in_unit": Text("{unit}：{what}", "{unit}: {what}"),
    "heat": Text("{levels}×{group}", "{levels} × {group}"),
    "judged_table": Text("指标、标准与结论", "Indicators, standards and verdicts"),
    "alt_word": Text("图", "Chart"),
}

REASONS: dict[str, Text] = {
    "missing": Text("需要的数据缺失", "a cell that it needs is empty"),
    "zero_division": Text("分母为零", "the denominator is zero"),
    "no_rows": Text("没有该单位的数据", "there are no data for the unit"),
    "out_of_scope": Text("不在评估范围内", "the unit is out of scope"),
    "no_previous": Text("没有上一期数据", "there is no earlier period"),
    "no_constant": Text("没有适用的常数", "no constant holds for it"),
    "depends": Text("所依据的指标不可计算", "an indicator it rests on could not be computed"),
    "domain": Text("平均值不为正，差异系数无意义", "the mean is not positive"),
    "too_large": Text("数值超出可表示的范围", "the number is too large"),
}

MARKS: dict[str, str] = {"met": "✓", "not_met": "✗", "not_computable": "–", "": ""}

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def t(key: str) -> Text:
    """Return the text of a key."""
    return TEXTS[key]


def reason(code: str, given: Text | None = None) -> Text:
    """Return why a figure could not be computed: the engine's words, else the general ones, else the code itself."""
    if given is not None and (given.zh or given.en):
        return given
    return REASONS.get(code) or same(code or "?")


def printable(text: str) -> str:
    """Return a text without the characters that XML cannot hold: controls, lone surrogates, non-characters."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF))
    )
