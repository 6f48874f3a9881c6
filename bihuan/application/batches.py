"""Ordering a batch: who orders it and why, which open issues it takes, and its run to the end."""

import getpass
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from bihuan.city.configuration import City
from bihuan.client.batches import BatchFailed, run_batch
from bihuan.client.connection import connect
from bihuan.client.errors import Failure
from bihuan.domain.batches.commands import Handling
from bihuan.domain.batches.decisions import approved
from bihuan.domain.batches.order import DONE, TAKEN_BACK_BY, BatchKind, BatchOrder, BatchProgress, Matching
from bihuan.domain.bounds import CODE, TEXT, blank, check_text
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.codes import county_code, normalize
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.ledger.batches import BatchLedger
from bihuan.ledger.canonical import order_of
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import BatchRow
from bihuan.runtime.settings import Settings

EVERY_ISSUE = Matching()
NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
EXAMPLES_MAX = 12
HEADING_CHARACTERS = 20
"""Of a description that stands for a missing title where moved deadlines are listed."""
"""Known codes listed beside an unknown one."""


class InvalidOrder(Failure):
    """The order cannot be given, and nothing was ordered. ``name``: the reason; ``field``: which part of the order."""

    def __init__(self, name: str, zh: str, en: str, *, field: str = "") -> None:
        self.name, self.zh, self.en = name, zh, en
        super().__init__(f"{name}: {zh} · {en}", field=field)


@dataclass(frozen=True)
class OrderDetails:
    """Who orders a batch, who approved it, and on what basis.

    ``batch``: its id, made from kind and moment where empty. ``leader``: whether the approver is a city leader.
    """

    by: str
    approved_by: str
    basis: str
    batch: str = ""
    leader: bool = False

    def order(self, kind: BatchKind, matching: Matching = EVERY_ISSUE, of: str = "") -> BatchOrder:
        """The order of this moment; ``of``: the batch it reverses. Raises InvalidOrder or a Refusal."""
        for field, text, limit in (
            ("by", self.by, CODE),
            ("approved_by", self.approved_by, CODE),
            ("basis", self.basis, TEXT),
        ):
            check_text(field, text, limit)
        if blank(self.basis) or blank(self.by):
            raise InvalidOrder("BasisMissing", "应写明下令人与依据", "say who orders it and on what basis")
        now = datetime.now(UTC)
        batch = self.batch or f"{kind}-{now:%Y%m%d-%H%M%S}"
        if not NAME.fullmatch(batch):
            zh = f"批次号 {batch!r} 只能用字母、数字、点与横线，至多 40 字"
            raise InvalidOrder("BatchIdUnreadable", zh, "letters, digits, dots, dashes and underscores, up to 40")
        who = Actor(Role.COO, self.by.strip())
        approver = Actor(Role.LDR if self.leader else Role.COO, self.approved_by.strip())
        approved(who, approver)
        return BatchOrder(
            id=batch,
            kind=kind,
            basis=self.basis.strip(),
            by=who,
            approved_by=approver,
            ordered_at=now,
            operator=operator(),
            matching=matching,
            of=of,
        )


