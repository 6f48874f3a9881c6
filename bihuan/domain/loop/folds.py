"""What leaves an issue as it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue


def _unchanged(_event: ev.Noted | ev.CancelRequested, issue: Issue, _at: datetime) -> Issue:
    return issue


FOLDS: Mapping[type[Any], Fold] = {
    ev.Noted: _unchanged,
    ev.CancelRequested: _unchanged,
}
