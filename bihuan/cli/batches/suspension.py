"""``bihuan suspend-all`` and ``resume-all``: stop the clocks of every open issue that matches, and lift that early."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import typer

from bihuan.cli.batches import InvalidOrder, OrderDetails, Selection, batch_service, run_reporting, run_watched
from bihuan.cli.batches.policies import current_city, require_reversible
from bihuan.cli.moments import MOMENT_EN, MOMENT_ZH, parse_moment
from bihuan.domain.batches.order import BatchKind, BatchOrder
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.runtime.settings import Settings


def run_suspend(
    settings: Settings, said: OrderDetails, wanted: Selection, until: str, *, dry_run: bool, as_json: bool
) -> int:
    async def work() -> int:
        city = current_city(settings)
        ends = moment(until)
        rules = city.policy.requests
        latest = city.policy.calendar.after(datetime.now(UTC), rules.suspension_review)
        if ends > latest:
            raise InvalidOrder(
                "SuspensionTooLong", f"--until 最晚为 {_told(latest)}", f"at the latest {latest.isoformat()}"
            )
        order = replace(said.order(BatchKind.SUSPEND, wanted.matching(city)), until=ends)
        async with batch_service(settings) as at:
            if dry_run:
                return _show_matched(order, await at.ledger.matched(order), as_json=as_json)
            return await run_watched(at, order, as_json=as_json)

    return run_reporting(work)


def run_resume(settings: Settings, said: OrderDetails, batch: str, *, as_json: bool) -> int:
    async def work() -> int:
        async with batch_service(settings) as at:
            await require_reversible(at, batch, BatchKind.RESUME)
            return await run_watched(at, said.order(BatchKind.RESUME, of=batch), as_json=as_json)

    return run_reporting(work)


def moment(text: str) -> datetime:
    """A moment to come, with its offset; without one, of China."""
    try:
        asked = parse_moment(text)
    except ValueError as error:
        raise InvalidOrder("MomentUnreadable", f"--until {text} 不是 {MOMENT_ZH}", f"expected {MOMENT_EN}") from error
    if asked <= datetime.now(UTC):
        raise InvalidOrder("DateNotAhead", f"--until {text} 已过", "it must lie ahead")
    return asked


def _told(at: datetime) -> str:
    return f"{at.astimezone(CHINA_TIME):%Y-%m-%d %H:%M}"


def _show_matched(order: BatchOrder, numbers: tuple[str, ...], *, as_json: bool) -> int:
    if as_json:
        typer.echo(json.dumps({"until": order.until.isoformat() if order.until else "", "issues": numbers}))
        return 0
    for number in numbers:
        typer.echo(f"  {number}")
    assert order.until is not None
    typer.echo(f"{len(numbers)} 件将停钟至 {_told(order.until)}，未作变更 · would wait; nothing changed")
    return 0
