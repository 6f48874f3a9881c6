"""Events as rows in a hash chain, so that no row can be changed, removed or inserted unnoticed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from bihuan.domain.people import Actor, Role
from bihuan.ledger.canonical import act_of, act_text, canonical, event_of, event_text, parties_of, parties_text
from bihuan.ledger.rows import Row
from bihuan.ledger.tables import utc, without_nul
from bihuan.wire import Entry

GENESIS = "0" * 64
"""The previous hash of an issue's first event."""

UNLINKED = "does not follow the event before it"

HASHED = ("issue_no", "seq", "at", "event", "actor_role", "actor_person", "actor_org", "command_id", "body", "tell")
"""And the act if there is one: rows of older versions have none, and their hashes must stay valid."""


def event_row(issue_no: str, entry: Entry, prev_hash: str) -> Row:
    """The row of an event, with its hash after ``prev_hash``."""
    actor = entry.actor
    row: Row = {
        "issue_no": without_nul(issue_no),
        "seq": entry.seq,
        "at": utc(entry.at),
        "event": entry.event.event,
        "actor_role": str(actor.role) if actor else "",
        "actor_person": without_nul(actor.person) if actor else "",
        "actor_org": without_nul(actor.org) if actor else "",
        "command_id": without_nul(entry.command_id),
        "body": event_text(entry.event),
        "tell": parties_text(entry.tell),
        "act": act_text(entry.act) if entry.act else "",
    }
    return {**row, "prev_hash": prev_hash, "hash": event_hash(row, prev_hash)}


def event_hash(row: Mapping[str, Any] | RowMapping, prev_hash: str) -> str:
    """SHA-256 over the previous hash and the hashed columns of a row, as 64 hexadecimal digits."""
    names = (*HASHED, "act") if row["act"] else HASHED
    return hashlib.sha256((prev_hash + canonical([row[name] for name in names])).encode()).hexdigest()


def broken_links(events: Sequence[Mapping[str, Any] | RowMapping]) -> Iterable[tuple[int, str]]:
    """Breaks in the chain of one issue's rows, in order of ``seq``: the number of the event, and what is wrong."""
    before, expected = GENESIS, 1
    for row in events:
        if row["seq"] != expected:
            yield expected, "is missing"
        elif row["prev_hash"] != before:
            yield row["seq"], UNLINKED
        if event_hash(row, row["prev_hash"]) != row["hash"]:
            yield row["seq"], "was changed after it was recorded"
        before, expected = row["hash"], row["seq"] + 1


def entry_of(row: Mapping[str, Any] | RowMapping) -> Entry:
    """The event in a row. Raises ValueError or TypeError if its body cannot be read."""
    role = row["actor_role"]
    return Entry(
        seq=row["seq"],
        at=row["at"],
        event=event_of(row["body"]),
        tell=parties_of(row["tell"]),
        actor=Actor(Role(role), row["actor_person"], row["actor_org"]) if role else None,
        command_id=row["command_id"],
        act=act_of(row["act"]) if row["act"] else None,
    )
