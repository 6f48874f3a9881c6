"""The shape of a row: what one class of event is called, whom it notifies, how urgently, and of what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from datetime import date
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

from bihuan.domain.issue import Issue
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Party
from bihuan.domain.policy import Policy

Parties = tuple[Party, ...]
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class EventRow(Generic[E]):
    """One class of event. An event without ``recipients`` notifies nobody.

    ``recipients``: each a function of the event, the issue right after it, and its policy.
    ``facts``: what a notice of it adds to where the issue stands, by name, each a function of the event and the issue.
    ``urgent``: whether a notice of it may not wait for the office hours, whatever the issue.
    ``closes``: it ends the issue, so that whoever was notified of R1 or R2 is notified.
    ``reminds``: a reminder of an obligation: named after its rung, and pointless once the issue is over.
    ``sample``: who usually is notified; ``sample_facts``: where it differs from the usual sample of a fact; empty: a
    fact that is seldom there.
    """

    event: type[E]
    zh: str
    en: str
    recipients: tuple[Callable[[E, Issue, Policy], Parties], ...] = ()
    facts: Mapping[str, Callable[[E, Issue], object]] = field(default_factory=dict)
    urgent: bool | Callable[[E], bool] = False
    closes: bool = False
    reminds: bool = False
    sample: Parties = ()
    sample_facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The event's name in JSON."""
        return next(str(one.default) for one in fields_of(self.event) if one.name == "event")  # type: ignore[arg-type]


class Ranked(Protocol):
    @property
    def rung(self) -> Rung: ...


def from_r2(event: Ranked) -> bool:
    """What is of R2 or above does not wait for office hours."""
    return event.rung not in (Rung.R0, Rung.R1)


class OwnField:
    """A fact that the event holds itself, at this path of its fields."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._get = attrgetter(path)

    def __call__(self, event: object, _issue: Issue) -> object:
        return self._get(event)


def own_fields(*names: str, **paths: str) -> dict[str, OwnField]:
    """Facts that the event holds under the same name, and those that it holds elsewhere: ``due_at="moment"``."""
    return {name: OwnField(path) for name, path in {**{name: name for name in names}, **paths}.items()}


def as_text(value: object) -> str:
    """A fact as a notice carries it: moments and dates in ISO 8601, yes as ``true``; empty where there is nothing."""
    match value:
        case None | False:
            return ""
        case True:
            return "true"
        case date():  # a moment is one as well
            return value.isoformat()
        case _:
            return str(value)
