"""Issues, orders, parts and receipts as rows of the ledger. Pure: the same issue always gives the same row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.events import Submitted
from bihuan.domain.evolve import evolve
from bihuan.domain.intake.folds import opened
from bihuan.domain.issue import Issue
from bihuan.domain.joint.values import Part
from bihuan.domain.ladder.escalation import light_moments
from bihuan.domain.ladder.orders import Order
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light, highest, rung_of
from bihuan.domain.loop.step import Receipt
from bihuan.domain.policy import Policy
from bihuan.ledger.canonical import issue_text, receipt_text
from bihuan.wire import Entry

Row = dict[str, Any]

CODE_MAX = 200
"""Codes typed by people are cut to this length, since PostgreSQL could not index a longer one."""


def issue_row(issue: Issue, policy: Policy, entered_at: datetime, updated_at: datetime) -> Row:
    """All columns except ``ledger_no`` and ``fingerprint``, which do not follow from the issue."""
    return (
        _identity_columns(issue)
        | _time_columns(issue, policy)
        | {
            "entered_at": entered_at,
            "updated_at": updated_at,
            "state": issue_text(issue),
        }
    )


def _identity_columns(issue: Issue) -> Row:
    return {
        "issue_no": issue.issue_no,
        "revision": issue.revision,
        "stage": str(issue.stage),
        "status": str(issue.status),
        "outcome": str(issue.evaluation.outcome) if issue.closed and issue.evaluation.outcome else None,
        "enterprise_name": issue.matter.enterprise.name,
        "uscc": issue.matter.enterprise.uscc[:CODE_MAX],
        "title": issue.matter.title,
        "county": issue.matter.county[:CODE_MAX],
        "unit": issue.assignment.holder,
        "supervision_group": issue.assignment.group,
        "service_group": issue.matter.service_group,
        "category": issue.matter.category,
        "urgency": str(issue.matter.urgency),
        "triager": str(issue.assignment.triager),
        "round": issue.round,
        "policy_version": issue.governance.policy_version,
    }


def _time_columns(issue: Issue, policy: Policy) -> Row:
    ahead, since = next_due(issue, policy), light_moments(issue, policy)
    return {
        "rung": highest_rung(issue),
        "received_at": issue.matter.received_at,
        "due_at": issue.deadline.due(policy.calendar),
        "unit_due_at": unit_due(issue, policy),
        "next_due_clock": ahead.clock if ahead else "",
        "next_due_at": ahead.at if ahead else None,
        "owes": ahead.owes if ahead else "",
        "blue_at": since[Light.BLUE],
        "yellow_at": since[Light.YELLOW],
        "red_at": since[Light.RED],
        "closed_at": issue.closed_at,
    }


def unit_due(issue: Issue, policy: Policy) -> datetime | None:
    """The deadline of the unit that holds the issue: that of its own limit if it has one, else the issue's."""
    if not issue.dispatched:
        return None
    own = issue.latest(Obligation.SOLVE)
    clock = own if own and own.unit == issue.assignment.holder else issue.latest(Obligation.ISSUE)
    return clock.due(policy.calendar) if clock else None


def highest_rung(issue: Issue) -> str:
    """The highest rung, raised by an alarm or signed by hand, for an obligation that is still open; else empty."""
    undone = [clock for clock in issue.clocks if clock.open and clock.stopped_at is None]
    reached = tuple(f"{clock.key}/{clock.grant}/" for clock in undone)
    raised = [rung_of(alarm) for alarm in issue.supervision.raised if alarm.startswith(reached)]
    keys = {clock.key for clock in undone}
    signed = [
        paper.rung for paper in issue.supervision.drafts if paper.signed_at is not None and keys & set(paper.presses)
    ]
    return str(highest([*raised, *signed]) or "")


def order_row(order: Order, issue: Issue, policy: Policy) -> Row:
    replies = [c for c in issue.clocks if c.obligation is Obligation.REPLY and c.order == order.no]
    reply = replies[-1] if replies else None
    return {
        "no": order.no,
        "issue_no": issue.issue_no,
        "rung": str(order.rung),
        "supervision_group": order.group,
        "unit": order.unit,
        "authorisation_ref": order.authorisation_ref,
        "issued_at": order.issued_at,
        "reply_due_at": reply.due(policy.calendar) if reply else None,
        "replied_at": order.replied_at,
        "lifted_at": order.lifted_at or order.withdrawn_at,
        "done_at": order.done_at,
    }


def part_row(part: Part, issue: Issue, policy: Policy) -> Row:
    clock = next(c for c in issue.clocks if c.key == part.clock)
    return {
        "issue_no": issue.issue_no,
        "clock": part.clock,
        "unit": part.unit,
        "state": str(part.state),
        "asked_at": part.asked_at,
        "due_at": clock.due(policy.calendar),
        "handed_in_at": part.handed_in_at,
        "ended_at": part.ended_at,
    }


def receipt_row(receipt: Receipt) -> Row:
    return {
        "issue_no": receipt.issue_no,
        "command_id": receipt.command_id,
        "body": receipt_text(receipt),
        "fingerprint": receipt.fingerprint,
        "revision": receipt.revision,
    }


def status_since(
    before: Issue | None, entered_at: datetime | None, entries: Sequence[Entry], issue_no: str
) -> datetime:
    """The moment at which the status after these events began.

    ``before``: the issue before them, None if they open it; ``entered_at``: since when it had its status then.
    """
    issue, since = before, entered_at
    for entry in entries:
        if issue is None:
            assert isinstance(entry.event, Submitted), f"{issue_no} does not begin with its submission"
            after = opened(issue_no, entry.event, entry.at)
        else:
            after = evolve(issue, entry.event, entry.at, entry.actor)
        if issue is None or after.status is not issue.status:
            since = entry.at
        issue = after
    assert since is not None, "every status begins with an event"
    return since


def policy_versions(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The versions of the policies that governed an issue, in order."""
    named = (getattr(entry.event, "policy_version", "") for entry in entries)
    return tuple(dict.fromkeys(version for version in named if version))
