"""The life of one issue. It decides nothing: it waits for the next command or the next alarm and takes the step.

Five habits here were paid for by killing workers and servers (docs/decisions/0002): the handler awaits nothing;
only acts and the clock move the issue; no workflow task ends without a command; wait conditions read only our own
fields; the run's own count of events, looked at in one place, decides when it continues as new.
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
    from workflows.receipts import AnsweredBefore, Answers
    from workflows.timeouts import FOR_EVER, PUBLISH_TIMEOUT, again_after

MOVING = "Moving"
SHORTEST_TIMER = timedelta(milliseconds=1)


@workflow.defn(name="IssueLoop", failure_exception_types=[Refusal])
class IssueLoop:
    """From collection to archive. Its id is the issue's number; it is the only writer of the issue."""

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._policy = opening.policy
        self._answers = Answers()
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
        self._shown = operator_view.known(workflow.info().typed_search_attributes)
        self._next = first_due(self._issue, self._policy)

    @workflow.update(name="act", description="办理动作 · an act of a person or a service")
    def act(self, command: ActCommand) -> Receipt:
        """Obey one command, once. The answer to a repetition is the first answer."""
        try:
            return self._answers.first(command.command()) or self._obey(command.command())
        except (Refusal, AnsweredBefore) as refusal:
            raise _refused(refusal) from refusal

    @act.validator
    def _may_act(self, command: ActCommand) -> None:
        """Refuse before history: the same decision, taken on a copy."""
        if self._leaving:
            raise ApplicationError("the run is being continued; repeat the command", type=MOVING)
        try:
            if self._answers.first(command.command()) is None:
                self._may_wait()
                execute(self._issue, command.command(), workflow.now(), self._policy)
        except (Refusal, AnsweredBefore) as refusal:
            raise _refused(refusal) from refusal

    @workflow.run
    async def run(self, opening: Opening) -> Archive:
        """Wait, settle what fell due, wait again; until the issue is archived and all is published."""
        publishing = self._publishing = asyncio.create_task(self._publish())
        self._show(workflow.now())
        while not self._finished:
            try:
                await self._next_moment()
            except asyncio.CancelledError:
                self._take(cancel_requested(self._issue, workflow.now(), self._policy), workflow.now())
            if self._silent:  # a task that fails is seen, and goes on once it is mended; a silent issue is not
                raise RuntimeError("nothing more would be published") from publishing.exception()
            self._take(settle(self._issue, workflow.now(), self._policy), workflow.now())
            if self._full:
                self._leaving = True
                workflow.continue_as_new(self._carried())
        publishing.cancel()
        outcome = self._issue.outcome
        assert outcome is not None, "only a closed issue is archived"
        return Archive(self._issue.issue_no, outcome, self._issue.revision)

    async def _next_moment(self) -> None:
        """Return when something is due, when what is due next has changed, or when the run must end."""
        armed = self._next
        left = None if armed is None else max(armed.at - workflow.now(), SHORTEST_TIMER)
        try:
            await workflow.wait_condition(
                lambda: self._next != armed or self._full or self._finished or self._silent,
                timeout=left,
                timeout_summary=operator_view.alarm_summary(armed) if armed else None,
            )
        except TimeoutError:
            return

    async def _publish(self) -> None:
        """Drain the events in order. What the activity answers moves nothing but this queue.

        A ledger that is away keeps what it has not recorded in the queue, and holds back no notice of what comes after.
        """
        announced, refused = 0, 0
        while True:
            await self._to_publish(announced, refused)
            batch = self._batch(announced)
            recorded = await workflow.execute_activity_method(
                Publishing.publish,
                batch,
                start_to_close_timeout=PUBLISH_TIMEOUT,
                retry_policy=FOR_EVER,
                summary=operator_view.batch_summary(batch.entries[0].seq, batch.entries[-1].seq),
            )
            if self._leaving:
                return
            announced = batch.entries[-1].seq
            refused = 0 if recorded else refused + 1
            if recorded:
                del self._unpublished[: len(batch.entries)]
                del self._unpublished_receipts[: len(batch.receipts)]
                del self._unpublished_policies[: len(batch.policies)]

    async def _to_publish(self, announced: int, refused: int) -> None:
        """Return when there are new events, or when the ledger, having refused so many times, is to be tried again."""
        while True:
            try:
                await workflow.wait_condition(
                    lambda: self._last_unpublished > announced and not self._leaving,
                    timeout=again_after(refused),
                    timeout_summary="等待台账 · the ledger is tried again"
                    if refused
                    else "发布间隙标记 · keeps replay exact",
                )
            except TimeoutError:  # this timer exists to be a command: no workflow task may end without one
                if not refused or self._leaving:
                    continue
                self._grow(1, weight(self._unpublished))  # a long outage must not grow one run's history without end
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
            self._unpublished_policies = [self._policy]  # lives of older runs do not carry it
        self._answers = Answers(life.receipts, life.obeyed)

    @property
    def life(self) -> Life:
        """All that is not finished: what the next run, or whoever revives the issue, must know."""
        return Life(
            self._issue,
            tuple(self._unpublished),
            self._answers.receipts,
            tuple(self._unpublished_receipts),
            tuple(self._unpublished_policies),
            self._answers.obeyed,
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
        """Raise the reason why no more can wait for the ledger. Of the validator only, which is never replayed: what
        waits depends on when an activity ended.
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
        self._answers.add(answer)
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
        after = operator_view.shown(self._issue, self._policy, now)
        changed = operator_view.changes(self._shown, after)
        if changed:
            workflow.upsert_search_attributes(changed)
        self._shown = after

    def _grow(self, events: int, size: int) -> None:
        """Count what a history takes: the events, and the issue, which goes with each publication of them."""
        self._events_of_run += events
        self._bytes_of_run += size + weight(self._issue)

    @property
    def _silent(self) -> bool:
        """Whether publishing has ended by an error of its own."""
        publishing = self._publishing
        return publishing is not None and publishing.done() and not publishing.cancelled() and not self._leaving

    @property
    def _full(self) -> bool:
        return self._events_of_run >= self._opening.continue_after or self._bytes_of_run >= RUN_BYTES

    @property
    def _finished(self) -> bool:
        return self._issue.status is Status.ARCHIVED and not self._unpublished


def _refused(refusal: Refusal | AnsweredBefore) -> ApplicationError:
    if isinstance(refusal, AnsweredBefore):
        return ApplicationError("the ledger has the answer", type=AnsweredBefore.__name__, non_retryable=True)
    facts = {**refusal.facts, "zh": refusal.sentence_zh, "en": refusal.sentence_en, "field": refusal.field}
    return ApplicationError(str(refusal), facts, type=refusal.name, non_retryable=True)
