"""Two promises, over any history: nobody waits with no one pressed, and nobody is pressed for what they could not do.

Anybody does whatever the rules let them, batches come, time goes by with and without anybody there. A history that
breaks a promise shrinks to a few acts, which the failure lists.
"""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.access.authorization import admit, permitted
from bihuan.domain.access.desks import speaker
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.responsibility_time import waits_for
from bihuan.domain.issue import Issue
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.escalation import RESULT, agenda
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import Recorded, first_due, settle, unfolded
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy, UnitKind, Urgency
from bihuan.domain.refusals import Refusal
from bihuan.domain.stage import Status
from tests.support.any_open_act import PEOPLE, RARE, acts_of
from tests.support.small_city.acts import SHORTER, adopt_policy, hold, release
from tests.support.small_city.calendar import REVISED
from tests.support.small_city.people import COORDINATOR
from tests.support.small_city.policy import HUBBED, PLAIN, POLICY, UNLISTED
from tests.support.small_city.stages import numbered, told
from tests.support.small_city.story import Story

GAPS = st.sampled_from([timedelta(minutes=m) for m in (1, 90, 600, 1440, 2900, 7300, 15000)])
KINDS = ("act",) * 12 + ("rare",) * 2 + ("batch", "outage", "wait")
MOVES = st.lists(st.tuples(st.sampled_from(KINDS), GAPS, st.integers(0, 10_000)), max_size=16)
STARTS = st.fixed_dictionaries(
    {
        "county": st.sampled_from([PLAIN, HUBBED, UNLISTED]),
        "urgency": st.sampled_from([Urgency.GENERAL, Urgency.CONSULT, Urgency.URGENT, Urgency.COMPLEX]),
        "category": st.sampled_from(["ENERGY", "COMPLAINT_BE"]),
        "contact": st.sampled_from(["经办人", ""]),
    }
)
SLOWLY = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
SELDOM = RARE | {"acknowledge", "open_draft", "ask_level_up", "issue_order", "follow", "answer", "ask_info"}
STRIDE = 37
LONG = timedelta(days=150)
STEPS_MAX = 80
"""How many moments may pass, each moving the issue on by itself, until somebody is pressed."""

ACT_OF = {
    Obligation.COMPLETE: "complete",
    Obligation.TRIAGE: "accept answer hand_over classify",
    Obligation.SIGN: "sign",
    Obligation.REPORT: "report sign",
    Obligation.ASSIST: "submit_part",
    Obligation.ISSUE: "submit_result sign accept answer hand_over classify unfollow complete rule_return designate",
    Obligation.SOLVE: "submit_result sign rule_return designate",
    Obligation.CHECK: "check",
    Obligation.DELIVER: "deliver",
    Obligation.CALLBACK: "call_back",
    Obligation.CLOSE_OUT: "close_out rule_request",
    Obligation.REPLY: "reply_order",
    Obligation.LIFT: "lift_order return_reply",
    Obligation.REQUEST: "rule_request",
    Obligation.UPDATE: "report",
    Obligation.RULING: "rule_return designate",
    Obligation.SIGN_DRAFT: "sign_draft",
    Obligation.LEVEL_RULING: "rule_level_up",
    Obligation.LEVEL_UP: "convene record_consultation",
    Obligation.CONSULT: "record_consultation",
    Obligation.OBJECTION: "rule_objection",
    Obligation.AUDIT: "audit_withdrawal",
}
"""The acts that meet what is owed, or that the same party must do first."""
ALL_ACTS = frozenset(" ".join(ACT_OF.values()).split()) | {
    "supply",
    "resume",
    "urge",
    "issue_order",
    "transfer",
    "open_draft",
}


def short(act: do.Act) -> str:
    """An act by its name and what was said in it: ``transfer unit=D2 basis=权限``."""
    said = ((field.name, getattr(act, field.name), field.default) for field in fields(act))
    named = (
        f"{name}={value}" for name, value, default in said if isinstance(value, str | datetime) and value != default
    )
    return " ".join((act.act, *named))


