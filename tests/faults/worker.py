"""The issue worker of the fault programme: the real one, or one whose loop lacks a habit."""

import asyncio
import sys

from activities.publishing import Publisher
from bihuan.connection import connect
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.writing import LedgerWriter
from bihuan.settings import Settings
from tests.faults.broken import NumberedOutcome, WithoutMark
from workers.processes import issue_worker
from workflows.issue_loop import IssueLoop
from workflows.patience import Patience

SHAPES = {"real": IssueLoop, "without-mark": WithoutMark, "numbered-outcome": NumberedOutcome}


async def main(shape: str) -> None:
    settings = Settings()
    client = await connect(settings)
    ledger = LedgerWriter(ledger_engine(settings.ledger))
    async with issue_worker(client, Publisher(client, ledger, Patience(first_s=1)), SHAPES[shape]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
