"""`python -m bench.peers`: our charts beside those of other tools, where these are installed."""

from __future__ import annotations

from bench import results
from bench.peers import measure

if __name__ == "__main__":
    results.write(results.gather({"peers": measure.measure}), "peers")
