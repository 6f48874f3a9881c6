"""会商 · consultation (docs/rules.md 5)."""

from datetime import date

from bihuan.domain import refusals as no
from bihuan.domain.ladder import commands as press
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Role
from bihuan.domain.refusals import NotPermitted
from bihuan.domain.stage import Status
from tests.support.small_city.calendar import at
from tests.support.small_city.desks import GROUP, UNIT
from tests.support.small_city.orders import CONVENE, in_consultation
from tests.support.small_city.papers import SECOND_COORDINATOR
from tests.support.small_city.people import COORDINATOR, LEADER, OWN
from tests.support.small_city.policy import D2, D3
from tests.support.small_city.stages import in_hand
from tests.support.small_city.story import refused


def test_a_consultation_tells_its_participants_and_keeps_what_it_decided() -> None:
    story = in_consultation()
    told_now = set(story.recorded[-1].tell)
    assert {Party(Desk.UNIT, D2), Party(Desk.UNIT, D3), UNIT, GROUP} <= told_now
    assert story.due("consult#1") == at("08-09 18:00")
    minutes = press.RecordConsultation(
        consultation=story.issue.consultations[0].no,
        minutes="各方已到",
        decision="由金融局牵头",
        lead=D2,
        by=date(2021, 8, 20),
    )
    refused(story, OWN[Role.SVG], minutes, NotPermitted)
    holder = story.issue.holder
    story.does(SECOND_COORDINATOR, minutes)
    assert Party(Desk.UNIT, D3) in story.recorded[-1].tell
    (held,) = story.issue.consultations
    assert (held.lead, str(held.by), held.open) == (D2, "2021-08-20", False)
    assert (story.issue.holder, story.issue.status) == (holder, Status.IN_PROGRESS), "on record only"
    story.does(LEADER, CONVENE)


def test_a_consultation_of_unknown_units_is_refused() -> None:
    refused(in_hand(), COORDINATOR, press.Convene(topic="x", participants=("D99",)), no.UnknownUnit)
