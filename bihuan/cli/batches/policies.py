"""``bihuan policy``: preview another policy for the issues under way, adopt it, undo the adoption."""

import json
from dataclasses import asdict
from typing import Any

import typer
from rich.console import Console

from bihuan.application.batches import OrderDetails, Selection, batch_service
from bihuan.application.policy_adoption import (
    PREVIEW,
    PolicyMove,
    PolicyPreview,
    adoption_order,
    current_city,
    preview_adoption,
)
from bihuan.cli import tables
from bihuan.cli.batches import run_reporting, run_watched
from bihuan.cli.moments import due_or_paused, iso
from bihuan.domain.batches.commands import HANDLING_ZH, Handling
from bihuan.domain.batches.order import BatchKind
from bihuan.runtime.settings import Settings


def run_preview(settings: Settings, selection: Selection, *, credit: bool, as_json: bool) -> int:
    async def work() -> int:
        handling = Handling.CREDIT if credit else Handling.ADOPT
        order = adoption_order(PREVIEW, selection, current_city(settings), handling, also_kept=False)
        async with batch_service(settings) as service:
            preview = await preview_adoption(service, order)
        if as_json:
            typer.echo(json.dumps(_document(preview), ensure_ascii=False))
        else:
            _print(preview)
        return 0

    return run_reporting(work)


def run_adopt(
    settings: Settings,
    details: OrderDetails,
    selection: Selection,
    handling: Handling,
    *,
    also_kept: bool,
    as_json: bool,
) -> int:
    async def work() -> int:
        order = adoption_order(details, selection, current_city(settings), handling, also_kept=also_kept)
        async with batch_service(settings) as service:
            return await run_watched(service, order, as_json=as_json)

    return run_reporting(work)


def run_undo(settings: Settings, details: OrderDetails, batch: str, *, as_json: bool) -> int:
    async def work() -> int:
        async with batch_service(settings) as service:
            order = await service.reversal_order(details, BatchKind.UNDO, batch)
            return await run_watched(service, order, as_json=as_json)

    return run_reporting(work)


def _document(preview: PolicyPreview) -> dict[str, Any]:
    moved = [asdict(one) | {"was": iso(one.was), "due": iso(one.due)} for one in preview.moved]
    return asdict(preview) | {"moved": moved}


def _print(preview: PolicyPreview) -> None:
    console = Console()
    tables.print_table(
        console,
        f"方案 {preview.version} 与问题现行方案之别 · how it differs from the issues' present policy",
        ("何处 where", "原 was", "新 now"),
        [(one.where, one.was or "—", one.now or "—") for one in preview.differences],
    )
    tables.print_table(
        console,
        f"{preview.issues} 件问题，{len(preview.moved)} 个时限将变动 · deadlines would move",
        ("问题 issue", "事项 title", "单位 unit", "时钟 clock", "限 limit", "原到期 was", "新到期 due"),
        [_row(one) for one in preview.moved],
    )
    for number, name in sorted(preview.refused.items()):
        typer.echo(f"  {number}: {name}")
    ways = "、".join(f"--handling {one}({zh})" for one, zh in HANDLING_ZH.items())
    typer.echo(f"未作变更。bihuan policy adopt 的做法 · nothing changed; ways to adopt: {ways}")


def _row(move: PolicyMove) -> tuple[str, ...]:
    limit = move.limit_now if move.limit_now == move.limit_was else f"{move.limit_was} → {move.limit_now}"
    was, due = due_or_paused(move.was), due_or_paused(move.due)
    return (move.issue_no, move.title, move.unit, move.clock, limit, was, due)
