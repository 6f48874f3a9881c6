"""Errors of the ledger, and what its verification finds."""

from dataclasses import dataclass


class LedgerError(Exception):
    """The ledger's content and what was to be written contradict each other."""


class LedgerGap(LedgerError):
    """An event was to be recorded before the one that precedes it."""

    def __init__(self, issue_no: str, seq: int) -> None:
        super().__init__(f"{issue_no}: event {seq} is missing")
        self.issue_no = issue_no
        self.seq = seq


class LedgerFork(LedgerError):
    """A different event is already recorded under this number."""

    def __init__(self, issue_no: str, seq: int) -> None:
        super().__init__(f"{issue_no}: another event {seq} is already recorded")
        self.issue_no = issue_no
        self.seq = seq


class PolicyUnknown(LedgerError):
    """The issue is stamped with a policy that was neither passed nor recorded earlier."""

    def __init__(self, issue_no: str, version: str) -> None:
        super().__init__(f"{issue_no}: its policy {version} is not recorded")
        self.issue_no = issue_no
        self.version = version


class CursorUnreadable(LedgerError, ValueError):
    """The cursor does not come from this ledger."""

    def __init__(self) -> None:
        super().__init__("the cursor cannot be read")


@dataclass(frozen=True, slots=True)
class IntegrityFinding:
    """One contradiction found in the ledger. ``seq``: the event, 0 if it concerns the issue as a whole."""

    issue_no: str
    what: str
    seq: int = 0

    def __str__(self) -> str:
        return f"{self.issue_no}{f' event {self.seq}' if self.seq else ''}: {self.what}"


class LedgerCorrupt(LedgerError):
    """Records in the ledger are damaged, and no other source has them."""

    def __init__(self, finding: IntegrityFinding) -> None:
        super().__init__(str(finding))
        self.finding = finding
