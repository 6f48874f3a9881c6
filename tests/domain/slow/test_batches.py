"""Histories with batches in them: held, released, given another policy, taken back, over whatever else happens."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from bihuan.domain.batches.commands import BatchAct, Handling
from bihuan.domain.batches.events import ClocksHeld, ClocksReleased, PolicyAdopted
from bihuan.domain.batches.holds import STANDS, held_pause
from bihuan.domain.clocks.clock import LAPSING
from bihuan.domain.clocks.limits import IN_OFFICE, TimeUnit
from bihuan.domain.clocks.trace import explained
from bihuan.domain.events import AlarmRaised, Extended, Suspended
from bihuan.domain.ladder.escalation import agenda, rungs
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import first_due, fold, settle
from bihuan.domain.policy import Policy, Urgency
from bihuan.domain.refusals import Refusal
from bihuan.domain.stage import Status
from tests.support.any_history import office_minutes
from tests.support.any_open_act import now_open
from tests.support.small_city.acts import SHORTER, adopt_policy, hold, release
from tests.support.small_city.calendar import off_a_rest_day
from tests.support.small_city.people import COORDINATOR
from tests.support.small_city.policy import C1, D1, D3, HUBBED, PLAIN, POLICY
from tests.support.small_city.stages import dispatched, evaluating, in_hand, in_status, told
from tests.support.small_city.story import Story

GAPS = st.sampled_from([timedelta(minutes=m) for m in (1, 30, 200, 700, 1440, 2900, 9000)])
BATCHES = ("hold", "release", "adopt", "credit", "keep", "undo")
MOVES = st.lists(
    st.tuples(GAPS, st.sampled_from((*BATCHES, *BATCHES, "along", "along", "along", "wait")), st.integers(0, 10_000)),
    min_size=6,
    max_size=22,
)
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Lived:
    """One issue, with every policy it was ever under."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.policies: dict[str, Policy] = {POLICY.version: POLICY}
        self.batches = 0

    def time_goes_by(self, gap: timedelta, *, outage: bool = False) -> None:
        until = self.story.now + gap
        while not outage and (due := first_due(self.story.issue, self.story.policy)) is not None and due.at <= until:
            self.story.until(max(due.at, self.story.now))
        self.story.until(until)

    def batch(self, wish: str, pick: int) -> None:
        self.batches += 1
        name, story = f"{wish}-{self.batches}", self.story
        open_ = [one.batch for one in story.issue.holds if one.open]
        other = SHORTER if story.issue.limits == POLICY.limits_for(story.issue.urgency, complex_=False) else POLICY
        before = self.due_now()
        act: BatchAct
        match wish:
            case "hold":
                act = hold(story.now + timedelta(days=1 + pick % 12), name)
            case "release":
                act = release(open_[pick % len(open_)] if open_ else "none", name)
            case "undo":
                former = [e for e in story.events if isinstance(e, PolicyAdopted)]
                policy = self.policies[former[-1].former] if former else POLICY
                act = adopt_policy(policy, batch=name, undoes=story.issue.adopted_by or "none")
            case _:
                act = adopt_policy(other, Handling(wish), batch=name, also_kept=pick % 2 == 0)
        self.acts(act, COORDINATOR)
        if wish == "credit" and story.names[-1] != "policy_kept":
            self.nobody_became_late(before)

    def acts(self, act, person) -> None:  # type: ignore[no-untyped-def]
        before, last = self.story.issue, len(self.story.recorded)
        try:
            self.story.does(person, act, self.story.now)
        except Refusal:
            assert self.story.issue is before
            assert len(self.story.recorded) == last
            return
        self.policies[self.story.policy.version] = self.story.policy
        for name in self.story.names[last:]:
            event(name)

    def due_now(self) -> dict[str, datetime | None]:
        return {clock.key: clock.due(self.story.policy.calendar) for clock in self.story.issue.clocks if clock.running}

    def nobody_became_late(self, before: dict[str, datetime | None]) -> None:
        now = self.story.now
        for key, due in self.due_now().items():
            was = before.get(key)
            if due is not None and was is not None and due <= now:
                assert was <= now, f"{key} became late by an adoption with time credited"

    def holds(self) -> None:
        story, policy = self.story, self.story.policy
        assert story.fold_on() == story.issue
        entries = [one for one in story.recorded if isinstance(one.event, AlarmRaised)]
        keys = [one.event.key for one in entries if isinstance(one.event, AlarmRaised)]
        kept = {
            key for one in story.events if isinstance(one, Extended | Suspended | PolicyAdopted) for key in one.kept
        }
        assert len(keys) == len(set(keys)), "a rung was raised twice"
        assert not kept & set(keys)
        assert set(keys) | kept == story.issue.raised
        for one in entries:
            assert isinstance(one.event, AlarmRaised)
            assert one.event.moment <= one.at, "a rung was raised early"
        self._again_only_where_ahead()
        settled = settle(story.issue, story.now, policy).issue
        assert all(due.at > story.now for due in agenda(settled, policy))
        self._none_lost(settled)
        if story.issue.status is not Status.ARCHIVED:
            assert next_due(story.issue, policy) is not None
        if story.issue.hold is not None:
            self._all_waits()
        else:
            assert not any(held_pause(clock) for clock in story.issue.clocks)

    def _again_only_where_ahead(self) -> None:
        """A rung raised under one grant is raised under the next only where its moment then lay ahead."""
        granted, before = self.story.recorded[0].at, dict[tuple[str, Rung], int]()
        for one in self.story.recorded:
            match one.event:
                case Extended() | PolicyAdopted():
                    granted = one.at
                case AlarmRaised() as alarm:
                    if before.get((alarm.clock, alarm.rung)) == alarm.grant - 1:
                        assert granted < alarm.moment, "a rung behind us was raised again"
                    before[alarm.clock, alarm.rung] = alarm.grant
                case _:
                    pass

    def _none_lost(self, settled) -> None:  # type: ignore[no-untyped-def]
        for clock in settled.clocks:
            if clock.running and clock.obligation not in LAPSING:
                passed = [due for due in rungs(clock, settled, self.story.policy) if due.at <= self.story.now]
                assert {due.key for due in passed} <= settled.raised, "a rung was lost"

    def _all_waits(self) -> None:
        for clock in self.story.issue.clocks:
            if clock.open and clock.stopped_at is None and clock.obligation not in STANDS:
                assert clock.paused, clock.key
        since = max((h.since for h in self.story.issue.holds if h.open), default=None)
        raised = [
            one
            for one in self.story.recorded
            if isinstance(one.event, AlarmRaised) and one.actor is None and since and one.at > since
        ]
        assert raised == [], "somebody was pressed while all waits"

    def sums(self) -> None:
        assert fold(self.story.issue.issue_no, self.story.recorded) == self.story.issue
        for one in explained(self.story.issue.issue_no, self.story.recorded, self.policies):
            its = one.account
            if its.due is not None and one.clock.judged is None:
                assert its.ran == its.budget + its.granted + its.rolled + its.late, one.clock.key
            for pause, later in zip(one.clock.pauses, one.clock.pauses[1:], strict=False):
                assert pause.until is not None
                assert pause.until <= later.since, "no time is given back twice"


