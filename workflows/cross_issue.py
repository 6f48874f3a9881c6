"""The life of one word from issue to issue: carried until it is obeyed, or refused for good."""

from dataclasses import replace

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.bounds import cut
    from bihuan.domain.cross_issue import with_reason
    from workflows.messages import ErrandOrder
    from workflows.ports import Carrying
    from workflows.timeouts import CARRY_TIMEOUT, FOR_EVER


@workflow.defn(name="Errand")
class Errand:
    """Its id, ``issue:seq:issue:other``, is the errand's own: it exists once."""

    @workflow.run
    async def run(self, errand: ErrandOrder) -> str:
        refused = await self._carry(errand)
        if refused and errand.if_refused is not None:
            act = with_reason(errand.if_refused, refused)
            back = replace(errand, id=f"{errand.id}:back", to=errand.sender, act=act, if_refused=None)
            await self._carry(back)
        return refused

    async def _carry(self, errand: ErrandOrder) -> str:
        return await workflow.execute_activity_method(
            Carrying.carry,
            errand,
            start_to_close_timeout=CARRY_TIMEOUT,
            retry_policy=FOR_EVER,
            summary=cut(f"转告 {errand.to} {errand.act.act}"),
        )
