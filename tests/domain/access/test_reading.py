"""Who may read an issue (docs/rules.md 2.3), and what a refusal says to whoever may not act."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain.access.authorization import may_read
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.people import Actor, Role
from bihuan.domain.refusals import LevelUpStands, NotYourIssue, Refusal, RoleNotAllowed, WrongStatus
from bihuan.domain.stage import Status
from tests.support.small_city.acts import NOTE, RETURN, extend, transfer
from tests.support.small_city.calendar import at
from tests.support.small_city.orders import (
    APPROVE_LEVEL_UP,
    ASK_LEVEL_UP,
    CONVENE,
    CRITICISE,
    ORDER_BY_HAND,
    URGE,
    asked_up,
    levelled_up,
    under_order,
)
from tests.support.small_city.people import (
    CALLER,
    COORDINATOR,
    ENTERPRISE,
    FOREIGN,
    LEADER,
    LIAISON,
    OWN,
    handler,
    head,
    hub,
    supervisor,
)
from tests.support.small_city.policy import C1, D1, D2, FORMER, G1, HUBBED, PLAIN, POLICY
from tests.support.small_city.stages import in_hand, in_status, suspended, told, transferred
from tests.support.small_city.story import Story

PASSER_BY = Actor(Role.LIA, "a liaison of others")


def before_a_leader() -> Story:
    """A second suspension beyond ninety days would be a leader's; so is the second extension of a clock."""
    story = in_hand().does(head(D1), extend("08-13 18:00"))
    story.does(COORDINATOR, do.RuleRequest(request=story.issue.requests[-1].no, ruling=do.Ruling.APPROVE, reason="可"))
    return story.does(head(D1), extend("08-16 18:00"))


def report_up() -> Story:
    return in_hand().does(COORDINATOR, press.OpenDraft(paper=Paper.REPORT_UP, ground="超出市级权限"))


def letter(*, signed: bool) -> Story:
    story = in_hand().does(COORDINATOR, press.OpenDraft(paper=Paper.SUPERVISION_LETTER, ground="久拖不决"))
    return story.does(LEADER, press.SignDraft(draft=story.issue.drafts[-1].no)) if signed else story


def with_a_successor() -> Story:
    story = in_hand()
    story.issue = replace(story.issue, liaison="successor")
    return story


SEES: list[tuple[str, Callable[[], Story], Actor, bool]] = [
    ("its own enterprise", in_hand, ENTERPRISE, True),
    ("another enterprise", in_hand, FOREIGN[Role.ENT], False),
    ("its liaison", in_hand, LIAISON, True),
    ("the liaison who keyed it in, of an enterprise that has another now", with_a_successor, LIAISON, True),
    ("a liaison of others", in_hand, PASSER_BY, False),
    ("coordination", in_hand, COORDINATOR, True),
    ("the service group of its class", in_hand, OWN[Role.SVG], True),
    ("another service group", in_hand, FOREIGN[Role.SVG], False),
    ("the hub of its county", in_hand, hub(PLAIN), True),
    ("the hub of another county", in_hand, hub(HUBBED), False),
    ("a hub that holds it", lambda: in_hand("H-410922"), hub(HUBBED), True),
    ("the unit that holds it", in_hand, handler(D1), True),
    ("a unit that held it", transferred, head(FORMER), True),
    ("a unit that never had it", in_hand, head(D2), False),
    ("the group of its county", in_hand, supervisor(G1), True),
    ("another group", in_hand, FOREIGN[Role.SUP], False),
    ("a caller before there is a call to make", in_hand, CALLER, False),
    ("a caller when there is", lambda: in_status(Status.CALLBACK), CALLER, True),
    ("a leader as such", in_hand, LEADER, False),
    ("a leader, of what coordination suspended", suspended, LEADER, False),
    ("a leader, of what was levelled up", levelled_up, LEADER, True),
    ("a leader, of what coordination signs", lambda: in_hand().does(supervisor(G1), CRITICISE), LEADER, False),
    ("a leader, of what leaders sign", report_up, LEADER, True),
    ("a leader, of a rung of coordination's", lambda: told().until("08-04 18:00"), LEADER, True),
    ("a leader, of a rung not theirs", lambda: told().until("08-04 17:59"), LEADER, False),
    ("a leader, of a meeting a leader convened", lambda: in_hand().does(LEADER, CONVENE), LEADER, True),
    ("a leader, of a meeting of coordination's", lambda: in_hand().does(COORDINATOR, CONVENE), LEADER, False),
    ("a leader, of a request leaders rule on", before_a_leader, LEADER, True),
    ("an inspector before a letter is signed", lambda: letter(signed=False), OWN[Role.INS], False),
    ("an inspector after it", lambda: letter(signed=True), OWN[Role.INS], True),
    ("an administrator", in_hand, OWN[Role.ADM], False),
]


