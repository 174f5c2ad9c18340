"""The date of the data of each publication, which is known after its snapshot has gone too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("publications", sa.Column("data_date", sa.Date()))
