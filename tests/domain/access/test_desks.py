"""Who sits at which desk: whoever was told of a rung may acknowledge it, and nobody else."""

import pytest

from bihuan.domain.access.desks import sits_at, speaker
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from tests.support.small_city.people import FOREIGN, LIAISON, OWN, hub
from tests.support.small_city.policy import D1, G1, HUBBED, PLAIN, PLAIN_HUB, POLICY, USCC

SEATS: dict[Role, set[str]] = {
    Role.ENT: {"enterprise"},
    Role.LIA: {"liaison"},
    Role.LDR: {"leader", "city-leader", "mayor"},
    Role.COO: {"coordination", "coordination-head"},
    Role.SVG: {"service-group"},
    Role.HUB: {"hub", "hub-head"},
    Role.DEP: {"unit"},
    Role.HED: {"unit", "unit-head"},
    Role.SUP: {"group", "group-leader"},
    Role.CBK: {"callback", "callback-head"},
    Role.INS: {"inspection", "discipline"},
    Role.ADM: set(),
    Role.SYS: set(),
}
"""A head also reads what its people are told; a handler does not read what is for the head."""
ONE_FOR_ALL = {Role.LDR, Role.COO, Role.CBK, Role.INS}
"""Of these there is one desk in the city; the others sit at the desk that bears their own name."""
DESKS = {
    "enterprise": Party(Desk.ENTERPRISE, USCC),
    "liaison": Party(Desk.LIAISON, LIAISON.person),
    "unit": Party(Desk.UNIT, D1),
    "unit-head": Party(Desk.UNIT_HEAD, D1),
    "hub": Party(Desk.UNIT, PLAIN_HUB),
    "hub-head": Party(Desk.UNIT_HEAD, PLAIN_HUB),
    "service-group": Party(Desk.SERVICE_GROUP, "FACTOR"),
    "group": Party(Desk.GROUP, G1),
    "group-leader": Party(Desk.GROUP_LEADER, G1),
    "county-leader": Party(Desk.COUNTY_LEADER, PLAIN),
    "city-leader": Party(Desk.CITY_LEADER, USCC),
    **{
        str(desk): Party(desk)
        for desk in (
            *(Desk.COORDINATION, Desk.COORDINATION_HEAD, Desk.CALLBACK, Desk.CALLBACK_HEAD, Desk.LEADER, Desk.MAYOR),
            *(Desk.BULLETIN, Desk.GOVERNMENT_OFFICE, Desk.INSPECTION, Desk.DISCIPLINE, Desk.PROVINCE),
        )
    },
}
assert {party.desk for party in DESKS.values()} == set(Desk)


@pytest.mark.parametrize("role", Role)
def test_everyone_sits_at_the_desks_of_their_role_and_their_own_name(role: Role) -> None:
    assert {name for name, desk in DESKS.items() if sits_at(OWN[role], desk, POLICY)} == SEATS[role]
    elsewhere = {name for name, desk in DESKS.items() if sits_at(FOREIGN[role], desk, POLICY)}
    assert elsewhere == (SEATS[role] if role in ONE_FOR_ALL else set())


def test_a_leader_who_is_one_countys_sits_there_and_nowhere_else() -> None:
    for county, sits in ((PLAIN, {"county-leader"}), (HUBBED, set[str]())):
        leader = Actor(Role.LDR, "leader of a county", county)
        assert {name for name, desk in DESKS.items() if sits_at(leader, desk, POLICY)} == sits


@pytest.mark.parametrize("role", sorted(set(Role) - ONE_FOR_ALL))
def test_whoever_has_no_name_of_their_own_sits_nowhere(role: Role) -> None:
    nameless = Actor(role, "")
    assert not any(sits_at(nameless, Party(desk), POLICY) for desk in Desk)


@pytest.mark.parametrize(
    ("desk", "speaks"),
    [
        ("enterprise", Actor(Role.ENT, "x", USCC)),
        ("liaison", Actor(Role.LIA, LIAISON.person)),  # the desk bears the name, whoever opened the link
        ("unit", Actor(Role.DEP, "x", D1)),
        ("unit-head", Actor(Role.HED, "x", D1)),
        ("service-group", Actor(Role.SVG, "x", "FACTOR")),
        ("group-leader", Actor(Role.SUP, "x", G1)),
        ("county-leader", Actor(Role.LDR, "x", PLAIN)),
        ("leader", Actor(Role.LDR, "x")),  # of a desk that is one for all, no organisation is named
        ("coordination", Actor(Role.COO, "x")),
        ("bulletin", None),
    ],
)
def test_whoever_opens_a_desk_speaks_in_its_role_for_what_it_is_the_desk_of(desk: str, speaks: Actor | None) -> None:
    assert speaker(DESKS[desk], "x") == speaks


def test_a_hub_of_a_county_without_one_sits_nowhere() -> None:
    assert not any(sits_at(hub("410999"), Party(desk), POLICY) for desk in Desk)
