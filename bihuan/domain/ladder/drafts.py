"""Papers above R2: which rung needs which, the addressee, the signer, and the recipients once signed."""

from collections.abc import Iterator, Mapping

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.papers import Draft, Ground, Paper, Reason
from bihuan.domain.ladder.responsibility import group_desk, rung_recipients, supervising_desk
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy

PAPER_OF: Mapping[Rung, Paper] = {
    Rung.R3: Paper.CRITICISM,
    Rung.R4: Paper.LEVEL_UP,
    Rung.R5: Paper.GOVERNMENT_STUDY,
    Rung.R6: Paper.SUPERVISION_LETTER,
    Rung.P: Paper.REPORT_UP,
}
RUNG_OF: Mapping[Paper, Rung] = {paper: rung for rung, paper in PAPER_OF.items()} | {Paper.REFERRAL_LETTER: Rung.R6}
assert set(RUNG_OF) == set(Paper)

GROUND_OF: Mapping[Rung, Ground] = {
    Rung.R3: Ground.OVERDUE,
    Rung.R4: Ground.OVERDUE,
    Rung.R5: Ground.LEVEL_UP_OVER,
    Rung.R6: Ground.NO_ACTION,
}
CRITICISED_BY_A_LEADER = frozenset({Desk.COORDINATION, Desk.CALLBACK, Desk.LEADER})
"""Criticisms of these desks are signed by a leader: coordination does not sign a criticism of itself."""


def drafts_of_rung(issue: Issue, clock: Clock, rung: Rung, party: Party) -> Iterator[ev.LadderEvent]:
    """The events of the paper that a reached rung requires."""
    late_reply = rung is Rung.R3 and clock.obligation is Obligation.REPLY
    reason = Reason(Ground.REPLY_LATE if late_reply else GROUND_OF[rung], clock.key)
    yield from open_draft(issue, PAPER_OF[rung], reason, party)


def open_draft(
    issue: Issue, paper: Paper, reason: Reason, party: Party, proposed_by: Actor | None = None
) -> Iterator[ev.LadderEvent]:
    """Open a draft, or add the reason to an unsigned draft of the same kind to the same addressee."""
    to = _addressee(paper, issue, party)
    known = existing_draft(issue, paper, to)
    if known is not None:
        yield ev.DraftJoined(draft=known.no, reason=reason)
        return
    by_leader = paper is not Paper.CRITICISM or to.desk in CRITICISED_BY_A_LEADER
    yield ev.DraftOpened(
        draft=f"{issue.issue_no}-N{len(issue.drafts) + 1}",
        paper=paper,
        rung=RUNG_OF[paper],
        to=to,
        signer=Role.LDR if by_leader else Role.COO,
        reason=reason,
        proposed_by=proposed_by,
    )


def existing_draft(issue: Issue, paper: Paper, to: Party) -> Draft | None:
    """The unsigned paper of this kind to this party; for a level-up also the signed one while its clock runs."""
    level_up = paper is Paper.LEVEL_UP and issue.clock(Obligation.LEVEL_UP) is not None
    return next(
        (
            one
            for one in reversed(issue.drafts)
            if one.paper is paper and one.to == to and (one.open or (level_up and one.signed_at is not None))
        ),
        None,
    )


def _addressee(paper: Paper, issue: Issue, party: Party) -> Party:
    match paper:
        case Paper.CRITICISM:
            return party
        case Paper.LEVEL_UP:
            return Party(Desk.CITY_LEADER, issue.enterprise.uscc)
        case Paper.GOVERNMENT_STUDY:
            return Party(Desk.GOVERNMENT_OFFICE)
        case Paper.SUPERVISION_LETTER:
            return Party(Desk.INSPECTION)
        case Paper.REFERRAL_LETTER:
            return Party(Desk.DISCIPLINE)
        case Paper.REPORT_UP:
            return Party(Desk.PROVINCE)


def reminder_recipients(clock: Clock, party: Party, issue: Issue, policy: Policy) -> tuple[Party, ...]:
    """Whom a reminder of an unmet obligation goes to: the signers of its papers and the group; where no paper follows,
    the recipients of R2, or a unit's head and the group."""
    papers = [one.signing_desk for one in issue.drafts if clock.key in one.presses]
    head = [Party(Desk.UNIT_HEAD, party.ref)] if party.desk is Desk.UNIT else []
    triager = [issue.triager] if clock.obligation is Obligation.DELIVER else []
    first = papers or head or rung_recipients(Rung.R2, clock, party, issue, policy)
    return tuple(dict.fromkeys((*first, *triager, supervising_desk(clock, issue, policy))))


def signature_recipients(one: Draft, issue: Issue, policy: Policy) -> tuple[Party, ...]:
    """The recipients of a signed paper: outside (docs/rules.md 5.4), and those inside who must know."""
    to = Party(Desk.UNIT_HEAD, one.to.ref) if one.to.desk is Desk.UNIT else one.to
    holder = (Party(Desk.UNIT_HEAD, issue.holder),) if issue.holder and one.paper is not Paper.CRITICISM else ()
    beside = {
        Paper.CRITICISM: (Party(Desk.BULLETIN), Party(Desk.COUNTY_LEADER, issue.county)),
        Paper.GOVERNMENT_STUDY: (Party(Desk.MAYOR),),
    }.get(one.paper, ())
    return (to, *beside, *holder, group_desk(issue.group, policy), Party(Desk.COORDINATION))
