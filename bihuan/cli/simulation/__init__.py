"""``bihuan simulate``: play half a year, or the ledger's issues, through the rules; who would be alerted when."""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from bihuan.city.configuration import City, load_city
from bihuan.cli.simulation import documents, tables
from bihuan.cli.tables import print_line
from bihuan.domain.policy import Policy
from bihuan.ledger.engine import LEDGER_AWAY
from bihuan.runtime.settings import Settings
from bihuan.simulation.backtest import RecordedIssues, issue_numbers
from bihuan.simulation.parallel import PortionResult, Sample, Source, play_all
from bihuan.simulation.player import Alert, NotPlayable
from bihuan.simulation.summary import Change, Tally
from bihuan.simulation.workbook import SAMPLE, Row, read_ledger
from bihuan.simulation.workflow_parity import ParityResult, check_parity_of_all

PROGRESS_EVERY_S = 5
DIFFERENCES_SHOWN = 10


@dataclass(frozen=True)
class SimulationOptions:
    """The options of ``bihuan simulate``."""

    as_json: bool = False
    list_alerts: bool = False
    issues: int = 0
    batch: str = ""
    only: tuple[str, ...] = ()
    policy: Path | None = None
    profile: str = ""
    history: bool = False
    temporal: bool = False

    @property
    def contradiction(self) -> str:
        """The first options given that exclude one another; empty if none."""
        pairs = (
            (self.temporal and (self.policy or self.history), "--temporal / --policy, --history"),
            (self.temporal and (self.issues or self.list_alerts), "--temporal / --issues, --alerts"),
            (self.history and (self.batch or self.only or self.issues), "--history / --batch, --only, --issues"),
            (self.list_alerts and self.policy, "--alerts / --policy"),
        )
        return next((options for both, options in pairs if both), "")


def run_simulate(settings: Settings, options: SimulationOptions) -> int:
    """Exit code 1: the sample cannot be played, or rules and workflow disagree; 2: the options are invalid."""
    if options.contradiction:
        typer.echo(f"选项不能同用 · options that do not go together: {options.contradiction}", err=True)
        return 2
    city = load_city(settings.city, settings.profile)
    other = other_policy(options, settings) if options.policy else None
    try:
        if options.history:
            return _backtest(settings, city, options, other)
        rows = _chosen(read_ledger(settings.city / SAMPLE), options)
        if not rows:
            typer.echo("样本中没有这样的行 · the sample has no such rows", err=True)
            return 2
        if options.temporal:
            return _rehearse(rows, city.policy, as_json=options.as_json)
        return _Presentation(city, options).present(Sample(rows, city.policy, other, options.issues))
    except NotPlayable as refused:
        typer.echo(f"样本不能按规则办理 · the rules refuse the sample: {refused}", err=True)
        return 1
    except FileNotFoundError as missing:
        typer.echo(f"缺少文件 · a file is missing: {missing}", err=True)
        return 1


def other_policy(options: SimulationOptions, settings: Settings) -> Policy:
    """The policy of the folder ``--policy``, or of this city with that profile instead. Raises FilesInvalid."""
    assert options.policy is not None, "--policy is given"
    if options.policy.is_dir():
        return load_city(options.policy, options.profile or settings.profile).policy
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for file in settings.city.absolute().iterdir():
            if file.name != "profiles":
                (here / file.name).symlink_to(file)
        (here / "profiles").mkdir()
        for file in (settings.city / "profiles").absolute().iterdir():
            (here / "profiles" / file.name).symlink_to(file)
        ours = here / "profiles" / f"{options.policy.stem}.yaml"
        ours.unlink(missing_ok=True)
        ours.symlink_to(options.policy.absolute())
        return load_city(here, options.policy.stem).policy


def _chosen(rows: Sequence[Row], options: SimulationOptions) -> Sequence[Row]:
    return [
        row
        for row in rows
        if (not options.batch or row.batch == options.batch) and (not options.only or row.ref in options.only)
    ]


def _backtest(settings: Settings, city: City, options: SimulationOptions, other: Policy | None) -> int:
    try:
        known = asyncio.run(issue_numbers(settings.ledger))
        return _Presentation(city, options).present(RecordedIssues(settings.ledger, known, datetime.now(UTC), other))
    except LEDGER_AWAY as error:
        typer.echo(f"台账不可读 · the ledger cannot be read: {error}", err=True)
        return 1


