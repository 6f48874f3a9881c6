"""When a request may be asked, again or at all, and who rules: the counts, windows and desks of docs/rules.md 6."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain.clocks.promise import stopped
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor
from bihuan.domain.policy import Unit, UnitKind
from bihuan.domain.refusals import AppealWindowOver, RatingAppealedAlready, Refusal, RequestAlreadyOpen
from bihuan.domain.requests.rulers import approver
from bihuan.domain.requests.values import RequestKind
from tests.support.small_city.acts import (
    APPEAL,
    CONFIRMED,
    DELIVER,
    PASS,
    REJECT,
    RESULT,
    RESUME,
    TERMINATE,
    approve,
    extend,
    hold,
    rate,
    refuse,
    suspend,
    take_back,
)
from tests.support.small_city.calendar import at
from tests.support.small_city.people import CALLER, CITY_LEADER, COORDINATOR, DEPUTY, ENTERPRISE, head
from tests.support.small_city.policy import C1, D1, PLAIN_HUB, POLICY, UNLISTED
from tests.support.small_city.stages import evaluating, in_hand, told
from tests.support.small_city.story import Story

HEAD = head(D1)


def badly_rated() -> Story:
    return evaluating().does(ENTERPRISE, rate(1, solved=False))


ASKED: dict[RequestKind, tuple[Callable[[], Story], Actor, do.Act]] = {
    RequestKind.EXTENSION: (in_hand, HEAD, extend("08-13 18:00")),
    RequestKind.SUSPENSION: (in_hand, HEAD, suspend("08-20 18:00")),
    RequestKind.TERMINATION: (in_hand, COORDINATOR, TERMINATE),
    RequestKind.APPEAL: (badly_rated, HEAD, APPEAL),
    RequestKind.REJECTION: (told, COORDINATOR, REJECT),
}
assert set(ASKED) == set(RequestKind)


@pytest.mark.parametrize("kind", RequestKind)
def test_what_is_asked_is_not_asked_again_until_it_is_ruled_on_or_taken_back(kind: RequestKind) -> None:
    begin, who, act = ASKED[kind]
    story = begin().does(who, act)
    with pytest.raises(RequestAlreadyOpen) as refused:
        story.does(who, act)
    number = story.issue.requests[-1].no
    assert number in refused.value.sentence_zh
    assert number in refused.value.sentence_en
    story.does(who, take_back(story)).does(who, act)
    assert [request.kind for request in story.issue.requests] == [kind, kind]


def test_one_kind_does_not_keep_another_from_being_asked() -> None:
    story = in_hand().does(HEAD, extend("08-13 18:00")).does(HEAD, suspend("08-20 18:00")).does(COORDINATOR, TERMINATE)
    assert len(story.issue.open_requests) == 3


def asked_for_a_leader() -> Story:
    """The first extension was approved; the second is a leader's to rule on."""
    story = in_hand().does(HEAD, extend("08-13 18:00"))
    return story.does(COORDINATOR, approve(story)).does(HEAD, extend("08-16 18:00"))


def extended_twice() -> Story:
    story = asked_for_a_leader()
    return story.does(CITY_LEADER, approve(story))


SAYS: list[tuple[Callable[[], Story], Actor, do.Act, str | None, str, str]] = [
    (extended_twice, HEAD, extend("08-17 18:00"), None, "已延期 2 次", "extended 2 times"),
    (
        in_hand,
        HEAD,
        extend("08-13 18:00"),
        "08-11 09:00",
        "到期前至少 1个工作日提出",
        "at least 1 working day before",
    ),
    (
        lambda: in_hand().does(COORDINATOR, hold("08-20 18:00")),
        HEAD,
        extend("08-25 18:00"),
        None,
        "停钟至 2021-08-20 18:00:00，",
        "until 2021-08-20 18:00:00;",
    ),
    (
        lambda: badly_rated().does(CALLER, CONFIRMED).does(HEAD, APPEAL),
        COORDINATOR,
        do.CloseOut(),
        None,
        "申请 BH-000000-Q1 尚未裁定",
        "Request BH-000000-Q1 is still open",
    ),
    (badly_rated, HEAD, APPEAL, "08-05 18:00", "评价后 3个工作日内", "within 3 working days of"),
]


