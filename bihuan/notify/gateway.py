"""How anybody's HTTP gateway for text messages is called: a template, checked when it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS = frozenset({"to", "text", "id", "secret"})
PLACEHOLDERS_ONLY = "除 {to}、{text}、{id}、{secret} 外没有占位符 · no placeholder but {to}, {text}, {id}, {secret}"


class SettingInvalid(ValueError):
    """``name`` is the setting, ``found`` what is wrong in it, ``expected`` what would be right."""

    def __init__(self, name: str, found: str, expected: str) -> None:
        super().__init__(f"{name}: found {found}, expected {expected}")
        self.name, self.found, self.expected = name, found, expected


@dataclass(frozen=True, slots=True)
class Gateway:
    """``url``, ``headers`` and ``body`` hold the placeholders ``{to} {text} {id} {secret}``; all else is as written.

    ``form``: the body goes as a form, not as JSON. ``pointer`` (RFC 6901): where a JSON answer says how it went;
    ``success``: what it says there where all is well; ``refused``: what will not pass; anything else may pass.
    ``parts_max``: the most parts one message may have, each of them paid for.
    """

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)
    form: bool = False
    pointer: str = ""
    success: str = ""
    refused: frozenset[str] = frozenset()
    parts_max: int = 5

    def __post_init__(self) -> None:
        for name, told in (("url", self.url), ("headers", self.headers), ("body", self.body)):
            unknown = sorted(_placeholders(told) - PLACEHOLDERS)
            if unknown:
                raise SettingInvalid(name, f"{{{unknown[0]}}}", PLACEHOLDERS_ONLY)
        if not all(isinstance(value, str) and value.isascii() for value in self.headers.values()):
            raise SettingInvalid("headers", "…", "ASCII 文字 · texts in ASCII")
        if self.form and not all(isinstance(value, str) for value in self.body.values()):
            raise SettingInvalid("body", "…", "全为文字，因以表单发送 · texts only, since it goes as a form")


def _placeholders(told: object) -> set[str]:
    match told:
        case str():
            return set(PLACEHOLDER.findall(told))
        case Mapping():
            return set().union(*map(_placeholders, told.values()))
        case list() | tuple():
            return set().union(*map(_placeholders, told))
        case _:
            return set()
