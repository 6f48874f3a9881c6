"""The checker of the fault programme sees what it is there to see: shown on records spoilt on purpose."""

from dataclasses import replace

from bihuan.domain import commands as do
from bihuan.domain.loop.step import Receipt, receipt
from bihuan.wire import Entry
from tests.chaos.checks import Verdict, count_breaches, failed
from tests.support.puyang import COORDINATOR, at, in_hand, policy


def told() -> tuple[dict[str, Receipt], list[Entry]]:
    """A true record: an issue with alarms, and the receipts of its commands."""
    lived = in_hand().then(at("07-13 10:00"), COORDINATOR, do.Note(text="催"))
    first, *later = (Entry.of(one) for one in lived.recorded)
    entries = [replace(first, command_id="open"), *later]
    promised = {
        entry.command_id: replace(
            receipt(lived.issue, entry.command_id, "f", "r", entry.at, policy()), revision=entry.seq
        )
        for entry in entries
        if entry.command_id
    }
    return promised, entries


def judged(promised: dict[str, Receipt], entries: list[Entry]) -> Verdict:
    verdict = Verdict()
    count_breaches(verdict, "BH-TEST", promised, entries)
    return verdict


def test_a_true_record_passes() -> None:
    verdict = judged(*told())
    assert not failed(verdict)
    assert verdict.escalations


def test_a_lost_command_is_seen() -> None:
    promised, entries = told()
    assert judged(promised, entries[:-1]).lost == 1


def test_a_command_obeyed_twice_is_seen() -> None:
    promised, entries = told()
    assert judged(promised, [*entries, replace(entries[-1], seq=entries[-1].seq + 1)]).doubled == 1


def test_a_rung_raised_twice_is_seen() -> None:
    promised, entries = told()
    rung = next(entry for entry in entries if entry.event.event == "alarm_raised")
    assert judged(promised, [*entries, replace(rung, seq=99)]).escalations_doubled == 1


def test_another_revision_than_was_acknowledged_is_seen() -> None:
    promised, entries = told()
    last = entries[-1].command_id
    spoilt = {**promised, last: replace(promised[last], revision=promised[last].revision + 5)}
    assert judged(spoilt, entries).breaches
