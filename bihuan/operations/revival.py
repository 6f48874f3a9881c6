"""Reviving an issue whose workflow was terminated or lost: from the history of its last run, or from the ledger."""

from dataclasses import replace

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory

from bihuan.client.connection import connect
from bihuan.client.errors import AlreadyStarted
from bihuan.client.issues import restart_issue
from bihuan.client.runs import last_run
from bihuan.domain.stage import Status
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.reading import LedgerReader
from bihuan.operations.histories import continuation_of
from bihuan.runtime.settings import Settings
from workflows.messages import Life, Opening
from workflows.receipts import Receipts


class NotRevivable(Exception):
    """The issue cannot be started again; the text says why."""


async def revive(settings: Settings, issue_no: str, *, from_ledger: bool = False) -> int:
    """Start an issue again where its last run ended; returns its revision. Raises NotRevivable.

    The history of that run has every acknowledged act. The ledger is used if Temporal keeps no history, if the ledger
    is ahead of it, or with ``from_ledger``.
    """
    client = await connect(settings)
    status, history = await last_run(client, issue_no)
    if status is WorkflowExecutionStatus.RUNNING:
        raise NotRevivable(f"问题 {issue_no} 正在运行 · issue {issue_no} is running")
    stored = await _from_ledger(settings, issue_no)
    replayed = await _from_history(client, history) if history and not from_ledger else None
    opening = max((one for one in (replayed, stored) if one), key=_revision, default=None)
    if opening is None or opening.life is None:
        raise NotRevivable(f"流程历史与台账中均无问题 {issue_no} · neither history nor ledger has issue {issue_no}")
    if opening.life.issue.status is Status.ARCHIVED and not opening.life.unpublished:
        raise NotRevivable(f"问题 {issue_no} 已归档 · issue {issue_no} is archived")
    try:
        await restart_issue(client, replace(opening, continue_after=settings.continue_after))
    except AlreadyStarted as running:
        raise NotRevivable(f"问题 {issue_no} 正在运行 · issue {issue_no} is running") from running
    return _revision(opening)


async def _from_ledger(settings: Settings, issue_no: str) -> Opening | None:
    """The state of the issue in the ledger; None if it is unknown there."""
    engine = ledger_engine(settings.ledger)
    try:
        reader = LedgerReader(engine)
        known = await reader.issue_state(issue_no)
        if known is None:
            return None
        answers = Receipts(await reader.receipts(issue_no))
        life = Life(known[0], receipts=answers.receipts, obeyed=answers.obeyed)
        return Opening(known[1], None, None, life=life)
    finally:
        await engine.dispose()


async def _from_history(client: Client, history: WorkflowHistory) -> Opening | None:
    """The state at the end of the run. Raises NotRevivable if its history cannot be replayed."""
    try:
        return await continuation_of(client, history)
    except Exception as trouble:
        raise NotRevivable(
            f"流程历史不能重放；加 --from-ledger 可自台账恢复，未登记的动作将丢失 · its history cannot be replayed; "
            f"with --from-ledger it continues from the ledger, without acts not recorded there: {trouble}"
        ) from trouble


def _revision(opening: Opening) -> int:
    return opening.life.issue.revision if opening.life else 0
