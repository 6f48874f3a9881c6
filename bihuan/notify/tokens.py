"""Tokens in links on personal channels: each lets one addressee acknowledge one notice until it expires."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bihuan.domain.parties import Party

PURPOSE = b"bihuan link 1\n"
"""Nothing else that is ever signed with the same secret may begin like this."""
EXPIRY, NOTICE, SIGNATURE = 5, 16, 16
"""Bytes of the expiry, of the notice's hash and of the signature, cut to 128 bits because text messages are short."""


class TokenRefused(Exception):
    """The token is not valid."""


class TokenMalformed(TokenRefused):
    """It is not a token, perhaps because it was cut off on its way."""


class TokenForged(TokenRefused):
    """It was not made here."""


class TokenOfAnotherNotice(TokenRefused):
    """It was made here, for another notice."""


class TokenExpired(TokenRefused):
    """It has expired."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Signs and verifies with one secret. A token is used up once its notice has been acknowledged."""

    secret: bytes
    LONGEST: ClassVar[int] = 400

    def sign(self, notice_id: str, party: Party, expires: datetime) -> str:
        """The token, in URL-safe base 64."""
        payload = int(expires.timestamp()).to_bytes(EXPIRY) + _digest(notice_id) + str(party).encode()
        return base64.urlsafe_b64encode(payload + self._signature(payload)).decode().rstrip("=")

    def verify(self, token: str, notice_id: str, now: datetime) -> Party:
        """The addressee. Raises TokenRefused."""
        payload, signature = _split(token)
        if not hmac.compare_digest(signature, self._signature(payload)):
            raise TokenForged
        if payload[EXPIRY : EXPIRY + NOTICE] != _digest(notice_id):
            raise TokenOfAnotherNotice
        if now.timestamp() >= int.from_bytes(payload[:EXPIRY]):
            raise TokenExpired
        return Party.parse(payload[EXPIRY + NOTICE :].decode())

    def _signature(self, payload: bytes) -> bytes:
        return hmac.digest(self.secret, PURPOSE + payload, "sha256")[:SIGNATURE]


def _digest(notice_id: str) -> bytes:
    return hashlib.sha256(notice_id.encode()).digest()[:NOTICE]


def _split(token: str) -> tuple[bytes, bytes]:
    if len(token) > Tokens.LONGEST:
        raise TokenMalformed
    try:
        whole = base64.b64decode((token + "=" * (-len(token) % 4)).encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as wrong:
        raise TokenMalformed from wrong
    if len(whole) <= EXPIRY + NOTICE + SIGNATURE:
        raise TokenMalformed
    return whole[:-SIGNATURE], whole[-SIGNATURE:]
