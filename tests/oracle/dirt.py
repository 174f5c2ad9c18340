"""Breaks every rule of the contract now and then: cells, rows and whole files."""

from __future__ import annotations

import random
from pathlib import Path

from .contract import COLUMNS, EXPORTS, Column, columns_of

BAD_DATES = ["2021-02-29", "2020-2-29", "31.12.2020", "2020-13-01", "20201231", "2020-12-31T00:00"]
BAD_DATES += ["infinity", "-infinity", "12020-01-31", "0044-03-15 (BC)", "0000-01-01", "today"]
BAD = {
    "date": [*BAD_DATES, "2035-01-01", "1990-01-01", "2020-12-31", "２０２０-12-31"],
    "month": ["2020-13", "2020-1", "2020-00", "2020-12-31", "2020/12", "2035-01", "12020-01"],
    "year": ["19", "20201", "2o20", "-201", "2031", "0201"],
    "integer": ["0", "-1", "1.0", "1e3", "", "5x", "+1", "١", "007", "-0"],
    "number": ["-1", "1.5", "0.5", "1,5", ".5", "1.", "1e3", "200", "0", "NaN", "5.0"],
    "boolean": ["TRUE", "yes", "1", "True", "false", "true"],
    "country": ["NO", "ken", "XXX", "KENN", "ZZZ", "K3N", "KEN", "ÅLA"],
    "text": ["", "C0#", "nobody", "x\ny", 'say ""', "NULL", "org_id", "'", "PSEA-1"],
}
QUOTES = [b'"open', b'"', b'a"b', b'"a"b', b'"a" ', b' "a"']
STATED = ["", "2021-02-29", "yesterday", "2020-12-31 x", "2035-01-31", "2016-06-30"]
WHOLE_FILE = ["absent", "zero", "header", "latin", "folder", "quote", "quote"]
WHOLE_FILE += ["drop", "drop", "drop", "extra", "extra", "twin", "rename"]
SPECIAL = {
    "scope": ["region=Mars", "pillar=company", "category=member", "Africa", "region=", "planet=x"],
    "kpi": ["company_member", "open_concerns", "", "company_members", "Retention"],
    "goal": ["0", "5", "4", "one"],
}


def _bad_value(rng: random.Random, column: Column) -> str:
    if rng.random() < 0.15:
        return rng.choice(["", " ", "\t", "\u2003"])
    if column.name in SPECIAL:
        return rng.choice(SPECIAL[column.name])
    # Names of enums are no types: a foreign word, the wrong case or a # breaks them.
    return rng.choice(BAD.get(column.type, ["Company", "MEMBER", "member ", "x#y", "other"]))


def spoil_rows(rng: random.Random, name: str, rows: list[list[str]]) -> None:
    """Changes cells, repeats rows, moves dates and breaks the number of fields, in place."""
    columns = columns_of(name)
    share = rng.choice([0, 0.02, 0.08])
    if name in ("regions", "organisations"):
        share /= 3
    for i in range(len(rows)):
        if rng.random() < share:
            for place in rng.sample(range(len(columns)), rng.choice([1, 1, 2])):
                rows[i][place] = _bad_value(rng, columns[place])
        if rng.random() < share:
            twin = list(rows[rng.randrange(len(rows))])
            if rng.random() < 0.7 and len(twin) == len(columns):
                place = rng.randrange(len(columns))
                twin[place] = rows[i][place] if len(rows[i]) > place else ""
            rows.insert(rng.randrange(len(rows) + 1), twin)
        if rng.random() < share / 4:
            row = rows[i]
            rows[i] = rng.choice(
                [row[:-1], [*row, ""], [*row, "x"], [""] * len(row), row[:1], ["a, b", *row]]
            )


def _lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")


def _spoil_file(rng: random.Random, path: Path, name: str) -> None:
    lines = _lines_of(path)
    header = lines[0].rstrip(b"\r").removeprefix(b"\xef\xbb\xbf").split(b",")
    what = rng.choice(WHOLE_FILE)
    if what == "absent":
        path.unlink()
    elif what == "zero":
        path.write_bytes(b"")
    elif what == "header":
        path.write_bytes(lines[0])
    elif what == "latin":
        path.write_bytes(b"\n".join([*lines, b"caf\xe9"]))
    elif what == "folder":
        path.unlink()
        path.mkdir()
    elif what == "quote":
        place = rng.randrange(1, len(lines)) if len(lines) > 1 else 0
        if place:
            cut = lines[place].split(b",")
            cut[rng.randrange(len(cut))] = rng.choice(
                [b'"open', b'"', b'a"b', b'"a"b', b'"a" ', b' "a"']
            )
            lines[place] = b",".join(cut)
        path.write_bytes(b"\n".join(lines))
    else:
        _spoil_header(rng, path, lines, header, what)


def _spoil_header(
    rng: random.Random, path: Path, lines: list[bytes], header: list[bytes], what: str
) -> None:
    """Renames, repeats or adds a column; the rows keep or get as many fields as the header."""
    place = rng.randrange(len(header))
    if what in ("drop", "rename"):
        header[place] = rng.choice([b"unknown", header[place].upper(), b" " + header[place], b""])
        path.write_bytes(b"\n".join([b",".join(header), *lines[1:]]))
        return
    name = rng.choice(header) if what == "twin" else b"remarks of \xc3\xbc"
    front = rng.random() < 0.5
    new = [b",".join([name, *header] if front else [*header, name])]
    for line in lines[1:]:
        end = b"\r" if line.endswith(b"\r") else b""
        body = line.rstrip(b"\r")
        if body.strip():
            body = b"z," + body if front else body + b",z"
        new.append(body + end)
    path.write_bytes(b"\n".join(new))


def spoil_files(rng: random.Random, exports: Path, plan: Path) -> None:
    """Breaks a few of the files as a whole, seldom one without which nothing works."""
    for name in COLUMNS:
        path = (exports if name in EXPORTS else plan) / f"{name}.csv"
        chance = 0.02 if name in ("regions", "organisations", "memberships") else 0.08
        if rng.random() < chance:
            _spoil_file(rng, path, name)
    stated = exports / "exported_on.txt"
    choice = rng.random()
    if choice < 0.15:
        stated.unlink()
    elif choice < 0.3:
        stated.write_text(rng.choice(STATED))
    elif choice < 0.4:
        stated.write_bytes(b"\xef\xbb\xbf \r\n2020-12-31\t\n")
    if rng.random() < 0.03:
        toml = plan / "plan.toml"
        toml.write_text(rng.choice(["", "name = ", 'name = "x"\nstarts_on = 2019-01-01\n']))
