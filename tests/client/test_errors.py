"""What may come of a call to Temporal, told by our own errors; no server is needed."""

import asyncio

import pytest
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from bihuan.client.calls import temporal_call
from bihuan.client.errors import (
    AlreadyStarted,
    ClientError,
    IssueNotRunning,
    OutcomeUnknown,
    ReceiptInLedgerOnly,
    Refused,
    TemporalAway,
)
from workflows.receipts import ReceiptDropped


def refusal(type_: str | None, *details: object) -> WorkflowUpdateFailedError:
    return WorkflowUpdateFailedError(ApplicationError("said", *details, type=type_))


async def what_comes_of(trouble: Exception) -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one it is is the question
        async with temporal_call():
            raise trouble
    return raised.value


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (RPCError("m", RPCStatusCode.UNAVAILABLE, b""), TemporalAway),
        (RPCError("m", RPCStatusCode.RESOURCE_EXHAUSTED, b""), TemporalAway),
        (RPCError("m", RPCStatusCode.DEADLINE_EXCEEDED, b""), TemporalAway),
        (RPCError("m", RPCStatusCode.UNKNOWN, b""), OutcomeUnknown),
        (RPCError("m", RPCStatusCode.CANCELLED, b""), OutcomeUnknown),
        (RPCError("m", RPCStatusCode.ABORTED, b""), OutcomeUnknown),
        (RPCError("m", RPCStatusCode.INTERNAL, b""), OutcomeUnknown),
        (RPCError("m", RPCStatusCode.NOT_FOUND, b""), IssueNotRunning),
        (RuntimeError("Failed client connect: refused"), TemporalAway),
        (WorkflowUpdateRPCTimeoutOrCancelledError(), OutcomeUnknown),
        (WorkflowAlreadyStartedError("i", "t"), AlreadyStarted),
        (refusal(ReceiptDropped.__name__), ReceiptInLedgerOnly),
        (refusal("NotYourIssue", {"zh": "z", "en": "e", "field": "f"}), Refused),
    ],
)
async def test_every_trouble_has_one_name(trouble: Exception, told: type[ClientError]) -> None:
    came = await what_comes_of(trouble)
    assert type(came) is told
    assert came.__cause__ is trouble, "what the server said is kept for whoever looks after it"


@pytest.mark.parametrize(
    "trouble",
    [
        RPCError("m", RPCStatusCode.INVALID_ARGUMENT, b""),
        RuntimeError("of ours"),
        refusal("Trouble"),
        refusal(None, {"zh": "z"}),
        ValueError("of ours"),
    ],
)
async def test_a_fault_of_ours_passes_through(trouble: Exception) -> None:
    assert await what_comes_of(trouble) is trouble


async def test_a_refusal_brings_its_name_its_words_and_its_facts() -> None:
    facts = {"zh": "不行。", "en": "No.", "field": "into", "into": "BH2"}
    came = await what_comes_of(refusal("Merged", facts))
    assert isinstance(came, Refused)
    assert (came.name, came.zh, came.en, came.field, came.facts["into"]) == ("Merged", "不行。", "No.", "into", "BH2")


async def test_a_deadline_that_passes_leaves_the_outcome_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        async with temporal_call(0):
            await asyncio.Event().wait()
