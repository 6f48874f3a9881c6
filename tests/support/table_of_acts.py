"""Who may do what, when: written down from docs/rules.md 2.2, not from the code.

A row is: act → the statuses in which it is possible → the roles that may do it, and how they must stand to the issue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bihuan.domain.people import Role
from bihuan.domain.stage import Status

S = Status


class Stands(StrEnum):
    """How a person stands to an issue."""

    ANYHOW = "whatever the issue"
    OWN_ACCOUNT = "it is the account of the issue's enterprise"
    ASSIGNED = "is the liaison official of the issue"
    KEYED = "keyed the issue in"
    COUNTY = "is the hub of the issue's county"
    CLASS = "is the service group of the issue's class"
    HOLDER = "belongs to the unit that holds the issue"
    ASSISTS = "belongs to a unit whose part in the issue is open"
    NAMED = "belongs to the unit that the order names"
    GROUP = "is the supervision group of the issue"
    TOLD = "belongs to a desk the notice was sent to"
    SIGNER = "the draft lies before their role"
    CONVENER = "convened the consultation"
    TO_CALL = "the issue waits for a call-back"
    RULES = "an open or past request is for the desk of this person to rule on"
    ASKED = "asked for something beside the line"


Who = Mapping[Role, frozenset[Stands]]


@dataclass(frozen=True, slots=True)
class Row:
    """``only``: statuses in which the act is open to fewer."""

    statuses: frozenset[Status]
    who: Who
    never_the_handler: bool = False
    only: Mapping[Status, Who] = field(default_factory=dict)
    others_after_r2: bool = False
    """Whoever does not hold the issue only once R2 was raised for the act."""

    def who_in(self, status: Status) -> Who:
        return self.only.get(status, self.who)


def _who(**relations: Stands) -> Who:
    return {Role[role]: frozenset({relation}) for role, relation in relations.items()}


def _or(*several: Who) -> Who:
    roles = {role for who in several for role in who}
    return {role: frozenset().union(*(who.get(role, frozenset()) for who in several)) for role in roles}


def _in(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


EVERY_OPEN = frozenset(Status) - {S.CLOSED, S.ARCHIVED}
UNTIL_CHECKING = _in(
    S.SUBMITTED,
    S.UNTRIAGED,
    S.NEED_INFO,
    S.ACCEPTED,
    S.DISPATCHED,
    S.RETURN_REVIEW,
    S.TRANSFERRED,
    S.IN_PROGRESS,
    S.SUSPENDED,
)
PART_STANDS = _in(S.DISPATCHED, S.RETURN_REVIEW, S.TRANSFERRED, S.IN_PROGRESS)
ORDER_STANDS = _in(S.DISPATCHED, S.RETURN_REVIEW, S.TRANSFERRED, S.IN_PROGRESS, S.TO_DELIVER)
"""Where an order can stand against the unit that holds the issue: something is owed by a unit."""

# "triager: coordination, its hub in its county, a service group in its class"
TRIAGER = _who(COO=Stands.ANYHOW, HUB=Stands.COUNTY, SVG=Stands.CLASS)
# "handler or head of the holder"
HANDLER_OR_HEAD = _who(DEP=Stands.HOLDER, HED=Stands.HOLDER, HUB=Stands.HOLDER)
# "head of the holder, or the hub where it holds (a sign-off is the head's act)"
HEAD = _who(HED=Stands.HOLDER, HUB=Stands.HOLDER)
COORDINATION = _who(COO=Stands.ANYHOW)
LOOP = _who(SYS=Stands.ANYHOW)
ENTERPRISE = _who(ENT=Stands.OWN_ACCOUNT)
LIAISON = _who(LIA=Stands.ASSIGNED)
# joint handling: "named by hand_over or by the lead, each owing its part to the lead"; what goes to the lead is a
# sign-off of the assisting unit, so its head's act, or the hub's where a hub assists
ASSISTANT = _who(HED=Stands.ASSISTS, HUB=Stands.ASSISTS)
# section 7, row "submit / on behalf": these can be the one who keyed it
KEYER = _who(
    ENT=Stands.KEYED,
    LIA=Stands.KEYED,
    LDR=Stands.KEYED,
    COO=Stands.KEYED,
    HUB=Stands.KEYED,
    SUP=Stands.KEYED,
    CBK=Stands.KEYED,
)
# section 7, row "read issue"; "own orders" are also those of a former holder, whose lateness stays on record (tested
# apart); nothing is linked to a leader or handed over to an inspector in this issue yet
READERS = _or(
    ENTERPRISE,
    LIAISON,
    COORDINATION,
    _who(
        SVG=Stands.CLASS, HUB=Stands.COUNTY, DEP=Stands.HOLDER, HED=Stands.HOLDER, SUP=Stands.GROUP, CBK=Stands.TO_CALL
    ),
    _who(HUB=Stands.HOLDER),
    # a leader, or the hub of a unit of its county, reads what is theirs to rule on
    _who(LDR=Stands.RULES, HUB=Stands.RULES),
)

SUBMITTERS = frozenset(KEYER)

ACTS: Mapping[str, Row] = {
    # 收集: an incomplete receipt; the liaison owes its completion, else who keyed it; "SUBMITTED: coordination may
    # complete, reject and merge" (3.0a, 12)
    "complete": Row(_in(S.SUBMITTED), _or(ENTERPRISE, LIAISON, KEYER, COORDINATION)),
    # 梳理
    "accept": Row(_in(S.UNTRIAGED), TRIAGER),
    "answer": Row(_in(S.UNTRIAGED), TRIAGER),
    "reject": Row(_in(S.SUBMITTED, S.UNTRIAGED), TRIAGER, only={S.SUBMITTED: COORDINATION}),
    "merge": Row(_in(S.SUBMITTED, S.UNTRIAGED, S.ACCEPTED), TRIAGER, only={S.SUBMITTED: COORDINATION}),
    # the answer is heard as long as the issue is the triager's; a merge goes only into what is open
    "absorb": Row(EVERY_OPEN, LOOP),
    "settle_merge": Row(EVERY_OPEN | {S.CLOSED}, LOOP),
    "confirm_merge": Row(_in(S.SUBMITTED, S.UNTRIAGED, S.NEED_INFO, S.ACCEPTED), LOOP),
    "refuse_merge": Row(_in(S.SUBMITTED, S.UNTRIAGED, S.NEED_INFO, S.ACCEPTED), LOOP),
    # batches: the triager's, as merging is; what one issue tells another is said by the loop itself
    "follow": Row(_in(S.UNTRIAGED, S.ACCEPTED), TRIAGER),
    "unfollow": Row(_in(S.FOLLOWING), _or(TRIAGER, LOOP)),
    "followed_by": Row(UNTIL_CHECKING | {S.CHECKING}, LOOP),
    "inherit": Row(_in(S.FOLLOWING), LOOP),
    "ask_info": Row(_in(S.UNTRIAGED, S.ACCEPTED), TRIAGER),
    "supply": Row(_in(S.NEED_INFO), _or(ENTERPRISE, LIAISON)),
    "classify": Row(UNTIL_CHECKING, TRIAGER),
    # 交办 · 转办
    "hand_over": Row(_in(S.ACCEPTED), TRIAGER),
    "sign": Row(_in(S.DISPATCHED, S.TRANSFERRED), HANDLER_OR_HEAD),
    "ask_return": Row(_in(S.DISPATCHED, S.TRANSFERRED, S.IN_PROGRESS), HEAD),
    "rule_return": Row(_in(S.RETURN_REVIEW), COORDINATION),
    "designate": Row(_in(S.RETURN_REVIEW), COORDINATION),
    # 3.0a, ruling 9: by a unit within three working days of holding it (tested apart)
    "transfer": Row(_in(S.DISPATCHED, S.TRANSFERRED, S.IN_PROGRESS), _or(HEAD, COORDINATION)),
    # 办理
    # SUSPENDED "monthly report till cleared" (3.1); its clock runs on in RETURN_REVIEW (3.0a, 12)
    "report": Row(_in(S.RETURN_REVIEW, S.IN_PROGRESS, S.SUSPENDED), HANDLER_OR_HEAD),
    "submit_result": Row(_in(S.IN_PROGRESS), HEAD),
    # 3.2 and section 7 "ask return / extension / suspend": a sign-off is the head's act; while the unit handles it
    "ask_extension": Row(_in(S.IN_PROGRESS), HEAD),
    # also asked again before the review date
    "ask_suspension": Row(_in(S.IN_PROGRESS, S.SUSPENDED), HEAD),
    # "SUSPENDED … left by resume": by the unit or coordination
    "resume": Row(_in(S.SUSPENDED), _or(HEAD, COORDINATION)),
    # "ground above found later": from acceptance until the result is delivered
    "ask_termination": Row(
        _in(
            S.ACCEPTED,
            S.FOLLOWING,
            S.DISPATCHED,
            S.RETURN_REVIEW,
            S.TRANSFERRED,
            S.IN_PROGRESS,
            S.SUSPENDED,
            S.CHECKING,
            S.TO_DELIVER,
        ),
        _or(TRIAGER, HEAD),
    ),
    # 差评申诉: the unit against a bad rating, which waits for a call-back (in EVALUATED tested apart)
    "appeal_rating": Row(_in(S.CALLBACK), HEAD),
    # 3.2 column "approver": coordination, the hub for a unit of its county, a leader beyond the cap
    "rule_request": Row(EVERY_OPEN, _who(COO=Stands.ANYHOW, HUB=Stands.RULES, LDR=Stands.RULES)),
    "withdraw_request": Row(EVERY_OPEN, _who(COO=Stands.ASKED, HUB=Stands.ASKED, SVG=Stands.ASKED, HED=Stands.ASKED)),
    # 协办: while a unit is at it, and, since waiting stops no clock, while its return is reviewed
    "add_assist": Row(_in(S.DISPATCHED, S.TRANSFERRED, S.IN_PROGRESS), _or(HEAD, COORDINATION)),
    "submit_part": Row(PART_STANDS, ASSISTANT),
    "accept_part": Row(_in(S.IN_PROGRESS), HEAD),
    "return_part": Row(_in(S.IN_PROGRESS), HEAD),
    "release_assist": Row(PART_STANDS, _or(HEAD, COORDINATION)),
    # 反馈
    "check": Row(_in(S.CHECKING), TRIAGER, never_the_handler=True),
    # "after its R2 the triager may do it" (3.0a, 12)
    "deliver": Row(_in(S.TO_DELIVER), _or(TRIAGER, HEAD), others_after_r2=True),
    # 评价
    "rate": Row(_in(S.EVALUATING), ENTERPRISE),
    # never by whoever recorded the rating or the withdrawal for the enterprise (decision 15)
    "call_back": Row(_in(S.CALLBACK), _who(CBK=Stands.ANYHOW, COO=Stands.ANYHOW, SUP=Stands.GROUP)),
    "rework": Row(_in(S.CALLBACK, S.EVALUATED), COORDINATION),
    # 销号
    "close_out": Row(_in(S.EVALUATED), TRIAGER, never_the_handler=True),
    "reopen": Row(_in(S.CLOSED), ENTERPRISE),
    # "withdraw (before EVALUATED)"
    "withdraw": Row(EVERY_OPEN - {S.EVALUATED}, ENTERPRISE),
    # 撤单质检: "a task of the call-back agent" (3.0a, 15)
    "audit_withdrawal": Row(EVERY_OPEN, _who(CBK=Stands.ANYHOW, COO=Stands.ANYHOW)),
    # 督办: the unit the order names answers it, "lift_order: its group"
    "reply_order": Row(ORDER_STANDS, _who(DEP=Stands.NAMED, HED=Stands.NAMED, HUB=Stands.NAMED)),
    "lift_order": Row(ORDER_STANDS, _who(SUP=Stands.GROUP)),
    # the ladder by hand; section 7 and 3.2. "urge: coordination, supervision, hub"; nobody is pressed in NEED_INFO and
    # EVALUATING
    "urge": Row(EVERY_OPEN - {S.NEED_INFO, S.EVALUATING}, _who(COO=Stands.ANYHOW, SUP=Stands.GROUP, HUB=Stands.COUNTY)),
    "acknowledge": Row(
        EVERY_OPEN,
        _who(
            LIA=Stands.TOLD,
            LDR=Stands.TOLD,
            COO=Stands.TOLD,
            SVG=Stands.TOLD,
            HUB=Stands.TOLD,
            DEP=Stands.TOLD,
            HED=Stands.TOLD,
            SUP=Stands.TOLD,
            CBK=Stands.TOLD,
        ),
    ),
    # where a unit owes something; "reply to order / object: HUB, DEP, HED"; an objection is a right that outlives the
    # issue's close, and "issuing authority, other person" rules on it
    "issue_order": Row(_in(S.DISPATCHED, S.TRANSFERRED, S.IN_PROGRESS, S.TO_DELIVER), _who(SUP=Stands.GROUP)),
    "return_reply": Row(ORDER_STANDS, _who(SUP=Stands.GROUP)),
    "object_order": Row(EVERY_OPEN | {S.CLOSED}, _who(DEP=Stands.NAMED, HED=Stands.NAMED, HUB=Stands.NAMED)),
    "rule_objection": Row(EVERY_OPEN | {S.CLOSED}, COORDINATION),
    # "asked by the head of the holder or hub"; "coordinator → leader"
    "ask_level_up": Row(_in(S.DISPATCHED, S.TRANSFERRED, S.IN_PROGRESS), _or(HEAD, _who(HUB=Stands.COUNTY))),
    "rule_level_up": Row(EVERY_OPEN, COORDINATION),
    # "convene consultation: LDR, COO, SVG, HUB"
    "convene": Row(EVERY_OPEN, _who(LDR=Stands.ANYHOW, COO=Stands.ANYHOW, SVG=Stands.CLASS, HUB=Stands.COUNTY)),
    "record_consultation": Row(
        EVERY_OPEN, _or(COORDINATION, _who(LDR=Stands.CONVENER, SVG=Stands.CONVENER, HUB=Stands.CONVENER))
    ),
    # above R2: proposed inside, signed by a named person of coordination or a leader, "until the archive" (3.0a, 16)
    "open_draft": Row(EVERY_OPEN, _who(LDR=Stands.ANYHOW, COO=Stands.ANYHOW, SUP=Stands.GROUP)),
    "sign_draft": Row(EVERY_OPEN | {S.CLOSED}, _who(COO=Stands.SIGNER, LDR=Stands.SIGNER)),
    "discard_draft": Row(EVERY_OPEN | {S.CLOSED}, _who(COO=Stands.SIGNER, LDR=Stands.SIGNER)),
    # beside the line
    # "who holds an issue does not amend its text" (3.0a, 11)
    "amend": Row(EVERY_OPEN, _or(KEYER, TRIAGER), never_the_handler=True),
    "note": Row(EVERY_OPEN, READERS),
    # section 7, row "templates, SLA, calendar, users"; a closed issue may be reopened and then runs on
    "adopt_calendar": Row(EVERY_OPEN | {S.CLOSED}, _who(COO=Stands.ANYHOW, ADM=Stands.ANYHOW)),
    # section 7, same row, "business": what a batch puts to every issue that is open, which judges none (decision 15)
    "adopt_policy": Row(EVERY_OPEN, COORDINATION),
    "hold_clocks": Row(EVERY_OPEN, COORDINATION),
    "release_clocks": Row(EVERY_OPEN, COORDINATION),
}

NOT_SAID: Mapping[str, frozenset[Status]] = {
    "amend": _in(S.CLOSED, S.ARCHIVED),
    "note": _in(S.CLOSED, S.ARCHIVED),
}
"""Statuses in which 3.0 does not say whether the act is possible; there only the roles are tested."""


LEADS_TO: Mapping[str, Mapping[Status, Status]] = {
    "complete": {S.SUBMITTED: S.UNTRIAGED},
    "accept": {S.UNTRIAGED: S.ACCEPTED},
    "answer": {S.UNTRIAGED: S.EVALUATING},
    "confirm_merge": dict.fromkeys((S.SUBMITTED, S.UNTRIAGED, S.NEED_INFO, S.ACCEPTED), S.CLOSED),
    "ask_info": {S.UNTRIAGED: S.NEED_INFO, S.ACCEPTED: S.NEED_INFO},
    "supply": {S.NEED_INFO: S.UNTRIAGED},  # the status it came from; ACCEPTED has a test of its own
    "follow": {S.UNTRIAGED: S.FOLLOWING, S.ACCEPTED: S.FOLLOWING},
    "unfollow": {S.FOLLOWING: S.ACCEPTED},  # whoever put it there has accepted it
    "inherit": {S.FOLLOWING: S.TO_DELIVER},
    "hand_over": {S.ACCEPTED: S.DISPATCHED},
    "sign": {S.DISPATCHED: S.IN_PROGRESS, S.TRANSFERRED: S.IN_PROGRESS},
    "ask_return": {
        S.DISPATCHED: S.RETURN_REVIEW,
        S.TRANSFERRED: S.RETURN_REVIEW,
        S.IN_PROGRESS: S.RETURN_REVIEW,
    },
    "rule_return:approve": {S.RETURN_REVIEW: S.DISPATCHED},
    "rule_return:refuse": {S.RETURN_REVIEW: S.IN_PROGRESS},
    "designate": {S.RETURN_REVIEW: S.DISPATCHED},
    "transfer": {S.DISPATCHED: S.TRANSFERRED, S.TRANSFERRED: S.TRANSFERRED, S.IN_PROGRESS: S.TRANSFERRED},
    "resume": {S.SUSPENDED: S.IN_PROGRESS},
    "submit_result": {S.IN_PROGRESS: S.CHECKING},
    "check:pass": {S.CHECKING: S.TO_DELIVER},
    "check:send_back": {S.CHECKING: S.IN_PROGRESS},
    "deliver": {S.TO_DELIVER: S.EVALUATING},
    "rate:good": {S.EVALUATING: S.EVALUATED},
    "rate:bad": {S.EVALUATING: S.CALLBACK},
    "call_back:confirmed": {S.CALLBACK: S.EVALUATED},
    "call_back:no_answer": {S.CALLBACK: S.CALLBACK},
    "call_back:not_solved": {S.CALLBACK: S.IN_PROGRESS},
    "rework": {S.CALLBACK: S.IN_PROGRESS, S.EVALUATED: S.IN_PROGRESS},
    "close_out": {S.EVALUATED: S.CLOSED},
    # handled; what never was goes to UNTRIAGED, or, never completed, to SUBMITTED (test_withdrawal.py)
    "reopen": {S.CLOSED: S.IN_PROGRESS},
    # elsewhere a unit has just acted, and the call-back agent asks first
    "withdraw": dict.fromkeys((S.SUBMITTED, S.UNTRIAGED, S.NEED_INFO, S.ACCEPTED, S.FOLLOWING, S.DISPATCHED), S.CLOSED),
}
"""Column "left by" of 3.0: where an act leads from each status. An act not named here leaves the status as it is."""
