"""What every route may have, typed, by ``Depends``; nothing else reaches into the application's state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from bihuan.application.acts import Acts
from bihuan.application.assembly import Readiness, UseCases
from bihuan.application.inbox import Inbox
from bihuan.application.reading import Reading
from bihuan.application.resending import Resending
from bihuan.application.submission import Submission
from bihuan.domain.policy import Policy
from bihuan.ledger.reading import LedgerReader
from bihuan.notify.tokens import Tokens
from bihuan.runtime.keys import Principal


@dataclass(frozen=True, slots=True)
class Dependencies:
    """``principals``: who each bearer key is. ``tokens``: what signs the links in notices."""

    use_cases: UseCases
    principals: Mapping[str, Principal]
    tokens: Tokens


def provide(app: FastAPI, held: Dependencies) -> None:
    app.state.dependencies = held


def provided(app: FastAPI) -> Dependencies:
    held: Dependencies = app.state.dependencies
    return held


def dependencies(request: Request) -> Dependencies:
    app: FastAPI = request.app
    return provided(app)


Held = Annotated[Dependencies, Depends(dependencies)]


def _policy(held: Held) -> Policy:
    return held.use_cases.policy


def _submission(held: Held) -> Submission:
    return held.use_cases.submission


def _acts(held: Held) -> Acts:
    return held.use_cases.acts


def _reading(held: Held) -> Reading:
    return held.use_cases.reading


def _reader(held: Held) -> LedgerReader:
    return held.use_cases.reading.reader


def _inbox(held: Held) -> Inbox:
    return held.use_cases.inbox


def _resending(held: Held) -> Resending:
    return held.use_cases.resending


def _readiness(held: Held) -> Readiness:
    return held.use_cases.readiness


CityPolicy = Annotated[Policy, Depends(_policy)]
"""The policy of the city's files: what is typed is read by its codes."""
Submits = Annotated[Submission, Depends(_submission)]
Puts = Annotated[Acts, Depends(_acts)]
Reads = Annotated[Reading, Depends(_reading)]
Ledger = Annotated[LedgerReader, Depends(_reader)]
Receives = Annotated[Inbox, Depends(_inbox)]
Resends = Annotated[Resending, Depends(_resending)]
Ready = Annotated[Readiness, Depends(_readiness)]
