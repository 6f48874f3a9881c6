"""What people ask of the calendar on the command line: answered soon, or refused in a sentence."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.domain.clocks.limits import AMOUNT_MAX, Limit, TimeUnit
from bihuan.domain.clocks.workdays import YEARS
from tests.support.cities import yunchuan
from tests.support.puyang import CITY_FOLDER, MONDAY, policy


def ask(tmp_path: Path, *words: str) -> tuple[int, str]:
    env = {"BIHUAN_CITY": str(CITY_FOLDER), "BIHUAN_DATA": str(tmp_path)}
    done = CliRunner().invoke(app, list(words), env=env)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("since", "limit", "said"),
    [
        ("2026-09-30T10:00", "999999wd", "--limit: '999999wd' 不是时限，如 3wd、4wh、30d，至多约二十年"),
        ("2026-09-30T10:00", "5001wd", "expected 5000wd at most"),
        ("2026-09-30T10:00", "３wd", "--limit: '３wd' 不是时限"),
        ("0001-01-01T00:00", "3wd", "--from: '0001-01-01T00:00' 不是 2000 至 2200 年间的 ISO 8601 时刻"),
        ("9999-12-31T23:59", "3wd", "is not an ISO 8601 time from 2000 to 2200"),
        ("1999-12-31T23:59:59+00:00", "3wd", "--from: "),
        ("noon", "3wd", "--from: 'noon'"),
    ],
)
def test_a_limit_or_a_moment_that_nobody_means_is_refused(tmp_path: Path, since: str, limit: str, said: str) -> None:
    code, output = ask(tmp_path, "calendar", "due", "--from", since, "--limit", limit)
    assert code == 2
    assert said in output


@pytest.mark.parametrize("unit", TimeUnit)
def test_the_longest_limit_is_counted_from_the_last_year_there_is(unit: TimeUnit) -> None:
    longest = Limit.parse(f"{AMOUNT_MAX[unit]}{unit}")
    last = MONDAY.replace(year=YEARS.stop - 1)
    assert last < policy().calendar.after(last, longest) < last.replace(year=YEARS.stop + 30)
    with pytest.raises(ValueError, match=r"is too long|is not a limit"):
        Limit.parse(f"{AMOUNT_MAX[unit] + 1}{unit}")


def test_the_check_of_a_city_tells_what_is_wrong_in_both_tongues_and_how_much_more(tmp_path: Path) -> None:
    folder = yunchuan(tmp_path)
    rows = "".join(f"P{number},某人,县级,maybe\n" for number in range(30))
    (folder / "officials.csv").write_text(f"id,name,rank,city_leader\n{rows}", encoding="gb18030")
    done = CliRunner().invoke(app, ["config", "check", str(folder)], env={"BIHUAN_DATA": str(tmp_path)})
    assert done.exit_code == 1
    assert str(done.exception).splitlines()[0].startswith("officials.csv:2: city_leader: 见到 'maybe'，应为 yes 或 no")
    assert str(done.exception).endswith("· and 10 more")
