"""The bodies of requests, made from the commands of the rules: the same fields, nothing unknown allowed."""

from dataclasses import MISSING, Field, fields
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_type_hints

from fastapi.openapi.models import Example
from pydantic import BaseModel, ConfigDict, Discriminator, create_model
from pydantic import Field as BodyField

from bihuan.domain import commands as do
from bihuan.domain.batches.commands import BATCH_ACT_ZH

SUPPLIED_BY_US = frozenset(
    {"calendar", "parent_open", "parent_category", "liaison", "registered_name", "registered_county"}
)
"""Facts the API looks up itself; callers cannot say them."""


class StandIn(BaseModel):
    """For whom a demo key acts. ``unit``: the unit, group, county or credit code the role is bounded by."""

    model_config = ConfigDict(extra="forbid")
    unit: str = ""
    person: str = ""


class StandInBody(BaseModel):
    """For whom a demo key acts, where nothing else is said."""

    model_config = ConfigDict(extra="forbid")
    as_: StandIn | None = BodyField(None, alias="as")


def _description(command: type[Any], act: str) -> str:
    """The act in Chinese, and what its author wrote of it; a docstring made by dataclass says nothing."""
    zh, said = do.ACT_ZH[act], command.__doc__ or ""
    return zh if said.startswith(command.__name__ + "(") else f"{zh} · {said.removeprefix(f'{zh}: ')}"


def _default(field: Field[Any]) -> Any:
    return ... if field.default is MISSING else field.default


def _body(command: type[Any]) -> type[BaseModel]:
    hints = get_type_hints(command)
    members: dict[str, Any] = {
        field.name: (hints[field.name], _default(field))
        for field in fields(command)
        if field.name not in SUPPLIED_BY_US
    }
    members["act"] = (hints["act"], members["act"][1] if command is do.Submit else ...)
    members["as_"] = (StandIn | None, BodyField(None, alias="as"))
    made: type[BaseModel] = create_model(
        f"{command.__name__}Body",
        __config__=ConfigDict(extra="forbid", frozen=True),
        __doc__=_description(command, get_args(hints["act"])[0]),
        **members,
    )
    return made


_ALL_COMMANDS: dict[str, type[Any]] = {get_args(get_type_hints(c)["act"])[0]: c for c in get_args(do.Act)}
COMMANDS = {name: command for name, command in _ALL_COMMANDS.items() if name not in {*BATCH_ACT_ZH, *do.BETWEEN_ISSUES}}
"""What a caller may put to one issue: not what issues say to each other, nor what a batch does to many."""
BODIES = {name: _body(command) for name, command in COMMANDS.items()}
if TYPE_CHECKING:  # made at run time from the commands, so a type checker sees only that they are bodies
    SubmitBody = Any
    ActBody = Any
else:
    SubmitBody = _body(do.Submit)
    ActBody = Annotated[reduce(or_, BODIES.values()), Discriminator("act")]


SUBMIT_EXAMPLE = {
    "enterprise": {"uscc": "91410902MA00000001"},
    "title": "用电增容",
    "description": "扩产需要增容",
    "contact": "经办人",
    "channel": "走访",
    "category": "ENERGY",
    "as": {"unit": "91410902MA00000001"},
}
ACT_EXAMPLES: dict[str, Example] = {
    "受理 · accept": {"value": {"act": "accept"}},
    "交办 · hand_over": {"value": {"act": "hand_over", "unit": "D16"}},
    "签收 · sign": {"value": {"act": "sign", "as": {"unit": "D16"}}},
}


def command_of(body: BaseModel, command: type[Any], **looked_up: Any) -> Any:
    """The command a body asks for."""
    said = {name: getattr(body, name) for name in type(body).model_fields if name != "as_"}
    return command(**said, **looked_up)
