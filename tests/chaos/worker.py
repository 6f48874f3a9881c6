"""The issue worker of the fault programme: the real one, or one whose loop lacks a habit."""

import asyncio
import sys

from activities.publication import Publisher
from bihuan.client.connection import connect
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime.settings import Settings
from tests.chaos.broken import Suggested, WithoutMark
from tests.support.bystander import bystander_worker
from workers.processes import issue_worker
from workflows.issue_loop import IssueLoop
from workflows.timeouts import Patience

SHAPES = {"real": IssueLoop, "without-mark": WithoutMark, "suggested": Suggested}


async def main(memory: str, shape: str) -> None:
    settings = Settings()
    client = await connect(settings)
    ledger = LedgerWriter(ledger_engine(settings.ledger))
    publisher, cached = Publisher(client, ledger, Patience(first_s=1)), 0 if memory == "cold" else 1000
    async with issue_worker(client, publisher, SHAPES[shape], cached=cached), bystander_worker(client):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
