"""``bihuan up``: run the whole system until it is stopped, and print its addresses."""

import asyncio

import typer
from rich.console import Console

from bihuan.cli.tables import print_table
from bihuan.domain.people import ROLE_ZH, Role
from bihuan.runtime.settings import Settings
from bihuan.runtime.stack import Addresses, AlreadyRunning, sole_use, up
from bihuan.runtime.telemetry import log_to_console


def run_up(settings: Settings, *, as_json: bool) -> int:
    """Run until a signal to stop. Exit code 1: another process serves this data folder."""
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
    rows = [
        ("API", addresses.api),
        ("接口文档 API docs", addresses.docs),
        ("Temporal", addresses.temporal),
        ("Temporal UI", addresses.temporal_ui or "—"),
        *((f"metrics {name}", address) for name, address in addresses.metrics.items()),
        *((f"{ROLE_ZH[Role(role)]} {role}", key) for role, key in addresses.keys.items()),
    ]
    print_table(Console(), "闭环 Bihuan · 已就绪 ready", ("", ""), rows)
