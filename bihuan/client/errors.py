"""Errors of the client, each with a stable name and a sentence in Chinese and in English."""

from collections.abc import Mapping
from typing import Any


class Failure(Exception):
    """A request that cannot be fulfilled. ``field``: the field of the request that is the reason, if any.

    ``name``, ``zh`` and ``en`` are what HTTP and the command line show.
    """

    name = "failure"
    zh = "未能办理。"
    en = "It could not be done."

    def __init__(self, detail: str = "", *, field: str = "") -> None:
        self.field = field
        super().__init__(detail or self.en)


class ClientError(Failure):
    """Temporal or a workflow gave no usable answer. ``str`` is the original message."""


class TemporalAway(ClientError):
    """No server answers."""

    name = "temporal-away"
    zh = "流程引擎暂不可用，请以同一幂等键重试。"
    en = "The workflow engine is unavailable; repeat with the same key."


class TemporalUnreachable(TemporalAway):
    """No server answers at this address when a process or a command starts."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} 无应答，请核对 BIHUAN_TEMPORAL_ADDRESS · nothing answers at {address}")


class OutcomeUnknown(ClientError):
    """The deadline passed or the connection broke: the command may have been executed, or may be later."""

    name = "outcome-unknown"
    zh = "规定时间内未得出结果，请以同一幂等键重试。"
    en = "Not decided in time; repeat with the same key to learn the outcome."


class IssueNotRunning(ClientError):
    """No workflow runs under this id: the issue is unknown, archived, or was terminated by an operator."""

    name = "issue-not-running"
    zh = "该问题的流程未在运行，请联系运维恢复。"
    en = "This issue's workflow is not running; operations must revive it."


class AlreadyStarted(ClientError):
    """A workflow of this id runs, or has run and must not be repeated."""

    name = "already-started"
    zh = "已经发起。"
    en = "It has been started already."


class ReceiptInLedgerOnly(ClientError):
    """The command was executed so long ago that only the ledger still has its receipt."""

    name = "answered-before"
    zh = "该操作早已办理，台账暂不可用，请稍后重试以取得回执。"
    en = "This was done before; its receipt is in the ledger, so try again."


class Refused(ClientError):
    """A workflow refused a command by the rules.

    ``name``: a class in ``bihuan.domain.refusals``. ``facts``: its fields, with its sentences in ``zh`` and ``en``.
    """

    def __init__(self, name: str, facts: Mapping[str, Any]) -> None:
        self.name, self.zh, self.en = name, facts.get("zh", ""), facts.get("en", "")
        self.facts = facts
        super().__init__(f"{name}: {self.en}", field=facts.get("field", ""))
