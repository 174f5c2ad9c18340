"""The front door. `streamlit run dashboard.py` serves it; every visitor's run begins here."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from scorecard.serving import (
    doorman,
    frontend,
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
    # A server listens before this is loaded, which it does while the first browser loads.
    from scorecard.screen import front

    with metrics.run():
        front.show(Path(__file__).parent / "pages")
else:
    app = st.App(
        __file__,
        routes=[
            Route("/healthz", health.endpoint),
            Route("/metrics", metrics.endpoint),
            Route(plotly.path(), plotly.endpoint),
            Route(views.path(), views.endpoint, methods=["POST"]),
        ],
        middleware=[
            Middleware(watch.Watch),
            Middleware(doorman.Doorman),
            Middleware(returning.Returning),
            Middleware(frontend.Frontend),
        ],
        lifespan=opening.lifespan,
    )
    start.check()
    logs.configure()
    opening.settle_pages()
    opening.settle_start()
