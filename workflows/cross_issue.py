"""A command from one issue to another: sent until the other obeys or finally refuses it."""

from dataclasses import replace

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.bounds import cut
    from bihuan.domain.cross_issue import with_reason
    from workflows.messages import CrossIssueOrder
    from workflows.ports import CommandSending
    from workflows.timeouts import RETRY_FOREVER, SEND_COMMAND_TIMEOUT


@workflow.defn(name="CrossIssueCommand")
class CrossIssueCommand:
    """Its id, ``issue:seq:issue:other``, is also the command's, so that it exists once."""

    @workflow.run
    async def run(self, order: CrossIssueOrder) -> str:
        """The name of the refusal, empty where the command was obeyed. The sender then gets ``if_refused``."""
        refused = await self._send(order)
        if refused and order.if_refused is not None:
            act = with_reason(order.if_refused, refused)
            back = replace(order, id=f"{order.id}:back", to=order.sender, act=act, if_refused=None)
            await self._send(back)
        return refused

    async def _send(self, order: CrossIssueOrder) -> str:
        return await workflow.execute_activity_method(
            CommandSending.send_command,
            order,
            start_to_close_timeout=SEND_COMMAND_TIMEOUT,
            retry_policy=RETRY_FOREVER,
            summary=cut(f"转告 {order.to} {order.act.act}"),
        )