class Lived:
    """One issue, and its history as a list that a person can read."""

    def __init__(self, start: dict[str, object]) -> None:
        self.story = told(number=numbered(sampled=False), **start)  # type: ignore[arg-type]
        self.said = [f"{self.story.now:%m-%d %H:%M} submitted {start}"]
        self.policies: dict[int, Policy] = {1: POLICY}
        """The policy in force from an event on."""

    def moves(self, kind: str, gap: timedelta, pick: int) -> None:
        self.time_goes_by(gap, outage=kind == "outage")
        match kind:
            case "batch":
                self.acts(COORDINATOR, self._batch(pick))
            case "act" | "rare":
                self._somebody_acts(pick, rare=kind == "rare")
            case _:
                self.said.append(f"{self.story.now:%m-%d %H:%M} {kind}")

    def _somebody_acts(self, pick: int, *, rare: bool) -> None:
        """The first of all acts, from a place in their list, that the rules let somebody do now."""
        acts = [act for act in acts_of(self.story) if (act.act in SELDOM) is rare]
        for place in range(len(acts)):
            act = acts[(pick + place * STRIDE) % len(acts)]
            for who in range(len(PEOPLE)):
                person = PEOPLE[(pick + who) % len(PEOPLE)]
                if self._may(person, act.act):
                    self.acts(person, act)
                    return

    def _may(self, person: Actor, act: str) -> bool:
        try:
            admit(self.story.issue, act, person, self.story.now, self.story.policy)
        except Refusal:
            return False
        return True

    def _batch(self, pick: int) -> do.Act:
        held, number = self.story.issue.hold, f"B-{len(self.story.recorded)}"
        other = SHORTER if self.story.policy.limits == POLICY.limits else POLICY
        return (
            hold(self.story.now + timedelta(days=6), number),
            release(held.batch if held else "none", number),
            adopt_policy(other, batch=number),
            do.AdoptCalendar(version=REVISED.version, calendar=REVISED),
        )[pick % 4]

    def acts(self, person: Actor, act: do.Act) -> None:
        try:
            self.story.does(person, act, self.story.now)
        except Refusal:
            return
        self.policies[len(self.story.recorded) + 1] = self.story.policy
        self.said.append(f"{self.story.now:%m-%d %H:%M} {person.role} {person.person}: {short(act)}")

    def time_goes_by(self, gap: timedelta, *, outage: bool = False) -> None:
        until = self.story.now + gap
        while not outage and (due := first_due(self.story.issue, self.story.policy)) is not None and due.at <= until:
            self.story.until(max(due.at, self.story.now))
        self.story.until(until)

    def policy_at(self, seq: int) -> Policy:
        return self.policies[max(first for first in self.policies if first <= seq)]

    @property
    def told(self) -> str:
        return "\n".join(("", *self.said, f"now {self.story.now:%m-%d %H:%M}, {self.story.issue.status}"))


def at_desk(party: Party, policy: Policy) -> Iterator[Actor]:
    """People who sit at a desk, and who have had nothing to do with the issue."""
    who = speaker(party, "somebody")
    if who is not None:
        yield who
    unit = policy.units.get(party.ref)
    if party.desk in (Desk.UNIT, Desk.UNIT_HEAD):
        yield Actor(Role.HED, "somebody", party.ref)
        if unit is not None and unit.kind is UnitKind.HUB:
            yield Actor(Role.HUB, "somebody", unit.county)
    if party.desk is Desk.LIAISON:  # or whoever keyed it, in whatever role
        yield from (Actor(role, party.ref) for role in (Role.LIA, Role.COO))


def can(party: Party, acts: frozenset[str], issue: Issue, at: Recorded, policy: Policy) -> bool:
    """Whether somebody at the desk may do one of these acts at this moment."""
    return any(
        refusal is None and act in acts
        for person in at_desk(party, policy)
        for act, refusal in permitted(issue, person, at.at, policy).items()
    )


# 沉默无尽头 · never silent


def presses(one: Recorded, issue: Issue, policy: Policy) -> bool:
    """Whether this tells somebody of what is owed who can do something about it."""
    alarms = (ev.AlarmRaised, ev.OrderIssued, ev.OrderJoined, lev.AlarmRepeated, lev.StillUnmet, lev.DraftOpened)
    return isinstance(one.event, alarms) and any(can(party, ALL_ACTS, issue, one, policy) for party in one.tell)


def never_silent(story: Story) -> None:
    """From here on, left alone, the issue moves on by itself until somebody is pressed who can act."""
    issue = settle(story.issue, story.now, story.policy).issue
    for _ in range(STEPS_MAX):
        if issue.closed:
            return
        due = first_due(issue, story.policy)
        assert due is not None, "nothing will ever happen again"
        step = settle(issue, due.at, story.policy)
        issue = step.issue
        if any(presses(one, issue, story.policy) for one in step.recorded):
            return
    raise AssertionError("nobody is pressed who can do anything about it")


@SLOWLY
@given(start=STARTS, moves=MOVES)
def test_no_open_issue_ever_falls_silent(start: dict[str, object], moves: list[tuple[str, timedelta, int]]) -> None:
    lived = Lived(start)
    for move in moves:
        lived.moves(*move)
    try:
        never_silent(lived.story)
        lived.time_goes_by(LONG)
        never_silent(lived.story)
    except AssertionError as broken:
        raise AssertionError(lived.told) from broken


