"""The token of a link: for one addressee and one notice, until it expires, and nobody else can make one."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.parties import Desk, Party
from bihuan.notify.tokens import (
    TokenExpired,
    TokenForged,
    TokenMalformed,
    TokenOfAnotherNotice,
    TokenRefused,
    Tokens,
)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
NOTICE = "BHAAAA:7:unit-head:D16"
PARTY = Party(Desk.UNIT_HEAD, "D16")
TOKENS = Tokens(b"k" * 32)
PARTIES = st.builds(Party, st.sampled_from(Desk), st.text(max_size=20))


@given(party=PARTIES, notice=st.text(max_size=60))
def test_what_was_signed_is_read_back_for_its_notice_only(party: Party, notice: str) -> None:
    token = TOKENS.sign(notice, party, LATER)
    assert TOKENS.verify(token, notice, NOW) == party
    with pytest.raises(TokenOfAnotherNotice):
        TOKENS.verify(token, f"{notice}x", NOW)
    with pytest.raises(TokenForged):
        Tokens(b"other").verify(token, notice, NOW)


def test_it_ends_at_the_instant_it_expires() -> None:
    token = TOKENS.sign(NOTICE, PARTY, LATER)
    assert TOKENS.verify(token, NOTICE, LATER - timedelta(seconds=1)) == PARTY
    with pytest.raises(TokenExpired):
        TOKENS.verify(token, NOTICE, LATER)


def test_no_bit_of_it_can_be_changed() -> None:
    token = TOKENS.sign(NOTICE, PARTY, LATER)
    whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for place in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(TokenForged):
            TOKENS.verify(base64.urlsafe_b64encode(changed).decode().rstrip("="), NOTICE, NOW)


@given(st.text(max_size=600))
def test_any_other_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(TokenRefused):
        TOKENS.verify(text, NOTICE, NOW)


@pytest.mark.parametrize("text", ["", "t", "中", "AAAA", "a" * 10_000, "+/+/", TOKENS.sign(NOTICE, PARTY, LATER)[:30]])
def test_what_is_no_token_is_called_malformed(text: str) -> None:
    with pytest.raises(TokenMalformed):
        TOKENS.verify(text, NOTICE, NOW)


def test_it_is_short_enough_for_a_text_message() -> None:
    assert len(TOKENS.sign(NOTICE, PARTY, LATER)) < 80