def operator() -> str:
    """The login name of whoever runs this process."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"  # in a container the user id may have no name


@dataclass(frozen=True)
class Selection:
    """Which open issues a batch takes: those that match every field that is set; ``everyone``: all of them."""

    counties: Sequence[str] = ()
    units: Sequence[str] = ()
    groups: Sequence[str] = ()
    categories: Sequence[str] = ()
    urgencies: Sequence[str] = ()
    issues: Sequence[str] = ()
    everyone: bool = False

    def matching(self, city: City) -> Matching:
        """With codes as the city writes them.

        Raises InvalidOrder where a code is unknown, where nothing is set, or where ``everyone`` is set beside others.
        """
        policy = city.policy
        counties = _known("county", self.counties, policy.counties, lambda text: county_code(text, policy.counties))
        units = _known("unit", self.units, policy.units)
        groups = _known("group", self.groups, [*policy.groups, policy.coordination.id])
        categories = _known("category", self.categories, policy.catalogue)
        urgencies = _known("urgency", self.urgencies, Urgency)
        some = any((self.counties, self.units, self.groups, self.categories, self.urgencies, self.issues))
        if some is self.everyone:
            raise InvalidOrder(
                "AllAndSome" if some else "NothingNamed",
                "应指明县区、单位等条件，或注明全部未结问题，二者取一",
                "name a county, a unit or the like, or ask for all open issues; one of the two",
                field="all",
            )
        return Matching(counties, units, groups, categories, urgencies, tuple(self.issues))


def _known(
    field: str, texts: Iterable[str], known: Iterable[str], normalized: Callable[[str], str] = normalize
) -> tuple[str, ...]:
    """The codes that the texts stand for. Raises InvalidOrder where one is not of this city."""
    names = list(known)
    expected = ", ".join(names[:EXAMPLES_MAX]) + (" …" if len(names) > EXAMPLES_MAX else "")
    found = []
    for text in texts:
        code = normalized(text)
        if code not in names:
            raise InvalidOrder("NameUnknown", f"{text} 不在城市配置中", f"expected one of {expected}", field=field)
        found.append(code)
    return tuple(found)


def suspension_order(details: OrderDetails, selection: Selection, city: City, until: datetime) -> BatchOrder:
    """Stop all clocks of the selected issues until a moment. Raises InvalidOrder or a Refusal.

    The moment lies ahead, and no later than a suspension may last before its review.
    """
    now = datetime.now(UTC)
    if until <= now:
        raise InvalidOrder("DateNotAhead", f"{until:%Y-%m-%d %H:%M} 已过", "it must lie ahead", field="until")
    latest = city.policy.calendar.after(now, city.policy.requests.suspension_review)
    if until > latest:
        zh = f"最晚为 {latest.astimezone(CHINA_TIME):%Y-%m-%d %H:%M}"
        raise InvalidOrder("SuspensionTooLong", zh, f"at the latest {latest.isoformat()}", field="until")
    return replace(details.order(BatchKind.SUSPEND, selection.matching(city)), until=until)


@dataclass(frozen=True)
class BatchService:
    """The batches on record in the ledger, and running one through its workflow."""

    settings: Settings
    engine: AsyncEngine
    client: Client

    @property
    def ledger(self) -> BatchLedger:
        return BatchLedger(self.engine)

    @property
    def reader(self) -> LedgerReader:
        return LedgerReader(self.engine)

    async def row(self, batch: str) -> BatchRow:
        """The batch of this id. Raises InvalidOrder where there is none."""
        row = await self.ledger.row(batch)
        if row is None:
            raise InvalidOrder("BatchUnknown", f"没有批次 {batch}", f"there is no batch {batch}")
        return row

    async def run(self, order: BatchOrder) -> BatchProgress:
        """Start the batch, or find it where it is, and wait for its end; it goes on when the caller stops waiting.

        Raises InvalidOrder where the id is of another order or the batch fails; a ClientError.
        """
        known = await self.ledger.row(order.id)
        if known is not None and known.fingerprint != order.fingerprint:
            zh, en = f"批次号 {order.id} 已用于另一批次", "this id was used for another order"
            raise InvalidOrder("BatchIdReused", zh, en)
        try:
            return await run_batch(self.client, order)
        except BatchFailed as failed:
            raise InvalidOrder("BatchFailed", f"批次 {order.id} 未能进行", str(failed)) from failed

    async def reversal_order(self, details: OrderDetails, kind: BatchKind, batch: str) -> BatchOrder:
        """An order that takes a batch back: UNDO of an adopted policy, RESUME of a mass suspension.

        Raises InvalidOrder where that batch cannot be taken back this way or has not ended; a Refusal.
        """
        row = await self.row(batch)
        order = order_of(row.body)
        if TAKEN_BACK_BY.get(order.kind) is not kind or order.handling is Handling.KEEP:
            zh, en = f"批次 {batch} 没有可由此撤销的事项", f"batch {batch} did nothing that this command takes back"
            raise InvalidOrder("NothingToTakeBack", zh, en)
        if row.ended_at is None:
            raise still_running(batch)
        if not (await self.ledger.progress(batch)).results.get(DONE):
            raise InvalidOrder("NothingToTakeBack", f"批次 {batch} 没有变更任何问题", f"batch {batch} changed no issue")
        return details.order(kind, of=batch)


def still_running(batch: str) -> InvalidOrder:
    return InvalidOrder("BatchStillRunning", f"批次 {batch} 尚未完成，请稍候", f"batch {batch} has not ended yet")


def has_ledger(settings: Settings) -> bool:
    """Whether this city has a ledger, or the address of one."""
    return bool(settings.ledger_url) or settings.data.is_dir()


@asynccontextmanager
async def batch_service(settings: Settings) -> AsyncIterator[BatchService]:
    """Opens the ledger in its newest form; Temporal is connected on first use. Raises InvalidOrder without a ledger."""
    if not has_ledger(settings):
        raise InvalidOrder("LedgerMissing", f"{settings.data} 处没有台账", "there is no ledger")
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    try:
        yield BatchService(settings, engine, await connect(settings, lazy=True))
    finally:
        await engine.dispose()
