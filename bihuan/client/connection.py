"""Connecting to a Temporal server, and preparing its namespace for our workflows."""

from datetime import timedelta
from typing import Protocol

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import Runtime
from temporalio.service import RetryConfig

from bihuan.client.calls import temporal_call
from bihuan.client.errors import OutcomeUnknown, TemporalAway, TemporalUnreachable
from workflows.names import SEARCH_ATTRIBUTES

INDEXED = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}
INTERACTIVE_RETRY = RetryConfig(
    initial_interval_millis=100, max_interval_millis=300, max_elapsed_time_millis=1200, max_retries=5
)
"""For callers that wait for an answer: it gives up within two seconds when Temporal is unreachable."""


class ServerSettings(Protocol):
    """The server's address (``temporal``, as ``host:port``) and namespace."""

    @property
    def temporal(self) -> str: ...

    @property
    def temporal_namespace(self) -> str: ...


async def connect(
    settings: ServerSettings, *, retry: RetryConfig | None = None, runtime: Runtime | None = None, lazy: bool = False
) -> Client:
    """A client with the pydantic data converter, which every process, test and tool must use.

    ``lazy``: connect with the first call, so that a process can start while Temporal is unreachable.
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
    except RuntimeError as error:
        raise TemporalUnreachable(settings.temporal) from error


async def is_reachable(client: Client) -> bool:
    """Whether the server answers within two seconds."""
    try:
        async with temporal_call(2):
            return await client.service_client.check_health(timeout=timedelta(seconds=1))
    except (TemporalAway, OutcomeUnknown, RuntimeError):
        return False


async def register_search_attributes(client: Client) -> None:
    """Add our search attributes to the namespace; existing ones stay as they are."""
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = {name: INDEXED[kind] for name, kind in SEARCH_ATTRIBUTES.items() if name not in known.custom_attributes}
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )


async def set_retention(client: Client, days: int) -> None:
    """Keep closed workflows for so many days: while they exist, no notice of the same id is sent twice."""
    retention = Duration(seconds=days * 86400)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace, config=NamespaceConfig(workflow_execution_retention_ttl=retention)
        )
    )
