"""An act added by the list of CONTRIBUTING: command, event, admission, decision, fold and notification row, no more."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import pytest

from bihuan.domain import decide, evolve
from bihuan.domain.access import authorization
from bihuan.domain.access.relations import TRIAGER
from bihuan.domain.access.rules import Rule
from bihuan.domain.commands import ACT_ZH
from bihuan.domain.issue import Issue
from bihuan.domain.notifications import registry
from bihuan.domain.notifications.addressees import enterprise
from bihuan.domain.notifications.row import EventRow, own_fields
from bihuan.domain.notifications.samples import ENTERPRISE as SAMPLE
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import FieldMissing, RoleNotAllowed, WrongStatus
from bihuan.domain.stage import Status
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import D1
from tests.support.small_city.stages import in_hand, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """1. commands.py"""

    act: Literal["visit"] = "visit"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """2. events.py"""

    event: Literal["visited"] = "visited"
    text: str


"""3. admission.py, 4. decisions.py, 5. folds.py, 6. notifications/: a row each."""
ADMISSION = Rule(frozenset({Status.UNTRIAGED}), TRIAGER)


def _visit(act: Visit, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[Any]:
    yield Visited(text=act.text)


def _visited(event: Visited, issue: Issue, _at: datetime) -> Issue:
    return replace(issue, matter=replace(issue.matter, description=event.text))


ROW = EventRow(Visited, "走访", "visited", recipients=(enterprise,), facts=own_fields("text"), sample=(SAMPLE,))


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACT_ZH, "visit", "走访")
    monkeypatch.setitem(authorization.RULES, "visit", ADMISSION)
    monkeypatch.setitem(decide.HANDLERS, Visit, _visit)
    monkeypatch.setitem(evolve.HANDLERS, Visited, _visited)
    monkeypatch.setitem(registry.ROWS, Visited, ROW)


def visit(text: str = "设备已到厂") -> Any:
    return Visit(text=text)


def test_it_is_decided_folded_and_notified() -> None:
    story = told().does(COORDINATOR, visit())
    entry: Any = story.recorded[-1]
    assert entry.event == Visited(text="设备已到厂")
    assert story.issue.matter.description == "设备已到厂"
    assert entry.recipients == (Party(Desk.ENTERPRISE, story.issue.matter.enterprise.uscc),)
    assert registry.facts(entry.event, story.issue)["text"] == "设备已到厂"


def test_it_is_refused_by_role_by_status_and_where_its_text_says_nothing() -> None:
    with pytest.raises(RoleNotAllowed):
        told().does(head(D1), visit())
    with pytest.raises(WrongStatus):
        in_hand().does(COORDINATOR, visit())
    with pytest.raises(FieldMissing):
        told().does(COORDINATOR, visit("\u3000"))
