"""notify/ of a city: what is right is taken whole, what is wrong is named by file, line and field."""

from pathlib import Path

import pytest

from bihuan.city.notification_files import load_notification_settings
from bihuan.files.validation import FilesInvalid
from bihuan.notify.kinds import Kind
from tests.support.invalid_files import english
from tests.support.notify_files import EVERYBODY, FILES, folder_of, telling
from tests.support.puyang import CITY_FOLDER, city

CONTACTS, ABSENCES, DUTY = FILES["contacts.csv"], FILES["absences.csv"], FILES["duty.csv"]
KEY = "https://oapi.example.org/robot/send?access_token=0123456789abcdef"


def test_the_city_as_shipped_loads() -> None:
    shipped = load_notification_settings(CITY_FOLDER, city())
    assert {channel.kind for channel in shipped.routing.channels.values()} == {Kind.WEBHOOK, Kind.INBOX}
    assert shipped.templates.version == "2026-11.5"


def test_what_is_right_is_taken_as_it_is_written(tmp_path: Path) -> None:
    channels = telling(tmp_path).routing.channels
    assert channels["chat"].give_up_s == 7200
    assert channels["webhook"].give_up_s == 259_200
    assert channels["mail"].settings == {
        "host": "127.0.0.1",
        "port": 25,
        "sender": "loop@example.org",
        "security": "none",
    }
    assert (channels["sms"].secret, channels["sms"].settings["body"]) == ("secret:sms", {"mobile": "{to}"})


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        (
            "channels.yaml",
            "kind: email",
            "kind: pigeon",
            "channels.yaml:5: kind: found 'pigeon', expected one of webhook",
        ),
        ("channels.yaml", "    port: 25\n", "", "channels.yaml:4: port: found None, expected to be given"),
        ("channels.yaml", "port: 25", "port: 70000", "channels.yaml:7: port: found 70000, expected a number from 1"),
        ("channels.yaml", "give_up: 2h", "give_up: 2wd", "channels.yaml:2: give_up: found '2wd', expected a length on"),
        ("channels.yaml", "give_up: 2h", "give_up: soon", "channels.yaml:2: give_up: found 'soon'"),
        ("channels.yaml", "security: none", "security: maybe", "channels.yaml:9: security: found 'maybe'"),
        ("channels.yaml", "loop@example.org", "loop", "channels.yaml:8: sender: found 'loop', expected one mailbox"),
        ("channels.yaml", "{mobile:", "[mobile", "channels.yaml:"),
        ("channels.yaml", "https://sms", "ftp://sms", "url: found 'ftp://sms.example.org/send'"),
        ("channels.yaml", '"{to}"', '"{phone}"', "body: found '{phone}', expected no placeholder but {to}"),
        (
            "channels.yaml",
            "example.org/send",
            "example.org/{phone}",
            "url: found '{phone}', expected no placeholder but",
        ),
        ("channels.yaml", "Bearer {secret}", "{key}", "headers: found '{key}', expected no placeholder but {to}"),
        (
            "channels.yaml",
            "    kind: sms\n",
            "    kind: sms\n    pointer: code\n",
            "pointer: found 'code', expected a JSON pointer",
        ),
        ("channels.yaml", "Bearer {secret}", "密", "headers: found '…', expected texts in ASCII"),
        (
            "channels.yaml",
            'body: {mobile: "{to}"}',
            "form: true\n    body: {mobile: 1}",
            "expected texts only, since it",
        ),
        ("channels.yaml", "  chat:", "  inbox:", "channels.yaml:2: kind: found 'dingtalk_bot', expected inbox"),
        ("channels.yaml", "channels:", "kanaele:", "channels.yaml:1: channels: found None, expected to be given"),
        ("routes.yaml", "[group], event", "[grup], event", "routes.yaml:3: to: found ['grup'], expected desks such as"),
        ("routes.yaml", '"group:G1"', '"group:G99"', "routes.yaml:2: to: found ['group:G99']"),
        ("routes.yaml", "alarm_raised", "alarm_razed", "routes.yaml:3: event: found ['alarm_razed']"),
        ("routes.yaml", "[R2, R3]", "[R2, R9]", "routes.yaml:3: rung: found ['R2', 'R9']"),
        ("routes.yaml", "urgent: true, channels: [chat", "urgent: often, channels: [chat", "routes.yaml:2: urgent"),
        ("routes.yaml", "[chat, mail, inbox]", "[chat, post]", "routes.yaml:3: channels: found ['chat', 'post']"),
        ("routes.yaml", "[chat, mail, inbox]", "[inbox, mail]", "expected the inbox last"),
        ("routes.yaml", "[chat, mail, inbox]", "[]", "routes.yaml:3: channels: found []"),
        (
            "routes.yaml",
            "{to: [bulletin], channels",
            "{to: [unit-head], rung: [R1], channels",
            "routes.yaml:6: route: found 5, expected a route that can be reached",
        ),
        ("contacts.csv", "group,G2,mail", "grup,G2,mail", "contacts.csv:5: desk: found 'grup'"),
        (
            "contacts.csv",
            "group,G2,mail",
            "group,G9,mail",
            "contacts.csv:5: ref: found 'G9', expected one of the city's",
        ),
        ("contacts.csv", "group,G2,mail", "group,G2,post", "contacts.csv:5: channel: found 'post'"),
        ("contacts.csv", "group,G2,mail", "group,G2,inbox", "contacts.csv:5: channel: found 'inbox'"),
        ("contacts.csv", "g2@example.org", "g2", "contacts.csv:5: address: found 'g2', expected one mailbox"),
        ("contacts.csv", "13800000016", "call me", "contacts.csv:7: address: found 'call me', expected a number"),
        (
            "contacts.csv",
            "group,G2,mail",
            "group,G1,sms",
            "contacts.csv:5: channel: found 'sms', expected a channel that",
        ),
        ("contacts.csv", "desk,ref,channel,address", "desk,ref,address", "contacts.csv:1: columns"),
        ("absences.csv", "2026-10-16,,", "2026-10-01,,", "absences.csv:3: until: found '2026-10-01'"),
        ("absences.csv", "2026-10-16,,", ",,", "absences.csv:3: until: found ''"),
        ("absences.csv", "2026-10-12,", "2026-13-12,", "absences.csv:3: from: found '2026-13-12'"),
        (
            "absences.csv",
            "unit-head,D05,2026-10-14,2026-10-15,unit-head,D06",
            "unit-head,D16,2026-10-14,2026-10-15,unit-head,D06",
            "absences.csv:4: from: found '2026-10-14', expected days on which no row above",
        ),
        (
            "absences.csv",
            "2026-10-15,unit-head,D06",
            "2026-10-15,unit-head,D16",
            "absences.csv:4: deputy_desk: found 'unit-head', expected somebody whose own deputies do not lead back",
        ),
        (
            "absences.csv",
            "unit-head,D16,,,unit-head,D05\n",
            "",
            "absences.csv:2: deputy_desk: found '', expected a desk",
        ),
        ("duty.csv", "每天", "someday", "duty.csv:2: day: found 'someday'"),
        ("duty.csv", "18:00-08:30", "18-8", "duty.csv:2: hours: found '18-8'"),
        ("duty.csv", "group,G1,sat", "group,G9,sat", "duty.csv:4: ref: found 'G9'"),
        (
            "duty.csv",
            "2026-10-10,08:00-24:00",
            "daily,18:00-20:00",
            "duty.csv:3: hours: found '18:00-20:00', expected hours",
        ),
    ],
)
def test_what_is_wrong_is_named_by_file_line_and_field(
    tmp_path: Path, file: str, old: str, new: str, named: str
) -> None:
    assert old in FILES[file]
    with pytest.raises(FilesInvalid) as refused:
        telling(tmp_path, {file: FILES[file].replace(old, new, 1)})
    assert named in english(refused.value)


