"""Everything that is wrong with what people handed in, told at once, before anything is scored."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text
from duxue.packs import scoring as shape
from duxue.packs.scoring import Item, Scoring
from duxue.scoring import rules
from duxue.scoring.figures import Figures
from duxue.scoring.layers import LAYERS
from duxue.scoring.model import OldProblem, ReviewScore, SelfScore, VetoEvent
from duxue.scoring.problems import listed, tell
from duxue.scoring.tree import Leaf

if TYPE_CHECKING:
    from duxue.scoring.rounds import RoundInputs

Row = SelfScore | ReviewScore | VetoEvent


def inspect(scoring: Scoring, line: Sequence[Leaf], inputs: RoundInputs, figures: Figures) -> list[Problem]:
    """Return the problems of self scores, reviews, vetoes, old problems and reviewers, in the order of their tables."""
    return _Inspection(scoring, line, inputs, figures).run()


class _Inspection:
    def __init__(self, scoring: Scoring, line: Sequence[Leaf], inputs: RoundInputs, figures: Figures) -> None:
        self.scoring, self.inputs, self.figures = scoring, inputs, figures
        self.items: Mapping[str, Item] = {leaf.item.id: leaf.item for leaf in line}
        self.peers = figures.peers()
        self.found: list[Problem] = []

    def run(self) -> list[Problem]:
        claimed: set[tuple[str, str]] = set()
        for claim in self.inputs.self_scores:
            if self._known(claim, claim.unit, claim.item):
                self._once(claim, (claim.unit, claim.item), claimed)
                self._score(claim, claim.item, claim.score, LAYERS["self"])
                self._evidence(claim, claim.evidence, self.items[claim.item].title.text)
        self._excused()
        self._missing(claimed)
        seen: set[Hashable] = set()
        for review in self.inputs.reviews:
            if self._known(review, review.unit, review.item):
                self._review(review, seen)
        for event in self.inputs.vetoes:
            self._veto(event, seen)
        for problem in self.inputs.old:
            self._old(problem)
        for reviewer, home in self.inputs.reviewers.items():
            self._home(reviewer, home)
        return self.found

    def _tell(self, code: str, row: Row | None, found: object = "", **words: object) -> None:
        self.found.append(tell(code, row.place if row else None, found, severity="error", **words))

    def _excused(self) -> None:
        every = self.figures.of_level()
        for code in sorted(self.figures.excused.difference(every)):
            self.found.append(tell("SCO007", Place(field="excused"), code, known=listed(every, 3)))
        if not self.peers:
            self.found.append(tell("SCO050", Place(field="excused"), len(self.figures.excused)))

    def _stranger(self, row: Row, unit: str) -> None:
        if unit in self.figures.excused:
            self._tell("SCO049", row, unit, unit=self.figures.name(unit))
        else:
            self._tell("SCO007", row, unit, known=listed(self.peers, 3))

    def _known(self, row: SelfScore | ReviewScore, unit: str, item: str) -> bool:
        good = True
        if unit not in self.peers:
            self._stranger(row, unit)
            good = False
        if item not in self.items:
            self._tell("SCO008", row, item, known=listed(list(self.items), 60))
            good = False
        return good

    def _words(self, row: SelfScore | ReviewScore) -> dict[str, Text]:
        return {"unit": self.figures.name(row.unit), "item": self.items[row.item].title.text}

    def _once(self, row: SelfScore, key: tuple[str, str], seen: set[tuple[str, str]]) -> None:
        if key in seen:
            self._tell("SCO006", row, **self._words(row))
        seen.add(key)

    def _score(self, row: SelfScore | ReviewScore, item: str, score: Fraction, layer: Text) -> None:
        full, rule = self.items[item].points, self.items[item].rule
        if not 0 <= score <= full:
            self._tell(
                "SCO004", row, rules.plain(score, 12), layer=layer, full=rules.plain(full), **self._words(row)
            )
            return
        step = rule.step if isinstance(rule, shape.Stepwise | shape.Judged) else None
        if step and (full - score) % step:
            self._tell("SCO017", row, rules.plain(score, 12), step=rules.plain(step), **self._words(row))

    def _evidence(self, row: Row, ids: Sequence[str], title: Text) -> None:
        for name in ids:
            owner = self.inputs.evidence.get(name)
            words = {"unit": self.figures.name(row.unit), "item": title}
            if owner is None:
                self._tell("SCO011", row, name, **words)
            elif owner != row.unit:
                self._tell("SCO046", row, name, owner=self.figures.name(owner), **words)

    def _missing(self, claimed: set[tuple[str, str]]) -> None:
        for unit in self.peers:
            for name, item in self.items.items():
                if (unit, name) not in claimed and self._applies(item, unit):
                    words = {"unit": self.figures.name(unit), "item": item.title.text}
                    self._tell("SCO002", None, full=rules.plain(item.points), **words)

    def _applies(self, item: Item, unit: str) -> bool:
        try:
            return rules.applies(item, unit, self.figures)
        except Refused:  # told where the item is scored
            return False

    def _review(self, review: ReviewScore, seen: set[Hashable]) -> None:
        words, item = self._words(review), self.items[review.item]
        home = self.inputs.reviewers.get(review.reviewer)
        if home is None:
            self._tell("SCO009", review, review.reviewer)
        elif home and (
            home == review.unit or self.figures.tree.ancestor(home, self.figures.level) == review.unit
        ):
            self._tell("SCO010", review, who=review.reviewer, **words)
        key = (review.layer, review.unit, review.item, review.reviewer)
        if key in seen:
            self._tell("SCO005", review, review.reviewer, who=review.reviewer, **words)
        seen.add(key)
        if review.layer == "field" and "field" not in item.verified:
            self._tell("SCO014", review, **words)
        if not review.reason.strip():
            self._tell("SCO016", review, **words)
        self._score(review, review.item, review.score, LAYERS[review.layer])
        self._evidence(review, review.evidence, item.title.text)

    def _veto(self, event: VetoEvent, seen: set[Hashable]) -> None:
        vetoes = {veto.id: veto for veto in self.scoring.vetoes}
        if event.unit not in self.peers:
            self._stranger(event, event.unit)
            return
        if event.veto not in vetoes:
            self._tell("SCO021", event, event.veto, known=listed(list(vetoes)))
            return
        words = {"unit": self.figures.name(event.unit), "item": vetoes[event.veto].title.text}
        for given, lacks in (
            (event.evidence, Text("佐证材料", "evidence")),
            (event.decided_by.strip(), Text("决定人", "the person who decided")),
            (event.reason.strip(), Text("理由", "a reason")),
        ):
            if not given:
                self._tell("SCO012", event, lacks=lacks, **words)
        self._evidence(event, event.evidence, vetoes[event.veto].title.text)
        key = (event.unit, event.veto, event.evidence)
        if key in seen:
            self._tell("SCO006", event, **words)
        seen.add(key)

    def _old(self, problem: OldProblem) -> None:
        """A problem of nobody would be passed over in silence and cost no points."""
        if problem.unit not in self.peers and problem.unit not in self.figures.excused:
            self.found.append(tell("SCO007", problem.place, problem.unit, known=listed(self.peers, 3)))

    def _home(self, reviewer: str, home: str) -> None:
        """A mistyped home would let a reviewer score at home."""
        if home and home not in self.figures.tree.units:
            self._tell("SCO047", None, home, who=reviewer)
