"""What Alembic runs: the migrations, on the connection and in the transaction of who calls."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from scorecard.state.tables import metadata

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection), "migrations run when a store is opened"

context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
