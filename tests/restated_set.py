"""Two sets of which the second restates the first, and publications of earlier days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from small_set import write

from scorecard.snapshot import Sources
from scorecard.state import publications
from scorecard.state.publications import Publication
from scorecard.state.store import Store


def a_set(folder: Path, members: int, complaints: int) -> Sources:
    """A set with so many companies in membership, half of them in each of two regions, and so
    many complaints, which are confidential."""
    countries = ("KEN", "CHE")
    tables = {
        "organisations": [
            {"org_id": f"O{n}", "pillar": "company", "country": countries[n % 2]} for n in range(40)
        ],
        "memberships": [
            {"org_id": f"O{n}", "category": "member", "start_on": "2019-01-01"}
            for n in range(members)
        ],
        "complaints": [
            {
                "complaint_id": f"C{n}",
                "org_id": f"O{n}",
                "received_on": "2021-03-01",
                "country": countries[n % 2],
            }
            for n in range(complaints)
        ],
        "meetings": [
            {"date": day, "kind": "board", "title": f"Board of {day}"}
            for day in ("2021-06-30", "2021-12-31")
        ],
    }
    given = write(folder, tables)
    return Sources(Path(given[1]), Path(given[3]))


def noted(
    state: Store,
    moment: str,
    name: str,
    who: str = "Ada",
    note: str = "",
    previous: str | None = None,
    *,
    monkeypatch: pytest.MonkeyPatch,
) -> Publication:
    """Writes down the publication of a snapshot at a moment of the past."""
    at = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
    with monkeypatch.context() as patch, publications.deciding(state) as connection:
        patch.setattr(publications, "now", lambda: at)
        return publications.add(
            connection, name, previous, who, note or f"of {moment}", "published", {},
            data_date=at.date(),
        )  # fmt: skip
