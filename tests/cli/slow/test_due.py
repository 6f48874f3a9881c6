"""An official asks when something is due, in a process of its own."""

import json
import subprocess
import sys

import pytest

from tests.support.waiting import HANGS_AFTER_S


def ask(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from bihuan.cli import main; main()", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=HANGS_AFTER_S, check=False)


def test_an_official_asks_when_something_is_due() -> None:
    answer = ask("calendar", "due", "--from", "2021-09-30T10:00", "--limit", "7wd", "--json")
    told = json.loads(answer.stdout)
    assert (told["due"], told["provisional"]) == ("2021-10-15T18:00:00+08:00", False)
    holidays = [{"day": f"2021-10-0{day}", "reason": "国庆节"} for day in range(1, 8)]
    assert told["skipped"] == [*holidays, {"day": "2021-10-10", "reason": "周日"}]
    assert told["made_up"] == [{"day": "2021-10-09", "reason": "国庆节调休上班"}]
    aloud = ask("calendar", "due", "--from", "2021-09-30T10:00", "--limit", "7wd").stdout
    assert "10-01 至 10-07 国庆节不计" in aloud
    assert "10-09 (Sat, worked for National Day) counted" in aloud


def test_of_calendar_days_only_those_that_roll_the_end_are_named() -> None:
    told = json.loads(ask("calendar", "due", "--from", "2021-09-03T10:00", "--limit", "30d", "--json").stdout)
    assert told["due"] == "2021-10-08T18:00:00+08:00"
    assert [day["day"] for day in told["skipped"]] == [f"2021-10-0{day}" for day in range(3, 8)]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("calendar", "due", "--from", "soon", "--limit", "3wd"), "--from"),
        (("calendar", "due", "--from", "2021-09-30T10:00", "--limit", "three"), "--limit"),
        (("config", "check", "deploy"), "city.yaml"),
    ],
)
def test_a_question_that_cannot_be_read_is_told_where(words: tuple[str, ...], named: str) -> None:
    answer = ask(*words)
    assert answer.returncode == 2
    assert named in answer.stderr
    assert "Traceback" not in answer.stderr
