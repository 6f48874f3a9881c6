"""The index of events: those of every concept.

An event is one frozen dataclass, in the past tense; ``event`` tells them apart on the wire. Events carry all that
deciding found out, so that folding them (``evolve``) needs neither policy nor calendar.
"""
# ruff: noqa: F403, F405 - an index of what the concepts define; mypy knows every name

from typing import get_args

from bihuan.domain.batches.events import *
from bihuan.domain.clocks.events import *
from bihuan.domain.dispatch.events import *
from bihuan.domain.evaluation.events import *
from bihuan.domain.following.events import *
from bihuan.domain.handling.events import *
from bihuan.domain.intake.events import *
from bihuan.domain.joint.events import *
from bihuan.domain.ladder.events import *
from bihuan.domain.loop.events import *
from bihuan.domain.merging.events import *
from bihuan.domain.requests.events import *

Event = (
    IntakeEvent
    | MergingEvent
    | FollowingEvent
    | DispatchEvent
    | HandlingEvent
    | JointEvent
    | EvaluationEvent
    | RequestEvent
    | ClockEvent
    | LoopEvent
    | BatchEvent
    | LadderEvent
)
assert all(globals()[kind.__name__] is kind for kind in get_args(Event)), "each event is known here by its own name"
