"""Lists too long are cut, and rates stand beside their numbers."""

import pytest

from bihuan.reports.text import LINK, Section, fitted, rate


def test_a_list_too_long_is_cut_and_says_how_much_is_left() -> None:
    rows = [f"BH{number:04} 用电增容" for number in range(500)]
    text = fitted([Section("逾期 500", rows), Section("新收 1", ["BH9999 退税"])], 1000)
    assert len(text.encode()) <= 1000
    shown = [line for line in text.splitlines() if line.startswith("· BH0")]
    assert shown == [f"· {row}" for row in rows[: len(shown)]]
    assert f"……另有 {500 - len(shown)} 项 · {500 - len(shown)} more：{LINK}" in text
    assert "· BH9999 退税" in text, "a short list is not cut for a long one"


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(313, 749, "41.79%(313/749)"), (361, 749, "48.20%(361/749)"), (1, 800, "0.13%(1/800)"), (0, 0, "—")],
)
def test_a_rate_stands_beside_its_numbers_and_is_rounded_half_up(part: int, whole: int, told: str) -> None:
    assert rate(part, whole) == told
