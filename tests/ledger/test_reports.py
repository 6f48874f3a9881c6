"""The figures of a report are what the ledger holds, counted again by hand."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.reports import Reporter
from bihuan.domain import commands as do
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.rungs import Light
from bihuan.domain.loop.step import first_due, settle
from bihuan.domain.stage import Outcome, Stage
from bihuan.domain.timetable import ReportKind, ReportSchedule
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.retention import PORTION, prune
from bihuan.ledger.tables import METADATA
from bihuan.ledger.views import Delivery, Trace
from bihuan.ledger.writing import LedgerWriter
from bihuan.reports.bulletin import Sums, brief_of, brief_text, bulletin_of, bulletin_text, by_group, summed, total
from bihuan.reports.digest import digest_of, digest_text
from bihuan.simulation.drill import upcoming_alerts
from bihuan.simulation.player import play
from bihuan.simulation.workbook import CUT_OFF, SAMPLE, read_ledger
from bihuan.wire import Entry
from tests.support.puyang import CITY_FOLDER, COORDINATOR, ENTERPRISE, Told, at, city, delivered, handed_over, policy
from workflows.messages import ReportOutcome
from workflows.timeouts import Patience

ROWS = [row for row in read_ledger(CITY_FOLDER / SAMPLE) if row.batch == "首批"]
CALENDAR = city().policy.calendar
DIGEST = ReportSchedule(ReportKind.DIGEST, at="08:30", group="G1")


async def record(writer: LedgerWriter, *all_told: Told) -> None:
    for told in all_told:
        await writer.record(told.issue, tuple(map(Entry.of, told.recorded)), (), policy())


def left_until(told: Told, when: datetime) -> Told:
    """Nobody acts, and everything happens at its moment."""
    while (due := first_due(told.issue, policy())) is not None and due.at <= when:
        step = settle(told.issue, due.at, policy())
        told.issue = step.issue
        told.recorded += step.recorded
    return told


def closed() -> Told:
    told = delivered("BH-C")
    told.then(at("07-06 16:00"), ENTERPRISE, do.Rate(score=5, solved=True))
    assert told.issue.status == "EVALUATED", "no call-back is due for this number"
    return told.then(at("07-07 09:00"), COORDINATOR, do.CloseOut())


async def fill(engine: AsyncEngine) -> list[Issue]:
    """The sample's first batch as it stands at the end of the half-year."""
    writer, issues = LedgerWriter(engine), []
    for row in ROWS:
        played = play(row, policy(), CUT_OFF, str)
        await writer.record(played.issue, tuple(map(Entry.of, played.recorded)), (), policy())
        issues.append(played.issue)
    return issues


def reporter(engine: AsyncEngine, now: datetime) -> Reporter:
    return Reporter(None, engine, city(), lambda: CALENDAR, Patience(), lambda: now)  # type: ignore[arg-type]  # no server


async def test_a_digest_tells_what_is_open_late_ordered_coming_new_and_closed(
    engine: AsyncEngine, writer: LedgerWriter
) -> None:
    mine = left_until(handed_over(number="BH-A"), at("07-08 08:00"))
    fresh = Told("BH-N", at("07-07 10:00"))
    await record(writer, mine, closed(), fresh, Told("BH-OTHER", at("07-07 10:00"), county="410922"))
    digest = await digest_of(engine, "G1", at("07-07 08:30"), at("07-08 08:30"), CALENDAR)
    assert {one.key: one.count for one in digest.stages} == {Stage.HANDOVER: 1, Stage.TRIAGE: 1}
    assert {one.key: one.count for one in digest.lights}[Light.RED] == 1
    assert [row.issue_no for row in digest.overdue] == ["BH-A"]
    assert [(order.no, order.reply_due_at) for order in digest.orders] == [("BH-A-D1", at("07-12 18:00"))]
    assert [one.issue_no for one in digest.received] == ["BH-N"]
    assert [(one.issue_no, one.outcome) for one in digest.closed] == [("BH-C", Outcome.SOLVED)]
    day = at("07-09 00:00").date()
    drilled = [one for told in (mine, fresh) for one in upcoming_alerts(told.issue, policy(), day)]
    assert sorted(map(str, digest.upcoming)) == sorted(map(str, drilled))
    assert drilled
    told = digest_text(digest, city())
    assert "在办 open 2：梳理 1、交办 1" in told
    assert "红灯 red 1" in told
    assert "BH-A 用电增容：市供电公司 自 07-06 18:00 欠签收，红灯 red" in told.replace(
        city().policy.units["D16"].name, "市供电公司"
    )
    assert "回复期限 07-12 18:00" in told
    assert "\n· BH-C 用电增容：已解决" in told, "a row is told from its heading"
    assert "BH-OTHER" not in told
    assert "恒捷" not in told, "who the enterprise is stands behind the link"


