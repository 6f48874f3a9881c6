"""Alembic's environment: migrations run on the connection that ``bihuan.ledger.engine.migrate`` passes."""

from typing import Literal

from alembic import context

from bihuan.ledger.tables import METADATA, PrintableText, UTCDateTime


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Render our column types as the type they store, so that old revisions do not depend on today's code."""
    if kind == "type" and isinstance(item, PrintableText):
        return "sa.String()"
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
