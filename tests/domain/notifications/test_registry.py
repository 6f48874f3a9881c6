"""One event, one row: none is missing, what a row declares is what it tells, and its samples are possible."""

from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from typing import Any, Literal, get_args

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.changes import ClockMoved, Waited
from bihuan.domain.issue import Issue
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.commands import SignDraft
from bihuan.domain.ladder.orders import WithdrawalGround
from bihuan.domain.loop.step import first_due
from bihuan.domain.notifications.addressees import as_decided
from bihuan.domain.notifications.ladder import CONCLUSIONS_EN
from bihuan.domain.notifications.registry import BY_NAME, ROWS, Row, facts, recipients, registry
from bihuan.domain.notifications.row import EventRow, own
from bihuan.domain.notifications.samples import COORDINATION, FACTS, STANDING
from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Status
from bihuan.language.filters import filters
from bihuan.language.phrases import Tongue
from bihuan.notify.samples import EVENTS, sample
from tests.support.small_city.acts import extend
from tests.support.small_city.calendar import at
from tests.support.small_city.orders import (
    ASK_LEVEL_UP,
    URGE,
    drafted,
    in_consultation,
    levelled_up,
    objected,
    under_order,
)
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import D1, D2, HUBBED, POLICY
from tests.support.small_city.stages import (
    accepted,
    closed,
    dispatched,
    in_hand,
    merged,
    returned,
    suspended,
    told,
    transferred,
)
from tests.support.small_city.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """A toy: somebody of the unit went to see the enterprise."""

    event: Literal["visited"] = "visited"
    text: str
    unit: str


EVERY = (*get_args(ev.Event), Visited)


def visiting(**changes: Any) -> Row:
    said = {"recipients": (as_decided,), "facts": own("text"), "sample": (COORDINATION,)}
    return EventRow(Visited, "走访", "visited", **{**said, **changes})


def test_an_event_without_a_row_fails_where_the_registry_is_built_and_is_named() -> None:
    with pytest.raises(ValueError, match=r"^Visited has no row$"):
        registry(EVERY, ROWS.values())


