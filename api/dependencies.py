"""What every route may have, typed, by ``Depends``; nothing else reaches into the application's state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from bihuan.application.acts import Acts
from bihuan.application.assembly import Readiness, UseCases
from bihuan.application.inbox import Inbox
from bihuan.application.reading import IssueReading
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


DependenciesDep = Annotated[Dependencies, Depends(dependencies)]


def _policy(held: DependenciesDep) -> Policy:
    return held.use_cases.policy


def _submission(held: DependenciesDep) -> Submission:
    return held.use_cases.submission


def _acts(held: DependenciesDep) -> Acts:
    return held.use_cases.acts


def _reading(held: DependenciesDep) -> IssueReading:
    return held.use_cases.reading


def _reader(held: DependenciesDep) -> LedgerReader:
    return held.use_cases.reading.reader


def _inbox(held: DependenciesDep) -> Inbox:
    return held.use_cases.inbox


def _resending(held: DependenciesDep) -> Resending:
    return held.use_cases.resending


def _readiness(held: DependenciesDep) -> Readiness:
    return held.use_cases.readiness


PolicyDep = Annotated[Policy, Depends(_policy)]
"""The policy of the city's files: what is typed is read by its codes."""
SubmissionDep = Annotated[Submission, Depends(_submission)]
ActsDep = Annotated[Acts, Depends(_acts)]
IssuesDep = Annotated[IssueReading, Depends(_reading)]
LedgerDep = Annotated[LedgerReader, Depends(_reader)]
InboxDep = Annotated[Inbox, Depends(_inbox)]
ResendingDep = Annotated[Resending, Depends(_resending)]
ReadinessDep = Annotated[Readiness, Depends(_readiness)]
