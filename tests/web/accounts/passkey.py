"""A passkey in software, for tests: a key of its own that is registered for a person and answers what the site asks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

SITE = "testserver"
FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class Passkey:
    """One key; `number` is what it is known by."""

    user: Any
    number: bytes
    secret: ec.EllipticCurvePrivateKey

    def register(self, name: str = "合成密钥") -> Authenticator:
        """Return it as the site keeps it."""
        public = ES256.from_cryptography_key(self.secret.public_key())
        data = AuthenticatorData.create(
            sha256(SITE.encode()).digest(),
            FLAGS | AuthenticatorData.FLAG.AT,
            0,
            AttestedCredentialData.create(b"\0" * 16, self.number, public),
        )
        made = {
            "clientDataJSON": websafe_encode(self._said("webauthn.create", "AA")),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return WebAuthn.add(self.user, name, self._credential(made)).instance

    def answer(self, challenge: str) -> str:
        """Return what a browser posts after its owner touched it."""
        said = self._said("webauthn.get", challenge)
        data = AuthenticatorData.create(sha256(SITE.encode()).digest(), FLAGS, 1)
        proof = self.secret.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        given = {
            "clientDataJSON": websafe_encode(said),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(proof),
            "userHandle": websafe_encode(user_pk_to_url_str(self.user).encode()),
        }
        return json.dumps(self._credential(given))

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": f"https://{SITE}"}).encode()

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        number = websafe_encode(self.number)
        return {"id": number, "rawId": number, "type": "public-key", "response": response}


def passkey_of(user: Any) -> Passkey:
    """Return a new key of a person, not registered yet."""
    return Passkey(user, f"key of {user.pk}".encode(), ec.generate_private_key(ec.SECP256R1()))
