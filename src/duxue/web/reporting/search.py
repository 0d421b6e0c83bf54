"""Search in Chinese and English: words are kept as pairs of characters and as plain words, in the database's own index.

What is found is narrowed by the policy of each object before it is counted, so that nobody learns of what they may not see;
that only the newer part was looked at hears who sees more than that part. Of a self-evaluation is found what was handed in.
SQLite holds the index as FTS5, PostgreSQL as tsvector with GIN; both are written here, side by side.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection, models, transaction
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from duxue.web.common.lang import Words, say, simplified, traditional
from duxue.web.common.scope import everything
from duxue.web.evidence.models import File
from duxue.web.rectification.models import Problem
from duxue.web.reporting.models import SearchEntry
from duxue.web.rounds.models import Answer, Item, RoundUnit

MOST, AROUND, LONGEST = 50, 40, 200  # results shown, characters beside a hit, characters of a query
COUNTED = 1000  # of a kind; where there are more, that is said
_LOOKED = 10_000  # entries of a kind that are looked at for what one may see
_AT_ONCE = 2500  # of them, in one query
_NEAR = 10_000  # of all entries, the newest that are looked at one by one
_RANKED = 200  # of a kind, by title and then the newest: the best of them stand first
_END = 2**62  # after every entry
_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_]+", re.UNICODE)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
Told = Words | str  # what somebody wrote stands as it was written
_LETTERS = 500  # of one word that are kept: PostgreSQL takes 2046 bytes
_MOST_POSITION = 16_000  # PostgreSQL counts positions of a text up to 16383
_WRITTEN = 100  # entries of one transaction, about as many as a unit has answers
_INSERT = {
    "sqlite": "INSERT INTO reporting_search (rowid, title, words) VALUES (%s, %s, %s)",
    "postgresql": "INSERT INTO reporting_search (rowid, words) VALUES (%s, %s::tsvector)",
}


@dataclass(frozen=True)
class Source:
    """A kind of object that can be found: what it is called, its texts line by line, its round and its page."""

    model: type[models.Model]
    label: Words
    title: Callable[[Any], Told]
    texts: Callable[[Any], Iterable[Told]]
    address: Callable[[Any], tuple[str, list[Any]]]
    related: tuple[str, ...] = ()
    round: Callable[[Any], Told] = lambda _: ""
    found: models.Q = field(default_factory=models.Q)  # which of them are found at all
    at_once: bool = True  # whenever one is saved; else the job takes it up

    def rows(self) -> models.QuerySet[Any]:
        """Return the objects that are found, of what the actor of the scope may see."""
        objects: models.Manager[Any] = self.model.objects  # type: ignore[attr-defined]
        return objects.filter(self.found)


def _guidance(value: Any) -> Iterator[Words]:
    """Yield the texts of an item's guidance; what is no text of two languages is a word of machines."""
    if isinstance(value, list):
        for one in value:
            yield from _guidance(one)
    elif isinstance(value, dict):
        if "zh" in value or "en" in value:
            yield Words(value.get("zh", ""), value.get("en", ""))
        else:
            yield from _guidance(list(value.values()))


def _item(item: Item) -> Words:
    """Return what an item is called; the code of a branch is a word of the pack, not of people."""
    if item.kind == "branch":
        return item.title
    return say("{code} {title}", "{code} {title}", code=item.code, title=item.title)


SOURCES: Mapping[str, Source] = {
    "unit": Source(
        RoundUnit, say("单位", "Units"), lambda o: say("{name} {code}", "{name} {code}", name=o.name, code=o.code),
        lambda o: (o.round.title,), lambda o: ("rounds:unit", [o.pk]), ("round",),
    ),
    "item": Source(
        Item, say("评价条目", "Items"), _item,
        lambda o: _guidance(o.guidance), lambda o: ("rounds:item", [o.round.slug, o.code]), ("round",),
        lambda o: o.round.title,
    ),
    "problem": Source(
        Problem, say("问题", "Problems"),
        lambda o: say("{code} {text}", "{code} {text}", code=o.code, text=o.public or o.text[:100]),
        lambda o: (*o.text.splitlines(), o.public, *o.measure.splitlines()), lambda o: ("rectification:show", [o.pk]),
        ("round",), lambda o: o.round.title,
    ),
    "evidence": Source(
        File, say("佐证材料", "Evidence"), lambda o: o.title or o.name, lambda o: (o.name,), lambda o: ("evidence:file", [o.pk]),
    ),
    "answer": Source(
        Answer, say("自评说明", "Self-evaluations"),
        lambda o: say("{unit} {code} {title}", "{unit} {code} {title}", unit=o.unit.name, code=o.item.code, title=o.item.title),
        lambda o: o.narrative.splitlines(), lambda o: ("rounds:answer", [o.pk]), ("unit", "item", "round"),
        lambda o: o.round.title, models.Q(unit__submitted_at__isnull=False), at_once=False,  # a draft is found by nobody
    ),
}  # fmt: skip
_KINDS = {source.model: kind for kind, source in SOURCES.items()}


