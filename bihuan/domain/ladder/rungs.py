"""The rungs of the ladder, the alarms that name them, and the light of an issue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bihuan.domain.parties import Party


class Rung(StrEnum):
    """The rungs of the ladder (docs/rules.md 5.1)."""

    R0 = "R0"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"
    R6 = "R6"
    P = "P"
    """Beyond the city's power: reported to the province."""


RUNG_ZH = {
    Rung.R0: "提醒",
    Rung.R1: "催办",
    Rung.R2: "督办",
    Rung.R3: "书面通报",
    Rung.R4: "提级会商",
    Rung.R5: "政府办研究",
    Rung.R6: "督办函",
    Rung.P: "上报省级",
}
assert set(RUNG_ZH) == set(Rung)

BAD_RATING = "BAD_RATING"
"""The ground of an R2 that no clock raises: a bad rating that was confirmed."""


def alarm_key(clock: str, grant: int, rung: Rung | str, ground: str = "") -> str:
    """The key of an alarm, clock/grant/rung: ``solve#2/0/R1``; with a ground ``solve#2/0/R2:BAD_RATING``."""
    return f"{clock}/{grant}/{rung}" + (f":{ground}" if ground else "")


def rung_of(alarm: str) -> Rung:
    """The rung that the key of an alarm names."""
    return Rung(alarm.rpartition("/")[2].partition(":")[0])


def highest(rungs: Iterable[Rung]) -> Rung | None:
    return max(rungs, key=tuple(Rung).index, default=None)


class Light(StrEnum):
    """The light of an issue: the worst of all its running clocks (docs/rules.md 3.7)."""

    GREEN = "GREEN"
    BLUE = "BLUE"
    YELLOW = "YELLOW"
    RED = "RED"


LIGHT_ZH = {Light.GREEN: "正常", Light.BLUE: "蓝灯", Light.YELLOW: "黄灯", Light.RED: "红灯"}


@dataclass(frozen=True, slots=True)
class UnacknowledgedAlarm:
    """A repeating notice of R1 or R2. ``told``: who has not acknowledged it; ``since``: when it was last sent.

    ``owes``: the responsible party; None in issues recorded before this field.
    """

    alarm: str
    clock: str
    told: tuple[Party, ...]
    since: datetime
    repeats: int = 0
    owes: Party | None = None
