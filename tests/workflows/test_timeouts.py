"""How patiently a notice is tried: pauses as the server would have them, in a table."""

from datetime import timedelta

import pytest

from workflows.timeouts import IDLE_TIMER, Patience, ledger_retry_delay


@pytest.mark.parametrize(
    ("attempt", "pause_s"), [(1, 5), (2, 20), (3, 80), (4, 320), (5, 600), (6, 600), (10_000, 600)]
)
def test_pauses_grow_fourfold_to_ten_minutes(attempt: int, pause_s: float) -> None:
    assert Patience().pause(attempt) == timedelta(seconds=pause_s)


def test_an_attempt_whose_worker_died_is_repeated_by_the_same_measure() -> None:
    retries = Patience(first_s=2, longest_s=60).retries
    assert (retries.initial_interval, retries.maximum_interval) == (timedelta(seconds=2), timedelta(seconds=60))
    assert retries.maximum_attempts == 0, "the way says when it is given up"


@pytest.mark.parametrize(("refused", "pause_s"), [(1, 2), (2, 4), (5, 32), (6, 60), (47, 60), (100_000, 60)])
def test_a_ledger_that_stays_away_is_tried_every_minute_however_long_that_is(refused: int, pause_s: float) -> None:
    assert ledger_retry_delay(refused) == timedelta(seconds=pause_s)
    assert ledger_retry_delay(0) == IDLE_TIMER
