"""A procedure drawn: Mermaid text, which documents and pages turn into a picture."""

from __future__ import annotations

from duxue.cases.procedure import Procedure, State, Transition, role_title
from duxue.core.text import Lang


def diagram(procedure: Procedure, lang: Lang = "en") -> str:
    """Return the procedure as a Mermaid state diagram: states, their terms, and who takes each way.

    Acts that change no state are left out: their loops would cover each other and the words of the ways.
    """
    lines = ["stateDiagram-v2"]
    lines += [f"    s_{state.id}: {_state(procedure, state, lang)}" for state in procedure.states]
    lines += [f"    [*] --> s_{state.id}" for state in procedure.states if state.kind == "start"]
    for move in procedure.transitions:
        label = _way(move, lang)
        lines += [
            f"    s_{state} --> s_{move.to}: {label}" for state in move.from_ if move.to not in (None, state)
        ]
    lines += [f"    s_{state.id} --> [*]" for state in procedure.states if state.kind == "final"]
    return "\n".join(lines) + "\n"


def _state(procedure: Procedure, state: State, lang: Lang) -> str:
    title = _plain(state.title.say(lang))
    if state.clock is None:
        return title
    return f"{title} ({_plain(procedure.term(state.clock).text.say(lang))})"


def _way(move: Transition, lang: Lang) -> str:
    roles = ("、" if lang == "zh" else ", ").join(role_title(role).say(lang) for role in move.roles)
    return f"{_plain(move.title.say(lang))} ({_plain(roles)})"


def _plain(text: str) -> str:
    # Signs with a meaning in Mermaid are written as character references.
    return "".join(c if c.isalnum() or c in " ,.()、，。（）-/" else f"#{ord(c)};" for c in text)
