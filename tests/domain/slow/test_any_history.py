"""What holds in any history: people who do whatever the rules let them, others who try what they may not, and time.

Beside ``test_properties.py``, which throws any act at an issue, these histories walk through the loop by acts that are
open, so that late statuses, orders and later rounds are reached as often as early ones.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.access.authorization import RULES, admit, permitted
from bihuan.domain.access.rules import AT_WORK
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.limits import IN_OFFICE, TimeUnit
from bihuan.domain.following.admission import may_lead
from bihuan.domain.issue import Issue
from bihuan.domain.joint.values import PartState
from bihuan.domain.ladder.escalation import agenda, light
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.loop.step import execute, first_due, fold, settle
from bihuan.domain.parties import Desk
from bihuan.domain.people import SYSTEM, Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import Refusal
from bihuan.domain.requests.rulers import to_rule
from bihuan.domain.stage import Status
from tests.support.small_city import (
    ABSORB,
    APPEAL,
    APPROVE_LEVEL_UP,
    ASK_LEVEL_UP,
    CALENDAR,
    CALLER,
    CITY_LEADER,
    CONFIRMED,
    CONVENE,
    COORDINATOR,
    D1,
    D2,
    D3,
    DELIVER,
    DEPUTY,
    ENTERPRISE,
    FOLLOW,
    HUBBED,
    INHERIT,
    LEADER,
    LIAISON,
    MERGE,
    NO_ANSWER,
    NOT_SOLVED,
    NOT_TAKEN_IN,
    NOTE,
    ORDER_BY_HAND,
    PASS,
    PLAIN,
    PLAIN_HUB,
    POLICY,
    REJECT,
    RESULT,
    RESUME,
    RETURN,
    SEND_BACK,
    SERVICE,
    TAKEN_IN,
    TERMINATE,
    UNFOLLOW,
    UNLISTED,
    URGE,
    Story,
    approve_return,
    designate,
    extend,
    handler,
    head,
    hub,
    in_status,
    numbered,
    off_a_rest_day,
    rate,
    refuse_return,
    supervisor,
    suspend,
    told,
    transfer,
)

UNITS = (D1, D2, D3, PLAIN_HUB)
SECOND_COORDINATOR = Actor(Role.COO, "second coordinator")
PEOPLE = (
    *(LEADER, SECOND_COORDINATOR, SERVICE),
    *(
        SYSTEM,
        ENTERPRISE,
        LIAISON,
        COORDINATOR,
        DEPUTY,
        CITY_LEADER,
        CALLER,
        supervisor("G1"),
        supervisor("G2"),
        hub(PLAIN),
        hub(HUBBED),
    ),
    *(person(unit) for unit in (D1, D2, D3) for person in (handler, head)),
)
ASK = do.AskInfo(question="容量多少")
ACTS: tuple[do.Act, ...] = (
    *(do.Accept(), ASK, do.Supply(text="补充"), do.Answer(text="答复", how="电话"), do.Complete(contact="经办人")),
    *(do.HandOver(unit=unit) for unit in UNITS),
    *(do.Sign(), RETURN, refuse_return(), RESULT, PASS, SEND_BACK, DELIVER, do.Report(text="进展")),
    *(approve_return(unit) for unit in UNITS),
    *(designate(unit) for unit in UNITS),
    *(transfer(unit) for unit in UNITS),
    *(rate(score, solved=score > 2) for score in (1, 2, 3, 5)),
    *(rate(4, solved=False), CONFIRMED, NO_ANSWER, NOT_SOLVED, do.Rework(reason="未办到位"), do.CloseOut()),
    *(do.AuditWithdrawal(verdict=verdict, record="电话核实") for verdict in do.AuditVerdict),
    *(do.Withdraw(), do.Reopen(reason="复发"), NOTE, do.Amend(title="更正")),
    *(do.Classify(category=category) for category in ("FIN", "ARREARS", "COMPLAINT_BE")),
    *(do.Classify(urgency=urgency) for urgency in Urgency),
    *(REJECT, TERMINATE, APPEAL, RESUME),
    *(URGE, ORDER_BY_HAND, ASK_LEVEL_UP, APPROVE_LEVEL_UP, CONVENE),
    *(do.HandOver(unit=D1, co_units=(D2, D3)), do.Transfer(unit=D3, basis="权限", co_units=(D1,))),
    *(FOLLOW, UNFOLLOW, INHERIT),
    *(do.FollowedBy(child=child, seq=seq, follows=seq != 5) for child in ("BH-A", "BH-B") for seq in (4, 5, 6)),
    *(do.AddAssist(unit=unit, task="核定") for unit in UNITS),
    *(do.SubmitPart(text="核定完毕"), do.AcceptPart(unit=D2), do.AcceptPart(unit=D3)),
    *(do.ReturnPart(unit=unit, reason="缺图纸") for unit in (D1, D2, D3, PLAIN_HUB)),
    *(do.ReleaseAssist(unit=unit, reason="不需要") for unit in (D1, D2)),
    replace(RESULT, open_parts_reason="不影响办结"),
    *(MERGE, TAKEN_IN, NOT_TAKEN_IN, ABSORB),
    *(do.SettleMerge(child=ABSORB.child, seq=seq, merged=seq != 5) for seq in (4, 5, 6)),
)
GAPS = st.sampled_from([timedelta(minutes=m) for m in (1, 20, 90, 240, 700, 1440, 2900, 7300, 15000)])
RARE = frozenset(
    {
        *("withdraw", "reject", "ask_termination", "merge", "note", "amend", "classify", "urge", "convene"),
        *("follow", "followed_by", "absorb", "settle_merge"),
    }
)
"""Acts that end an issue early or change nothing; drawn only when asked for, so that histories go on."""


def acts_of(story: Story) -> tuple[do.Act, ...]:
    """Every act that anybody might try, with what the issue has by now to name in them."""
    orders = [do.ReplyOrder(order=order.no, text="说明") for order in story.issue.supervision.orders]
    lifts = [do.LiftOrder(order=order.no, conclusion="属实") for order in story.issue.supervision.orders]
    asks = [extend(story.now + timedelta(days=days)) for days in (2, 6, 10, 15)]
    asks_to_wait = [suspend(story.now + timedelta(days=days)) for days in (3, 25)]
    rulings = [
        do.RuleRequest(request=one.no, ruling=ruling, reason="裁定")
        for one in story.issue.open_requests
        for ruling in do.Ruling
    ]
    taken_back = [do.WithdrawRequest(request=one.no) for one in story.issue.open_requests]
    objections = [do.ObjectOrder(order=order.no, reason="不属实") for order in story.issue.supervision.orders]
    on_objections = [
        do.RuleObjection(order=order.no, decision=decision, reason="经查")
        for order in story.issue.supervision.orders
        for decision in do.Ruling
    ]
    returned = [do.ReturnReply(order=order.no, reason="答非所问") for order in story.issue.supervision.orders]
    papers = [do.SignDraft(draft=draft.no) for draft in story.issue.supervision.drafts]
    papers_not = [do.DiscardDraft(draft=draft.no, reason="已办") for draft in story.issue.supervision.drafts]
    heeded = [do.Acknowledge(alarm=notice.alarm) for notice in story.issue.supervision.unheeded]
    minutes = [
        do.RecordConsultation(consultation=held.no, minutes="纪要", decision="牵头")
        for held in story.issue.supervision.consultations
    ]
    drafts = [do.OpenDraft(paper=paper, ground="经研究") for paper in Paper]
    ladder: tuple[do.Act, ...] = (
        *objections,
        *on_objections,
        *returned,
        *papers,
        *papers_not,
        *heeded,
        *minutes,
        *drafts,
    )
    return (*ACTS, *orders, *lifts, *asks, *asks_to_wait, *rulings, *taken_back, *ladder)


def now_open(story: Story, *, rare: bool) -> list[tuple[Actor, do.Act]]:
    """Who could do what now: every act that standing and status allow."""
    wanted = [act for act in acts_of(story) if (act.act in RARE) is rare]
    may = {name: [person for person in PEOPLE if is_open(story, name, person)] for name in {act.act for act in wanted}}
    return [(person, act) for act in wanted for person in may[act.act]]


def is_open(story: Story, act: str, person: Actor) -> bool:
    """Asked of the rules only where the act is ever open to somebody of this role."""
    if person.role not in RULES[act].who:
        return False
    try:
        admit(story.issue, act, person, story.now, story.policy)
    except Refusal:
        return False
    return True


def deadlines(issue: Issue) -> Mapping[str, datetime | None]:
    of = (Obligation.ISSUE, Obligation.SOLVE)
    return {clock.key: clock.due(CALENDAR) for clock in issue.clocks if clock.obligation in of and clock.open}


class AnyHistory(RuleBasedStateMachine):
    """One issue, lived at random; what the invariants say holds after every step."""

    story: Story

    @initialize(
        county=st.sampled_from([PLAIN, HUBBED, UNLISTED]),
        urgency=st.sampled_from(Urgency),
        category=st.sampled_from(["ENERGY", "ENERGY", "ARREARS", "COMPLAINT_BE"]),
        complete=st.booleans(),
        sampled=st.booleans(),
    )
    def submitted(self, *, county: str, urgency: Urgency, category: str, complete: bool, sampled: bool) -> None:
        about = {"county": county, "urgency": urgency, "category": category, "contact": "经办人" if complete else ""}
        self.stopped_at_due: dict[str, datetime | None] = {}
        self.story = told(number=numbered(sampled=sampled), **about)  # type: ignore[arg-type]

    @rule(gap=GAPS, pick=st.integers(0, 10_000), rare=st.sampled_from([False] * 9 + [True]))
    def somebody_acts(self, gap: timedelta, pick: int, *, rare: bool) -> None:
        self.time_goes_by(gap)
        choices = now_open(self.story, rare=rare)
        if not choices:
            return
        person, act = choices[pick % len(choices)]
        before, last = self.story.issue, len(self.story.recorded)
        try:
            self.story.does(person, act, self.story.now)
        except Refusal:
            assert self.story.issue is before
            assert len(self.story.recorded) == last
            return
        event(f"act: {act.act}")
        self.no_deadline_later(before, last)

    @rule(person=st.sampled_from(PEOPLE), act=st.sampled_from(ACTS))
    def somebody_tries_what_the_rules_may_refuse(self, person: Actor, act: do.Act) -> None:
        shown = permitted(self.story.issue, person, self.story.now, POLICY)[act.act]
        before, last = self.story.issue, list(self.story.recorded)
        if shown is None:
            return
        with pytest.raises(Refusal) as refused:
            self.story.does(person, act, self.story.now)
        assert type(refused.value) is type(shown), "what is shown is what is said"
        assert self.story.issue is before
        assert self.story.recorded == last

    @rule(gap=GAPS)
    def time_goes_by(self, gap: timedelta) -> None:
        """The timer rings at each due moment, as it does in the workflow."""
        before, last, until = self.story.issue, len(self.story.recorded), self.story.now + gap
        while (due := first_due(self.story.issue, POLICY)) is not None and due.at <= until:
            self.story.until(max(due.at, self.story.now))
        self.story.until(until)
        self.no_deadline_later(before, last)

    @precondition(lambda self: bool(self.story.issue.supervision.open_orders))
    @rule(minutes=st.integers(1, 600))
    def the_unit_answers_its_order(self, minutes: int) -> None:
        self.time_goes_by(timedelta(minutes=minutes))
        for order in self.story.issue.supervision.open_orders:
            if order.replied_at is None:
                self.story.does(head(order.unit), do.ReplyOrder(order=order.no, text="说明"), self.story.now)

    def no_deadline_later(self, before: Issue, last: int) -> None:
        """After dispatch only an approved extension or suspension, or a late check, moves a deadline later, and by
        exactly so much."""
        if not before.dispatched:
            return
        after = deadlines(self.story.issue)
        happened = [one.event for one in self.story.recorded[last:]]
        named = {one.clock: one.until for one in happened if isinstance(one, ev.Extended)}
        late = any(isinstance(one, ev.SentBack) and one.late_since for one in happened)
        for key, due in deadlines(before).items():
            now_due = after.get(key, due)
            if now_due is None:
                assert self.story.issue.status is Status.SUSPENDED, "after dispatch only a suspension pauses"
                self.stopped_at_due.setdefault(key, due)
            elif key in named:
                assert now_due == self._rolled(key, named[key])
            elif due is not None and late:
                self._moved_by_the_time_covered(key, due, now_due)
            elif due is None:
                self._moved_by_the_time_covered(key, self.stopped_at_due.pop(key), now_due)
            else:
                assert now_due <= due, key

    def _moved_by_the_time_covered(self, key: str, due: datetime | None, now_due: datetime) -> None:
        clock = self.story.clock(key)
        pause = clock.pauses[-1]
        assert due is not None
        assert pause.until is not None
        since = max(pause.since, CALENDAR.first_counted(clock.started_at, clock.limit))
        if clock.limit.unit in IN_OFFICE:
            assert office_minutes(due, now_due) == office_minutes(since, pause.until)
        else:
            assert now_due == self._rolled(key, due + max(pause.until - since, timedelta()))

    def _rolled(self, key: str, moment: datetime) -> datetime:
        """A limit in days never ends on a rest day, named or not."""
        return off_a_rest_day(moment) if self.story.clock(key).limit.unit is TimeUnit.D else moment

    @invariant()
    def a_rung_is_raised_again_only_after_an_extension_and_only_if_its_moment_was_ahead(self) -> None:
        """Or after a class found before dispatch that gives more time."""
        extended: dict[str, list[datetime]] = {}
        moments: dict[tuple[str, Rung, str], datetime] = {}
        for one in self.story.recorded:
            if isinstance(one.event, ev.Extended):
                extended.setdefault(one.event.clock, []).append(one.at)
            for key_ in one.event.granted if isinstance(one.event, ev.Classified) else ():
                extended.setdefault(key_, []).append(one.at)
            if isinstance(one.event, ev.AlarmRaised):
                key = (one.event.clock, one.event.rung, one.event.ground)
                before = moments.get(key)
                approved = [at for at in extended.get(one.event.clock, []) if before is not None and at >= before]
                assert before is None or (approved and approved[-1] < one.event.moment), key
                moments[key] = one.event.moment

    @invariant()
    def every_open_request_is_somebodys_to_rule_on_and_never_of_who_asked(self) -> None:
        issue = self.story.issue
        owed = [clock.request for clock in issue.clocks if clock.obligation is Obligation.REQUEST and clock.open]
        assert owed == [one.no for one in issue.open_requests]
        for one in issue.open_requests:
            rulers = [person for person in PEOPLE if one in to_rule(issue, person, POLICY)]
            assert rulers
            assert one.asked_by.person not in {person.person for person in rulers}

    @invariant()
    def the_record_adds_up_to_the_issue(self) -> None:
        recorded = self.story.recorded
        assert [one.seq for one in recorded] == list(range(1, len(recorded) + 1))
        assert self.story.fold_on() == self.story.issue

    def teardown(self) -> None:
        assert fold(self.story.issue.issue_no, self.story.recorded) == self.story.issue

    @invariant()
    def no_rung_is_raised_twice_or_early(self) -> None:
        entries = [one for one in self.story.recorded if isinstance(one.event, ev.AlarmRaised)]
        keys = [one.event.key for one in entries if isinstance(one.event, ev.AlarmRaised)]
        assert len(keys) == len(set(keys))
        grants = ev.Extended | ev.Suspended | ev.Classified
        changed = [one.event for one in self.story.recorded if isinstance(one.event, grants)]
        kept = {key for one in changed for key in one.kept}
        assert not kept & set(keys)
        assert set(keys) | kept == self.story.issue.supervision.raised
        for one in entries:
            assert isinstance(one.event, ev.AlarmRaised)
            assert one.event.moment <= one.at
            assert one.event.late is ((one.at - one.event.moment).total_seconds() > POLICY.alarms_late_s)

    @invariant()
    def a_notice_repeats_at_most_five_times_at_the_opening_of_working_days_each_after_the_last(self) -> None:
        told: dict[str, list[ev.AlarmRepeated]] = {}
        for one in self.story.recorded:
            if isinstance(one.event, ev.AlarmRepeated):
                assert one.event.moment <= one.at
                told.setdefault(one.event.alarm, []).append(one.event)
        for alarm, again in told.items():
            assert alarm in self.story.issue.supervision.raised
            assert [event.count for event in again] == list(range(1, len(again) + 1))
            assert len(again) <= POLICY.repeats_max
            days = [event.moment.date() for event in again]
            assert len(set(days)) == len(days)
            for event_ in again:
                assert event_.rung in (Rung.R1, Rung.R2)
                assert CALENDAR.is_workday(event_.moment.date())
                assert (event_.moment.hour, event_.moment.minute) == (8, 30)

    @invariant()
    def nothing_above_r2_is_told_outside_unsigned(self) -> None:
        for one in self.story.recorded:
            desks = {party.desk for party in one.recipients}
            if desks & {Desk.BULLETIN, Desk.MAYOR, Desk.INSPECTION, Desk.DISCIPLINE, Desk.PROVINCE, Desk.CITY_LEADER}:
                assert isinstance(one.event, ev.DraftSigned)
                assert one.actor is not None
        for draft in self.story.issue.supervision.drafts:
            people = {one.person for one in (draft.proposed_by, draft.signed_by) if one is not None}
            assert len(people) == sum(one is not None for one in (draft.proposed_by, draft.signed_by))

    @invariant()
    def each_party_has_one_unsigned_paper_of_a_kind(self) -> None:
        lying = [(draft.paper, draft.to) for draft in self.story.issue.supervision.open_drafts]
        assert len(lying) == len(set(lying))
        owed = [c.order for c in self.story.issue.clocks if c.obligation is Obligation.SIGN_DRAFT and c.open]
        assert sorted(owed) == sorted(draft.no for draft in self.story.issue.supervision.open_drafts)

    @invariant()
    def the_agenda_lies_ahead_in_order_and_repeats_nothing(self) -> None:
        ahead = agenda(self.story.issue, POLICY)
        assert [due.at for due in ahead] == sorted(due.at for due in ahead)
        keys = [due.key for due in ahead]
        assert len(keys) == len(set(keys))
        assert not set(keys) & self.story.issue.supervision.raised
        # what an act sent back may have fallen due already; looking again raises it, and then nothing is due
        settled = settle(self.story.issue, self.story.now, POLICY).issue
        assert all(due.at > self.story.now for due in agenda(settled, POLICY))

    @invariant()
    def somebody_always_owes_an_open_issue_something(self) -> None:
        issue = self.story.issue
        due = next_due(issue, POLICY)
        if issue.status is not Status.ARCHIVED:
            assert due is not None, issue.status
            assert due.owes
        assert light(issue, POLICY, self.story.now) in Light

    @invariant()
    def a_status_is_consistent_with_who_holds_the_issue(self) -> None:
        issue = self.story.issue
        if issue.status in (Status.DISPATCHED, Status.TRANSFERRED, Status.RETURN_REVIEW, Status.IN_PROGRESS):
            assert issue.assignment.holder in POLICY.units
        if issue.closed:
            assert issue.evaluation.outcome is not None
            assert issue.supervision.open_orders == ()
            assert {clock.obligation for clock in issue.clocks if clock.open} <= {
                Obligation.ARCHIVE,
                Obligation.OBJECTION,
                Obligation.SIGN_DRAFT,
            }

    @invariant()
    def each_unit_has_one_open_order_a_rung(self) -> None:
        rungs = [
            (order.rung, order.unit, order.demands_reply_only) for order in self.story.issue.supervision.open_orders
        ]
        assert len(rungs) == len(set(rungs))
        for order in self.story.issue.supervision.open_orders:
            owed = [
                clock
                for clock in self.story.issue.clocks
                if clock.order == order.no and clock.running and clock.obligation is not Obligation.OBJECTION
            ]
            assert [clock.obligation for clock in owed] == [Obligation.LIFT if order.replied_at else Obligation.REPLY]
        for order in self.story.issue.supervision.orders:
            assert order.authorisation_ref == POLICY.group(order.group).authorisation_ref

    @invariant()
    def nobody_waits_for_a_result_that_is_there_or_will_never_be(self) -> None:
        issue = self.story.issue
        assert bool(issue.links.following) is (issue.status is Status.FOLLOWING)
        if issue.waiting:
            assert may_lead(issue)
            assert not issue.links.following

    @invariant()
    def a_part_says_what_its_clock_says_and_nobody_owes_one_to_itself(self) -> None:
        issue = self.story.issue
        clocks = {clock.key: clock for clock in issue.clocks if clock.obligation is Obligation.ASSIST}
        assert set(clocks) == {part.clock for part in issue.parts}
        owing = [part.unit for part in issue.open_parts]
        assert len(owing) == len(set(owing))
        assert issue.assignment.holder not in owing
        if owing:
            assert issue.status in (*AT_WORK, Status.CHECKING)
        for part in issue.parts:
            clock = clocks[part.clock]
            assert clock.unit == part.unit
            assert clock.open is part.open
            if part.open:
                waits = part.state is PartState.HANDED_IN or issue.status is Status.CHECKING
                assert (clock.stopped_at is not None) is waits
            assert clock.taken <= (part.state is PartState.RELEASED)


AnyHistory.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAnyHistory = AnyHistory.TestCase

UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def office_minutes(since: datetime, until: datetime) -> int:
    """Office minutes between two whole minutes, counted one frame at a time."""
    total, day = timedelta(), since.replace(hour=0, minute=0)
    while day < until:
        if CALENDAR.is_workday(day.date()):
            for begins, ends in ((510, 720), (870, 1080)):
                start, end = day + timedelta(minutes=begins), day + timedelta(minutes=ends)
                total += max(min(end, until) - max(start, since), timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds()) // 60


@UNHURRIED
@given(
    start=st.integers(0, 60 * 24 * 60),
    waits=st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 14_000)), min_size=1, max_size=3),
    urgency=st.sampled_from([Urgency.GENERAL, Urgency.URGENT, Urgency.CONSULT, Urgency.COMPLEX]),
)
def test_pauses_are_credited_to_the_minute_for_at_most_five_working_days_and_at_most_twice(
    start: int, waits: list[tuple[int, int]], urgency: Urgency
) -> None:
    story = told(when=datetime.fromisoformat("2021-08-02T09:00+08:00") + timedelta(minutes=start), urgency=urgency)
    clock = story.clock("issue#1")
    began, due = story.now, clock.due(CALENDAR)
    assert due is not None
    first_counted = CALENDAR.first_counted(began, clock.limit)
    by_the_clock = urgency is Urgency.COMPLEX
    credit, later = 0, due
    for nth, (work, wait) in enumerate(waits):
        story.does(COORDINATOR, ASK, story.now + timedelta(minutes=work))
        asked = story.now
        lapses = story.due("supply#" + str(nth + 1))
        assert lapses is not None
        until = asked + timedelta(minutes=wait)
        if until < lapses:
            story.does(ENTERPRISE, do.Supply(text="补充"), until)
        else:
            story.until(until)
        if nth < 2:
            since, until = max(asked, first_counted), min(until, lapses)
            spent = max(int((until - since).total_seconds()) // 60, 0)
            later = off_a_rest_day(later + timedelta(minutes=spent)) if spent else later
            credit += office_minutes(since, until)
    moved = story.due("issue#1")
    assert moved is not None
    if by_the_clock:
        assert moved == later
    else:
        assert office_minutes(due, moved) == credit


@UNHURRIED
@given(
    status=st.sampled_from(sorted(set(Status) - {Status.ARCHIVED})),
    urgency=st.sampled_from(Urgency),
    county=st.sampled_from([PLAIN, HUBBED]),
    category=st.sampled_from(["ENERGY", "COMPLAINT_BE"]),
    looks=st.lists(st.integers(1, 6000), max_size=12),
)
def test_however_seldom_or_often_we_look_the_same_rungs_are_raised(
    status: Status, urgency: Urgency, county: str, category: str, looks: list[int]
) -> None:
    """An order is issued when its rung is raised, so what runs from that (reply, lift) is left out of the comparison;
    so is a status entered by a lapse, which begins when the lapse is noticed."""
    about = {"county": county, "urgency": urgency, "category": category}
    by_the_timer, seldom, often = (in_status(status, **about) for _ in range(3))
    end = by_the_timer.now + timedelta(days=40)
    standing = {clock.key for clock in by_the_timer.issue.clocks}

    while (due := first_due(by_the_timer.issue, POLICY)) is not None and due.at <= end:
        by_the_timer.until(max(due.at, by_the_timer.now))
    seldom.until(end)
    for minutes in looks:
        often.until(min(often.now + timedelta(minutes=minutes), end))
    often.until(end)

    def raised(story: Story) -> list[tuple[str, Rung, datetime, str]]:
        rungs = [one for one in story.alarms if one.clock in standing]
        return sorted((one.clock, one.rung, one.moment, str(one.debtor)) for one in rungs)

    assert raised(seldom) == raised(by_the_timer)
    assert raised(often) == raised(by_the_timer)
    assert not any(alarm.late for alarm in by_the_timer.alarms)


@UNHURRIED
@given(status=st.sampled_from(sorted(Status)), minutes=st.integers(0, 90_000))
def test_looking_twice_at_one_moment_raises_nothing_more(status: Status, minutes: int) -> None:
    story = in_status(status)
    once = settle(story.issue, story.now + timedelta(minutes=minutes), POLICY)
    again = settle(once.issue, story.now + timedelta(minutes=minutes), POLICY)
    assert again.recorded == ()
    assert again.issue == once.issue


@UNHURRIED
@given(status=st.sampled_from(sorted(Status)), minutes=st.integers(0, 30_000), pick=st.integers(0, 10_000))
def test_an_act_after_silence_finds_the_same_issue_as_if_the_timer_had_rung(
    status: Status, minutes: int, pick: int
) -> None:
    """What fell due is raised before the act is decided, so nobody outruns their own lateness."""
    silent = in_status(status)
    moment = silent.now + timedelta(minutes=minutes)
    looked = silent.copy().until(moment)
    choices = now_open(looked, rare=False)
    assume(choices)
    person, act = choices[pick % len(choices)]
    command = do.Command("c", person, act)
    try:
        after = execute(silent.issue, command, moment, POLICY)
    except Refusal as refusal:
        with pytest.raises(type(refusal)):
            execute(looked.issue, command, moment, POLICY)
        return
    assert after.issue == execute(looked.issue, command, moment, POLICY).issue


def test_the_walk_reaches_every_status_and_every_role_has_something_to_do() -> None:
    roles = {person.role for status in Status for person, _ in now_open(in_status(status), rare=False)}
    units = {Role.HUB, Role.DEP, Role.HED}
    assert {Role.SYS, Role.ENT, Role.LIA, Role.COO, *units, Role.SUP, Role.CBK, Role.LDR, Role.SVG} == roles
