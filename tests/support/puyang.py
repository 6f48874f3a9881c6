"""A city to test in, and the people of one issue in it."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from bihuan.city.configuration import City, load_city
from bihuan.domain import commands as do
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import RecordedEvent, execute, open_issue
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Outcome

CITY_FOLDER = Path(__file__).parents[2] / "deploy" / "puyang"
USCC = "91410902MA00000001"
UNIT, OTHER_UNIT, THIRD_UNIT = "D16", "D05", "D06"
MONDAY = datetime.fromisoformat("2021-07-05T09:00:00+08:00")

ENTERPRISE = Actor(Role.ENT, "enterprise", USCC)
LIAISON = Actor(Role.LIA, "O0001")
COORDINATOR = Actor(Role.COO, "coordinator")
HANDLER = Actor(Role.DEP, "handler", UNIT)
HEAD = Actor(Role.HED, "head", UNIT)
OTHER_HEAD = Actor(Role.HED, "other head", OTHER_UNIT)
CALLER = Actor(Role.CBK, "caller")
SUPERVISOR = Actor(Role.SUP, "supervisor", "G1")


@cache
def city() -> City:
    return load_city(CITY_FOLDER, "PY-13710")


def policy() -> Policy:
    return city().policy


def submission(**changes: object) -> do.Submit:
    asked = do.Submit(
        enterprise=do.Enterprise("恒捷化工有限公司", USCC),
        title="用电增容",
        description="扩产需要增容",
        county="410902",
        contact="经办人",
        channel="线上平台",
        category="ENERGY",
        liaison="O0001",
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    """A moment in China: ``07-05 09:00`` of 2021."""
    return datetime.fromisoformat(f"2021-{text.replace(' ', 'T')}:00+08:00")


class Told:
    """One issue, told act by act."""

    def __init__(self, number: str = "BH-TEST", when: datetime = MONDAY, **changes: object) -> None:
        step = open_issue(number, submission(**changes), ENTERPRISE, when, policy())
        self.issue: Issue = step.issue
        self.recorded: list[RecordedEvent] = list(step.recorded)

    def then(self, when: datetime, actor: Actor, act: do.Act) -> "Told":
        """Raises the Refusal, and then nothing has happened."""
        step = execute(self.issue, do.Command(f"c{len(self.recorded)}", actor, act), when, policy())
        self.issue = step.issue
        self.recorded += step.recorded
        return self


def handed_over(**changes: object) -> Told:
    told = Told(**changes)  # type: ignore[arg-type]
    told.then(at("07-05 10:00"), COORDINATOR, do.Accept())
    return told.then(at("07-05 11:00"), COORDINATOR, do.HandOver(unit=UNIT))


def in_hand() -> Told:
    return handed_over().then(at("07-05 15:00"), HANDLER, do.Sign())


def result_in() -> Told:
    return in_hand().then(at("07-06 10:00"), HEAD, do.SubmitResult(outcome=Outcome.SOLVED, text="已办结"))


def delivered(number: str = "BH-TEST") -> Told:
    told = Told(number)
    told.then(at("07-05 10:00"), COORDINATOR, do.Accept())
    told.then(at("07-05 11:00"), COORDINATOR, do.HandOver(unit=UNIT))
    told.then(at("07-05 15:00"), HANDLER, do.Sign())
    told.then(at("07-06 10:00"), HEAD, do.SubmitResult(outcome=Outcome.SOLVED, text="已办结"))
    told.then(at("07-06 11:00"), COORDINATOR, do.Check(verdict=do.Verdict.PASS))
    return told.then(at("07-06 15:00"), HEAD, do.Deliver(to="经办人", how="电话"))
