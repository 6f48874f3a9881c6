"""Which outcomes a result may have."""

from bihuan.domain.refusals import OutcomeNotAllowed, PlannedStaysOpen
from bihuan.domain.stage import Outcome

RESULTS = frozenset({Outcome.SOLVED, Outcome.EXPLAINED, Outcome.REFERRED})


def require_result(outcome: Outcome) -> None:
    if outcome is Outcome.PLANNED:
        raise PlannedStaysOpen(field="outcome")
    if outcome not in RESULTS:
        raise OutcomeNotAllowed(field="outcome", outcome=outcome)
