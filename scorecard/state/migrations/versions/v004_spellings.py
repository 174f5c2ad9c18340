"""Spellings: what headers of arriving files mean; rows are only added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spellings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export", sa.Text(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("means", sa.Text()),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spellings")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(
                f"create trigger spellings_no_{change} before {change} on spellings "
                "begin select raise(abort, 'rows of spellings are only added'); end"
            )
    else:
        op.execute(
            "create trigger spellings_only_added before update or delete or truncate "
            "on spellings for each statement execute function refuse_change()"
        )
