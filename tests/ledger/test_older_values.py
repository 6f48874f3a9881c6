"""What older versions wrote still reads, and means what it meant."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from bihuan.domain.clocks.classification import governing
from bihuan.domain.cross_issue import cross_issue_acts
from bihuan.domain.events import Merged
from bihuan.domain.ladder.escalation import agenda
from bihuan.ledger.canonical import (
    SUB_VALUES,
    canonical,
    event_of,
    event_text,
    issue_of,
    issue_text,
    policy_of,
    policy_text,
)
from bihuan.ledger.chain import GENESIS, event_hash, event_row
from tests.support.lives import Life, handed_over, small_policy


def without(text: str, *names: str) -> str:
    content: dict[str, Any] = json.loads(text)
    for name in names:
        del content[name]
    return json.dumps(content)


def flat(text: str, *absent: str) -> str:
    """An issue as it was written before its concepts had values of their own in it, without these fields."""
    content: dict[str, Any] = json.loads(text)
    for group in SUB_VALUES:
        content |= content.pop(group)
    return without(json.dumps(content), *absent)


def test_an_issue_with_every_field_at_the_top_still_reads() -> None:
    issue = handed_over().issue
    assert issue_of(flat(issue_text(issue))) == issue
    quoting = replace(issue, matter=replace(issue.matter, description='"matter": {}'))
    assert issue_of(flat(issue_text(quoting))) == issue_of(issue_text(quoting)) == quoting


def test_a_policy_without_laws_and_an_issue_that_does_not_say_what_governs_it_still_read() -> None:
    life = Life("BH-OLD", small_policy()).submit()
    policy = policy_of(without(policy_text(life.policy), "laws"))
    assert policy.laws == ()
    issue = issue_of(flat(issue_text(life.issue), "governed_by", "silence_accepted_at"))
    assert (issue.governance.governed_by, issue.silence_accepted_at) == (None, None)
    assert governing(issue, policy).name == "seconds"
    assert agenda(issue, policy) == agenda(life.issue, life.policy)
    submitted = life.entries[0].event
    assert event_of(without(event_text(submitted), "governed_by")).limits == life.issue.governance.limits


def test_a_merge_that_asked_nobody_still_reads_and_sends_no_word() -> None:
    issue = issue_of(flat(issue_text(Life("BH-OLD", small_policy()).submit().issue), "merging", "absorbing"))
    assert (issue.links.merging, issue.links.absorbing) == ("", ())
    merged = event_of(without(event_text(Merged(into="BH-2", asked="BH-2", seq=3)), "asked", "seq"))
    assert cross_issue_acts(merged, "BH-OLD", 4) == ()


def test_an_event_without_an_act_is_hashed_as_it_was_before_acts_were_recorded() -> None:
    entry = handed_over().entries[1]
    row = event_row("I-1", entry.without_act, GENESIS)
    names = ("issue_no", "seq", "at", "event", "actor_role", "actor_person", "actor_org", "command_id", "body", "tell")
    digest = hashlib.sha256((GENESIS + canonical([row[name] for name in names])).encode()).hexdigest()
    assert row["hash"] == event_hash(row, GENESIS) == digest != event_row("I-1", entry, GENESIS)["hash"]