class _Presentation:
    """Plays a source and prints it: lists item by item, sums at the end."""

    def __init__(self, city: City, options: SimulationOptions) -> None:
        self._city = city
        self._options = options
        self._before = Tally()
        self._after = Tally()
        self._counts = Counter(issues=0, more=0, fewer=0, moved=0)
        self._shown: list[Change] = []
        self._alerts: list[Alert] = []

    def present(self, source: Source) -> int:
        began = time.monotonic()
        parts = self._summed(source, Progress(source.total))
        if self._options.as_json:
            self._as_json(source, parts, began)
            return 0
        for part in parts:
            self._alerts += part.alerts
            self._shown += part.changes[: tables.ROWS_MAX - len(self._shown)]
        console = Console()
        tables.alerts(self._alerts, self._city, console)
        tables.summary(self._before, self._city, console)
        if source.compares:
            tables.comparison(self._before, self._after, self._counts, self._city, console)
            tables.names(self._shown, self._counts["issues"], self._city, console)
        seconds = time.monotonic() - began
        pace = f"每秒 {source.total / max(seconds, 0.001):.0f} 件 · issues/s"
        print_line(console, f"{source.total} 件，{seconds:.1f} 秒，{pace}")
        return 0

    def _summed(self, source: Source, progress: "Progress") -> Iterator[PortionResult]:
        for part in play_all(source, list_alerts=self._options.list_alerts):
            self._before.add(part.before)
            self._after.add(part.after)
            for change in part.changes:
                self._counts.update(issues=1, more=len(change.more), fewer=len(change.fewer), moved=len(change.moved))
            progress.moved(part.issues)
            yield part

    def _as_json(self, source: Source, parts: Iterator[PortionResult], began: float) -> None:
        def items() -> Iterator[object]:
            for part in parts:
                yield from (documents.change(change, self._city) for change in part.changes)
                yield from (documents.alert(alert, self._city) for alert in part.alerts)

        key = "changes" if source.compares else "alerts" if self._options.list_alerts else ""
        for piece in documents.stream(key, items(), lambda: self._sums(source, began)):
            sys.stdout.write(piece)
        sys.stdout.write("\n")

    def _sums(self, source: Source, began: float) -> dict[str, object]:
        seconds = time.monotonic() - began
        speed = {"seconds": round(seconds, 2), "issues_per_second": round(source.total / max(seconds, 0.001), 1)}
        compared = documents.differing(self._before, self._after, self._counts, self._city) if source.compares else {}
        return {**documents.tally(self._before, self._city), **compared, **speed}


class Progress:
    """Reports progress on the error stream every few seconds."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._began = total, 0, time.monotonic()
        self._next = self._began + PROGRESS_EVERY_S

    def moved(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now >= self._next:
            self._next = now + PROGRESS_EVERY_S
            speed = self._done / (now - self._began)
            typer.echo(f"{self._done}/{self._total} 件，每秒 {speed:.0f} 件 · issues/s", err=True)


def _rehearse(rows: Sequence[Row], policy: Policy, *, as_json: bool) -> int:
    began, done, progress = time.monotonic(), ParityResult(), Progress(len(rows))
    for part in check_parity_of_all(rows, _recent(policy, rows)):
        done.add(part)
        progress.moved(part.issues)
    seconds = time.monotonic() - began
    if as_json:
        typer.echo("".join(documents.stream("", (), lambda: {**documents.parity(done), "seconds": round(seconds, 2)})))
    else:
        agree = "一致 agree" if not done.differences else f"{len(done.differences)} 处不一致 differences"
        typer.echo(f"规则与流程 rules and workflow: {agree}；时刻相差至多 moments at most {done.apart_s:.2f} s apart")
        typer.echo(
            f"{done.issues} 件，办结 {done.solved}，{done.events} 条事件，{done.alarms} 次提醒督办，{seconds:.0f} 秒"
        )
    for difference in done.differences[:DIFFERENCES_SHOWN]:
        typer.echo(difference, err=True)
    return 1 if done.differences else 0


def _recent(policy: Policy, rows: Sequence[Row]) -> Policy:
    """With the calendar from a year before the rows on: the policy is copied into every issue's workflow."""
    year = min(row.acts[0].at.year for row in rows) - 1
    days = tuple(day for day in policy.calendar.days if day.day.year >= year)
    return replace(policy, calendar=replace(policy.calendar, days=days))
