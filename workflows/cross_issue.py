"""The life of one word from issue to issue: carried until it is obeyed, or refused for good."""

from dataclasses import replace

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.bounds import cut
    from bihuan.domain.cross_issue import heard
    from workflows.messages import CrossIssueOrder
    from workflows.ports import CommandSending
    from workflows.timeouts import RETRY_FOREVER, SEND_COMMAND_TIMEOUT


@workflow.defn(name="CrossIssueCommand")
class CrossIssueCommand:
    """Its id, ``issue:seq:issue:other``, is the errand's own: it exists once."""

    @workflow.run
    async def run(self, errand: CrossIssueOrder) -> str:
        refused = await self._carry(errand)
        if refused and errand.if_refused is not None:
            act = heard(errand.if_refused, refused)
            back = replace(errand, id=f"{errand.id}:back", to=errand.sender, act=act, if_refused=None)
            await self._carry(back)
        return refused

    async def _carry(self, errand: CrossIssueOrder) -> str:
        return await workflow.execute_activity_method(
            CommandSending.send_command,
            errand,
            start_to_close_timeout=SEND_COMMAND_TIMEOUT,
            retry_policy=RETRY_FOREVER,
            summary=cut(f"转告 {errand.to} {errand.act.act}"),
        )
