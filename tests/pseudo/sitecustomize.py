"""Runs before a server of the tests: offers the made-up language besides the real ones."""

import contextlib

with contextlib.suppress(ImportError):  # Another Python may start in this environment too.
    from tests import made_up

    made_up.offer()
