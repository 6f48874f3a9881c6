"""``bihuan suspend-all`` and ``resume-all``: stop all clocks of the selected open issues, and end that early."""

import json
from datetime import datetime

import typer

from bihuan.application.batches import InvalidOrder, OrderDetails, Selection, batch_service, suspension_order
from bihuan.application.policy_adoption import current_city
from bihuan.cli.batches import run_reporting, run_watched
from bihuan.cli.moments import MOMENT_EN, MOMENT_ZH, parse_moment, to_the_minute
from bihuan.domain.batches.order import BatchKind, BatchOrder
from bihuan.runtime.settings import Settings


def run_suspend(
    settings: Settings, details: OrderDetails, selection: Selection, until: str, *, dry_run: bool, as_json: bool
) -> int:
    """``dry_run``: list the issues, change nothing."""

    async def work() -> int:
        order = suspension_order(details, selection, current_city(settings), _until(until))
        async with batch_service(settings) as service:
            if dry_run:
                return _print_matched(order, await service.ledger.matched(order), as_json=as_json)
            return await run_watched(service, order, as_json=as_json)

    return run_reporting(work)


def run_resume(settings: Settings, details: OrderDetails, batch: str, *, as_json: bool) -> int:
    async def work() -> int:
        async with batch_service(settings) as service:
            order = await service.reversal_order(details, BatchKind.RESUME, batch)
            return await run_watched(service, order, as_json=as_json)

    return run_reporting(work)


def _until(text: str) -> datetime:
    try:
        return parse_moment(text)
    except ValueError as error:
        zh, en = f"{text} 不是 {MOMENT_ZH}", f"expected {MOMENT_EN}"
        raise InvalidOrder("MomentUnreadable", zh, en, field="until") from error


def _print_matched(order: BatchOrder, numbers: tuple[str, ...], *, as_json: bool) -> int:
    assert order.until is not None, "a suspension has an end"
    if as_json:
        typer.echo(json.dumps({"until": order.until.isoformat(), "issues": numbers}))
        return 0
    for number in numbers:
        typer.echo(f"  {number}")
    until = to_the_minute(order.until)
    typer.echo(f"{len(numbers)} 件将停钟至 {until}，未作变更 · issues would be suspended; nothing changed")
    return 0
