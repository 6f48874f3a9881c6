"""``bihuan calendar import``: a new version, which deadlines it moves and why, and its adoption by every issue."""

import asyncio
import getpass
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from api.loop import Loop
from api.problems import IssueNotRunning, OutcomeUnknown, Problem, Refused, TemporalAway
from bihuan.city.calendar_files import VERSION, laid_over, next_version, read_paper
from bihuan.city.calendar_store import Shelf
from bihuan.city.configuration import load_city
from bihuan.cli.tables import show
from bihuan.client.connection import connect
from bihuan.domain import commands as do
from bihuan.domain.clocks.calendar_adoption import adoption, changes_nothing, governed_by
from bihuan.domain.clocks.special_days import CalendarVersion
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.events import CalendarAdopted
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.files.validation import refused
from bihuan.ledger.engine import LEDGER_AWAY, ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.runtime.settings import Settings
from bihuan.wire import ActCommand

AT_ONCE = 16
TRIES = 20
PAUSE_S = 0.5
CAUGHT_UP_S = 1.0
DONE_BEFORE = frozenset({"NothingToChange", "CommandIdReused"})
"""The id says which version; somebody else's command under it did the same."""
A_NEW_NAME = (
    "至多 40 个字母、数字、点或横线、且别的日历未用的名称 · "
    "a name of up to 40 letters, digits, dots and dashes that no other calendar has"
)
AGAIN = (TemporalAway, OutcomeUnknown)


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


class Recalendar:
    """Puts one version of the calendar to every issue that is not archived. Any part may be repeated."""

    def __init__(self, loop: Loop, reader: LedgerReader, calendar: CalendarVersion) -> None:
        self._loop = loop
        self._reader = reader
        self._calendar = calendar

    async def moves(self, now: datetime) -> list[Move]:
        """Every deadline that would move, from the ledger; changes nothing."""
        found: list[Move] = []
        for number in (await self._reader.census()).living:
            life = await self._reader.life(number)
            if life is not None:
                found += self._moves(*life, now)
        return found

    async def everyone(self) -> set[str]:
        """All that live, be they too young to be in the ledger."""
        return {*(await self._reader.census()).living, *(await self._loop.running())}

    async def adopt(self, number: str) -> str:
        """What came of it for one issue: ``moved``, ``unmoved``, ``already``, or the reason why nothing did."""
        life = await self._reader.life(number)
        calendar = self._since(life[0] if life else None)
        if life is not None and changes_nothing(life[1], calendar):
            return "already"
        act = do.AdoptCalendar(version=calendar.version, calendar=calendar)
        command = ActCommand(f"calendar-{calendar.version}", Actor(Role.ADM, _operator()), act)
        try:
            await self._put(number, command)
        except Refused as refused:
            return "already" if refused.refusal in DONE_BEFORE else refused.refusal
        except Problem as trouble:
            return await self._archived(number) if isinstance(trouble, IssueNotRunning) else trouble.name
        return "moved" if life is None or self._moves(*life, datetime.now(UTC)) else "unmoved"

    async def _put(self, number: str, command: ActCommand) -> None:
        """The same command until it is answered."""
        for left in reversed(range(TRIES)):
            try:
                await self._loop.act(number, command)
                return
            except AGAIN:
                if not left:
                    raise
                await asyncio.sleep(PAUSE_S)

    async def _archived(self, number: str) -> str:
        """An issue that does not run: archived since it was listed, or lost."""
        life = await self._reader.life(number)
        return "already" if life and life[0].status == "ARCHIVED" else IssueNotRunning.name

    def _moves(self, issue: Issue, policy: Policy, now: datetime) -> Iterable[Move]:
        calendar = self._since(issue)
        if changes_nothing(policy, calendar):
            return []
        event = adoption(issue, calendar, now, policy, governed_by(policy, calendar))
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

    def _since(self, issue: Issue | None) -> CalendarVersion:
        return self._calendar.since((issue.received_at if issue else datetime.now(CHINA_TIME)).year - 1)


