"""``bihuan simulate``: half a year, or a whole ledger, played through the rules; who would have been alerted when."""

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
from bihuan.simulation.backtest import Recorded, issue_numbers
from bihuan.simulation.parallel import Part, Sample, Source, play_all
from bihuan.simulation.player import Alert, NotPlayable
from bihuan.simulation.summary import Change, Tally
from bihuan.simulation.workbook import SAMPLE, Row, read_ledger
from bihuan.simulation.workflow_parity import Rehearsed, rehearse_all

PROGRESS_EVERY_S = 5
DIFFERENCES_SHOWN = 10


@dataclass(frozen=True)
class SimulationOptions:
    """What somebody wants simulated."""

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
        """Which options do not go together, if any."""
        pairs = (
            (self.temporal and (self.policy or self.history), "--temporal / --policy, --history"),
            (self.temporal and (self.issues or self.list_alerts), "--temporal / --issues, --alerts"),
            (self.history and (self.batch or self.only or self.issues), "--history / --batch, --only, --issues"),
            (self.list_alerts and self.policy, "--alerts / --policy"),
        )
        return next((named for both, named in pairs if both), "")


def run_simulate(settings: Settings, asked: SimulationOptions) -> int:
    """Exit code 1: the sample cannot be played, or rules and workflow disagree; 2: the question makes no sense."""
    if asked.contradiction:
        typer.echo(f"选项不能同用 · options that do not go together: {asked.contradiction}", err=True)
        return 2
    city = load_city(settings.city, settings.profile)
    other = other_policy(asked, settings) if asked.policy else None
    try:
        if asked.history:
            return _backtest(settings, city, asked, other)
        rows = _chosen(read_ledger(settings.city / SAMPLE), asked)
        if not rows:
            typer.echo("样本中没有这样的行 · the sample has no such rows", err=True)
            return 2
        if asked.temporal:
            return _rehearse(rows, city.policy, as_json=asked.as_json)
        return _Presentation(city, asked).tell(Sample(rows, city.policy, other, asked.issues))
    except NotPlayable as refused:
        typer.echo(f"样本不能按规则办理 · the rules refuse the sample: {refused}", err=True)
        return 1
    except FileNotFoundError as missing:
        typer.echo(f"缺少文件 · a file is missing: {missing}", err=True)
        return 1


def other_policy(asked: SimulationOptions, settings: Settings) -> Policy:
    """A city folder's policy, or this city's with a profile put in the place of its own. Raises FilesInvalid."""
    assert asked.policy is not None, "asked for"
    if asked.policy.is_dir():
        return load_city(asked.policy, asked.profile or settings.profile).policy
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for file in settings.city.absolute().iterdir():
            if file.name != "profiles":
                (here / file.name).symlink_to(file)
        (here / "profiles").mkdir()
        for file in (settings.city / "profiles").absolute().iterdir():
            (here / "profiles" / file.name).symlink_to(file)
        ours = here / "profiles" / f"{asked.policy.stem}.yaml"
        ours.unlink(missing_ok=True)
        ours.symlink_to(asked.policy.absolute())
        return load_city(here, asked.policy.stem).policy


def _chosen(rows: Sequence[Row], asked: SimulationOptions) -> Sequence[Row]:
    return [
        row
        for row in rows
        if (not asked.batch or row.batch == asked.batch) and (not asked.only or row.ref in asked.only)
    ]


def _backtest(settings: Settings, city: City, asked: SimulationOptions, other: Policy | None) -> int:
    try:
        known = asyncio.run(issue_numbers(settings.ledger))
        return _Presentation(city, asked).tell(Recorded(settings.ledger, known, datetime.now(UTC), other))
    except LEDGER_AWAY as trouble:
        typer.echo(f"台账不可读 · the ledger cannot be read: {trouble}", err=True)
        return 1


class _Presentation:
    """A source played and told: as it comes where it is a list, in sums at the end."""

    def __init__(self, city: City, asked: SimulationOptions) -> None:
        self._city = city
        self._asked = asked
        self._before = Tally()
        self._after = Tally()
        self._counts = Counter(issues=0, more=0, fewer=0, moved=0)
        self._shown: list[Change] = []
        self._alerts: list[Alert] = []

    def tell(self, source: Source) -> int:
        began = time.monotonic()
        parts = self._summed(source, Progress(source.total))
        if self._asked.as_json:
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

    def _summed(self, source: Source, progress: "Progress") -> Iterator[Part]:
        for part in play_all(source, list_alerts=self._asked.list_alerts):
            self._before.add(part.before)
            self._after.add(part.after)
            for change in part.changes:
                self._counts.update(issues=1, more=len(change.more), fewer=len(change.fewer), moved=len(change.moved))
            progress.moved(part.issues)
            yield part

    def _as_json(self, source: Source, parts: Iterator[Part], began: float) -> None:
        def items() -> Iterator[object]:
            for part in parts:
                yield from (documents.change(change, self._city) for change in part.changes)
                yield from (documents.alert(alert, self._city) for alert in part.alerts)

        key = "changes" if source.compares else "alerts" if self._asked.list_alerts else ""
        for piece in documents.stream(key, items(), lambda: self._sums(source, began)):
            sys.stdout.write(piece)
        sys.stdout.write("\n")

    def _sums(self, source: Source, began: float) -> dict[str, object]:
        seconds = time.monotonic() - began
        speed = {"seconds": round(seconds, 2), "issues_per_second": round(source.total / max(seconds, 0.001), 1)}
        compared = documents.differing(self._before, self._after, self._counts, self._city) if source.compares else {}
        return {**documents.tally(self._before, self._city), **compared, **speed}


class Progress:
    """Long work says on the error stream how far it is."""

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
    began, done, progress = time.monotonic(), Rehearsed(), Progress(len(rows))
    for part in rehearse_all(rows, _lean(policy, rows)):
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


def _lean(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Without the calendar long past: a policy travels with every issue."""
    year = min(row.acts[0].at.year for row in rows) - 1
    days = tuple(day for day in policy.calendar.days if day.day.year >= year)
    return replace(policy, calendar=replace(policy.calendar, days=days))