STARTS = st.sampled_from([told, dispatched, in_hand, in_hand, evaluating])


@settings(SLOWLY, max_examples=120)
@given(
    start=STARTS,
    county=st.sampled_from([PLAIN, HUBBED]),
    urgency=st.sampled_from([Urgency.GENERAL, Urgency.COMPLEX, Urgency.URGENT]),
    moves=MOVES,
    outages=st.sampled_from([False, False, True]),
)
def test_batches_over_any_history_raise_no_rung_twice_none_early_and_lose_none(  # type: ignore[no-untyped-def]
    start, county: str, urgency: Urgency, moves: list[tuple[timedelta, str, int]], *, outages: bool
) -> None:
    life = Lived(start(county=county, urgency=urgency))
    for gap, wish, pick in moves:
        life.time_goes_by(gap, outage=outages)
        if wish in BATCHES:
            life.batch(wish, pick)
        elif wish == "along":
            choices = now_open(life.story, rare=False)
            if choices:
                person, act = choices[pick % len(choices)]
                life.acts(act, person)
        life.holds()
    life.sums()


@settings(SLOWLY, max_examples=60)
@given(
    unit=st.sampled_from([D1, D3, C1]),
    urgency=st.sampled_from([Urgency.GENERAL, Urgency.COMPLEX, Urgency.URGENT]),
    work=st.integers(1, 4_000),
    waits=st.integers(1, 20_000),
    status=st.sampled_from([Status.UNTRIAGED, Status.DISPATCHED, Status.IN_PROGRESS, Status.CALLBACK]),
)
def test_a_mass_suspension_moves_every_deadline_by_exactly_the_time_it_covers(
    unit: str, urgency: Urgency, work: int, waits: int, status: Status
) -> None:
    story = in_status(status, unit, urgency=urgency)
    story.until(story.now + timedelta(minutes=work))
    running = {clock.key: clock.due(POLICY.calendar) for clock in story.issue.clocks if clock.running}
    began = story.now + timedelta(minutes=1)
    story.does(COORDINATOR, hold(began + timedelta(minutes=waits)), began).until(began + timedelta(minutes=waits))
    for key, due in running.items():
        clock = story.clock(key)
        now_due = clock.due(POLICY.calendar)
        if not clock.open or due is None or now_due is None:
            continue
        since = max(began, POLICY.calendar.first_counted(clock.started_at, clock.limit))
        if clock.limit.unit in IN_OFFICE:
            assert office_minutes(due, now_due) == office_minutes(since, began + timedelta(minutes=waits))
        else:
            later = due + max(began + timedelta(minutes=waits) - since, timedelta())
            assert now_due == (off_a_rest_day(later) if clock.limit.unit is TimeUnit.D else later)


@settings(SLOWLY, max_examples=60)
@given(
    looks=st.lists(st.integers(1, 6000), max_size=8),
    days=st.integers(1, 20),
    urgency=st.sampled_from([Urgency.GENERAL, Urgency.COMPLEX]),
)
def test_however_seldom_we_look_the_same_rungs_are_raised_around_a_mass_suspension(
    looks: list[int], days: int, urgency: Urgency
) -> None:
    stories = [in_hand(urgency=urgency) for _ in range(2)]
    for story in stories:
        begins = story.now + timedelta(hours=30)
        story.does(COORDINATOR, hold(begins + timedelta(days=days)), begins)
    end = stories[0].now + timedelta(days=60)
    timer, seldom = stories
    for minutes in looks:
        seldom.until(min(seldom.now + timedelta(minutes=minutes), end))
    while (due := first_due(timer.issue, timer.policy)) is not None and due.at <= end:
        timer.until(max(due.at, timer.now))
    seldom.until(end)

    def raised(story: Story) -> list[tuple[str, Rung, datetime]]:
        standing = {"issue#1", "report#1", "sign#1"}
        return [(one.clock, one.rung, one.moment) for one in story.alarms if one.clock in standing]

    assert sorted(raised(seldom)) == sorted(raised(timer))
    released = [one.event for one in seldom.recorded if isinstance(one.event, ClocksReleased)]
    held = [one.event for one in seldom.recorded if isinstance(one.event, ClocksHeld)]
    assert [one.moment for one in released] == [one.until for one in held]