@pytest.mark.parametrize(("issue", "who", "sees"), [row[1:] for row in SEES], ids=[row[0] for row in SEES])
def test_an_issue_is_read_by_whoever_has_to_do_with_it(issue: Callable[[], Story], who: Actor, sees: bool) -> None:
    assert may_read(issue().issue, who, POLICY) is sees


def test_a_unit_that_an_order_names_reads_on_after_the_issue_left_it() -> None:
    story = under_order(Status.DISPATCHED, C1)
    assert may_read(story.issue, head(C1), POLICY)
    assert may_read(story.issue, supervisor(G1), POLICY)


@pytest.mark.parametrize(
    ("who", "act", "reason", "zh", "en"),
    [
        (CALLER, do.Accept(), RoleNotAllowed, "回访员无权执行“受理”。", "A CBK may not perform 'accept'."),
        (
            FOREIGN[Role.HED],
            do.Sign(),
            NotYourIssue,
            "该问题不在您的职责范围内，不能执行“签收”。",
            "This issue is not within your responsibility, so you may not perform 'sign'.",
        ),
        (
            head(D1),
            do.Sign(),
            WrongStatus,
            "问题处于“办理中”，此时不能执行“签收”。",
            "The issue is IN_PROGRESS; 'sign' is not possible now.",
        ),
    ],
)
def test_a_refusal_names_the_role_the_act_and_the_status_in_both_languages(
    who: Actor, act: do.Act, reason: type[Refusal], zh: str, en: str
) -> None:
    with pytest.raises(reason) as refused:
        in_hand().does(who, act)
    assert (refused.value.sentence_zh, refused.value.sentence_en) == (zh, en)


def moved_twice() -> Story:
    return in_hand(FORMER).does(head(FORMER), transfer(D2)).does(head(D2), transfer(D1)).does(head(D1), do.Sign())


def ordered() -> Story:
    return in_hand().does(supervisor(G1), ORDER_BY_HAND)


SAYS: list[tuple[Callable[[], Story], Actor, do.Act, str | None, str, str]] = [
    (ordered, head(D1), transfer(D2), "08-04 18:00", "督办单 BH-000000-D1 未了结", "While order BH-000000-D1 is open"),
    (moved_twice, head(D1), transfer(D2), None, "转办已达 2 次", "transferred this issue 2 times"),
    (in_hand, head(D1), RETURN, "08-05 09:00", "应在接到任务后 2个工作日 内", "within 2 working days of"),
    (ordered, supervisor(G1), ORDER_BY_HAND, None, "未了结的督办单 BH-000000-D1", "Order BH-000000-D1 is still open"),
    (
        lambda: in_hand().does(COORDINATOR, URGE),
        COORDINATOR,
        URGE,
        None,
        "2021-08-03 08:30:00 起可再催办",
        "again from 2021-08-03 08:30:00",
    ),
    (
        lambda: in_hand().does(COORDINATOR, CONVENE),
        LEADER,
        CONVENE,
        None,
        "会商 BH-000000-H1 尚未",
        "Consultation BH-000000-H1 has",
    ),
]


@pytest.mark.parametrize(("issue", "who", "act", "when", "zh", "en"), SAYS)
def test_a_refusal_names_what_stands_in_the_way(
    issue: Callable[[], Story], who: Actor, act: do.Act, when: str | None, zh: str, en: str
) -> None:
    with pytest.raises(Refusal) as refused:
        issue().does(who, act, when)
    assert zh in refused.value.sentence_zh
    assert en in refused.value.sentence_en


@pytest.mark.parametrize(
    "taken_up",
    [asked_up, lambda: asked_up().does(COORDINATOR, APPROVE_LEVEL_UP), levelled_up],
    ids=["asked", "drafted", "levelled up"],
)
def test_what_is_taken_up_a_level_is_not_asked_up_again(taken_up: Callable[[], Story]) -> None:
    with pytest.raises(LevelUpStands):
        taken_up().does(head(D1), ASK_LEVEL_UP)


def test_another_paper_keeps_nobody_from_asking_up() -> None:
    in_hand().does(supervisor(G1), CRITICISE).does(head(D1), ASK_LEVEL_UP)


def test_whoever_may_read_may_note() -> None:
    in_hand().does(LIAISON, NOTE)
    with pytest.raises(NotYourIssue):
        in_hand().does(LEADER, NOTE, at("08-03 09:00"))
