"""Units that assist, and the parts they owe."""

from bihuan.domain import commands as do
from bihuan.domain.joint.values import PartState
from tests.support.small_city.acts import RESULT
from tests.support.small_city.people import handler, head
from tests.support.small_city.policy import D1, D2, D3
from tests.support.small_city.stages import in_hand
from tests.support.small_city.story import Story

HANDED_OVER = do.HandOver(unit=D1, requirement="本周答复", co_units=(D2, D3))
PART = do.SubmitPart(text="容量已核定", evidence=("核定书",))
TASK = "核定容量"
ASK = do.AddAssist(unit=D2, task=TASK)
TAKE = do.AcceptPart(unit=D2)
RETURN_PART = do.ReturnPart(unit=D2, reason="缺图纸")
RELEASE = do.ReleaseAssist(unit=D2, reason="已不需要")
REGARDLESS = do.SubmitResult(outcome=RESULT.outcome, text="已增容", open_parts_reason="核定不影响送电")
DUE = "08-05 18:00"
"""Three working days after Monday the second of August."""


def assisted() -> Story:
    """D1 holds, has signed and reported; D2 owes it a part."""
    return in_hand().does(handler(D1), do.Report(text="进展")).does(head(D1), ASK)


def handed_in() -> Story:
    return assisted().does(head(D2), PART)


def states(story: Story) -> list[tuple[str, PartState]]:
    return [(part.unit, part.state) for part in story.issue.parts]
