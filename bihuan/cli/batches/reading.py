"""``bihuan batches``: what was ordered by whom, and what came of each issue."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import typer

from bihuan.cli.batches import BatchService, InvalidOrder, batch_service, reason, run_reporting
from bihuan.domain.batches.events import ClocksHeld, ClocksReleased, PolicyAdopted
from bihuan.domain.batches.order import ALREADY, DONE, KIND_ZH, STUCK, BatchOrder
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.events import CalendarAdopted
from bihuan.ledger.canonical import order_of
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import BatchItem, BatchRow
from bihuan.runtime.settings import Settings

SAID = {DONE: "已办 done", ALREADY: "无须变更 already"}


def run_list(settings: Settings, *, as_json: bool) -> int:
    async def work() -> int:
        async with batch_service(settings) as at:
            rows = [(row, await at.ledger.progress(row.id)) for row in await at.ledger.rows()]
        if as_json:
            typer.echo(json.dumps([_header(row) | {"results": dict(so_far.results)} for row, so_far in rows]))
            return 0
        for row, so_far in rows:
            order, state = order_of(row.body), "已完成 ended" if row.ended_at else "进行中 running"
            typer.echo(
                f"{_at(row.opened_at)} {row.id} {KIND_ZH[order.kind]} {so_far.touched}/{row.total} {state} "
                f"{_people(order)}：{order.basis}"
            )
        if not rows:
            typer.echo("没有批次 · there is no batch")
        return 0

    return run_reporting(work)


def run_show(settings: Settings, batch: str, *, as_json: bool) -> int:
    async def work() -> int:
        async with batch_service(settings) as at:
            row = await at.ledger.row(batch)
            if row is None:
                raise InvalidOrder("BatchUnknown", f"没有批次 {batch}", f"there is no batch {batch}")
            items = [(item, await _happened(at, order_of(row.body), item)) for item in await at.ledger.items(batch)]
        if as_json:
            told_items = [asdict(item) | {"at": item.at.isoformat(), **what} for item, what in items]
            typer.echo(json.dumps(_header(row) | {"items": told_items}, ensure_ascii=False))
            return 0
        _show(row, items)
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


async def _happened(at: BatchService, order: BatchOrder, item: BatchItem) -> dict[str, Any]:
    """What its act did, from the issue's own record."""
    if item.result not in {DONE, STUCK}:
        return {}
    entries = await LedgerReader(at.engine).all_events(item.issue_no)
    for event in (entry.event for entry in entries if entry.command_id == order.command_id):
        match event:
            case PolicyAdopted():
                moved = [[one.clock, _moment(one.was), _moment(one.due)] for one in event.moved]
                return {"from": event.former, "to": event.policy_version, "moved": moved}
            case CalendarAdopted():
                moved = [[one.clock, _moment(one.was), _moment(one.due)] for one in event.moved]
                return {"to": event.policy_version, "moved": moved}
            case ClocksHeld():
                return {"until": _moment(event.until)}
            case ClocksReleased():
                return {"released": _moment(event.moment)}
            case _:
                continue
    return {}


def _show(row: BatchRow, items: list[tuple[BatchItem, dict[str, Any]]]) -> None:
    for name, value in _header(row).items():
        if value:
            typer.echo(f"{name}: {value}")
    for item, what in items:
        said = SAID.get(item.result) or f"未办 {item.result} {reason(item.result)}"
        typer.echo(f"  {item.issue_no} {said} {_brief(what)}".rstrip())


def _brief(what: Mapping[str, Any]) -> str:
    moved = ";".join(f"{clock} {was[:16]}→{due[:16]}" for clock, was, due in what.get("moved", ()))
    return " ".join(str(value) for value in ({**what, "moved": moved}).values() if value)


def _moment(at: datetime | None) -> str:
    return at.astimezone(CHINA_TIME).isoformat() if at else ""


def _at(at: datetime) -> str:
    return f"{at.astimezone(CHINA_TIME):%Y-%m-%d %H:%M}"
