"""What a commit must say is told before it is in the history."""

import pytest

from tests.repository.commit_message import SUBJECT_MAX, faults

WHY = "\n\nBecause somebody waited for nothing.\n"


@pytest.mark.parametrize(
    "message",
    [
        "A late check is not the unit's" + WHY,
        "x" * SUBJECT_MAX + WHY,
        "Merge: what fresh eyes found at the border",
        "# a remark of git's\nA late check is not the unit's" + WHY + "# Please enter the commit message\n",
    ],
)
def test_a_short_line_and_a_reason_pass(message: str) -> None:
    assert list(faults(message)) == []


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("", "first line is empty"),
        ("A late check is not the unit's\n", "no body"),
        ("A late check is not the unit's\n\n# Please enter the commit message\n", "no body"),
        ("A late check\nis not the unit's\n", "second line"),
        ("x" * (SUBJECT_MAX + 1) + WHY, "73 signs"),
        ("A change\n\n# ------------------------ >8 ------------------------\ndiff\n", "no body"),
    ],
)
def test_what_is_missing_or_too_long_is_told(message: str, said: str) -> None:
    assert said in " ".join(faults(message))
