"""Goal 3: the three pillars, where members come from, and the board."""

import streamlit as st

from scorecard import charts, wording
from scorecard.catalogue import Kpi
from scorecard.exhibits import findings, membership, missing, movements, strands
from scorecard.languages import say, to_say_n
from scorecard.screen import figures, goal, maps, seats, tables
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View

CSOS = to_say_n("civil society organisation", "civil society organisations")
PILLARS = {
    "company_members": wording.PILLAR["company"],
    "civil_society_members": wording.PILLAR["civil_society"],
    "government_members": wording.PILLAR["government"],
}
COUNTED = {
    "company_members": "companies",
    "civil_society_members": CSOS,
    "government_members": "governments",
}

view = goal.begin(3)
snapshot, plan = view.snapshot, view.snapshot.plan
companies = plan.kpi("company_members")


def members(shown: View) -> Exhibit:
    kpis = tuple(plan.kpi(name) for name in membership.MEMBERS)
    found = strands.by_kpi(snapshot, kpis, shown.selection, shown.role, shown.as_of)
    return Exhibit(
        figure=charts.stacked(found, PILLARS, shown.theme, height=300),
        title=findings.members(found, COUNTED),
        subtitle=goal.about(
            shown,
            companies,
            say("Members by pillar"),
            when=say("to {date}", date=wording.date(shown.as_of)),
        ),
        table=lambda: tables.of_strands(found, PILLARS),
    )


def mapped(shown: View) -> Kpi:
    """Companies, or the members of the pillars that are selected without them."""
    pillars = shown.selection.pillars or ("company",)
    names = [f"{pillar}_members" for pillar in ("company", "civil_society", "government")
             if pillar in pillars]  # fmt: skip
    return plan.kpi(names[0] if names else "company_members")


left, right = st.columns(2, gap="large")
with left:
    if not figures.awaiting(missing(snapshot, *membership.MEMBERS), say("Members")):
        figures.draw(view, members, key="members")
with right:
    if view.compare is None:
        figures.refuse(say("there is no date to compare with"))
    elif not figures.awaiting(missing(snapshot, companies.id), say("Who joined and left")):
        since = view.compare

        def moves(limit: int | None, offset: int = 0) -> membership.Moves:
            return membership.moves(
                snapshot, view.selection, view.role, since, view.as_of, limit=limit, offset=offset
            )

        # The first page is asked for with the counts; most have no other.
        moved = moves(movements.PAGE)
        figures.head(
            findings.moves(moved, since),
            goal.about(view, companies, say("Members of all pillars, by name")),
        )
        if moved.total:
            page = tables.page(moved.total, movements.PAGE, "moves_page")
            if page:
                moved = moves(movements.PAGE, page * movements.PAGE)
            tables.show_with_files(
                tables.of_persons(plan, moved.page),
                view,
                "moves",
                say("Members that joined or left"),
                rows=7,
                whole=lambda: tables.of_persons(plan, moves(None).page),
            )

if not figures.awaiting(missing(snapshot, companies.id), companies.title):
    maps.countries(view, mapped, "companies_map")

if not figures.awaiting(missing(snapshot, "board_seats_filled"), say("Board seats")):
    seated = membership.seats(snapshot, view.selection, view.role, view.as_of)
    figures.head(
        findings.seats(seated),
        goal.about(view, plan.kpi("board_seats_filled"), say("Seats of the board by pillar")),
    )
    seats.draw(seated, tables.names(plan, "pillar"))
goal.end(view, 3)
