"""Commands: take an issue in, put an act to it."""

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response

from api.answers import ReceiptAnswer
from api.loop import Loop
from api.principals import Caller, IdempotencyKey, IssueNo, acting, policy_of
from api.problems import AnsweredBefore, IssueArchived, IssueNotRunning, IssueUnknown, LedgerAway, TargetUnknown
from api.schemas import ACT_EXAMPLES, COMMANDS, SUBMIT_EXAMPLE, ActBody, SubmitBody, command_of
from bihuan.city.calendar_store import Shelf
from bihuan.city.enterprises import Register
from bihuan.domain.bounds import check
from bihuan.domain.commands import Submit, fingerprint
from bihuan.domain.following.admission import may_lead
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Receipt
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import CommandIdReused
from bihuan.ledger.engine import LEDGER_AWAY
from bihuan.ledger.reading import LedgerReader
from bihuan.runtime import telemetry
from bihuan.wire import ActCommand
from workflows.names import is_issue_number, issue_number

router = APIRouter(prefix="/api/v1", tags=["办理 · commands"])

LEDGER_LOOK_S = 1.0


@router.post(
    "/issues",
    status_code=201,
    summary="提交问题 · take an issue in",
    operation_id="submitIssue",
    response_model=ReceiptAnswer,
)
async def submit(
    request: Request,
    response: Response,
    who: Caller,
    key: IdempotencyKey,
    body: Annotated[SubmitBody, Body(examples=[SUBMIT_EXAMPLE])],
) -> ReceiptAnswer:
    """The same key and body find the same issue; the same key with another body is refused."""
    register: Register = request.app.state.register
    actor = acting(who, body.as_, policy_of(request))
    said: Submit = command_of(body, Submit)
    check(said)
    asked = register.filled(said)
    request_id = str(uuid.uuid4())
    earlier = await _from_ledger(request.app.state.reader, actor, key)
    loop: Loop = request.app.state.loop
    receipt = earlier or await loop.open(asked, actor, key, request_id)
    telemetry.ACTS.labels("submit", "ok").inc()
    response.headers["Location"] = f"/api/v1/issues/{receipt.issue_no}"
    return _answered(receipt, fingerprint(actor, asked), request_id, response)


@router.post(
    "/issues/{issue_no}/acts",
    summary="办理动作 · put one act to an issue",
    operation_id="act",
    response_model=ReceiptAnswer,
)
async def act(
    request: Request,
    response: Response,
    issue_no: IssueNo,
    who: Caller,
    key: IdempotencyKey,
    body: Annotated[ActBody, Body(openapi_examples=ACT_EXAMPLES)],
) -> ReceiptAnswer:
    """A repetition under the same key gets the first answer."""
    reader: LedgerReader = request.app.state.reader
    register: Register = request.app.state.register
    actor = acting(who, body.as_, policy_of(request))
    check(command_of(body, COMMANDS[body.act]))
    looked_up = await _looked_up(request, issue_no, body)
    asked = register.filled(command_of(body, COMMANDS[body.act], **looked_up))
    command = ActCommand(key, actor, asked, str(uuid.uuid4()))
    mark = fingerprint(actor, command.act)
    loop: Loop = request.app.state.loop
    try:
        receipt = await loop.act(issue_no, command)
    except (IssueNotRunning, AnsweredBefore):
        receipt = await _ended(reader, issue_no, key)
    telemetry.ACTS.labels(body.act, "ok").inc()
    return _answered(receipt, mark, command.request_id, response)


def _answered(receipt: Receipt, mark: str, request_id: str, response: Response) -> ReceiptAnswer:
    """The first receipt, marked where it is not the first time it is given."""
    if receipt.fingerprint != mark:
        raise CommandIdReused
    if receipt.request_id != request_id:
        response.headers["Idempotent-Replayed"] = "true"
    return ReceiptAnswer.of(receipt)


async def _from_ledger(reader: LedgerReader, actor: Actor, key: str) -> Receipt | None:
    """Past Temporal's retention only the ledger remembers an intake. A ledger that is away stops no intake."""
    try:
        async with asyncio.timeout(LEDGER_LOOK_S):
            return await reader.receipt(issue_number(f"{actor.role}/{actor.person}/{actor.org}", key), key)
    except LEDGER_AWAY:
        return None


async def _ended(reader: LedgerReader, issue_no: str, key: str) -> Receipt:
    """No workflow runs under this number: unknown, archived, or taken from us by an operator."""
    receipt = await reader.receipt(issue_no, key)
    if receipt is not None:
        return receipt
    row = await reader.issue(issue_no, datetime.now(UTC))
    if row is None:
        raise IssueUnknown
    raise IssueArchived if row.status == "ARCHIVED" else IssueNotRunning


async def _looked_up(request: Request, issue_no: str, body: Any) -> dict[str, Any]:
    """The facts an act needs and its caller cannot say."""
    reader: LedgerReader = request.app.state.reader
    match body.act:
        case "merge":
            await _require_issue(request, body.into)
            return {}
        case "follow":
            return await _parent(reader, body.parent)
        case "adopt_calendar":
            shelf: Shelf = request.app.state.shelf
            life, known = await _life(reader, issue_no), shelf.find(body.version)
            return {"calendar": known.since(life[0].received_at.year - 1) if known and life else known}
        case _:
            return {}


async def _require_issue(request: Request, into: str) -> None:
    """Raise TargetUnknown unless there is, or was, such an issue. Whether it takes another in, it says itself."""
    loop: Loop = request.app.state.loop
    if not is_issue_number(into):
        raise TargetUnknown(field="into")
    if not await loop.runs(into) and await _life(request.app.state.reader, into) is None:
        raise TargetUnknown(field="into")


async def _parent(reader: LedgerReader, parent: str) -> dict[str, Any]:
    """The facts of the issue to follow."""
    life = await _life(reader, parent)
    if life is None:
        return {"parent_open": False}
    issue, _ = life
    return {"parent_open": may_lead(issue), "parent_category": issue.category}


async def _life(reader: LedgerReader, issue_no: str) -> tuple[Issue, Policy] | None:
    try:
        return await reader.life(issue_no)
    except LEDGER_AWAY as trouble:
        raise LedgerAway from trouble
