"""The main findings as sentences: what was met, what is missed most, what is uneven, who is within reach, what is not known."""

from __future__ import annotations

from collections import Counter

from duxue.core.quantity import exact
from duxue.core.text import Text, same
from duxue.reports.book import Book
from duxue.reports.counts import EVERYWHERE, Counts, Shape
from duxue.reports.document import (
    Figure,
    Sentence,
)
from duxue.reports.parts import label
from duxue.reports.texts import reason, t


def findings(book: Book, counts: Counts, shape: Shape) -> list[Sentence]:
    """Return three to five sentences with counts; fewer when there is less to say."""
    out: list[Sentence] = []
    first = book.pack.report.headline if book.pack.report else None
    judged = [v for v in book.pack.verdicts if (v.level, v.id) in book.of_level]
    judged.sort(key=lambda v: 0 if v.id == first else 1 if v.id == counts.base_verdict else 2)
    for verdict in judged[:2]:
        tally = counts.tally(verdict.id, verdict.level, shape.root)
        if not tally.all:
            continue
        out.append(_verdict_sentence(book, shape, verdict.id, verdict.level, tally.good, tally.bad, tally.na))
    out += [
        s
        for s in (
            _most_missed(book, counts, shape),
            _uneven(book, counts, shape),
            _within_reach(book, counts, shape),
        )
        if s
    ]
    if not book.pack.standards and not book.pack.verdicts:
        out.append(Sentence(t("f_nothing")))
    gone = _not_computable(book)
    return [*out[:4], gone] if gone else out[:5]


def _verdict_sentence(
    book: Book, shape: Shape, verdict: str, level: str, good: int, bad: int, na: int
) -> Sentence:
    what = Text(
        f"{book.level(level).zh}“{book.title(verdict).zh}”",
        f"{book.title(verdict).en} ({book.level(level).en})",
    )
    total = good + bad + na

    def counted(n: int, key: str) -> Figure:
        name = Text(f"{what.zh}：{t(key).zh}", f"{what.en}: {t(key).en}")
        return book.count(str(n), name, t("how_count"), unit=shape.root, part=n, whole=total)

    values: dict[str, Figure | Text] = {
        "level": book.level(level),
        "title": book.title(verdict),
        "by": same(""),
        "all": counted(total, "count_all"),
        "good": counted(good, "count_met"),
        "bad": counted(bad, "count_not_met"),
        "na": counted(na, "count_na"),
        "share": book.share(
            good,
            total,
            Text(f"{what.zh}：{t('share_met').zh}", f"{what.en}: {t('share_met').en}"),
            unit=shape.root,
        ),
    }
    return Sentence(t("f_verdict"), values)


def _most_missed(book: Book, counts: Counts, shape: Shape) -> Sentence | None:
    ranked = []
    for spec in book.pack.indicators:
        for by in counts.bys(spec.id, shape.base):
            tally = counts.tally(spec.id, shape.base, shape.root, by)
            if tally.bad:
                ranked.append((tally.bad / (tally.good + tally.bad), tally.bad, spec.id, by, tally))
    if not ranked:
        return None
    _, bad, indicator, by, tally = max(ranked, key=lambda r: (r[0], r[1]))
    what = Text(
        f"{book.level(shape.base).zh}未达到“{book.title(indicator).zh}”{book.by_suffix(by).zh}",
        f"{book.level(shape.base).en} below the standard of {book.title(indicator).en}{book.by_suffix(by).en}",
    )
    return Sentence(
        t("f_most_missed"),
        {
            "level": book.level(shape.base),
            "title": label(book, indicator),
            "by": book.by_suffix(by),
            "bad": book.count(
                str(bad), what, t("how_count"), unit=shape.root, part=bad, whole=tally.good + tally.bad
            ),
            "share": book.share(bad, tally.good + tally.bad, what, unit=shape.root),
        },
    )


def _uneven(book: Book, counts: Counts, shape: Shape) -> Sentence | None:
    level = shape.minor or shape.base
    worst: tuple[int, str, tuple[tuple[str, str], ...]] = (0, "", ())
    total = over = 0
    for spec in book.pack.indicators:
        if not book.is_dispersion(spec.id):
            continue
        for by in counts.bys(spec.id, level):
            tally = counts.tally(spec.id, level, shape.root, by)
            total, over = total + tally.good + tally.bad, over + tally.bad
            if tally.bad > worst[0]:
                worst = (tally.bad, spec.id, by)
    if not over:
        return None
    what = Text(
        f"{book.level(level).zh}差异系数超过上限",
        f"coefficients of variation above the limit ({book.level(level).en})",
    )
    name = Text(
        f"{what.zh}：{book.title(worst[1]).zh}{book.by_suffix(worst[2]).zh}",
        f"{what.en}: {book.title(worst[1]).en}{book.by_suffix(worst[2]).en}",
    )
    return Sentence(
        t("f_cv"),
        {
            "all": book.count(
                str(total),
                Text("可判定的差异系数", "coefficients of variation judged"),
                t("how_count"),
                unit=shape.root,
                part=total,
            ),
            "bad": book.count(str(over), what, t("how_count"), unit=shape.root, part=over, whole=total),
            "share": book.share(over, total, what, unit=shape.root),
            "title": book.title(worst[1]),
            "by": book.by_suffix(worst[2]),
            "worst": book.count(str(worst[0]), name, t("how_count"), unit=shape.root, part=worst[0]),
        },
    )


def _within_reach(book: Book, counts: Counts, shape: Shape) -> Sentence | None:
    shorts = counts.below.get(shape.root, [])
    near = sum(s.reached is not None and exact(s.reached) * 20 >= 19 for s in shorts)
    if not near:
        return None
    level = book.level(shape.base)
    return Sentence(
        t("f_near"),
        {
            "bad": book.count(
                str(len(shorts)),
                Text(f"未达标的{level.zh}", f"fall short ({level.en})"),
                t("how_count"),
                unit=shape.root,
                part=len(shorts),
            ),
            "near": book.count(
                str(near),
                Text(f"未达标但最大差距不超过 5% 的{level.zh}", f"fall short by at most 5% ({level.en})"),
                t("how_count"),
                unit=shape.root,
                part=near,
                whole=len(shorts),
            ),
        },
    )


def _not_computable(book: Book) -> Sentence | None:
    gone = [r for r in book.results if r.status == "not_computable"]
    if not gone:
        return None
    code, m = Counter(r.reason for r in gone).most_common(1)[0]
    why = reason(code)
    return Sentence(
        t("f_na"),
        {
            "n": book.count(
                str(len(gone)),
                Text("不可计算的数字", "figures not computable"),
                t("how_count"),
                part=len(gone),
                whole=len(book.results),
                unit=EVERYWHERE,
            ),
            "m": book.count(
                str(m),
                Text(f"不可计算：{why.zh}", f"not computable: {why.en}"),
                t("how_count"),
                part=m,
                whole=len(gone),
                unit=EVERYWHERE,
            ),
            "reason": why,
        },
    )
