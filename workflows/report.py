"""One run of a schedule: the report of its period is made, and told once."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.bounds import cut
    from bihuan.domain.timetable import ReportSchedule
    from bihuan.language.phrases import REPORT_ZH
    from workflows.messages import Compiled, Reported
    from workflows.ports import Reporting
    from workflows.timeouts import COMPILE_TIMEOUT, FOR_EVER, RECORD_TIMEOUT


@workflow.defn(name="Report")
class Report:
    """Its answer is handed to the schedule's next run, so that nothing falls between two reports.

    It waits for a ledger that is away; its schedule starts no second one meanwhile.
    """

    @workflow.run
    async def run(self, timed: ReportSchedule) -> Reported | None:
        last: Reported | None = workflow.get_last_completion_result(Reported)
        compiled: Compiled = await workflow.execute_activity_method(
            Reporting.compile_report,
            args=[timed, last],
            start_to_close_timeout=COMPILE_TIMEOUT,
            retry_policy=FOR_EVER,
            summary=cut(f"{REPORT_ZH[timed.kind]} {timed.group}"),
        )
        for notice in compiled.notices:
            await workflow.execute_activity_method(
                Reporting.tell_report,
                notice,
                start_to_close_timeout=RECORD_TIMEOUT,
                retry_policy=FOR_EVER,
                summary=cut(f"告知 {notice.to}"),
            )
        if compiled.reported is not None:
            workflow.set_current_details(compiled.reported.said)
        return compiled.reported or last
