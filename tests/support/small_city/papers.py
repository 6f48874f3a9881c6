"""Papers that lie before somebody, and whom an issue's events told outside the loop."""

from bihuan.domain import commands as do
from bihuan.domain.ladder import commands as press
from bihuan.domain.parties import Desk
from bihuan.domain.people import Actor, Role
from tests.support.small_city.acts import transfer
from tests.support.small_city.orders import lift, reply
from tests.support.small_city.people import COORDINATOR, LEADER, handler, head, supervisor
from tests.support.small_city.policy import D1, D2, G1
from tests.support.small_city.stages import in_hand
from tests.support.small_city.story import Story, walk

SECOND_COORDINATOR = Actor(Role.COO, "second coordinator")
APPROVE, REFUSE = press.Decision.APPROVE, press.Decision.REFUSE
OUTSIDE = {
    *(Desk.BULLETIN, Desk.COUNTY_LEADER, Desk.CITY_LEADER, Desk.GOVERNMENT_OFFICE, Desk.MAYOR, Desk.INSPECTION),
    *(Desk.DISCIPLINE, Desk.PROVINCE),
}


def draft_no(story: Story) -> str:
    return story.issue.drafts[-1].no


def sign(story: Story, who: Actor = LEADER, when: str | None = None) -> Story:
    return story.does(who, press.SignDraft(draft=draft_no(story), text="同意"), when)


def outside(story: Story) -> set[Desk]:
    return {party.desk for one in story.recorded for party in one.tell} & OUTSIDE


def second_unit_late() -> Story:
    """D1 lets the issue's time run out; coordination moves it to D2, whose own seven days run out as well."""
    story = walk(in_hand().does(handler(D1), do.Report(text="进展")), "08-12 18:00")
    story.does(head(D1), reply(story)).does(supervisor(G1), lift(story))
    story.does(COORDINATOR, transfer(D2), "08-13 09:00").does(handler(D2), do.Sign())
    return walk(story.does(handler(D2), do.Report(text="进展"), "08-16 09:00"), "08-24 18:00")
