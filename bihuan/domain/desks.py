"""Who sits at which desk: whether a person belongs to a desk that was told."""

from bihuan.domain.issue import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy

LEADERS = frozenset({Desk.LEADER, Desk.CITY_LEADER, Desk.COUNTY_LEADER, Desk.MAYOR})


def sits_at(actor: Actor, party: Party, policy: Policy) -> bool:
    """Whether this person belongs to the desk. Heads are told apart from their people only where roles are."""
    match actor.role:
        case Role.HED:
            return party.desk in (Desk.UNIT, Desk.UNIT_HEAD) and _named(actor.org, party)
        case Role.DEP:
            return party.desk is Desk.UNIT and _named(actor.org, party)
        case Role.HUB:
            return party.desk in (Desk.UNIT, Desk.UNIT_HEAD) and _named(policy.hub(actor.org), party)
        case Role.SUP:
            return party.desk in (Desk.GROUP, Desk.GROUP_LEADER) and _named(actor.org, party)
        case Role.SVG:
            return party.desk is Desk.SERVICE_GROUP and _named(actor.org, party)
        case Role.LIA:
            return party.desk is Desk.LIAISON and _named(actor.person, party)
        case Role.COO:
            return party.desk in (Desk.COORDINATION, Desk.COORDINATION_HEAD)
        case Role.CBK:
            return party.desk in (Desk.CALLBACK, Desk.CALLBACK_HEAD)
        case Role.LDR:
            return party.desk in LEADERS
        case _:
            return False


def _named(ref: str, party: Party) -> bool:
    return bool(ref) and ref == party.ref
