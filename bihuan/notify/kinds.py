"""The kinds of channel, and the traits of each that routing and merging depend on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Each channel of the city is of one kind."""

    WEBHOOK = "webhook"
    WECOM_BOT = "wecom_bot"
    WECOM_APP = "wecom_app"
    DINGTALK_BOT = "dingtalk_bot"
    FEISHU_BOT = "feishu_bot"
    EMAIL = "email"
    SMS = "sms"
    INBOX = "inbox"


KIND_ZH = {
    Kind.WEBHOOK: "签名推送",
    Kind.WECOM_BOT: "企业微信群机器人",
    Kind.WECOM_APP: "企业微信应用消息",
    Kind.DINGTALK_BOT: "钉钉群机器人",
    Kind.FEISHU_BOT: "飞书群机器人",
    Kind.EMAIL: "电子邮件",
    Kind.SMS: "短信",
    Kind.INBOX: "站内信",
}
assert set(KIND_ZH) == set(Kind)


@dataclass(frozen=True, slots=True)
class KindTraits:
    """``shared``: a group chat with many readers, so alerts are merged and links hold no token. ``machine``: read by a
    program, at any hour. ``per_minute``: the most messages for one address; None: no known limit. ``bytes_max``: the
    longest text, in bytes of UTF-8; None: no limit.
    """

    shared: bool = False
    machine: bool = False
    per_minute: int | None = None
    bytes_max: int | None = None


TRAITS: Mapping[Kind, KindTraits] = {
    Kind.WEBHOOK: KindTraits(machine=True),
    Kind.WECOM_BOT: KindTraits(shared=True, per_minute=15, bytes_max=2048),
    Kind.WECOM_APP: KindTraits(bytes_max=2048),
    Kind.DINGTALK_BOT: KindTraits(shared=True, per_minute=15, bytes_max=20_000),
    Kind.FEISHU_BOT: KindTraits(shared=True, per_minute=15, bytes_max=20_000),
    Kind.EMAIL: KindTraits(),
    Kind.SMS: KindTraits(bytes_max=500),
    Kind.INBOX: KindTraits(machine=True),
}
"""WeCom and DingTalk accept twenty messages a minute, then DingTalk blocks the robot for ten minutes; fifteen leaves
room for others that post in the same group."""
assert set(TRAITS) == set(Kind)
