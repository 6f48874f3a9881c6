"""``bihuan calendar import``: a new version, which deadlines it moves and why, and the batch that brings it to all."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from bihuan.city.calendar_files import VERSION, laid_over, next_version, read_paper
from bihuan.city.calendar_store import Shelf
from bihuan.city.configuration import load_city
from bihuan.cli.batches import Office, Unfit, carried_out, office, operator, told
from bihuan.cli.tables import show
from bihuan.client.runs import is_running
from bihuan.domain.batches.order import BatchKind, BatchOrder
from bihuan.domain.clocks.calendar_adoption import adoption, changes_nothing, first_year, with_calendar
from bihuan.domain.clocks.special_days import CalendarVersion
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.events import CalendarAdopted
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.files.validation import refused
from bihuan.ledger.canonical import order_of
from bihuan.ledger.reading import LedgerReader
from bihuan.runtime.settings import Settings
from workflows.names import batch_id

A_NEW_NAME = (
    "至多 40 个字母、数字、点或横线、且别的日历未用的名称 · "
    "a name of up to 40 letters, digits, dots and dashes that no other calendar has"
)


@dataclass(frozen=True, slots=True)
class Move:
    """One deadline that another calendar moves; ``was`` and ``due`` are empty while a pause lasts."""

    issue_no: str
    title: str
    unit: str
    clock: str
    was: str
    due: str
    days: tuple[str, ...]


def new_version(settings: Settings, file: Path, version: str = "", source: str = "") -> CalendarVersion:
    """What the file makes of the days known; these themselves where it changes nothing. Raises FilesInvalid."""
    shelf = Shelf(settings.data)
    known = load_city(settings.city, settings.profile, imported=shelf.newest()).calendar
    paper = read_paper(file, source)
    taken = [one.calendar.version for one in shelf.all()]
    anew = laid_over(known, paper, version or next_version(known, paper, taken))
    if (anew.days, anew.published_years) == (known.days, known.published_years):
        return known
    if not VERSION.fullmatch(anew.version) or anew.version in {known.version, *taken}:
        raise refused("--version", "version", anew.version, A_NEW_NAME)
    return anew


async def moves(reader: LedgerReader, calendar: CalendarVersion, now: datetime) -> list[Move]:
    """Every deadline that would move, from the ledger; changes nothing."""
    found: list[Move] = []
    for number in (await reader.census()).living:
        life = await reader.life(number)
        if life is not None:
            found += _moves(*life, calendar.since(first_year(life[0].received_at)), now)
    return found


def _moves(issue: Issue, policy: Policy, calendar: CalendarVersion, now: datetime) -> Iterable[Move]:
    if changes_nothing(policy, calendar):
        return []
    event = adoption(issue, calendar, now, policy, with_calendar(policy, calendar))
    assert isinstance(event, CalendarAdopted)
    return [
        Move(
            issue.issue_no,
            issue.title or issue.description[:20],
            issue.holder,
            one.clock,
            _told(one.was),
            _told(one.due),
            tuple(f"{named.day} {named.name}" for named in one.days),
        )
        for one in event.moved
        if one.was != one.due or one.was is None
    ]


def _told(moment: datetime | None) -> str:
    return moment.astimezone(CHINA_TIME).isoformat() if moment else ""


def run_import(settings: Settings, file: Path, *, version: str, source: str, dry_run: bool, as_json: bool) -> int:
    """Exit code 1: some issues could not be reached, each with its reason on record; run it again."""
    calendar = new_version(settings, file, version, source)
    if dry_run:
        return _preview(settings, calendar, as_json=as_json)
    settings.data.mkdir(parents=True, exist_ok=True)

    async def work() -> int:
        async with office(settings) as at:
            order = await order_for(at, calendar)
            _shelve(settings, calendar)
            return await carried_out(at, order, as_json=as_json)

    return told(work)


def _preview(settings: Settings, calendar: CalendarVersion, *, as_json: bool) -> int:
    if not settings.ledger_url and not settings.data.is_dir():
        typer.echo(f"{settings.data} 处没有台账 · there is no ledger", err=True)
        return 1

    async def work() -> int:
        async with office(settings) as at:
            _show_moves(calendar, await moves(LedgerReader(at.engine), calendar, datetime.now(UTC)), as_json=as_json)
        return 0

    return told(work)


async def order_for(at: Office, calendar: CalendarVersion) -> BatchOrder:
    """A new order, or the one for this version that has not ended. Raises Unfit where another calendar is under way:
    an issue would go by whichever came last.
    """
    for row in await at.ledger.rows():
        if row.kind != BatchKind.CALENDAR or row.ended_at is not None:
            continue
        order = order_of(row.body)
        if order.version == calendar.version:
            return order
        if await is_running(at.client, batch_id(row.id)):
            raise Unfit("BatchStillRunning", f"批次 {row.id} 尚未完成，请稍候", f"batch {row.id} has not ended yet")
    return ordered(calendar, datetime.now(UTC))


def ordered(calendar: CalendarVersion, now: datetime) -> BatchOrder:
    """Whoever runs the command orders it; the paper is its basis."""
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


def _shelve(settings: Settings, calendar: CalendarVersion) -> None:
    """From here on new issues go by it."""
    shelf = Shelf(settings.data)
    if calendar != load_city(settings.city, settings.profile, imported=shelf.newest()).calendar:
        shelf.put(calendar, datetime.now(UTC))


def _show_moves(calendar: CalendarVersion, moves: list[Move], *, as_json: bool) -> None:
    if as_json:
        answer = {"version": calendar.version, "source": calendar.source, "moves": [asdict(move) for move in moves]}
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    show(
        Console(),
        f"日历 {calendar.version}：{len(moves)} 个时限将变动 · deadlines would move",
        ("问题 issue", "事项 title", "单位 unit", "时钟 clock", "原到期 was", "新到期 due", "原因 days"),
        [_row(move) for move in moves],
    )


def _row(move: Move) -> tuple[str, ...]:
    days = "；".join(move.days)
    return (move.issue_no, move.title, move.unit, move.clock, _brief(move.was), _brief(move.due), days)


def _brief(moment: str) -> str:
    return moment[:16].replace("T", " ") or "停钟中 paused"


def run_list(settings: Settings, *, as_json: bool) -> int:
    known = Shelf(settings.data).all()
    if as_json:
        rows = [asdict(replace(one.calendar, days=())) | {"imported_at": _told(one.imported_at)} for one in known]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return 0
    for one in known:
        typer.echo(
            f"{one.imported_at.astimezone(CHINA_TIME):%Y-%m-%d %H:%M} {one.calendar.version} {one.calendar.source}"
        )
    if not known:
        seed = load_city(settings.city, settings.profile).calendar
        typer.echo(f"{seed.version} {seed.source}（城市目录自带，尚未导入 · the city's own, nothing imported）")
    return 0
