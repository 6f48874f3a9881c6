"""What commands need that run against a whole system."""

from collections.abc import Iterator

import pytest

from tests.support.api import the_sample_city_is_read_once
from tests.support.servers import real_temporal

__all__ = ["the_sample_city_is_read_once"]


@pytest.fixture(scope="module")
def temporal() -> Iterator[str]:
    """A server of our own: on the shared one issues of other tests wait for a worker, and would be in our ledger."""
    with real_temporal() as address:
        yield address
