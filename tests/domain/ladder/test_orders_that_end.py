"""延期与文稿 · what an extension and the close do to orders and papers (docs/rules.md 5, docs/decisions/0013)."""

from bihuan.domain import events as ev
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Status
from tests.support.small_city.acts import approve, extend
from tests.support.small_city.orders import REPORT, drafted, head_of, heard, ordered
from tests.support.small_city.people import COORDINATOR, LEADER, head
from tests.support.small_city.policy import D1, G1
from tests.support.small_city.stages import closed, in_hand, withdrawn
from tests.support.small_city.story import Story, walk


def extended_after_its_order() -> Story:
    story = in_hand().does(head(D1), REPORT).does(head(D1), extend("08-16 18:00"), "08-10 17:00")
    return walk(story, "08-12 18:00")


def test_an_approved_extension_ends_an_order_that_presses_only_the_extended_clock() -> None:
    story = extended_after_its_order()
    assert ordered(story) == [D1]
    story.does(COORDINATOR, approve(story))
    assert ordered(story) == []
    assert {head_of(D1), Party(Desk.GROUP, G1)} <= heard(story, "order_withdrawn")[-1][1]
    walk(story, "08-17 18:00")
    assert ordered(story) == [D1], "late again, and ordered again"


def test_an_extension_leaves_an_order_that_presses_something_else_too() -> None:
    story = in_hand().does(head(D1), extend("08-16 18:00"), "08-10 17:00")
    walk(story, "08-12 18:00").does(COORDINATOR, approve(story))  # no report: the order presses that as well
    assert ordered(story) == [D1]


def test_an_unsigned_criticism_outlives_the_close_and_may_be_signed_until_the_archive() -> None:
    story = withdrawn(drafted())
    paper = story.issue.drafts[0].no
    assert [one.no for one in story.issue.open_drafts] == [paper]
    archived = walk(story.copy(), "10-15 18:00")
    assert archived.issue.status is Status.ARCHIVED
    assert [e.draft for e in archived.events if isinstance(e, lev.DraftLapsed)] == [paper]
    assert [c.key for c in archived.issue.clocks if c.open] == []
    walk(story, "08-20 18:00").does(COORDINATOR, press.SignDraft(draft=paper))
    assert Party(Desk.BULLETIN) in story.recorded[-1].tell
    assert not [e for e in story.events if isinstance(e, ev.Archived)]


def test_the_signer_of_a_paper_left_unsigned_after_the_close_is_pressed_until_the_archive() -> None:
    story = walk(withdrawn(drafted()), "09-01 18:00")
    assert {Rung.R1, Rung.R2} <= set(story.raised("sign_draft#1"))


def test_a_level_up_nobody_signed_lapses_with_the_close() -> None:
    story = in_hand().does(LEADER, press.OpenDraft(paper=Paper.LEVEL_UP, ground="跨部门"))
    assert withdrawn(story).issue.open_drafts == ()
    assert closed().issue.drafts == ()
