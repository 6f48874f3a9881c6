"""What the tests of the API share."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bihuan.city.configuration import City, load_city
from bihuan.domain.clocks.special_days import CalendarVersion
from tests.api.test_http import api
from tests.support.puyang import CITY_FOLDER

__all__ = ["api"]


@cache
def _sample_city(profile: str, since_year: int) -> City:
    return load_city(CITY_FOLDER, profile, since_year=since_year)


@pytest.fixture(autouse=True, scope="session")
def the_sample_city_is_read_once() -> Iterator[None]:
    """Not for each of some hundred applications. A city of a test's own is read every time."""

    def read(folder: Path, profile: str, *, since_year: int = 0, imported: CalendarVersion | None = None) -> City:
        if folder == CITY_FOLDER and imported is None:
            return _sample_city(profile, since_year)
        return load_city(folder, profile, since_year=since_year, imported=imported)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bihuan.city.calendar_store.load_city", read)
        yield
