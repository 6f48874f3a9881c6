"""Numbers of people are hidden in every form people write them in; a credit code is nobody's number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.codes import ALPHABET, WEIGHTS, is_uscc
from bihuan.notify.masking import IDENTITY_CHECKS, IDENTITY_WEIGHTS, is_identity, masked
from tests.support.odd_texts import full_width

GAPS = ("", "", "", " ", "-", "\u3000", "\u00a0", "－", "–", ".", " - ", "\u200b")
BEFORE = ("电话", "tel ", "电话：", "（", "", "经办人 ", "tel:", "3、")
PREFIXES = ("", "0", "+86 0", "+86", "0086", "86", "＋８６", "(+86)", "+86-", "0086 ", "（86）")


@st.composite
def written(draw: st.DrawFn, number: str) -> str:
    """The number with gaps anywhere and some of its digits full-width."""
    signs = [draw(st.sampled_from((sign, full_width(sign)))) for sign in number]
    return signs[0] + "".join(draw(st.sampled_from(GAPS)) + sign for sign in signs[1:])


MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
BORN = st.dates().filter(lambda day: day.year >= 1900)


@st.composite
def identities(draw: st.DrawFn) -> str:
    first = draw(st.from_regex(r"[1-6][0-9]{5}", fullmatch=True)) + f"{draw(BORN):%Y%m%d}"
    first += draw(st.from_regex(r"[0-9]{3}", fullmatch=True))
    total = sum(int(digit) * weight for digit, weight in zip(first, IDENTITY_WEIGHTS, strict=True))
    return first + IDENTITY_CHECKS[total % 11]


@given(data=st.data(), number=MOBILES, before=st.sampled_from(BEFORE), prefix=st.sampled_from(PREFIXES))
def test_a_mobile_number_is_hidden_however_it_is_written(
    data: st.DataObject, number: str, before: str, prefix: str
) -> None:
    said = f"{before}{prefix}{data.draw(written(number))}，请联系"
    hidden = masked(said)
    assert hidden.startswith(before)
    assert hidden.endswith(f"{number[:3]}****{number[-4:]}，请联系"), said
    assert len(hidden) <= len(f"{before}(138****8000，请联系"), "nothing else of it is left"


@given(data=st.data(), number=identities(), lower=st.booleans())
def test_an_identity_number_is_hidden_however_it_is_written(data: st.DataObject, number: str, lower: bool) -> None:
    said = data.draw(written(number.lower() if lower else number))
    assert masked(f"身份证{said}。") == f"身份证{number[:6]}********{number[-4:]}。"


@given(stem=st.from_regex(r"9[0-9]{16}", fullmatch=True))
def test_a_credit_code_of_digits_alone_stays_readable(stem: str) -> None:
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(stem, WEIGHTS, strict=True))
    code = stem + ALPHABET[(31 - total % 31) % 31]
    assert is_uscc(code)
    if not is_identity(code) or code[-1] not in "0123456789X":
        assert masked(f"企业 {code} 反映") == f"企业 {code} 反映"


@pytest.mark.parametrize(
    "said",
    [
        "+8613800138000",
        "138-0013-8000",
        "138 0013 8000",
        "１３８００１３８０００",
        "008613800138000",
        "013800138000",
        "0086 138 0013 8000",
        "+86-138-0013-8000",
        "(+86) 138 0013 8000",
    ],
)
def test_the_forms_that_went_through(said: str) -> None:
    hidden = masked(f"联系人 {said}")
    assert hidden.endswith("138****8000")
    assert "0013" not in hidden


@pytest.mark.parametrize(
    "text",
    [
        "91410902MA00000001",
        "9141 0902 MA00 0000 01",
        "2021-07-05T14:30:00+08:00",
        "2021-09-30 至 2021-10-15",
        "金额 123456789012345678901 元",
        "工单 20210705138001380001",
        "濮督〔2021〕1号",
        "0393-6666666",
    ],
)
def test_what_is_nobodys_number_stays(text: str) -> None:
    assert masked(text) == text
