"""API keys and signing secrets of one data folder: generated once, stored beside the data.

Each key belongs to a principal. A demo key may act for any person and unit of its role.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bihuan.domain.people import Role
from bihuan.runtime.settings import Settings

KEYS_FILE = "keys.json"
SECRET_FILE = "webhook.secret"
LINK_SECRET_FILE = "links.secret"


@dataclass(frozen=True, slots=True)
class Principal:
    """The holder of a key. ``stands_in``: a demo key, whose holder may choose for whom of its role to act."""

    role: Role
    person: str
    org: str = ""
    stands_in: bool = False


def demo_keys(data: Path) -> dict[Role, str]:
    """One demo key for each role of people, generated on first use."""
    return {Role(entry["role"]): key for key, entry in _entries(data).items()}


def principals(data: Path) -> dict[str, Principal]:
    """Every key and its holder."""
    return {
        key: Principal(Role(entry["role"]), entry["person"], entry["org"], entry["stands_in"])
        for key, entry in _entries(data).items()
    }


def webhook_secret(settings: Settings) -> str:
    """The secret for signing notices, from the settings or generated once for this data folder."""
    if settings.webhook_secret:
        return settings.webhook_secret
    fresh = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    return _once(settings.data / SECRET_FILE, fresh)


def link_secret(data: Path) -> bytes:
    """The secret for signing acknowledgement links, generated once for this data folder."""
    return bytes.fromhex(_once(data / LINK_SECRET_FILE, secrets.token_hex(32)))


def _entries(data: Path) -> dict[str, dict[str, Any]]:
    fresh = {
        f"bh_demo_{role.lower()}_{secrets.token_urlsafe(24)}": {
            "role": role.value,
            "person": f"demo-{role.lower()}",
            "org": "",
            "stands_in": True,
        }
        for role in Role
        if role is not Role.SYS
    }
    entries: dict[str, dict[str, Any]] = json.loads(_once(data / KEYS_FILE, json.dumps(fresh, indent=1)))
    return entries


def _once(path: Path, content: str) -> str:
    """The file's content. If it does not exist it is created atomically, by one process only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(content)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
