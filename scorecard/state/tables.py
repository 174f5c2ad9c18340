"""The tables of the written state. Rows are added and never changed: what was said stays said.

A row that others refer to by its place in a sequence is unique by that place, so that two who
write at the same moment cannot both have it, whichever the database.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from scorecard.state.columns import Typed, Utc

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

commentary = Table(
    "commentary",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("meeting", Date, nullable=False),
    Column("kpi", Typed, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("happened", Typed, nullable=False),
    Column("planned", Typed, nullable=False),
    Column("author", Typed, nullable=False),
    Column("written_at", Utc, nullable=False),
    UniqueConstraint("meeting", "kpi", "revision"),
    CheckConstraint("revision > 0", name="revision"),
)
"""What happened and what will be done, a revision a row, counted from 1 for a meeting and KPI."""

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("meeting", Date, nullable=False),
    Column("kpi", Typed, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("happened", Typed, nullable=False),
    Column("planned", Typed, nullable=False),
    Column("author", Typed, nullable=False),
    Column("written_at", Utc, nullable=False),
    Index(None, "meeting", "kpi"),
)
"""Commentary that came second: its writer had seen an older revision, and is asked to look."""

items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("meeting", Date, nullable=False),
    CheckConstraint("kind in ('decision', 'action')", name="kind"),
    Index(None, "meeting", "kind"),
)
"""Decisions asked of the board and action items; what they say is in their revisions."""

item_revisions = Table(
    "item_revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", ForeignKey("items.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("text", Typed, nullable=False),
    Column("owner", Typed, nullable=False),
    Column("due_on", Date),
    Column("done_on", Date),
    Column("withdrawn", Boolean, nullable=False),
    Column("author", Typed, nullable=False),
    Column("written_at", Utc, nullable=False),
    UniqueConstraint("item", "revision"),
    CheckConstraint("revision > 0", name="revision"),
)

item_kpis = Table(
    "item_kpis",
    metadata,
    Column("item_revision", ForeignKey("item_revisions.id"), primary_key=True),
    Column("kpi", Typed, primary_key=True),
)
"""The KPIs that a revision of an item is about."""

briefings = Table(
    "briefings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("meeting", Date, nullable=False),
    Column("compare", Date),
    Column("variant", Typed, nullable=False),
    Column("format", Typed, nullable=False),
    Column("audience", Typed, nullable=False),
    Column("kpi", Typed),
    Column("regions", Typed, nullable=False),
    Column("pillars", Typed, nullable=False),
    Column("snapshot", Typed, nullable=False),
    Column("content", Typed, nullable=False),
    Column("author", Typed, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "meeting"),
)
"""The library: how each briefing was made. `regions` and `pillars` are JSON lists."""
