"""What the rulings on clocks (docs/rules.md 3, docs/decisions/0014) are tried with."""

from dataclasses import replace

from bihuan.domain import commands as do
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.people import Actor
from bihuan.domain.policy import Urgency
from tests.support.small_city.acts import RESULT, approve
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import D1, D2, LIMITS
from tests.support.small_city.stages import in_hand
from tests.support.small_city.story import Story

URGENT, GENERAL = do.Classify(urgency=Urgency.URGENT), do.Classify(urgency=Urgency.GENERAL)
AS_COMPLAINT = do.Classify(category="COMPLAINT_BE")
ADD = do.AddAssist(unit=D2, task="核定负荷")
RELEASE = do.ReleaseAssist(unit=D2, reason="先不用")
WITHDRAW, REOPEN = do.Withdraw(reason="自行解决"), do.Reopen(reason="又出现了")
assert LIMITS[Urgency.URGENT].startswith("1wh 1wh"), "the sign limit of an urgent matter is one hour of office time"


def approved(story: Story, when: str, who: Actor = COORDINATOR, nth: int = -1) -> Story:
    """The last request, or another, is ruled on."""
    act = replace(approve(story), request=story.issue.requests[nth].no)
    return story.does(who, act, when)


def alarms(story: Story, clock: str) -> list[tuple[Rung, str]]:
    return [(one.rung, str(one.debtor)) for one in story.alarms if one.clock == clock]


def heard(story: Story, event: str) -> set[str]:
    return {str(party) for party in story.entries(event)[-1].tell}


def an_hour_in_time() -> Story:
    """The result is in at 17:00 on the last day; its check is due on 08-12 at 18:00."""
    return in_hand().does(head(D1), do.Report(text="进展"), "08-05 09:00").does(head(D1), RESULT, "08-11 17:00")