@dataclass(frozen=True)
class Hit:
    """Something that was found."""

    kind: str
    label: Words
    title: SafeString
    snippet: SafeString
    url: str
    round: str = ""


class Found(NamedTuple):
    """What a search found: hits, how many of each kind, and the kinds of which there may be more than were counted."""

    hits: list[Hit]
    counts: Mapping[str, int]
    more: frozenset[str]


# --- words ------------------------------------------------------------------------------------------------------------
def tokens(text: str) -> list[str]:
    """Return the words of a text: pairs of Chinese characters (one alone stays alone), other words in lower case.

    Chinese is kept in Simplified characters, so that it is found however it was written and however it is asked for.
    """
    return [token for run in _runs(text) for token in run]


def _runs(text: str) -> Iterator[list[str]]:
    for match in _RUN.finditer(simplified(unicodedata.normalize("NFKC", text).casefold())):
        run = match[0]
        yield [run[n : n + 2] for n in range(max(1, len(run) - 1))] if _HAN.match(run) else [run[:_LETTERS]]


# --- writing ----------------------------------------------------------------------------------------------------------
def index(obj: models.Model) -> None:
    """Let `obj` be found by its present words; called whenever it was changed."""
    write(_KINDS[type(obj)], [obj.pk])


def write(kind: str, keys: Iterable[int], *, anew: bool = False) -> int:
    """Let these objects of a kind be found by their present words, those that are found no more by none; return how many are.

    What reads as before is not written again, unless `anew`.
    """
    wanted = sorted(set(keys))
    return sum(_write(kind, wanted[n : n + _WRITTEN], anew) for n in range(0, len(wanted), _WRITTEN))


def _write(kind: str, wanted: Sequence[int], anew: bool) -> int:
    """Write some; the words are made before the transaction begins, as nobody else writes to SQLite until it ends."""
    held = {e.object_id: e for e in SearchEntry.objects.filter(kind=kind, object_id__in=wanted)}
    present = _present(kind, wanted)
    gone = held.keys() - present.keys()
    entries = [e for e in present.values() if anew or _text(e) != _text(held.get(e.object_id))]
    if not entries and not gone:
        return len(present)
    words = [_words(entry) for entry in entries]
    with transaction.atomic():
        _keep(kind, present)
        _forget(kind, gone)
        SearchEntry.objects.bulk_create(
            entries,
            update_conflicts=True,
            unique_fields=("kind", "object_id"),
            update_fields=("title", "body"),
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM reporting_search WHERE rowid = %s", [(entry.pk,) for entry in entries]
            )
            cursor.executemany(
                _INSERT[connection.vendor], [(e.pk, *w) for e, w in zip(entries, words, strict=True)]
            )
        # Who wrote these entries since they were read has ended by now, and whoever wants to write them waits for this end.
        touched = gone | {entry.object_id for entry in entries}
        newer = _present(kind, touched)
        changed = sorted(key for key in touched if _text(newer.get(key)) != _text(present.get(key)))
        if changed:
            _write(kind, changed, anew)
    return len(present)


def _keep(kind: str, keys: Iterable[int]) -> None:
    """Let nobody delete these objects before the transaction ends: who forgets one then sees what is written here.

    Whoever changes one does not wait, and changes its entry afterwards. SQLite writes one transaction after another.
    """
    if connection.features.has_select_for_update and (held := sorted(keys)):
        meta = SOURCES[kind].model._meta
        places = ", ".join(["%s"] * len(held))
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT 1 FROM "{meta.db_table}" WHERE id IN ({places}) ORDER BY id FOR KEY SHARE',  # noqa: S608 - our own
                held,
            )


