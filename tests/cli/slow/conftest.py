"""What commands need that run against a whole system."""

from tests.support.api import the_sample_city_is_read_once

__all__ = ["the_sample_city_is_read_once"]
