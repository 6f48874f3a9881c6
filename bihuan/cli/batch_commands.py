"""The commands for batches: ``policy``, ``suspend-all``, ``resume-all`` and ``batches``."""

import sys
from typing import Annotated

import typer

from bihuan.domain.batches.commands import Handling
from bihuan.runtime.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出 · answer as JSON")]
By = Annotated[str, typer.Option("--by", help="下令人（综合协调组） · who orders it, a person of coordination")]
ApprovedBy = Annotated[str, typer.Option("--approved-by", help="批准人，须为他人 · who approved it; another person")]
Basis = Annotated[str, typer.Option("--basis", help="依据或事由 · the basis, a document or a reason")]
Leader = Annotated[bool, typer.Option("--leader", help="批准人为市领导 · the approver is a city leader")]
Name = Annotated[str, typer.Option("--batch", help="批次号，默认自动 · its id; an id takes effect once")]
Counties = Annotated[list[str] | None, typer.Option("--county", help="县区代码，可重复 · county code")]
Units = Annotated[list[str] | None, typer.Option("--unit", help="承办单位 · handling unit")]
Groups = Annotated[list[str] | None, typer.Option("--group", help="督导组 · supervision group")]
Categories = Annotated[list[str] | None, typer.Option("--category", help="类别 · category")]
Urgencies = Annotated[list[str] | None, typer.Option("--urgency", help="紧急程度 · urgency")]
Issues = Annotated[list[str] | None, typer.Option("--issue", help="问题编号 · issue number")]
Everyone = Annotated[bool, typer.Option("--all", help="全部未结问题 · every open issue")]

policy = typer.Typer(no_args_is_help=True, help="更换办理中问题的方案 · change the policy of issues under way")
batches = typer.Typer(no_args_is_help=True, help="批次记录 · batches and their results")


def add_batch_commands(app: typer.Typer) -> None:
    app.add_typer(policy, name="policy")
    app.add_typer(batches, name="batches")
    app.command("suspend-all")(suspend_all)
    app.command("resume-all")(resume_all)


@policy.command("preview")
def preview(
    county: Counties = None,
    unit: Units = None,
    group: Groups = None,
    category: Categories = None,
    urgency: Urgencies = None,
    issue: Issues = None,
    everyone: Everyone = False,
    credit: Annotated[bool, typer.Option("--credit", help="扣除已用时间 · credit the time already used")] = False,
    as_json: AsJson = False,
) -> None:
    """城市配置的现行方案会改变什么，不作变更 · What the policy in the city's files would change; changes nothing."""
    from bihuan.application.batches import Selection
    from bihuan.cli.batches.policies import run_preview

    selection = Selection(county or (), unit or (), group or (), category or (), urgency or (), issue or (), everyone)
    sys.exit(run_preview(Settings(), selection, credit=credit, as_json=as_json))


@policy.command("adopt")
def adopt(
    by: By,
    approved_by: ApprovedBy,
    basis: Basis,
    handling: Annotated[
        Handling, typer.Option(help="沿用、更换、更换并扣除已用时间 · keep, adopt, or adopt with used time credited")
    ] = Handling.ADOPT,
    county: Counties = None,
    unit: Units = None,
    group: Groups = None,
    category: Categories = None,
    urgency: Urgencies = None,
    issue: Issues = None,
    everyone: Everyone = False,
    also_kept: Annotated[
        bool,
        typer.Option("--also-kept", help="连同先前决定沿用者 · also issues that an earlier batch kept on their policy"),
    ] = False,
    batch: Name = "",
    leader: Leader = False,
    as_json: AsJson = False,
) -> None:
    """按批更换办理中问题的方案 · Adopt the policy in the city's files for every matching open issue, as a batch."""
    from bihuan.application.batches import OrderDetails, Selection
    from bihuan.cli.batches.policies import run_adopt

    selection = Selection(county or (), unit or (), group or (), category or (), urgency or (), issue or (), everyone)
    details = OrderDetails(by, approved_by, basis, batch, leader)
    sys.exit(run_adopt(Settings(), details, selection, handling, also_kept=also_kept, as_json=as_json))


@policy.command("undo")
def undo(
    of: Annotated[str, typer.Argument(help="要撤销的批次 · the batch to undo")],
    by: By,
    approved_by: ApprovedBy,
    basis: Basis,
    batch: Name = "",
    leader: Leader = False,
    as_json: AsJson = False,
) -> None:
    """以第二个批次恢复原方案；已发提醒督办照旧 · Return to the former policy by a second batch; raised alarms stay."""
    from bihuan.application.batches import OrderDetails
    from bihuan.cli.batches.policies import run_undo

    sys.exit(run_undo(Settings(), OrderDetails(by, approved_by, basis, batch, leader), of, as_json=as_json))


def suspend_all(
    until: Annotated[
        str, typer.Option("--until", help="到何时，届时自动恢复 · until when; clocks then resume by themselves")
    ],
    by: By,
    approved_by: ApprovedBy,
    basis: Basis,
    county: Counties = None,
    unit: Units = None,
    group: Groups = None,
    category: Categories = None,
    urgency: Urgencies = None,
    issue: Issues = None,
    everyone: Everyone = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出，不停钟 · list them, change nothing")] = False,
    batch: Name = "",
    leader: Leader = False,
    as_json: AsJson = False,
) -> None:
    """统一停钟：符合条件的未结问题全部时限暂停 · Suspend all clocks of every matching open issue."""
    from bihuan.application.batches import OrderDetails, Selection
    from bihuan.cli.batches.suspension import run_suspend

    selection = Selection(county or (), unit or (), group or (), category or (), urgency or (), issue or (), everyone)
    details = OrderDetails(by, approved_by, basis, batch, leader)
    sys.exit(run_suspend(Settings(), details, selection, until, dry_run=dry_run, as_json=as_json))


def resume_all(
    of: Annotated[str, typer.Argument(help="要提前结束的批次 · the batch to end early")],
    by: By,
    approved_by: ApprovedBy,
    basis: Basis,
    batch: Name = "",
    leader: Leader = False,
    as_json: AsJson = False,
) -> None:
    """提前结束统一停钟 · End a mass suspension before its date."""
    from bihuan.application.batches import OrderDetails
    from bihuan.cli.batches.suspension import run_resume

    sys.exit(run_resume(Settings(), OrderDetails(by, approved_by, basis, batch, leader), of, as_json=as_json))


@batches.command("list")
def list_(as_json: AsJson = False) -> None:
    """历次批次，最近的在前 · The batches, the newest first."""
    from bihuan.cli.batches.history import run_list

    sys.exit(run_list(Settings(), as_json=as_json))


@batches.command("show")
def show(
    batch: Annotated[str, typer.Argument(help="批次号 · id of the batch")],
    as_json: AsJson = False,
) -> None:
    """谁因何下令、谁批准、逐件结果 · Who ordered and approved it, why, and the result for each issue."""
    from bihuan.cli.batches.history import run_show

    sys.exit(run_show(Settings(), batch, as_json=as_json))
