"""Values that nobody types by mistake, and the forms of a page as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

SCRIPT = "<script>alert(1)</script>"
DIGITS = "9" * 10_000
# What a field of a form is sent, by what is wrong with it.
TEXTS: dict[str, str] = {
    "NUL": "a\0b", "lone surrogate": "a\ud800b", "long": "长" * 5000, "bidi": "a\u202eb\u2066c", "zero width": "\u200b\u200d\ufeff",
    "NaN": "NaN", "Infinity": "-Infinity", "1e999": "1e999", "1e-999": "1e-999", "digits": DIGITS, "day 1": "0001-01-01",
    "last day": "9999-12-31", "no day": "2024-02-30", "first moment": "0001-01-01T00:00", "last moment": "9999-12-31T23:59", "first of all": "0001-01-01T00:00+14:00", "last of all": "9999-12-31T23:59-12:00",
    "path": "../../etc/passwd", "script": SCRIPT, "formula": "=cmd|'/c calc'!A1", "SQL": "' OR 1=1 --", "negative": "-1",
    "huge": str(10**30), "many digits": "9" * 5000, "other digits": "١٢٣", "superscript": "²", "blank": " \t ", "lines": "a\r\nb\n\x0b\x1c\u2028c",
}  # fmt: skip
TYPED = {"text", "search", "textarea", "number", "date", "datetime-local", "email", "url", "tel", "month"}
# What a field that stands empty is filled with when another is tried: else the form is refused for the empty one.
PLAUSIBLE = {
    "number": "1", "date": "2025-05-05", "datetime-local": "2035-05-05T10:00", "email": "x@example.org", "month": "2025-05",
}  # fmt: skip


@dataclass
class Field:
    """One control: its kind is the input's type, "select", "textarea" or "button"."""

    name: str
    kind: str
    value: str = ""
    on: bool = False  # chosen, ticked
    options: list[str] = field(default_factory=list)


@dataclass
class FormFound:
    """A form: where it leads, and its fields by name."""

    action: str
    method: str
    key: str = ""
    multipart: bool = False
    fields: dict[str, Field] = field(default_factory=dict)

    def stands(self) -> dict[str, str]:
        """Return what would be sent now; what is empty or not chosen gets something plausible."""
        sent = {}
        for name, found in self.fields.items():
            if found.kind in {"select", "radio", "button"}:
                chosen = found.value or next((option for option in found.options if option), "")
                sent[name] = chosen
            elif found.kind == "checkbox":
                if found.on or found.value not in {"", "on"}:
                    sent[name] = found.value or "on"
            elif found.kind != "file":
                sent[name] = found.value or ("样本" if found.kind != "hidden" else "")
                if not found.value and found.kind in PLAUSIBLE:
                    sent[name] = PLAUSIBLE[found.kind]
        return sent


def encoded(data: dict[str, str]) -> bytes:
    """Return data as a browser sends it; half a pair of UTF-16 as the three bytes that a careless program makes of it."""
    return urlencode({k.encode(): v.encode("utf-8", "surrogatepass") for k, v in data.items()}).encode()


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[FormFound] = []
        self._form: FormFound | None = None
        self._field: Field | None = None
        self._loose: list[tuple[str, Field]] = []
        self.feed(page)
        for key, control in self._loose:
            for form in self.found:
                if form.key == key:
                    self._enter(form, control)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or one of its controls."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = FormFound(
                given.get("action", ""), given.get("method", "get").lower(), given.get("id", ""),
                "multipart" in given.get("enctype", ""),
            )  # fmt: skip
            self.found.append(self._form)
        elif tag in {"input", "select", "textarea", "button"}:
            self._control(tag, given)
        elif tag == "option" and self._field is not None:
            self._field.options.append(given.get("value", ""))
            if "selected" in given:
                self._field.value = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a form or a control."""
        if tag == "form":
            self._form = None
        elif tag in {"select", "textarea"}:
            if self._field is not None and tag == "textarea":
                self._field.value = self._field.value.removeprefix("\n")  # which browsers leave out
            self._field = None

    def handle_data(self, data: str) -> None:
        """Take the text of a textarea."""
        if self._field is not None and self._field.kind == "textarea":
            self._field.value += data

    def _control(self, tag: str, given: dict[str, str]) -> None:
        name, on = given.get("name", ""), "checked" in given
        if not name or "disabled" in given or name == "csrfmiddlewaretoken":
            return
        kind = given.get("type", "text" if tag == "input" else tag) if tag != "button" else "button"
        kind = "button" if kind == "submit" else kind if tag == "input" else tag
        control = Field(name, kind, given.get("value", "") if tag != "textarea" else "", on)
        if kind in {"radio", "button"}:
            control.options, control.value = [control.value], control.value if on else ""
        if "form" in given:
            self._loose.append((given["form"], control))
        elif self._form is not None:
            control = self._enter(self._form, control)
        self._field = control if tag in {"select", "textarea"} else None

    @staticmethod
    def _enter(form: FormFound, control: Field) -> Field:
        had = form.fields.get(control.name)
        if had is None or had.kind != control.kind:
            return form.fields.setdefault(control.name, control)
        had.options += control.options
        if control.on:
            had.value, had.on = control.value, True
        return had
