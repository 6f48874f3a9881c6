"""Desks that are told most often."""

from bihuan.domain.parties import Desk, Party
from tests.support.small_city.policy import D1, G1

GROUP = Party(Desk.GROUP, G1)
UNIT = Party(Desk.UNIT, D1)
UNIT_HEAD = Party(Desk.UNIT_HEAD, D1)
COORDINATION = Party(Desk.COORDINATION)
COORDINATION_HEAD = Party(Desk.COORDINATION_HEAD)
LEADERS = Party(Desk.LEADER)
