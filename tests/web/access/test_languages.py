"""Whatever page is opened, and whatever is refused, is said in the reader's language alone.

The stage's texts that have one language lose their letters, so that whatever letters a page shows are the site's own, or one
half of a text in two languages: it must be the reader's half.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from copy import copy
from html import unescape
from http.cookies import SimpleCookie
from typing import Any, Final

import pytest
from django.db import connection, models

from duxue.web.common import sealing
from duxue.web.common.lang import html_language
from duxue.web.common.scope import everything
from tests.e2e.site.staged import OWNERS, Built, build
from tests.web.access.expected import FURTHER, PAGES, POSTED
from tests.web.access.languages import HAN, WORD, Said, simplified_only
from tests.web.access.stage import Stage, standing
from tests.web.access.test_matrix import ask, send_nothing
from tests.web.attacks.spoiling import WORDS, models_of_the_site, texts_of

pytestmark = pytest.mark.django_db
WRITTEN, ENGLISH = "✎ 7", "Left in English"  # what people wrote, and the English half of what has two
# Traditional characters are made from the Simplified ones; only the words of Django and allauth are kept for both.
LANGUAGES: Final = ("en", "zh-hant", "zh-hans")
OF_OTHERS: Final = ("account_", "mfa_", "socialaccount_")
# What stands in Latin letters in Chinese: names of kinds of files, of software, of keys, of things that have no other.
NAMES: Final = frozenset(
    [
        "Excel",
        "Word",
        "Tab",
        "Ctrl",
        "Enter",
        "Esc",
        "csv",
        "xlsx",
        "ics",
        "zip",
        "drand",
        "Duxue",
        "Creative",
        "Commons",
        "Attribution",
    ]
)
CODES: Final = frozenset(
    ["cn", "source", "duxue", "round", "verify", "pack", "show", "pip", "install"]
)  # a calendar, a column of a table, commands
# What the small round and the passkey are called, which stand in no field of ours.
DATA: Final = re.compile(r"[甲乙丙丁](市|\d县)|合成省|合成密钥")
# Documents in a language of their own, whoever reads them.
DOCUMENTS: Final = ("public:file", "reading:document")
AT_ONCE: Final = {"public:draw_check"}  # says everything in both languages, one beside the other
FOUND = dict[str, dict[str, set[str]]]


def without_letters(told: Any) -> Any:
    """Return JSON whose texts of one language hold no letters."""
    if isinstance(told, dict):
        return {
            key: value if key == "zh" or not isinstance(value, str) or not value
            else ENGLISH if key == "en" else WRITTEN if key in WORDS else value
            for key, value in ((key, without_letters(value)) for key, value in told.items())
        }  # fmt: skip
    return [without_letters(one) for one in told] if isinstance(told, list) else told


def write() -> None:
    """Take the letters from what people wrote in one language; a text in two keeps its Chinese half and gets an English one."""
    connection.check_constraints()  # PostgreSQL takes no trigger away while it has something to check
    sealing.remove(connection)
    with everything("test"):
        for model in models_of_the_site():
            names, rows = texts_of(model), model._base_manager
            for name in names:
                if name.endswith("_en"):
                    half = next(half for half in (f"{name[:-2]}zh", name[:-3]) if half in names)
                    rows.exclude(**{half: ""}).update(**{name: ENGLISH})
                elif not name.endswith("_zh") and f"{name}_en" not in names:
                    rows.exclude(**{name: ""}).update(**{name: WRITTEN})
            for field in (f.name for f in model._meta.fields if isinstance(f, models.JSONField)):
                for thing in rows.exclude(**{field: None}):
                    rows.filter(pk=thing.pk).update(**{field: without_letters(getattr(thing, field))})
    sealing.install(connection)


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Built]:
    """The site with one of each thing and a published round."""
    home = tmp_path_factory.mktemp("home")
    with standing(django_db_blocker, home):
        yield build(home, write)


@pytest.fixture(scope="module")
def stage(built: Built) -> Stage:
    """The things."""
    return built.stage


def speaking(client: Any, language: str) -> Any:
    """Return the browser with a language chosen."""
    browser = copy(client)
    browser.cookies = SimpleCookie(client.cookies)
    browser.cookies.pop("messages", None)  # said when it was still another's language
    browser.cookies["duxue_language"] = language
    return browser


def texts_in(answer: Any) -> tuple[str, list[tuple[str, bool]]]:
    """Return the language of a page, and what an answer says in it, each with whether it is prose; other files say nothing."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if kind == "text/html":
        page = Said(content.decode())
        return page.language, [(text, True) for text in page.texts] + [(text, False) for text in page.charts]
    if kind in {"text/csv", "text/calendar"}:
        return "", [(content.decode(), False)]
    if kind.endswith("spreadsheetml.sheet"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
        return "", [(unescape(re.sub("<[^>]*>", " ", part)), False) for part in parts]
    return "", []


def wrong_in(text: str, language: str, *, prose: bool) -> list[str]:
    """Return what does not belong into a text of the language."""
    text = DATA.sub("", text)
    if language == "en":
        return HAN.findall(text)
    left = WORD.findall(re.sub(r"\{\w+\}", "", text)) if prose else []
    return [word for word in left if word not in NAMES | CODES] + [
        c for c in simplified_only(text) if language == "zh-hant"
    ]


def note(found: FOUND, language: str, name: str, answer: Any, sent: Collection[str] = ()) -> None:
    """Note what is wrong with an answer by the text in which it stands; what was sent may come back as it was."""
    own, texts = texts_in(answer)
    if own not in {"", html_language(language)} and not name.startswith(DOCUMENTS):
        found[language][f"the page is in {own}"].add(name)
    for text, prose in texts:
        for wrong in wrong_in(text, own.lower() or language, prose=prose):
            if wrong in sent:
                continue
            found[language][f"{wrong}: {' '.join(text.split())[:80]}"].add(name)


@pytest.fixture(scope="module")
def found(built: Built) -> FOUND:
    """What is said in another language than the reader's, by the language and the text, with where."""
    found: FOUND = defaultdict(lambda: defaultdict(set))
    for name, path, who in built.addresses():
        if name in AT_ONCE:
            continue
        for language in LANGUAGES if name.startswith(OF_OTHERS) else LANGUAGES[:2]:
            note(found, language, name, speaking(built.clients[who], language).get(path, follow=True))
    for name, row in (PAGES | FURTHER).items():
        may = POSTED.get(name, row.allowed) if name in PAGES else row.allowed
        who = next((key for key in OWNERS if key in may), "")
        for language in LANGUAGES[:2] if who else ():
            browser = speaking(built.clients[who], language)
            if name in PAGES:
                answer = send_nothing(browser, name, built.stage, "own")
            elif row.method != "GET":
                answer = ask(browser, name, row, built.stage, "own")
            else:
                continue
            note(found, language, f"{name} (sent)", answer, [str(value) for value in row.data.values()])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said_in_the_language_of_its_reader(found: FOUND, language: str) -> None:
    told = [f"{text} – {', '.join(sorted(where)[:3])}" for text, where in sorted(found[language].items())]
    assert "\n".join(told) == ""
