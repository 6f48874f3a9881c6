"""A loop whose histories the real one cannot replay."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.issue_loop import IssueLoop
    from workflows.messages import Archive, Opening


@workflow.defn(name="IssueLoop")
class OtherCode(IssueLoop):
    """Arms a timer that the loop does not know."""

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> Archive:
        await workflow.sleep(0.01)
        return await super().run(opening)
