"""Real servers for tests, started once for each test process and ended by their own ids."""

import asyncio
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from bihuan.connection import INDEXED, connect, embedded_server, register_search_attributes
from bihuan.settings import Settings
from bihuan.up import free_port
from workflows.names import SEARCH_ATTRIBUTES


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


@asynccontextmanager
async def skipping_time() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own that skips the time nobody waits through."""
    binary = shutil.which("temporal-test-server", path=sysconfig.get_path("scripts"))
    assert binary is not None, "install the extra 'embedded'"
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter, test_server_existing_path=binary
    )
    async with environment:
        ours = {name: INDEXED[kind] for name, kind in SEARCH_ATTRIBUTES.items()}
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=environment.client.namespace, search_attributes=ours)
        )
        yield environment