def test_a_toy_event_costs_its_row_and_nothing_else() -> None:
    rows = registry(EVERY, (*ROWS.values(), visiting()))
    assert (rows[Visited].name, rows[Visited].zh) == ("visited", "走访")
    assert rows.keys() == ROWS.keys() | {Visited}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"facts": own("txt")}, "Visited has no field txt"),
        ({"facts": own(mileage="text")}, "Visited carries mileage, of which samples.FACTS has no sample"),
        ({"sample": ()}, "Visited notifies and has no sample recipients, or the reverse"),
        ({"recipients": ()}, "Visited notifies and has no sample recipients, or the reverse"),
        ({"sample_facts": {"reason": "x"}}, "Visited does not carry reason"),
    ],
)
def test_a_wrong_row_is_named_with_what_is_wrong(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        registry(EVERY, (*ROWS.values(), visiting(**changes)))


def test_two_rows_of_one_event_and_a_row_of_none_are_named() -> None:
    with pytest.raises(ValueError, match="Visited has several rows"):
        registry(EVERY, (*ROWS.values(), visiting(), visiting()))
    with pytest.raises(ValueError, match="Visited is no event"):
        registry(get_args(ev.Event), (*ROWS.values(), visiting()))


def walk(story: Story, until: str) -> Story:
    """As the timer does: look at every moment that falls due."""
    while (due := first_due(story.issue, POLICY)) is not None and due.at <= at(until):
        story.until(max(due.at, story.now))
    return story


def lived() -> Iterable[Story]:
    yield closed()
    yield merged()
    yield levelled_up()
    yield in_consultation()
    yield objected()
    yield suspended()
    yield returned()
    yield transferred()
    yield told(contact="")
    yield told().until("08-20 18:00")
    yield told(category="COMPLAINT_BE").until("08-20 18:00")
    yield told(county=HUBBED).until("08-20 18:00")
    yield walk(dispatched(), "09-15 18:00")
    criticised = drafted()
    yield criticised.does(COORDINATOR, SignDraft(draft=criticised.issue.open_drafts[0].no))
    yield in_hand().until("08-04 18:00").does(COORDINATOR, URGE)
    yield told(contact="").does(COORDINATOR, URGE)
    yield walk(told(contact="", county=HUBBED), "08-20 18:00")
    yield accepted().does(COORDINATOR, do.HandOver(unit=D1, co_units=(D2,))).until("08-20 18:00")
    yield in_hand().does(head(D1), extend("08-20 18:00"))
    yield in_hand().does(head(D1), ASK_LEVEL_UP)


LIVES = cache(lambda: tuple(lived()))


def test_real_events_carry_only_what_their_rows_declare_and_what_always_stands() -> None:
    told_of = set()
    for story in LIVES():
        for event in story.events:
            declared = {*STANDING, *ROWS[type(event)].facts}
            carried = facts(event, story.issue)
            assert carried.keys() <= declared <= FACTS.keys() | set(STANDING), event
            assert all(isinstance(value, str) and value for value in carried.values()), "plain words"
            told_of.add(type(event))
    assert len(told_of) >= 25


def everything() -> Issue:
    """An issue of which there is something of every kind that an event may name."""
    issue = under_order(Status.IN_PROGRESS).until("09-10 18:00").issue
    asked = in_hand().does(head(D1), extend("08-20 18:00")).issue
    joint = accepted().does(COORDINATOR, do.HandOver(unit=D1, co_units=(D2,))).issue
    return replace(
        issue,
        requests=asked.requests,
        consultations=in_consultation().issue.consultations,
        parts=joint.parts,
        earlier_holders=(D2,),
    )


def plausible(kind: type, issue: Issue) -> Iterable[Any]:
    """Events of the class about that issue; what no recipient depends on is left empty."""
    request, order, draft = issue.requests[-1], issue.orders[-1], issue.drafts[-1]
    values = {
        "liaison": issue.liaison,
        "moved": (ClockMoved(clock=issue.deadline.key, was=None, due=None),),
        "waited": Waited(since=issue.received_at, moved=ClockMoved(clock=issue.deadline.key, was=None, due=None)),
        "unit": order.unit,
        "group": order.group,
        "order": order.no,
        "draft": draft.no,
        "request": request.no,
        "asked": request,
        "consultation": issue.consultations[-1].no,
        "participants": (D2,),
        "lead": D2,
        "told": (),
    }
    needed = [one.name for one in fields(kind) if one.default is MISSING]
    values |= {name: values.get(name) for name in needed}
    mine = {one.name for one in fields(kind)} - {"event"}
    for yes in (True, False):
        flags = {name: yes for name in ("complete", "callback_due", "settled") if name in mine}
        yield kind(**{name: value for name, value in values.items() if name in mine} | flags)
    if "asked" in mine:
        yield kind(**{name: values[name] for name in needed} | {"asked": replace(request, approver=Party(Desk.LEADER))})


@cache
def desks_notified() -> dict[type, frozenset[Desk]]:
    """By class of event, the desks that real lives and plausible events notify."""
    seen: dict[type, set[Desk]] = {kind: set() for kind in ROWS}
    for story in LIVES():
        for one in story.recorded:
            seen[type(one.event)] |= {party.desk for party in one.tell}
    issue = everything()
    waiting = replace(told().issue, requests=issue.requests, orders=issue.orders, drafts=issue.drafts)
    waiting = replace(waiting, consultations=issue.consultations, enterprise=replace(waiting.enterprise, uscc=""))
    never_completed = replace(issue, county="")
    for kind in ROWS.keys() - {ev.AcceptedBySilence}:  # told as the life of a complaint
        for its in (issue, waiting, never_completed):
            for event in plausible(kind, its):
                seen[kind] |= {party.desk for party in recipients(event, its, POLICY)}
    return {kind: frozenset(desks) for kind, desks in seen.items()}


@pytest.mark.parametrize("event", EVENTS)
def test_whoever_a_sample_is_told_to_may_be_told_of_such_an_event(event: str) -> None:
    row = BY_NAME[event]
    assert {party.desk for party in row.sample} <= desks_notified()[row.event]


@pytest.mark.parametrize("event", EVENTS)
def test_a_sample_carries_what_its_event_may_carry(event: str) -> None:
    row = BY_NAME[event]
    assert sample(event, row.sample[0]).facts.keys() <= {*STANDING, *row.facts}


def test_a_sample_presses_where_its_event_would() -> None:
    pressing = {event for event, row in BY_NAME.items() if row.recipients and sample(event, row.sample[0]).urgent}
    assert pressing == {
        "alarm_raised",
        "alarm_repeated",
        "still_unmet",
        "draft_opened",
        "draft_signed",
        "order_issued",
        "order_joined",
        "order_revived",
        "order_reply_returned",
    }


def test_conclusions_that_nobody_wrote_are_told_in_english_too() -> None:
    issue = objected().issue
    no = issue.orders[-1].no
    ended: tuple[ev.Event, ...] = (
        *(lev.ObjectionRuled(order=no, upheld=upheld, reason="属实") for upheld in (True, False)),
        *(lev.OrderWithdrawn(order=no, ground=ground) for ground in WithdrawalGround),
    )
    conclusions = {facts(event, issue)["conclusion"] for event in ended}
    assert conclusions == CONCLUSIONS_EN.keys()
    said = filters(POLICY, Tongue.EN)["said"]
    assert all(said(one).isascii() for one in conclusions)
