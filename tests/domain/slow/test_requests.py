"""Histories full of side requests: asked, ruled on, taken back, waited out, over whatever else happens to an issue.

What must hold after every step is what ``AnyHistory`` says; here a unit is at work, or was badly rated for it.
"""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.domain.policy import Urgency
from tests.support.any_history import AnyHistory
from tests.support.any_request import MOVES, do_as_wished
from tests.support.small_city.acts import rate
from tests.support.small_city.people import ENTERPRISE
from tests.support.small_city.policy import C1, D1, D3, HUBBED, PLAIN, PLAIN_HUB
from tests.support.small_city.stages import evaluating, in_hand
from tests.support.small_city.story import Story

INVARIANTS = (
    AnyHistory.the_record_adds_up_to_the_issue,
    AnyHistory.no_rung_is_raised_twice_or_early,
    AnyHistory.the_agenda_lies_ahead_in_order_and_repeats_nothing,
    AnyHistory.somebody_always_owes_an_open_issue_something,
    AnyHistory.a_rung_is_raised_again_only_after_an_extension_and_only_if_its_moment_was_ahead,
    AnyHistory.every_open_request_is_somebodys_to_rule_on_and_never_of_who_asked,
)


def at_work(unit: str, county: str, urgency: Urgency) -> Story:
    return in_hand(unit, county=county, urgency=urgency)


def badly_rated(unit: str, county: str, urgency: Urgency) -> Story:
    return evaluating(unit, county=county, urgency=urgency).does(ENTERPRISE, rate(2, solved=False))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    so_far=st.sampled_from([at_work, at_work, badly_rated]),
    unit=st.sampled_from([D1, D3, C1, PLAIN_HUB]),
    county=st.sampled_from([PLAIN, HUBBED]),
    urgency=st.sampled_from(Urgency),
    moves=MOVES,
)
def test_no_order_of_asks_rulings_and_waiting_gives_time_or_a_rung_that_was_not_approved(
    so_far: object, unit: str, county: str, urgency: Urgency, moves: list[tuple[timedelta, str, int]]
) -> None:
    life = AnyHistory()
    life.stopped_at_due = {}
    life.story = so_far(unit, county, urgency)  # type: ignore[operator]
    for gap, wish, pick in moves:
        life.time_goes_by(gap)
        do_as_wished(life, wish, pick)
        for holds in INVARIANTS:
            holds(life)
    life.teardown()
