"""沉默无尽头 · what stands unmet is brought up without end (docs/rules.md 5, docs/decisions/0013)."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bihuan.domain import commands as do
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.escalation import agenda
from bihuan.domain.ladder.papers import Ground, Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import Recorded, settle
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Role
from tests.support.small_city.calendar import at
from tests.support.small_city.desks import COORDINATION, LEADERS
from tests.support.small_city.orders import REPORT, lifted
from tests.support.small_city.people import COORDINATOR, handler, head
from tests.support.small_city.policy import D1, G1, POLICY
from tests.support.small_city.stages import dispatched, following, in_hand, told
from tests.support.small_city.story import Story, walk


def brought_up(story: Story, clock: str) -> list[Recorded]:
    return [one for one in story.recorded if isinstance(one.event, lev.StillUnmet) and clock in named(one.event)]


def named(event: lev.StillUnmet) -> list[str]:
    return [event.clock, *(one.clock for one in event.beside)]


def unmet(story: Story, clock: str) -> list[datetime]:
    return [e.moment for e in story.events if isinstance(e, lev.StillUnmet) and clock in named(e)]


def test_a_unit_that_never_signs_is_brought_up_again_every_five_working_days_without_end() -> None:
    story = walk(dispatched(), "09-15 18:00")
    assert story.raised("sign#1") == [Rung.R0, Rung.R1, Rung.R2, Rung.R3]
    # R3 on Tuesday 08-10; again at the opening of every fifth working day
    assert unmet(story, "sign#1") == [at(f"{day} 08:30") for day in ("08-17", "08-24", "08-31", "09-07", "09-14")]
    last = brought_up(story, "sign#1")[-1]
    assert set(last.tell) == {COORDINATION, Party(Desk.GROUP, G1), LEADERS}, (
        "whoever signs what, and for whom that is late"
    )
    size = len(story.issue.raised), len(story.issue.unheeded), len(story.issue.clocks)
    walk(story, "12-15 18:00")
    assert (len(story.issue.raised), len(story.issue.unheeded), len(story.issue.clocks)) == size
    assert agenda(story.issue, POLICY)


def test_however_much_stands_unmet_an_issue_reminds_once_in_five_working_days_of_all_of_it() -> None:
    story = walk(dispatched(), "09-15 18:00")
    reminders = [event for event in story.events if isinstance(event, lev.StillUnmet)]
    assert [one.moment for one in reminders] == [
        at(f"{day} 08:30") for day in ("08-17", "08-24", "08-31", "09-07", "09-14")
    ]
    assert [one.count for one in reminders] == [1, 2, 3, 4, 5]
    assert {*named(reminders[-1])} == {"issue#1", "sign#1", "report#1", "reply#1", "sign_draft#1", "sign_draft#2"}
    assert {one.clock: one.debtor for one in reminders[-1].beside}["sign_draft#2"] == LEADERS


def signed(story: Story) -> Story:
    return story.does(COORDINATOR, press.SignDraft(draft=story.issue.drafts[-1].no))


def discarded(story: Story) -> Story:
    return story.does(COORDINATOR, press.DiscardDraft(draft=story.issue.drafts[-1].no, reason="已约谈"))


@pytest.mark.parametrize("then", [signed, discarded, lifted, lambda story: story])
def test_it_is_brought_up_whatever_became_of_its_paper_or_its_order(then: Callable[[Story], Story]) -> None:
    story = walk(dispatched(), "08-10 18:00")
    then(story)
    assert unmet(walk(story, "08-25 18:00"), "sign#1")[:2] == [at("08-17 08:30"), at("08-24 08:30")]


def test_what_a_leader_signs_is_brought_up_before_the_leader() -> None:
    story = walk(told(), "08-20 18:00")
    (again,) = brought_up(story, "triage#1")
    assert set(again.tell) == {LEADERS, Party(Desk.GROUP, G1)}


def test_a_follower_left_alone_is_brought_up_too() -> None:
    story = walk(following(), "09-15 18:00")
    assert unmet(story, "issue#1")
    assert agenda(story.issue, POLICY)


def test_what_is_done_or_put_off_is_not_brought_up() -> None:
    story = walk(dispatched(), "08-12 18:00").does(handler(D1), do.Sign())
    assert unmet(walk(story, "09-15 18:00"), "sign#1") == []


def test_after_an_outage_it_is_brought_up_once_and_then_as_ever() -> None:
    story = walk(dispatched(), "08-10 18:00").until("09-02 10:00")
    assert unmet(story, "sign#1") == [at("08-17 08:30")]
    assert settle(story.issue, story.now, POLICY).recorded == ()
    assert unmet(walk(story, "09-10 18:00"), "sign#1")[1:] == [at("09-09 08:30")]


def test_one_unit_alone_raises_r4_ten_working_days_after_r3() -> None:
    story = walk(in_hand().does(head(D1), REPORT), "09-02 18:00")
    moments = {alarm.rung: alarm.moment for alarm in story.alarms if alarm.clock == "issue#1"}
    assert (moments[Rung.R3], moments[Rung.R4]) == (at("08-18 18:00"), at("09-01 18:00"))
    draft = story.issue.drafts[-1]
    assert (draft.paper, draft.signer, draft.reasons[0].ground) == (Paper.LEVEL_UP, Role.LDR, Ground.OVERDUE)


def test_the_triager_alone_raises_no_r4() -> None:
    assert Rung.R4 not in walk(told(), "10-29 18:00").raised("issue#1")
