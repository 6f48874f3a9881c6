"""Real servers for tests, started once for each test process and ended by their own ids."""

import asyncio
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bihuan.connection import connect, embedded_server, pass_time, register_search_attributes, skipping_time
from bihuan.settings import Settings
from bihuan.up import free_port

__all__ = ["pass_time", "real_temporal", "skipping_time"]


@contextmanager
def real_temporal(*options: str) -> Iterator[str]:
    """The address of a real server on a file of its own, with further options of its command line."""
    with tempfile.TemporaryDirectory() as folder:
        port, others = free_port(), free_port(count=2)
        command = embedded_server(
            Path(folder) / "temporal.db", port=port, ui_port=None, metrics_port=others, http_port=others + 1
        )
        process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            address = f"127.0.0.1:{port}"
            asyncio.run(_serving(address))
            yield address
        finally:
            process.kill()
            process.wait()


async def _serving(address: str) -> None:
    """Until the server answers; a process that is starting gives no other sign."""
    async with asyncio.timeout(60):
        while True:
            try:
                await register_search_attributes(await connect(Settings(temporal_address=address)))
            except (RuntimeError, OSError):
                await asyncio.sleep(0.1)
            else:
                return
