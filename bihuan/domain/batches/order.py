"""A batch: one order, applied to every matching issue as an act. All but a calendar need a second person."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from bihuan.domain.batches.commands import AdoptPolicy, BatchAct, Handling, HoldClocks, ReleaseClocks
from bihuan.domain.clocks.special_days import CalendarVersion
from bihuan.domain.commands import AdoptCalendar
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy

DONE, ALREADY = "done", "already"
"""Results for one issue: the act was executed; there was nothing to change. Else the name of the refusal."""
NOT_RUNNING, STUCK = "IssueNotRunning", "IssueStuck"
"""Results without an answer: no workflow runs, or its tasks fail; once repaired it may still execute the act."""


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
    """Which issues: each non-empty field must hold the issue's value."""

    counties: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOrder:
    """What is ordered. ``operator``: who typed it; ``of``: the batch it undoes.

    ``policy_version`` names ``policy``, which is None where the ledger has it; ``version``: that of the policy without
    its days, or the calendar's. ``approved_by`` is None for a calendar, which ``basis`` decided.
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
        """The command id of its act on every issue, which makes repetitions harmless."""
        return f"batch:{self.id}"

    @property
    def fingerprint(self) -> str:
        """A digest of the order, the same whenever and by whomever it was typed."""
        same = replace(self, policy=None, operator="", ordered_at=datetime.min.replace(tzinfo=UTC))
        body = json.dumps(asdict(same), sort_keys=True, ensure_ascii=False, default=_plain)
        return hashlib.sha256(body.encode()).hexdigest()[:32]

    def act(self, policy: Policy | None = None, since_year: int = 0) -> BatchAct | AdoptCalendar:
        """The act for an issue. ``policy``: the one to adopt; ``since_year``: the first year whose days it needs."""
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
    """A moment as one text, whatever its offset."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
