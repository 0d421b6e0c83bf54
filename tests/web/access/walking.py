"""Following links: each page that they lead to is opened, a few levels down."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import resolve

LEVELS = 3  # below the first page; what the lowest of them lead to is opened too
OF_A_KIND = 1  # pages of one address and one set of filters that are opened


class Links(HTMLParser):
    """The addresses that a page leads to, each with the words of its link."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the address of a link."""
        if tag == "a" and (address := dict(attrs).get("href")):
            self._open = address
            self.found.setdefault(address, "")

    def handle_data(self, data: str) -> None:
        """Take the words of a link."""
        if self._open:
            self.found[self._open] = (self.found[self._open] + " " + data).strip()

    def handle_endtag(self, tag: str) -> None:
        """Close a link."""
        if tag == "a":
            self._open = ""


def opened(client: Client, path: str) -> tuple[int, str]:
    """Return what a page answers and its text; of files none."""
    answer = client.get(path)
    if answer.streaming:
        b"".join(answer)  # lets it go; `close` would close the connection that the test stands on
        return answer.status_code, ""
    text = answer["Content-Type"].startswith("text/html") if "Content-Type" in answer else False
    return answer.status_code, answer.content.decode() if text else ""


def closed_doors(
    client: Client, but: frozenset[str] = frozenset(), start: str = "/"
) -> tuple[list[str], int]:
    """Return the links that lead nowhere, told as where they stand and what they say, and how many pages were opened."""
    wrong: list[str] = []
    seen: set[str] = set()
    kinds: Counter[tuple[str, ...]] = Counter()
    pages, count = [("", "", start)], 0
    for level in range(LEVELS + 2):
        below: list[tuple[str, str, str]] = []
        for where, words, path in pages:
            kind = kind_of(path)
            if path in seen or kind[0] in but or kinds[kind] == OF_A_KIND:
                continue
            seen.add(path)
            kinds[kind] += 1
            status, text = opened(client, path)
            count += 1
            if status >= 400:
                wrong.append(f"{status} {path} “{words}” on {where}")
            if level <= LEVELS:
                links = Links(text).found.items()
                below += [(path, said, to) for href, said in links if (to := on_site(path, href))]
        pages = below
    return wrong, count


def kind_of(path: str) -> tuple[str, ...]:
    """Return the name of an address and the names of its filters."""
    address = urlsplit(path)
    return (
        resolve(address.path).view_name,
        *sorted(part.partition("=")[0] for part in address.query.split("&")),
    )


def on_site(page: str, href: str) -> str:
    """Return where a link leads on the site; "" for other sites, places on the page and files of the site's dress."""
    target = urlsplit(urljoin(f"http://testserver{page}", href))
    if (
        target.netloc != "testserver"
        or target.scheme not in {"http", "https"}
        or target.path.startswith("/static/")
    ):
        return ""
    return target._replace(scheme="", netloc="", fragment="").geturl()
