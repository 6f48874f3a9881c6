"""What must hold once everything has stopped: nothing lost, nothing doubled, nothing told differently."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from bihuan.cli.demo.receiver import Receiver
from bihuan.client.runs import histories
from bihuan.domain.events import AlarmRaised, OrderIssued, OrderJoined
from bihuan.domain.loop.step import Receipt, fold
from bihuan.ledger.reading import LedgerReader
from bihuan.operations.histories import Contradiction, entries_of
from bihuan.wire import Entry, notice_id
from tests.support.bystander import Bystander
from tests.support.waiting import Stuck, found
from workflows.sandbox import runner

RESENT_SHARE = 0.2


@dataclass
class Verdict:
    """The last line of the programme."""

    commands: int = 0
    lost: int = 0
    doubled: int = 0
    escalations: int = 0
    escalations_doubled: int = 0
    notices: int = 0
    notices_missing: int = 0
    runs_replayed: int = 0
    breaches: list[str] = field(default_factory=list)


def count_breaches(verdict: Verdict, number: str, promised: dict[str, Receipt], entries: Sequence[Entry]) -> None:
    seen = Counter(entry.command_id for entry in entries if entry.command_id)
    verdict.lost += sum(id_ not in seen for id_ in promised)
    verdict.doubled += sum(count - 1 for count in seen.values())
    for id_, receipt in promised.items():
        at = [entry.seq for entry in entries if entry.command_id == id_]
        if at and not at[0] <= receipt.revision <= at[0] + 1:
            verdict.breaches.append(f"{number} {id_}: acknowledged at {receipt.revision}, in the ledger at {at}")
    for entry in entries:
        known = entry.command_id in promised or entry.command_id == "open"
        if (
            not known
            and not isinstance(entry.event, AlarmRaised | OrderIssued | OrderJoined)
            and entry.actor is not None
        ):
            verdict.breaches.append(f"{number}: event {entry.seq} ({entry.event.event}) is nobody's")
    rungs = Counter(entry.event.key for entry in entries if isinstance(entry.event, AlarmRaised))
    verdict.escalations += sum(rungs.values())
    verdict.escalations_doubled += sum(count - 1 for count in rungs.values())


async def compare_ledger(verdict: Verdict, client: Client, reader: LedgerReader, number: str) -> None:
    """The ledger is read first: alarms go on falling due, and only the histories may be ahead."""
    life = await reader.life(number)
    stored = await reader.all_events(number)
    try:
        told, _ = await entries_of(client, number)
    except Contradiction as contradiction:
        verdict.breaches.append(str(contradiction))
        return
    if tuple(told[: len(stored)]) != stored:
        verdict.breaches.append(f"{number}: the ledger differs from the histories")
    if life is None or fold(number, [entry.recorded() for entry in told[: life[0].revision]]) != life[0]:
        verdict.breaches.append(f"{number}: the ledger's row differs from the fold of its events")


async def count_replays(verdict: Verdict, client: Client, number: str, shape: type) -> None:
    replayer = Replayer(workflows=[shape], workflow_runner=runner(), data_converter=pydantic_data_converter)
    async for history in histories(client, number):
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        verdict.runs_replayed += result.replay_failure is None
        if result.replay_failure is not None:
            verdict.breaches.append(f"{number}: run {history.run_id} does not replay: {result.replay_failure}"[:300])


async def count_notices(
    verdict: Verdict,
    number: str,
    entries: Sequence[Entry],
    reader: LedgerReader,
    receiver: Receiver,
    beside: Bystander,
) -> None:
    due = {notice_id(number, entry.seq, to) for entry in entries for to in entry.tell}

    async def delivered() -> set[str]:
        told, _ = await reader.deliveries(number, limit=10_000)
        return due & {row.notice_id for row in told if row.state == "DELIVERED"}

    async def all_delivered() -> bool:
        return await delivered() == due

    with suppress(Stuck):  # those that are missing are counted
        await beside.while_it_moves(found(all_delivered), delivered, f"{number} tells no more")
    verdict.notices += len(due)
    verdict.notices_missing += len(due - (await delivered() & receiver.told.keys()))


def failed(verdict: Verdict) -> bool:
    return bool(
        verdict.lost or verdict.doubled or verdict.escalations_doubled or verdict.notices_missing or verdict.breaches
    )


def as_data(verdict: Verdict) -> dict[str, object]:
    return asdict(verdict)
