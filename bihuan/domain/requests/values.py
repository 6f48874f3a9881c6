"""A side request (申请) as a value, and how it stands."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bihuan.domain.parties import Party
from bihuan.domain.people import Actor


class RequestKind(StrEnum):
    """The kinds of side request (docs/rules.md 6); each is ruled on by a second person."""

    EXTENSION = "EXTENSION"
    SUSPENSION = "SUSPENSION"
    TERMINATION = "TERMINATION"
    APPEAL = "APPEAL"
    REJECTION = "REJECTION"


REQUEST_ZH = {
    RequestKind.EXTENSION: "延期",
    RequestKind.SUSPENSION: "挂起",
    RequestKind.TERMINATION: "终止",
    RequestKind.APPEAL: "差评申诉",
    RequestKind.REJECTION: "不予受理",
}
assert set(REQUEST_ZH) == set(RequestKind)


class RequestState(StrEnum):
    OPEN = "OPEN"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    OVERTAKEN = "OVERTAKEN"
    """The issue moved to a status in which the request no longer applies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A side request (申请): what was asked, by whom, and what came of it.

    ``approver``: the desk that rules. ``unit``: who held the issue. ``ground``: the basis or ground named.
    ``until``: the new date of an extension, the review date of a suspension. ``clock``: the clock to extend.
    ``over_at``: when an approved suspension ended.
    """

    no: str
    kind: RequestKind
    asked_by: Actor
    asked_at: datetime
    reason: str
    approver: Party
    unit: str = ""
    ground: str = ""
    other_channel: str = ""
    until: datetime | None = None
    clock: str = ""
    state: RequestState = RequestState.OPEN
    ruled_by: Actor | None = None
    ruled_at: datetime | None = None
    ruling: str = ""
    over_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state is RequestState.OPEN

    @property
    def suspends(self) -> bool:
        """An approved suspension that is not over."""
        approved = self.kind is RequestKind.SUSPENSION and self.state is RequestState.APPROVED
        return approved and self.over_at is None

    def over(self, at: datetime) -> "Request":
        """The request, its suspension ended where it was still suspending."""
        return replace(self, over_at=at) if self.suspends else self