async def test_on_friday_the_digest_says_what_falls_due_until_monday_is_over(
    engine: AsyncEngine, writer: LedgerWriter
) -> None:
    await record(writer, left_until(handed_over(number="BH-A"), at("07-09 08:00")))
    digest = await digest_of(engine, "G1", at("07-08 08:30"), at("07-09 08:30"), CALENDAR)
    assert digest.upcoming_until.isoformat() == "2021-07-12"
    assert all(at("07-10 00:00") <= one.alert.at < at("07-13 00:00") for one in digest.upcoming)
    assert any(one.alert.clock.startswith("reply#1") for one in digest.upcoming)


async def test_a_day_without_anything_is_one_line(engine: AsyncEngine, writer: LedgerWriter) -> None:
    await record(writer, Told("BH-OTHER", county="410922"))
    compiled = await reporter(engine, at("07-07 08:30")).compile_report(DIGEST)
    (notice,) = compiled.notices
    assert "\n" not in notice.facts["lines"]
    assert "无在办问题" in notice.facts["lines"]


async def test_a_digest_begins_where_the_last_one_ended_and_is_of_one_period_once(
    engine: AsyncEngine, writer: LedgerWriter
) -> None:
    await record(writer, Told("BH-N", at("07-05 10:00")))
    on_time = await reporter(engine, at("07-07 08:31")).compile_report(DIGEST)
    assert "新收 new 0" in on_time.notices[0].facts["lines"]
    late = await reporter(engine, at("07-07 08:31")).compile_report(
        DIGEST, ReportOutcome("2021-07-02", at("07-02 08:30"), "")
    )
    assert "新收 new 1" in late.notices[0].facts["lines"], "what came in during an outage is told after it"
    assert [one.notices[0].id for one in (on_time, late)] == ["report:digest:2021-07-07:group:G1"] * 2
    again = await reporter(engine, at("07-07 15:00")).compile_report(DIGEST, late.outcome)
    assert (again.outcome, again.notices) == (None, ())


async def test_a_rest_day_is_told_nothing(engine: AsyncEngine, writer: LedgerWriter) -> None:
    await record(writer, Told("BH-N"))
    assert (await reporter(engine, at("07-10 08:30")).compile_report(DIGEST)).notices == ()


async def test_a_long_digest_stays_within_four_kilobytes(engine: AsyncEngine, writer: LedgerWriter) -> None:
    await record(writer, *(Told(f"BH-{number:03}", title="用电增容" * 5) for number in range(60)))
    (notice,) = (await reporter(engine, at("07-07 08:30")).compile_report(DIGEST)).notices
    size = len(f"{notice.title}{notice.id}{notice.facts}".encode())
    assert 3000 < size <= 4096
    assert "more：{link}" in notice.facts["lines"]


async def test_the_brief_of_the_sample_is_what_the_sample_expects(engine: AsyncEngine) -> None:
    await fill(engine)
    cells = await brief_of(engine, at("07-01 00:00"), datetime.fromisoformat("2022-01-01T00:00:00+08:00"))
    collected = Counter(row.expected.group for row in ROWS)
    solved = Counter(row.expected.group for row in ROWS if row.expected.outcome is Outcome.SOLVED)
    found = summed(cells, by_group)
    assert {name: (one.collected, one.solved) for name, one in found.items()} == {
        name: (collected[name], solved[name]) for name in collected
    }
    told = brief_text(cells, city())
    assert f"收集 collected {len(ROWS)}，解决 solved {sum(solved.values())}" in told
    assert f"({sum(solved.values())}/{len(ROWS)})" in told


