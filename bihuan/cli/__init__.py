"""The ``bihuan`` command: options, calls to use cases, and what is printed. No other room imports it."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bihuan.cli import batch_commands, notice_commands
from bihuan.client.errors import TemporalUnreachable
from bihuan.files.validation import FilesInvalid
from bihuan.runtime.exit import exit_now
from bihuan.runtime.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="闭环 · 企业问题闭环办理 · the closed loop for enterprise issues",
)
calendar = typer.Typer(no_args_is_help=True, help="工作日历 · working days and due moments")
config = typer.Typer(no_args_is_help=True, help="城市配置 · the city's configuration")
events = typer.Typer(no_args_is_help=True, help="事件日志 · the event log")
schedules = typer.Typer(no_args_is_help=True, help="定时报告 · scheduled reports")
app.add_typer(events, name="events")
app.add_typer(schedules, name="schedules")
app.add_typer(calendar, name="calendar")
app.add_typer(config, name="config")
batch_commands.add_batch_commands(app)
app.add_typer(notice_commands.notices, name="notices")

AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出 · answer as JSON")]


def main() -> None:
    """Run a command and exit. Invalid files and an unreachable server are reported in a sentence, not a traceback."""
    try:
        app()
    except FilesInvalid as invalid:
        typer.echo("文件有误，未作任何变更 · the files are invalid; nothing was changed:", err=True)
        for line in invalid.lines_to_print():
            typer.echo(f"  {line}", err=True)
        exit_now(2)
    except TemporalUnreachable as away:
        typer.echo(f"Temporal 不可达 · Temporal cannot be reached: {away}", err=True)
        exit_now(1)
    except SystemExit as done:
        exit_now(done.code if isinstance(done.code, int) else int(done.code is not None))


@app.command()
def up(as_json: AsJson = False) -> None:
    """单机启动一座城市，直到 SIGTERM · Run one city on this machine until SIGTERM."""
    from bihuan.cli.up import run_up

    sys.exit(run_up(Settings(), as_json=as_json))


@app.command()
def migrate() -> None:
    """把台账升级到最新表结构 · Upgrade the ledger to its newest schema."""
    from bihuan.ledger.engine import migrate as migrate_ledger

    settings = Settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    asyncio.run(migrate_ledger(settings.ledger))
    typer.echo("台账已是最新 · the ledger is up to date")


@config.command("check")
def check(folder: Annotated[Path | None, typer.Argument(help="城市目录 · folder of the city")] = None) -> None:
    """检查城市配置 · Check a city's configuration; errors name file, field and what was expected."""
    from bihuan.city.configuration import load_city
    from bihuan.city.notification_files import load_notification_settings
    from bihuan.city.schedule_files import load_schedules

    settings = Settings()
    own = folder or settings.city
    city = load_city(own, settings.profile)
    notifying = load_notification_settings(own, city)
    load_schedules(own, city.policy.groups)
    typer.echo(
        f"{city.name} {city.policy.version}: {len(city.policy.groups)} 督导组, {len(city.policy.units)} 单位, "
        f"{len(city.enterprises)} 企业, {len(city.officials)} 干部, {len(notifying.routing.channels)} 通知渠道, "
        f"通知文字 {notifying.templates.version} · 配置有效 · valid"
    )


@calendar.command("due")
def due(
    since: Annotated[str, typer.Option("--from", help="起算时刻，ISO 8601 · when it starts")],
    limit: Annotated[str, typer.Option(help="时限，如 3wd 4wh 30d 24h · a limit, such as 3wd")],
    as_json: AsJson = False,
) -> None:
    """何时到期，跳过了哪些日子 · When a limit runs out, and which days did not count."""
    from bihuan.cli.due import answer_due

    sys.exit(answer_due(Settings(), since, limit, as_json=as_json))


