"""evolve(): the issue after one more event. Uses no policy, no calendar and no wall clock."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

from bihuan.domain import events as ev
from bihuan.domain.access.impartiality import with_handler
from bihuan.domain.batches import folds as batches
from bihuan.domain.batches.holds import effective_at, while_held
from bihuan.domain.clocks import folds as clocks
from bihuan.domain.dispatch import folds as dispatch
from bihuan.domain.evaluation import folds as evaluation
from bihuan.domain.following import folds as following
from bihuan.domain.handlers import Fold, assemble
from bihuan.domain.handling import folds as handling
from bihuan.domain.intake import folds as intake
from bihuan.domain.issue import Issue
from bihuan.domain.joint import folds as joint
from bihuan.domain.ladder import folds as ladder
from bihuan.domain.loop import folds as loop
from bihuan.domain.merging import folds as merging
from bihuan.domain.people import Actor
from bihuan.domain.requests import folds as requests

CONCEPTS = (intake, merging, following, dispatch, handling, joint, evaluation, requests, clocks, loop, batches, ladder)
FOLDED = set(get_args(ev.Event)) - {ev.Submitted}
"""All but the submission, which opens an issue and so has none to be folded into."""
HANDLERS: Mapping[type[Any], Fold] = assemble(FOLDED, *(concept.FOLDS for concept in CONCEPTS))
"""The handler that folds each event."""


def evolve(issue: Issue, event: ev.Event, at: datetime, by: Actor | None = None) -> Issue:
    """The issue after the event, one revision later. Clocks that start or run during a mass suspension are paused.

    ``by``: who caused it, None for the clock; it only decides who may not judge the issue later (docs/rules.md 2.4).
    """
    after = HANDLERS[type(event)](event, with_handler(replace(issue, revision=issue.revision + 1), event, at, by), at)
    return while_held(after, effective_at(event, at)) if after.holds else after
