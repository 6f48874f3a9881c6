"""One call to Temporal: its deadline, and its failures as our own errors."""

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
from workflows import receipts

UNAVAILABLE = frozenset({RPCStatusCode.UNAVAILABLE, RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.DEADLINE_EXCEEDED})
AMBIGUOUS = frozenset({RPCStatusCode.UNKNOWN, RPCStatusCode.CANCELLED, RPCStatusCode.ABORTED, RPCStatusCode.INTERNAL})
"""A connection that breaks during a call ends in one of these: the server may have received the call or not."""


@asynccontextmanager
async def temporal_call(within_s: float | None = None) -> AsyncIterator[None]:
    """Turns what Temporal's client raises into a ClientError; a workflow's refusal into Refused.

    ``within_s``: the deadline in seconds; None leaves it to the client's own retries. Any other exception passes
    unchanged: it is a bug of ours.
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
    except RPCError as error:
        raise _error_of(error) from error
    except RuntimeError as error:  # a lazy client that cannot connect raises this
        if "connect" not in str(error).lower():
            raise
        raise TemporalAway(str(error)) from error


def _error_of(error: RPCError) -> Exception:
    if error.status is RPCStatusCode.NOT_FOUND:
        return IssueNotRunning(str(error))
    if error.status in UNAVAILABLE:
        return TemporalAway(str(error))
    return OutcomeUnknown(str(error)) if error.status in AMBIGUOUS else error


def _refused(failed: WorkflowUpdateFailedError) -> Exception:
    """What the workflow raised, by its name; a failure that is no refusal is returned as it is."""
    cause = failed.cause
    if not isinstance(cause, ApplicationError) or cause.type is None:
        return failed
    if cause.type == receipts.ReceiptDropped.__name__:
        return ReceiptInLedgerOnly()
    facts = cause.details[0] if cause.details else None
    return Refused(cause.type, facts) if isinstance(facts, dict) else failed
