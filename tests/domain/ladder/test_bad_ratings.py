"""差评督办自成一项 · the R2 of a bad rating has a key of its own (docs/rules.md 5, docs/decisions/0013)."""

from bihuan.domain import commands as do
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.papers import Ground
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from tests.support.small_city.acts import rate
from tests.support.small_city.desks import COORDINATION, LEADERS
from tests.support.small_city.orders import head_of, heard, lifted, ordered
from tests.support.small_city.people import COORDINATOR, DEPUTY, ENTERPRISE, head, hub
from tests.support.small_city.policy import D1, G1, HUBBED, HUBBED_HUB
from tests.support.small_city.stages import evaluating, told
from tests.support.small_city.story import Story, walk


def again(story: Story, score: int = 1) -> Story:
    """Rated badly, and sent into another round."""
    return story.does(ENTERPRISE, rate(score, solved=False)).does(DEPUTY, do.Rework(reason="未办到位"))


def test_an_answer_rated_badly_presses_the_triager_and_the_third_time_calls_for_r4() -> None:
    story = told()
    for nth in (1, 2, 3):
        again(story.does(COORDINATOR, do.Answer(text="答复", how="电话")))
        second = story.alarms[-1] if nth < 3 else story.alarms[-2]
        assert (second.rung, second.ground, second.debtor) == (Rung.R2, "BAD_RATING", COORDINATION)
        assert set(second.told) == {LEADERS, Party(Desk.GROUP, G1)}
        assert story.issue.orders == (), "coordination is not ordered"
    assert story.alarms[-1].rung is Rung.R4
    assert story.issue.open_drafts[-1].reasons[0].ground is Ground.REWORKS


def test_a_hub_that_answered_badly_is_ordered() -> None:
    story = again(told(county=HUBBED).does(hub(HUBBED), do.Answer(text="答复", how="电话")))
    (order,) = story.issue.open_orders
    assert (order.unit, order.ground) == (HUBBED_HUB, "BAD_RATING")


def test_the_r2_of_a_bad_rating_uses_up_no_other() -> None:
    story = again(evaluating())
    assert [alarm.key for alarm in story.alarms if alarm.rung is Rung.R2] == ["solve#1/0/R2:BAD_RATING"]
    assert story.issue.orders[0].ground == "BAD_RATING"
    lifted(story)
    walk(story, "08-11 18:00")  # due 08-09, another working day, and one more
    assert "solve#1/0/R2" in [alarm.key for alarm in story.alarms]
    assert ordered(story) == [D1]
    assert head_of(D1) in heard(story, "order_issued")[-1][1]


def test_the_order_of_a_bad_rating_repeats_until_it_is_heeded_also_after_a_suspension() -> None:
    story = again(evaluating())
    walk(story, "08-04 09:00")
    told_again = [e.alarm for e in story.events if isinstance(e, lev.AlarmRepeated)]
    assert told_again.count("solve#1/0/R2:BAD_RATING") == 2
    story.does(head(D1), press.Acknowledge(alarm="solve#1/0/R2:BAD_RATING"))
    walk(story, "08-06 09:00")
    told_again = [e.alarm for e in story.events if isinstance(e, lev.AlarmRepeated)]
    assert told_again.count("solve#1/0/R2:BAD_RATING") == 2
