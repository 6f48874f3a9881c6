"""Every act and every event has one handler, found by name; a table that lacks one cannot be put together."""

import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import get_args

import pytest

from bihuan import domain
from bihuan.domain import commands as do
from bihuan.domain import decide, evolve, refusals
from bihuan.domain import events as ev
from bihuan.domain.handlers import assemble

INDEXES = {"commands": do, "events": ev, "refusals": refusals}


def modules(kind: str) -> list[ModuleType]:
    """The modules of this name, one a concept."""
    names = (one.name for one in pkgutil.walk_packages(domain.__path__, "bihuan.domain."))
    return [importlib.import_module(name) for name in names if name.endswith(f".{kind}") and name.count(".") > 2]


def test_a_row_that_is_missing_doubled_or_strange_is_named() -> None:
    one, two, strange = {"a": 1}, {"b": 2}, {"c": 3}
    assert assemble({"a", "b"}, one, two) == {"a": 1, "b": 2}
    for tables in [(one,), (one, two, two), (one, two, strange)]:
        with pytest.raises(TypeError, match=r"row: [bc]$"):
            assemble({"a", "b"}, *tables)


def test_every_act_and_every_event_has_a_handler_with_a_name_of_its_own() -> None:
    assert set(decide.HANDLERS) == set(get_args(do.Act))
    assert set(evolve.HANDLERS) == set(get_args(ev.Event)) - {ev.Submitted}
    for handlers in (decide.HANDLERS, evolve.HANDLERS):
        assert not [kind for kind, handler in handlers.items() if handler.__name__.strip("_") == ""]


@pytest.mark.parametrize("kind", INDEXES)
def test_an_index_knows_each_class_of_each_concept_by_its_name(kind: str) -> None:
    concepts = modules(kind)
    assert len(concepts) > 10
    for module in concepts:
        for name, value in inspect.getmembers(module, inspect.isclass):
            if value.__module__ == module.__name__:
                assert getattr(INDEXES[kind], name) is value, f"{module.__name__}.{name}"
