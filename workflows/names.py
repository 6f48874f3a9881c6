"""Names by which Temporal knows us. Histories outlive deployments, so none of these may change once a city runs."""

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
"""The prefix of the ids of our schedules."""

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
    """The number of the issue that this caller opens under this idempotency key.

    The same pair always has the same number: ``BH`` and sixteen characters of base 32.
    """
    digest = hashlib.sha256(f"{caller}\n{key}".encode()).digest()
    return "BH" + base64.b32encode(digest[:10]).decode()


def is_issue_number(text: str) -> bool:
    """Whether the text has the form of an issue number."""
    return re.fullmatch("BH[A-Z2-7]{16}", text) is not None


def cross_issue_id(issue_no: str, seq: int, to: str) -> str:
    """The id of a cross-issue command and of the workflow that sends it: ``issue:seq:issue:other``."""
    return f"{issue_no}:{seq}:issue:{to}"


def batch_id(batch: str) -> str:
    """The id of the workflow of a batch."""
    return f"batch:{batch}"


CHATS = "chat:"
"""The prefix of the ids of all chat digests and of their messages."""


def chat_digest_id(channel: str, contact: str) -> str:
    """The id of the digest of one group chat: ``chat:<channel>:<contact>``."""
    return f"{CHATS}{channel}:{contact}"


def schedule_id(name: str) -> str:
    """The id of a schedule of ours. Temporal appends the due time of each run."""
    return f"{SCHEDULES}{name}"


def report_id(name: str, period: str, to: Party) -> str:
    """The id of the notice of a report of one period for one desk."""
    return f"report:{name}:{period}:{to}"