def _present(kind: str, wanted: Iterable[int]) -> dict[int, SearchEntry]:
    """Return by object the entries of those that are found, as they read now."""
    source = SOURCES[kind]
    with everything("the words of every object are kept; who finds them is asked when searching"):
        objects = source.rows().filter(pk__in=wanted).select_related(*source.related).order_by("pk")
        return {
            obj.pk: SearchEntry(
                kind=kind,
                object_id=obj.pk,
                title=" ".join(_both(source.title(obj)))[:400],
                body="\n".join(line for text in source.texts(obj) for line in _both(text)),
            )
            for obj in objects
        }


def _text(entry: SearchEntry | None) -> tuple[str, str] | None:
    return (entry.title, entry.body) if entry else None


def forget(obj: models.Model) -> None:
    """Let `obj` not be found any more."""
    with transaction.atomic():
        _forget(_KINDS[type(obj)], [obj.pk])


def _forget(kind: str, objects: Iterable[int]) -> None:
    keys = list(SearchEntry.objects.filter(kind=kind, object_id__in=objects).values_list("pk", flat=True))
    # The entries first: whoever is writing one has ended then, and its words are there to be taken out.
    SearchEntry.objects.filter(pk__in=keys).delete()
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM reporting_search WHERE rowid = %s", [(key,) for key in keys])


def rebuild() -> int:
    """Write the words of everything again and return how many objects there are."""
    count = 0
    for kind, source in SOURCES.items():
        with everything("the words of every object are kept"):
            there = set(source.model._base_manager.values_list("pk", flat=True))
        held = set(SearchEntry.objects.filter(kind=kind).values_list("object_id", flat=True))
        count += write(kind, there | held, anew=True)
    return count


def _words(entry: SearchEntry) -> tuple[str, ...]:
    """Return the words of an entry, and that of its kind, as the index of the database holds them."""
    if connection.vendor == "sqlite":
        return " ".join(tokens(entry.title)), " ".join([*tokens(entry.body), _word_of(entry.kind)])
    return (f"{_vector(entry.title, entry.body)} {_quoted(_word_of(entry.kind))}",)


def _word_of(kind: str) -> str:
    """Return the word by which the index knows a kind; nobody can type it, as its first character is no letter."""
    return f"\ue000{kind}"


def _vector(title: str, body: str) -> str:
    """Return a tsvector as text: written directly, since PostgreSQL's parser would drop Chinese in some locales."""
    found: dict[str, list[str]] = {}
    place = 0
    for text in (title, body):
        for token in tokens(text):
            place += 1
            if place < _MOST_POSITION and len(found.setdefault(token, [])) < 250:
                found[token].append(str(place))
        place += 1  # no phrase from the end of the title into the body
    return " ".join(f"{_quoted(token)}:{','.join(places)}" for token, places in found.items())


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


# --- asking -----------------------------------------------------------------------------------------------------------
def find(text: str, kind: str = "") -> Found:
    """Return what the actor of the scope may see of what holds all words of `text`, best first, and how many of each kind.

    Of a word that stands in very much, whoever sees very much of a kind is shown the newest, so that it takes no longer than
    another; `kind` narrows the hits, not the counts.
    """
    asked = text.strip()[:LONGEST]
    runs = list(_runs(asked))
    if not runs:
        return Found([], {}, frozenset())
    seen = {k: _seen(k, runs) for k in SOURCES}
    chosen = [kind] if kind in SOURCES else list(SOURCES)
    typed = [match[0] for match in _RUN.finditer(unicodedata.normalize("NFKC", asked))]
    plain = [simplified(word) for word in typed]
    keys = [key for k in chosen for key in _best(seen[k][0], plain)]
    whole = {token for run in runs for token in run}
    entries = sorted(
        SearchEntry.objects.filter(pk__in=keys),
        key=lambda e: (_named(e, whole), _rank(e, plain), e.pk),
        reverse=True,
    )[:MOST]
    asked_words = list(dict.fromkeys([*typed, *plain, *map(traditional, plain)]))
    objects = _objects(entries)
    hits = [_hit(e.kind, objects[e.pk], asked_words) for e in entries if e.pk in objects]
    return Found(
        hits, {k: len(found) for k, (found, _) in seen.items() if found},
        frozenset(k for k, (_, more) in seen.items() if more),
    )  # fmt: skip


