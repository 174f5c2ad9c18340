"""Visitors without browsers: directors who look, think and click, and guests who open a link."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

from bench import wire

PAGES = ("", "capacity", "compliance", "membership", "brand", "changes", "definitions")
STEPS_AHEAD = "steps ahead"
"""What a page asks for while its visitor thinks."""
AHEAD = 0.12
_GIVEN_UP = 30.0


@dataclass
class Tally:
    """What was measured: milliseconds of runs by what was done, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def note(self, what: str, run: wire.Run) -> None:
        if run.failed:
            self.errors.append(f"{what}: the page showed an error")
        self.times.setdefault(what, []).append(run.took)

    def all(self) -> list[float]:
        """Of all that a visitor waits for."""
        times = self.times.items()
        return sorted(took for what, some in times if what != STEPS_AHEAD for took in some)


class Director:
    """One visitor: where they are, and what they do next. The seed decides all of it."""

    def __init__(self, session: wire.Session, seed: int) -> None:
        self.session = session
        self.dice = random.Random(seed)

    async def act(self) -> tuple[str, wire.Run]:
        """Does one thing, and says what it was."""
        moves = [self._region, self._region, self._page, self._page, self._kpi, self._date]
        return await self.dice.choice([*moves, self._pillar])()

    async def look_ahead(self) -> wire.Run | None:
        """Asks for the views one step away, as a page does once it stands still."""
        if not self.session.has("ahead"):
            return None
        element, _ = self.session.find("ahead")
        if not element.mixed.json and not element.json:
            return None  # They are there.
        [told] = json.loads(element.json or element.mixed.json)
        return await self.session.trigger("ahead", "wanted", told["mark"]["view"])

    async def _choose(self, what: str, **change: object) -> tuple[str, wire.Run]:
        told = {**self._bar()["content"]["chosen"], **change, "turn": "load"}
        return what, await self.session.trigger("selection_bar", "chosen", told)

    def _bar(self) -> dict[str, Any]:
        element, _ = self.session.find("selection_bar")
        told: list[dict[str, Any]] = json.loads(element.json or element.mixed.json)
        return told[0]

    async def _some(self, what: str, names: str) -> tuple[str, wire.Run]:
        places = range(len(self._bar()[names]))
        chosen = sorted(self.dice.sample(places, self.dice.choice((0, 1, 1, 1, 2))))
        return await self._choose(what, **{what: chosen})

    async def _region(self) -> tuple[str, wire.Run]:
        return await self._some("region", "regions")

    async def _pillar(self) -> tuple[str, wire.Run]:
        return await self._some("pillar", "pillars")

    async def _date(self) -> tuple[str, wire.Run]:
        day, _ = self.dice.choice(self._bar()["dates"][:24])
        return await self._choose("date", as_of=day)

    async def _page(self) -> tuple[str, wire.Run]:
        open_pages = [name for name in PAGES if name in self.session.pages]
        name = self.dice.choice(open_pages)
        return f"page {name or 'plan'}", await self.session.turn_to(name)

    async def _kpi(self) -> tuple[str, wire.Run]:
        if not self.session.has("kpi_choice"):
            return "page kpi", await self.session.turn_to("kpi")
        element, _ = self.session.find("kpi_choice")
        chosen = self.dice.choice(list(element.options))
        return "another KPI", await self.session.choose("kpi_choice", chosen)


async def director(address: str, seed: int, think: float, until: float, tally: Tally) -> None:
    """One session from its opening to the end of the time, thinking between two runs."""
    dice = random.Random(seed)
    await asyncio.sleep(dice.uniform(0, think))
    try:
        async with wire.visit(address) as session:
            tally.note("opening", await session.rerun(timeout=_GIVEN_UP))
            who = Director(session, seed)
            while True:
                pause = think * dice.uniform(0.5, 1.5)
                if time.monotonic() + pause > until:
                    return
                await asyncio.sleep(pause)
                tally.note(*await who.act())
                await asyncio.sleep(AHEAD)
                ahead = await who.look_ahead()
                if ahead is not None:
                    tally.note(STEPS_AHEAD, ahead)
    except Exception as error:
        tally.errors.append(f"{type(error).__name__}: {error}")


async def guest(link: str, tally: Tally) -> None:
    """Opens a share link as somebody new, and leaves."""
    try:
        async with wire.visit(link) as session:
            tally.note("link", await session.rerun(timeout=_GIVEN_UP))
    except Exception as error:
        tally.errors.append(f"{type(error).__name__}: {error}")


async def guests(link: str, a_minute: int, until: float, tally: Tally) -> None:
    """Opens a link so many times a minute, whether or not earlier ones are answered."""
    opened: set[asyncio.Task[None]] = set()
    due = time.monotonic()
    while due < until:
        task = asyncio.create_task(guest(link, tally))
        opened.add(task)
        task.add_done_callback(opened.discard)
        due += 60 / a_minute
        await asyncio.sleep(max(due - time.monotonic(), 0))
    if opened:
        await asyncio.wait(opened)
