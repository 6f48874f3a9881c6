"""What is asked of the ledger is answered as the rules would answer it at that moment."""

import base64
from collections.abc import Sequence
from datetime import timedelta
from itertools import chain

import pytest

from bihuan.domain import commands as do
from bihuan.domain.ladder.escalation import light, light_moments
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.stage import Outcome, Stage, Status
from bihuan.ledger.errors import CursorUnreadable
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import IssueFilter, IssueRow, Scope, Slice
from bihuan.ledger.writing import LedgerWriter
from tests.support.ledger import record
from tests.support.lives import COORDINATOR, ENTERPRISE, HUALONG, START, TAX, Life, closed, handed_over, left_to_rot
from tests.support.lives import small_policy as policy

LATER = START + timedelta(seconds=80)
OTHER = "91410922MA3X00000D"
"""The credit code of another enterprise."""


async def walk(reader: LedgerReader, filters: IssueFilter, limit: int) -> list[IssueRow]:
    """All pages, to the end."""
    found, cursor = list[IssueRow](), ""
    while True:
        page = await reader.issues(filters, now=LATER, cursor=cursor, limit=limit)
        found += page.items
        cursor = page.cursor
        if not cursor:
            return found


def named(rows: Sequence[IssueRow]) -> list[str]:
    return [row.issue_no for row in rows]


@pytest.mark.parametrize("batches", range(1, 16))
async def test_the_light_is_what_the_rules_say_at_any_moment(
    writer: LedgerWriter, reader: LedgerReader, batches: int
) -> None:
    life = closed()
    for batch in life.batches[:batches]:
        await writer.record(batch.issue, batch.entries, batch.receipts, life.policy)
    issue = life.batches[batches - 1].issue
    turning = [moment for moment in light_moments(issue, life.policy).values() if moment]
    hair = timedelta(microseconds=1)
    for moment in (START, LATER, *chain.from_iterable((at - hair, at, at + hair) for at in turning)):
        row = await reader.issue("I-closed", moment)
        assert row is not None
        assert row.light is light(issue, life.policy, moment)
        assert row.overdue is (row.light in {Light.YELLOW, Light.RED})


async def test_a_list_shows_each_issue_once_though_all_came_at_once(writer: LedgerWriter, reader: LedgerReader) -> None:
    lives = [Life(f"I-{n:02}", policy()).submit() for n in range(10)]
    lives += [Life(f"I-{n:02}", policy()).submit(START + timedelta(seconds=n)) for n in range(10, 13)]
    await record(writer, *lives)
    expected = [f"I-{n:02}" for n in reversed(range(13))]
    for limit in (1, 2, 3, 5, 12, 13, 14):
        assert named(await walk(reader, IssueFilter(), limit)) == expected


async def test_a_list_that_grows_meanwhile_repeats_nothing(writer: LedgerWriter, reader: LedgerReader) -> None:
    await record(writer, *(Life(f"I-{n}", policy()).submit() for n in range(4)))
    first = await reader.issues(now=LATER, limit=2)
    await record(writer, Life("I-9", policy()).submit(), Life("I-2b", policy()).submit())
    second = await reader.issues(now=LATER, cursor=first.cursor, limit=2)
    assert named(first.items + second.items) == ["I-3", "I-2", "I-1", "I-0"]
    assert second.cursor == ""


def _cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


FOREIGN = [
    "[]",
    "{}",
    '["2026", "n"]',
    "[" * 9000,
    '["2026-11-02T00:00:00Z", 7]',
    '["2026-11-02T00:00:00Z", "\\ud800"]',
]
FOREIGN += ['["0001-01-01T00:00:00+14:00", "n"]', '["2026-11-02T00:00:00", "n"]']


@pytest.mark.parametrize("cursor", ["x", "!!", "汉字", "A" * 5000, *map(_cursor, FOREIGN)])
async def test_a_foreign_cursor_is_refused(reader: LedgerReader, cursor: str) -> None:
    with pytest.raises(CursorUnreadable):
        await reader.issues(now=LATER, cursor=cursor)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (IssueFilter(), ["I-rot", "I-new", "I-hand", "I-closed"]),
        (IssueFilter(stage=Stage.HANDOVER), ["I-rot", "I-hand"]),
        (IssueFilter(status=Status.UNTRIAGED), ["I-new"]),
        (IssueFilter(county="410922"), ["I-new"]),
        (IssueFilter(unit=TAX), ["I-rot", "I-hand", "I-closed"]),
        (IssueFilter(group="G1"), ["I-rot", "I-hand", "I-closed"]),
        (IssueFilter(category="TAX", stage=Stage.CLOSED), ["I-closed"]),
        (IssueFilter(light=Light.GREEN), ["I-closed"]),
        (IssueFilter(light=Light.RED), ["I-rot", "I-new", "I-hand"]),
        (IssueFilter(overdue=True), ["I-rot", "I-new", "I-hand"]),
        (IssueFilter(overdue=False), ["I-closed"]),
        (IssueFilter(enterprise="100%_纯"), ["I-new"]),
        (IssueFilter(enterprise="100__纯"), []),
        (IssueFilter(enterprise=ENTERPRISE.org), ["I-rot", "I-hand", "I-closed"]),
        (IssueFilter(enterprise="\u3000"), []),
        (IssueFilter(enterprise="\0", county="\0"), []),
        (IssueFilter(enterprise="' OR 1=1 --"), []),
    ],
)
async def test_filters_find_what_they_name(
    writer: LedgerWriter, reader: LedgerReader, asked: IssueFilter, found: list[str]
) -> None:
    new = Life("I-new", policy()).submit(name="100%_纯净水厂", uscc="", county="410922")
    await record(writer, closed(), handed_over("I-hand"), left_to_rot(), new)
    assert named(await walk(reader, asked, 2)) == found
    assert {row.light for row in await walk(reader, asked, 2)} <= ({asked.light} if asked.light else set(Light))


