"""How many directors one server holds: sessions that look, think, and click.

    python -m bench.load                          one server of its own, then two
    python -m bench.load --address http://127.0.0.1:8501 --sessions 25
    python -m bench.load --address … --links 500 --link 'http://127.0.0.1:8501/kpi?link=…'

What counts is the server's time for a run, from the message sent to the script finished. It goes
to servers on this machine only, and ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from bench import wire
from bench.clicks import ROOT, served
from scorecard.refusal import Refusal

STEPS = (5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100)
BOUND = 300.0
MOST_SECONDS, MOST_SESSIONS, MOST_LINKS = 3600, 200, 1200
PAGES = ("", "capacity", "compliance", "membership", "brand", "changes", "definitions")
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
        return sorted(took for times in self.times.values() for took in times)


@dataclass(frozen=True)
class Step:
    """One line of the table; milliseconds, runs a second, shares of a core, megabytes."""

    servers: int
    sessions: int
    runs: int
    rate: float
    p50: float
    p95: float
    worst: float
    errors: int
    server_cpu: float
    driver_cpu: float
    rss: float


class Server:
    """The process that listens at an address, and what it uses."""

    def __init__(self, address: str) -> None:
        wire.require_loopback(address)
        port = urlsplit(address).port
        found = [
            place.pid
            for place in psutil.net_connections("tcp")
            if place.status == psutil.CONN_LISTEN and place.laddr.port == port and place.pid
        ]
        if not found:
            raise Refusal(f"no process of yours listens at {address}")
        self.process = psutil.Process(found[0])

    def cpu(self) -> float:
        """Seconds of a core since it started."""
        spent = self.process.cpu_times()
        return float(spent.user + spent.system)

    def rss(self) -> float:
        """Megabytes in memory."""
        return float(self.process.memory_info().rss / 1e6)


class Director:
    """One visitor: where they are, and what they do next. The seed decides all of it."""

    def __init__(self, session: wire.Session, seed: int) -> None:
        self.session = session
        self.dice = random.Random(seed)

    async def act(self) -> tuple[str, wire.Run]:
        """Does one thing, and says what it was."""
        moves = [self._region, self._region, self._page, self._page, self._kpi, self._date]
        return await self.dice.choice([*moves, self._pillar])()

    async def _select(self, key: str) -> tuple[str, wire.Run]:
        element, _ = self.session.find(key)
        chosen = self.dice.sample(list(element.options), self.dice.choice((0, 1, 1, 1, 2)))
        return key, await self.session.choose(key, chosen)

    async def _region(self) -> tuple[str, wire.Run]:
        return await self._select("region")

    async def _pillar(self) -> tuple[str, wire.Run]:
        return await self._select("pillar")

    async def _date(self) -> tuple[str, wire.Run]:
        element, _ = self.session.find("as_of")
        return "date", await self.session.choose("as_of", self.dice.choice(element.options[:24]))

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


async def step(
    addresses: Sequence[str],
    sessions: int,
    think: float,
    seconds: float,
    links: int = 0,
    link: str = "",
) -> tuple[Step, Tally]:
    """Lets so many sessions work, spread over the servers, and `links` openings a minute."""
    servers = [Server(address) for address in addresses]
    me = psutil.Process()
    tally = Tally()
    begun, cpu = time.monotonic(), sum(server.cpu() for server in servers)
    mine = sum(me.cpu_times()[:2])
    until = begun + seconds
    work = [
        director(addresses[i % len(addresses)], i, think, until, tally) for i in range(sessions)
    ]
    if links:
        work.append(guests(link, links, until, tally))
    await asyncio.gather(*work)
    took = time.monotonic() - begun
    times = tally.all() or [0.0]
    return Step(
        servers=len(servers),
        sessions=sessions,
        runs=len(times),
        rate=len(times) / took,
        p50=quantile(times, 0.5),
        p95=quantile(times, 0.95),
        worst=times[-1],
        errors=len(tally.errors),
        server_cpu=(sum(server.cpu() for server in servers) - cpu) / took,
        driver_cpu=(sum(me.cpu_times()[:2]) - mine) / took,
        rss=sum(server.rss() for server in servers),
    ), tally


def quantile(times: Sequence[float], share: float) -> float:
    """The time that so large a share of sorted times does not pass."""
    return times[min(len(times) - 1, int(len(times) * share))]


HEAD = (
    f"{'servers':>7} {'sessions':>8} {'runs':>6} {'runs/s':>7} {'p50 ms':>7} {'p95 ms':>7} "
    f"{'max ms':>7} {'errors':>6} {'cores':>6} {'driver':>6} {'RSS MB':>7}"
)


def line(s: Step) -> str:
    return (
        f"{s.servers:>7} {s.sessions:>8} {s.runs:>6} {s.rate:>7.1f} {s.p50:>7.0f} {s.p95:>7.0f} "
        f"{s.worst:>7.0f} {s.errors:>6} {s.server_cpu:>6.2f} {s.driver_cpu:>6.2f} {s.rss:>7.0f}"
    )


def by_work(tally: Tally) -> str:
    """Where the time goes: p50 and p95 of each kind of run."""
    rows = [
        f"  {what:<18} {len(times):>5}  p50 {quantile(sorted(times), 0.5):>5.0f}  "
        f"p95 {quantile(sorted(times), 0.95):>5.0f}"
        for what, times in sorted(tally.times.items(), key=lambda item: -sum(item[1]))
    ]
    return "\n".join([*rows, *(f"  {error[:160]}" for error in sorted(set(tally.errors))[:5])])


def warm(addresses: Sequence[str]) -> None:
    """Opens each page once, as a server does its first visitor's work but once."""

    async def once(address: str) -> None:
        async with wire.visit(address) as session:
            await session.start()
            for name in (*PAGES, "kpi"):
                if name in session.pages:
                    await session.turn_to(name)

    for address in addresses:
        asyncio.run(once(address))


