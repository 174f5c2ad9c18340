"""The forms of the tables, oldest first, for Alembic."""
