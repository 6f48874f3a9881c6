"""One issue, lived at random by people and time, and what must hold of it after each step."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.access.authorization import permitted
from bihuan.domain.access.rules import AT_WORK
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.limits import IN_OFFICE, TimeUnit
from bihuan.domain.following.admission import may_lead
from bihuan.domain.issue import Issue
from bihuan.domain.joint.values import PartState
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.escalation import agenda, light
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.loop.step import first_due, fold, settle
from bihuan.domain.parties import Desk
from bihuan.domain.people import Actor
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import Refusal
from bihuan.domain.requests.rulers import to_rule
from bihuan.domain.stage import Status
from tests.support.any_open_act import ACTS, PEOPLE, now_open
from tests.support.small_city.calendar import CALENDAR, off_a_rest_day
from tests.support.small_city.people import head
from tests.support.small_city.policy import HUBBED, PLAIN, POLICY, UNLISTED
from tests.support.small_city.stages import numbered, told
from tests.support.small_city.story import Story

GAPS = st.sampled_from([timedelta(minutes=m) for m in (1, 20, 90, 240, 700, 1440, 2900, 7300, 15000)])


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

    @precondition(lambda self: bool(self.story.issue.open_orders))
    @rule(minutes=st.integers(1, 600))
    def the_unit_answers_its_order(self, minutes: int) -> None:
        self.time_goes_by(timedelta(minutes=minutes))
        for order in self.story.issue.open_orders:
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
        assert set(keys) | kept == self.story.issue.raised
        for one in entries:
            assert isinstance(one.event, ev.AlarmRaised)
            assert one.event.moment <= one.at
            assert one.event.late is ((one.at - one.event.moment).total_seconds() > POLICY.alarms_late_s)

    @invariant()
    def a_notice_repeats_at_most_five_times_at_the_opening_of_working_days_each_after_the_last(self) -> None:
        told: dict[str, list[lev.AlarmRepeated]] = {}
        for one in self.story.recorded:
            if isinstance(one.event, lev.AlarmRepeated):
                assert one.event.moment <= one.at
                told.setdefault(one.event.alarm, []).append(one.event)
        for alarm, again in told.items():
            assert alarm in self.story.issue.raised
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
            desks = {party.desk for party in one.tell}
            if desks & {Desk.BULLETIN, Desk.MAYOR, Desk.INSPECTION, Desk.DISCIPLINE, Desk.PROVINCE, Desk.CITY_LEADER}:
                assert isinstance(one.event, lev.DraftSigned)
                assert one.actor is not None
        for draft in self.story.issue.drafts:
            people = {one.person for one in (draft.proposed_by, draft.signed_by) if one is not None}
            assert len(people) == sum(one is not None for one in (draft.proposed_by, draft.signed_by))

    @invariant()
    def each_party_has_one_unsigned_paper_of_a_kind(self) -> None:
        lying = [(draft.paper, draft.to) for draft in self.story.issue.open_drafts]
        assert len(lying) == len(set(lying))
        owed = [c.order for c in self.story.issue.clocks if c.obligation is Obligation.SIGN_DRAFT and c.open]
        assert sorted(owed) == sorted(draft.no for draft in self.story.issue.open_drafts)

    @invariant()
    def the_agenda_lies_ahead_in_order_and_repeats_nothing(self) -> None:
        ahead = agenda(self.story.issue, POLICY)
        assert [due.at for due in ahead] == sorted(due.at for due in ahead)
        keys = [due.key for due in ahead]
        assert len(keys) == len(set(keys))
        assert not set(keys) & self.story.issue.raised
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
            assert issue.holder in POLICY.units
        if issue.closed:
            assert issue.outcome is not None
            assert issue.open_orders == ()
            assert {clock.obligation for clock in issue.clocks if clock.open} <= {
                Obligation.ARCHIVE,
                Obligation.OBJECTION,
                Obligation.SIGN_DRAFT,
            }

    @invariant()
    def each_unit_has_one_open_order_a_rung(self) -> None:
        rungs = [(order.rung, order.unit, order.explains) for order in self.story.issue.open_orders]
        assert len(rungs) == len(set(rungs))
        for order in self.story.issue.open_orders:
            owed = [
                clock
                for clock in self.story.issue.clocks
                if clock.order == order.no and clock.running and clock.obligation is not Obligation.OBJECTION
            ]
            assert [clock.obligation for clock in owed] == [Obligation.LIFT if order.replied_at else Obligation.REPLY]
        for order in self.story.issue.orders:
            assert order.authorisation_ref == POLICY.group(order.group).authorisation_ref

    @invariant()
    def nobody_waits_for_a_result_that_is_there_or_will_never_be(self) -> None:
        issue = self.story.issue
        assert bool(issue.following) is (issue.status is Status.FOLLOWING)
        if issue.waiting:
            assert may_lead(issue)
            assert not issue.following

    @invariant()
    def a_part_says_what_its_clock_says_and_nobody_owes_one_to_itself(self) -> None:
        issue = self.story.issue
        clocks = {clock.key: clock for clock in issue.clocks if clock.obligation is Obligation.ASSIST}
        assert set(clocks) == {part.clock for part in issue.parts}
        owing = [part.unit for part in issue.open_parts]
        assert len(owing) == len(set(owing))
        assert issue.holder not in owing
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
