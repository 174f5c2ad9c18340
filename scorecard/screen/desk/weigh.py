"""The fourth step: what everybody would see otherwise than now, KPI by KPI, and why."""

from __future__ import annotations

from typing import Any

import streamlit as st

from scorecard import wording
from scorecard.exhibits import proposed
from scorecard.exhibits.proposed import Moved
from scorecard.languages import say, say_n
from scorecard.screen import sheet
from scorecard.screen.desk.words import heading
from scorecard.screen.desk.work import Proposal
from scorecard.screen.markdown import escape

_NEWEST, _SAME = "newest", "same"


def summary(proposal: Proposal) -> str:
    if proposal.is_shown_already:
        return say("Nothing would change")
    if proposal.against is None:
        return say("The first figures")
    moving = sum(effect.is_moved for effect in proposal.at_data_dates)
    if not moving:
        return say("No KPI changes")
    return say_n(
        "{count} of {whole} KPIs changes", "{count} of {whole} KPIs change",
        moving, whole=len(proposal.at_data_dates),
    )  # fmt: skip


def sentence(proposal: Proposal) -> str:
    """What would change in what everybody sees first, the newest figures."""
    snapshot = proposal.snapshot
    assert snapshot
    if proposal.against is None:
        known = sum(not snapshot.missing_exports(kpi) for kpi in snapshot.plan.kpis)
        return say_n(
            "Nothing was published before; {count} of {whole} KPIs gets its first figures.",
            "Nothing was published before; {count} of {whole} KPIs get their first figures.",
            known, whole=len(snapshot.plan.kpis),
        )  # fmt: skip
    return proposed.sentence(proposal.at_data_dates, snapshot.plan, proposal.against.plan)


def draw(proposal: Proposal) -> None:
    snapshot = proposal.snapshot
    assert snapshot
    heading(say("What would change"))
    if proposal.is_shown_already:
        st.markdown(say("Nothing: these are the figures that everybody sees already."))
        return
    if proposal.against is None:
        st.markdown(f"**{escape(sentence(proposal))}**")
        return
    was, will = proposal.against.data_date, snapshot.data_date
    chosen = _NEWEST
    if was != will and proposal.at_same_date:
        common = max(set(proposal.against.dates) & set(snapshot.dates))
        names = {
            _NEWEST: say(
                "{date} beside {before}", date=wording.date(will), before=wording.date(was)
            ),
            _SAME: say("Both at {date}", date=wording.date(common)),
        }
        chosen = (
            st.segmented_control(
                say("Compare"), list(names), default=_NEWEST, required=True,
                format_func=names.__getitem__, key="desk_compare", label_visibility="collapsed",
            )
            or _NEWEST
        )  # fmt: skip
    effects = proposal.at_data_dates if chosen == _NEWEST else proposal.at_same_date
    st.markdown(f"**{escape(proposed.sentence(effects, snapshot.plan, proposal.against.plan))}**")
    moved = proposed.moved(effects, snapshot.plan, proposal.against.plan)
    if moved:
        sheet.draw(
            [
                {
                    "kind": "rows",
                    "caption": say("KPIs that would change"),
                    "columns": [
                        say("KPI"),
                        say("Everybody sees"),
                        say("Would be"),
                        say("Difference and why"),
                    ],
                    "rows": [_row(one) for one in moved],
                }
            ],
            key="desk_effects",
        )
    still = [effect for effect in effects if not effect.is_moved]
    if still and moved:
        with st.expander(
            say_n(
                "{count} KPI that would not change",
                "{count} KPIs that would not change",
                len(still),
            )
        ):
            titles = [
                proposed.kpi_of(effect, snapshot.plan, proposal.against.plan).title
                for effect in still
            ]
            st.markdown(escape(", ".join(titles)))


def _row(moved: Moved) -> list[dict[str, Any]]:
    return [
        {"text": moved.kpi.title},
        {"text": moved.before, **_badge(moved.status_before)},
        {"text": moved.after, **_badge(moved.status_after)},
        {"text": moved.difference, "small": moved.why},
    ]


def _badge(status: str | None) -> dict[str, str]:
    return {"status": status, "word": wording.STATUS[status]} if status else {}
