"""`make bench`: all measurements, one table."""

from __future__ import annotations

from bench import clicks, core, papers, results

if __name__ == "__main__":
    results.write([*clicks.measure(), *core.measure(), *papers.measure()])
