"""What keeps the client from an answer: each reason with a stable name and a sentence in Chinese and in English."""

from collections.abc import Mapping
from typing import Any


class Failure(Exception):
    """Something that was asked for and cannot be had. ``field``: which field of what was asked is at fault.

    ``name``, ``zh`` and ``en`` are all that any face, HTTP or command line, needs to say it.
    """

    name = "failure"
    zh = "未能办理。"
    en = "It could not be done."

    def __init__(self, detail: str = "", *, field: str = "") -> None:
        self.field = field
        super().__init__(detail or self.en)


class ClientError(Failure):
    """Temporal, or the workflow that was asked, gave no answer that can be used. ``str`` tells what came instead."""


class TemporalAway(ClientError):
    """No server answers."""

    name = "temporal-away"
    zh = "流程引擎暂不可用，请以同一幂等键重试。"
    en = "The workflow engine is away; repeat with the same key."


class TemporalUnreachable(TemporalAway):
    """No server answers at this address, as a process or a command begins."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} 无应答，请核对 BIHUAN_TEMPORAL_ADDRESS · nothing answers at {address}")


class OutcomeUnknown(ClientError):
    """Still undecided when the time was over, or the connection was cut: it may have been done, or may yet be."""

    name = "outcome-unknown"
    zh = "规定时间内未得出结果，请以同一幂等键重试。"
    en = "Not decided in time; repeat with the same key to learn the outcome."


class IssueNotRunning(ClientError):
    """No workflow runs under this id: for an issue, it is unknown, archived, or was ended by an operator."""

    name = "issue-not-running"
    zh = "该问题的流程未在运行，请联系运维恢复。"
    en = "This issue's workflow is not running; operations must revive it."


class AlreadyStarted(ClientError):
    """The id is in use, or was: what was to be started is there."""

    name = "already-started"
    zh = "已经发起。"
    en = "It has been started already."


class ReceiptInLedgerOnly(ClientError):
    """The command was obeyed so long ago that only the ledger has its receipt."""

    name = "answered-before"
    zh = "该操作早已办理，台账暂不可用，请稍后重试以取得回执。"
    en = "This was done before; its receipt is in the ledger, so try again."


class Refused(ClientError):
    """A workflow refused by the rules. ``name``: of a class in ``bihuan.domain.refusals``; ``facts``: what it says."""

    def __init__(self, name: str, facts: Mapping[str, Any]) -> None:
        self.name, self.zh, self.en = name, facts.get("zh", ""), facts.get("en", "")
        self.facts = facts
        super().__init__(f"{name}: {self.en}", field=facts.get("field", ""))
