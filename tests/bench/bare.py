"""The floor: a workflow that takes the same updates and does nothing with them."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.wire import ActCommand


@workflow.defn(name="Bare")
class Bare:
    def __init__(self) -> None:
        self._count = 0

    @workflow.run
    async def run(self, acts: int) -> None:
        await workflow.wait_condition(lambda: self._count >= acts)

    @workflow.update
    def act(self, command: ActCommand) -> str:
        self._count += 1
        return command.id
