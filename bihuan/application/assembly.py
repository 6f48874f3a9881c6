"""The use cases of one city, assembled from its settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from bihuan.application.acts import Acts
from bihuan.application.inbox import Inbox
from bihuan.application.reading import IssueReading
from bihuan.application.resending import Resending
from bihuan.application.submission import Submission
from bihuan.city.calendar_store import CalendarStore, PolicyInForce, city_in_force
from bihuan.city.enterprises import EnterpriseRegister
from bihuan.client.connection import INTERACTIVE_RETRY, connect, is_reachable
from bihuan.domain.policy import Policy
from bihuan.ledger.engine import LEDGER_AWAY, at_head, ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime.settings import Settings
from workflows.timeouts import Patience


@dataclass(frozen=True, slots=True)
class UseCases:
    """``policy``: of the city's files; its codes normalize what people type. ``governing``: the policy in force now."""

    policy: Policy
    governing: PolicyInForce
    submission: Submission
    acts: Acts
    reading: IssueReading
    inbox: Inbox
    resending: Resending
    readiness: "Readiness"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the services that requests need are reachable."""

    engine: AsyncEngine
    client: Client

    async def checks(self) -> dict[str, bool]:
        """By service: ``ledger`` (with its newest tables) and ``temporal``."""
        return {"ledger": await self._ledger(), "temporal": await is_reachable(self.client)}

    async def _ledger(self) -> bool:
        try:
            return await at_head(self.engine)
        except LEDGER_AWAY:
            return False


@asynccontextmanager
async def use_cases(settings: Settings) -> AsyncIterator[UseCases]:
    """Migrates and opens the ledger; Temporal is connected on first use, so that reads work without it."""
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    try:
        city, governing = city_in_force(settings.city, settings.profile, settings.data)
        client = await connect(settings, retry=INTERACTIVE_RETRY, lazy=True)
        register, reader = EnterpriseRegister(city), LedgerReader(engine)
        reading = IssueReading(client, reader)
        inbox = Inbox(reading, LedgerWriter(engine), city.policy)
        yield UseCases(
            policy=city.policy,
            governing=governing,
            submission=Submission(client, reader, register, governing.policy, settings.continue_after),
            acts=Acts(client, reader, register, CalendarStore(settings.data)),
            reading=reading,
            inbox=inbox,
            resending=Resending(inbox, Patience(settings.notice_first_pause_s)),
            readiness=Readiness(engine, client),
        )
    finally:
        await engine.dispose()
