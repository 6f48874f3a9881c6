"""The loop without the habits that were paid for, to show that the fault programme sees the difference."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.issue_loop import IssueLoop
    from workflows.messages import Archive, Opening


@workflow.defn(name="IssueLoop")
class WithoutMark(IssueLoop):
    """Between publications no timer: a workflow task that hears of one may end without a command."""

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> Archive:
        return await super().run(opening)

    async def _to_publish(self, announced: int, refused: int) -> None:
        await workflow.wait_condition(lambda: self._last_unpublished > announced and not self._leaving)


@workflow.defn(name="IssueLoop")
class Suggested(IssueLoop):
    """Continues as new when the server suggests it, and looks at that inside a wait condition."""

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> Archive:
        return await super().run(opening)

    @property
    def _full(self) -> bool:
        return workflow.info().is_continue_as_new_suggested()
