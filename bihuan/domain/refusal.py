"""The base class of refusals, its three families, and the refusals that any act may meet."""

from functools import cache
from string import Formatter
from typing import ClassVar


class Refusal(Exception):
    """A command the rules refuse. ``facts`` fill the sentences; ``field`` names the wrong field, if any.

    The sentences are formatted only when read, since listing the permitted acts raises thousands of refusals.
    """

    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, *, field: str = "", **facts: str) -> None:
        assert facts.keys() >= _facts_in(self.zh, self.en), "a refusal has all that its sentences name"
        self.facts = facts
        self.field = field
        super().__init__()

    def __str__(self) -> str:
        return f"{self.sentence_zh} | {self.sentence_en}"

    @property
    def name(self) -> str:
        return type(self).__name__

    @property
    def sentence_zh(self) -> str:
        return self.zh.format_map({"field": self.field, **self.facts})

    @property
    def sentence_en(self) -> str:
        return self.en.format_map({"field": self.field, **self.facts})


@cache
def _facts_in(*sentences: str) -> frozenset[str]:
    """The facts that the sentences use, apart from the field."""
    return frozenset(name for text in sentences for _, name, _, _ in Formatter().parse(text) if name) - {"field"}


class NotPermitted(Refusal):
    """This person may not do this to this issue."""


class NotNow(Refusal):
    """Nobody may do this at this moment."""


class NotValid(Refusal):
    """The command itself is wrong."""


class LedgerTooFarBehind(NotNow):
    zh = "台账尚未跟上或暂不可用，本问题待登记的内容已满，请稍后以同一幂等键重试。"
    en = "The ledger is behind or unavailable and this issue's backlog is full; try again later with the same key."


class FieldMissing(NotValid):
    zh = "缺少必填项“{field}”。"
    en = "The field '{field}' is required."


class UnknownUnit(NotValid):
    zh = "单位 {unit} 不在承办单位名录中。"
    en = "Unit {unit} is not in the roster of handling units."


class CreditCodeInvalid(NotValid):
    zh = "统一社会信用代码有误：应为 18 位，且末位校验码相符（GB 32100），请核对“{field}”。"
    en = "The unified social credit code in '{field}' is wrong: 18 characters with a check digit (GB 32100)."


class UnknownCounty(NotValid):
    zh = "“{field}”所填县区不在本市县区名录中，请填代码或全称。"
    en = "'{field}' names no county of this city; give a code or a full name."


class NothingToChange(NotValid):
    zh = "没有任何需要变更的内容。"
    en = "The command changes nothing."


class TextUnreadable(NotValid):
    zh = "“{field}”含有控制字符或不成字的编码。"
    en = "'{field}' contains control characters or broken encoding."


class TextTooLong(NotValid):
    zh = "“{field}”超过 {length} 字。"
    en = "'{field}' is longer than {length} characters."


class ListTooLong(NotValid):
    zh = "“{field}”超过 {length} 项。"
    en = "'{field}' has more than {length} elements."


class TooMuchSaid(NotValid):
    zh = "本次提交的文字过多：本问题尚可容纳约 {room} 字，一次最多用其四分之一，请精简。"
    en = (
        "Too much text: this issue has room for some {room} characters; an act may use a quarter of it. Please shorten."
    )


class CommandIdReused(NotValid):
    zh = "该幂等键已用于另一项操作。"
    en = "This command id was used for a different command."