def _seen(kind: str, runs: Sequence[Sequence[str]]) -> tuple[list[int], bool]:
    """Return the newest entries of a kind that hold the words and stand for what the actor sees, and whether there may be more."""
    objects = SOURCES[kind].rows()
    found, whole = _newest(kind, runs, objects)
    if (
        not whole and len(found) <= COUNTED
    ):  # the words stand in much: perhaps in little of what the actor sees
        own = list(objects.order_by().values_list("pk", flat=True)[: _LOOKED + 1])
        if len(own) <= _LOOKED:
            found, whole = _held_of(kind, runs, own), True
    return found[:COUNTED], not whole or len(found) > COUNTED


def _newest(
    kind: str, runs: Sequence[Sequence[str]], objects: models.QuerySet[Any]
) -> tuple[list[int], bool]:
    """Return those of the newest entries with the words that stand for what is in sight, and whether these were all entries."""
    found: list[int] = []
    before, looked = _END, 0
    while len(found) <= COUNTED and looked < _LOOKED:
        held = _held(kind, runs, before)
        rows = objects.filter(pk__in=[o for _, o in held]).order_by().values_list("pk", flat=True)
        allowed = set(rows) if held else set()
        found += [key for key, o in held if o in allowed]
        if len(held) < _AT_ONCE:
            return found, True
        before, looked = held[-1][0], looked + len(held)
    return found, False


def _held(kind: str, runs: Sequence[Sequence[str]], before: int) -> list[tuple[int, int]]:
    """Return entry and object of what holds the words, the newest before an entry first.

    PostgreSQL cannot know whether many or few hold them, and would go back through all entries for the few: it is asked for
    the nearest first, and by its index of words where these are not enough.
    """
    asked, key = _asked(kind, runs), "reporting_search.rowid"
    if connection.vendor == "sqlite":
        return _entries(f"{_match()} AND {key} < %s ORDER BY {key} DESC", [asked, before])
    end = min(before, SearchEntry.objects.aggregate(last=models.Max("pk"))["last"] or 0) + 1
    near = [asked, before, end - _NEAR]
    found = _entries(f"{_match()} AND {key} < %s AND {key} >= %s ORDER BY {key} DESC", near)
    if len(found) == _AT_ONCE:
        return found
    return _entries(
        f"{_match()} AND {key} < %s ORDER BY {key} + 0 DESC", [asked, before]
    )  # + 0: not by the key


def _entries(condition: str, values: list[Any]) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(  # CROSS JOIN: SQLite asks the index first
            "SELECT e.id, e.object_id FROM reporting_search CROSS JOIN reporting_searchentry e "  # noqa: S608 - our own words
            f"WHERE e.id = reporting_search.rowid AND {condition} LIMIT {_AT_ONCE}",
            values,
        )
        return list(cursor.fetchall())


def _held_of(kind: str, runs: Sequence[Sequence[str]], objects: list[int]) -> list[int]:
    """Return the entries of these objects that hold the words, the newest first."""
    among, given = (
        ("IN (SELECT value FROM json_each(%s))", json.dumps(objects))
        if connection.vendor == "sqlite"
        else ("= ANY(%s)", objects)
    )
    with connection.cursor() as cursor:
        cursor.execute(  # CROSS JOIN: SQLite goes by the objects
            "SELECT e.id FROM reporting_searchentry e CROSS JOIN reporting_search "  # noqa: S608 - our own words
            f"WHERE e.kind = %s AND e.object_id {among} AND reporting_search.rowid = e.id AND {_match()} ORDER BY e.id DESC",
            [kind, given, _asked(kind, runs)],
        )
        return [key for (key,) in cursor.fetchall()]


def _match() -> str:
    return "reporting_search MATCH %s" if connection.vendor == "sqlite" else "words @@ %s::tsquery"


def _asked(kind: str, runs: Sequence[Sequence[str]]) -> str:
    """Return the words, and that of the kind, as the index of the database is asked for them."""
    if connection.vendor == "sqlite":
        return " ".join([f'"{_word_of(kind)}"', *_phrases(runs, _phrase_sqlite)])
    return " & ".join([_quoted(_word_of(kind)), *_phrases(runs, _phrase_postgresql)])


def _best(keys: list[int], words_asked: Sequence[str]) -> list[int]:
    """Return the entries to rank: those with the words in their titles first, then the newest."""
    if len(keys) <= _RANKED:
        return keys
    titles = SearchEntry.objects.filter(pk__in=keys).values_list("pk", "title")
    found = sorted(titles, key=lambda row: (_in_title(row[1], words_asked), row[0]), reverse=True)
    return [key for key, _ in found[:_RANKED]]


