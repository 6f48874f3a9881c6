"""Histories full of side requests: asked, ruled on, taken back, waited out, over whatever else happens to an issue.

What must hold after every step is what ``AnyHistory`` says; here a unit is at work, or was badly rated for it.
"""

from datetime import timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import Refusal
from tests.domain.slow.test_any_history import AnyHistory, now_open
from tests.support.small_city import C1, D1, D3, ENTERPRISE, HUBBED, PLAIN, PLAIN_HUB, Story, evaluating, in_hand, rate

GAPS = st.sampled_from([timedelta(minutes=m) for m in (1, 30, 200, 700, 1440, 2900, 9000)])
WISHES = ("ask_extension", "ask_suspension", "approve", "resume", "appeal_rating", "beside", "along")
BESIDE_THE_LINE = frozenset(
    {
        "ask_extension",
        "ask_suspension",
        "resume",
        "ask_termination",
        "appeal_rating",
        "rule_request",
        "withdraw_request",
    }
)
INVARIANTS = (
    AnyHistory.the_record_adds_up_to_the_issue,
    AnyHistory.no_rung_is_raised_twice_or_early,
    AnyHistory.the_agenda_lies_ahead_in_order_and_repeats_nothing,
    AnyHistory.somebody_always_owes_an_open_issue_something,
    AnyHistory.a_rung_is_raised_again_only_after_an_extension_and_only_if_its_moment_was_ahead,
    AnyHistory.every_open_request_is_somebodys_to_rule_on_and_never_of_who_asked,
)
MOVES = st.lists(st.tuples(GAPS, st.sampled_from(WISHES), st.integers(0, 10_000)), min_size=6, max_size=20)


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


def do_as_wished(life: AnyHistory, wish: str, pick: int) -> None:
    """What is wished for where it is open; else anything beside the line, and else anything at all."""
    every = now_open(life.story, rare=False)
    beside = [one for one in every if one[1].act in BESIDE_THE_LINE]
    wished = [one for one in beside if wish in (one[1].act, getattr(one[1], "ruling", None))]
    choices = every if wish == "along" else wished or beside or every
    if not choices:
        return
    person, act = choices[pick % len(choices)]
    before, last = life.story.issue, len(life.story.recorded)
    try:
        life.story.does(person, act, life.story.now)
    except Refusal:
        assert life.story.issue is before
        return
    for name in life.story.names[last:]:
        event(name)
    life.no_deadline_later(before, last)
