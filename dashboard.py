"""The front door. `streamlit run dashboard.py` serves it; every visitor's run begins here."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from scorecard.screen import front
from scorecard.serving import doorman

if __name__ == "__main__":
    front.show(Path(__file__).parent / "pages")
else:
    front.settle_pages()
    app = st.App(__file__, middleware=[Middleware(doorman.Doorman)])
