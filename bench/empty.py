"""The floor: a page with the same choice of regions and one line of text."""

import streamlit as st

REGIONS = ["Africa", "Asia and the Pacific", "Europe", "Latin America and the Caribbean"]

st.set_page_config(layout="wide")
st.button("Reset", on_click=lambda: st.session_state.update(region=[]))
with st.expander("Showing", expanded=True):
    chosen = st.multiselect(
        "Regions", REGIONS, key="region", bind="query-params", placeholder="All regions"
    )
st.text(", ".join(chosen) or "all regions")