@pytest.mark.parametrize(
    ("begin", "zh", "en"),
    [
        (
            asked_for_a_leader,
            "申请 BH-000000-Q2 由市领导裁定。",
            "Request BH-000000-Q2 is for the desk 'leader' to rule on.",
        ),
        (
            lambda: told().does(COORDINATOR, REJECT),
            "提出的申请 BH-000000-Q1，",
            "Whoever made request BH-000000-Q1 may",
        ),
    ],
)
def test_who_may_not_rule_is_told_on_which_request_and_who_may(begin: Callable[[], Story], zh: str, en: str) -> None:
    story = begin()
    with pytest.raises(Refusal) as refused:
        story.does(COORDINATOR, approve(story))
    assert zh in refused.value.sentence_zh
    assert en in refused.value.sentence_en


@pytest.mark.parametrize(("begin", "who", "act", "when", "zh", "en"), SAYS)
def test_a_refusal_says_how_often_by_when_or_for_what(
    begin: Callable[[], Story], who: Actor, act: do.Act, when: str | None, zh: str, en: str
) -> None:
    with pytest.raises(Refusal) as refused:
        begin().does(who, act, when)
    assert zh in refused.value.sentence_zh
    assert en in refused.value.sentence_en


def test_an_appeal_is_open_until_the_very_end_of_its_window() -> None:
    assert badly_rated().does(HEAD, APPEAL, at("08-05 18:00") - timedelta(seconds=1)).issue.open_requests
    with pytest.raises(AppealWindowOver):
        badly_rated().does(HEAD, APPEAL, "08-05 18:00")


def test_a_rating_is_appealed_once_even_at_the_moment_it_was_given() -> None:
    story = badly_rated()
    story.does(HEAD, APPEAL, story.now)
    story.does(COORDINATOR, refuse(story))
    with pytest.raises(RatingAppealedAlready):
        story.does(HEAD, APPEAL)


def test_the_rating_after_a_rework_has_its_own_appeal() -> None:
    story = badly_rated().does(HEAD, APPEAL)
    story.does(COORDINATOR, refuse(story)).does(COORDINATOR, do.Rework(reason="未办到位"))
    story.does(HEAD, RESULT).does(COORDINATOR, PASS).does(HEAD, DELIVER).does(ENTERPRISE, rate(1, solved=False))
    assert story.does(HEAD, APPEAL).issue.open_requests


def test_only_suspensions_that_were_approved_count_as_time_suspended() -> None:
    story = in_hand().does(HEAD, extend("08-13 18:00"), "08-03 09:00")
    story.does(COORDINATOR, approve(story), "08-03 10:00").does(HEAD, suspend("08-20 18:00"))
    story.does(COORDINATOR, refuse(story)).does(HEAD, suspend("08-20 18:00"))
    day, soon = at("08-10 09:00"), at("08-10 09:01")
    assert stopped(story.issue, soon, day) == timedelta(minutes=1), "only the one asked for now"
    story.does(COORDINATOR, approve(story), "08-04 09:00")
    assert stopped(story.issue, soon, day) == at("08-20 18:00") - at("08-04 09:00"), "to its date"
    story.does(COORDINATOR, RESUME, "08-09 09:00").does(HEAD, suspend("08-20 18:00"), "08-10 09:00")
    assert stopped(story.issue, soon, day) == timedelta(days=5, minutes=1), "as long as it lasted"
    story.does(DEPUTY, approve(story), "08-10 09:00")
    assert stopped(story.issue, at("08-21 18:00"), day) == timedelta(days=5) + (at("08-21 18:00") - day), "each once"


@pytest.mark.parametrize(
    ("kind", "holder", "desk"),
    [
        (RequestKind.EXTENSION, C1, Party(Desk.UNIT, PLAIN_HUB)),
        (RequestKind.EXTENSION, PLAIN_HUB, Party(Desk.COORDINATION)),
        (RequestKind.EXTENSION, D1, Party(Desk.COORDINATION)),
        (RequestKind.EXTENSION, "C9", Party(Desk.COORDINATION)),  # its county has no hub
        (RequestKind.EXTENSION, "", Party(Desk.COORDINATION)),
        *((kind, C1, Party(Desk.COORDINATION)) for kind in sorted(set(RequestKind) - {RequestKind.EXTENSION})),
    ],
)
def test_only_the_extension_of_a_countys_unit_is_its_hubs_to_rule_on(
    kind: RequestKind, holder: str, desk: Party
) -> None:
    policy = replace(POLICY, units={**POLICY.units, "C9": Unit("C9", "某县住建局", UnitKind.COUNTY, UNLISTED)})
    issue = replace(in_hand().issue, holder=holder)
    assert approver(kind, issue, policy, leader=False) == desk
    assert approver(kind, issue, policy, leader=True) == Party(Desk.LEADER)
