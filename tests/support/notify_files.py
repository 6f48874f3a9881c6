"""The sample city with more to say of telling than it ships: a group chat, mail, sms, leave, and a duty roster."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from bihuan.city.configuration import City
from bihuan.city.notification_files import NotificationSettings, load_notification_settings
from bihuan.domain.parties import Desk, Party
from tests.support.puyang import CITY_FOLDER, city

G1, G2 = Party(Desk.GROUP, "G1"), Party(Desk.GROUP, "G2")
HEAD, OTHER_HEAD, THIRD_HEAD = (Party(Desk.UNIT_HEAD, unit) for unit in ("D16", "D05", "D06"))
UNIT, OTHER_UNIT = Party(Desk.UNIT, "D16"), Party(Desk.UNIT, "D05")
COORDINATION = Party(Desk.COORDINATION)
LAST = "inbox/coordination@inbox"
EVERYBODY = "http://127.0.0.1:1/notices"
FILES = {
    "channels.yaml": """\
channels:
  chat: {kind: dingtalk_bot, give_up: 2h}
  wecom: {kind: wecom_app, corp: ww01, agent: 7, secret: secret:wecom, give_up: 30s}
  mail:
    kind: email
    host: 127.0.0.1
    port: 25
    sender: loop@example.org
    security: none
  sms:
    kind: sms
    url: https://sms.example.org/send
    headers: {Authorization: "Bearer {secret}"}
    body: {mobile: "{to}"}
    secret: secret:sms
""",
    "routes.yaml": """\
routes:
  - {to: ["group:G1"], urgent: true, channels: [chat, sms, inbox]}
  - {to: [group], event: [alarm_raised], rung: [R2, R3], channels: [chat, mail, inbox]}
  - {to: [unit-head], urgent: true, channels: [sms, mail]}
  - {to: [unit-head], channels: [mail, inbox]}
  - {to: [bulletin], channels: [mail]}
""",
    "contacts.csv": """\
desk,ref,channel,address
group,G1,chat,secret:g1-robot
group-leader,G1,chat,secret:g1-robot
group,G1,sms,13800000001
group,G2,mail,g2@example.org
# the mayor reads no mail
unit-head,D16,sms,13800000016
unit-head,D16,mail,d16@example.org
unit-head,D05,mail,d05@example.org
unit-head,D06,mail,d06@example.org
liaison,O0001,mail,o0001@example.org
unit,,webhook,https://units.example.org/told
""",
    "absences.csv": """\
desk,ref,from,until,deputy_desk,deputy_ref
unit-head,D16,,,unit-head,D05
unit-head,D16,2026-10-12,2026-10-16,,
unit-head,D05,2026-10-14,2026-10-15,unit-head,D06
""",
    "duty.csv": """\
desk,ref,day,hours,channel,address
unit-head,D16,每天,18:00-08:30,sms,13900000000
unit-head,D16,2026-10-10,08:00-24:00,sms,13900000010
group,G1,sat,00:00-24:00,sms,13900000006
""",
}


def folder_of(tmp_path: Path, changes: Mapping[str, str] | None = None) -> Path:
    """A city's folder with its notify/ alone; ``changes``: other contents, by file."""
    own = tmp_path / "city" / "notify"
    shutil.copytree(CITY_FOLDER / "notify", own)
    for name, content in {**FILES, **(changes or {})}.items():
        (own / name).write_text(content)
    return own.parent


def telling(tmp_path: Path, changes: Mapping[str, str] | None = None, of: City | None = None) -> NotificationSettings:
    return load_notification_settings(folder_of(tmp_path, changes), of or city(), webhook_url=EVERYBODY)
