"""Why every clock of an issue is due when it is, and who had the issue how long."""

from datetime import UTC, datetime

from fastapi import APIRouter

from api.dependencies import Reads
from api.explanation_answers import ExplanationAnswer, explanation
from api.principals import AsOf, Count, IssueNo, Reader
from bihuan.domain.loop.step import replay

router = APIRouter(prefix="/api/v1", tags=["查询 · questions"])


@router.get(
    "/issues/{issue_no}/clock",
    summary="为什么是这一天 · why each clock is due when it is",
    operation_id="explainClocks",
)
async def clock(
    issue_no: IssueNo, who: Reader, reading: Reads, as_of: AsOf = None, at_least: Count = 0
) -> ExplanationAnswer:
    """Every clock of an issue, in the order of starting, with the account of its deadline, in numbers and in words.

    The account sums to the deadline: the running stretches up to ``due_at`` are the budget to the second. ``owed_by``
    charges each moment since receipt to exactly one party. ``as_of`` and ``at_least`` as for the issue itself.
    """
    await reading.reached(issue_no, at_least)
    await reading.readable(issue_no, who)
    recorded = [entry.recorded() for entry in await reading.known(issue_no, as_of)]
    versions = {issue.policy_version for _, issue in replay(issue_no, recorded)}
    policies = {version: await reading.reader.policy(version) for version in versions}
    return explanation(issue_no, recorded, policies, as_of or datetime.now(UTC))
