"""Real servers for tests, started once for each test process and ended by their own ids."""

import asyncio
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bihuan.client.connection import connect, register_search_attributes
from bihuan.client.errors import TemporalAway
from bihuan.runtime.embedded import advance_time, embedded_server, time_skipping_server
from bihuan.runtime.ports import free_port
from bihuan.runtime.settings import Settings
from tests.support.waiting import within_reason

__all__ = ["RealTemporal", "advance_time", "real_temporal", "time_skipping_server"]


class RealTemporal:
    """A real server on a file of its own, which may be killed and started again."""

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        port, others = free_port(), free_port(count=2)
        command = embedded_server(
            folder / "temporal.db", port=port, ui_port=None, metrics_port=others, http_port=others + 1
        )
        self.address = f"127.0.0.1:{port}"
        self._command = [*command, *options]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def serving(self) -> None:
        """Until the server answers; a process that is starting gives no other sign."""
        async with within_reason("a server that answers"):
            while True:
                try:
                    await register_search_attributes(await connect(Settings(temporal_address=self.address)))
                except (RuntimeError, TemporalAway, OSError):
                    await asyncio.sleep(0.1)
                else:
                    return

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def real_temporal(*options: str) -> Iterator[str]:
    """The address of a real server on a file of its own, with further options of its command line."""
    with tempfile.TemporaryDirectory() as folder:
        server = RealTemporal(Path(folder), options)
        server.start()
        try:
            asyncio.run(server.serving())
            yield server.address
        finally:
            server.kill()
