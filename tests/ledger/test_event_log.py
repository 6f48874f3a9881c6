"""The event log can be carried to another ledger, and is believed line by line or not at all."""

import asyncio
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Delete, Update, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.cli.repair import run_export, run_rebuild, run_verify
from bihuan.domain import commands as do
from bihuan.files.validation import FilesInvalid
from bihuan.ledger.chain import link
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.errors import LedgerUnsound
from bihuan.ledger.exporting import export
from bihuan.ledger.importing import read_log
from bihuan.ledger.rebuilding import rebuild, verify
from bihuan.ledger.tables import EVENTS, RECEIPTS
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime.settings import Settings
from tests.support.invalid_files import english, refused_for
from tests.support.ledger import BEYOND_REPAIR, a_delivery, everything, history, publish
from tests.support.lives import COORDINATOR, START, Life, closed, handed_over, left_to_rot
from tests.support.servers import real_temporal

OLD = (left_to_rot(), closed(), handed_over())


async def exported(folder: Path, lives: Iterable[Life] = OLD) -> Path:
    """The log of a ledger on SQLite, its rows beside it."""
    url = f"sqlite:///{folder / 'old.db'}"
    await migrate(url)
    old = ledger_engine(url)
    for life in lives:
        await publish(LedgerWriter(old), life)
    await LedgerWriter(old).record_delivery(a_delivery())
    await export(old, folder / "events.jsonl")
    await old.dispose()
    return folder / "events.jsonl"


async def rows_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    old = ledger_engine(f"sqlite:///{folder / 'old.db'}")
    rows = await everything(old)
    await old.dispose()
    return rows


async def test_carried_to_an_empty_ledger_it_is_what_it_was_row_for_row(engine: AsyncEngine, tmp_path: Path) -> None:
    log = await exported(tmp_path)
    done = await rebuild(engine, [], read_log(log))
    assert (done.issues, done.from_ledger) == (3, sum(len(life.entries) for life in OLD))
    assert await everything(engine) == await rows_of(tmp_path)
    assert await verify(engine) == []
    await rebuild(engine, [], read_log(log))
    assert await everything(engine) == await rows_of(tmp_path)
    assert log.stat().st_mode & 0o077 == 0