def test_chains_of_deputies_are_refused_only_where_the_days_meet(tmp_path: Path) -> None:
    """Each stands in for the other, as is usual; that is wrong only while both are away."""
    apart = ABSENCES.replace("2026-10-14,2026-10-15,unit-head,D06", "2026-10-17,2026-10-18,unit-head,D16")
    assert len(telling(tmp_path, {"absences.csv": apart}).routing.absences) == 2


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("contacts.csv", "secret:g1-robot", KEY),
        ("contacts.csv", "secret:g1-robot", "https://oapi.example.org/robot/send"),
        ("contacts.csv", "https://units.example.org/told", "https://units.example.org/told?key=0a1b2c3d"),
        ("contacts.csv", "https://units.example.org/told", "https://user:Pa55word@units.example.org/told"),
        ("contacts.csv", "secret:g1-robot", "secret:../g1"),
        ("channels.yaml", "secret: secret:wecom", "secret: hunter2hunter2"),
        ("channels.yaml", "Bearer {secret}", "Bearer 0123456789abcdef"),
        ("channels.yaml", "https://sms.example.org/send", "https://sms.example.org/send?access_token=0a1b2c3d"),
        ("channels.yaml", "security: none", "password: hunter2hunter2"),
        ("channels.yaml", '{mobile: "{to}"}', "{mobile: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}"),
    ],
)
def test_a_key_in_a_file_is_refused_and_not_repeated(tmp_path: Path, file: str, old: str, new: str) -> None:
    assert old in FILES[file]
    with pytest.raises(FilesInvalid) as refused:
        telling(tmp_path, {file: FILES[file].replace(old, new, 1)})
    said = str(refused.value)
    assert file in said
    assert "secret" in said or "no such name" in said
    assert not any(part in said for part in ("0123456789abcdef", "hunter2", "0a1b2c3d", "Pa55", "whsec_"))


def test_every_fault_is_told_at_once_and_a_missing_file_is_one(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"contacts.csv": CONTACTS.replace("13800000016", "x")})
    (folder / "notify" / "duty.csv").unlink()
    (folder / "notify" / "templates" / "default.yaml").unlink()
    with pytest.raises(FilesInvalid) as refused:
        load_notification_settings(folder, city(), webhook_url=EVERYBODY)
    assert len(refused.value.findings) == 3
