"""Roles, and the person who acts (docs/rules.md 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The role of a person; with the issue it decides what they may do."""

    ENT = "ENT"
    LIA = "LIA"
    LDR = "LDR"
    COO = "COO"
    SVG = "SVG"
    HUB = "HUB"
    DEP = "DEP"
    HED = "HED"
    SUP = "SUP"
    CBK = "CBK"
    INS = "INS"
    ADM = "ADM"
    SYS = "SYS"
    """The system itself, sending commands between issues; no key gives this role."""


ROLE_ZH: Mapping[Role, str] = {
    Role.ENT: "企业",
    Role.LIA: "包联干部",
    Role.LDR: "市领导",
    Role.COO: "综合协调组",
    Role.SVG: "服务职能组",
    Role.HUB: "县区专班",
    Role.DEP: "承办人",
    Role.HED: "承办单位负责人",
    Role.SUP: "专项督导组",
    Role.CBK: "回访员",
    Role.INS: "督查机关",
    Role.ADM: "系统管理员",
    Role.SYS: "系统",
}
assert set(ROLE_ZH) == set(Role)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting in a role.

    ``org`` limits the role: the 18-character credit code (USCC) for ENT, the unit code for
    DEP and HED, the county code for HUB and for a leader who is one county's, the group id for SUP and SVG, nothing for
    the rest.
    """

    role: Role
    person: str
    org: str = ""


SYSTEM = Actor(Role.SYS, "system")
