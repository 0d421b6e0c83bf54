"""What checking finds in the reports beside the repository: known faults flagged, false alarms, and what it costs.

`python -m bench reading_checks`

The faults are those that people found in the five reports. A claim that the gold does not call suspect and that no known
fault touches is sound; a warning or worse on it is a false alarm. Without the reports only the cost is measured.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from duxue.app.checking import Checked, Checks, Comparison, check, tables
from duxue.claims import Claim, extract
from duxue.claims.findings import Finding
from duxue.claims.marks import Mark
from duxue.documents import Document, from_text, read
from tests.corpus.marked import read_marked

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "documents"
WORDS = frozenset({"term", "territory", "name"})  # marks on words, which say nothing against a number
MEGABYTES = 4


class Fault(NamedTuple):
    """A fault that people found: the report, words at its place, how sure they were, and the codes that flag it."""

    report: str
    words: str
    sure: str
    codes: tuple[str, ...]


FAULTS = (
    Fault("000", "p>222", "yes", ("tag",)),
    Fault("000", "1, students", "yes", ("digit-group",)),
    Fault("000", "126, rural", "yes", ("digit-group",)),
    Fault("000", "self-taught", "yes", ("advert",)),
    Fault("000", "rate of 1%", "likely", ("one-for-hundred",)),
    Fault("000", "1% after-school", "likely", ("one-for-hundred",)),
    Fault("000", "2,1 teachers", "likely", ("digit-group",)),
    Fault("000", "nearly 2 high", "likely", ("approximate-few",)),
    Fault("000", "1 teachers", "likely", ("noun-number",)),
    Fault("000", "7,14", "likely", ("digit-group",)),
    Fault("000", "Deputy Secretary", "likely", ("no-zero",)),
    Fault("000", "9 sets of", "likely", ("cost-per-dwelling",)),
    Fault("001", "1,100", "open", ("jump",)),
    Fault("001", "Texas City", "likely", ("territory",)),
    Fault("001", "Liao City", "likely", ("territory",)),
    Fault("001", "Gongshen", "likely", ("term",)),
    Fault("001", "popularization of Pharmaceutical", "likely", ("term",)),
    Fault("001", "hair garden", "likely", ("term",)),
    Fault("001", "two increase", "likely", ("term",)),
    Fault("001", "two educational additions", "likely", ("term",)),
    Fault("001", "12,700 degrees", "likely", ("term",)),
    Fault("001", "do not, one forbidden", "likely", ("term",)),
    Fault("001", "charged long teeth", "likely", ("term",)),
    Fault("001", "overall weeks", "likely", ("term", "repeated-word")),
    Fault("001", "three, three hires", "open", ("name", "term")),
    Fault("001", "ten degrees integration", "open", ("name",)),
    Fault("001", "four evaluations and one tree", "open", ("name",)),
    Fault("001", "21 degrees", "likely", ("places-per-school",)),
    Fault("003", "1.27萬個", "open", ("same-number",)),
    Fault("002", "2019", "yes", ("dates-apart",)),
    Fault("002", "Chongqing Municipal", "likely", ("authority-elsewhere",)),
    Fault("002", "XX million", "yes", ("blank",)),
    Fault("002", "xxxx", "yes", ("blank",)),
    Fault("004", "112,000", "likely", ("pupils-per-staff",)),
    Fault("004", "70%", "yes", ("other-denominator",)),
    Fault("003", "68%", "yes", ("other-denominator",)),
    Fault("003", "10個百分點", "yes", ("implied-level",)),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One report checked."""

    document: Document
    claims: tuple[Claim, ...]
    checked: Checked
    findings: tuple[Finding, ...]


def run() -> None:
    """Print faults, false alarms and cost."""
    if (BESIDE / "gold.jsonl").is_file():
        five, more = check_folder(BESIDE), check_folder(BESIDE / "more")
        missed = print_faults(five)
        print(f"faults flagged: {len(FAULTS) - missed} of {len(FAULTS)}")
        for name, seen in (("five reports", five), ("eighteen more", more)):
            print_alarms(name, seen)
    print_held_out()
    print_cost()


def check_folder(folder: Path) -> list[Seen]:
    """Return the reports of a folder, checked one after the other."""
    comparison = Comparison(Checks())
    seen = []
    for path in sorted(folder.glob("*.txt")):
        document = read(path)
        claims = tuple(extract(document))
        checked = check(document, claims, Checks())
        seen.append(Seen(document, claims, checked, comparison.findings(checked)))
    return seen


