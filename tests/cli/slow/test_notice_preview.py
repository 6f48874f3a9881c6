"""``bihuan notices preview`` and ``config check``: what would be sent is shown, and nothing is."""

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.files.validation import FilesInvalid
from bihuan.notify.samples import EVENTS, REPORTS
from tests.support.notify_files import EVERYBODY, FILES
from tests.support.puyang import CITY_FOLDER

NIGHT = "2026-11-25T23:00"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own = tmp_path / "city"
    shutil.copytree(CITY_FOLDER, own, ignore=shutil.ignore_patterns("*.xlsx", "tools"))
    for name, content in FILES.items():
        (own / "notify" / name).write_text(content)
    monkeypatch.setenv("BIHUAN_CITY", str(own))
    monkeypatch.setenv("BIHUAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BIHUAN_WEBHOOK_URL", EVERYBODY)
    monkeypatch.setenv("COLUMNS", "140")
    return own


def shown(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["notices", "preview", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_notice_its_ways_and_its_moments_are_shown_chinese_first(folder: Path) -> None:
    text = shown("--event", "rated", "--desk", "unit-head:D16", "--at", NIGHT)
    assert "未发送" in text
    assert text.index("评价") < text.index("Rated")
    assert re.search(r"1 +mail（电子邮件） +市供电公司负责人 +11-26 08:30", text)
    assert "d16@example.org" not in text
    assert not (folder.parent / "data").exists()


def test_each_language_alone(folder: Path) -> None:
    assert "Supervision" not in shown("--event", "alarm_raised", "--desk", "group:G1", "--lang", "zh")
    assert "问题总时限" not in shown("--event", "alarm_raised", "--desk", "group:G1", "--lang", "en")


def test_what_presses_goes_at_night_to_whoever_has_the_duty(folder: Path) -> None:
    (one,) = json.loads(shown("--event", "order_issued", "--desk", "unit-head:D16", "--at", NIGHT, "--json"))
    assert one["urgent"]
    assert one["ways"][0] == {
        "channel": "sms",
        "kind": "sms",
        "contact": "unit-head:D16@sms/duty-daily-1800",
        "name": "市供电公司负责人",
        "from": f"{NIGHT}:00+08:00",
    }
    assert one["ways"][-1]["contact"] == "coordination@inbox"


def test_no_way_is_shown_that_is_never_gone_and_how_long_each_is_tried_is_told_in_words(folder: Path) -> None:
    (folder / "notify" / "channels.yaml").write_text(
        FILES["channels.yaml"].replace("kind: email", "give_up: 90s\n    kind: email")
    )
    (folder / "notify" / "routes.yaml").write_text("routes:\n  - {channels: [mail, inbox]}\n")
    text = shown("--event", "rated", "--desk", "unit-head:D16", "--at", "2026-11-25T10:00")
    assert text.count("inbox（站内信）") == 1, "an inbox never fails"
    assert "90秒" in text.replace(" ", "")


def test_every_event_and_desk_is_shown_unless_narrowed(folder: Path) -> None:
    every = json.loads(shown("--json", "--at", NIGHT))
    assert {one["event"] for one in every} == {*EVENTS, *REPORTS}
    by_chat = json.loads(shown("--json", "--channel", "chat", "--at", NIGHT))
    assert 0 < len(by_chat) < len(every)
    assert all("chat" in {way["channel"] for way in one["ways"]} for one in by_chat)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--event", "party"),
        ("--desk", "sofa"),
        ("--desk", "group:G99"),
        ("--channel", "pigeon"),
        ("--lang", "fr"),
        ("--at", "noon"),
    ],
)
def test_a_question_that_cannot_be_read_is_named_by_its_option(folder: Path, option: str, value: str) -> None:
    result = CliRunner().invoke(app, ["notices", "preview", option, value])
    assert result.exit_code == 2
    assert f"{option}: '{value}'" in result.output


def test_config_check_reads_notify_too(folder: Path) -> None:
    result = CliRunner().invoke(app, ["config", "check"])
    assert result.exit_code == 0, result.output
    assert "6 通知渠道" in result.output
    (folder / "notify" / "routes.yaml").write_text("routes:\n  - {channels: [post]}\n")
    refused = CliRunner().invoke(app, ["config", "check"])
    assert isinstance(refused.exception, FilesInvalid)
    assert "routes.yaml:2: channels" in str(refused.exception)
