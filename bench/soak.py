"""Whether a server keeps its memory: the same sessions come and go for half an hour.

    python -m bench.soak                          20 sessions for 30 minutes, on an own server
    python -m bench.soak --address http://127.0.0.1:8501 --minutes 5

The memory of the server is noted each minute; its growth is the slope of a straight line through
the second half, when caches are full. DuckDB's books about the pages it reads grow through the
first ten thousand queries or so, by some 50 MB in all, and then no more: half an hour of 20
sessions still shows their end. A session ends after some minutes and another begins, as people
leave and come, so that what a session leaves behind shows itself too.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Sequence

from bench import load
from bench.visitors import Tally, director
from scorecard.refusal import Refusal

VISIT = 240.0
"""Seconds that one session lasts."""


async def _seat(address: str, seat: int, think: float, until: float, tally: Tally) -> None:
    """One visitor after another on the same seat."""
    count = 0
    while (left := until - time.monotonic()) > think:
        end = time.monotonic() + min(VISIT, left)
        await director(address, 1000 * seat + count, think, end, tally)
        await asyncio.sleep(think)
        count += 1


async def soak(address: str, sessions: int, think: float, minutes: float) -> list[float]:
    """Megabytes at the start of each minute and at the end, which are printed as they come."""
    server = load.Server(address)
    tally = Tally()
    until = time.monotonic() + 60 * minutes
    seats = [
        asyncio.create_task(_seat(address, seat, think, until, tally)) for seat in range(sessions)
    ]
    megabytes = [server.rss()]
    while time.monotonic() < until:
        await asyncio.sleep(min(60.0, max(until - time.monotonic(), 0.1)))
        megabytes.append(server.rss())
        times = tally.all() or [0.0]
        print(
            f"{len(megabytes) - 1:>4} min {megabytes[-1]:>7.1f} MB {len(times):>7} runs "
            f"p95 {load.quantile(times, 0.95):>5.0f} ms {len(tally.errors):>4} errors",
            flush=True,
        )
    await asyncio.gather(*seats)
    if tally.errors:
        print("\n".join(sorted(set(tally.errors))[:5]))
    return megabytes


def growth(megabytes: Sequence[float]) -> float:
    """Megabytes a minute of the second half, by a straight line of least squares."""
    later = megabytes[len(megabytes) // 2 :]
    if len(later) < 3:
        raise Refusal("a growth needs five minutes or more")
    return statistics.linear_regression(range(len(later)), later).slope


def main(words: Sequence[str] | None = None) -> int:
    ask = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    ask.add_argument("--address", default="", help="of a server; without, one of its own")
    ask.add_argument("--minutes", type=float, default=30.0)
    ask.add_argument("--sessions", type=int, default=20)
    ask.add_argument("--think", type=float, default=5.0, help="seconds between two runs")
    asked = ask.parse_args(words)
    try:
        load.require_bounds(60 * asked.minutes, asked.think, [asked.sessions])
        with load.servers([asked.address] if asked.address else [], 1) as addresses:
            load.warm(addresses)
            found = asyncio.run(soak(addresses[0], asked.sessions, asked.think, asked.minutes))
        print(f"growth in the second half: {growth(found):+.2f} MB a minute")
    except Refusal as refusal:
        print(f"{refusal}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