def flags(seen: Seen, fault: Fault) -> list[str]:
    """Return the codes that flag a fault at its place."""
    text, found = seen.document.text, []
    start = text.find(fault.words)
    while start >= 0:
        end = start + len(fault.words)
        found += [m.code for m in seen.checked.marks if _touches(m, start, end) and m.code in fault.codes]
        found += [
            f.code
            for f in seen.findings
            if seen.claims[f.claim].start < end and start < seen.claims[f.claim].end and f.code in fault.codes
        ]
        start = text.find(fault.words, end)
    return sorted(set(found))


def _touches(mark: Mark, start: int, end: int) -> bool:
    return mark.start < end and start < mark.end


def print_faults(reports: list[Seen]) -> int:
    """Print each fault with what flags it; return how many are missed."""
    missed = 0
    for fault in FAULTS:
        seen = next(s for s in reports if s.document.name.startswith(fault.report))
        found = flags(seen, fault)
        missed += not found
        print(f"  {fault.report} {fault.words:<34}{fault.sure:<8}{', '.join(found) or 'MISSED'}")
    return missed


def alarms(seen: Seen) -> set[int]:
    """Return the claims that carry a warning or worse, by index."""
    raised = {f.claim for f in seen.findings if f.severity != "note" or f.state == "contradicted"}
    for mark in seen.checked.marks:
        if mark.code not in WORDS and mark.end - mark.start < 200:
            raised |= {i for i, c in enumerate(seen.claims) if c.start < mark.end and mark.start < c.end}
    return raised | {i for i, c in enumerate(seen.claims) if c.suspect}


def print_alarms(name: str, reports: list[Seen]) -> None:
    """Print how many sound claims carry an alarm."""
    sound = false = 0
    told: list[str] = []
    for seen in reports:
        places = faulty(seen)
        raised = alarms(seen)
        for index, claim in enumerate(seen.claims):
            if any(claim.start < end and start < claim.end for start, end in places):
                continue
            sound += 1
            if index in raised:
                false += 1
                told.append(f"{seen.document.name[:3]} {claim.quote}")
    share = false / sound if sound else 0.0
    print(
        f"{name}: {false} false alarms on {sound} sound claims ({share:.1%}){': ' if told else ''}{'; '.join(told)}"
    )


def print_held_out() -> None:
    """Print the alarms on the held-out sentences, each text by itself: its numbers are invented, its damage is marked."""
    sound = false = 0
    told = []
    for text in read_marked():
        document = from_text(text.name, text.text)
        claims = tuple(extract(document))
        checked = check(document, claims, Checks())
        seen = Seen(document, claims, checked, checked.findings)
        marked = [(row["start"], row["end"]) for row in text.claims if row["suspect"]]
        raised = alarms(seen)
        for index, claim in enumerate(claims):
            if any(claim.start < end and start < claim.end for start, end in marked):
                continue
            sound += 1
            if index in raised:
                false += 1
                codes = {f.code for f in seen.findings if f.claim == index} | set(claim.reasons)
                told.append(f"{text.name} {claim.quote} ({', '.join(sorted(codes))})")
    print(
        f"held out: {false} alarms on {sound} claims not marked as damaged{': ' if told else ''}{'; '.join(told)}"
    )


def faulty(seen: Seen) -> list[tuple[int, int]]:
    """Return the places that people called damaged."""
    for folder in (BESIDE, BESIDE / "more"):
        if (folder / seen.document.name).is_file():
            rows = [
                json.loads(x) for x in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines() if x
            ]
            mine = [r for r in rows if r["doc"] == seen.document.name and r["suspect"]]
            places = [(r["start"], r["end"]) for r in mine]
            break
    for fault in FAULTS if folder == BESIDE else ():
        start = seen.document.text.find(fault.words) if seen.document.name.startswith(fault.report) else -1
        if start >= 0:
            places.append((start, start + len(fault.words)))
    return places


def print_cost() -> None:
    """Print what reading and checking cost on texts made of the held-out sentences."""
    text = "\n\n".join(t.text for t in read_marked())
    each = (text * (10_000 // len(text) + 1))[:10_000]
    documents = [from_text(f"{n}.txt", each) for n in range(MEGABYTES * 1_000_000 // len(each.encode()))]
    size = sum(len(d.text.encode()) for d in documents) / 1e6
    tables(Checks())
    began = time.process_time()
    claims = [tuple(extract(d)) for d in documents]
    read_in = time.process_time() - began
    comparison = Comparison(Checks())
    began = time.process_time()
    for document, found in zip(documents, claims, strict=True):
        comparison.findings(check(document, found, Checks()))
    checked_in = time.process_time() - began
    count = sum(map(len, claims))
    print(
        f"{size:.1f} MB, {count:,} claims: extraction {read_in:.2f} s ({size / read_in:.1f} MB/s), ", end=""
    )
    print(f"checking {checked_in:.2f} s ({size / checked_in:.1f} MB/s), one core, time of the processor")
