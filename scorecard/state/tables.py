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

links = Table(
    "links",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("recipient", Typed, nullable=False),
    Column("page", Typed, nullable=False),
    Column("parameters", Typed, nullable=False),
    Column("snapshot", Typed),
    Column("made_by", Typed, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
)
"""Views that were shared with a person; `parameters` is a JSON object of lists. The id is random:
a number could be given out again after a restore, and an old address would open another view."""

link_openings = Table(
    "link_openings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("link", ForeignKey("links.id"), nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "link", "at"),
)

link_revocations = Table(
    "link_revocations",
    metadata,
    Column("link", ForeignKey("links.id"), primary_key=True),
    Column("by", Typed, nullable=False),
    Column("at", Utc, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("event", Typed, nullable=False),
    Column("who", Typed, nullable=False),
    Column("role", String(16)),
    Column("subject", Typed, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("seq > 0", name="seq"),
)
"""Who did what; each row holds the hash of the one before. `subject` is a JSON object of text."""

publications = Table(
    "publications",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("snapshot", Typed, nullable=False),
    Column("previous", Typed),
    Column("at", Utc, nullable=False),
    Column("who", Typed, nullable=False),
    Column("note", Typed, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("data_date", Date),
    CheckConstraint("seq > 0", name="seq"),
    CheckConstraint("kind in ('first', 'published', 'restored')", name="kind"),
)
"""Which snapshot everybody was shown from when on; `previous` is the one that was shown before."""

spellings = Table(
    "spellings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("export", Typed, nullable=False),
    Column("header", Typed, nullable=False),
    Column("means", Typed),
    Column("who", Typed, nullable=False),
    Column("at", Utc, nullable=False),
)
"""What a header of an arriving file means, as somebody said: a column of the export, empty where
it is left out, none where what was said is taken back. The newest row of a header counts."""
