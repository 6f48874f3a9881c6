"""What the layers in pyproject.toml cannot say: each thing in the one place that is its own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.problems import STATUS_OF, Problem, problem_of
from bihuan.application.errors import UseCaseError
from bihuan.client.batches import BatchFailed
from bihuan.client.errors import AlreadyStarted, ClientError, Failure, Refused, TemporalUnreachable

TOP = Path(__file__).parents[2]
OURS = ("bihuan", "workflows", "activities", "workers", "api")
NEVER_IN_A_REQUEST = {AlreadyStarted, BatchFailed, TemporalUnreachable}
"""Use cases say what these mean for their caller, or only commands and processes meet them."""


def naming(pattern: str) -> set[str]:
    """The files of production that match."""
    files = [path for name in OURS for path in (TOP / name).rglob("*.py")]
    return {str(one.relative_to(TOP)) for one in files if re.search(pattern, one.read_text(encoding="utf-8"))}


def kinds(root: type[Failure]) -> Iterator[type[Failure]]:
    for kind in root.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("call", ["start_workflow", "start_update", "execute_update", "get_workflow_handle"])
def test_only_the_client_starts_moves_or_asks_a_workflow(call: str) -> None:
    elsewhere = {name for name in naming(rf"\.{call}\w*\(") if not name.startswith("bihuan/client/")}
    assert elsewhere == set()


def test_only_its_dependencies_reach_into_the_state_of_the_application() -> None:
    assert naming(r"app\.state") == {"api/dependencies.py"}


def test_every_room_says_who_may_import_it() -> None:
    inits = (TOP / "bihuan").glob("*/__init__.py")
    says = re.compile(r"import(s|ed)?\s(it|by)", re.IGNORECASE)
    silent = [str(one) for one in inits if not says.search(one.read_text("utf-8").split('"""')[1])]
    assert silent == []


def test_every_failure_of_a_use_case_or_the_client_has_its_answer() -> None:
    failures = {*kinds(ClientError), *kinds(UseCaseError)} - {Refused, *NEVER_IN_A_REQUEST}
    assert failures == set(STATUS_OF)
    told = [(kind.name, kind.zh, kind.en) for kind in (*failures, *Problem.__subclasses__())]
    assert len({name for name, _, _ in told}) == len(told), "each has a name of its own"
    assert all(zh.endswith("。") and en.endswith(".") for _, zh, en in told)


def test_a_failure_keeps_its_name_words_and_field_on_its_way_out() -> None:
    for kind, status in STATUS_OF.items():
        problem = problem_of(kind("what the server said", field="into"))
        assert (problem.status, problem.name, problem.zh, problem.en) == (status, kind.name, kind.zh, kind.en)
        assert problem.field == "into"


@pytest.mark.parametrize(
    ("name", "status"),
    [("RoleNotAllowed", 403), ("WrongStatus", 409), ("CommandIdReused", 422), ("LedgerTooFarBehind", 503)],
)
def test_a_refusal_that_came_over_temporal_has_the_status_of_its_class(name: str, status: int) -> None:
    problem = problem_of(Refused(name, {"zh": "不行。", "en": "No.", "field": "text"}))
    assert (problem.status, problem.name, problem.field) == (status, name, "text")
    assert (problem.zh, problem.en) == ("不行。", "No.")
