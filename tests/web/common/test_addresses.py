"""Addresses that a process keeps are those that Django works out, also where arguments look alike."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.utils import translation

from duxue.web.common.addresses import address
from duxue.web.common.lang import say, speaking


def test_kept_addresses_are_those_of_django() -> None:
    for name, args in (("home", ()), ("rounds:unit", (1,)), ("public:unit", ("a-b", "1 '<"))):
        assert address(name, *args) == address(name, *args) == reverse(name, args=args)
    for other in (True, 1.0):  # equal to 1, but no key of a unit
        with pytest.raises(NoReverseMatch):
            address("rounds:unit", other)
    set_script_prefix("/duxue/")
    try:
        assert address("rounds:unit", 1) == "/duxue/rounds/units/1/"
    finally:
        set_script_prefix("/")


def test_templates_write_addresses_as_django_does() -> None:
    page = Template(
        '{% url "public:unit" "a" code %}|{% url "nowhere" as none %}{{ none }}|{% url "rounds:unit" pk=7 %}'
    )
    code = "it's&<b>"
    expected = reverse("public:unit", args=["a", code]).replace("&", "&amp;").replace("'", "&#x27;")
    assert page.render(Context({"code": code})) == f"{expected}||/rounds/units/7/"
    with pytest.raises(NoReverseMatch):
        Template('{% url "nowhere" %}').render(Context())


def test_words_are_said_in_the_language_spoken_whatever_was_asked_for_before() -> None:
    word = say("甲", "A")
    with speaking("en"):
        assert str(word) == "A"
        with speaking("zh-hans"):
            assert (str(word), translation.get_language()) == ("甲", "zh-hans")
        assert (str(word), translation.get_language()) == ("A", "en")
