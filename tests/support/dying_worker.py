"""A batch worker that is killed in the middle of a portion: so many issues have obeyed, and not all are on record."""

import asyncio
import os
import signal
import sys

from activities.batches import Batcher
from bihuan.client.connection import connect
from bihuan.domain.batches.order import BatchOrder
from bihuan.domain.policy import Policy
from bihuan.ledger.batches import BatchLedger
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import BatchItem
from bihuan.runtime.settings import Settings
from workers.processes import batch_worker


class Dying(Batcher):
    """Kill -9 once so many issues have answered."""

    left = int(sys.argv[1])

    async def _touch(self, order: BatchOrder, number: str, policy: Policy | None) -> BatchItem:
        item = await super()._touch(order, number, policy)
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return item


async def main() -> None:
    settings = Settings()
    engine = ledger_engine(settings.ledger)
    client = await connect(settings)
    async with batch_worker(client, Dying(client, BatchLedger(engine), LedgerReader(engine))):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
