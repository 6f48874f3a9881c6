"""The life of one issue. It decides nothing: it waits for the next command or the next alarm, and takes the step.

Five habits were learnt by killing workers and servers (docs/decisions/0002): the handler awaits nothing; only acts and
the clock move the issue; no workflow task ends without a command; wait conditions read only our own fields; the run's
own count of events, checked in one place, decides when it continues as new.
"""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.commands import Command, fingerprint
    from bihuan.domain.loop.step import Receipt, Step, cancel_requested, execute, first_due, receipt, settle
    from bihuan.domain.policy import Policy
    from bihuan.domain.refusals import LedgerTooFarBehind, Refusal
    from bihuan.domain.sizes import BACKLOG_BYTES, RUN_BYTES, weight
    from bihuan.domain.stage import Status
    from bihuan.wire import ActCommand, Entry
    from workflows import operator_view
    from workflows.messages import Archive, Life, Opening, Publication
    from workflows.ports import Publishing
    from workflows.receipts import RECEIPT_IN_LEDGER_ONLY, ReceiptDropped, Receipts
    from workflows.timeouts import PUBLISH_TIMEOUT, RETRY_FOREVER, ledger_retry_delay

MOVING = "Moving"
SHORTEST_TIMER = timedelta(milliseconds=1)


@workflow.defn(name="IssueLoop", failure_exception_types=[Refusal])
class IssueLoop:
    """From collection to archive. Its id is the issue's number; it is the only writer of the issue."""

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._policy = opening.policy
        self._receipts = Receipts()
        self._unpublished: list[Entry] = []
        self._unpublished_receipts: list[Receipt] = []
        self._unpublished_policies: list[Policy] = []
        self._publishing: asyncio.Task[None] | None = None
        self._events_of_run = 0
        self._bytes_of_run = 0
        self._leaving = False
        if opening.life is None:
            self._begin(opening)
        else:
            self._continue(opening.life)
        self._shown = operator_view.values_of(workflow.info().typed_search_attributes)
        self._next = first_due(self._issue, self._policy)

    @workflow.update(name="act", description="办理动作 · an act of a person or a service")
    def act(self, command: ActCommand) -> Receipt:
        """Obey one command, once; a repetition gets the first receipt. Raises a refusal as ApplicationError."""
        try:
            return self._receipts.first(command.command()) or self._obey(command.command())
        except (Refusal, ReceiptDropped) as refusal:
            raise _refused(refusal) from refusal

    @act.validator
    def _may_act(self, command: ActCommand) -> None:
        """Refuse before anything enters the history: the same decision, taken on a copy."""
        if self._leaving:
            raise ApplicationError("the run is being continued; repeat the command", type=MOVING)
        try:
            if self._receipts.first(command.command()) is None:
                self._may_wait()
                execute(self._issue, command.command(), workflow.now(), self._policy)
        except (Refusal, ReceiptDropped) as refusal:
            raise _refused(refusal) from refusal

    @workflow.run
    async def run(self, opening: Opening) -> Archive:
        """Wait, settle what fell due, and wait again, until the issue is archived and everything is published."""
        publishing = self._publishing = asyncio.create_task(self._publish())
        self._show(workflow.now())
        while not self._finished:
            try:
                await self._next_moment()
            except asyncio.CancelledError:
                self._take(cancel_requested(self._issue, workflow.now(), self._policy), workflow.now())
            if self._stopped_publishing:  # a failing task is noticed and mended; an issue that only goes quiet is not
                raise RuntimeError("nothing more would be published") from publishing.exception()
            self._take(settle(self._issue, workflow.now(), self._policy), workflow.now())
            if self._full:
                self._leaving = True
                workflow.continue_as_new(self._carried())
        publishing.cancel()
        outcome = self._issue.evaluation.outcome
        assert outcome is not None, "only a closed issue is archived"
        return Archive(self._issue.issue_no, outcome, self._issue.revision)

    async def _next_moment(self) -> None:
        """Return when something is due, when the next due moment has changed, or when the run must end."""
        armed = self._next
        left = None if armed is None else max(armed.at - workflow.now(), SHORTEST_TIMER)
        try:
            await workflow.wait_condition(
                lambda: self._next != armed or self._full or self._finished or self._stopped_publishing,
                timeout=left,
                timeout_summary=operator_view.alarm_summary(armed) if armed else None,
            )
        except TimeoutError:
            return

    async def _publish(self) -> None:
        """Publish the events in order. The result of the activity changes nothing but this queue.

        While the ledger is unavailable, what it has not recorded stays in the queue, and later notices still go out.
        """
        announced, refusals = 0, 0
        while True:
            await self._to_publish(announced, refusals)
            batch = self._batch(announced)
            recorded = await workflow.execute_activity_method(
                Publishing.publish,
                batch,
                start_to_close_timeout=PUBLISH_TIMEOUT,
                retry_policy=RETRY_FOREVER,
                summary=operator_view.publication_summary(batch.entries[0].seq, batch.entries[-1].seq),
            )
            if self._leaving:
                return
            announced = batch.entries[-1].seq
            refusals = 0 if recorded else refusals + 1
            if recorded:
                del self._unpublished[: len(batch.entries)]
                del self._unpublished_receipts[: len(batch.receipts)]
                del self._unpublished_policies[: len(batch.policies)]

    async def _to_publish(self, announced: int, refusals: int) -> None:
        """Return when there are new events, or when the ledger is to be tried again after so many refusals."""
        while True:
            try:
                await workflow.wait_condition(
                    lambda: self._last_unpublished > announced and not self._leaving,
                    timeout=ledger_retry_delay(refusals),
                    timeout_summary="等待台账 · the ledger is tried again"
                    if refusals
                    else "发布间隙标记 · keeps replay exact",
                )
            except TimeoutError:  # the timer is there to be a command, as no workflow task may end without one
                if not refusals or self._leaving:
                    continue
                self._grow(1, weight(self._unpublished))  # or a long outage would grow the history without limit
                if self._full:
                    continue
            return

    @property
    def _last_unpublished(self) -> int:
        return self._unpublished[-1].seq if self._unpublished else 0

    def _batch(self, announced: int) -> Publication:
        policies = tuple(self._unpublished_policies)
        return Publication(
            self._issue,
            tuple(self._unpublished),
            tuple(self._unpublished_receipts),
            policies[-1] if policies else None,
            announced,
            policies[:-1],
        )

    def _begin(self, opening: Opening) -> None:
        run = workflow.info()
        step, answer = opening.intake(run.workflow_id, run.workflow_start_time)
        self._issue = step.issue
        self._unpublished_policies = [self._policy]
        self._queue(step)
        self._answer(answer)

    def _continue(self, life: Life) -> None:
        self._issue = life.issue
        self._unpublished = list(life.unpublished)
        self._unpublished_receipts = list(life.unpublished_receipts)
        self._unpublished_policies = list(life.unpublished_policies)
        if not self._unpublished_policies and any(entry.seq == 1 for entry in life.unpublished):
            self._unpublished_policies = [self._policy]  # older runs did not carry it
        self._receipts = Receipts(life.receipts, life.obeyed)

    @property
    def life(self) -> Life:
        """All that the next run needs, and a run that an operator starts to revive the issue."""
        return Life(
            self._issue,
            tuple(self._unpublished),
            self._receipts.receipts,
            tuple(self._unpublished_receipts),
            tuple(self._unpublished_policies),
            self._receipts.obeyed,
        )

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    def _carried(self) -> Opening:
        return Opening(
            policy=self._policy,
            submission=None,
            actor=None,
            life=self.life,
            continue_after=self._opening.continue_after,
        )

    def _may_wait(self) -> None:
        """Raise LedgerTooFarBehind where no more can wait for the ledger.

        Only for the validator, which is never replayed: how much waits depends on when an activity ended.
        """
        waiting = (self._unpublished, self._unpublished_receipts, self._unpublished_policies[1:])
        if weight(waiting) > BACKLOG_BYTES:
            raise LedgerTooFarBehind

    def _obey(self, command: Command) -> Receipt:
        now = workflow.now()
        step = execute(self._issue, command, now, self._policy)
        self._take(step, now)
        mark = fingerprint(command.actor, command.act)
        answer = receipt(step.issue, command.id, mark, command.request_id, now, self._policy)
        self._answer(answer)
        return answer

    def _answer(self, answer: Receipt) -> None:
        self._receipts.add(answer)
        self._unpublished_receipts.append(answer)

    def _take(self, step: Step, now: datetime) -> None:
        if not step.recorded:
            return
        self._issue = step.issue
        if step.policy is not None:
            self._policy = step.policy
            self._unpublished_policies.append(step.policy)
        self._next = first_due(step.issue, self._policy)
        self._queue(step)
        self._show(now)

    def _queue(self, step: Step) -> None:
        self._unpublished.extend(Entry.of(one) for one in step.recorded)
        self._grow(len(step.recorded), weight(step.recorded))

    def _show(self, now: datetime) -> None:
        workflow.set_current_details(operator_view.details(self._issue, self._policy, now))
        after = operator_view.attribute_values(self._issue, self._policy, now)
        changed = operator_view.changes(self._shown, after)
        if changed:
            workflow.upsert_search_attributes(changed)
        self._shown = after

    def _grow(self, events: int, size: int) -> None:
        """Add to the size of the run's history: the events, and the issue once, since each publication carries it."""
        self._events_of_run += events
        self._bytes_of_run += size + weight(self._issue)

    @property
    def _stopped_publishing(self) -> bool:
        """Whether publishing has ended by an error in our own code."""
        publishing = self._publishing
        return publishing is not None and publishing.done() and not publishing.cancelled() and not self._leaving

    @property
    def _full(self) -> bool:
        return self._events_of_run >= self._opening.continue_after or self._bytes_of_run >= RUN_BYTES

    @property
    def _finished(self) -> bool:
        return self._issue.status is Status.ARCHIVED and not self._unpublished


def _refused(refusal: Refusal | ReceiptDropped) -> ApplicationError:
    if isinstance(refusal, ReceiptDropped):
        return ApplicationError("the ledger has the receipt", type=RECEIPT_IN_LEDGER_ONLY, non_retryable=True)
    facts = {**refusal.facts, "zh": refusal.sentence_zh, "en": refusal.sentence_en, "field": refusal.field}
    return ApplicationError(str(refusal), facts, type=refusal.name, non_retryable=True)
