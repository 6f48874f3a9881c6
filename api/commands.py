"""Commands: take an issue in, put an act to it."""

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
    summary="提交问题 · take an issue in",
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
    """The same key and body find the same issue; the same key with another body is refused."""
    actor = resolve_actor(who, body.as_, policy)
    answered = await submission.submit(actor, command_of(body, Submit), key)
    telemetry.ACTS.labels("submit", "ok").inc()
    response.headers["Location"] = f"/api/v1/issues/{answered.receipt.issue_no}"
    return _answer(answered, response)


@router.post(
    "/issues/{issue_no}/acts",
    summary="办理动作 · put one act to an issue",
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
    """A repetition under the same key gets the first answer."""
    actor = resolve_actor(who, body.as_, policy)
    answered = await acts.act(issue_no, actor, command_of(body, COMMANDS[body.act]), key)
    telemetry.ACTS.labels(body.act, "ok").inc()
    return _answer(answered, response)


def _answer(answered: CommandResult, response: Response) -> ReceiptAnswer:
    """The first receipt, marked where it is not the first time it is given."""
    if answered.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return ReceiptAnswer.of(answered.receipt)
