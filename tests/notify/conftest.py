"""The sample city's telling, loaded once."""

import pytest

from bihuan.city.notification_files import NotificationSettings
from bihuan.notify.routing import Routing
from tests.support.notify_files import telling


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> NotificationSettings:
    return telling(tmp_path_factory.mktemp("telling"))


@pytest.fixture(scope="session")
def routing(told: NotificationSettings) -> Routing:
    return told.routing
