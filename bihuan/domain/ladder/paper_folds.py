"""How papers before their signers, and what a signature brings about, change an issue."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.operations import change_paper_clocks, start_clock
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.papers import Draft, Paper


def start_if_limited(issue: Issue, what: Obligation, limit: Limit | None, at: datetime, paper: str = "") -> Issue:
    """Start a clock, if the policy of this issue has the limit."""
    return issue if limit is None else start_clock(issue, what, limit, at, order=paper)


def _draft_opened(event: ev.DraftOpened, issue: Issue, at: datetime) -> Issue:
    opened = Draft(
        no=event.draft,
        paper=event.paper,
        rung=event.rung,
        to=event.to,
        signer=event.signer,
        reasons=(event.reason,),
        opened_at=at,
        proposed_by=event.proposed_by,
    )
    issue = replace(issue, supervision=replace(issue.supervision, drafts=(*issue.supervision.drafts, opened)))
    return start_if_limited(issue, Obligation.SIGN_DRAFT, issue.governance.limits.sign_draft, at, event.draft)


def _draft_joined(event: ev.DraftJoined, issue: Issue, _at: datetime) -> Issue:
    return _change(issue, event.draft, lambda d: replace(d, reasons=(*d.reasons, event.reason)))


def _draft_signed(event: ev.DraftSigned, issue: Issue, at: datetime) -> Issue:
    issue = _end_signing(issue, event.draft, at)
    issue = _change(issue, event.draft, lambda d: replace(d, signed_at=at, signed_by=event.by))
    signed = issue.supervision.draft(event.draft)
    if signed is None or signed.paper is not Paper.LEVEL_UP:
        return issue
    return _levelled_up(issue, at)


def _levelled_up(issue: Issue, at: datetime) -> Issue:
    """Start the task force's clock; it is paused or stopped while the clock of the result is."""
    issue = replace(issue, supervision=replace(issue.supervision, levelled_up=True))
    if issue.governance.limits.level_up is None:
        return issue
    *before, own = start_clock(issue, Obligation.LEVEL_UP, issue.governance.limits.level_up, at).clocks
    of_result = issue.deadline
    if of_result.paused:
        own = own.pause(at, of_result.pauses[-1].basis)
    return replace(
        issue, clocks=(*before, replace(own, stopped_at=at if of_result.open and of_result.stopped_at else None))
    )


def _draft_discarded(event: ev.DraftDiscarded, issue: Issue, at: datetime) -> Issue:
    return _change(_end_signing(issue, event.draft, at), event.draft, lambda d: replace(d, discarded_at=at))


def _draft_lapsed(event: ev.DraftLapsed, issue: Issue, at: datetime) -> Issue:
    return _change(_end_signing(issue, event.draft, at), event.draft, lambda d: replace(d, lapsed_at=at))


def _end_signing(issue: Issue, draft: str, at: datetime) -> Issue:
    return change_paper_clocks(issue, draft, (Obligation.SIGN_DRAFT,), lambda c: replace(c, ended_at=at))


def _change(issue: Issue, no: str, change: Callable[[Draft], Draft]) -> Issue:
    return replace(
        issue,
        supervision=replace(
            issue.supervision, drafts=tuple(change(one) if one.no == no else one for one in issue.supervision.drafts)
        ),
    )


PAPER_FOLDS: Mapping[type[Any], Fold] = {
    ev.DraftOpened: _draft_opened,
    ev.DraftJoined: _draft_joined,
    ev.DraftSigned: _draft_signed,
    ev.DraftDiscarded: _draft_discarded,
    ev.DraftLapsed: _draft_lapsed,
}
