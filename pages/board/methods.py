"""The KPI dictionary."""

import streamlit as st

from scorecard.screen import frame

view = frame.open()
st.write("definitions")
