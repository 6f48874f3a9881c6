"""Which alarm rises when, and whom it tells (docs/rules.md 1)."""

from collections.abc import Callable

import pytest

from bihuan.domain import commands as do
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Status
from tests.support.small_city.calendar import DUE, at
from tests.support.small_city.desks import COORDINATION, COORDINATION_HEAD, GROUP, LEADERS, UNIT, UNIT_HEAD
from tests.support.small_city.orders import reply, under_order
from tests.support.small_city.people import LIAISON, handler, head
from tests.support.small_city.policy import D1, G1, G2, HUBBED, HUBBED_HUB, PLAIN_HUB
from tests.support.small_city.stages import dispatched, rated, told, unit_late
from tests.support.small_city.story import ALL_RUNGS, Story


def test_in_time_means_before_the_due_instant() -> None:
    story = dispatched().does(handler(D1), do.Sign(), "08-03 17:59:59").until("08-30 10:00")
    assert Rung.R1 not in story.raised("sign#1")


def test_at_the_due_instant_it_is_late_and_the_alarm_comes_before_the_act() -> None:
    story = dispatched().does(handler(D1), do.Sign(), "08-03 18:00")
    assert story.raised("sign#1") == [Rung.R0, Rung.R1]
    assert story.names[-3:] == ["alarm_raised", "alarm_raised", "signed"]


def test_each_rung_comes_at_its_moment() -> None:
    story = dispatched().until("08-30 18:00")
    assert [(alarm.rung, alarm.moment) for alarm in story.alarms if alarm.clock == "sign#1"] == [
        (Rung.R0, at("08-03 16:15")),  # the last quarter of seven office hours
        (Rung.R1, at("08-03 18:00")),
        (Rung.R2, at("08-04 18:00")),
        (Rung.R3, at("08-10 18:00")),
    ]
    assert [(alarm.rung, alarm.moment) for alarm in story.alarms if alarm.clock == "issue#1"] == [
        (Rung.R0, at("08-11 08:30")),  # the blue column of 4.2: the last working day
        (Rung.R1, at(DUE)),
        (Rung.R2, at("08-12 18:00")),
        (Rung.R3, at("08-18 18:00")),
    ]


def test_an_alarm_raised_well_after_its_moment_is_marked_late() -> None:
    prompt, slow = dispatched().until("08-03 18:00:30"), dispatched().until("08-03 20:00")
    on_time, delayed = prompt.alarm("sign#1", Rung.R1), slow.alarm("sign#1", Rung.R1)
    assert on_time is not None
    assert delayed is not None
    assert not on_time.late
    assert delayed.late
    assert delayed.moment == at("08-03 18:00")


def hub_late() -> Story:
    return dispatched(PLAIN_HUB).until("08-04 18:00")


def coordination_late() -> Story:
    return told().until("08-04 18:00")


def triaging_hub_late() -> Story:
    return told(county=HUBBED).until("08-04 18:00")


def caller_late() -> Story:
    return rated(2).until("08-04 18:00")


def group_late() -> Story:
    story = under_order(Status.DISPATCHED)
    return story.does(head(D1), reply(story), "08-05 09:00").until("08-11 18:00")


def liaison_late() -> Story:
    return told(contact="").until("08-04 18:00")


LADDER: list[tuple[str, Callable[[], Story], str, Party, set[Party], set[Party] | None]] = [
    # who owes, how it came, the clock, the debtor, who hears R1, who hears R2 (None: an order instead)
    ("a unit", unit_late, "sign#1", UNIT, {UNIT_HEAD, GROUP}, None),
    (
        "a hub that holds",
        hub_late,
        "sign#1",
        Party(Desk.UNIT, PLAIN_HUB),
        {Party(Desk.UNIT_HEAD, PLAIN_HUB), GROUP},
        None,
    ),
    (
        "a hub that triages",
        triaging_hub_late,
        "triage#1",
        Party(Desk.UNIT, HUBBED_HUB),
        {Party(Desk.UNIT_HEAD, HUBBED_HUB), Party(Desk.GROUP, G2)},
        None,
    ),
    ("coordination", coordination_late, "triage#1", COORDINATION, {COORDINATION_HEAD}, {LEADERS, GROUP}),
    (
        "the call-back agent",
        caller_late,
        "callback#1",
        Party(Desk.CALLBACK),
        {Party(Desk.CALLBACK_HEAD)},
        {LEADERS, GROUP},
    ),
    ("the supervision group", group_late, "lift#1", GROUP, {Party(Desk.GROUP_LEADER, G1)}, {COORDINATION_HEAD}),
    (
        "the liaison",
        liaison_late,
        "complete#1",
        Party(Desk.LIAISON, LIAISON.person),
        {Party(Desk.UNIT, PLAIN_HUB)},
        {COORDINATION_HEAD},
    ),
]


@pytest.mark.parametrize(("_who", "late", "clock", "debtor", "at_r1", "at_r2"), LADDER, ids=[row[0] for row in LADDER])
def test_the_ladder_tells_whom_the_debtor_calls_for(
    _who: str, late: Callable[[], Story], clock: str, debtor: Party, at_r1: set[Party], at_r2: set[Party] | None
) -> None:
    story = late()
    assert story.raised(clock) == ALL_RUNGS
    warned, urged, pressed = (story.alarm(clock, rung) for rung in ALL_RUNGS)
    assert warned is not None
    assert urged is not None
    assert pressed is not None
    assert warned.debtor == urged.debtor == pressed.debtor == debtor
    assert debtor in warned.told
    assert set(urged.told) == at_r1
    if at_r2 is None:
        assert pressed.told == (), "the order tells them"
        assert [order.unit for order in story.issue.orders] == [debtor.ref]
    else:
        assert set(pressed.told) == at_r2
        assert all(clock not in order.presses for order in story.issue.orders)


def test_the_unit_and_the_liaison_are_reminded_before_it_is_due() -> None:
    reminded = dispatched().until("08-03 17:00").alarm("sign#1", Rung.R0)
    assert reminded is not None
    assert set(reminded.told) == {UNIT, Party(Desk.LIAISON, LIAISON.person)}
