"""One run of a schedule: the report of its period is made, and told once."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.bounds import cut
    from bihuan.domain.timetable import Timed
    from bihuan.language.phrases import REPORT_ZH
    from workflows.messages import CompiledReport, ReportOutcome
    from workflows.ports import Reporting
    from workflows.timeouts import COMPILE_TIMEOUT, RECORD_TIMEOUT, RETRY_FOREVER


@workflow.defn(name="ScheduledReport")
class ScheduledReport:
    """Its answer is handed to the schedule's next run, so that nothing falls between two reports.

    It waits for a ledger that is away; its schedule starts no second one meanwhile.
    """

    @workflow.run
    async def run(self, timed: Timed) -> ReportOutcome | None:
        last: ReportOutcome | None = workflow.get_last_completion_result(ReportOutcome)
        compiled: CompiledReport = await workflow.execute_activity_method(
            Reporting.compile_report,
            args=[timed, last],
            start_to_close_timeout=COMPILE_TIMEOUT,
            retry_policy=RETRY_FOREVER,
            summary=cut(f"{REPORT_ZH[timed.kind]} {timed.group}"),
        )
        for notice in compiled.notices:
            await workflow.execute_activity_method(
                Reporting.send_report,
                notice,
                start_to_close_timeout=RECORD_TIMEOUT,
                retry_policy=RETRY_FOREVER,
                summary=cut(f"告知 {notice.to}"),
            )
        if compiled.outcome is not None:
            workflow.set_current_details(compiled.outcome.summary)
        return compiled.outcome or last
