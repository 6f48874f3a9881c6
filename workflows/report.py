"""One run of a schedule: its report is compiled, and its notices are started once."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.bounds import cut
    from bihuan.domain.timetable import ReportSchedule
    from bihuan.language.phrases import REPORT_ZH
    from workflows.messages import CompiledReport, ReportOutcome
    from workflows.ports import Reporting
    from workflows.timeouts import COMPILE_TIMEOUT, RECORD_TIMEOUT, RETRY_FOREVER


@workflow.defn(name="ScheduledReport")
class ScheduledReport:
    """Its outcome is passed to the schedule's next run, so that no event falls between two reports.

    While the ledger is unavailable it waits, and its schedule starts no second run.
    """

    @workflow.run
    async def run(self, timed: ReportSchedule) -> ReportOutcome | None:
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
