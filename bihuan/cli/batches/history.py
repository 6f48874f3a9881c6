"""``bihuan batches``: who ordered which batch and why, and what came of each issue."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import typer

from bihuan.application.batch_history import Effect, batch_effects
from bihuan.application.batches import batch_service
from bihuan.cli.batches import reason, run_reporting
from bihuan.cli.moments import iso, to_the_minute
from bihuan.domain.batches.order import ALREADY, DONE, KIND_ZH, BatchOrder
from bihuan.ledger.canonical import order_of
from bihuan.ledger.views import BatchItem, BatchRow
from bihuan.runtime.settings import Settings

RESULTS = {DONE: "已办 done", ALREADY: "无须变更 already"}
MINUTE = len("2026-09-30T10:00")


def run_list(settings: Settings, *, as_json: bool) -> int:
    async def work() -> int:
        async with batch_service(settings) as service:
            rows = [(row, await service.ledger.progress(row.id)) for row in await service.ledger.rows()]
        if as_json:
            typer.echo(json.dumps([_header(row) | {"results": dict(so_far.results)} for row, so_far in rows]))
            return 0
        for row, so_far in rows:
            order, state = order_of(row.body), "已完成 ended" if row.ended_at else "进行中 running"
            typer.echo(
                f"{to_the_minute(row.opened_at)} {row.id} {KIND_ZH[order.kind]} {so_far.touched}/{row.total} {state} "
                f"{_people(order)}：{order.basis}"
            )
        if not rows:
            typer.echo("没有批次 · there is no batch")
        return 0

    return run_reporting(work)


def run_show(settings: Settings, batch: str, *, as_json: bool) -> int:
    async def work() -> int:
        async with batch_service(settings) as service:
            row = await service.row(batch)
            items = await batch_effects(service, row)
        if as_json:
            shown = [asdict(item) | {"at": item.at.isoformat(), **_document(effect)} for item, effect in items]
            typer.echo(json.dumps(_header(row) | {"items": shown}, ensure_ascii=False))
        else:
            _print(row, items)
        return 0

    return run_reporting(work)


def _people(order: BatchOrder) -> str:
    if order.approved_by is None:
        return f"{order.by.person}导入"
    return f"{order.by.person}下令，{order.approved_by.person}批准"


def _header(row: BatchRow) -> dict[str, Any]:
    order = order_of(row.body)
    return {
        "batch": row.id,
        "kind": row.kind,
        "basis": order.basis,
        "by": order.by.person,
        "approved_by": order.approved_by.person if order.approved_by else "",
        "approver_role": order.approved_by.role if order.approved_by else "",
        "operator": order.operator,
        "of": order.of,
        "handling": order.handling,
        "version": order.version,
        "until": order.until.isoformat() if order.until else "",
        "matching": asdict(order.matching),
        "total": row.total,
        "opened_at": row.opened_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else "",
    }


def _document(effect: Effect) -> dict[str, Any]:
    facts: dict[str, Any] = {name: _value(fact) for name, fact in effect.facts.items()}
    if effect.moved is not None:
        facts["moved"] = [[clock, iso(was), iso(due)] for clock, was, due in effect.moved]
    return facts


def _value(fact: str | datetime | None) -> str:
    return fact if isinstance(fact, str) else iso(fact)


def _print(row: BatchRow, items: list[tuple[BatchItem, Effect]]) -> None:
    for name, value in _header(row).items():
        if value:
            typer.echo(f"{name}: {value}")
    for item, effect in items:
        result = RESULTS.get(item.result) or f"未办 {item.result} {reason(item.result)}"
        typer.echo(f"  {item.issue_no} {result} {_brief(effect)}".rstrip())


def _brief(effect: Effect) -> str:
    moved = ";".join(f"{clock} {iso(was)[:MINUTE]}→{iso(due)[:MINUTE]}" for clock, was, due in effect.moved or ())
    return " ".join(part for part in (*map(_value, effect.facts.values()), moved) if part)
