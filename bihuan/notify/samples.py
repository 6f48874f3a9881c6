"""A sample notice of every event and report: templates are checked with them, and previews show them."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.notifications.registry import BY_NAME, NOTIFYING
from bihuan.domain.notifications.samples import COORDINATION, FACTS, GROUP, STANDING
from bihuan.domain.parties import Party
from bihuan.wire import NoticeOrder

AT = datetime(2026, 11, 23, 18, 0, tzinfo=CHINA_TIME)
NUMBER = "BH2026112300001"
TITLE = "厂区扩产用电增容"
EVENTS: Mapping[str, tuple[Party, ...]] = {name: row.sample for name, row in NOTIFYING.items()}
"""Every event that desks are notified of, with the desks that usually are."""
REPORTS: Mapping[str, tuple[Party, ...]] = {
    "digest": (GROUP,),
    "bulletin": (COORDINATION,),
    "brief": (COORDINATION,),
    "census": (COORDINATION,),
}
"""Every scheduled report that is sent, and to whom."""
NOTIFIED: Mapping[str, tuple[Party, ...]] = {**EVENTS, **REPORTS}
REPORT_FACTS: Mapping[str, str] = {"period": "2026-11-23", "lines": "在办 12 件，逾期 2 件\n详见 {link}"}
"""The facts of a report: its period, and its compiled lines."""


def sample(event: str, to: Party, facts: Mapping[str, str] | None = None, *, at: datetime = AT) -> NoticeOrder:
    """A sample notice of the event or report. ``facts`` None: those it usually carries."""
    return NoticeOrder(
        id=f"{NUMBER}:12:{to}",
        issue_no=NUMBER,
        seq=12,
        to=to,
        event=event,
        at=at,
        title=TITLE,
        facts=dict(_usual(event) if facts is None else facts),
        urgent=event in BY_NAME and BY_NAME[event].urgent is not False,  # the sample of a rung is R2
    )


def _usual(event: str) -> Mapping[str, str]:
    if event in REPORTS:
        return REPORT_FACTS
    row = BY_NAME[event]
    usual = {name: FACTS[name] for name in (*STANDING, *row.facts)} | dict(row.sample_facts)
    return {name: value for name, value in usual.items() if value}


def facts_of(*events: str) -> dict[str, str]:
    """A sample of every fact that a notice of one of these events or reports may carry."""
    names = [name for event in events if event in BY_NAME for name in (*STANDING, *BY_NAME[event].facts)]
    reported = REPORT_FACTS if any(event in REPORTS for event in events) else {}
    return {name: FACTS[name] for name in names} | dict(reported)
