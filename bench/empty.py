"""The floor: an empty page with a choice of regions in its address and one line of text."""

import streamlit as st

REGIONS = ["Africa", "Asia and the Pacific", "Europe", "Latin America and the Caribbean"]

st.set_page_config(layout="wide")
st.button("Reset", on_click=lambda: st.session_state.update(region=None))
chosen = st.segmented_control("Regions", REGIONS, key="region", bind="query-params")
st.text(chosen or "all regions")
