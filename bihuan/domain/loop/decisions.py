"""What may be said of an issue in any phase."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.handlers import Decider
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy


def _note(act: do.Note, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Noted(text=act.text)


DECISIONS: Mapping[type[Any], Decider] = {
    do.Note: _note,
}
