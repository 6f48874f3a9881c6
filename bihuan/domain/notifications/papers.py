"""Rows of what stands above R2: level-up, consultation, and papers from draft to signature."""

from collections.abc import Callable, Mapping
from typing import Protocol

from bihuan.domain import events as ev
from bihuan.domain.issue import Issue
from bihuan.domain.ladder import drafts
from bihuan.domain.ladder.papers import PAPER_ZH, Draft
from bihuan.domain.notifications.addressees import coordination, group, head, triager, unit
from bihuan.domain.notifications.row import EventRow, Parties, from_r2, own_fields
from bihuan.domain.notifications.samples import ASSISTANT, BULLETIN, COORDINATION, GROUP, HEAD, LEADER, UNIT
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Policy


def _invited(event: ev.ConsultationConvened, _issue: Issue, _policy: Policy) -> Parties:
    return tuple(Party(Desk.UNIT, unit) for unit in event.participants)


def _attended(event: ev.ConsultationRecorded, issue: Issue, _policy: Policy) -> Parties:
    held = next(one for one in issue.consultations if one.no == event.consultation)
    return tuple(Party(Desk.UNIT, unit) for unit in held.participants)


def _lead(event: ev.ConsultationRecorded, _issue: Issue, _policy: Policy) -> Parties:
    return (Party(Desk.UNIT, event.lead),) if event.lead else ()


class NamesDraft(Protocol):
    @property
    def draft(self) -> str: ...


def _draft(event: NamesDraft, issue: Issue) -> Draft:
    known = issue.draft(event.draft)
    assert known is not None, "what is signed was drafted"
    return known


def _signer(event: ev.DraftOpened, issue: Issue, _policy: Policy) -> Parties:
    return (_draft(event, issue).signing_desk,)


def _signed_to(event: ev.DraftSigned, issue: Issue, policy: Policy) -> Parties:
    return drafts.signature_recipients(_draft(event, issue), issue, policy)


def _ruling(event: ev.LevelUpRuled, _issue: Issue) -> str:
    return "同意" if event.approved else "不同意"


def _paper(event: NamesDraft, issue: Issue) -> str:
    return PAPER_ZH[_draft(event, issue).paper]


def _rung(event: NamesDraft, issue: Issue) -> str:
    return _draft(event, issue).rung


def _to(event: NamesDraft, issue: Issue) -> Party:
    return _draft(event, issue).to


def _grounds(event: NamesDraft, issue: Issue) -> str:
    return "、".join(dict.fromkeys(reason.ground for reason in _draft(event, issue).reasons))


DRAFT: Mapping[str, Callable[[NamesDraft, Issue], object]] = {
    **own_fields("draft"),
    "paper": _paper,
    "rung": _rung,
    "to": _to,
    "grounds": _grounds,
}
PAPERS = (
    EventRow(
        ev.LevelUpAsked,
        "申请提级",
        "level-up asked",
        recipients=(coordination, group),
        facts=own_fields("reason"),
        sample=(COORDINATION, GROUP),
    ),
    EventRow(
        ev.LevelUpRuled,
        "提级裁定",
        "level-up ruled on",
        recipients=(head, group),
        facts={**own_fields("reason"), "ruling": _ruling},
        sample=(HEAD, GROUP),
    ),
    # who takes part, and whose matter it is
    EventRow(
        ev.ConsultationConvened,
        "召集会商",
        "consultation convened",
        recipients=(_invited, unit, triager, group),
        facts=own_fields("consultation", "topic"),
        sample=(ASSISTANT, UNIT, COORDINATION, GROUP),
    ),
    EventRow(
        ev.ConsultationRecorded,
        "会商纪要",
        "minutes recorded",
        recipients=(_attended, unit, triager, group, _lead),
        facts=own_fields("consultation", "decision", "lead", "by"),
        sample=(ASSISTANT, UNIT, COORDINATION, GROUP),
    ),
    # inside the house: who must sign it, and the group
    EventRow(
        ev.DraftOpened,
        "拟稿",
        "paper drafted",
        recipients=(_signer, group),
        facts=DRAFT,
        urgent=from_r2,
        sample=(LEADER, COORDINATION, GROUP),
    ),
    EventRow(ev.DraftJoined, "并入文稿", "joined to a paper"),
    EventRow(
        ev.DraftSigned,
        "签发文稿",
        "paper signed",
        recipients=(_signed_to,),
        facts={**DRAFT, **own_fields("text")},
        urgent=True,
        sample=(BULLETIN, HEAD, GROUP),
    ),
    EventRow(
        ev.DraftDiscarded,
        "不予出文",
        "paper discarded",
        recipients=(coordination, group),
        facts={**DRAFT, **own_fields("reason")},
        sample=(COORDINATION, GROUP),
    ),
    EventRow(
        ev.DraftLapsed,
        "文稿失效",
        "paper lapsed",
        recipients=(coordination, group),
        facts=DRAFT,
        sample=(COORDINATION, GROUP),
    ),
)
