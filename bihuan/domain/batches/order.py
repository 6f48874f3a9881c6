"""A batch: one order, put to every issue it matches by an act of its own. All but a calendar need a second person."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from bihuan.domain.batches.commands import AdoptPolicy, BatchAct, Handling, HoldClocks, ReleaseClocks
from bihuan.domain.clocks.workdays import CalendarVersion
from bihuan.domain.commands import AdoptCalendar
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy

DONE, ALREADY = "done", "already"
"""What came of one issue: the act was obeyed; there was nothing to change. Else the name of the reason to refuse."""
NOT_RUNNING, STUCK = "IssueNotRunning", "IssueStuck"
"""Nobody was there to answer: no workflow runs, or its tasks fail; once mended it may still obey."""


class BatchKind(StrEnum):
    ADOPT = "adopt"
    UNDO = "undo"
    SUSPEND = "suspend"
    RESUME = "resume"
    CALENDAR = "calendar"


KIND_ZH = {
    BatchKind.ADOPT: "更换方案",
    BatchKind.UNDO: "撤销更换",
    BatchKind.SUSPEND: "统一停钟",
    BatchKind.RESUME: "统一恢复",
    BatchKind.CALENDAR: "更换日历",
}
assert set(KIND_ZH) == set(BatchKind)
TAKES_BACK = frozenset({BatchKind.UNDO, BatchKind.RESUME})
"""Kinds that go to the issues of an earlier batch."""
TAKEN_BACK_BY = {BatchKind.ADOPT: BatchKind.UNDO, BatchKind.SUSPEND: BatchKind.RESUME}


@dataclass(frozen=True, slots=True)
class Matching:
    """Which issues: for each field that names anything, one of what it names."""

    counties: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOrder:
    """What is ordered. ``operator`` typed it; ``of``: the batch it takes back.

    ``policy_version`` names ``policy``, which is not told where the ledger has it; ``version`` is its name whatever
    its days, or that of ``calendar``. ``approved_by`` is None for a calendar: its paper was decided elsewhere, and
    ``basis`` names it.
    """

    id: str
    kind: BatchKind
    basis: str
    by: Actor
    approved_by: Actor | None
    ordered_at: datetime
    operator: str = ""
    matching: Matching = Matching()
    handling: Handling = Handling.ADOPT
    version: str = ""
    policy_version: str = ""
    policy: Policy | None = None
    also_kept: bool = False
    until: datetime | None = None
    of: str = ""
    calendar: CalendarVersion | None = None

    @property
    def command_id(self) -> str:
        """The id of its act on every issue: whoever repeats it has no second effect."""
        return f"batch:{self.id}"

    @property
    def fingerprint(self) -> str:
        """The same order, whenever and by whomever it was typed."""
        same = replace(self, policy=None, operator="", ordered_at=datetime.min.replace(tzinfo=UTC))
        body = json.dumps(asdict(same), sort_keys=True, ensure_ascii=False, default=_plain)
        return hashlib.sha256(body.encode()).hexdigest()[:32]

    def act(self, policy: Policy | None = None, since_year: int = 0) -> BatchAct | AdoptCalendar:
        """What is put to an issue. ``policy``: the one it is to go by; ``since_year``: the first year it needs."""
        if self.kind is BatchKind.CALENDAR:
            assert self.calendar is not None, "such a batch is of a calendar"
            return AdoptCalendar(version=self.version, calendar=self.calendar.since(since_year))
        assert self.approved_by is not None, "a second person approved it"
        match self.kind:
            case BatchKind.SUSPEND:
                assert self.until is not None, "a mass suspension names its date"
                return HoldClocks(batch=self.id, basis=self.basis, until=self.until, approved_by=self.approved_by)
            case BatchKind.RESUME:
                return ReleaseClocks(batch=self.id, hold=self.of, reason=self.basis, approved_by=self.approved_by)
            case BatchKind.ADOPT | BatchKind.UNDO:
                return AdoptPolicy(
                    batch=self.id,
                    version=self.version or (policy.version if policy else ""),
                    handling=self.handling,
                    basis=self.basis,
                    approved_by=self.approved_by,
                    policy=policy,
                    undoes=self.of,
                    also_kept=self.also_kept,
                )


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far a batch is: how many issues it matched when it began, and what came of those it was put to."""

    total: int = 0
    results: Mapping[str, int] = field(default_factory=dict)
    ended: bool = False

    @property
    def touched(self) -> int:
        return sum(self.results.values())


def _plain(value: object) -> str:
    """A moment is told by one name, whatever offset it was written with."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
