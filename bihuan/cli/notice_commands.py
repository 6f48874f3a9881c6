"""The commands for notices: ``notices preview``."""

import sys
from typing import Annotated

import typer

from bihuan.runtime.settings import Settings

notices = typer.Typer(no_args_is_help=True, help="通知 · notices")


@notices.callback()
def _notices() -> None:
    """通知 · notices"""


@notices.command("preview")
def preview(
    event: Annotated[str, typer.Option("--event", help="事件，如 alarm_raised · only this event")] = "",
    desk: Annotated[str, typer.Option("--desk", help="对象，如 group 或 group:G3 · recipients")] = "",
    channel: Annotated[str, typer.Option("--channel", help="只看经此渠道者 · only notices that use this channel")] = "",
    lang: Annotated[str, typer.Option("--lang", help="zh、en 或 both · language")] = "both",
    at: Annotated[str, typer.Option("--at", help="设想的时刻，默认现在 · the assumed moment; now by default")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 · answer as JSON")] = False,
) -> None:
    """预览通知的内容、对象、渠道、时间，不发送 · Which notices would be sent to whom, by which channel and when."""
    from bihuan.cli.notice_preview import PreviewOptions, run_preview

    sys.exit(run_preview(Settings(), PreviewOptions(event, desk, channel, lang, at), as_json=as_json))
