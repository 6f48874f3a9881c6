"""What an operator sees of an issue in Temporal: attributes to filter by, a summary, the details, the timers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowExecution

from bihuan.client.connection import connect
from bihuan.client.issues import act, start_issue
from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import OBLIGATION_ZH
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.ladder.escalation import Due
from bihuan.domain.loop.step import Receipt, settle
from bihuan.runtime.settings import Settings
from bihuan.wire import ActCommand
from tests.support.puyang import (
    COORDINATOR,
    ENTERPRISE,
    MONDAY,
    OTHER_HEAD,
    OTHER_UNIT,
    UNIT,
    Told,
    at,
    handed_over,
    policy,
    submission,
)
from tests.support.waiting import until
from workers.processes import issue_worker
from workflows.messages import Opening, Publication
from workflows.names import SEARCH_ATTRIBUTES
from workflows.operator_view import alarm_summary, details
from workflows.ports import Publishing


class Unread(Publishing):
    """A ledger nobody asks anything here."""

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> bool:
        return True


@pytest.fixture
async def client(temporal: str) -> AsyncIterator[Client]:
    client = await connect(Settings(temporal_address=temporal))
    async with issue_worker(client, Unread()):
        yield client


async def put_in_hand(client: Client) -> Receipt:
    """An issue of the county 410902, handed over to the power company a moment ago."""
    number, opening = f"t-{uuid4().hex}", Opening(policy(), submission(), ENTERPRISE, None, "c0", "f", "r")
    await start_issue(client, number, opening)
    await act(client, number, ActCommand("a", COORDINATOR, do.Accept()))
    return await act(client, number, ActCommand("b", COORDINATOR, do.HandOver(unit=UNIT)))


async def listed(client: Client, query: str, number: str) -> WorkflowExecution:
    """The issue as the query finds it; visibility follows the history, so ask until it is there."""

    async def found() -> WorkflowExecution | None:
        return next((one for one in [one async for one in client.list_workflows(query)] if one.id == number), None)

    seen = await until(found, f"{number} in {query}")
    assert seen is not None
    return seen


def attributes(execution: WorkflowExecution) -> dict[str, object]:
    said = execution.typed_search_attributes
    return {pair.key.name: pair.value for pair in said if pair.key.name in SEARCH_ATTRIBUTES}


async def test_an_issue_handed_over_is_found_by_its_group_and_shows_where_it_stands(client: Client) -> None:
    receipt = await put_in_hand(client)
    found = await listed(client, "SupervisionGroup='G1' AND IssueStatus='DISPATCHED'", receipt.issue_no)
    described = await client.get_workflow_handle(receipt.issue_no).describe()
    for execution in (found, described):
        assert attributes(execution) == {
            "IssueStage": "HANDOVER",
            "IssueStatus": "DISPATCHED",
            "Urgency": "GENERAL",
            "County": "410902",
            "Unit": UNIT,
            "SupervisionGroup": "G1",
            "Light": "GREEN",
            "DueAt": receipt.due_at,
        }
    assert await described.static_summary() == "用电增容 · 恒捷化工有限公司"


async def test_the_details_of_a_running_issue_are_in_chinese_and_of_this_moment(client: Client) -> None:
    receipt = await put_in_hand(client)
    handle = client.get_workflow_handle(receipt.issue_no)
    metadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    lines = metadata.current_details.splitlines()
    assert receipt.due_at is not None
    assert receipt.next_due is not None
    provisional = "（暂定）" if policy().calendar.provisional(datetime.now(UTC), receipt.due_at) else ""
    assert lines[:-1] == [
        "**交办 · 待签收** 正常",
        "",
        "- 企业：恒捷化工有限公司",
        "- 承办单位：市供电公司",
        "- 督导组：第一专项督导组",
        f"- 总时限：{china(receipt.due_at)}{provisional}",
        f"- 下一到期：签收第1次 {china(receipt.next_due.at)}，市供电公司",
    ]
    assert lines[-1].startswith(f"- 以上截至 {datetime.now(CHINA_TIME):%Y-}")


def china(moment: datetime) -> str:
    return moment.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")


def test_the_details_of_a_neglected_issue_name_who_owes_what_and_the_order() -> None:
    moment = at("07-20 09:00")
    issue = settle(handed_over().issue, moment, policy()).issue
    said = details(issue, policy(), moment)
    assert "红灯" in said
    assert "- 下一到期：签收第1次 2021-07-06 18:00:00，市供电公司，已逾期" in said
    assert "- 督办单 BH-TEST-D1：待回复" in said
    assert said.endswith("- 以上截至 2021-07-20 09:00:00")


def test_a_deadline_that_next_years_paper_may_move_says_so() -> None:
    assert "（暂定）" not in details(Told().issue, policy(), MONDAY)
    last = datetime(max(policy().calendar.published_years), 12, 1, 9, tzinfo=CHINA_TIME)
    assert "- 总时限：" in (said := details(Told(when=last).issue, policy(), last))
    assert "（暂定）" in said


def test_the_details_name_the_units_that_assist_how_their_parts_stand_and_until_when() -> None:
    told = handed_over()
    told.then(at("07-05 12:00"), COORDINATOR, do.AddAssist(unit=OTHER_UNIT, task="核定容量"))
    name = policy().units[OTHER_UNIT].name
    assert f"- 协办：{name} 待提交，2021-07-08 18:00:00 到期\n" in details(told.issue, policy(), MONDAY)
    told.then(at("07-06 12:00"), OTHER_HEAD, do.SubmitPart(text="已核定"))
    assert f"- 协办：{name} 已提交，待采纳\n" in details(told.issue, policy(), MONDAY)


def test_whoever_owes_the_next_act_is_named_in_words() -> None:
    told = Told()
    assert "，综合协调组" in details(told.issue, policy(), MONDAY)
    told.then(at("07-05 10:00"), COORDINATOR, do.AskInfo(question="哪条线路?"))
    assert "，企业" in details(told.issue, policy(), at("07-05 10:00"))


def test_a_timer_says_which_rung_of_which_clock_it_waits_for() -> None:
    assert alarm_summary(Due(MONDAY, "issue#1", 0, "R2")) == "问题总时限第1次 R2 督办"
    assert alarm_summary(Due(MONDAY + timedelta(1), "supply#2")) == "补正第2次到期自动流转"
    said = {alarm_summary(Due(MONDAY, f"{clock}#1", 0, rung)) for clock in OBLIGATION_ZH for rung in ("R0", "R1", "R2")}
    assert len(said) == 3 * len(OBLIGATION_ZH)
