"""``bihuan up``: the whole system, its addresses, and an orderly end."""

import asyncio

import typer
from rich.console import Console
from rich.table import Table

from bihuan.domain.people import ROLE_ZH, Role
from bihuan.settings import Settings
from bihuan.telemetry import log_to_console
from bihuan.up import Addresses, AlreadyRunning, sole_use, up


def run_up(settings: Settings, *, as_json: bool) -> int:
    """Run until told to stop. Exit code 1: somebody else serves this data folder."""
    log_to_console(settings.log_level, as_json=settings.log_json)

    async def ready(addresses: Addresses) -> None:
        if as_json:
            typer.echo(addresses.as_json())
        else:
            _print(addresses)
        await asyncio.Event().wait()

    try:
        with sole_use(settings.data):
            asyncio.run(up(settings, ready))
    except AlreadyRunning as running:
        typer.echo(str(running), err=True)
        return 1
    return 0


def _print(addresses: Addresses) -> None:
    console = Console()
    table = Table(title="闭环 Bihuan · 已就绪 ready", show_header=False)
    table.add_row("API", addresses.api)
    table.add_row("接口文档 API docs", addresses.docs)
    table.add_row("Temporal", addresses.temporal)
    table.add_row("Temporal UI", addresses.temporal_ui or "—")
    for name, address in addresses.metrics.items():
        table.add_row(f"metrics {name}", address)
    for role, key in addresses.keys.items():
        table.add_row(f"{ROLE_ZH[Role(role)]} {role}", key)
    console.print(table)
