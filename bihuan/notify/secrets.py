"""Secrets are referred to by name and looked up just before use; they are in no file of the city and no history."""

import os
import re
from pathlib import Path

from bihuan.notify.message import Address
from bihuan.notify.routing import Routing

PREFIX = "secret:"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
KEYS = re.compile(
    r"whsec_|SEC[0-9a-f]{16,}|([?&]|^)(key|access_token|token|secret|sign)=(?!\{)|/hook/|://[^/\s]*:[^/\s]*@"
    r"|\b(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[A-Za-z0-9+/_-]{32,}|bearer\s+(?!\{)",
    re.IGNORECASE,
)
"""What addresses of robots, signing secrets and tokens look like."""
OTHERS_MAY_READ = 0o077


class SecretMissing(Exception):
    """A secret is not where it is looked for, or others may read its file. The message never has its value."""


class Secrets:
    """Secrets from the environment, ``BIHUAN_SECRET_<NAME>``, else from files in ``secrets`` of the data folder."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "secrets"

    def resolved(self, text: str) -> str:
        """The secret a reference names; any other text as it is. Raises SecretMissing."""
        if not text.startswith(PREFIX):
            return text
        name = text.removeprefix(PREFIX)
        given = os.environ.get(f"BIHUAN_SECRET_{name.upper().replace('-', '_')}")
        return (given or self._kept(name)).strip()

    def address(self, routing: Routing, channel: str, contact: str, otherwise: str = "") -> Address | None:
        """The address of a contact; None: the city's files do not have it any more. Raises SecretMissing.

        Its secret is what follows the address after a space, else the channel's secret, else ``otherwise``.
        """
        if contact not in routing.addresses or channel not in routing.channels:
            return None
        to, _, own = self.resolved(routing.addresses[contact]).partition(" ")
        return Address(to, own.strip() or self.resolved(routing.channels[channel].secret) or otherwise)

    def _kept(self, name: str) -> str:
        if not NAME.fullmatch(name):
            raise SecretMissing(f"secret {name!r} has no name that a file may have")
        path = self._folder / name
        try:
            mode = path.stat().st_mode
            if mode & OTHERS_MAY_READ:
                raise SecretMissing(
                    f"secret {name}: its file may be read by others (mode {mode & 0o777:o}); make it 600"
                )
            kept = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as trouble:
            raise SecretMissing(f"secret {name}: neither in the environment nor readable in the folder") from trouble
        if not kept.strip():
            raise SecretMissing(f"secret {name}: its file is empty")
        return kept


def is_reference(text: str) -> bool:
    return text.startswith(PREFIX) and bool(NAME.fullmatch(text.removeprefix(PREFIX)))


def looks_like_a_key(text: str) -> bool:
    return bool(KEYS.search(text))
