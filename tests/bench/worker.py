"""One worker process for both: the loop with its real ledger, and the bare floor beside it."""

import asyncio
import signal
import sys

from temporalio.worker import Worker

from activities.publication import Publisher
from bihuan.city.configuration import load_city
from bihuan.client.connection import connect
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime.exit import exit_now
from bihuan.runtime.settings import Settings
from tests.bench.bare import Bare
from workers.channels import attempts_for, http_for
from workers.processes import issue_worker, notice_worker
from workflows.sandbox import runner
from workflows.timeouts import Patience


async def main(kind: str) -> None:
    settings = Settings()
    client = await connect(settings)
    ledger = LedgerWriter(ledger_engine(settings.ledger))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if kind == "notices":
        http, city = http_for(settings), load_city(settings.city, settings.profile)
        async with notice_worker(client, attempts_for(settings, city, ledger, http, lambda: city.policy.calendar)):
            await stop.wait()
    else:
        bare = Worker(client, task_queue="bare", workflows=[Bare], workflow_runner=runner())
        async with bare, issue_worker(client, Publisher(client, ledger, Patience())):
            await stop.wait()
    exit_now(0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