def _in_title(title: str, words_asked: Sequence[str]) -> int:
    held = simplified(title).casefold()
    return sum(word.casefold() in held for word in words_asked)


def _named(entry: SearchEntry, asked: set[str]) -> bool:
    """Whether the words are of the own name or code of a unit or an item: it stands before what only tells whose it is."""
    return entry.kind in ("unit", "item") and asked <= set(tokens(entry.title))


def _rank(entry: SearchEntry, words_asked: Sequence[str]) -> int:
    """Return how well an entry fits: how many words stand in its title, before how often they stand in its text."""
    body = simplified(entry.body).casefold()
    often = sum(min(body.count(word.casefold()), 9) for word in words_asked)
    return 10 * len(words_asked) * _in_title(entry.title, words_asked) + often


def _phrases(runs: Sequence[Sequence[str]], phrase: Callable[[Sequence[str], bool], str]) -> list[str]:
    """Return the words as the database is asked for them: one character may go on, and the last word, such as `balanc`."""
    last = len(runs) - 1
    return [
        phrase(run, len(run) == 1 and (len(run[0]) == 1 if _HAN.match(run[0]) else n == last))
        for n, run in enumerate(runs)
    ]


def _phrase_sqlite(run: Sequence[str], goes_on: bool) -> str:
    phrase = '"' + " ".join(run).replace('"', '""') + '"'
    return f"{phrase}*" if goes_on else phrase


def _phrase_postgresql(run: Sequence[str], goes_on: bool) -> str:
    if goes_on:
        return f"{_quoted(run[0])}:*"
    return "(" + " <-> ".join(_quoted(token) for token in run) + ")"


def _objects(entries: Sequence[SearchEntry]) -> dict[int, Any]:
    """Return by entry what it stands for, where the actor sees it."""
    found: dict[int, Any] = {}
    for kind, source in SOURCES.items():
        wanted = {e.object_id: e.pk for e in entries if e.kind == kind}
        if wanted:
            for obj in source.rows().filter(pk__in=list(wanted)).select_related(*source.related):
                found[wanted[obj.pk]] = obj
    return found


def _hit(kind: str, obj: Any, words_asked: Sequence[str]) -> Hit:
    """Return a hit in the reader's language, with a line in which the words stand, in whichever language.

    What the title says already is no line worth showing.
    """
    source = SOURCES[kind]
    title, texts = source.title(obj), list(source.texts(obj))
    lines = [str(text) for text in texts]
    held = [line for line in lines if _first(line, words_asked) is not None]
    if not held and _first(str(title), words_asked) is None:  # the words stand in the other language
        behind = (line for text in (*texts, title) for line in _both(text))
        held = [line for line in behind if _first(line, words_asked) is not None]
    told = simplified(str(title))  # the title is said in the reader's characters, the line as it was written
    shown = (_around(line, words_asked) for line in held or lines[:1])
    snippet = next((text for text in shown if simplified(text.strip("… \n")) not in told), "")
    name, args = source.address(obj)
    return Hit(
        kind, source.label, marked(str(title), words_asked), marked(snippet, words_asked),
        reverse(name, args=args), str(source.round(obj)),
    )  # fmt: skip


def _both(text: Told) -> list[str]:
    """Return a text in Chinese and in English, each once."""
    said = [text.say("zh-hans"), text.say("en")] if isinstance(text, Words) else [text]
    return [line for line in dict.fromkeys(said) if line]


def _first(line: str, words_asked: Sequence[str]) -> int | None:
    plain = line.casefold()
    return min((at for word in words_asked if (at := plain.find(word.casefold())) >= 0), default=None)


def _around(line: str, words_asked: Sequence[str]) -> str:
    at = _first(line, words_asked)
    if at is None:
        return line[: 2 * AROUND] + ("…" if len(line) > 2 * AROUND else "")
    start = max(0, at - AROUND)
    end = start + 3 * AROUND
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")


def marked(text: str, words_asked: Sequence[str]) -> SafeString:
    """Return a text, escaped, with what was asked for marked."""
    if not words_asked:
        return mark_safe(escape(text))  # noqa: S308 - escaped
    pattern = re.compile(
        "|".join(re.escape(w) for w in sorted(words_asked, key=len, reverse=True)), re.IGNORECASE
    )
    parts, last = [], 0
    for match in pattern.finditer(text):
        parts += [escape(text[last : match.start()]), "<mark>", escape(match[0]), "</mark>"]
        last = match.end()
    return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308 - every part is escaped
