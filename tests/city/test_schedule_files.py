"""The schedules of a city's file, every fault of it named."""

import shutil
from pathlib import Path

import pytest

from bihuan.city.schedule_files import FILE, load_schedules
from bihuan.files.validation import FilesInvalid
from tests.support.invalid_files import english
from tests.support.puyang import CITY_FOLDER, city


def test_the_city_has_a_digest_for_each_group_and_one_of_everything_else() -> None:
    planned = load_schedules(CITY_FOLDER, city().policy.groups)
    names = [one.timed.name for one in planned]
    assert names == [*(f"digest:G{n}" for n in range(1, 9)), "bulletin", "brief", "census", "retention"]
    assert {one.timed.keep_days for one in planned} == {0, 3 * 365}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('at: "08:30"', 'at: "8点半"', "schedules.yaml:4: at: found '8点半', expected a time of day such as 08:30"),
        ('at: "08:30"', 'at: "25:00"', "schedules.yaml:4: at: found '25:00', expected a time of day such as 08:30"),
        ("weekday: 周一", "weekday: 星期八", "schedules.yaml:7: weekday: found '星期八', expected one of 周一、周二"),
        ('"07-01"]', '"07-32"]', "schedules.yaml:11: days: found ['01-01', '07-32'], expected a list of days"),
        ("every: 1h", "every: 2wd", "schedules.yaml:15: every: found '2wd', expected a limit in d, h or s, from 60"),
        ("every: 1h", "every: 5s", "schedules.yaml:15: every: found '5s', expected a limit in d, h or s, from 60"),
        ("keep_days: 1095", "keep_days: 90", "schedules.yaml:19: keep_days: found 90, expected a number from 180"),
        ("catch_up: 14d", "catch_up: soon", "schedules.yaml:9: catch_up: found 'soon', expected a limit in d, h or s"),
        ("bulletin:", "weekly:", "schedules.yaml:6: weekly: found "),
        ("  weekday: 周一\n", "", "schedules.yaml:6: weekday: found None, expected to be given"),
        ("  weekday: 周一\n", "  weekday: 周一\n  day: 1\n", "schedules.yaml:8: day: found 1, expected no such name"),
    ],
)
def test_a_wrong_schedule_is_named_with_its_line_and_field(tmp_path: Path, old: str, new: str, named: str) -> None:
    shutil.copy(CITY_FOLDER / FILE, tmp_path)
    content = (tmp_path / FILE).read_text()
    assert old in content
    (tmp_path / FILE).write_text(content.replace(old, new, 1))
    with pytest.raises(FilesInvalid) as refused:
        load_schedules(tmp_path, ("G1",))
    assert named in english(refused.value)


def test_what_is_left_out_is_not_wanted(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("census: {every: 1h, catch_up: 1h}\n")
    assert [one.timed.name for one in load_schedules(tmp_path, ("G1", "G2"))] == ["census"]
