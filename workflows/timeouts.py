"""How long we wait and how often we try: every timeout and retry in one place."""

from datetime import timedelta

from pydantic.dataclasses import dataclass
from temporalio.common import RetryPolicy

PUBLISH_TIMEOUT = timedelta(seconds=30)
SEND_COMMAND_TIMEOUT = timedelta(seconds=30)
RECORD_TIMEOUT = timedelta(seconds=30)
DELIVER_TIMEOUT = timedelta(seconds=30)
BATCH_STEP_TIMEOUT = timedelta(seconds=60)
PORTION_TIMEOUT = timedelta(minutes=10)
COMPILE_TIMEOUT = timedelta(minutes=3)
LIST_LAG = timedelta(seconds=2)
IDLE_TIMER = timedelta(days=30)
LEDGER_PAUSE_MAX = timedelta(seconds=60)

RETRY_FOREVER = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=20))


BACKOFF = 4


def ledger_retry_delay(refused: int) -> timedelta:
    """How long to wait for new events before the ledger is tried again, having refused so many times in a row."""
    doubled = 2 ** min(refused, 30)  # beyond the longest pause, and no overflow
    return min(timedelta(seconds=doubled), LEDGER_PAUSE_MAX) if refused else IDLE_TIMER


@dataclass(frozen=True, slots=True)
class Patience:
    """How a notice is tried on one way: first pause and longest pause, in seconds. The way says when it is given up."""

    first_s: float = 5
    longest_s: float = 600

    @property
    def retries(self) -> RetryPolicy:
        return RetryPolicy(
            initial_interval=timedelta(seconds=self.first_s),
            backoff_coefficient=BACKOFF,
            maximum_interval=timedelta(seconds=self.longest_s),
        )

    def pause(self, attempt: int) -> timedelta:
        """What comes after this attempt, of which the first is number one."""
        steps = min(attempt - 1, 30)  # beyond any longest pause, and no overflow
        return timedelta(seconds=min(self.longest_s, self.first_s * BACKOFF**steps))
