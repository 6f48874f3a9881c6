"""Lengths of time as a policy writes them: ``3wd``, ``4wh``, ``30d`` (docs/rules.md 3.1)."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class TimeUnit(StrEnum):
    """What a limit is counted in."""

    WD = "wd"
    WH = "wh"
    D = "d"
    H = "h"
    S = "s"


UNIT_ZH = {
    TimeUnit.WD: "个工作日",
    TimeUnit.WH: "个工作小时",
    TimeUnit.D: "天",
    TimeUnit.H: "小时",
    TimeUnit.S: "秒",
}
UNIT_EN = {
    TimeUnit.WD: "working day",
    TimeUnit.WH: "working hour",
    TimeUnit.D: "day",
    TimeUnit.H: "hour",
    TimeUnit.S: "second",
}
IN_OFFICE = frozenset({TimeUnit.WD, TimeUnit.WH})
CALENDAR_UNITS = IN_OFFICE | {TimeUnit.D}
"""Units whose end depends on the calendar; ``h`` and ``s`` run through any day."""
AMOUNT_MAX = {TimeUnit.WD: 5_000, TimeUnit.WH: 40_000, TimeUnit.D: 7_300, TimeUnit.H: 175_200, TimeUnit.S: 999_999}
"""The longest limit in each unit, about twenty years, so that counting one stays quick."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time as a policy writes it: ``3wd``, ``4wh``, ``30d``, ``24h``, ``5s``."""

    amount: int
    unit: TimeUnit

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Raises ValueError naming the text where it is not an amount and a unit, or longer than a limit may be."""
        found = re.fullmatch(r"([1-9][0-9]{0,5})(wd|wh|d|h|s)", text.strip())
        if found is None:
            raise ValueError(f"'{text}' is not a limit; expected an amount and one of wd, wh, d, h, s, such as 3wd")
        limit = cls(int(found[1]), TimeUnit(found[2]))
        if limit.amount > AMOUNT_MAX[limit.unit]:
            raise ValueError(f"'{text}' is too long; expected {AMOUNT_MAX[limit.unit]}{limit.unit} at most")
        return limit

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def zh(self) -> str:
        return f"{self.amount}{UNIT_ZH[self.unit]}"

    @property
    def en(self) -> str:
        return f"{self.amount} {UNIT_EN[self.unit]}{'s' if self.amount > 1 else ''}"

    @property
    def elapsed(self) -> timedelta:
        """Its length as elapsed time; only for h, s and d (whole days). Raises KeyError for wd and wh."""
        seconds = {TimeUnit.S: 1, TimeUnit.H: 3600, TimeUnit.D: 86400}[self.unit]
        return timedelta(seconds=self.amount * seconds)
