"""Codes as people type them: one form, one check, and a county by its code or its name."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain import codes
from bihuan.domain import commands as do
from bihuan.domain.access.authorization import may_read
from bihuan.domain.loop.step import obey, open_issue
from bihuan.domain.people import Actor, Role
from bihuan.domain.refusals import CreditCodeInvalid, NotYourIssue, Refusal, UnknownCounty
from bihuan.domain.stage import Status
from tests.support.odd_texts import full_width
from tests.support.small_city.calendar import MONDAY
from tests.support.small_city.people import COORDINATOR, ENTERPRISE
from tests.support.small_city.policy import D1, HUBBED, PLAIN, POLICY, USCC
from tests.support.small_city.stages import told
from tests.support.small_city.story import submission

BLANKS = (" ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2003", "\u2060")
COUNTIES = {"410902": "华龙区(含城乡一体化示范区)", "410922": "清丰县", "410928": "濮阳县", "410929": "濮阳县"}


@st.composite
def typed(draw: st.DrawFn, code: str) -> str:
    """The code as somebody may type it."""
    signs = [draw(st.sampled_from((c, c.lower(), full_width(c), full_width(c.lower())))) for c in code]
    return "".join(draw(st.sampled_from(("", "", *BLANKS))) + sign for sign in (*signs, ""))


@given(said=typed(USCC))
def test_a_credit_code_is_the_same_however_it_is_typed(said: str) -> None:
    assert codes.uscc(said) == USCC


@given(text=st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert codes.fold(codes.fold(text)) == codes.fold(text)


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_sign_anywhere_is_found(place: int) -> None:
    """Every single error and every swap of two neighbours that differ: what a check digit is for."""
    for sign in codes.ALPHABET.replace(USCC[place], ""):
        assert not codes.is_uscc(USCC[:place] + sign + USCC[place + 1 :])
    swapped = [USCC[:n] + b + a + USCC[n + 2 :] for n, (a, b) in enumerate(pairwise(USCC)) if a != b]
    assert not any(map(codes.is_uscc, swapped))


@pytest.mark.parametrize(
    "said", ["91410923MA0000001", USCC + "0", "统一社会信用代码", "9141-0923-MA000000-1H", USCC[:-1] + "I"]
)
def test_a_credit_code_that_is_none_is_refused_by_its_field(said: str) -> None:
    with pytest.raises(CreditCodeInvalid) as refused:
        open_issue("BH-1", submission(enterprise=do.Enterprise("某企业", said)), COORDINATOR, MONDAY, POLICY)
    assert refused.value.field == "enterprise/uscc"
    with pytest.raises(CreditCodeInvalid) as refused:
        told(contact="").does(ENTERPRISE, do.Complete(contact="经办人", uscc=said))
    assert refused.value.field == "uscc"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("410902", "410902"),
        (" ４１０９０２ ", "410902"),
        ("华龙区", "410902"),
        ("华龙区（含城乡一体化示范区）", "410902"),
        ("清 丰 县", "410922"),
        ("410929", "410929"),
        ("", ""),
        ("\u3000", ""),
    ],
)
def test_a_county_is_known_by_its_code_or_its_name(said: str, meant: str) -> None:
    assert codes.county(said, COUNTIES) == meant


@pytest.mark.parametrize("said", ["濮阳县", "华龙", "示范区", "419999", "x"])
def test_a_name_that_several_have_or_none_is_no_county(said: str) -> None:
    with pytest.raises(UnknownCounty, match="“area”"):
        codes.county(said, COUNTIES, field="area")


def test_an_older_policy_names_no_counties_and_takes_any() -> None:
    assert codes.county(" h1 ", {}) == "H1"


def test_an_unknown_county_is_refused_by_its_field() -> None:
    with pytest.raises(UnknownCounty) as refused:
        open_issue("BH-1", submission(county="某县"), COORDINATOR, MONDAY, POLICY)
    assert refused.value.field == "county"
    with pytest.raises(UnknownCounty) as refused:
        told(county="").does(ENTERPRISE, do.Complete(county="某县"))
    assert refused.value.field == "county"


def test_an_issue_holds_codes_in_their_one_form_whatever_was_typed() -> None:
    said = submission(
        enterprise=do.Enterprise("恒捷化工", f" {full_width(USCC.lower())}"), county="清丰县", category="ｅnergy "
    )
    step = open_issue("BH-1", said, COORDINATOR, MONDAY, POLICY)
    assert (step.issue.enterprise.uscc, step.issue.county, step.issue.group) == (USCC, HUBBED, "G2")
    assert step.issue.service_group == "FACTOR"
    meant = replace(said, enterprise=do.Enterprise("恒捷化工", USCC), county=HUBBED, category="ENERGY")
    assert step.recorded[0].event == replace(step.recorded[0].event, submission=meant)  # type: ignore[arg-type]


def test_an_enterprise_and_a_hub_are_known_however_their_code_is_typed() -> None:
    loose = Actor(Role.ENT, "enterprise", f"{USCC.lower()}\u3000")
    step = open_issue("BH-1", submission(), loose, MONDAY, POLICY)
    assert step.issue.keyed_by == ENTERPRISE
    hub = Actor(Role.HUB, "hub", "清丰县")
    assert open_issue("BH-2", submission(county=HUBBED), hub, MONDAY, POLICY).issue.keyed_by.org == HUBBED
    with pytest.raises(NotYourIssue):
        open_issue("BH-3", submission(county=PLAIN), hub, MONDAY, POLICY)


def test_units_are_known_however_they_are_typed() -> None:
    story = told().does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=" ｄ1", co_units=("d 2",)))
    assert story.issue.holder == D1
    assert [part.unit for part in story.issue.parts] == ["D2"]
    signed = obey(story.issue, do.Command("c", Actor(Role.DEP, "handler", "d1"), do.Sign()), story.now, POLICY)
    assert signed.issue.status is Status.IN_PROGRESS
    assert signed.recorded[-1].actor == Actor(Role.DEP, "handler", D1)


def test_whom_an_act_is_not_for_hears_that_and_nothing_of_its_codes() -> None:
    with pytest.raises(Refusal) as refused:
        told().does(Actor(Role.DEP, "x", "D9"), do.Complete(uscc="x", county="y"))
    assert refused.value.name == "RoleNotAllowed"


def test_what_the_register_knows_fills_what_nobody_said() -> None:
    by_name = told(who=COORDINATOR, enterprise=do.Enterprise("某企业"), county="", liaison="")
    known = do.Complete(uscc=USCC, registered_name="恒捷化工", registered_county=HUBBED, liaison="O0007")
    story = by_name.does(COORDINATOR, known)
    assert (story.issue.enterprise, story.issue.county) == (do.Enterprise("某企业", USCC), HUBBED)
    assert story.issue.liaison == "O0007"
    assert [str(party) for party in story.recorded[-1].tell] == ["unit:H-410922", "liaison:O0007"]
    assert may_read(story.issue, Actor(Role.LIA, "O0007"), POLICY)


def test_what_was_said_stands_before_what_the_register_knows() -> None:
    story = told(who=COORDINATOR, contact="", enterprise=do.Enterprise("", USCC), liaison="O0001")
    known = do.Complete(contact="经办人", registered_name="恒捷化工", registered_county=HUBBED, liaison="O0001")
    story.does(COORDINATOR, known)
    assert (story.issue.enterprise.name, story.issue.county) == ("恒捷化工", PLAIN)
    assert [str(party) for party in story.recorded[-1].tell] == ["coordination"], "its official was told before"
