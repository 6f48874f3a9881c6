"""Rows of what issues have to do with each other: merging, and following a parent."""

from bihuan.domain import events as ev
from bihuan.domain.issue import Issue
from bihuan.domain.notifications.addressees import enterprise, liaison, triager, unit
from bihuan.domain.notifications.row import EventRow, Parties, own_fields
from bihuan.domain.notifications.samples import COORDINATION, ENTERPRISE, GROUP, HEAD, LIAISON, UNIT
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import MergeInRing, MergeOtherEnterprise, MergeTargetEnding, MergeTargetNotOpen, Refusal

REFUSALS = {refusal.__name__: refusal for refusal in (MergeInRing, MergeOtherEnterprise, MergeTargetEnding)}
"""Why a merge is refused; whatever else the other issue says, it is over."""


def _refusal(event: ev.MergeRefused) -> Refusal:
    return REFUSALS.get(event.why, MergeTargetNotOpen)(into=event.into)


def _reason_zh(event: ev.MergeRefused, _issue: Issue) -> str:
    return _refusal(event).sentence_zh


def _reason_en(event: ev.MergeRefused, _issue: Issue) -> str:
    return _refusal(event).sentence_en


def _triager_again(_event: ev.Unfollowed, issue: Issue, _policy: Policy) -> Parties:
    return () if issue.closed else (issue.triager,)


CROSS_ISSUE = (
    EventRow(ev.MergeAsked, "申请并单", "merging asked"),
    EventRow(
        ev.Merged,
        "并单",
        "merged",
        recipients=(enterprise,),
        facts=own_fields("into"),
        closes=True,
        sample=(ENTERPRISE, HEAD, GROUP),
    ),
    EventRow(
        ev.MergeRefused,
        "并单未成",
        "not merged",
        recipients=(triager,),
        facts={**own_fields("into"), "reason": _reason_zh, "reason_en": _reason_en},
        sample=(COORDINATION,),
        sample_facts={"reason": "拟并入的问题 BH2026112000007 已了结，不能再并入。"},
    ),
    EventRow(ev.MergeLapsed, "并单申请失效", "merging lapsed"),
    EventRow(ev.MergeTaken, "同意并入", "another may merge into it"),
    EventRow(ev.MergeSettled, "并入登记", "merge outcome recorded"),
    EventRow(
        ev.Followed,
        "随批",
        "put into a batch",
        recipients=(enterprise, liaison),
        facts=own_fields("parent"),
        sample=(ENTERPRISE, LIAISON),
    ),
    EventRow(
        ev.Unfollowed,
        "脱离随批",
        "taken out of a batch",
        recipients=(_triager_again,),
        facts=own_fields("parent"),
        sample=(COORDINATION,),
    ),
    EventRow(ev.FollowerTold, "随批告知", "follower recorded"),
    EventRow(
        ev.Inherited,
        "承接主件结果",
        "result of the parent taken over",
        recipients=(unit,),
        facts=own_fields("parent"),
        sample=(UNIT,),
    ),
    EventRow(ev.FollowersServed, "结果转告随批件", "result sent to followers"),
    EventRow(ev.FollowersReleased, "随批件脱离", "followers released"),
)