@SLOWLY
@given(start=STARTS, moves=MOVES)
def test_the_state_of_an_issue_left_alone_grows_no_more(
    start: dict[str, object], moves: list[tuple[str, timedelta, int]]
) -> None:
    lived = Lived(start)
    for move in moves:
        lived.moves(*move)
    lived.time_goes_by(LONG)
    before = lived.story.issue
    lived.time_goes_by(LONG)
    after = lived.story.issue
    assert len(after.raised) == len(before.raised), lived.told
    assert len(after.unheeded) <= len(before.unheeded), lived.told
    assert len(agenda(after, lived.story.policy)) <= len(before.clocks), lived.told


# 一事一责 · one debtor


def blamed(event: ev.Event) -> list[tuple[str, Party]]:
    """Whom an event names for what is owed by which clock."""
    match event:
        case ev.AlarmRaised():
            return [(event.clock, event.debtor)]
        case lev.StillUnmet():
            return [(event.clock, event.debtor), *((one.clock, one.debtor) for one in event.beside)]
        case ev.OrderIssued() if event.clock:
            return [(event.clock, Party(Desk.UNIT, event.unit))]
        case lev.DraftOpened(paper=Paper.CRITICISM):
            return [(event.reason.clock, event.to)]
        case _:
            return []


def at_own_risk(clock: Clock, owes: Party, issue: Issue, at: Recorded, policy: Policy) -> bool:
    """What a party brought upon itself: it asked for a return, the ruling on which is not late; a third question; or,
    as the triager, it handed over late, so that the unit has its own time."""
    ruling = issue.clock(Obligation.RULING)
    due = ruling.due(policy.calendar) if ruling else None
    asked_return = issue.status is Status.RETURN_REVIEW and (due is None or at.at < due)
    late_hand_over = clock.obligation is Obligation.ISSUE and issue.dispatched and owes == issue.triager
    third_question = issue.status is Status.NEED_INFO and owes == issue.triager
    return asked_return or late_hand_over or third_question


def one_debtor(lived: Lived) -> None:
    states = list(unfolded(lived.story.issue.issue_no, lived.story.recorded))
    for one, issue in states:
        policy = lived.policy_at(one.seq)
        for key, owes in blamed(one.event):
            clock = next(clock for clock in issue.clocks if clock.key == key)
            acts = frozenset(ACT_OF[clock.obligation].split())
            may = can(owes, acts, issue, one, policy)
            assert may or at_own_risk(clock, owes, issue, one, policy), f"{one.at:%m-%d %H:%M} {one.event}"


def heard_first(lived: Lived) -> None:
    """No unit is criticised for a result whose head has not heard R1 or R2 of it since the unit was given the issue."""
    heard: set[str] = set()
    for one in lived.story.recorded:
        event = one.event
        if isinstance(event, ev.Dispatched):
            heard.discard(event.unit)
        if not isinstance(event, ev.AlarmRaised) or Obligation(event.clock.split("#")[0]) not in RESULT:
            continue
        if event.debtor.desk is Desk.UNIT and event.rung in (Rung.R1, Rung.R2):
            heard.add(event.debtor.ref)
        criticised = event.rung is Rung.R3 and event.debtor.desk is Desk.UNIT
        fair = not criticised or event.debtor.ref in heard or event.debtor == lived.story.issue.triager
        assert fair, f"{one.at:%m-%d %H:%M} {event}"


def charged_could_act(lived: Lived) -> None:
    """Whoever a stretch of waiting is charged to could have ended it."""
    states = list(unfolded(lived.story.issue.issue_no, lived.story.recorded))
    for (one, issue), (following, _) in pairwise(states):
        policy = lived.policy_at(one.seq)
        owes = waits_for(issue, policy, one.at)
        if owes is not None and one.at < following.at:
            assert can(owes, ALL_ACTS, issue, one, policy), f"{one.at:%m-%d %H:%M} charged to {owes} in {issue.status}"


@SLOWLY
@given(start=STARTS, moves=MOVES)
def test_whoever_is_pressed_or_charged_could_have_acted(
    start: dict[str, object], moves: list[tuple[str, timedelta, int]]
) -> None:
    lived = Lived(start)
    for move in moves:
        lived.moves(*move)
    lived.time_goes_by(timedelta(days=40))
    try:
        one_debtor(lived)
        heard_first(lived)
        charged_could_act(lived)
    except AssertionError as broken:
        raise AssertionError(f"{lived.told}\n{broken}") from broken
