"""The people of an issue, and strangers in the same roles."""

from bihuan.domain.people import SYSTEM, Actor, Role
from bihuan.domain.policy import UnitKind
from tests.support.small_city.policy import D1, D2, G1, G2, HUBBED, PLAIN, POLICY, USCC

ENTERPRISE = Actor(Role.ENT, "enterprise", USCC)
LIAISON = Actor(Role.LIA, "liaison")
COORDINATOR = Actor(Role.COO, "coordinator")
DEPUTY = Actor(Role.COO, "deputy")
"""Another person of coordination: who asks does not rule."""
CITY_LEADER = Actor(Role.LDR, "city leader")
SERVICE = Actor(Role.SVG, "service", "FACTOR")
CALLER = Actor(Role.CBK, "caller")
LEADER = Actor(Role.LDR, "leader")


def handler(unit: str) -> Actor:
    return Actor(Role.DEP, f"handler of {unit}", unit)


def hub(county: str) -> Actor:
    return Actor(Role.HUB, f"hub of {county}", county)


def head(unit: str) -> Actor:
    """Whoever signs for the unit: its head, or the hub itself."""
    held_by = POLICY.units[unit]
    return hub(held_by.county) if held_by.kind is UnitKind.HUB else Actor(Role.HED, f"head of {unit}", unit)


def supervisor(group: str) -> Actor:
    return Actor(Role.SUP, f"member of {group}", group)


OWN = {
    Role.ENT: ENTERPRISE,
    Role.LIA: LIAISON,
    Role.LDR: LEADER,
    Role.COO: COORDINATOR,
    Role.SVG: SERVICE,
    Role.HUB: hub(PLAIN),
    Role.DEP: handler(D1),
    Role.HED: head(D1),
    Role.SUP: supervisor(G1),
    Role.CBK: CALLER,
    Role.INS: Actor(Role.INS, "inspector"),
    Role.ADM: Actor(Role.ADM, "administrator"),
    Role.SYS: SYSTEM,
}
"""The people of an issue of the plain county that D1 holds."""
FOREIGN = {
    Role.ENT: Actor(Role.ENT, "other enterprise", "91410923MA0000009A"),
    Role.LIA: Actor(Role.LIA, "other liaison"),
    Role.LDR: Actor(Role.LDR, "other leader"),
    Role.COO: Actor(Role.COO, "other coordinator"),
    Role.SVG: Actor(Role.SVG, "other service", "FINANCE"),
    Role.HUB: hub(HUBBED),
    Role.DEP: handler(D2),
    Role.HED: head(D2),
    Role.SUP: supervisor(G2),
    Role.CBK: Actor(Role.CBK, "other caller"),
    Role.INS: Actor(Role.INS, "other inspector"),
    Role.ADM: Actor(Role.ADM, "other administrator"),
    Role.SYS: Actor(Role.SYS, "other system"),
}
assert set(OWN) == set(FOREIGN) == set(Role)
