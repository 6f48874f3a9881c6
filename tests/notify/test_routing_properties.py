"""What holds of routing whatever is asked, whenever, and whoever is on leave."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.notify.deputies import Absence, cycles, stand_in
from bihuan.notify.kinds import TRAITS, Kind
from bihuan.notify.routing import DeliveryStep, Routing, RoutingSubject
from bihuan.notify.samples import EVENTS
from tests.support.notify_files import COORDINATION, LAST
from tests.support.puyang import USCC

NEW_YEAR = datetime(2026, 1, 1, tzinfo=CHINA_TIME)
PARTIES = [
    *(Party(desk) for desk in Desk),
    *(Party(Desk.UNIT_HEAD, unit) for unit in ("D16", "D05", "D06", "D07")),
    *(Party(Desk.GROUP, group) for group in ("G1", "G2")),
    Party(Desk.UNIT, "D16"),
    Party(Desk.LIAISON, "O0001"),
    Party(Desk.CITY_LEADER, USCC),
]
moments = st.integers(0, 364 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes))
abouts = st.builds(
    RoutingSubject,
    event=st.sampled_from(sorted(EVENTS)),
    to=st.sampled_from(PARTIES),
    rung=st.sampled_from(["", *Rung]),
    urgent=st.booleans(),
)
days = st.dates(date(2026, 3, 1), date(2026, 3, 31))
absences = st.lists(
    st.builds(
        lambda who, since, length, deputy: Absence(
            PARTIES[who], since, since + timedelta(days=length), PARTIES[deputy]
        ),
        st.integers(0, 5),
        days,
        st.integers(0, 10),
        st.integers(0, 5),
    ),
    max_size=8,
).map(tuple)
kinds = st.sampled_from(list(Kind))


@given(abouts, moments, absences)
def test_some_way_always_exists_and_the_last_is_coordinations_inbox(
    routing: Routing, about: RoutingSubject, at: datetime, away: tuple[Absence, ...]
) -> None:
    steps = replace(routing, absences=away).steps(about, at)
    assert steps[-1].key == LAST
    assert steps[-1].party == COORDINATION
    assert len({step.key for step in steps}) == len(steps)
    assert all(step.kind is Kind.INBOX or step.contact in routing.addresses for step in steps)


@given(abouts, moments)
def test_the_same_question_has_the_same_answer_in_any_zone(
    routing: Routing, about: RoutingSubject, at: datetime
) -> None:
    elsewhere = at.astimezone(timezone(timedelta(hours=-5)))
    assert routing.steps(about, at) == routing.steps(about, at) == routing.steps(about, elsewhere)
    step = routing.steps(about, at)[0]
    assert routing.opens(step, about, at) == routing.opens(step, about, elsewhere)


@given(abouts, moments, kinds)
def test_a_way_opens_in_office_hours_and_never_before_it_was_asked_for(
    routing: Routing, about: RoutingSubject, at: datetime, kind: Kind
) -> None:
    opens = routing.opens(DeliveryStep("x", kind, "x", about.to, "x", 60), about, at)
    assert opens >= at
    if about.urgent or TRAITS[kind].machine:
        assert opens == at
    else:
        assert any(
            start <= opens < end for start, end in routing.calendar().frames(opens.astimezone(CHINA_TIME).date())
        )
        assert routing.calendar().office_time(at, opens) == timedelta()


@given(abouts, moments, kinds)
def test_what_presses_is_never_later_than_what_does_not(
    routing: Routing, about: RoutingSubject, at: datetime, kind: Kind
) -> None:
    step = DeliveryStep("x", kind, "x", about.to, "x", 60)
    assert routing.opens(step, replace(about, urgent=True), at) <= routing.opens(step, replace(about, urgent=False), at)


@given(absences, days, st.integers(0, 5))
def test_chains_of_deputies_end_and_without_cycles_with_one_who_is_there(
    away: tuple[Absence, ...], day: date, who: int
) -> None:
    last = stand_in(away, PARTIES[who], day)
    if not cycles(away):
        assert not any(one.party == last and one.lasts(day) for one in away)


@given(absences)
def test_a_cycle_is_found_on_whatever_day_it_is(away: tuple[Absence, ...]) -> None:
    """Walked day by day, without the shortcut of looking at first days only."""
    alone = tuple({one.party: one for one in away}.values())
    found = set()
    for day in (date(2026, 3, 1) + timedelta(days=n) for n in range(45)):
        deputy = {one.party: one.deputy for one in alone if one.lasts(day)}
        for party, walked in deputy.items():
            met = [walked]
            while met[-1] in deputy and len(met) <= len(alone):
                met.append(deputy[met[-1]])
            if party in met:
                found.add(party)
    assert {one.party for one in cycles(alone)} == found
