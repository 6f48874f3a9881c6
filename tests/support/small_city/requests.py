"""A unit at work, and what was raised on a clock since."""

from bihuan.domain import commands as do
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from tests.support.small_city.acts import rate
from tests.support.small_city.people import ENTERPRISE, head
from tests.support.small_city.policy import D1, USCC
from tests.support.small_city.stages import evaluating, in_hand
from tests.support.small_city.story import Story

ENTERPRISE_DESK = Party(Desk.ENTERPRISE, USCC)
REPORT = do.Report(text="进展")


def at_work(unit: str = D1) -> Story:
    """In hand with its first report made, so that only the issue's clock presses."""
    return in_hand(unit).does(head(unit), REPORT, "08-04 10:00")


def raised(story: Story, clock: str) -> list[tuple[int, Rung, str]]:
    return [(a.grant, a.rung, a.moment.strftime("%m-%d %H:%M")) for a in story.alarms if a.clock == clock]


def badly_rated() -> Story:
    """Delivered and rated on Monday 2 August."""
    return evaluating().does(ENTERPRISE, rate(1, solved=False))
