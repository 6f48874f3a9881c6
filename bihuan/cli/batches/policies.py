"""``bihuan policy``: what another policy would change for the issues under way, its adoption, and taking it back."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import typer
from rich.console import Console

from bihuan.city.calendar_store import city_in_force
from bihuan.city.configuration import City
from bihuan.cli import tables
from bihuan.cli.batches import Office, Said, Unfit, Wanted, carried_out, office, told
from bihuan.domain.batches.commands import HANDLING_ZH, Handling
from bihuan.domain.batches.events import PolicyAdopted
from bihuan.domain.batches.order import DONE, TAKEN_BACK_BY, BatchKind, BatchOrder
from bihuan.domain.batches.policy_adoption import PolicyDifference, differences, without_days
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.commands import Command
from bihuan.domain.decide import decide
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import settle
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import Refusal
from bihuan.ledger.canonical import order_of
from bihuan.ledger.reading import LedgerReader
from bihuan.runtime.settings import Settings

NOBODY = Actor(Role.COO, "preview")
SOMEBODY = Actor(Role.COO, "approver of the preview")


@dataclass(frozen=True, slots=True)
class Moved:
    """One deadline another policy moves; ``was`` and ``due`` are empty while a pause lasts."""

    issue_no: str
    title: str
    unit: str
    clock: str
    limit_was: str
    limit_now: str
    was: str
    due: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a policy would change: where it says otherwise, which deadlines move, and who could not adopt it."""

    version: str
    differences: tuple[PolicyDifference, ...]
    moved: tuple[Moved, ...]
    refused: dict[str, str]
    issues: int


async def preview(reader: LedgerReader, numbers: Iterable[str], order: BatchOrder, now: datetime) -> Preview:
    """From the ledger; changes nothing."""
    found: dict[PolicyDifference, None] = {}
    moved: list[Moved] = []
    refused: dict[str, str] = {}
    compared: set[str] = set()
    count = 0
    for number in numbers:
        life = await reader.life(number)
        if life is None:
            continue
        count += 1
        issue, policy = settle(life[0], now, life[1]).issue, life[1]
        assert order.policy is not None, "a preview is of a policy"
        if policy.version not in compared:
            compared.add(policy.version)
            found |= dict.fromkeys(differences(policy, order.policy))
        try:
            (event,) = decide(issue, Command("", order.by, order.act(order.policy)), now, policy)
        except Refusal as refusal:
            refused[number] = refusal.name
            continue
        if isinstance(event, PolicyAdopted):
            moved += _moved(issue, event)
    return Preview(order.version, tuple(found), tuple(moved), refused, count)


def _moved(issue: Issue, event: PolicyAdopted) -> Iterator[Moved]:
    anew = {one.clock: str(one.limit) for one in event.relimited}
    limits = {clock.key: str(clock.limit) for clock in issue.clocks}
    for one in event.moved:
        was, now = limits[one.clock], anew.get(one.clock, limits[one.clock])
        moments = (_told(one.was), _told(one.due))
        title = issue.title or issue.description[:20]
        yield Moved(issue.issue_no, title, issue.holder, one.clock, was, now, *moments)


def _told(moment: datetime | None) -> str:
    return moment.astimezone(CHINA_TIME).isoformat() if moment else ""


def run_preview(settings: Settings, wanted: Wanted, *, credit: bool, as_json: bool) -> int:
    async def work() -> int:
        city = the_city(settings)
        said = Said(NOBODY.person, SOMEBODY.person, "预览", "preview")
        order = adopting(said, wanted, city, Handling.CREDIT if credit else Handling.ADOPT, also_kept=False)
        async with office(settings) as at:
            numbers = await at.ledger.matched(order)
            show(await preview(LedgerReader(at.engine), numbers, order, datetime.now(UTC)), as_json=as_json)
        return 0

    return told(work)


def run_adopt(
    settings: Settings, said: Said, wanted: Wanted, handling: Handling, *, also_kept: bool, as_json: bool
) -> int:
    async def work() -> int:
        order = adopting(said, wanted, the_city(settings), handling, also_kept=also_kept)
        async with office(settings) as at:
            return await carried_out(at, order, as_json=as_json)

    return told(work)


def run_undo(settings: Settings, said: Said, batch: str, *, as_json: bool) -> int:
    async def work() -> int:
        async with office(settings) as at:
            await taken_back(at, batch, BatchKind.UNDO)
            return await carried_out(at, said.order(BatchKind.UNDO, of=batch), as_json=as_json)

    return told(work)


def the_city(settings: Settings) -> City:
    """The city as its files now say, by the calendar in force."""
    city, _ = city_in_force(settings.city, settings.profile, settings.data)
    return city


def adopting(said: Said, wanted: Wanted, city: City, handling: Handling, *, also_kept: bool) -> BatchOrder:
    """The order for the policy of the city's files."""
    policy: Policy = city.policy
    order = said.order(BatchKind.ADOPT, wanted.matching(city))
    return replace(
        order,
        handling=handling,
        policy=policy,
        policy_version=policy.version,
        version=without_days(policy),
        also_kept=also_kept,
    )


async def taken_back(at: Office, batch: str, by: BatchKind) -> None:
    """Raise Unfit where the batch cannot be taken back by one of this kind."""
    row = await at.ledger.row(batch)
    if row is None:
        raise Unfit("BatchUnknown", f"没有批次 {batch}", f"there is no batch {batch}")
    order = order_of(row.body)
    if TAKEN_BACK_BY.get(order.kind) is not by or order.handling is Handling.KEEP:
        raise Unfit(
            "NothingToTakeBack", f"批次 {batch} 没有可由此撤销的事项", f"batch {batch} did nothing of that sort"
        )
    if row.ended_at is None:
        raise Unfit("BatchStillRunning", f"批次 {batch} 尚未完成，请稍候", f"batch {batch} has not ended yet")
    if not (await at.ledger.progress(batch)).results.get(DONE):
        raise Unfit("NothingToTakeBack", f"批次 {batch} 没有变更任何问题", f"batch {batch} changed no issue")


def show(seen: Preview, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(seen), ensure_ascii=False))
        return
    console = Console()
    tables.show(
        console,
        f"方案 {seen.version} 与问题现行方案之别 · what it says otherwise",
        ("何处 where", "原 was", "新 now"),
        [(one.where, one.was or "—", one.now or "—") for one in seen.differences],
    )
    rows = []
    for each in seen.moved:
        limit = each.limit_now if each.limit_now == each.limit_was else f"{each.limit_was} → {each.limit_now}"
        rows.append((each.issue_no, each.title, each.unit, each.clock, limit, _brief(each.was), _brief(each.due)))
    tables.show(
        console,
        f"{seen.issues} 件问题，{len(seen.moved)} 个时限将变动 · deadlines would move",
        ("问题 issue", "事项 title", "单位 unit", "时钟 clock", "限 limit", "原到期 was", "新到期 due"),
        rows,
    )
    for number, name in sorted(seen.refused.items()):
        typer.echo(f"  {number}: {name}")
    ways = "、".join(f"--handling {one}({zh})" for one, zh in HANDLING_ZH.items())
    typer.echo(f"未作变更。bihuan policy adopt 的做法 · nothing changed; ways to adopt: {ways}")


def _brief(moment: str) -> str:
    return moment[:16].replace("T", " ") or "停钟中 paused"
