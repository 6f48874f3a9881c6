"""The weekly bulletin and the half-year brief: collected, closed, solved and the rate, by group and category."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.city.configuration import City
from bihuan.ledger.counts import Cell, Span, count_by_span
from bihuan.reports.text import Section, category_text, change, counts, fitted, group_text, rate

WEEK = timedelta(days=7)
Key = Callable[[Cell], str]


@dataclass(frozen=True, slots=True)
class Sums:
    """The counts of one row of a report."""

    collected: int = 0
    closed: int = 0
    solved: int = 0

    @property
    def open(self) -> int:
        return self.collected - self.closed

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.collected + other.collected, self.closed + other.closed, self.solved + other.solved)

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(self.collected - other.collected, self.closed - other.closed, self.solved - other.solved)


def summed(cells: Iterable[Cell], key: Key = lambda _: "") -> dict[str, Sums]:
    """The sums of the cells by ``key``; without one all together under ``""``."""
    sums: dict[str, Sums] = {}
    for cell in cells:
        name = key(cell)
        sums[name] = sums.get(name, Sums()) + Sums(cell.collected, cell.closed, cell.solved)
    return sums


def total(cells: Iterable[Cell]) -> Sums:
    return summed(cells).get("", Sums())


def by_group(cell: Cell) -> str:
    return cell.group


def by_category(cell: Cell) -> str:
    return cell.category


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Counts of all issues received until the end of the week, until its start, and until a week before its start."""

    at_end: tuple[Cell, ...]
    at_start: tuple[Cell, ...]
    week_before: tuple[Cell, ...]

    @property
    def week(self) -> Sums:
        return total(self.at_end) - total(self.at_start)

    @property
    def last_week(self) -> Sums:
        return total(self.at_start) - total(self.week_before)

    @property
    def intake(self) -> Counter[str]:
        """What came in during the week, by category."""
        late, early = summed(self.at_end, by_category), summed(self.at_start, by_category)
        return Counter({name: late[name].collected - early.get(name, Sums()).collected for name in late})


async def bulletin_of(engine: AsyncEngine, since: datetime, until: datetime) -> Bulletin:
    """The figures of the week from ``since`` to ``until``, from the ledger."""
    return Bulletin(*await count_by_span(engine, *(Span(None, moment) for moment in (until, since, since - WEEK))))


def bulletin_text(bulletin: Bulletin, city: City) -> str:
    """The lines of the weekly bulletin, in Chinese and English."""
    whole, before = total(bulletin.at_end), total(bulletin.at_start)
    week, last = bulletin.week, bulletin.last_week
    intake = [(category_text(name, city), count) for name, count in bulletin.intake.most_common() if count]
    return fitted(
        [
            Section("累计（较上周） totals (change)"),
            Section(f"收集 collected {change(whole.collected, before.collected)}"),
            Section(f"办结 closed {change(whole.closed, before.closed)}"),
            Section(f"解决 solved {change(whole.solved, before.solved)}"),
            Section(f"在办 open {change(whole.open, before.open)}"),
            Section(f"化解率 solved ÷ collected {_rates(whole, before)}"),
            Section(
                f"本周（较前一周） this week (change)：收集 {change(week.collected, last.collected)}、"
                f"办结 {change(week.closed, last.closed)}、解决 {change(week.solved, last.solved)}"
            ),
            Section(f"本周收集分类 intake：{counts(intake)}"),
            Section("各组 by group", _table(bulletin.at_end, by_group, group_text, city)),
        ]
    )


def _rates(now: Sums, before: Sums) -> str:
    return f"{rate(now.solved, now.collected)}，上周 before {rate(before.solved, before.collected)}"


async def brief_of(engine: AsyncEngine, since: datetime, until: datetime) -> tuple[Cell, ...]:
    """Counts of the issues received in the half-year, as they stood at its end."""
    (cells,) = await count_by_span(engine, Span(since, until))
    return cells


def brief_text(cells: Sequence[Cell], city: City) -> str:
    """The lines of the half-year brief, in Chinese and English."""
    whole = total(cells)
    return fitted(
        [
            Section(
                f"收集 collected {whole.collected}，解决 solved {whole.solved}，"
                f"化解率 rate {rate(whole.solved, whole.collected)}，其余 {whole.collected - whole.solved} 件 the rest"
            ),
            Section("各组 by group", _table(cells, by_group, group_text, city)),
            Section("各类 by category", _table(cells, by_category, category_text, city)),
        ]
    )


def _table(cells: Iterable[Cell], key: Key, named: Callable[[str, City], str], city: City) -> list[str]:
    return [
        f"{named(name, city)}：收集 {one.collected}、办结 {one.closed}、化解率 {rate(one.solved, one.collected)}"
        for name, one in sorted(summed(cells, key).items())
    ]
