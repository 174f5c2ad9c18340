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
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from bench import wire
from bench.results import Result, result
from bench.tabs import ROOT, served
from bench.visitors import PAGES, Tally, director, guests
from scorecard.refusal import Refusal

STEPS = (5, 10, 20, 30, 40, 50, 60, 80, 100, 120, 160)
BOUND = 300.0
SEATS, THINK = 60, 5.0
"""Sessions that one process is to hold at a p95 below the bound, and seconds between two runs."""
MOST_SECONDS, MOST_SESSIONS, MOST_LINKS = 3600, 200, 1200


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


def measure(seconds: float = 30.0) -> Iterator[Result]:
    """The sessions that a process is to hold, on one process and twice as many on two.

    Takes some 90 s. The driver shares the cores of the machine with the servers, so on two of
    them the second row says as much of the machine as of the dashboard; what a run costs does not.
    """
    found: list[Step] = []
    for count in (1, 2):
        with servers([], count) as addresses:
            warm(addresses)
            done, tally = asyncio.run(step(addresses, count * SEATS, THINK, seconds))
        if tally.errors:
            raise RuntimeError(f"{len(tally.errors)} runs failed: {tally.errors[0]}")
        found.append(done)
        yield result(
            f"{done.sessions} sessions on {_processes(count)}, think {THINK:g} s, p95 of a run",
            done.p95, BOUND, "the most that a run may take", 1.0, note=_noted(done),
        )  # fmt: skip
    one, two = found
    yield result(
        "two processes for one: the server's CPU of a run",
        _cost(two), _cost(one), "one process with half as many sessions", 1.2,
        note="1.00 where twice the processes hold twice the sessions",
    )  # fmt: skip


def measure_limit(seconds: float = 60.0) -> Iterator[Result]:
    """How many sessions there may be before the p95 passes the bound; takes some 20 minutes."""
    for count in (1, 2):
        with servers([], count) as addresses:
            steps = [n * count for n in STEPS if n >= 20 and n * count <= MOST_SESSIONS]
            done = climb(addresses, steps, THINK, seconds, 0, "", False)
        within = [s for s in done if s.p95 <= BOUND]
        last = within[-1] if within else done[0]
        held = last.sessions if within else 0
        yield Result(
            f"sessions that {_processes(count)} may be asked for, think {THINK:g} s",
            ours=count * SEATS, reference=held, reference_is="held at a p95 below the bound",
            ratio=round(count * SEATS / max(held, 1), 3), bound=1.0,
            met=held >= count * SEATS, unit="", note=_noted(last),
        )  # fmt: skip


def _processes(count: int) -> str:
    return "one process" if count == 1 else f"{count} processes"


def _cost(s: Step) -> float:
    """Milliseconds of a core that a run takes on the server."""
    return 1000 * s.server_cpu / s.rate


def _noted(s: Step) -> str:
    return (
        f"{s.runs} runs, {s.rate:.1f} a second, median {s.p50:.0f} ms, "
        f"servers {s.server_cpu:.2f} and driver {s.driver_cpu:.2f} of {os.cpu_count()} cores"
    )


def main(words: Sequence[str] | None = None) -> int:
    ask = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    ask.add_argument("--address", action="append", default=[], help="of a server; may be repeated")
    ask.add_argument("--processes", type=int, action="append", help="own servers; 1, then 2")
    ask.add_argument("--sessions", type=int, action="append", help="instead of the usual steps")
    ask.add_argument("--think", type=float, default=THINK, help="seconds between two runs")
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