async def test_a_scope_shows_what_any_of_its_parts_names(writer: LedgerWriter, reader: LedgerReader) -> None:
    await record(writer, handed_over("I-tax"), Life("I-other", policy()).submit(county="410922", uscc=OTHER))

    async def seen(scope: Scope | None) -> list[str]:
        return named((await reader.issues(now=LATER, scope=scope)).items)

    assert await seen(None) == ["I-tax", "I-other"]
    assert await seen(Scope()) == []
    assert await seen(Scope(unit=TAX)) == ["I-tax"]
    assert await seen(Scope(uscc=OTHER)) == ["I-other"]
    assert await seen(Scope(county="410922", unit=TAX)) == ["I-tax", "I-other"]
    assert (await reader.pipeline(LATER, Scope(group="G1"))).open == 1


async def test_the_pipeline_counts_every_open_issue_in_each_way(writer: LedgerWriter, reader: LedgerReader) -> None:
    later = START + timedelta(seconds=10)
    await record(writer, closed(), left_to_rot(), handed_over("I-b", later), Life("I-c", policy()).submit(county="1"))
    seen = await reader.pipeline(LATER)
    assert seen.open == 3
    assert seen.by_stage == (Slice("HANDOVER", 2, 80.0, 77.0), Slice("TRIAGE", 1, 80.0, 80.0))
    assert {one.key: one.count for one in seen.by_county} == {HUALONG: 2, "1": 1}
    assert {one.key: one.count for one in seen.by_unit} == {TAX: 2, "": 1}
    assert {one.key: one.count for one in seen.by_group} == {"G1": 2, "COORD": 1}
    assert sum(one.count for one in seen.by_light) == 3


async def test_the_census_adds_up(writer: LedgerWriter, reader: LedgerReader) -> None:
    gone = Life("I-gone", policy()).submit().act(1, ENTERPRISE, do.Withdraw(reason="已自行解决"))
    archived = Life("I-old", policy()).submit().act(1, ENTERPRISE, do.Withdraw()).rot(30)
    assert archived.issue.status is Status.ARCHIVED
    await record(writer, closed(), gone, archived, left_to_rot())
    census = await reader.census()
    assert census.total == census.open + sum(census.closed.values()) == 4
    assert census.closed == dict.fromkeys(Outcome, 0) | {Outcome.SOLVED: 1, Outcome.WITHDRAWN: 2}
    assert census.living == ("I-closed", "I-gone", "I-rot")


async def test_an_empty_ledger_answers_too(reader: LedgerReader) -> None:
    assert await reader.issue("I-1", START) is None
    assert await reader.life("I-1") is None
    assert await reader.receipt("I-1", "c") is None
    assert await reader.all_events("I-1") == ()
    assert (await reader.issues(now=START)).items == ()
    assert (await reader.pipeline(START)).open == 0
    assert (await reader.census()).total == 0


async def test_events_are_read_page_by_page(writer: LedgerWriter, reader: LedgerReader) -> None:
    life = closed()
    await record(writer, life)
    first = await reader.events("I-closed", limit=5)
    rest = await reader.events("I-closed", after=5)
    assert tuple(one.entry for one in first + rest) == life.entries
    assert [one.prev_hash for one in rest] == [one.hash for one in (*first[-1:], *rest[:-1])]


async def test_the_rung_is_the_highest_of_what_is_not_done(writer: LedgerWriter, reader: LedgerReader) -> None:
    life = left_to_rot()
    await record(writer, life)
    rows = [await reader.issue("I-rot", LATER)]
    await record(writer, closed(), life.act(81, COORDINATOR, do.Note(text="再催")))
    rows += [await reader.issue(no, LATER) for no in ("I-rot", "I-closed")]
    assert [row.rung if row else None for row in rows] == ["R3", "R3", ""]
    for rung, found in ((Rung.R3, ["I-rot"]), (Rung.R6, []), (Rung.P, [])):
        page = await reader.issues(IssueFilter(rung=rung), now=LATER)
        assert [row.issue_no for row in page.items] == found
