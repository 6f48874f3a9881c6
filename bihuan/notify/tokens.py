"""Tokens in links on personal channels: each lets one addressee acknowledge one notice, until it expires."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bihuan.domain.parties import Party

PURPOSE = b"bihuan link 1\n"
"""Nothing else that may ever be signed with the same secret begins so."""
WHEN, NOTICE, MARK = 5, 16, 16
"""Bytes of the expiry, of the notice's digest and of the mark, which is cut to 128 bits: text messages are short."""


class TokenRefused(Exception):
    """Why a token lets nobody in."""


class TokenMalformed(TokenRefused):
    """It is no token at all: cut short on its way, perhaps."""


class TokenForged(TokenRefused):
    """It was not made here."""


class TokenOfAnotherNotice(TokenRefused):
    """It was made here, for another notice."""


class TokenExpired(TokenRefused):
    """Its time is over."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Signs and verifies with one secret. That a token counts once is seen by its notice: it is acknowledged then."""

    secret: bytes
    LONGEST: ClassVar[int] = 400

    def sign(self, notice_id: str, party: Party, expires: datetime) -> str:
        said = int(expires.timestamp()).to_bytes(WHEN) + _digest(notice_id) + str(party).encode()
        return base64.urlsafe_b64encode(said + self._mark(said)).decode().rstrip("=")

    def verify(self, token: str, notice_id: str, now: datetime) -> Party:
        """The addressee. Raises TokenRefused."""
        said, mark = _split(token)
        if not hmac.compare_digest(mark, self._mark(said)):
            raise TokenForged
        if said[WHEN : WHEN + NOTICE] != _digest(notice_id):
            raise TokenOfAnotherNotice
        if now.timestamp() >= int.from_bytes(said[:WHEN]):
            raise TokenExpired
        return Party.parse(said[WHEN + NOTICE :].decode())

    def _mark(self, said: bytes) -> bytes:
        return hmac.digest(self.secret, PURPOSE + said, "sha256")[:MARK]


def _digest(notice_id: str) -> bytes:
    return hashlib.sha256(notice_id.encode()).digest()[:NOTICE]


def _split(token: str) -> tuple[bytes, bytes]:
    if len(token) > Tokens.LONGEST:
        raise TokenMalformed
    try:
        whole = base64.b64decode((token + "=" * (-len(token) % 4)).encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as wrong:
        raise TokenMalformed from wrong
    if len(whole) <= WHEN + NOTICE + MARK:
        raise TokenMalformed
    return whole[:-MARK], whole[-MARK:]
