"""What the tests of the API share."""

from tests.api.test_http import api

__all__ = ["api"]
