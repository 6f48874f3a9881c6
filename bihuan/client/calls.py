"""One call to Temporal: its deadline, and what may come of it said by our own errors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from bihuan.client.errors import (
    AlreadyStarted,
    IssueNotRunning,
    OutcomeUnknown,
    ReceiptInLedgerOnly,
    Refused,
    TemporalAway,
)

UNAVAILABLE = frozenset({RPCStatusCode.UNAVAILABLE, RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.DEADLINE_EXCEEDED})
AMBIGUOUS = frozenset({RPCStatusCode.UNKNOWN, RPCStatusCode.CANCELLED, RPCStatusCode.ABORTED, RPCStatusCode.INTERNAL})
"""A connection cut in the middle of a call ends in one of these: it may or may not have been heard."""


@asynccontextmanager
async def temporal_call(within_s: float | None = None) -> AsyncIterator[None]:
    """Raise a ClientError for what went wrong between here and Temporal, and for what the workflow refused.

    ``within_s``: the deadline in seconds; None leaves it to the client's own retries. What is none of these passes
    through as it is: it is a fault of ours.
    """
    try:
        async with asyncio.timeout(within_s):
            yield
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as slow:
        raise OutcomeUnknown from slow
    except WorkflowAlreadyStartedError as running:
        raise AlreadyStarted from running
    except WorkflowUpdateFailedError as failed:
        raise _refused(failed) from failed
    except RPCError as trouble:
        raise _of_status(trouble) from trouble
    except RuntimeError as trouble:  # a lazy client that cannot connect says so this way
        if "connect" not in str(trouble).lower():
            raise
        raise TemporalAway(str(trouble)) from trouble


def _of_status(trouble: RPCError) -> Exception:
    if trouble.status is RPCStatusCode.NOT_FOUND:
        return IssueNotRunning(str(trouble))
    if trouble.status in UNAVAILABLE:
        return TemporalAway(str(trouble))
    return OutcomeUnknown(str(trouble)) if trouble.status in AMBIGUOUS else trouble


def _refused(failed: WorkflowUpdateFailedError) -> Exception:
    """What the workflow said; a failure that is no refusal stays what it is."""
    cause = failed.cause
    if not isinstance(cause, ApplicationError) or cause.type is None:
        return failed
    if cause.type == ReceiptInLedgerOnly.__name__:
        return ReceiptInLedgerOnly()
    facts = cause.details[0] if cause.details else None
    return Refused(cause.type, facts) if isinstance(facts, dict) else failed