@calendar.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV(date,works,name[,hours])或 holiday-cn JSON")],
    version: Annotated[str, typer.Option(help="版本名，默认顺延 · name of the version; by default the next")] = "",
    source: Annotated[
        str, typer.Option(help="依据，默认文件所载 · the document it is based on; by default as the file says")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看影响，不作变更 · show what would move, change nothing")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """导入日历，逐件重算未归档问题的时限 · Import a calendar; each issue under way adopts it."""
    from bihuan.cli.calendar_import import run_import

    sys.exit(run_import(Settings(), file, version=version, source=source, dry_run=dry_run, as_json=as_json))


@calendar.command("list")
def list_(as_json: AsJson = False) -> None:
    """已导入的日历版本 · The imported versions; the last is in force."""
    from bihuan.cli.calendar_import import run_list

    sys.exit(run_list(Settings(), as_json=as_json))


@app.command()
def demo(as_json: AsJson = False) -> None:
    """演示：四十件问题走完闭环并自行核验 · Forty issues go through the loop; then every promise is checked."""
    from bihuan.cli.demo import run_demo

    sys.exit(run_demo(as_json=as_json))


@app.command()
def simulate(
    as_json: AsJson = False,
    list_alerts: Annotated[bool, typer.Option("--alerts", help="逐次列出 · list every alert")] = False,
    issues: Annotated[
        int, typer.Option(min=0, max=1_000_000, help="重复样本至多少件 · repeat the sample up to this number")
    ] = 0,
    batch: Annotated[str, typer.Option(help="只取一批，如 首批 · only this batch")] = "",
    only: Annotated[list[str] | None, typer.Option(help="只取这些行，可重复 · only these rows")] = None,
    policy: Annotated[
        Path | None, typer.Option(help="与另一时限方案（yaml）或城市目录比较 · compare with another profile or city")
    ] = None,
    profile: Annotated[str, typer.Option(help="该城市目录的方案 · the profile of that city")] = "",
    history: Annotated[
        bool, typer.Option("--history", help="取自台账，只读 · play the ledger's issues, read only")
    ] = False,
    temporal: Annotated[
        bool, typer.Option("--temporal", help="经工作流再演并核对 · also through the workflow, and compare")
    ] = False,
) -> None:
    """模拟半年办理，或回测另一方案 · Play half a year through the rules, or back-test another policy."""
    from bihuan.cli.simulation import SimulationOptions, run_simulate

    options = SimulationOptions(
        as_json, list_alerts, issues, batch, tuple(only or ()), policy, profile, history, temporal
    )
    sys.exit(run_simulate(Settings(), options))


@app.command()
def drill(
    day: Annotated[str, typer.Option("--date", help="哪一日，默认明日 · which day; tomorrow by default")] = "",
    group: Annotated[str, typer.Option(help="只看一个督导组，如 G3 · only this group")] = "",
    as_json: AsJson = False,
) -> None:
    """预演某日的提醒督办，不发送 · Which alarms a day will bring if nobody acts; nothing is sent."""
    from bihuan.cli.drill import run_drill

    sys.exit(run_drill(Settings(), day, group, as_json=as_json))


@app.command()
def revive(
    issue_no: Annotated[str, typer.Argument(help="问题编号 · number of the issue")],
    from_ledger: Annotated[bool, typer.Option(help="不看流程历史 · from the ledger, ignoring the history")] = False,
) -> None:
    """恢复被终止的问题 · Restart a terminated issue with every act that was acknowledged."""
    from bihuan.cli.repair import run_revive

    sys.exit(run_revive(Settings(), issue_no, from_ledger=from_ledger))


@app.command()
def rebuild(
    log: Annotated[
        Path | None, typer.Option("--events", help="并入导出的事件日志 · also an exported event log")
    ] = None,
) -> None:
    """以流程历史与事件日志重建台账 · Rebuild the ledger from histories and event log, all or nothing."""
    from bihuan.cli.repair import run_rebuild

    sys.exit(run_rebuild(Settings(), log))


@events.command("export")
def export(file: Annotated[Path, typer.Argument(help="目标文件 · the file to write")]) -> None:
    """导出事件日志（JSON 行） · Export the event log as JSON lines."""
    from bihuan.cli.repair import run_export

    sys.exit(run_export(Settings(), file))


@schedules.command("apply")
def apply_schedules(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看差异，不作变更 · show the difference only")] = False,
    as_json: AsJson = False,
) -> None:
    """使定时与 schedules.yaml 一致，并列出差异 · Make the schedules match the city's file, and list the changes."""
    from bihuan.cli.schedules import run_apply

    sys.exit(run_apply(Settings(), dry=dry_run, as_json=as_json))


@schedules.command("list")
def list_schedules(as_json: AsJson = False) -> None:
    """现有定时，上次与下次 · The schedules, and when each last ran and will run next."""
    from bihuan.cli.schedules import run_list

    sys.exit(run_list(Settings(), as_json=as_json))


@app.command("verify")
def verify_ledger() -> None:
    """核验台账的哈希链与折叠 · Verify every hash chain, and every row against its events."""
    from bihuan.cli.repair import run_verify

    sys.exit(run_verify(Settings()))