def _operator() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"  # a container may run as nobody in particular


def _told(moment: datetime | None) -> str:
    return moment.astimezone(CHINA_TIME).isoformat() if moment else ""


def run_import(settings: Settings, file: Path, *, version: str, source: str, dry_run: bool, as_json: bool) -> int:
    """Exit code 1: some issues could not be reached; run it again."""
    calendar = new_version(settings, file, version, source)
    if dry_run and not settings.ledger_url and not settings.data.is_dir():
        typer.echo(f"{settings.data} 处没有台账 · there is no ledger", err=True)
        return 1
    try:
        return asyncio.run(_import(settings, calendar, dry_run=dry_run, as_json=as_json))
    except Problem as trouble:
        typer.echo(f"{trouble.zh} · {trouble.en}", err=True)
    except LEDGER_AWAY as trouble:
        typer.echo(f"台账不可用 · the ledger is away: {trouble}".splitlines()[0], err=True)
    return 1


async def _import(settings: Settings, calendar: CalendarVersion, *, dry_run: bool, as_json: bool) -> int:
    if not dry_run:
        settings.data.mkdir(parents=True, exist_ok=True)
        await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    try:
        rules = load_city(settings.city, settings.profile).policy
        loop = Loop(await connect(settings, lazy=True), rules, settings.continue_after)
        work = Recalendar(loop, LedgerReader(engine), calendar)
        if dry_run:
            _show_moves(calendar, await work.moves(datetime.now(UTC)), as_json=as_json)
            return 0
        _shelve(settings, calendar)
        results = await _everyone(work, quiet=as_json)
    finally:
        await engine.dispose()
    return _show_results(calendar, results, as_json=as_json)


def _shelve(settings: Settings, calendar: CalendarVersion) -> None:
    """From here on new issues go by it."""
    shelf = Shelf(settings.data)
    if calendar != load_city(settings.city, settings.profile, imported=shelf.newest()).calendar:
        shelf.put(calendar, datetime.now(UTC))


async def _everyone(work: Recalendar, *, quiet: bool) -> dict[str, str]:
    """Until nobody is left: an issue that was being taken in meanwhile may have gone by the calendar before."""
    results: dict[str, str] = {}
    busy = asyncio.Semaphore(AT_ONCE)
    with Progress(disable=quiet, console=Console(stderr=True)) as progress:
        task = progress.add_task("重算时限 · recomputing", total=0)

        async def one(number: str) -> None:
            async with busy:
                results[number] = await work.adopt(number)
            progress.advance(task)

        while fresh := await _still_to_do(work, results):
            progress.update(task, total=len(results) + len(fresh))
            await asyncio.gather(*map(one, sorted(fresh)))
    return results


async def _still_to_do(work: Recalendar, results: Mapping[str, str]) -> set[str]:
    """Whoever has not been asked. Where nobody is left, we look once more when lists have caught up with intakes."""
    fresh = await work.everyone() - results.keys()
    if not fresh:
        await asyncio.sleep(CAUGHT_UP_S)
        fresh = await work.everyone() - results.keys()
    return fresh


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


def _show_results(calendar: CalendarVersion, results: dict[str, str], *, as_json: bool) -> int:
    counted = Counter(results.values())
    failed = {number: why for number, why in results.items() if why not in {"moved", "unmoved", "already"}}
    if as_json:
        answer = {"version": calendar.version, "source": calendar.source, **counted, "failed": failed}
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return 1 if failed else 0
    for number, why in sorted(failed.items()):
        typer.echo(f"  {number}: {why}", err=True)
    typer.echo(
        f"日历 {calendar.version} 已生效 · in force: {counted['moved']} 件时限变动 moved, {counted['unmoved']} 件不变 "
        f"unmoved, {counted['already']} 件已在用 already, {len(failed)} 件未达 failed"
        + ("；请重新执行 · run it again" if failed else "")
    )
    return 1 if failed else 0


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