async def test_a_bulletin_counts_the_week_and_the_change_to_the_week_before(engine: AsyncEngine) -> None:
    issues = await fill(engine)
    weeks = [at("07-05 00:00") + timedelta(weeks=number) for number in range(26)]

    def by_hand(until: datetime) -> Sums:
        gone = [one for one in issues if one.closed_at is not None and one.closed_at < until]
        solved = [one for one in gone if one.evaluation.outcome is Outcome.SOLVED]
        return Sums(sum(one.matter.received_at < until for one in issues), len(gone), len(solved))

    seen = 0
    for since in weeks:
        until = since + timedelta(weeks=1)
        bulletin = await bulletin_of(engine, since, until)
        assert total(bulletin.at_end) == by_hand(until)
        assert bulletin.week == by_hand(until) - by_hand(since)
        assert bulletin.last_week == by_hand(since) - by_hand(since - timedelta(weeks=1))
        came = Counter(one.matter.category for one in issues if since <= one.matter.received_at < until)
        assert +bulletin.intake == came
        seen += came.total()
        told = bulletin_text(bulletin, city())
        now, before = by_hand(until), by_hand(since)
        assert f"收集 collected {now.collected}({now.collected - before.collected:+})" in told
    assert seen > 20


def ended(notice: str, moment: datetime | None) -> Delivery:
    return Delivery(
        notice_id=notice,
        issue_no="BH-C",
        seq=1,
        desk="group",
        ref="G1",
        event="digest",
        state="DELIVERED" if moment else "TRYING",
        channel="",
        address="",
        attempts=1,
        status=200,
        detail="",
        body_sha256="",
        first_at=moment or at("01-01 00:00"),
        ended_at=moment,
    )


def traced(notice: str) -> Trace:
    return Trace(
        notice_id=notice,
        key="1",
        at=at("01-01 00:00"),
        state="DELIVERED",
        channel="",
        contact="",
        reached="",
        status=200,
        detail="",
    )


async def rows(engine: AsyncEngine) -> dict[str, int]:
    async with engine.connect() as connection:
        return {
            name: (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()
            for name in METADATA.tables
        }


async def test_retention_deletes_old_deliveries_and_their_traces_and_nothing_else(
    engine: AsyncEngine, writer: LedgerWriter, reader: LedgerReader
) -> None:
    await record(writer, closed(), left_until(handed_over(number="BH-A"), at("07-08 08:00")))
    for notice, moment in (("old", at("07-07 09:00")), ("young", at("07-09 09:00")), ("trying", None)):
        await writer.record_delivery(ended(notice, moment), traced(notice))
    before = await rows(engine)
    pruned = await prune(engine, at("07-08 00:00"))
    assert (pruned.deliveries, pruned.traces, pruned.kept) == (1, 1, 1)
    after = await rows(engine)
    assert {name: before[name] - after[name] for name in before if before[name] != after[name]} == {
        "deliveries": 1,
        "traces": 1,
    }
    assert await reader.delivery("old") is None
    assert await reader.delivery("trying") is not None
    assert (await prune(engine, at("07-08 00:00"))).deliveries == 0


async def test_retention_goes_portion_by_portion(
    engine: AsyncEngine, writer: LedgerWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PORTION > 2
    monkeypatch.setattr("bihuan.ledger.retention.PORTION", 2)
    for number in range(5):
        await writer.record_delivery(ended(f"n{number}", at("07-07 09:00")), traced(f"n{number}"))
    assert (await prune(engine, at("07-08 00:00"))).deliveries == 5


async def test_a_run_of_retention_says_how_many(engine: AsyncEngine, writer: LedgerWriter) -> None:
    await writer.record_delivery(ended("old", at("07-07 09:00")), traced("old"))
    compiled = await reporter(engine, at("07-07 09:00") + timedelta(days=181)).compile_report(
        ReportSchedule(ReportKind.RETENTION, keep_days=180)
    )
    assert compiled.outcome is not None
    assert "删除 180 天前的投递 1 条、轨迹 1 条" in compiled.outcome.summary
    assert compiled.notices == ()
