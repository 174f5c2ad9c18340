"""One KPI of all, as the address names it and a select box on the page rewrites it."""

from __future__ import annotations

import streamlit as st

from scorecard.catalogue import Kpi
from scorecard.languages import say
from scorecard.plan import Plan
from scorecard.refusal import nearest
from scorecard.screen import links
from scorecard.screen.markdown import escape


def chosen(plan: Plan, usual: str, key: str, *, forgets: str = "") -> Kpi:
    """The KPI of the address, or the usual one where it names none.

    `key` is of the select box, which a locked view has not; another KPI forgets that parameter.
    """
    asked = links.asked(links.KPI) or usual
    if asked not in plan.by_id:
        st.info(
            escape(
                say(
                    "There is no KPI “{asked}”{nearest}.",
                    asked=asked[:60],
                    nearest=nearest(asked, plan.by_id),
                )
            )
        )
        asked = plan.kpis[0].id
    if not links.is_locked():
        st.session_state[key] = asked
        st.selectbox(
            say("KPI"),
            [kpi.id for kpi in plan.kpis],
            format_func=lambda name: f"{plan.kpi(name).goal} · {plan.kpi(name).title}",
            key=key,
            on_change=_remember,
            args=(key, forgets),
            width=420,
        )
    return plan.kpi(asked)


def _remember(key: str, forgets: str) -> None:
    st.query_params[links.KPI] = st.session_state[key]
    st.query_params.pop(forgets, None)
