"""Who is reached by which channel and when: tables over the sample city with a fuller notify/."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bihuan.city.configuration import ALWAYS_OPEN, DeskEntry
from bihuan.city.notification_files import load_notification_settings
from bihuan.domain.parties import Desk, Party
from bihuan.notify.kinds import Kind
from bihuan.notify.routing import DeliveryStep, Routing, RoutingSubject
from tests.support.notify_files import (
    COORDINATION,
    EVERYBODY,
    FILES,
    G1,
    G2,
    HEAD,
    LAST,
    OTHER_HEAD,
    OTHER_UNIT,
    THIRD_HEAD,
    UNIT,
    telling,
)
from tests.support.puyang import CITY_FOLDER, USCC, city

KEY_ENTERPRISE = next(one.uscc for one in city().enterprises.values() if one.tier == "KEY")
WEDNESDAY = "11-25 10:00"
NIGHT = "11-25 23:00"
SATURDAY = "11-28 10:00"
MAIL, SMS, CHAT = "mail/{}@mail", "sms/{}@sms", "chat/{}@chat"
INBOX = "inbox/{}@inbox"
HOOK = "webhook/everybody@webhook"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}:00+08:00")


def keys(routing: Routing, about: RoutingSubject, when: str) -> list[str]:
    return [step.key for step in routing.steps(about, at(when))]


def alarm(rung: str, to: Party, *, urgent: bool = False) -> RoutingSubject:
    return RoutingSubject("alarm_raised", to, rung, urgent)


def rating(to: Party, *, urgent: bool = False) -> RoutingSubject:
    return RoutingSubject("rated", to, "", urgent)


G1_CHAT, G1_BOX = CHAT.format("group:G1"), INBOX.format("group:G1")
G1_LEADER_BOX = INBOX.format("group-leader:G1")
D16_SMS, D16_MAIL, D16_BOX = SMS.format("unit-head:D16"), MAIL.format("unit-head:D16"), INBOX.format("unit-head:D16")
D05_MAIL, D05_BOX = MAIL.format("unit-head:D05"), INBOX.format("unit-head:D05")
D06_MAIL, D06_BOX = MAIL.format("unit-head:D06"), INBOX.format("unit-head:D06")
D16_DUTY = "sms/unit-head:D16@sms/duty-daily-1800"


@pytest.mark.parametrize(
    ("case", "about", "when", "expected"),
    [
        (
            "a group's own route where it presses, then its leader, who reads the same chat",
            alarm("R2", G1, urgent=True),
            WEDNESDAY,
            [G1_CHAT, SMS.format("group:G1"), G1_BOX, HOOK, G1_LEADER_BOX, LAST],
        ),
        (
            "the route of all groups where it does not; no mail is known of this one",
            alarm("R2", G1),
            WEDNESDAY,
            [G1_CHAT, G1_BOX, HOOK, G1_LEADER_BOX, LAST],
        ),
        (
            "another rung matches no route of the files",
            alarm("R1", G2),
            WEDNESDAY,
            [HOOK, INBOX.format("group:G2"), INBOX.format("group-leader:G2"), LAST],
        ),
        (
            "what matches no route goes to the desk's webhook, else its inbox",
            rating(Party(Desk.MAYOR)),
            WEDNESDAY,
            [HOOK, INBOX.format("mayor"), LAST],
        ),
        (
            "a row without a number stands for every desk of its kind",
            rating(UNIT),
            WEDNESDAY,
            ["webhook/unit@webhook", INBOX.format("unit:D16"), D16_MAIL, D16_BOX, LAST],
        ),
        (
            "a desk without any contact falls to coordination",
            rating(Party(Desk.BULLETIN)),
            WEDNESDAY,
            [LAST],
        ),
        (
            "in office hours the desk itself, then its deputy, by the deputy's own route",
            alarm("R2", HEAD, urgent=True),
            WEDNESDAY,
            [D16_SMS, D16_MAIL, D05_MAIL, LAST],
        ),
        (
            "at night whoever has the duty goes first, where it presses",
            alarm("R2", HEAD, urgent=True),
            NIGHT,
            [D16_DUTY, D16_SMS, D16_MAIL, D05_MAIL, LAST],
        ),
        (
            "a turn of the night before lasts into the morning",
            alarm("R2", HEAD, urgent=True),
            "11-26 07:00",
            [D16_DUTY, D16_SMS, D16_MAIL, D05_MAIL, LAST],
        ),
        (
            "nobody on duty is woken by what does not press",
            alarm("R1", HEAD),
            NIGHT,
            [D16_MAIL, D16_BOX, D05_MAIL, D05_BOX, LAST],
        ),
        (
            "a weekday's turn",
            rating(G1, urgent=True),
            SATURDAY,
            [
                "sms/group:G1@sms/duty-5-0000",
                G1_CHAT,
                SMS.format("group:G1"),
                G1_BOX,
                HOOK,
                G1_LEADER_BOX,
                LAST,
            ],
        ),
        (
            "the duty roster counts in office hours of no other desk",
            rating(G1, urgent=True),
            "11-29 10:00",
            [G1_CHAT, SMS.format("group:G1"), G1_BOX, HOOK, G1_LEADER_BOX, LAST],
        ),
        (
            "on leave: the standing deputy from the start, and nothing to who is away",
            alarm("R1", HEAD),
            "10-12 10:00",
            [D05_MAIL, D05_BOX, LAST],
        ),
        (
            "the deputy is on leave too: the deputy's deputy",
            alarm("R1", HEAD),
            "10-14 10:00",
            [D06_MAIL, D06_BOX, LAST],
        ),
        (
            "the last day of leave counts in China's time",
            alarm("R1", HEAD),
            "10-16 23:59",
            [D05_MAIL, D05_BOX, LAST],
        ),
        (
            "and the day after does not",
            alarm("R1", HEAD),
            "10-17 00:00",
            [D16_MAIL, D16_BOX, D05_MAIL, D05_BOX, LAST],
        ),
        (
            "the duty of a desk stands while its own are on leave",
            alarm("R2", HEAD, urgent=True),
            "10-12 23:00",
            [D16_DUTY, D05_MAIL, LAST],
        ),
        ("coordination's own inbox is the end", rating(COORDINATION), WEDNESDAY, [HOOK, LAST]),
    ],
)
def test_every_way_is_listed_in_its_order(
    routing: Routing, case: str, about: RoutingSubject, when: str, expected: list[str]
) -> None:
    assert keys(routing, about, when) == expected, case


def test_a_date_of_the_roster_goes_before_every_day(routing: Routing) -> None:
    """2026-10-10 is a Saturday that is worked; at 20:00 the office is closed."""
    about = alarm("R2", HEAD, urgent=True)
    assert keys(routing, about, "10-10 20:00")[:2] == ["sms/unit-head:D16@sms/duty-2026-10-10-0800", D16_DUTY]
    assert keys(routing, about, "10-10 10:00")[0] == D16_SMS


LEADERS = {
    "routes.yaml": "routes:\n  - {to: [city-leader, liaison], channels: [mail, inbox]}\n",
    "contacts.csv": FILES["contacts.csv"] + "city-leader,,mail,vice-mayor@example.org\n",
}


@pytest.mark.parametrize(
    ("leave", "uscc", "expected"),
    [
        ("", USCC, [MAIL.format("liaison:O0001"), INBOX.format(f"city-leader:{USCC}"), LAST]),
        ("", KEY_ENTERPRISE, [MAIL.format("city-leader"), INBOX.format(f"city-leader:{KEY_ENTERPRISE}"), LAST]),
        ("liaison,O0001,2026-11-25,2026-11-25,liaison,O0002", USCC, [INBOX.format("liaison:O0002"), LAST]),
        (f"city-leader,{USCC},2026-11-25,2026-11-25,liaison,O0003", USCC, [INBOX.format("liaison:O0003"), LAST]),
    ],
)
def test_a_linked_leader_is_reached_and_on_leave_as_the_official(
    tmp_path: Path, leave: str, uscc: str, expected: list[str]
) -> None:
    absences = f"desk,ref,from,until,deputy_desk,deputy_ref\n{leave}\n"
    own = telling(tmp_path, {**LEADERS, "absences.csv": absences}).routing
    assert keys(own, rating(Party(Desk.CITY_LEADER, uscc)), WEDNESDAY) == expected


def test_a_chat_that_two_desks_share_has_one_key_so_that_its_limit_holds(tmp_path: Path) -> None:
    own = telling(tmp_path, {"routes.yaml": "routes:\n  - {channels: [chat, inbox]}\n"}).routing
    for party in (G1, Party(Desk.GROUP_LEADER, "G1")):
        assert keys(own, rating(party), WEDNESDAY)[0] == G1_CHAT
    assert keys(own, rating(G1), WEDNESDAY) == [G1_CHAT, G1_BOX, G1_LEADER_BOX, LAST]


def test_two_desks_that_shared_an_address_part_when_one_of_them_is_given_its_own(tmp_path: Path) -> None:
    bureau, own = "https://bureau.example.org/told", "https://d05.example.org/told"
    shared = {str(unit): DeskEntry("", address=bureau) for unit in (UNIT, OTHER_UNIT)}
    files = {"contacts.csv": f"desk,ref,channel,address\nunit,D05,webhook,{own}\n", "routes.yaml": "routes: []\n"}
    files["duty.csv"] = FILES["duty.csv"].partition("\n")[0]
    routing = telling(tmp_path, files, replace(city(), desks={**city().desks, **shared})).routing
    first = [routing.steps(rating(unit), at(WEDNESDAY))[0].contact for unit in (UNIT, OTHER_UNIT)]
    assert [routing.addresses[contact] for contact in first] == [bureau, own]


def test_a_step_says_who_is_reached_and_how_long_it_is_tried(routing: Routing) -> None:
    (step, *_, last) = routing.steps(alarm("R2", G1), at(WEDNESDAY))
    assert step == DeliveryStep("chat", Kind.DINGTALK_BOT, "group:G1@chat", G1, "第一专项督导组", 7200.0)
    assert (last.kind, last.party, last.name) == (Kind.INBOX, COORDINATION, "综合协调组值班席")
    assert routing.addresses["group:G1@chat"] == "secret:g1-robot"
    assert "13800000001" not in repr(routing.steps(alarm("R2", G1, urgent=True), at(WEDNESDAY)))


def test_the_city_as_shipped_reaches_everybody_by_the_settings_webhook_as_ever() -> None:
    shipped = load_notification_settings(CITY_FOLDER, city(), webhook_url=EVERYBODY).routing
    for party in (G1, UNIT, OTHER_UNIT, HEAD, OTHER_HEAD, THIRD_HEAD, COORDINATION, Party(Desk.ENTERPRISE, USCC)):
        first, *_ = shipped.steps(RoutingSubject("alarm_raised", party, "R2", urgent=True), at(NIGHT))
        assert (first.kind, shipped.addresses[first.contact]) == (Kind.WEBHOOK, EVERYBODY)


def test_a_desk_with_an_address_in_the_city_files_is_reached_there() -> None:
    desks = {**city().desks, "group:G1": DeskEntry("第一专项督导组", "https://g1.example.org/in")}
    routing = load_notification_settings(CITY_FOLDER, replace(city(), desks=desks), webhook_url=EVERYBODY).routing
    first, *_ = routing.steps(RoutingSubject("alarm_raised", G1, "R2"), at(WEDNESDAY))
    assert routing.addresses[first.contact] == "https://g1.example.org/in"


@pytest.mark.parametrize(
    ("kind", "urgent", "asked", "expected"),
    [
        (Kind.SMS, False, "11-25 10:00", "11-25 10:00"),
        (Kind.SMS, False, "11-25 03:00", "11-25 08:30"),
        (Kind.DINGTALK_BOT, False, "11-25 12:30", "11-25 14:30"),
        (Kind.EMAIL, False, "11-25 18:00", "11-26 08:30"),
        (Kind.EMAIL, False, "11-27 18:30", "11-30 08:30"),
        (Kind.EMAIL, False, "10-01 10:00", "10-08 08:30"),
        (Kind.EMAIL, False, "10-10 10:00", "10-10 10:00"),
        (Kind.SMS, True, "11-25 03:00", "11-25 03:00"),
        (Kind.WEBHOOK, False, "11-25 03:00", "11-25 03:00"),
        (Kind.INBOX, False, "11-25 03:00", "11-25 03:00"),
    ],
)
def test_people_are_told_in_office_hours_unless_it_presses(
    routing: Routing, kind: Kind, urgent: bool, asked: str, expected: str
) -> None:
    step = DeliveryStep("x", kind, "x", G1, "x", 60)
    assert routing.opens(step, RoutingSubject("rated", G1, urgent=urgent), at(asked)) == at(expected)


def test_on_a_calendar_that_is_always_open_nothing_waits() -> None:
    demo = Routing(lambda: ALWAYS_OPEN, {}, str, {}, {})
    step = DeliveryStep("x", Kind.SMS, "x", G1, "x", 60)
    assert demo.opens(step, RoutingSubject("rated", G1), at("11-28 03:00")) == at("11-28 03:00")
