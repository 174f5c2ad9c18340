"""The sample a month later, as a register and a Swiss laptop would give it: messy, in a ZIP."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pycountry
from babel import Locale

SAMPLE = Path(__file__).parents[1] / "data" / "exports"
HOSTILE_FILE = "=HYPERLINK(1) <img src=x> *b*.csv"
HOSTILE_HEADER = "<b>Schluss</b> $x$"
HOSTILE_NAME = '[Ko](https://evil.example) <script>alert(1)</script> $y$ "& Söhne"'
ABSENT = "web_traffic"
DATE = dt.date(2023, 1, 31)

Row = dict[str, str]


def messy_zip(path: Path, joined: str = "2022-06-01") -> Path:
    """Writes it: one header that nobody knows, one column of ambiguous dates, one file missing,
    a row with an impossible date and one with an unknown standard, two new members; of these
    one joined on the day given, so that sets can differ."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(SAMPLE.glob("*.csv")):
            if name.stem == ABSENT:
                continue
            header, rows = _read(name)
            title, text = _written(name.stem, header, rows, joined)
            archive.writestr(f"Export CRM/{title}", text)
        archive.writestr("Export CRM/exported_on.txt", f"{DATE:%d.%m.%Y}\r\n")
        archive.writestr("Export CRM/synthetic.txt", (SAMPLE / "synthetic.txt").read_bytes())
        archive.writestr(f"Export CRM/{HOSTILE_FILE}", "a;b\r\n1;2\r\n")
    return path


def _read(path: Path) -> tuple[list[str], list[Row]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


def _written(name: str, header: list[str], rows: list[Row], joined: str) -> tuple[str, bytes]:
    match name:
        case "organisations":
            rows += [
                {"org_id": "C9101", "name": HOSTILE_NAME, "pillar": "company", "country": "FRA"},
                {"org_id": "C9102", "name": "Ravenbrook Guards", "pillar": "company",
                 "country": "KEN"},
            ]  # fmt: skip
            for row in rows:
                row["country"] = _french(row["country"])
            names = ["Identifiant", "Nom", "Pilier", "Pays"]
            return "Organisations.csv", _text(names, header, rows, ";", "cp1252")
        case "memberships":
            rows += [
                {"org_id": "C9101", "category": "member", "start_on": "2023-01-16", "end_on": "",
                 "end_reason": ""},
                {"org_id": "C9102", "category": "member", "start_on": joined, "end_on": "",
                 "end_reason": ""},
            ]  # fmt: skip
            _dates(rows, "start_on", lambda day: f"{day:%d.%m.%Y}")
            _dates(rows, "end_on", lambda day: f"{day:%d.%m.%Y}")
            names = ["Membre n°", "Catégorie", "Date de début", HOSTILE_HEADER, "Motif de fin"]
            return "Membres 2023.csv", _text(names, header, rows, ";", "cp1252")
        case "trainings":
            _dates(
                rows, "held_on", lambda day: f"{min(day.day, 12):02d}/{day.month:02d}/{day.year}"
            )
            return "Formations.csv", _text(header, header, rows, "\t", "utf-16")
        case "certifications":
            rows[3]["certified_on"] = "31.02.2020"
            rows[4]["standard"] = "=1+1"
            return "certifications.csv", _text(header, header, rows, ",", "utf-8-sig")
    return f"{name}.csv", _text(header, header, rows, ",", "utf-8")


def _dates(rows: list[Row], column: str, form: Callable[[dt.date], str]) -> None:
    for row in rows:
        if row[column]:
            row[column] = form(dt.date.fromisoformat(row[column]))


def _french(code: str) -> str:
    found = pycountry.countries.get(alpha_3=code)
    return str(Locale("fr").territories.get(found.alpha_2, code)) if found else code


def _text(
    names: list[str], header: list[str], rows: list[Row], delimiter: str, encoding: str
) -> bytes:
    lines = [delimiter.join(_cell(name, delimiter) for name in names)]
    lines += [delimiter.join(_cell(row[name], delimiter) for name in header) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _cell(text: str, delimiter: str) -> str:
    if any(sign in text for sign in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text
