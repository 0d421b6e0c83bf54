"""What lies below a place: the same on both databases, and found through an index."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation

pytestmark = pytest.mark.django_db

PATHS = ("/1/", "/1/2/", "/1/2/8/", "/1/20/", "/1/21/8/", "/10/", "/10/2/")


@pytest.fixture
def places(db: None) -> None:
    """Seven made-up places, some of whose keys begin alike."""
    with everything("made-up places"):
        Organisation.objects.all().delete()
        for n, path in enumerate(PATHS):
            Organisation.objects.create(
                code=f"P{n}", level="city", name_zh="合成", name_en="Made up", path=path
            )


@pytest.mark.parametrize("place", [*PATHS, "/2/", "/1/2/9/"])
def test_a_place_holds_itself_and_what_is_below_it_and_nothing_else(places: None, place: str) -> None:
    with everything("which places there are"):
        found = set(Organisation.objects.filter(path__under=place).values_list("path", flat=True))
        rest = set(Organisation.objects.exclude(path__under=place).values_list("path", flat=True))
    assert found == {path for path in PATHS if path.startswith(place)}
    assert rest == set(PATHS) - found


def test_an_index_finds_it(places: None) -> None:
    with everything("how the database looks"):
        rows = Organisation.objects.filter(path__under="/1/2/").values("pk")
        if connection.vendor == "postgresql":  # a small table is read whole unless that is made dear
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
        assert "INDEX" in rows.explain().upper()


@pytest.mark.parametrize("wrong", ["", "1/2", "/1/2", "%"])
def test_what_is_no_place_is_refused(wrong: str) -> None:
    with everything("nothing is asked"), pytest.raises(ValueError, match="ends with /"):
        str(Organisation.objects.filter(path__under=wrong).query)


@given(
    st.lists(st.integers(1, 130), min_size=1, max_size=4),
    st.lists(st.integers(1, 130), min_size=1, max_size=4),
)
def test_the_range_is_what_begins_with_the_place(place: list[int], other: list[int]) -> None:
    begin, path = (f"/{'/'.join(map(str, keys))}/" for keys in (place, other))
    assert (begin <= path < f"{begin[:-1]}0") == path.startswith(begin)
