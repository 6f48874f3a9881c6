"""The two worker processes, for issues and for notices. Each also runs a second queue: batches, and reports."""

import asyncio
import signal
from collections.abc import Sequence
from datetime import timedelta

import structlog
from prometheus_client import start_http_server
from temporalio.client import Client
from temporalio.worker import Worker

from activities.attempts import Attempts
from activities.batches import Batcher
from activities.chat_posting import ChatPoster
from activities.cross_issue import CommandSender
from activities.delivery import Deliverer
from activities.publication import Publisher
from activities.reports import Reporter
from bihuan.city.calendar_store import city_in_force
from bihuan.client.connection import connect
from bihuan.ledger.batches import BatchLedger
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime.exit import exit_now
from bihuan.runtime.settings import Settings
from bihuan.runtime.telemetry import log_to_console, metrics_runtime
from workers.channels import attempts_for, http_for
from workers.reports import report_worker
from workflows.batch import Batch
from workflows.chat_digest import ChatDigest
from workflows.cross_issue import CrossIssueCommand
from workflows.issue_loop import IssueLoop
from workflows.names import BATCH_QUEUE, ISSUE_QUEUE, NOTICE_QUEUE
from workflows.notice import Notice
from workflows.ports import Batching, Publishing
from workflows.sandbox import runner
from workflows.timeouts import Patience

log = structlog.get_logger(__name__)

NOTICES_AT_ONCE = 100
"""Many, since most of them only wait for their turn at a channel."""
BATCH_STEPS_AT_ONCE = 4
STICKY_FOR = timedelta(seconds=10)
"""How long a task waits for the worker that has its issue in memory before any other takes it."""


def issue_worker(client: Client, publishing: Publishing, loop: type = IssueLoop, *, cached: int = 1000) -> Worker:
    """The worker of issues and cross-issue commands. ``cached``: how many workflows stay in memory; tests lower it."""
    return Worker(
        client,
        task_queue=ISSUE_QUEUE,
        workflows=[loop, CrossIssueCommand],
        activities=[publishing.publish, CommandSender(client).send_command],
        workflow_runner=runner(),
        max_cached_workflows=cached,
        sticky_queue_schedule_to_start_timeout=STICKY_FOR,
    )


def notice_worker(client: Client, attempts: Attempts) -> Worker:
    """The worker of notices and chat digests."""
    delivering, posting = Deliverer(attempts, client), ChatPoster(attempts, client)
    return Worker(
        client,
        task_queue=NOTICE_QUEUE,
        workflows=[Notice, ChatDigest],
        activities=[
            delivering.deliver,
            delivering.record_delivery,
            posting.post,
            posting.record_posted,
            posting.continue_notices,
        ],
        workflow_runner=runner(),
        max_concurrent_activities=NOTICES_AT_ONCE,
    )


def batch_worker(client: Client, batching: Batching) -> Worker:
    """The worker of batches, on a queue of its own, so that no batch delays an issue's acts and alarms."""
    return Worker(
        client,
        task_queue=BATCH_QUEUE,
        workflows=[Batch],
        activities=[batching.open_batch, batching.touch_portion, batching.close_batch],
        workflow_runner=runner(),
        max_concurrent_activities=BATCH_STEPS_AT_ONCE,
    )


async def run_issue_worker(settings: Settings) -> None:
    engine = ledger_engine(settings.ledger)
    await migrate(settings.ledger)
    client = await connect(settings, runtime=metrics_runtime(settings.metrics_port))
    start_http_server(settings.metrics_port + 1, addr="127.0.0.1")
    issues = issue_worker(
        client, Publisher(client, LedgerWriter(engine), Patience(first_s=settings.notice_first_pause_s))
    )
    async with batch_worker(client, Batcher(client, BatchLedger(engine), LedgerReader(engine))):
        await _until_stopped(issues, "issue worker")
    await engine.dispose()


async def run_notice_worker(settings: Settings) -> None:
    engine = ledger_engine(settings.ledger)
    await migrate(settings.ledger)
    client = await connect(settings, runtime=metrics_runtime(settings.metrics_port + 2))
    start_http_server(settings.metrics_port + 3, addr="127.0.0.1")
    city, governing = city_in_force(settings.city, settings.profile, settings.data)
    patience = Patience(first_s=settings.notice_first_pause_s)
    reporter = Reporter(client, engine, city, governing.calendar, patience)
    http = http_for(settings)
    attempts = attempts_for(settings, city, LedgerWriter(engine), http, governing.calendar)
    async with report_worker(client, reporter):
        await _until_stopped(notice_worker(client, attempts), "notice worker")
    await http.aclose()
    await engine.dispose()


async def _until_stopped(worker: Worker, name: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_, stop.set)
    async with worker:
        log.info("worker_started", worker=name)
        await stop.wait()
    log.info("worker_stopped", worker=name)


RUNS = {"issues": run_issue_worker, "notices": run_notice_worker}


def main(arguments: Sequence[str]) -> None:
    """Run the worker named in the arguments until SIGTERM."""
    settings = Settings()
    log_to_console(settings.log_level, as_json=settings.log_json)
    asyncio.run(RUNS[arguments[0]](settings))
    exit_now(0)
