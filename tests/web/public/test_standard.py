"""Once a round is published everybody reads by which standard it judged."""

from __future__ import annotations

from django.test import Client

from tests.web.reporting.conftest import Office, home, office  # noqa: F401 - fixtures


def test_the_standard_of_a_published_round_is_read_by_everybody(office: Office) -> None:  # noqa: F811
    public, address = Client(), "/open/small-2023/standard/"
    assert public.get(address).status_code == 404
    office.publish()
    assert f'href="{address}"' in public.get("/open/small-2023/").content.decode()
    html = public.get(address, headers={"accept-language": "en"}).content.decode()
    assert "Spending per pupil" in html
    assert "20 off for each that misses it" in html  # the rule in words
    assert 'href="/rounds/' not in html.split("<main")[1].split("</main>")[0]
