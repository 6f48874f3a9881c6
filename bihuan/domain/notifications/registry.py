"""Every event and its row, and what follows from the row of one: recipients, urgency, facts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields as fields_of
from typing import Any, get_args

from bihuan.domain import events as ev
from bihuan.domain.issue import Issue
from bihuan.domain.notifications.clocks import CLOCKS
from bihuan.domain.notifications.cross_issue import CROSS_ISSUE
from bihuan.domain.notifications.evaluation import EVALUATION
from bihuan.domain.notifications.handling import HANDLING
from bihuan.domain.notifications.intake import INTAKE
from bihuan.domain.notifications.ladder import LADDER
from bihuan.domain.notifications.papers import PAPERS
from bihuan.domain.notifications.requests import REQUESTS
from bihuan.domain.notifications.row import EventRow, OwnField, Parties, as_text
from bihuan.domain.notifications.samples import FACTS
from bihuan.domain.policy import Policy, Urgency
from bihuan.domain.stage import STAGE_ZH, STATUS_ZH

Row = EventRow[Any]


def registry(events: Iterable[type], rows: Iterable[Row]) -> Mapping[type, Row]:
    """Each event's row. Raises ValueError naming every event that has none or a wrong one, and what is wrong."""
    rows = tuple(rows)
    errors = list(_errors(tuple(events), rows))
    if errors:
        raise ValueError("; ".join(errors))
    return {row.event: row for row in rows}


def _errors(events: tuple[type, ...], rows: tuple[Row, ...]) -> Iterator[str]:
    described = [row.event for row in rows]
    yield from (f"{event.__name__} has no row" for event in events if event not in described)
    yield from (f"{event.__name__} is no event" for event in described if event not in events)
    yield from (f"{event.__name__} has several rows" for event in set(described) if described.count(event) > 1)
    for row in rows:
        yield from (f"{row.event.__name__} {error}" for error in _row_errors(row))


def _row_errors(row: Row) -> Iterator[str]:
    held = {one.name for one in fields_of(row.event)}
    for name, fact in row.facts.items():
        if isinstance(fact, OwnField) and fact.path.partition(".")[0] not in held:
            yield f"has no field {fact.path}"
        if name not in FACTS:
            yield f"carries {name}, of which samples.FACTS has no sample"
    if not row.sample_facts.keys() <= row.facts.keys():
        yield f"does not carry {', '.join(row.sample_facts.keys() - row.facts.keys())}"
    if bool(row.recipients) != bool(row.sample):
        yield "notifies and has no sample recipients, or the reverse"


ROWS = registry(
    get_args(ev.Event), (*INTAKE, *CLOCKS, *CROSS_ISSUE, *HANDLING, *REQUESTS, *EVALUATION, *LADDER, *PAPERS)
)
BY_NAME: Mapping[str, Row] = {row.name: row for row in ROWS.values()}
NOTIFYING: Mapping[str, Row] = {name: row for name, row in BY_NAME.items() if row.recipients}
"""The events that desks are notified of."""
REMINDERS = frozenset(name for name, row in BY_NAME.items() if row.reminds)
"""What is pointless once the issue is over: recalled where it was not sent before."""


def recipients(event: ev.Event, issue: Issue, policy: Policy) -> Parties:
    """Who is notified of the event, each once; empty: nobody. ``issue``: as it is after the event.

    Whoever was notified of R1 or R2 is also notified when the issue ends.
    """
    row = ROWS[type(event)]
    parties = [party for its in row.recipients for party in its(event, issue, policy)]
    return tuple(dict.fromkeys((*parties, *(issue.alerted if row.closes else ()))))


def urgent(event: ev.Event, issue: Issue) -> bool:
    """Whether a notice of this may not wait for the office hours: by its row, or as the issue is urgent."""
    its = ROWS[type(event)].urgent
    return issue.urgency is Urgency.URGENT or (its if isinstance(its, bool) else its(event))


def facts(event: ev.Event, issue: Issue) -> dict[str, str]:
    """What a notice of the event carries, by name: the issue's state and the row's facts, none of them empty."""
    state = {
        "stage": STAGE_ZH[issue.stage],
        "status": STATUS_ZH[issue.status],
        "unit": issue.holder,
        "group": issue.group,
        "county": issue.county,
    }
    added = {name: as_text(fact(event, issue)) for name, fact in ROWS[type(event)].facts.items()}
    return {name: value for name, value in (state | added).items() if value}
