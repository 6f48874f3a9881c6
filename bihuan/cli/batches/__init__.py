"""Ordering a batch from the command line, watching it, and reading what came of it."""

import asyncio
import getpass
import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError

from bihuan.city.configuration import City
from bihuan.client.batches import BatchFailed, carry_out
from bihuan.client.connection import connect
from bihuan.client.errors import ClientError
from bihuan.domain.batches.decisions import approved
from bihuan.domain.batches.order import (
    ALREADY,
    DONE,
    KIND_ZH,
    NOT_RUNNING,
    STUCK,
    BatchKind,
    BatchOrder,
    BatchProgress,
    Matching,
)
from bihuan.domain.bounds import CODE, TEXT, blank, check_text
from bihuan.domain.codes import county_code, normalize
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import BY_NAME, Refusal
from bihuan.ledger.batches import BatchLedger
from bihuan.ledger.engine import LEDGER_AWAY, ledger_engine, migrate
from bihuan.runtime.settings import Settings

LOOK_EVERY_S = 0.3
EVERY_ISSUE = Matching()
NOBODY_THERE = {
    NOT_RUNNING: "流程未在运行 · its workflow does not run",
    STUCK: "流程任务反复失败，修复后请再次下令 · its workflow tasks fail; order again once it is mended",
}
NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")


class Unfit(Exception):
    """An order that makes no sense: nothing was ordered. ``name`` tells which sort of nonsense."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        self.name = name
        super().__init__(f"{name}: {zh} · {en}")


@dataclass(frozen=True)
class Said:
    """What every order says: who ordered it, who approved it, on what basis, and its name."""

    by: str
    approved_by: str
    basis: str
    batch: str = ""
    leader: bool = False

    def order(self, kind: BatchKind, matching: Matching = EVERY_ISSUE, of: str = "") -> BatchOrder:
        """Raises Unfit or a Refusal where it cannot be ordered."""
        said = (("by", self.by, CODE), ("approved_by", self.approved_by, CODE), ("basis", self.basis, TEXT))
        for field, text, signs in said:
            check_text(field, text, signs)
        if blank(self.basis) or blank(self.by):
            raise Unfit("BasisMissing", "应写明下令人与依据", "who orders and on what basis must be said")
        now = datetime.now(UTC)
        batch = self.batch or f"{kind}-{now:%Y%m%d-%H%M%S}"
        if not NAME.fullmatch(batch):
            expected = "letters, digits, dots, dashes and underscores, up to 40"
            raise Unfit("BatchIdUnreadable", f"批次号 {batch!r} 只能用字母、数字、点与横线，至多 40 字", expected)
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
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"  # a container may run as nobody in particular


@dataclass(frozen=True)
class Wanted:
    """Which open issues: every option that is given must hold; ``everyone`` says that none is meant to be given."""

    counties: Sequence[str] = ()
    units: Sequence[str] = ()
    groups: Sequence[str] = ()
    categories: Sequence[str] = ()
    urgencies: Sequence[str] = ()
    issues: Sequence[str] = ()
    everyone: bool = False

    def matching(self, city: City) -> Matching:
        """Raises Unfit where something named is not of this city, or nothing is named and not all are meant."""
        policy = city.policy
        counties = _named("--county", self.counties, policy.counties, lambda said: county_code(said, policy.counties))
        units = _named("--unit", self.units, policy.units)
        groups = _named("--group", self.groups, [*policy.groups, policy.coordination.id])
        categories = _named("--category", self.categories, policy.catalogue)
        urgencies = _named("--urgency", self.urgencies, Urgency)
        some = any((self.counties, self.units, self.groups, self.categories, self.urgencies, self.issues))
        if some is self.everyone:
            raise Unfit(
                "AllAndSome" if some else "NothingNamed",
                "应指明县区、单位等条件，或以 --all 表示全部未结问题，二者取一",
                "name a county, a unit or the like, or say --all; one of the two",
            )
        return Matching(counties, units, groups, categories, urgencies, tuple(self.issues))


def _named(
    option: str, said: Iterable[str], known: Iterable[str], meant: Callable[[str], str] = normalize
) -> tuple[str, ...]:
    """The codes that were meant. Raises Unfit where one is not of this city."""
    names = list(known)
    expected = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")  # noqa: PLR2004 - a glance
    found = []
    for one in said:
        code = meant(one)
        if code not in names:
            raise Unfit("NameUnknown", f"{option} {one} 不在城市配置中", f"expected one of {expected}")
        found.append(code)
    return tuple(found)


@dataclass(frozen=True)
class Office:
    """What an order needs: the ledger with its batches, and the workflows."""

    settings: Settings
    engine: AsyncEngine
    client: Client

    @property
    def ledger(self) -> BatchLedger:
        return BatchLedger(self.engine)


@asynccontextmanager
async def office(settings: Settings) -> AsyncIterator[Office]:
    if not settings.ledger_url and not settings.data.is_dir():
        raise Unfit("LedgerMissing", f"{settings.data} 处没有台账", "there is no ledger")
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    try:
        yield Office(settings, engine, await connect(settings, lazy=True))
    finally:
        await engine.dispose()


def told(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run it. Nonsense is told by name and leaves with 2; what is away, with 1."""
    try:
        return asyncio.run(work())
    except Unfit as unfit:
        typer.echo(f"未下达 · nothing was ordered: {unfit}", err=True)
        return 2
    except Refusal as refusal:
        said = f"{refusal.name}: {refusal.sentence_zh} · {refusal.sentence_en}"
        typer.echo(f"未下达 · nothing was ordered: {said}", err=True)
        return 2
    except (ClientError, RPCError, RuntimeError) as trouble:
        typer.echo(f"流程引擎不可用 · Temporal is away: {trouble}".splitlines()[0], err=True)
    except LEDGER_AWAY as trouble:
        typer.echo(f"台账不可用 · the ledger is away: {trouble}".splitlines()[0], err=True)
    return 1


