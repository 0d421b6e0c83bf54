"""Who takes part in a round and what they have at hand: the cast of a story that several scenes share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.e2e.site.acting import Person
from tests.e2e.site.people import PEOPLE

STAYING: Final = {*PEOPLE, "public"}


@dataclass
class Story:
    """One round, played on one server in one language."""

    browser: Any
    url: str
    lang: str  # zh or en
    folder: Path  # for files
    slug: str
    scripts: str = "on"  # on, off or late, for everybody
    people: dict[str, Person] = field(default_factory=dict)  # some may have played before
    unit: str = ""  # address of the unit's workbench
    draw: str = ""  # address of the draw
    promised: float = 0.0  # when chance speaks, in seconds since 1970
    visit: str = ""  # address of the visit
    problem: str = ""  # address of the problem

    def person(self, key: str) -> Person:
        """Return a person with an open browser, not signed in when new."""
        if key not in self.people:
            self.people[key] = Person(self.browser, self.url, self.lang, key, scripts=self.scripts)
        return self.people[key]

    def enter(self, key: str) -> Person:
        """Return a person who is signed in."""
        new = key not in self.people
        person = self.person(key)
        return person.sign_in() if new else person

    def say(self, zh: str, en: str) -> str:
        """Return the text in the story's language."""
        return zh if self.lang == "zh" else en

    def at(self, path: str) -> str:
        """Return a path below the round."""
        return f"/rounds/{self.slug}/{path}"

    def wrong(self) -> list[str]:
        """Return what browsers complained about since it was last asked."""
        told = [f"{key}: {text}" for key, person in self.people.items() for text in person.wrong]
        for person in self.people.values():
            person.wrong.clear()
        return told

    def close(self) -> None:
        """Close the browsers of those who were invited to this round: the others stay for the next."""
        for key in self.people.keys() - STAYING:
            self.people.pop(key).context.close()


def number_in(address: str) -> str:
    """Return the last number in an address."""
    return str(re.findall(r"/(\d+)/", address)[-1])
