"""What was written before there were legal clocks still reads, and means what it meant."""

import hashlib
import json
from typing import Any

from bihuan.domain.clocks.classification import governing
from bihuan.domain.cross_issue import errands
from bihuan.domain.events import Merged
from bihuan.domain.ladder.escalation import agenda
from bihuan.ledger.canonical import canonical, event_of, event_text, issue_of, issue_text, policy_of, policy_text
from bihuan.ledger.chain import GENESIS, event_row, link
from tests.support.lives import Life, handed_over, small_policy


def without(text: str, *names: str) -> str:
    content: dict[str, Any] = json.loads(text)
    for name in names:
        del content[name]
    return json.dumps(content)


def test_a_policy_without_laws_and_an_issue_that_does_not_say_what_governs_it_still_read() -> None:
    life = Life("BH-OLD", small_policy()).submit()
    policy = policy_of(without(policy_text(life.policy), "laws"))
    assert policy.laws == ()
    issue = issue_of(without(issue_text(life.issue), "governed_by", "silence_accepted_at"))
    assert (issue.governed_by, issue.silence_accepted_at) == (None, None)
    assert governing(issue, policy).name == "seconds"
    assert agenda(issue, policy) == agenda(life.issue, life.policy)
    submitted = life.entries[0].event
    assert event_of(without(event_text(submitted), "governed_by")).limits == life.issue.limits


def test_a_merge_that_asked_nobody_still_reads_and_sends_no_word() -> None:
    issue = issue_of(without(issue_text(Life("BH-OLD", small_policy()).submit().issue), "merging", "absorbing"))
    assert (issue.merging, issue.absorbing) == ("", ())
    merged = event_of(without(event_text(Merged(into="BH-2", asked="BH-2", seq=3)), "asked", "seq"))
    assert errands(merged, "BH-OLD", 4) == ()


def test_an_event_without_an_act_is_hashed_as_it_was_before_acts_were_recorded() -> None:
    entry = handed_over().entries[1]
    row = event_row("I-1", entry.without_act, GENESIS)
    names = ("issue_no", "seq", "at", "event", "actor_role", "actor_person", "actor_org", "command_id", "body", "tell")
    digest = hashlib.sha256((GENESIS + canonical([row[name] for name in names])).encode()).hexdigest()
    assert row["hash"] == link(row, GENESIS) == digest != event_row("I-1", entry, GENESIS)["hash"]
