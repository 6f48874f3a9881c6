"""The notice worker of the fault programme, as it runs in a city; killed and started again by the programme."""

import asyncio

from bihuan.city.configuration import load_city
from bihuan.client.connection import connect
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime.settings import Settings
from tests.support.bystander import bystander_worker
from workers.channels import attempts_for, http_for
from workers.processes import notice_worker


async def main() -> None:
    settings = Settings()
    client, city = await connect(settings), load_city(settings.city, settings.profile)
    ledger = LedgerWriter(ledger_engine(settings.ledger))
    attempts = attempts_for(settings, city, ledger, http_for(settings), lambda: city.policy.calendar)
    async with (
        notice_worker(client, attempts),
        bystander_worker(client),
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
