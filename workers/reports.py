"""The worker of scheduled reports, on a queue of its own."""

from temporalio.client import Client
from temporalio.worker import Worker

from workflows.names import REPORT_QUEUE
from workflows.ports import Reporting
from workflows.report import ScheduledReport
from workflows.sandbox import runner

REPORTS_AT_ONCE = 2


def report_worker(client: Client, reporting: Reporting) -> Worker:
    """Few at a time: eight digests that are due at once must not slow the ledger down for the notices."""
    return Worker(
        client,
        task_queue=REPORT_QUEUE,
        workflows=[ScheduledReport],
        activities=[reporting.compile_report, reporting.send_report],
        workflow_runner=runner(),
        max_concurrent_activities=REPORTS_AT_ONCE,
    )
