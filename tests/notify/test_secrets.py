"""Secrets by reference: from the environment or a file that nobody else may read, at the last moment."""

from pathlib import Path

import pytest

from bihuan.notify.routing import Routing
from bihuan.notify.secrets import SecretMissing, Secrets, looks_like_a_key

URL = "https://oapi.example.org/robot/send?access_token=abc"


def kept(data: Path, name: str, content: str, mode: int = 0o600) -> Path:
    path = data / "secrets" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    path.chmod(mode)
    return path


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, "g1-robot", "from the file\n")
    assert Secrets(tmp_path).resolved("secret:g1-robot") == "from the file"
    monkeypatch.setenv("BIHUAN_SECRET_G1_ROBOT", "from the environment")
    assert Secrets(tmp_path).resolved("secret:g1-robot") == "from the environment"


def test_what_is_no_reference_is_as_it_stands(tmp_path: Path) -> None:
    assert Secrets(tmp_path).resolved("13800000001") == "13800000001"
    assert Secrets(tmp_path).resolved("") == ""


def test_a_secret_that_is_missing_empty_or_open_to_others_is_named_and_not_told(tmp_path: Path) -> None:
    kept(tmp_path, "open", "hunter2", 0o640)
    kept(tmp_path, "empty", "\n")
    for name in ("open", "empty", "none", "../../etc/passwd"):
        with pytest.raises(SecretMissing) as missing:
            Secrets(tmp_path).resolved(f"secret:{name}")
        assert name in str(missing.value)
        assert "hunter2" not in str(missing.value)


def test_a_robots_secret_holds_its_address_and_what_signs(tmp_path: Path, routing: Routing) -> None:
    kept(tmp_path, "g1-robot", f"{URL} SECabc\n")
    address = Secrets(tmp_path).address(routing, "chat", "group:G1@chat")
    assert address is not None
    assert (address.to, address.secret) == (URL, "SECabc")
    assert "abc" not in repr(address)


def test_else_the_channels_secret_opens_it_else_what_the_caller_has(tmp_path: Path, routing: Routing) -> None:
    kept(tmp_path, "sms", "gateway")
    number = Secrets(tmp_path).address(routing, "sms", "group:G1@sms")
    mail = Secrets(tmp_path).address(routing, "mail", "group:G2@mail", otherwise="ours")
    assert number is not None
    assert mail is not None
    assert (number.to, number.secret, mail.secret) == ("13800000001", "gateway", "ours")


def test_who_is_gone_from_the_files_has_no_address(tmp_path: Path, routing: Routing) -> None:
    assert Secrets(tmp_path).address(routing, "chat", "group:G9@chat") is None
    assert Secrets(tmp_path).address(routing, "pigeon", "group:G1@chat") is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx", True),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/5b04a1", True),
        ("SEC0123456789abcdef0123", True),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", True),
        ("Bearer abcdef", True),
        ("https://user:word@example.org/", True),
        ("Bearer {secret}", False),
        ("https://sms.example.org/send?key={secret}", False),
        ("https://units.example.org/notices/of/the/city/of/puyang", False),
        ("张三@example.org", False),
        ("91410902MA00000001", False),
    ],
)
def test_what_looks_like_a_key(text: str, is_one: bool) -> None:
    assert looks_like_a_key(text) is is_one
