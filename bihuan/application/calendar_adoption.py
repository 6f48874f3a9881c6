"""A new calendar: the version a file makes, the deadlines it moves, and the order that brings it to every issue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bihuan.application.batches import HEADING_CHARACTERS, BatchService, operator, still_running
from bihuan.city.calendar_files import VERSION, merge_calendar, next_version, read_calendar_file
from bihuan.city.calendar_store import CalendarStore
from bihuan.city.configuration import load_city
from bihuan.client.runs import is_running
from bihuan.domain.batches.order import BatchKind, BatchOrder
from bihuan.domain.clocks.calendar_adoption import adoption, changes_nothing, first_year, with_calendar
from bihuan.domain.clocks.special_days import CalendarVersion
from bihuan.domain.events import CalendarAdopted
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.files.validation import invalid_file
from bihuan.ledger.canonical import order_of
from bihuan.ledger.reading import LedgerReader
from bihuan.runtime.settings import Settings
from workflows.names import batch_id

UNUSED_NAME = (
    "至多 40 个字母、数字、点或横线、且别的日历未用的名称 · "
    "a name of up to 40 letters, digits, dots and dashes that no other calendar has"
)


@dataclass(frozen=True, slots=True)
class CalendarMove:
    """One deadline that another calendar moves; ``was`` and ``due`` are None while the clock is paused.

    ``days``: the days that moved it, each with its name.
    """

    issue_no: str
    title: str
    unit: str
    clock: str
    was: datetime | None
    due: datetime | None
    days: tuple[str, ...]


def new_version(settings: Settings, file: Path, version: str = "", source: str = "") -> CalendarVersion:
    """The known days with those of the file merged in; the known version itself where the file changes nothing.

    ``version``: its name, the next free one where empty. ``source``: the paper it rests on. Raises FilesInvalid.
    """
    shelf = CalendarStore(settings.data)
    known = load_city(settings.city, settings.profile, imported=shelf.newest()).calendar
    paper = read_calendar_file(file, source)
    taken = [one.calendar.version for one in shelf.all()]
    merged = merge_calendar(known, paper, version or next_version(known, paper, taken))
    if (merged.days, merged.published_years) == (known.days, known.published_years):
        return known
    if not VERSION.fullmatch(merged.version) or merged.version in {known.version, *taken}:
        raise invalid_file("--version", "version", merged.version, UNUSED_NAME)
    return merged


async def calendar_moves(reader: LedgerReader, calendar: CalendarVersion, now: datetime) -> list[CalendarMove]:
    """Every deadline of a living issue that the calendar would move. Reads the ledger; changes nothing."""
    found: list[CalendarMove] = []
    for number in (await reader.issue_counts()).active:
        life = await reader.issue_state(number)
        if life is not None:
            found += _moves(*life, calendar.since(first_year(life[0].matter.received_at)), now)
    return found


def _moves(issue: Issue, policy: Policy, calendar: CalendarVersion, now: datetime) -> Iterable[CalendarMove]:
    if changes_nothing(policy, calendar):
        return []
    event = adoption(issue, calendar, now, policy, with_calendar(policy, calendar))
    assert isinstance(event, CalendarAdopted)
    return [
        CalendarMove(
            issue.issue_no,
            issue.matter.heading(HEADING_CHARACTERS),
            issue.assignment.holder,
            one.clock,
            one.was,
            one.due,
            tuple(f"{named.day} {named.name}" for named in one.days),
        )
        for one in event.moved
        if one.was != one.due or one.was is None
    ]


async def import_order(service: BatchService, calendar: CalendarVersion) -> BatchOrder:
    """Put the calendar in force for new issues, and return the order that brings it to those under way.

    Raises InvalidOrder where the batch of another calendar still runs.
    """
    order = await order_for(service, calendar)
    _put_in_force(service.settings, calendar)
    return order


async def order_for(service: BatchService, calendar: CalendarVersion) -> BatchOrder:
    """A new order, or the one for this version that has not ended.

    Raises InvalidOrder where the batch of another calendar still runs: an issue would keep whichever came last.
    """
    for row in await service.ledger.rows():
        if row.kind != BatchKind.CALENDAR or row.ended_at is not None:
            continue
        order = order_of(row.body)
        if order.version == calendar.version:
            return order
        if await is_running(service.client, batch_id(row.id)):
            raise still_running(row.id)
    return new_order(calendar, datetime.now(UTC))


def new_order(calendar: CalendarVersion, now: datetime) -> BatchOrder:
    """Ordered by whoever runs this process, on the basis of the calendar's paper."""
    who = operator()
    return BatchOrder(
        id=f"{BatchKind.CALENDAR}-{now:%Y%m%d-%H%M%S-%f}",
        kind=BatchKind.CALENDAR,
        basis=calendar.source or calendar.version,
        by=Actor(Role.ADM, who),
        approved_by=None,
        ordered_at=now,
        operator=who,
        version=calendar.version,
        calendar=calendar,
    )


def _put_in_force(settings: Settings, calendar: CalendarVersion) -> None:
    shelf = CalendarStore(settings.data)
    if calendar != load_city(settings.city, settings.profile, imported=shelf.newest()).calendar:
        shelf.put(calendar, datetime.now(UTC))
