"""What others wrote acts on nothing, and what must be said is said."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.channels import layout
from activities.channels.port import Message, Verdict
from tests.support.odd_texts import OUTSIDE

LINK = "https://loop.puyang.test/issues/1"

texts = st.text(st.characters(codec="utf-8"), max_size=400) | st.lists(
    st.sampled_from(
        [*"@<>[]()*_`#|~!&$^\\{}-+=.: \n\t\u202e\u200d\u0301👨👩中a1", "https://", "evil.com", LINK, "1. ", "---\n"]
    ),
    max_size=60,
).map("".join)


@given(texts)
def test_nothing_in_a_text_mentions_tags_or_links_elsewhere(text: str) -> None:
    told = layout.quiet(text, LINK)
    assert not set(told) & set("@<>")
    assert not re.search(r"https?://(?!loop\.puyang\.test/)", told)


@given(texts)
def test_nothing_in_a_text_is_markdown(text: str) -> None:
    told = layout.quiet_markdown(text, LINK)
    ours = re.sub(r"https://loop\.puyang\.test/\S*", "", told)
    assert not set(ours) & set("@<>[]()*_`#|~!&$^\\{}")
    assert not re.search(r"^\s*(?:[-+=]|\d+\.)", told, re.MULTILINE)


@given(texts)
def test_what_is_silenced_reads_as_before(text: str) -> None:
    """Only twins of the same look, and spaces that nobody sees."""
    told = layout.quiet_markdown(text, "")
    assert _seen(told) == _seen(layout.clean(text))


def _seen(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("\u200b", ""))


def test_the_site_of_the_link_stays_a_link() -> None:
    told = layout.quiet(f"见 {LINK}?a=1&b=2 与 https://loop.puyang.test.evil.example/ 及 evil.example", LINK)
    assert f"{LINK}?a=1&b=2" in told
    assert "https://loop.puyang.test.evil.example" not in told
    assert "evil.example" not in told


@given(texts, st.integers(60, 400))
def test_a_text_is_cut_at_a_character_with_id_and_link_kept(text: str, most: int) -> None:
    message = Message(id="BH1:2:unit/甲", title="到期", text=text, link=LINK)
    told = layout.fitted(message, layout.plain, lambda laid: layout.size(laid) <= most)
    if told is None:
        assert layout.size(layout.plain(replace(message, text=""))) > most
        return
    assert layout.size(told) <= most
    assert told.endswith(f"查看 {LINK}\n编号 BH1:2:unit/甲")
    assert told.startswith("到期")


def test_no_sign_is_torn_from_what_belongs_to_it() -> None:
    family = "👨\u200d👩\u200d👧"
    message = Message(id="1", title="题", text=family * 40)
    for most in range(60, 140):
        told = layout.fitted(message, lambda one: one.text, lambda text, most=most: layout.size(text) <= most)  # type: ignore[misc]
        assert told is not None
        assert not told.removesuffix(layout.CUT).endswith("\u200d")


@given(st.lists(st.text(min_size=1, max_size=60), max_size=30))
def test_a_digest_says_all_of_its_items_or_is_refused(items: list[str]) -> None:
    message = Message(id="D:1", title="汇总", text="摘要" * 200, link=LINK, items=tuple(items))
    told = layout.fitted(message, layout.plain, lambda laid: layout.size(laid) <= 600)
    if told is not None:
        for line in layout.numbered(message):
            assert layout.quiet(line, LINK) in told


def test_a_digest_too_long_says_how_many_items_it_had() -> None:
    answer = layout.too_long(Message(id="D:1", title="汇总", text="", items=("甲",) * 99))
    assert answer.verdict is Verdict.REFUSED
    assert "99 items" in answer.detail


@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\x1b", "\ud800"])
def test_what_cannot_be_seen_is_not_said(unseen: str) -> None:
    assert unseen not in layout.clean(f"甲{unseen}乙")


def test_a_title_is_one_line() -> None:
    told = layout.title(Message(id="1", title="甲\r\nBcc: x@y.z\u2028乙" + "长" * 200, text=""))
    assert "\n" not in told
    assert "\u2028" not in told
    assert len(told) == layout.TITLE_MAX


def test_what_came_from_outside_still_reads() -> None:
    assert "［中奖］（" in layout.quiet_markdown(OUTSIDE, LINK)
