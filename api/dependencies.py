"""What routes depend on, typed for ``Depends``. No other module reads ``app.state``."""

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
    """``principals``: by bearer key. ``tokens``: signs and verifies the links in notices."""

    use_cases: UseCases
    principals: Mapping[str, Principal]
    tokens: Tokens


def provide(app: FastAPI, deps: Dependencies) -> None:
    """Set what routes depend on, once, as the application starts."""
    app.state.dependencies = deps


def provided(app: FastAPI) -> Dependencies:
    """What ``provide`` set."""
    deps: Dependencies = app.state.dependencies
    return deps


def dependencies(request: Request) -> Dependencies:
    app: FastAPI = request.app
    return provided(app)


DependenciesDep = Annotated[Dependencies, Depends(dependencies)]


def _policy(deps: DependenciesDep) -> Policy:
    return deps.use_cases.policy


def _submission(deps: DependenciesDep) -> Submission:
    return deps.use_cases.submission


def _acts(deps: DependenciesDep) -> Acts:
    return deps.use_cases.acts


def _reading(deps: DependenciesDep) -> IssueReading:
    return deps.use_cases.reading


def _reader(deps: DependenciesDep) -> LedgerReader:
    return deps.use_cases.reading.reader


def _inbox(deps: DependenciesDep) -> Inbox:
    return deps.use_cases.inbox


def _resending(deps: DependenciesDep) -> Resending:
    return deps.use_cases.resending


def _readiness(deps: DependenciesDep) -> Readiness:
    return deps.use_cases.readiness


PolicyDep = Annotated[Policy, Depends(_policy)]
"""The policy of the city's files; its codes normalize what callers type."""
SubmissionDep = Annotated[Submission, Depends(_submission)]
ActsDep = Annotated[Acts, Depends(_acts)]
ReadingDep = Annotated[IssueReading, Depends(_reading)]
LedgerDep = Annotated[LedgerReader, Depends(_reader)]
InboxDep = Annotated[Inbox, Depends(_inbox)]
ResendingDep = Annotated[Resending, Depends(_resending)]
ReadinessDep = Annotated[Readiness, Depends(_readiness)]
