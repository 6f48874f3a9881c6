"""One issue, told act by act and moment by moment."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.evolve import evolve
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import Recorded, Step, first_due, fold, obey, settle
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import Refusal
from tests.support.small_city.calendar import at
from tests.support.small_city.people import LIAISON
from tests.support.small_city.policy import PLAIN, POLICY, USCC


def submission(**changes: object) -> do.Submit:
    asked = do.Submit(
        enterprise=do.Enterprise("恒捷化工有限公司", USCC),
        title="用电增容",
        description="扩产需要增容",
        county=PLAIN,
        contact="经办人",
        channel="走访",
        category="ENERGY",
        liaison=LIAISON.person,
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


@dataclass(slots=True)
class Story:
    """One issue, told act by act and moment by moment."""

    issue: Issue
    recorded: list[Recorded]
    now: datetime
    policy: Policy = POLICY
    folded: Issue | None = None
    """The issue its record added up to when that was last asked."""

    def copy(self) -> "Story":
        return Story(self.issue, list(self.recorded), self.now, self.policy)

    def does(self, who: Actor, act: do.Act, when: str | datetime | None = None) -> "Story":
        """Raises the Refusal, and then nothing has happened. Without a moment: a minute later."""
        moment = at(when) if isinstance(when, str) else when or self.now + timedelta(minutes=1)
        assert moment >= self.now, f"{moment} is before {self.now}"
        self._take(obey(self.issue, do.Command(f"c{len(self.recorded)}", who, act), moment, self.policy))
        self.now = moment
        return self

    def until(self, when: str | datetime) -> "Story":
        """Nobody does anything until then."""
        self.now = at(when) if isinstance(when, str) else when
        self._take(settle(self.issue, self.now, self.policy))
        return self

    def _take(self, step: Step) -> None:
        self.issue = step.issue
        self.policy = step.policy or self.policy
        self.recorded += step.recorded

    def fold_on(self) -> Issue:
        """The issue its record adds up to: an event at a time, so that asking after every step folds each once."""
        issue = self.folded or fold(self.issue.issue_no, self.recorded[:1])
        for one in self.recorded[issue.revision :]:
            issue = evolve(issue, one.event, one.at, one.actor)
        self.folded = issue
        return issue

    @property
    def events(self) -> list[ev.Event]:
        return [one.event for one in self.recorded]

    @property
    def names(self) -> list[str]:
        return [event.event for event in self.events]

    def entries(self, name: str) -> list[Recorded]:
        return [one for one in self.recorded if one.event.event == name]

    @property
    def alarms(self) -> list[ev.AlarmRaised]:
        return [event for event in self.events if isinstance(event, ev.AlarmRaised)]

    def alarm(self, clock: str, rung: Rung) -> ev.AlarmRaised | None:
        return next((alarm for alarm in self.alarms if alarm.clock == clock and alarm.rung is rung), None)

    def raised(self, clock: str) -> list[Rung]:
        return [alarm.rung for alarm in self.alarms if alarm.clock == clock]

    def clock(self, key: str) -> Clock:
        return next(clock for clock in self.issue.clocks if clock.key == key)

    def due(self, key: str) -> datetime | None:
        return self.clock(key).due(self.policy.calendar)

    def open_clocks(self, obligation: Obligation) -> list[str]:
        return [clock.key for clock in self.issue.clocks if clock.obligation is obligation and clock.open]


ALL_RUNGS = [Rung.R0, Rung.R1, Rung.R2]


def refused(story: Story, who: Actor, act: do.Act, reason: type[Refusal], when: str | None = None) -> None:
    before, recorded = story.issue, list(story.recorded)
    with pytest.raises(reason):
        story.does(who, act, when)
    assert story.issue is before
    assert story.recorded == recorded


def walk(story: Story, until: str) -> Story:
    """As the timer does: look at every moment that falls due."""
    while (due := first_due(story.issue, story.policy)) is not None and due.at <= at(until):
        story.until(max(due.at, story.now))
    return story.until(until)
