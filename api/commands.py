"""Commands: submit an issue, act on an issue."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from api.answers import ReceiptAnswer
from api.dependencies import ActsDep, PolicyDep, SubmissionDep
from api.principals import Caller, IdempotencyKey, IssueNo, resolve_actor
from api.schemas import ACT_EXAMPLES, COMMANDS, SUBMIT_EXAMPLE, ActBody, SubmitBody, command_of
from bihuan.application.receipts import CommandResult
from bihuan.domain.commands import Submit
from bihuan.runtime import telemetry

router = APIRouter(prefix="/api/v1", tags=["办理 · commands"])


@router.post(
    "/issues",
    status_code=201,
    summary="提交问题 · submit an issue",
    operation_id="submitIssue",
    response_model=ReceiptAnswer,
)
async def submit(
    response: Response,
    policy: PolicyDep,
    submission: SubmissionDep,
    who: Caller,
    key: IdempotencyKey,
    body: Annotated[SubmitBody, Body(examples=[SUBMIT_EXAMPLE])],
) -> ReceiptAnswer:
    """Submit an issue. The same key and body return the same issue; the same key with another body is refused (422)."""
    actor = resolve_actor(who, body.as_, policy)
    result = await submission.submit(actor, command_of(body, Submit), key)
    telemetry.ACTS.labels("submit", "ok").inc()
    response.headers["Location"] = f"/api/v1/issues/{result.receipt.issue_no}"
    return _answer(result, response)


@router.post(
    "/issues/{issue_no}/acts",
    summary="办理动作 · act on an issue",
    operation_id="act",
    response_model=ReceiptAnswer,
)
async def act(
    response: Response,
    policy: PolicyDep,
    acts: ActsDep,
    issue_no: IssueNo,
    who: Caller,
    key: IdempotencyKey,
    body: Annotated[ActBody, Body(openapi_examples=ACT_EXAMPLES)],
) -> ReceiptAnswer:
    """Perform one act. Repeating it with the same key returns the first receipt and changes nothing."""
    actor = resolve_actor(who, body.as_, policy)
    result = await acts.act(issue_no, actor, command_of(body, COMMANDS[body.act]), key)
    telemetry.ACTS.labels(body.act, "ok").inc()
    return _answer(result, response)


def _answer(result: CommandResult, response: Response) -> ReceiptAnswer:
    if result.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return ReceiptAnswer.of(result.receipt)
