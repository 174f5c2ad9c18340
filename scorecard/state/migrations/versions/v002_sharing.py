"""Share links, and the audit trail; rows of both are only added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_KEPT = ("links", "link_openings", "link_revocations", "audit")


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text()),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )
    op.create_table(
        "link_openings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_openings")),
        sa.ForeignKeyConstraint(["link"], ["links.id"], name=op.f("fk_link_openings_link")),
    )
    op.create_index(op.f("ix_link_openings_link"), "link_openings", ["link", "at"])
    op.create_table(
        "link_revocations",
        sa.Column("link", sa.String(32), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("link", name=op.f("pk_link_revocations")),
        sa.ForeignKeyConstraint(["link"], ["links.id"], name=op.f("fk_link_revocations_link")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("role", sa.String(16)),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sa.CheckConstraint("seq > 0", name=op.f("ck_audit_seq")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def _refuse_on_sqlite() -> None:
    for table in _KEPT:
        for change in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{change} before {change} on {table} "
                f"begin select raise(abort, 'rows of {table} are only added'); end"
            )
    # `insert or replace` removes the old row without asking the trigger above.
    op.execute(
        "create trigger audit_no_replace before insert on audit "
        "when exists (select 1 from audit where seq = new.seq) "
        "begin select raise(abort, 'rows of audit are only added'); end"
    )


def _refuse_on_postgresql() -> None:
    op.execute(
        "create function refuse_change() returns trigger language plpgsql as $$ begin "
        "raise exception 'rows of % are only added', tg_table_name; end $$"
    )
    for table in _KEPT:
        op.execute(
            f"create trigger {table}_only_added before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
