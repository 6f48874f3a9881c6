"""Complaints, which a law governs, and how they are classified."""

from bihuan.domain import commands as do
from bihuan.domain.policy import Urgency
from tests.support.small_city.stages import told
from tests.support.small_city.story import Story

ASK, SUPPLY = do.AskInfo(question="哪个窗口"), do.Supply(text="政务大厅三楼")
COMPLAINT = "COMPLAINT_BE"
SILENCE = "08-05 18:00"
"""Three working days after Monday 2 August."""
HANDOVER_DUE = "08-06 18:00"
THIRTY_DAYS = "09-01 18:00"


def complaint(**changes: object) -> Story:
    return told(category=COMPLAINT, **changes)  # type: ignore[arg-type]


def classify(category: str = "", urgency: Urgency | None = None) -> do.Classify:
    return do.Classify(category=category, urgency=urgency)
