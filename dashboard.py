"""The front door. `streamlit run dashboard.py` serves it; every visitor's run begins here."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from scorecard.screen import ahead, front
from scorecard.serving import (
    doorman,
    health,
    logs,
    metrics,
    opening,
    plotly,
    returning,
    start,
    views,
    watch,
)

if __name__ == "__main__":
    with metrics.run():
        front.show(Path(__file__).parent / "pages")
else:
    app = st.App(
        __file__,
        routes=[
            Route("/healthz", health.endpoint),
            Route("/metrics", metrics.endpoint),
            Route(plotly.path(), plotly.endpoint),
            Route(ahead.path(), views.endpoint, methods=["POST"]),
        ],
        middleware=[
            Middleware(watch.Watch),
            Middleware(doorman.Doorman),
            Middleware(returning.Returning),
        ],
        lifespan=opening.lifespan,
    )
    start.check()
    logs.configure()
    front.settle_pages()
