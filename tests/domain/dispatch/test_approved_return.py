"""同意退回 · what an approved return undoes (docs/rules.md 5, docs/decisions/0013)."""

from bihuan.domain import commands as do
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Urgency
from bihuan.domain.stage import Status
from tests.support.small_city.acts import RETURN, approve_return, designate
from tests.support.small_city.desks import COORDINATION
from tests.support.small_city.orders import ORDER_BY_HAND, head_of, heard, ordered
from tests.support.small_city.people import COORDINATOR, head, supervisor
from tests.support.small_city.policy import D1, D2, G1
from tests.support.small_city.stages import dispatched, in_hand, returned
from tests.support.small_city.story import walk


def test_an_approved_return_ends_the_orders_on_the_unit_it_never_belonged_to() -> None:
    story = in_hand().does(supervisor(G1), ORDER_BY_HAND).does(head(D1), RETURN)
    story.does(COORDINATOR, approve_return(D2))
    assert story.issue.open_orders == ()
    assert {head_of(D1), Party(Desk.GROUP, G1)} <= heard(story, "order_withdrawn")[-1][1]
    assert walk(story, "08-20 18:00").raised("reply#1") == []


def test_an_approved_return_takes_the_unit_out_of_those_that_missed() -> None:
    story = dispatched(urgency=Urgency.CONSULT).does(head(D1), RETURN, "08-03 17:00")
    walk(story, "08-04 09:00")
    assert story.issue.missed_by == (D1,)
    refused, approved = story.copy(), story
    refused.does(COORDINATOR, do.RuleReturn(ruling=do.Ruling.REFUSE, reason="属其职责"))
    assert refused.issue.missed_by == (D1,)
    assert approved.does(COORDINATOR, approve_return(D2)).issue.missed_by == ()


def test_a_unit_designated_again_keeps_its_order_and_its_miss() -> None:
    story = in_hand(urgency=Urgency.CONSULT).does(supervisor(G1), ORDER_BY_HAND)
    story.does(head(D1), RETURN, "08-03 17:00")
    walk(story, "08-04 09:00").does(COORDINATOR, designate(D1))
    assert (ordered(story), story.issue.missed_by) == ([D1], (D1,))


def test_a_unit_designated_again_has_no_more_time_than_if_its_return_had_been_refused() -> None:
    story = in_hand().does(head(D1), RETURN, "08-04 17:00")
    refused = story.copy().does(COORDINATOR, do.RuleReturn(ruling=do.Ruling.REFUSE, reason="属其职责"))
    story.does(COORDINATOR, designate(D1))
    assert [(clock.key, clock.open) for clock in story.issue.clocks] == [
        (clock.key, clock.open) for clock in refused.issue.clocks
    ]
    assert (story.issue.status, story.issue.designated, story.issue.earlier_holders) == (Status.IN_PROGRESS, True, ())


def test_an_unsigned_criticism_goes_with_the_approved_return() -> None:
    story = dispatched().does(supervisor(G1), press.OpenDraft(paper=Paper.CRITICISM, ground="敷衍"))
    story.does(head(D1), RETURN).does(COORDINATOR, approve_return(D2))
    assert story.issue.open_drafts == ()


def test_while_its_ruling_is_late_the_unit_that_asked_is_not_pressed_for_the_result() -> None:
    """In the ruling's time it stays pressed, since asking gives no time; later it is not what keeps all waiting."""
    story = walk(returned(urgency=Urgency.CONSULT), "08-10 18:00")
    debtors = {alarm.rung: alarm.debtor for alarm in story.alarms if alarm.clock == "issue#1"}
    assert debtors[Rung.R2] == debtors[Rung.R3] == COORDINATION
