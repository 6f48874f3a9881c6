"""A report worker that is killed right after a report's notice has been started, and before it says so."""

import asyncio
import os
import signal

from temporalio import activity

from activities.reports import Reporter
from bihuan.city.configuration import load_city
from bihuan.client.connection import connect
from bihuan.ledger.engine import ledger_engine
from bihuan.runtime.settings import Settings
from bihuan.wire import NoticeOrder
from workers.reports import report_worker
from workflows.timeouts import Patience


class Dying(Reporter):
    @activity.defn(name="send_report")
    async def send_report(self, notice: NoticeOrder) -> None:
        await super().send_report(notice)
        os.kill(os.getpid(), signal.SIGKILL)


async def main() -> None:
    settings = Settings()
    city = load_city(settings.city, "demo")
    client, engine = await connect(settings), ledger_engine(settings.ledger)
    async with report_worker(client, Dying(client, engine, city, lambda: city.policy.calendar, Patience())):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