@contextlib.contextmanager
def servers(given: Sequence[str], count: int) -> Iterator[list[str]]:
    """The addresses that were given, or so many servers of our own.

    Refuses an address of another machine, and one where nobody listens.
    """
    for address in given:
        Server(address)
    if given:
        yield list(given)
        return
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(served(ROOT / "dashboard.py")) for _ in range(count)]


def climb(
    addresses: Sequence[str],
    sessions: Sequence[int],
    think: float,
    seconds: float,
    links: int,
    link: str,
    is_wordy: bool,
) -> list[Step]:
    """One step after another, until the p95 is above the bound."""
    warm(addresses)
    done = []
    for count in sessions:
        found, tally = asyncio.run(step(addresses, count, think, seconds, links, link))
        done.append(found)
        print(line(found), flush=True)
        if is_wordy or tally.errors:
            print(by_work(tally), flush=True)
        if found.p95 > BOUND:
            break
    return done


def main(words: Sequence[str] | None = None) -> int:
    ask = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    ask.add_argument("--address", action="append", default=[], help="of a server; may be repeated")
    ask.add_argument("--processes", type=int, action="append", help="own servers; 1, then 2")
    ask.add_argument("--sessions", type=int, action="append", help="instead of the usual steps")
    ask.add_argument("--think", type=float, default=5.0, help="seconds between two runs")
    ask.add_argument("--seconds", type=float, default=60.0, help="of each step")
    ask.add_argument("--links", type=int, default=0, help="openings of --link a minute, besides")
    ask.add_argument("--link", default="", help="the whole address of a share link")
    ask.add_argument("--wordy", action="store_true", help="shows the time of each kind of run")
    ask.add_argument("--out", type=Path, help="writes the steps there as JSON")
    asked = ask.parse_args(words)
    try:
        require_bounds(asked.seconds, asked.think, asked.sessions or ())
        _require_link(asked.links, asked.link)
        done: list[Step] = []
        print(f"{socket.gethostname()}, {os.cpu_count()} cores, think {asked.think:g} s\n{HEAD}")
        for count in [1] if asked.address else asked.processes or [1, 2]:
            with servers(asked.address, count) as addresses:
                done += climb(addresses, asked.sessions or STEPS, asked.think, asked.seconds,
                              asked.links, asked.link, asked.wordy)  # fmt: skip
    except Refusal as refusal:
        print(f"{refusal}.", file=sys.stderr)
        return 2
    if asked.out:
        asked.out.write_text(json.dumps([asdict(s) for s in done], indent=2) + "\n")
    return 0


def require_bounds(seconds: float, think: float, sessions: Sequence[int]) -> None:
    """Load is bounded, so that a slip of the hand harms nobody."""
    if not 0 < seconds <= MOST_SECONDS or think < 0.1:
        raise Refusal(f"load lasts up to {MOST_SECONDS} seconds, and thinking 0.1 or more")
    if any(not 0 <= count <= MOST_SESSIONS for count in sessions):
        raise Refusal(f"there are up to {MOST_SESSIONS} sessions")


def _require_link(a_minute: int, link: str) -> None:
    if not 0 <= a_minute <= MOST_LINKS or bool(a_minute) != bool(link):
        raise Refusal(f"--link and --links go together, up to {MOST_LINKS} a minute")
    if link:
        wire.require_loopback(link)


if __name__ == "__main__":
    raise SystemExit(main())
