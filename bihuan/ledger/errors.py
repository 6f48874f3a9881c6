"""What the ledger will not write, and why."""

from dataclasses import dataclass


class LedgerError(Exception):
    """The ledger and what it is told do not fit together."""


class LedgerGap(LedgerError):
    """Something was published before what comes before it."""

    def __init__(self, issue_no: str, seq: int) -> None:
        super().__init__(f"{issue_no}: event {seq} is missing")
        self.issue_no = issue_no
        self.seq = seq


class LedgerFork(LedgerError):
    """Another event already stands in this place."""

    def __init__(self, issue_no: str, seq: int) -> None:
        super().__init__(f"{issue_no}: another event {seq} is already recorded")
        self.issue_no = issue_no
        self.seq = seq


class PolicyUnknown(LedgerError):
    """The issue is stamped with a policy that was neither given nor recorded before."""

    def __init__(self, issue_no: str, version: str) -> None:
        super().__init__(f"{issue_no}: its policy {version} is not recorded")
        self.issue_no = issue_no
        self.version = version


class CursorUnreadable(LedgerError, ValueError):
    """The cursor was not made by this ledger."""

    def __init__(self) -> None:
        super().__init__("the cursor cannot be read")


@dataclass(frozen=True, slots=True)
class IntegrityFinding:
    """One thing that ``verify`` found. ``seq`` is 0 where it concerns the issue as a whole."""

    issue_no: str
    what: str
    seq: int = 0

    def __str__(self) -> str:
        return f"{self.issue_no}{f' event {self.seq}' if self.seq else ''}: {self.what}"


class LedgerCorrupt(LedgerError):
    """What the ledger holds cannot be believed, and nothing else tells it."""

    def __init__(self, fault: IntegrityFinding) -> None:
        super().__init__(str(fault))
        self.finding = fault
