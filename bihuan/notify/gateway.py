"""How an HTTP gateway for text messages is called: a template, checked when it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS = frozenset({"to", "text", "id", "secret"})
PLACEHOLDERS_ONLY = "除 {to}、{text}、{id}、{secret} 外没有占位符 · no placeholder but {to}, {text}, {id}, {secret}"


class SettingInvalid(ValueError):
    """``name``: the setting; ``found``: what is wrong in it; ``expected``: what would be right, in two languages."""

    def __init__(self, name: str, found: str, expected: str) -> None:
        super().__init__(f"{name}: found {found}, expected {expected}")
        self.name, self.found, self.expected = name, found, expected


@dataclass(frozen=True, slots=True)
class Gateway:
    """``url``, ``headers`` and ``body`` may hold the placeholders ``{to} {text} {id} {secret}``.

    ``form``: the body is sent as a form, not as JSON. ``pointer`` (RFC 6901): the place of the result in a JSON answer;
    ``success``: its value for success; ``refused``: its values for a permanent failure; any other is transient.
    ``parts_max``: the most parts a message may have; the operator is charged for each.

    Raises SettingInvalid.
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
        for name, template in (("url", self.url), ("headers", self.headers), ("body", self.body)):
            unknown = sorted(_placeholders(template) - PLACEHOLDERS)
            if unknown:
                raise SettingInvalid(name, f"{{{unknown[0]}}}", PLACEHOLDERS_ONLY)
        if not all(isinstance(value, str) and value.isascii() for value in self.headers.values()):
            raise SettingInvalid("headers", "…", "ASCII 文字 · texts in ASCII")
        if self.form and not all(isinstance(value, str) for value in self.body.values()):
            raise SettingInvalid("body", "…", "全为文字，因以表单发送 · texts only, since it goes as a form")


def _placeholders(template: object) -> set[str]:
    match template:
        case str():
            return set(PLACEHOLDER.findall(template))
        case Mapping():
            return set().union(*map(_placeholders, template.values()))
        case list() | tuple():
            return set().union(*map(_placeholders, template))
        case _:
            return set()
