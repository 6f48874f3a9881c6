"""Commands between issues: which act an event sends to which issue, and what the sender does when it is refused."""

from dataclasses import dataclass, replace

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.following.decisions import NO_RESULT, NOT_TAKEN
from bihuan.domain.refusals import MergesElsewhere, MergeUndecided

REDIRECTED = MergesElsewhere.__name__
"""The refusal that redirects the act to the issue it names as ``into``."""
RETRY = MergeUndecided.__name__
"""The refusal after which the same issue is asked again."""


@dataclass(frozen=True, slots=True)
class CrossIssueAct:
    """An act for the issue ``to``. ``if_refused``: the act the sending issue gets where the other one refuses."""

    to: str
    act: do.Act
    if_refused: do.Act | None = None


def cross_issue_acts(event: ev.Event, issue_no: str, seq: int) -> tuple[CrossIssueAct, ...]:
    """The acts that an event of an issue, its ``seq``-th, sends to other issues."""
    match event:
        case ev.Followed():
            followed_by = do.FollowedBy(child=issue_no, seq=seq, follows=True)
            return (CrossIssueAct(event.parent, followed_by, do.Unfollow(reason=NOT_TAKEN, parent=event.parent)),)
        case ev.Unfollowed():
            return (CrossIssueAct(event.parent, do.FollowedBy(child=issue_no, seq=seq, follows=False)),)
        case ev.FollowersServed():
            result = do.Inherit(parent=issue_no, outcome=event.outcome, text=event.text, unit=event.unit)
            return tuple(CrossIssueAct(child, result) for child in event.children)
        case ev.FollowersReleased():
            free = do.Unfollow(reason=NO_RESULT, parent=issue_no)
            return tuple(CrossIssueAct(child, free) for child in event.children)
        case _:
            return _of_merging(event, issue_no, seq)


def _of_merging(event: ev.Event, issue_no: str, seq: int) -> tuple[CrossIssueAct, ...]:
    match event:
        case ev.MergeAsked():
            asked = do.Absorb(child=issue_no, asked=event.into, enterprise=event.enterprise)
            return (CrossIssueAct(event.into, asked, do.RefuseMerge(into=event.into)),)
        case ev.MergeTaken():
            yes = do.ConfirmMerge(into=issue_no, asked=event.asked, seq=seq)
            return (CrossIssueAct(event.child, yes, do.SettleMerge(child=event.child, seq=seq, merged=False)),)
        case ev.Merged() if event.seq:
            return (CrossIssueAct(event.into, do.SettleMerge(child=issue_no, seq=event.seq, merged=True)),)
        case _:
            return ()


def with_reason(back: do.Act, why: str) -> do.Act:
    """The sender's act with the name of the refusal, where the act has a field for it."""
    return replace(back, why=why) if isinstance(back, do.RefuseMerge) else back
