"""书面通报 · criticism, R3 (docs/rules.md 5)."""

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.papers import Ground, Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Role
from bihuan.domain.refusals import NotPermitted
from tests.support.small_city.calendar import at
from tests.support.small_city.desks import COORDINATION, GROUP, LEADERS, UNIT, UNIT_HEAD
from tests.support.small_city.orders import drafted, reply
from tests.support.small_city.papers import OUTSIDE, draft_no, outside, sign
from tests.support.small_city.people import COORDINATOR, handler
from tests.support.small_city.policy import D1, PLAIN
from tests.support.small_city.stages import dispatched, told, withdrawn
from tests.support.small_city.story import refused, walk


def test_what_is_still_owed_five_working_days_after_the_due_moment_is_drafted_not_told() -> None:
    story = walk(dispatched(), "08-10 17:59")
    story.does(handler(D1), reply(story))  # the order is answered in time after all
    assert story.issue.open_drafts, "its late reply was R3 already"
    signed = walk(dispatched().does(handler(D1), do.Sign()), "08-12 17:59")
    assert [draft.rung for draft in signed.issue.drafts] == [Rung.R3]


def test_a_late_reply_is_r3_at_once_and_the_acts_own_r3_joins_its_paper() -> None:
    story = walk(dispatched(), "08-09 18:00")
    late = story.alarm("reply#1", Rung.R3)
    assert late is not None
    assert (late.moment, late.told) == (at("08-09 18:00"), ())
    (draft,) = story.issue.drafts
    assert (draft.paper, draft.rung, draft.to, draft.signer) == (Paper.CRITICISM, Rung.R3, UNIT, Role.COO)
    assert [reason.ground for reason in draft.reasons] == [Ground.REPLY_LATE]
    assert outside(story) == {Desk.COUNTY_LEADER}, "the order's audience; of the paper nobody outside has heard"
    (joined,) = walk(story, "08-10 18:00").issue.drafts
    assert [(reason.ground, reason.clock) for reason in joined.reasons] == [
        (Ground.REPLY_LATE, "reply#1"),
        (Ground.OVERDUE, "sign#1"),
    ]


def test_only_the_signature_tells_the_bulletin_and_the_vice_leader_of_the_area() -> None:
    story = drafted()
    opened = story.entries("draft_opened")[-1]
    assert set(opened.tell) == {COORDINATION, GROUP}
    story.does(COORDINATOR, press.SignDraft(draft=draft_no(story)))
    told_now = set(story.recorded[-1].tell)
    assert {Party(Desk.BULLETIN), Party(Desk.COUNTY_LEADER, PLAIN), UNIT_HEAD} <= told_now
    assert story.issue.drafts[-1].signed_by == COORDINATOR


def test_a_discarded_draft_tells_nobody_outside_and_keeps_its_reason() -> None:
    story = drafted()
    story.does(COORDINATOR, press.DiscardDraft(draft=draft_no(story), reason="已当面约谈"))
    assert not {party.desk for party in story.recorded[-1].tell} & OUTSIDE
    assert story.issue.open_drafts == ()
    refused(story, COORDINATOR, press.SignDraft(draft=draft_no(story)), no.DraftNotOpen)


def test_coordination_does_not_sign_a_criticism_of_itself() -> None:
    story = walk(told(), "08-10 18:00")
    assert [(draft.to, draft.signer) for draft in story.issue.drafts] == [(COORDINATION, Role.LDR)]
    refused(story, COORDINATOR, press.SignDraft(draft=draft_no(story)), NotPermitted)
    sign(story)


def test_an_unsigned_paper_is_owed_in_a_working_day_and_raises_no_paper_of_its_own() -> None:
    story = walk(told(), "09-10 18:00")
    assert story.raised("sign_draft#1") == [Rung.R0, Rung.R1, Rung.R2]
    late = story.alarm("sign_draft#1", Rung.R1)
    assert late is not None
    assert late.debtor == LEADERS
    assert len(story.issue.drafts) == 1


def test_a_criticism_survives_the_late_act_and_the_close() -> None:
    story = drafted().does(handler(D1), do.Sign())
    assert len(story.issue.open_drafts) == 1
    withdrawn(story)
    assert len(story.issue.open_drafts) == 1
