"""Who sits where, who speaks for a desk, which alarm a notice told of, and who may have one sent again."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain.access.authorization import admit_resend
from bihuan.domain.access.desks import SEATS, SPEAKS, seats, sits_at, speaker
from bihuan.domain.events import AlarmRaised, OrderIssued, OrderJoined
from bihuan.domain.ladder.acknowledgement import ALARM_EVENTS, alarm_of
from bihuan.domain.ladder.events import AlarmRepeated
from bihuan.domain.loop.step import replay
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.refusals import NotYourIssue, RoleNotAllowed
from tests.support.puyang import COORDINATOR, HEAD, SUPERVISOR, USCC, Told, at, handed_over, policy

PARTIES = [Party(desk, ref) for desk in Desk for ref in ("", "D16", "G1", "H410923", "410923", "O0001", USCC)]
SITS: list[tuple[Actor, set[str]]] = [
    (Actor(Role.ENT, "x", USCC), {f"enterprise:{USCC}"}),
    (Actor(Role.LIA, "O0001"), {"liaison:O0001"}),
    (Actor(Role.SVG, "x", "G1"), {"service-group:G1"}),
    (Actor(Role.HUB, "x", "410923"), {"unit:H410923", "unit-head:H410923"}),
    (Actor(Role.DEP, "x", "D16"), {"unit:D16"}),
    (Actor(Role.HED, "x", "D16"), {"unit:D16", "unit-head:D16"}),
    (Actor(Role.SUP, "x", "G1"), {"group:G1", "group-leader:G1"}),
    (Actor(Role.LDR, "x", "410923"), {"county-leader:410923"}),
    (Actor(Role.HED, "x"), set()),
    (Actor(Role.HUB, "x", "nowhere"), set()),
    (Actor(Role.ADM, "x"), set()),
    (Actor(Role.SYS, "x"), set()),
]
WHEREVER: dict[Role, set[Desk]] = {
    Role.COO: {Desk.COORDINATION, Desk.COORDINATION_HEAD},
    Role.CBK: {Desk.CALLBACK, Desk.CALLBACK_HEAD},
    Role.LDR: {Desk.LEADER, Desk.CITY_LEADER, Desk.MAYOR},
    Role.INS: {Desk.INSPECTION, Desk.DISCIPLINE},
}


@pytest.mark.parametrize(("who", "expected"), SITS)
def test_a_person_sits_at_the_desks_of_the_role_and_of_no_other_unit(who: Actor, expected: set[str]) -> None:
    assert {str(party) for party in PARTIES if sits_at(who, party, policy())} == expected


@pytest.mark.parametrize(("role", "expected"), WHEREVER.items())
def test_where_a_desk_is_one_for_the_city_it_does_not_matter_which(role: Role, expected: set[Desk]) -> None:
    mine = seats(Actor(role, "x"), policy())
    assert [party for party in PARTIES if party in mine] == [party for party in PARTIES if party.desk in expected]


def test_every_role_of_people_is_told_where_it_sits() -> None:
    assert {who.role for who, _ in SITS} | set(WHEREVER) == set(Role)
    assert set(SEATS) == set(Role) - {Role.ADM, Role.SYS}


@pytest.mark.parametrize("party", PARTIES, ids=str)
def test_who_speaks_for_a_desk_sits_there(party: Party) -> None:
    person = speaker(party, "x")
    assert (person is None) == (party.desk not in SPEAKS)
    one_for_all = party.desk is not Desk.COUNTY_LEADER and person and SEATS[person.role][1](person, policy()) is None
    if person is not None and (party.ref or one_for_all):
        assert sits_at(person, party, policy())
    assert Party.parse(str(party)) == party


def test_a_notice_tells_of_the_alarm_that_waits_for_its_acknowledgement_and_every_other_of_none() -> None:
    told = handed_over()
    for day in ("07-07 09:00", "07-09 09:00", "07-14 09:00", "07-21 09:00"):
        told.then(at(day), COORDINATOR, do.Note(text="催"))
    kinds = set[type]()
    for recorded, issue in replay("BH-TEST", told.recorded):
        alarm = alarm_of(recorded.event, issue)
        fresh = [one for one in issue.supervision.unheeded if one.since == recorded.at and one.alarm == alarm]
        match recorded.event:
            case OrderJoined() as event:
                kinds.add(type(event))
                assert fresh
            case AlarmRaised() | AlarmRepeated() | OrderIssued(by=None) as event:
                kinds.add(type(event))
                assert event.event in ALARM_EVENTS
                assert alarm.endswith(f"/{event.rung}")
                told_by_itself = not isinstance(event, AlarmRaised) or (event.rung in ("R1", "R2") and event.told)
                assert bool(fresh) == bool(told_by_itself)
            case _:
                assert alarm == ""
    assert kinds == {AlarmRaised, AlarmRepeated, OrderIssued, OrderJoined}


def test_coordination_the_issues_own_group_and_administrators_have_a_notice_sent_again() -> None:
    issue = handed_over().issue
    for who in (COORDINATOR, SUPERVISOR, Actor(Role.ADM, "x")):
        admit_resend(issue, who, policy())
    with pytest.raises(NotYourIssue):
        admit_resend(issue, Actor(Role.SUP, "x", "G2"), policy())
    with pytest.raises(RoleNotAllowed) as refused:
        admit_resend(issue, HEAD, policy())
    assert "无权执行“重发通知”" in refused.value.sentence_zh
    assert "may not perform 'resend'" in refused.value.sentence_en


def test_before_a_group_has_it_no_group_sends_again() -> None:
    with pytest.raises(NotYourIssue):
        admit_resend(Told().issue, Actor(Role.SUP, "x", ""), policy())
