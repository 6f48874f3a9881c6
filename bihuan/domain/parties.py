"""The desks that can be responsible for an act or be notified (docs/rules.md 2.1)."""

from dataclasses import dataclass
from enum import StrEnum


class Desk(StrEnum):
    """The kinds of desk that can be responsible for an act or be notified."""

    ENTERPRISE = "enterprise"
    LIAISON = "liaison"
    UNIT = "unit"
    UNIT_HEAD = "unit-head"
    COORDINATION = "coordination"
    COORDINATION_HEAD = "coordination-head"
    CALLBACK = "callback"
    CALLBACK_HEAD = "callback-head"
    SERVICE_GROUP = "service-group"
    GROUP = "group"
    GROUP_LEADER = "group-leader"
    COUNTY_LEADER = "county-leader"
    LEADER = "leader"
    CITY_LEADER = "city-leader"
    """The city leader assigned to the enterprise."""
    BULLETIN = "bulletin"
    GOVERNMENT_OFFICE = "government-office"
    MAYOR = "mayor"
    INSPECTION = "inspection"
    DISCIPLINE = "discipline"
    PROVINCE = "province"


DESK_ZH = {
    Desk.ENTERPRISE: "企业",
    Desk.LIAISON: "包联干部",
    Desk.UNIT: "承办单位",
    Desk.UNIT_HEAD: "承办单位负责人",
    Desk.COORDINATION: "综合协调组",
    Desk.COORDINATION_HEAD: "综合协调组负责人",
    Desk.CALLBACK: "回访员",
    Desk.CALLBACK_HEAD: "回访负责人",
    Desk.SERVICE_GROUP: "服务职能组",
    Desk.GROUP: "专项督导组",
    Desk.GROUP_LEADER: "专项督导组组长",
    Desk.COUNTY_LEADER: "县区分管领导",
    Desk.LEADER: "领导小组分管领导",
    Desk.CITY_LEADER: "包联市领导",
    Desk.BULLETIN: "全体单位通报栏",
    Desk.GOVERNMENT_OFFICE: "市政府办公室",
    Desk.MAYOR: "市长",
    Desk.INSPECTION: "督查局",
    Desk.DISCIPLINE: "纪检监察机关",
    Desk.PROVINCE: "省工作组",
}
assert set(DESK_ZH) == set(Desk)


@dataclass(frozen=True, slots=True)
class Party:
    """A desk, and which one where there are several: a unit code, a group id, a county code, an official's id.

    Who sits there today is looked up when a notice is sent, never here.
    """

    desk: Desk
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.desk}:{self.ref}" if self.ref else self.desk

    @classmethod
    def parse(cls, text: str) -> "Party":
        """The inverse of ``str``. Raises ValueError where the desk is unknown."""
        desk, _, ref = text.partition(":")
        return cls(Desk(desk), ref)
