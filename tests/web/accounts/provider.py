"""A small OpenID provider on this machine, for tests: discovery, authorisation code with PKCE, signed id tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "duxue-test", "a secret of the client"


@dataclass
class Provider:
    """What the provider says of the person who signs in there, and what it was asked."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))


@contextmanager
def provider() -> Iterator[Provider]:
    """Run the provider on a free port of the loopback."""
    it = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {k: v[0] for k, v in parse_qs(parts.query).items()}
            if parts.path == "/.well-known/openid-configuration":
                self.answer(_discovery(it.issuer))
            elif parts.path == "/keys":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(it.key.public_key()))
                self.answer({"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]})
            elif parts.path == "/authorize":
                code = secrets.token_urlsafe(8)
                it.codes[code] = asked
                back = urlencode({"code": code, "state": asked["state"]})
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                self.end_headers()
            elif parts.path == "/userinfo":
                self.answer(it.claims)
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            asked = {
                k: v[0]
                for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
            }
            given = it.codes.pop(asked.get("code", ""), None)
            if (
                given is None
                or not _proved(given, asked)
                or not _known(self.headers.get("Authorization", ""), asked)
            ):
                self.send_error(400)
                return
            now = int(time.time())
            claims = {**it.claims, "iss": it.issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
            if "nonce" in given:
                claims["nonce"] = given["nonce"]
            token = jwt.encode(claims, it.key, "RS256", headers={"kid": "1"})
            self.answer({"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token})

        def answer(self, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    it.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield it
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _discovery(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def _proved(given: dict[str, str], asked: dict[str, str]) -> bool:
    digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
    return given.get("code_challenge") == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _known(header: str, asked: dict[str, str]) -> bool:
    if header.startswith("Basic "):
        return base64.b64decode(header.removeprefix("Basic ")).decode().startswith(CLIENT)
    return asked.get("client_secret") == SECRET
