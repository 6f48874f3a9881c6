"""Who sits at which desk: whether a person belongs to a notified desk, and who may act for a desk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy

LEADERS = frozenset({Desk.LEADER, Desk.CITY_LEADER, Desk.MAYOR})


@dataclass(frozen=True, slots=True)
class Seats:
    """The desks of one person. ``ref``: which of them; None: any, where a desk has several."""

    desks: frozenset[Desk] = frozenset()
    ref: str | None = None

    def __contains__(self, party: Party) -> bool:
        return party.desk in self.desks and self.ref in (None, party.ref)


Ref = Callable[[Actor, Policy], str | None]


def _any(_actor: Actor, _policy: Policy) -> None:
    return None


def _org(actor: Actor, _policy: Policy) -> str:
    return actor.org


def _person(actor: Actor, _policy: Policy) -> str:
    return actor.person


def _hub(actor: Actor, policy: Policy) -> str:
    return policy.hub(actor.org)


SEATS: Mapping[Role, tuple[frozenset[Desk], Ref]] = {
    Role.ENT: (frozenset({Desk.ENTERPRISE}), _org),
    Role.LIA: (frozenset({Desk.LIAISON}), _person),
    Role.LDR: (LEADERS, _any),
    Role.COO: (frozenset({Desk.COORDINATION, Desk.COORDINATION_HEAD}), _any),
    Role.SVG: (frozenset({Desk.SERVICE_GROUP}), _org),
    Role.HUB: (frozenset({Desk.UNIT, Desk.UNIT_HEAD}), _hub),
    Role.DEP: (frozenset({Desk.UNIT}), _org),
    Role.HED: (frozenset({Desk.UNIT, Desk.UNIT_HEAD}), _org),
    Role.SUP: (frozenset({Desk.GROUP, Desk.GROUP_LEADER}), _org),
    Role.CBK: (frozenset({Desk.CALLBACK, Desk.CALLBACK_HEAD}), _any),
    Role.INS: (frozenset({Desk.INSPECTION, Desk.DISCIPLINE}), _any),
}
"""Heads and staff differ only where their roles do. No role belongs to the desks that are missing here."""

OF_A_COUNTY: tuple[frozenset[Desk], Ref] = (frozenset({Desk.COUNTY_LEADER}), _org)
"""The desk of a leader of one county."""

SPEAKS: Mapping[Desk, Role] = {
    **{desk: role for role, (desks, _) in SEATS.items() for desk in desks},
    Desk.UNIT: Role.DEP,
    Desk.UNIT_HEAD: Role.HED,
    Desk.COUNTY_LEADER: Role.LDR,
}


def seats(actor: Actor, policy: Policy) -> Seats:
    """Every desk this person belongs to."""
    if actor.role not in SEATS:
        return Seats()
    desks, ref = OF_A_COUNTY if actor.role is Role.LDR and actor.org else SEATS[actor.role]
    which = ref(actor, policy)
    return Seats() if which == "" else Seats(desks, which)


def sits_at(actor: Actor, party: Party, policy: Policy) -> bool:
    """Whether this person belongs to the desk."""
    return party in seats(actor, policy)


def speaker(party: Party, person: str) -> Actor | None:
    """The person in the role of this desk; None: no role has it. For a liaison the desk itself names the person."""
    role = SPEAKS.get(party.desk)
    if role is None:
        return None
    named = OF_A_COUNTY[1] if party.desk is Desk.COUNTY_LEADER else SEATS[role][1]
    return Actor(role, party.ref if named is _person else person, party.ref if named is _org else "")
