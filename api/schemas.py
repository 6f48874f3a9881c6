"""The bodies of requests, generated from the commands of ``bihuan.domain``: the same fields; others are refused."""

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
"""Facts that use cases look up; callers cannot send them."""


class StandIn(BaseModel):
    """For whom a demo key acts. ``unit``: the unit, group, county or credit code that the role is limited to."""

    model_config = ConfigDict(extra="forbid")
    unit: str = ""
    person: str = ""


class StandInOnly(BaseModel):
    """The body of requests that need nothing but, for demo keys, for whom they act."""

    model_config = ConfigDict(extra="forbid")
    as_: StandIn | None = BodyField(None, alias="as")


def _description(command: type[Any], act: str) -> str:
    """The act in Chinese and the command's docstring, unless ``dataclass`` generated that."""
    zh, doc = do.ACT_ZH[act], command.__doc__ or ""
    return zh if doc.startswith(command.__name__ + "(") else f"{zh} · {doc.removeprefix(f'{zh}: ')}"


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
    body: type[BaseModel] = create_model(
        f"{command.__name__}Body",
        __config__=ConfigDict(extra="forbid", frozen=True),
        __doc__=_description(command, get_args(hints["act"])[0]),
        **members,
    )
    return body


_ALL_COMMANDS: dict[str, type[Any]] = {get_args(get_type_hints(c)["act"])[0]: c for c in get_args(do.Act)}
COMMANDS = {name: command for name, command in _ALL_COMMANDS.items() if name not in {*BATCH_ACT_ZH, *do.BETWEEN_ISSUES}}
"""The acts a caller may perform on one issue; commands between issues and those of batches are left out."""
BODIES = {name: _body(command) for name, command in COMMANDS.items()}
if TYPE_CHECKING:  # generated at run time, so a type checker cannot know their fields
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
    """The command of a body, with the facts that were looked up."""
    fields_sent = {name: getattr(body, name) for name in type(body).model_fields if name != "as_"}
    return command(**fields_sent, **looked_up)
