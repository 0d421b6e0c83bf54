"""Where the site is for whoever reads a mail: DUXUE_URL, or else the first of DUXUE_HOSTS; and where its program is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.http.request import validate_host


def url_of(address: str, hosts: Sequence[str]) -> str:
    """Return the address with which links in mails begin, `https://duxue.example.org`, without a slash at its end.

    Args:
        address: as the operator wrote it; empty: the first of the hosts.
        hosts: the names that the site answers to, as Django's ALLOWED_HOSTS.

    Raises:
        ValueError: no https address, more than scheme, name and port, or a name that the site does not answer to; no
            address, and the first host is a pattern (`*`, `.example.org`).
    """
    if not address and hosts[0].startswith(("*", ".")):
        raise ValueError(
            f"须设置：DUXUE_HOSTS 以 {hosts[0]} 开头 / is needed: DUXUE_HOSTS begins with {hosts[0]}"
        )
    url = (address or f"https://{hosts[0]}").rstrip("/").lower()
    found = re.fullmatch(r"https://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]+)?", url)
    if found is None:
        raise ValueError("须为 https://域名[:端口] / expected https://name[:port]")
    if not validate_host(found[1], hosts):
        raise ValueError(f"{found[1]} 不在 DUXUE_HOSTS 中 / is not one of DUXUE_HOSTS")
    return url


def source_of(address: str) -> str:
    """Return where the public finds the source of the program, DUXUE_SOURCE; empty where the operator named none.

    Raises:
        ValueError: not an https address.
    """
    if address and not re.fullmatch(r"https://[A-Za-z0-9.\-\[\]:]+(/[!-~]*)?", address):
        raise ValueError(f"DUXUE_SOURCE: 须为 https 地址 / expected an https address, found {address!r}")
    return address
