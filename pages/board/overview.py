"""The plan on one page."""

import streamlit as st

from scorecard.screen import frame

view = frame.open()
st.write(str(len(view.scorecard.readings)))
