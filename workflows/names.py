"""Names that Temporal knows us by. Histories outlive deployments: none of these may change."""

import base64
import hashlib
import re
from collections.abc import Mapping

from temporalio.common import SearchAttributeKey

from bihuan.domain.parties import Party

ISSUE_QUEUE = "issues"
NOTICE_QUEUE = "notices"
BATCH_QUEUE = "batches"
REPORT_QUEUE = "reports"

SCHEDULES = "bihuan:"
"""What the ids of our schedules begin with."""

STAGE = SearchAttributeKey.for_keyword("IssueStage")
STATUS = SearchAttributeKey.for_keyword("IssueStatus")
URGENCY = SearchAttributeKey.for_keyword("Urgency")
COUNTY = SearchAttributeKey.for_keyword("County")
UNIT = SearchAttributeKey.for_keyword("Unit")
SUPERVISION_GROUP = SearchAttributeKey.for_keyword("SupervisionGroup")
LIGHT = SearchAttributeKey.for_keyword("Light")
DUE_AT = SearchAttributeKey.for_datetime("DueAt")

SEARCH_ATTRIBUTES: Mapping[str, str] = {
    **{key.name: "Keyword" for key in (STAGE, STATUS, URGENCY, COUNTY, UNIT, SUPERVISION_GROUP, LIGHT)},
    DUE_AT.name: "Datetime",
}


def issue_number(caller: str, key: str) -> str:
    """The number of the issue this caller opens under this key; the same pair always gives the same number."""
    digest = hashlib.sha256(f"{caller}\n{key}".encode()).digest()
    return "BH" + base64.b32encode(digest[:10]).decode()


def is_issue_number(text: str) -> bool:
    """Whether it could be one that we gave."""
    return re.fullmatch("BH[A-Z2-7]{16}", text) is not None


def cross_issue_id(issue_no: str, seq: int, to: str) -> str:
    """The id of word sent from one issue to another, and of the workflow and the command that bring it."""
    return f"{issue_no}:{seq}:issue:{to}"


def batch_id(batch: str) -> str:
    """The id of the workflow that carries a batch out."""
    return f"batch:{batch}"


CHATS = "desk:"
"""How the ids of all desks begin, and those of their messages."""


def chat_digest_id(channel: str, contact: str) -> str:
    """The id of the desk of one group chat."""
    return f"{CHATS}{channel}:{contact}"


def schedule_id(name: str) -> str:
    """The id of a schedule of ours; each of its runs has this id and the moment it was due."""
    return f"{SCHEDULES}{name}"


def report_id(name: str, period: str, to: Party) -> str:
    """The id of the notice that brings a report of one period to one desk."""
    return f"report:{name}:{period}:{to}"