async def test_a_log_of_an_older_version_has_no_acts_and_is_carried_over_as_well(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    life = closed()
    older = [replace(batch, entries=tuple(one.without_act for one in batch.entries)) for batch in life.batches]
    log = await exported(tmp_path, [replace(life, batches=older)])
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {line.pop("act") for line in lines if line["kind"] == "event"} == {""}
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    await rebuild(engine, [], read_log(log))
    assert await everything(engine) == await rows_of(tmp_path)
    assert await verify(engine) == []


async def test_an_issue_that_lived_on_after_the_export_goes_on_by_its_history(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    log = await exported(tmp_path)
    life = handed_over().act(9, COORDINATOR, do.Note(text="催一下"))
    newcomer = handed_over("I-new")
    await rebuild(engine, [history(life), history(newcomer)], read_log(log))
    numbers = {row[0]: row[1:3] for row in (await everything(engine))["issues"]}
    assert (numbers["I-1"], numbers["I-new"]) == ((3, 5), (4, 4))
    assert await verify(engine) == []


async def test_numbers_once_given_out_stay_with_the_issues_of_the_log(
    writer: LedgerWriter, engine: AsyncEngine, tmp_path: Path
) -> None:
    """The ledger was lost, and one that began empty recorded two issues before the log was brought back."""
    log = await exported(tmp_path)
    for life in (handed_over("I-0"), handed_over()):
        await publish(writer, life)
    await rebuild(engine, [], read_log(log))
    numbers = {row[0]: row[1] for row in (await everything(engine))["issues"]}
    assert numbers == {"I-rot": 1, "I-closed": 2, "I-1": 3, "I-0": 4}
    assert await verify(engine) == []


async def test_another_event_in_the_same_place_is_refused(
    writer: LedgerWriter, engine: AsyncEngine, tmp_path: Path
) -> None:
    log = await exported(tmp_path, [handed_over()])
    await publish(writer, Life("I-1", OLD[0].policy).submit(title="别的"))
    before = await everything(engine)
    with refused_for("events.jsonl:4: hash: found ", ", as the ledger has it"):
        await rebuild(engine, [], read_log(log))
    assert await everything(engine) == before


@pytest.mark.parametrize(("change", "told"), BEYOND_REPAIR, ids=[told or "the row" for _, told in BEYOND_REPAIR])
async def test_what_the_ledger_cannot_vouch_for_any_more_an_older_export_can(
    engine: AsyncEngine, tmp_path: Path, change: Update | Delete, told: str
) -> None:
    log = await exported(tmp_path)
    await rebuild(engine, [], read_log(log))
    async with engine.begin() as tx:
        await tx.execute(change)
    assert await verify(engine), told
    await rebuild(engine, [], read_log(log))
    assert await everything(engine) == await rows_of(tmp_path)


Lines = list[dict[str, object]]


def _set(at: int, name: str, value: object) -> Callable[[Lines], object]:
    return lambda lines: lines[at].update({name: value})


def _without(at: int) -> Callable[[Lines], object]:
    return lambda lines: lines.pop(at)


def _forged(lines: Lines) -> None:
    """An event nobody knows, hashed as it should be."""
    event = {**lines[6], "body": '{"event":"bribed"}'}
    event["hash"] = link({**event, "at": START.replace(second=3)}, str(event["prev_hash"]))
    lines[6] = event


WRONG: list[tuple[Callable[[Lines], object], str]] = [
    (_set(0, "form", 2), "events.jsonl:1: form: found 2, expected 1"),
    (_without(0), "events.jsonl:1: kind: found 'policy', expected the first line, and no other, to name the log"),
    (_set(1, "body", "{}"), "events.jsonl:2: body: found '{}', expected the policy small-1 whole"),
    (_set(2, "revision", 5), "events.jsonl:12: line: found 'the end of an issue', expected event 5 of I-1"),
    (_set(3, "actor_person", "someone"), "events.jsonl:4: hash: found"),
    (_set(3, "seq", "one"), "events.jsonl:4: seq: found 'one', expected a valid integer"),
    (_set(3, "at", "2026-11-02T01:00:00"), "events.jsonl:4: at: found '2026-11-02T01:00:00', expected"),
    (_set(4, "prev_hash", "0"), "events.jsonl:5: prev_hash: found '0', expected"),
    (_set(4, "issue_no", "I-2"), "events.jsonl:5: issue_no: found 'I-2', expected the issue named above"),
    (lambda lines: lines[4].pop("tell"), "events.jsonl:5: tell: found None, expected to be given"),
    (_set(4, "extra", 1), "events.jsonl:5: extra: found 1, expected"),
    (_without(4), "events.jsonl:5: seq: found 3, expected 2, in the chain of I-1"),
    (_forged, 'events.jsonl:7: body: found \'{"event":"bribed"}\', expected an event that this version knows'),
    (_set(7, "body", "?"), "events.jsonl:8: body: found '?', expected a receipt"),
    (_without(11), "events.jsonl:12: lines: found 12, expected 11, the lines before it"),
    (_without(12), "events.jsonl:13: line: found 'the end of the file', expected a line of kind 'end'"),
    (lambda lines: lines.append({"kind": "end", "lines": 13}), "events.jsonl:14: kind: found 'end', expected nothing"),
    (lambda lines: lines.insert(12, lines[2]), "events.jsonl:13: issue_no: found 'I-1', expected one that no issue"),
    (list.clear, "events.jsonl:1: line: found 'the end of the file'"),
]


@pytest.mark.parametrize(("change", "told"), WRONG, ids=[told for _, told in WRONG])
async def test_a_wrong_line_is_named_and_nothing_is_taken(
    tmp_path: Path, change: Callable[[Lines], object], told: str
) -> None:
    log = await exported(tmp_path, [handed_over()])
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    change(lines)
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'new.db'}"
    await migrate(url)
    fresh = ledger_engine(url)
    with pytest.raises(FilesInvalid) as refused:
        await rebuild(fresh, [], read_log(log))
    assert english(refused.value).startswith(told)
    assert not any((await everything(fresh)).values())
    await fresh.dispose()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no json\n", r"found 'no json\n', expected a whole line of JSON in UTF-8"),
        (b"\xff\n", "found '\ufffd\\n', expected a whole line of JSON in UTF-8"),
        (b"[]\n", "found None, expected "),
    ],
)
def test_a_file_that_is_no_log_is_refused_by_its_first_line(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with refused_for(f"x:1: line: {told}"):
        list(read_log(tmp_path / "x"))
    with refused_for("nowhere: file: found 'FileNotFoundError'"):
        list(read_log(tmp_path / "nowhere"))


async def test_a_ledger_that_is_not_sound_is_not_exported(
    writer: LedgerWriter, engine: AsyncEngine, tmp_path: Path
) -> None:
    await publish(writer, handed_over())
    await export(engine, tmp_path / "log")
    good = (tmp_path / "log").read_text(encoding="utf-8")
    async with engine.begin() as tx:
        await tx.execute(update(RECEIPTS).where(RECEIPTS.c.revision == 2).values(body="?"))
    with refused_for("expected a receipt"):
        await export(engine, tmp_path / "log")
    async with engine.begin() as tx:
        await tx.execute(update(EVENTS).where(EVENTS.c.seq == 3).values(actor_person="x"))
    with pytest.raises(LedgerUnsound, match="I-1 event 3: was changed"):
        await export(engine, tmp_path / "log")
    assert os.listdir(tmp_path) == ["log"]
    assert (tmp_path / "log").read_text(encoding="utf-8") == good


def test_an_operator_moves_to_another_database_by_two_commands(tmp_path: Path) -> None:
    log = asyncio.run(exported(tmp_path))
    with real_temporal() as address:
        old = Settings(data=tmp_path, temporal_address=address, ledger_url=f"sqlite:///{tmp_path / 'old.db'}")
        new = Settings(data=tmp_path, temporal_address=address, ledger_url=f"sqlite:///{tmp_path / 'new.db'}")
        asyncio.run(migrate(new.ledger))
        assert run_export(old, log) == 0
        assert run_rebuild(new, log) == 0
    assert run_verify(new) == 0
