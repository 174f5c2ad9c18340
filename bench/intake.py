"""Taking in exports against DuckDB reading the same files as text, and against frictionless."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from bench.results import Result, paired, result, timed
from scorecard.intake import load, take

ROWS = 2_000_000
FEW = 1_000_000
MANY = 10_000_000
CLEAN, MESSY = 4.0, 10.0
_CODES = "['CHE', 'KEN', 'USA', 'GBR'][1 + i % 4]"
_NAMES = "['Suisse', 'Kenya', 'États-Unis', 'Royaume-Uni'][1 + i % 4]"
_CLEAN = f"""
    select 'E' || i as engagement_id, date '2010-01-01' + (i % 5000)::int as held_on,
    'Organisation number ' || (i % 100000) as organisation,
    ['company', 'media'][1 + i % 2] as stakeholder_type, {_CODES} as country,
    'contacted' as stage from range({{rows}}) as t(i)
"""
_MESSY = f"""
    select 'E' || i as "ID",
    strftime(date '2010-01-01' + (i % 5000)::int, '%d.%m.%Y') as "Date",
    'Société; nº ' || (i % 100000) as "Organisation",
    ['société', 'médias'][1 + i % 2] as "Type de partie prenante", {_NAMES} as "Pays",
    'contacté' as "Étape" from range({{rows}}) as t(i)
"""
_TRAFFIC = f"""
    select strftime(date '1900-01-01' + to_months((i // 250)::int), '%m/%Y') as "Mois",
    {_NAMES} as "Pays", replace(format('{{{{:,}}}}', (i * 7919) % 100000), ',', '''') as "Visites",
    i % 1000 as "Téléchargements" from range({{rows}}) as t(i)
"""
_PEAK = """
import resource, sys
from pathlib import Path
from scorecard.intake import take
take(Path(sys.argv[1]), Path(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""


def measure() -> Iterator[Result]:
    """Clean and messy files, a peer, and the memory of ten million rows."""
    spellings = load()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = {
            "clean": (_CLEAN, "engagements.csv", ",", "utf-8", CLEAN),
            "messy": (_MESSY, "engagements.csv", ";", "utf-8", MESSY),
            "messy, Windows-1252": (_MESSY, "engagements.csv", ";", "cp1252", MESSY),
            "messy numbers": (_TRAFFIC, "trafic web.csv", ";", "utf-8", MESSY),
        }
        for place, (what, (query, file, sign, encoding, bound)) in enumerate(cases.items()):
            source, out = folder / f"in{place}", folder / f"out{place}"
            _write(source / file, query, ROWS, sign, encoding)
            path = source / file

            def ours(source: Path = source, out: Path = out) -> None:
                take(source, out, spellings)

            def floor(path: Path = path, sign: str = sign, encoding: str = encoding) -> None:
                _as_text(path, sign, encoding)

            a, b, ratio = paired(ours, floor, 3)
            yield result(
                f"intake of {ROWS:,} {what} rows", a, b, "DuckDB reading them as text", bound,
                ratio=ratio,
            )  # fmt: skip
            shutil.rmtree(source)
            shutil.rmtree(out)
        yield _against_frictionless(folder)
        yield _memory(folder)


def _write(path: Path, query: str, rows: int, sign: str, encoding: str) -> None:
    path.parent.mkdir()
    duckdb.execute(f"copy ({query.format(rows=rows)}) to '{path}' (format csv, delimiter '{sign}')")
    if encoding != "utf-8":
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))


def _as_text(path: Path, sign: str, encoding: str) -> None:
    read = "latin-1" if encoding == "cp1252" else "utf-8"
    with duckdb.connect() as con:
        con.execute(
            f"create temp table x as select * from read_csv('{path}', all_varchar = true, "
            f"header = true, delim = '{sign}', encoding = '{read}')"
        )


def _against_frictionless(folder: Path) -> Result:
    """The same clean file, large enough that what either needs to begin does not decide."""
    source = folder / "few"
    _write(source / "engagements.csv", _CLEAN, FEW, ",", "utf-8")
    spellings = load()
    ours = min(timed(lambda: take(source, folder / "few_out", spellings)) for _ in range(3))
    command = [sys.executable, "-m", "frictionless", "validate", "engagements.csv"]
    peer = timed(lambda: subprocess.run(command, capture_output=True, check=True, cwd=source))
    return result(f"intake of {FEW:,} clean rows", ours, peer, "frictionless validate", 1 / 20)


def _memory(folder: Path) -> Result:
    """Megabytes at most, in a process of its own."""
    source = folder / "many"
    _write(source / "engagements.csv", _MESSY, MANY, ";", "utf-8")
    command = [sys.executable, "-c", _PEAK, str(source), str(folder / "many_out")]
    said = subprocess.run(command, capture_output=True, check=True, text=True)
    return result(
        f"memory for {MANY:,} messy rows", float(said.stdout), 2_000, "2 GB", 1.0, unit="MB",
    )  # fmt: skip


if __name__ == "__main__":
    from bench import results

    results.write(tuple(measure()))