async def carried_out(at: Office, order: BatchOrder, *, as_json: bool) -> int:
    """Start it, or find it where it is, and watch it to its end."""
    known = await at.ledger.row(order.id)
    if known is not None and known.fingerprint != order.fingerprint:
        raise Unfit("BatchIdReused", f"批次号 {order.id} 已用于另一批次", "this id was used for another order")
    progress = await _watched(at, order, quiet=as_json)
    return show_results(order, progress, as_json=as_json)


async def _watched(at: Office, order: BatchOrder, *, quiet: bool) -> BatchProgress:
    """The workflow goes on whether it is watched or not."""
    ends = asyncio.ensure_future(carry_out(at.client, order))
    with Progress(disable=quiet, console=Console(stderr=True)) as shown:
        task = shown.add_task(f"{KIND_ZH[order.kind]} · {order.id}", total=None)
        while not ends.done():
            await asyncio.wait({ends}, timeout=LOOK_EVERY_S)
            so_far = await at.ledger.progress(order.id)
            shown.update(task, completed=so_far.touched, total=max(so_far.total, so_far.touched) or None)
    try:
        return await ends
    except BatchFailed as failed:
        raise Unfit("BatchFailed", f"批次 {order.id} 未能进行", str(failed)) from failed


def show_results(order: BatchOrder, progress: BatchProgress, *, as_json: bool) -> int:
    """Exit code 1: some issues refused; each has its reason on record."""
    refused = {name: count for name, count in progress.results.items() if name not in {DONE, ALREADY}}
    if as_json:
        named = {"batch": order.id, "kind": order.kind, "version": order.version}
        body = named | {"total": progress.total, "results": dict(progress.results)}
        typer.echo(json.dumps(body, ensure_ascii=False))
        return 1 if refused else 0
    done, already = progress.results.get(DONE, 0), progress.results.get(ALREADY, 0)
    typer.echo(
        f"{KIND_ZH[order.kind]} {order.id}：{done} 件已办 done, {already} 件无须变更 already, "
        f"{sum(refused.values())} 件未办 refused"
    )
    for name, count in sorted(refused.items()):
        typer.echo(f"  {name}: {count} 件 · {reason(name)}")
    return 1 if refused else 0


def reason(name: str) -> str:
    """What a name on record stands for, in Chinese; facts of one issue are not told here."""
    known = BY_NAME.get(name)
    return re.sub(r"\{\w+\}", "…", known.zh) if known else NOBODY_THERE.get(name, name)
