"""every table"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("issue_no", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_issue_no"), ["issue_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_state"), ["state"], unique=False)

    op.create_table(
        "events",
        sa.Column("issue_no", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("actor_person", sa.String(), nullable=False),
        sa.Column("actor_org", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("tell", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("issue_no", "seq", name=op.f("pk_events")),
    )
    op.create_table(
        "orders",
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("issue_no", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("supervision_group", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("authorisation_ref", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_orders")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_issue_no"), ["issue_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_issued_at"), ["issued_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_supervision_group"), ["supervision_group"], unique=False)

    op.create_table(
        "policies",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
    )
    op.create_table(
        "receipts",
        sa.Column("issue_no", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("issue_no", "command_id", name=op.f("pk_receipts")),
    )
    op.create_table(
        "issues",
        sa.Column("issue_no", sa.String(), nullable=False),
        sa.Column("ledger_no", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("enterprise_name", sa.String(), nullable=False),
        sa.Column("uscc", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("county", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("supervision_group", sa.String(), nullable=False),
        sa.Column("service_group", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("triager", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unit_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_clock", sa.String(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owes", sa.String(), nullable=False),
        sa.Column("blue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("yellow_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("red_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["policy_version"], ["policies.version"], name=op.f("fk_issues_policy_version")),
        sa.PrimaryKeyConstraint("issue_no", name=op.f("pk_issues")),
        sa.UniqueConstraint("ledger_no", name=op.f("uq_issues_ledger_no")),
    )
    with op.batch_alter_table("issues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issues_category"), ["category"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_county"), ["county"], unique=False)
        batch_op.create_index("ix_issues_newest", ["received_at", "issue_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_red_at"), ["red_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_service_group"), ["service_group"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_stage"), ["stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_supervision_group"), ["supervision_group"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_unit"), ["unit"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_uscc"), ["uscc"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_yellow_at"), ["yellow_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("issues", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issues_yellow_at"))
        batch_op.drop_index(batch_op.f("ix_issues_uscc"))
        batch_op.drop_index(batch_op.f("ix_issues_unit"))
        batch_op.drop_index(batch_op.f("ix_issues_supervision_group"))
        batch_op.drop_index(batch_op.f("ix_issues_status"))
        batch_op.drop_index(batch_op.f("ix_issues_stage"))
        batch_op.drop_index(batch_op.f("ix_issues_service_group"))
        batch_op.drop_index(batch_op.f("ix_issues_red_at"))
        batch_op.drop_index("ix_issues_newest")
        batch_op.drop_index(batch_op.f("ix_issues_county"))
        batch_op.drop_index(batch_op.f("ix_issues_category"))

    op.drop_table("issues")
    op.drop_table("receipts")
    op.drop_table("policies")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_orders_supervision_group"))
        batch_op.drop_index(batch_op.f("ix_orders_issued_at"))
        batch_op.drop_index(batch_op.f("ix_orders_issue_no"))

    op.drop_table("orders")
    op.drop_table("events")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_state"))
        batch_op.drop_index(batch_op.f("ix_deliveries_issue_no"))

    op.drop_table("deliveries")
