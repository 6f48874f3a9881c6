"""The stages everyone sees and the statuses that decide what may happen next (docs/rules.md 1.1)."""

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """The seven steps of the mission, then closed."""

    COLLECTION = "COLLECTION"
    TRIAGE = "TRIAGE"
    HANDOVER = "HANDOVER"
    TRANSFER = "TRANSFER"
    RESOLUTION = "RESOLUTION"
    FEEDBACK = "FEEDBACK"
    EVALUATION = "EVALUATION"
    CLOSED = "CLOSED"


class Status(StrEnum):
    """Where an issue stands; what may happen next depends on it and on nothing else."""

    SUBMITTED = "SUBMITTED"
    UNTRIAGED = "UNTRIAGED"
    NEED_INFO = "NEED_INFO"
    ACCEPTED = "ACCEPTED"
    DISPATCHED = "DISPATCHED"
    RETURN_REVIEW = "RETURN_REVIEW"
    TRANSFERRED = "TRANSFERRED"
    FOLLOWING = "FOLLOWING"
    """Open, waiting for the result of the issue it follows."""
    IN_PROGRESS = "IN_PROGRESS"
    SUSPENDED = "SUSPENDED"
    CHECKING = "CHECKING"
    TO_DELIVER = "TO_DELIVER"
    EVALUATING = "EVALUATING"
    CALLBACK = "CALLBACK"
    EVALUATED = "EVALUATED"
    CLOSED = "CLOSED"
    ARCHIVED = "ARCHIVED"


class Outcome(StrEnum):
    """How an issue ended (docs/rules.md 1.10)."""

    SOLVED = "SOLVED"
    EXPLAINED = "EXPLAINED"
    PLANNED = "PLANNED"
    REFERRED = "REFERRED"
    WITHDRAWN = "WITHDRAWN"
    TERMINATED = "TERMINATED"
    REJECTED = "REJECTED"
    MERGED = "MERGED"


STAGE_OF: Mapping[Status, Stage] = {
    Status.SUBMITTED: Stage.COLLECTION,
    Status.UNTRIAGED: Stage.TRIAGE,
    Status.NEED_INFO: Stage.TRIAGE,
    Status.ACCEPTED: Stage.TRIAGE,
    Status.DISPATCHED: Stage.HANDOVER,
    Status.RETURN_REVIEW: Stage.HANDOVER,
    Status.TRANSFERRED: Stage.TRANSFER,
    Status.FOLLOWING: Stage.RESOLUTION,
    Status.IN_PROGRESS: Stage.RESOLUTION,
    Status.SUSPENDED: Stage.RESOLUTION,
    Status.CHECKING: Stage.FEEDBACK,
    Status.TO_DELIVER: Stage.FEEDBACK,
    Status.EVALUATING: Stage.EVALUATION,
    Status.CALLBACK: Stage.EVALUATION,
    Status.EVALUATED: Stage.EVALUATION,
    Status.CLOSED: Stage.CLOSED,
    Status.ARCHIVED: Stage.CLOSED,
}
assert set(STAGE_OF) == set(Status)

IN_TRIAGE = frozenset({Status.UNTRIAGED, Status.NEED_INFO, Status.ACCEPTED})
"""Statuses in which the issue is with its triager."""
MAY_MERGE = IN_TRIAGE | {Status.SUBMITTED}
"""Statuses in which an issue may be merged into another."""

STAGE_ZH: Mapping[Stage, str] = {
    Stage.COLLECTION: "收集",
    Stage.TRIAGE: "梳理",
    Stage.HANDOVER: "交办",
    Stage.TRANSFER: "转办",
    Stage.RESOLUTION: "办理",
    Stage.FEEDBACK: "反馈",
    Stage.EVALUATION: "评价",
    Stage.CLOSED: "销号",
}
STATUS_ZH: Mapping[Status, str] = {
    Status.SUBMITTED: "待补全",
    Status.UNTRIAGED: "待梳理",
    Status.NEED_INFO: "待补正",
    Status.ACCEPTED: "已受理",
    Status.DISPATCHED: "待签收",
    Status.RETURN_REVIEW: "退回审核",
    Status.TRANSFERRED: "转办待签收",
    Status.FOLLOWING: "随批办理",
    Status.IN_PROGRESS: "办理中",
    Status.SUSPENDED: "已挂起",
    Status.CHECKING: "待审核",
    Status.TO_DELIVER: "待反馈",
    Status.EVALUATING: "待评价",
    Status.CALLBACK: "待回访",
    Status.EVALUATED: "待销号",
    Status.CLOSED: "已销号",
    Status.ARCHIVED: "已归档",
}
assert set(STAGE_ZH) == set(Stage)
assert set(STATUS_ZH) == set(Status)
