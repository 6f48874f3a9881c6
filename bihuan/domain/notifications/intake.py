"""Rows of what comes in and is triaged: receipt, information, acceptance, refusal."""

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.commands import RejectGround
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.responsibility import rung_recipients
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.notifications.addressees import enterprise, liaison, triager
from bihuan.domain.notifications.row import EventRow, Parties, own_fields
from bihuan.domain.notifications.samples import COORDINATION, COORDINATION_HEAD, ENTERPRISE, GROUP, HEAD, LIAISON
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Policy


def _who_goes_on(event: ev.Submitted, issue: Issue, _policy: Policy) -> Parties:
    """Who triages it, or completes the receipt first."""
    return (issue.triager if event.complete else Party(Desk.LIAISON, issue.liaison or issue.keyed_by.person),)


def _new_liaison(event: ev.Completed, _issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.LIAISON, event.liaison),) if event.liaison else ()


def _above_triager(_event: ev.DeemedAccepted, issue: Issue, policy: Policy) -> Parties:
    """The recipients of R1 had the triager been late."""
    clock = issue.clock(Obligation.TRIAGE)
    assert clock is not None, "a deemed acceptance starts the hand-over clock"
    return rung_recipients(Rung.R1, clock, issue.triager, issue, policy)


INTAKE = (
    EventRow(
        ev.Submitted,
        "登记",
        "receipt",
        recipients=(enterprise, _who_goes_on),
        sample=(ENTERPRISE, COORDINATION),
    ),
    EventRow(ev.Completed, "补全", "completed", recipients=(triager, _new_liaison), sample=(COORDINATION,)),
    EventRow(ev.Amended, "更正", "amended"),
    EventRow(ev.Noted, "备注", "noted"),
    EventRow(ev.Accepted, "受理", "accepted"),
    EventRow(
        ev.DeemedAccepted,
        "视为受理",
        "deemed accepted",
        recipients=(enterprise, triager, _above_triager),
        facts=own_fields(accepted_at="moment", hand_over_within="limit"),
        sample=(ENTERPRISE, COORDINATION, COORDINATION_HEAD),
    ),
    EventRow(
        ev.Answered,
        "直接答复",
        "answered directly",
        recipients=(enterprise,),
        facts=own_fields("text"),
        closes=True,
        sample=(ENTERPRISE, HEAD, GROUP),
    ),
    EventRow(
        ev.InfoAsked,
        "要求补正",
        "information asked",
        recipients=(enterprise, liaison),
        facts=own_fields("question"),
        sample=(ENTERPRISE, LIAISON),
    ),
    EventRow(ev.InfoSupplied, "补正", "information supplied", recipients=(triager,), sample=(COORDINATION,)),
    EventRow(ev.InfoLapsed, "补正期满", "wait for information over", recipients=(triager,), sample=(COORDINATION,)),
    EventRow(
        ev.Rejected,
        "不予受理",
        "rejected",
        recipients=(enterprise,),
        facts=own_fields("ground", "reason", "other_channel"),
        closes=True,
        sample=(ENTERPRISE, HEAD, GROUP),
        sample_facts={"ground": RejectGround.OTHER_LEGAL_CHANNEL},
    ),
)
