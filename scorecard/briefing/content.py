"""Composes a briefing: the snapshot as a role sees it, and what was written, as one document."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Literal

from scorecard import standing, wording
from scorecard.briefing import annex, answer, dossiers, tables
from scorecard.briefing.brief import Brief, brief, occasion
from scorecard.briefing.document import Document, Paragraph, Section
from scorecard.briefing.written import NOTHING, UNKNOWN, Written
from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role
from scorecard.languages import Words, current, say, say_n, speaking, to_say
from scorecard.refusal import Refusal, nearest
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

Variant = Literal["full", "two-page", "kpi"]
VARIANTS: tuple[Variant, ...] = ("full", "two-page", "kpi")

AUDIENCE = Words(
    {
        "executive": to_say("the executive director and the secretariat"),
        "board": to_say("the board"),
        "guest": to_say("guests"),
    }
)
_MARK = Words(
    {
        "executive": to_say("Confidential: for the executive director and the secretariat only"),
        "board": to_say("Confidential: for members of the board only"),
        "guest": to_say("For the reader to whom it was sent"),
    }
)


def compose(
    snapshot: Snapshot,
    written: Written,
    meeting: dt.date,
    compare: dt.date | None = None,
    selection: Selection = Selection(),
    role: Role = "board",
    variant: Variant = "full",
    kpi: str | None = None,
    language: str | None = None,
) -> Document:
    """The papers for a meeting. The same snapshot and writing give the same document.

    They are in the language of now where no other is asked for.
    """
    with speaking(language or current()):
        return _compose(snapshot, written, meeting, compare, selection, role, variant, kpi)


def _compose(
    snapshot: Snapshot,
    written: Written,
    meeting: dt.date,
    compare: dt.date | None,
    selection: Selection,
    role: Role,
    variant: Variant,
    kpi: str | None,
) -> Document:
    if (kpi is not None) != (variant == "kpi"):
        raise Refusal("a KPI is named for the variant kpi, and only for it")
    if variant not in VARIANTS:
        raise Refusal(f"there is no variant {variant!r}{nearest(variant, VARIANTS)}")
    # What people write is for those who meet; a guest sees the figures alone.
    said = UNKNOWN if role == "guest" else written
    found = brief(snapshot, occasion(snapshot, meeting, compare), selection, role, said)
    subject = snapshot.plan.kpi(kpi) if kpi else None
    occasion_named = wording.met(snapshot.plan, meeting)
    subtitle = say("Papers for {meeting}", meeting=occasion_named)
    if subject:
        subtitle = say("{title}: for {meeting}", title=subject.title, meeting=occasion_named)
    return Document(
        title=snapshot.plan.name,
        subtitle=subtitle,
        selection=wording.selection_sentence(
            snapshot.plan, selection, found.occasion.as_of, found.occasion.compare
        ),
        audience=AUDIENCE[role],
        meeting=meeting,
        as_of=found.occasion.as_of,
        snapshot=snapshot.id,
        marks=tuple(mark for mark in (_MARK[role], _synthetic(snapshot)) if mark),
        sections=_sections(found, variant, subject),
        is_synthetic=bool(snapshot.synthetic),
        language=current(),
    )


def content_hash(document: Document) -> str:
    """A short hash of all that a document says, to tell whether two say the same."""
    return hashlib.blake2b(repr(document).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _sections(found: Brief, variant: Variant, subject: Kpi | None) -> tuple[Section, ...]:
    if subject:
        return _one(found, subject)
    first = (answer.section(found), tables.scorecard(found))
    if variant == "two-page":
        return first
    return (*first, *_behind(found), *_milestones(found), annex.section(found, found.plan.kpis))


def _one(found: Brief, kpi: Kpi) -> tuple[Section, ...]:
    reading = found.reading[kpi.id]
    return (dossiers.section(found, kpi, reading, level=1), annex.section(found, (kpi,)))


def _behind(found: Brief) -> tuple[Section, ...]:
    """A section for each KPI behind its path, the furthest first."""
    slow = standing.behind(found.readings)
    if not slow:
        return ()
    lead = wording.capital(
        say_n(
            "one KPI is behind plan; the furthest comes first.",
            "{count} KPIs are behind plan; the furthest comes first.",
            len(slow), count=wording.in_words(len(slow)),
        )
    )  # fmt: skip
    return (
        Section(
            say("Behind plan"),
            (Paragraph(lead), tables.behind(found, slow)),
            opens_page=True,
            sections=tuple(
                dossiers.section(found, found.plan.kpi(reading.kpi), reading) for reading in slow
            ),
        ),
    )


def _milestones(found: Brief) -> tuple[Section, ...]:
    section = tables.milestone_section(found)
    return (section,) if section.blocks else ()


def _synthetic(snapshot: Snapshot) -> str:
    return snapshot.synthetic


__all__ = ["AUDIENCE", "NOTHING", "VARIANTS", "Variant", "compose", "content_hash"]
