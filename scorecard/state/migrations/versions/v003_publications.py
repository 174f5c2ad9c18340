"""Publications: which snapshot was shown from when on; rows are only added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_publications")),
        sa.CheckConstraint("seq > 0", name=op.f("ck_publications_seq")),
        sa.CheckConstraint(
            "kind in ('first', 'published', 'restored')", name=op.f("ck_publications_kind")
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        for change, when in (
            ("update", ""),
            ("delete", ""),
            # `insert or replace` removes the old row without asking the trigger of deletion.
            ("insert", "when exists (select 1 from publications where seq = new.seq) "),
        ):
            op.execute(
                f"create trigger publications_no_{change} before {change} on publications {when}"
                "begin select raise(abort, 'rows of publications are only added'); end"
            )
    else:
        op.execute(
            "create trigger publications_only_added before update or delete or truncate "
            "on publications for each statement execute function refuse_change()"
        )
