"""What a server does before its first visitor comes."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import time
from collections.abc import AsyncIterator

from scorecard.screen import store, warming
from scorecard.serving import moving, plotly

_SECONDS = 3.0
"""After which that is made which no first visitor waits for."""


@contextlib.asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Finds the figures beside the start, so that the first visitor finds them open.

    Who comes while they are being built waits for this build instead of beginning another.
    """
    threading.Thread(target=_find, name="first figures", daemon=True).start()
    mover = asyncio.create_task(moving.keep_moving())
    yield
    mover.cancel()


def _find() -> None:
    shown = store.find(lambda share, what: None).snapshot
    _keep_for_good()
    time.sleep(_SECONDS)
    if shown is not None:
        warming.overview(shown)
    plotly.warm()


def _keep_for_good() -> None:
    """Takes what every process holds out of the search for garbage.

    It is most of the heap, and as Python searches the whole only once that has grown by a
    quarter, what sessions leave behind would wait for hundreds of them. The second search sets
    the measure of that quarter anew.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
