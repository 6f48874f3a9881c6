"""Every timeout and retry policy, in one place."""

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
    """How long to wait for new events until the ledger is tried again, after so many refusals in a row."""
    doubled = 2 ** min(refused, 30)  # bounded, or it would overflow
    return min(timedelta(seconds=doubled), LEDGER_PAUSE_MAX) if refused else IDLE_TIMER


@dataclass(frozen=True, slots=True)
class Patience:
    """The pauses between the attempts of a notice on one way: the first and the longest, in seconds.

    When the way is given up is the channel's setting (``give_up_s``).
    """

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
        """The pause after this attempt; the first attempt is number one."""
        steps = min(attempt - 1, 30)  # bounded, or it would overflow
        return timedelta(seconds=min(self.longest_s, self.first_s * BACKOFF**steps))
