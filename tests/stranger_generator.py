"""A second generator of messy exports, written without a look at intake or at the first one.

It does what the first does not: headers of three languages with blanks, breaks and signs, extra
columns, titles and totals, parts that overlap, workbooks of every make, archives in archives. Its
words are in `stranger.toml`. A seed names a set.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
import tomllib
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pycountry
import xlsxwriter
from babel import Locale
from oracle.generate import generate

from scorecard import contract
from scorecard.contract import Field, File

Rows = list[dict[str, str]]
Columns = list[tuple[str, list[Any]]]
"""Headers with the cells below them."""

WORDS = tomllib.loads((Path(__file__).parent / "stranger.toml").read_text(encoding="utf-8"))
_LOCALES = {language: Locale.parse(language) for language in ("en", "fr", "es", "de")}
_ALPHA_2 = {country.alpha_3: country.alpha_2 for country in pycountry.countries}
_EPOCH = dt.date(1899, 12, 30)
_WEEKDAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")


def _month(day: dt.date, language: str, width: str = "wide") -> str:
    return str(_LOCALES[language].months["format"][width][day.month])


def _long(day: dt.date, language: str) -> str:
    of = " de " if language == "es" else " "
    return f"{day.day}{of}{_month(day, language)}{of}{day.year}"


def _first(day: dt.date, _: str) -> str:
    return f"{'1er' if day.day == 1 else day.day} {_month(day, 'fr')} {day.year}"


DATES: dict[str, Callable[[dt.date, str], str]] = {
    "iso": lambda d, _: d.isoformat(),
    "iso T": lambda d, _: f"{d}T00:00:00",
    "iso Z": lambda d, _: f"{d}T00:00:00Z",
    "iso parts": lambda d, _: f"{d} 00:00:00.000",
    "year/": lambda d, _: f"{d:%Y/%m/%d}",
    "year.": lambda d, _: f"{d:%Y.%m.%d}",
    "compact": lambda d, _: f"{d:%Y%m%d}",
    "day.": lambda d, _: f"{d:%d.%m.%Y}",
    "d.": lambda d, _: f"{d.day}.{d.month}.{d.year}",
    "day. time": lambda d, _: f"{d:%d.%m.%Y} 00:00",
    "day. short": lambda d, _: f"{d:%d.%m.%y}",
    "day/": lambda d, _: f"{d:%d/%m/%Y}",
    "day/ time": lambda d, _: f"{d:%d/%m/%Y} 00:00:00",
    "day/ short": lambda d, _: f"{d:%d/%m/%y}",
    "day-": lambda d, _: f"{d:%d-%m-%Y}",
    "month/": lambda d, _: f"{d:%m/%d/%Y}",
    "m/": lambda d, _: f"{d.month}/{d.day}/{d.year}",
    "m/ time": lambda d, _: f"{d.month}/{d.day}/{d.year} 12:00:00 AM",
    "m/ short": lambda d, _: f"{d.month}/{d.day}/{d:%y}",
    "named": _long,
    "named-": lambda d, lang: f"{d.day:02}-{_month(d, lang, 'abbreviated')}-{d.year}",
    "named short": lambda d, lang: f"{d.day}-{_month(d, lang, 'abbreviated').strip('.')}-{d:%y}",
    "American": lambda d, _: f"{_month(d, 'en')} {d.day}, {d.year}",
    "weekday": lambda d, _: f"{_WEEKDAYS[d.weekday()]} {_long(d, 'fr')}",
    "1er": _first,
    "German": lambda d, _: f"{d.day}. {_month(d, 'de')} {d.year}",
    "Excel": lambda d, _: str((d - _EPOCH).days),
}
_UNCLEAR = re.compile(r"(day|d|month|m)[./-]")
MONTHS: tuple[Callable[[dt.date, str], str], ...] = (
    lambda d, _: f"{d:%Y-%m}",
    lambda d, _: f"{d:%m/%Y}",
    lambda d, _: f"{d:%m.%Y}",
    lambda d, _: f"{d:%Y/%m}",
    lambda d, lang: f"{_month(d, lang)} {d.year}",
    lambda d, lang: f"{_month(d, lang, 'abbreviated').strip('.')}-{d:%y}",
    lambda d, _: f"{d}T00:00:00",
    lambda d, _: f"{d:%d.%m.%Y}",
    lambda d, _: f"{d:%Y%m}",
)
NUMBERS: tuple[Callable[[int], str], ...] = (
    str,
    *(lambda n, s=sign: f"{n:,}".replace(",", s) for sign in "'’.\u202f\xa0 "),
    lambda n: f"{n:,}".replace(",", ".") + ",00",
    lambda n: f"{n:,}.00",
    lambda n: f"{n}.0",
    lambda n: f"{n:,}".replace(",", "\u202f") + ",0",
)  # fmt: skip
BOOLEANS = (
    ("Yes", "No"), ("Y", "N"), ("TRUE", "FALSE"), ("Oui", "Non"), ("VRAI", "FAUX"), ("O", "N"),
    ("Sí", "No"), ("VERDADERO", "FALSO"), ("S", "N"), ("WAHR", "FALSCH"), ("Ja", "Nein"),
    ("1", "0"), ("1.0", "0.0"), ("-1", "0"), ("t", "f"), ("☑", "☐"),
)  # fmt: skip
EXTRAS: dict[str, tuple[str, ...]] = {
    "Remarks": ("", "ok", "see file; 2021", "à vérifier"),
    "Modified by": ("jd", "m.müller", ""),
    "Last modified": ("2022-11-03 14:22", "2022-12-01 08:00"),
    "Commentaire": ("", "rien, vraiment", '"cité"'),
    "Internal ID": ("{3F2504E0}", "x"),
    "Créé par": ("Zoë", "Jörg"),
    "Unnamed: 7": ("",),
}
TITLES = (
    ["Export of {}"], ["Registre — {}", ""], ["CRM", "{} report", "Generated on 31.12.2022", ""],
    ["Report: {}", "Filter: Status = all; Year >= 2010", ""], ["{}", "", ""],
)  # fmt: skip
TOTALS = ("Total", "Total: {}", "TOTAL GÉNÉRAL", "Somme", "{} rows", "Total général : {} lignes",
          "Grand Total", "Total records: {}", "Suma")  # fmt: skip
NAMES = ("{}", "{}", "{}_2022-12-31", "{} (1)", "Export_{}_2022-12", "01_{}", "{} - export",
         "{}_final", "export {}", "{} 31.12.2022", "ICoCA_{}_2022", "{}-2022-12-31T081500",
         "Copie de {}", "{}_v2")  # fmt: skip
# What a reader that guesses types would spoil, in columns of free text.
HOSTILE = (
    "1-2", "TRUE", "NO", "31.12.2022", "Oui", "France", "1e5", "007", "1,5", "a;b", "c|d",
    "tab\tin", "Zoë & Fils — «Sûreté»", "x", "NULL", "N/A", "-", "Total Security Ltd", "#REF",
    "=1+1", "@x", 'a "b" c', "ends\"", "l'été",
)  # fmt: skip


@dataclass
class Strange:
    """A set: what arrives, what should come out, and the exports that may be asked about."""

    source: Path
    tables: dict[str, Rows]
    may_ask: set[str] = field(default_factory=set)
    """Exports with a date that nothing makes clear."""


def make(seed: int, folder: Path) -> Strange:
    """Writes a set below `folder`."""
    rng = random.Random(seed)
    tables = _canonical(rng, folder)
    made = Strange(folder / "in", tables)
    language = rng.choice(["en", "fr", "es"])
    files: dict[str, bytes] = {}
    for file in contract.load().exports:
        if file.name not in tables:
            continue
        rows = tables[file.name]
        parts = _parts(rng, rows) if rng.random() < 0.25 else [rows]
        name = rng.choice([file.name, file.name.title(), *WORDS["files"][file.name]])
        stem = rng.choice(NAMES).format(name)
        between = rng.choice(["_202", " part ", "-"])
        for number, part in enumerate(parts):
            if len(parts) > 1:
                stem = f"{file.name}{between}{number}"
            if rng.random() < 0.25:
                ending, content = ".xlsx", _workbook(rng, file, part, language, made)
            else:
                ending = rng.choice([".csv", ".CSV", ".txt", ".tsv"])
                columns = _columns(rng, file, part, language, made, typed=False)
                content = _text(rng, file, columns)
            files[stem + ending] = content
    if rng.random() < 0.3:
        files |= {".DS_Store": b"\0\0\0\1Bud1", "desktop.ini": b"[.ShellClassInfo]\r\n"}
    _pack(rng, files, made)
    return made


def _canonical(rng: random.Random, folder: Path) -> dict[str, Rows]:
    exports, _ = generate(rng, folder / "set", False)
    if rng.random() < 0.5:
        exports = contract.ROOT / "data" / "exports"
    tables = {}
    for file in contract.load().exports:
        path = exports / f"{file.name}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8-sig", newline="") as text:
            read = [{f.name: (row.get(f.name) or "").strip() for f in file.fields}
                    for row in csv.DictReader(text)]  # fmt: skip
        read = [row for row in read if any(row.values())]
        most = rng.choice([5, 40, 120])
        start = rng.randint(0, max(0, len(read) - most))
        tables[file.name] = read[start : start + most]
    kept = rng.sample(sorted(tables), min(len(tables), rng.choice([3, 6, 18])))
    tables = {name: rows for name, rows in tables.items() if name in kept and rows}
    if rng.random() < 0.4:
        _sow(rng, tables)
    return tables


def _sow(rng: random.Random, tables: dict[str, Rows]) -> None:
    for name, column in (("organisations", "name"), ("trainings", "title"), ("events", "title"),
                         ("code_references", "issuer"), ("media_mentions", "outlet")):  # fmt: skip
        for row in tables.get(name, ()):
            if rng.random() < 0.15:
                row[column] = rng.choice(HOSTILE)


def _parts(rng: random.Random, rows: Rows) -> list[Rows]:
    """Rows cut in two, the second part beginning with some of the first, or not."""
    if len(rows) < 4 or len({tuple(row.values()) for row in rows}) < len(rows):
        return [rows]
    cut = rng.randrange(2, len(rows) - 1)
    return [rows[:cut], rows[cut - rng.choice([0, 0, 1, 2]) :]]


def _columns(
    rng: random.Random, file: File, rows: Rows, language: str, made: Strange, *, typed: bool
) -> Columns:
    style = rng.choice(["canonical", "upper", "title", "camel", *["human"] * 6])
    columns: Columns = []
    for f in file.fields:
        said = {header.strip().casefold() for header, _ in columns}
        header = next(h for _ in range(50) if (h := _header(rng, file, f, language, style))
                      .strip().casefold() not in said)  # fmt: skip
        columns.append((header, _cells(rng, file, f, [row[f.name] for row in rows], language,
                                       made, typed=typed)))  # fmt: skip
    if rng.random() < 0.5:
        rng.shuffle(columns)
    for header in rng.sample(list(EXTRAS), rng.choice([0, 0, 1, 2])):
        cells: list[Any] = [rng.choice(EXTRAS[header]) for _ in rows]
        columns.insert(rng.randint(0, len(columns)), (header, cells))
    return columns


def _header(rng: random.Random, file: File, f: Field, language: str, style: str) -> str:
    if style != "human":
        return {"canonical": f.name, "upper": f.name.upper(),
                "title": f.name.replace("_", " ").title(),
                "camel": f.name.title().replace("_", "")}[style]  # fmt: skip
    known = WORDS["headers"]
    text = str(rng.choice(known.get(f"{file.name}.{f.name}", known.get(f.name))[language]))
    return rng.choice([
        text, text.lower(), text.upper(), text.replace(" ", "_"), _without_accents(text),
        f" {text} ", f"{text}\xa0", f"{text} :", f"{text} *", text.replace(" ", "\n", 1),
    ])  # fmt: skip


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _cells(
    rng: random.Random, file: File, f: Field, cells: list[str], language: str, made: Strange,
    *, typed: bool,
) -> list[Any]:  # fmt: skip
    is_typed = typed and rng.random() < 0.6
    if f.type == "date":
        days = [dt.date.fromisoformat(cell) if cell else None for cell in cells]
        return list(days) if is_typed else _dates(rng, file, days, language, made, typed=typed)
    if f.type == "yearmonth":
        write = rng.choice(MONTHS)
        return [
            write(dt.date.fromisoformat(f"{cell}-01"), language) if cell else "" for cell in cells
        ]
    if f.type in ("integer", "year"):
        spell = rng.choice(NUMBERS if f.type == "integer" else NUMBERS[:1])
        return [(int(c) if is_typed else spell(int(c))) if c.isdigit() else c for c in cells]
    if f.type == "boolean":
        yes, no = (True, False) if is_typed else rng.choice(BOOLEANS)
        return [{"true": yes, "false": no}.get(cell, cell) for cell in cells]
    if f.country:
        how = rng.choice(
            ["alpha 3", "lower", "alpha 2", "name", "upper", "bare", "common", "mixed"]
        )
        return [_country(rng, cell, language, how) if cell else "" for cell in cells]
    if f.enum:
        how = rng.choice(["same", "title", "upper", "dashes", "words"])
        return [cell if f.name == "standard" else _word(cell, how, language) for cell in cells]
    return list(cells)


def _dates(
    rng: random.Random, file: File, days: list[dt.date | None], language: str, made: Strange,
    *, typed: bool,
) -> list[str]:  # fmt: skip
    # Which epoch a text of days counts from, a workbook does not say.
    style = rng.choice([name for name in DATES if not (typed and name == "Excel")])
    others = ["iso", "named", "year/"] if rng.random() < 0.15 else []
    used = [rng.choice([style, *others]) for _ in days]
    pairs = list(zip(days, used, strict=True))
    unclear = [d for d, name in pairs if d and _UNCLEAR.match(name)]
    if unclear and all(d.day <= 12 for d in unclear):
        made.may_ask.add(file.name)
    return [DATES[name](d, language) if d else "" for d, name in pairs]


def _country(rng: random.Random, code: str, language: str, how: str) -> str:
    if how == "mixed":
        how = rng.choice(["alpha 3", "alpha 2", "common", "name"])
    if how == "common" and code in WORDS["countries"]:
        return str(rng.choice(WORDS["countries"][code]))
    short = _ALPHA_2[code]
    name = str(_LOCALES[language].territories[short])
    return {"alpha 3": code, "lower": code.lower(), "alpha 2": short, "upper": name.upper(),
            "bare": _without_accents(name)}.get(how, name)  # fmt: skip


def _word(cell: str, how: str, language: str) -> str:
    if how == "words":
        return str(WORDS["words"].get(cell, {}).get(language, cell))
    return {"title": cell.replace("_", " ").capitalize(), "upper": cell.upper(),
            "dashes": cell.replace("_", "-")}.get(how, cell)  # fmt: skip


def _text(rng: random.Random, file: File, columns: Columns) -> bytes:
    delimiter = rng.choice([",", ";", ";", "\t", "|"])
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    trailing = delimiter * rng.choice([0, 0, 0, 0, 1, 2])
    width = len(columns)

    def line(cells: list[str]) -> str:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerow(cells)
        return out.getvalue().removesuffix("\r\n")

    header = line([name for name, _ in columns]) + trailing
    rows = [[str(cells[i]) for _, cells in columns] for i in range(len(columns[0][1]))]
    lines = [f"sep={delimiter}"] if rng.random() < 0.08 else []
    if rng.random() < 0.3:
        filler = delimiter * rng.choice([0, width - 1])
        lines += [
            line([t.format(file.title)]) + filler if t else filler for t in rng.choice(TITLES)
        ]
    lines.append(header)
    for number, row in enumerate(rows):
        if number and rng.random() < 0.01:
            lines.append(header)
        lines.append(line(row) + trailing)
        if rng.random() < 0.02:
            lines.append(rng.choice(["", delimiter * (width - 1), "   "]))
    if rng.random() < 0.3 and len(rows) > 1:
        total = rng.choice(TOTALS).format(len(rows))
        lines.append(line([total, *[""] * rng.choice([0, width - 1])]))
    lines += [""] * rng.choice([0, 0, 0, 2])
    end = rng.choice(["\r\n", "\n", "\r", "mixed"])
    text = "".join(part + (rng.choice(["\r\n", "\n"]) if end == "mixed" else end) for part in lines)
    return _encoded(rng, text.rstrip("\r\n") if rng.random() < 0.2 else text)


def _encoded(rng: random.Random, text: str) -> bytes:
    encoding = rng.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    if encoding == "cp1252":
        encoding = (
            "utf-8" if text.encode("cp1252", "replace").decode("cp1252") != text else encoding
        )
    mark = b"\xfe\xff" if encoding == "utf-16-be" and rng.random() < 0.5 else b""
    return mark + text.encode(encoding)


def _workbook(rng: random.Random, file: File, rows: Rows, language: str, made: Strange) -> bytes:
    columns = _columns(rng, file, rows, language, made, typed=True)
    out = io.BytesIO()
    since_1904 = rng.random() < 0.15
    with xlsxwriter.Workbook(out, {"date_1904": since_1904}) as book:
        if rng.random() < 0.2:
            book.add_worksheet("Cover").write_string(0, 0, "See the other sheet")
            sheet = book.add_worksheet(file.name[:31])
        else:
            sheet = book.add_worksheet(rng.choice(["Sheet1", "Feuil1", "Hoja1", "Tabelle1"]))
        shown = book.add_format({"num_format": rng.choice(["dd.mm.yyyy", "m/d/yyyy", "mmm-yy"])})
        top, left = rng.choice([0, 0, 2, 3]), rng.choice([0, 0, 1])
        if top:
            sheet.merge_range(0, 0, 0, len(columns), f"Register of {file.title}")
        for column, (header, cells) in enumerate(columns, start=left):
            sheet.write_string(top, column, header)
            for row, cell in enumerate(cells, start=top + 1):
                if isinstance(cell, bool):
                    sheet.write_boolean(row, column, cell)
                elif isinstance(cell, dt.date):
                    sheet.write_datetime(row, column, dt.datetime(*cell.timetuple()[:3]), shown)
                elif isinstance(cell, int) and rng.random() < 0.1:
                    sheet.write_formula(row, column, f"={cell}+0", None, cell)
                elif isinstance(cell, int):
                    sheet.write_number(row, column, cell)
                elif cell:
                    sheet.write_string(row, column, cell)
        if rng.random() < 0.25 and len(rows) > 1:
            below = top + 1 + len(rows) + rng.choice([0, 1])
            sheet.write_string(below, left, rng.choice(TOTALS).format(len(rows)))
    return out.getvalue()


def _pack(rng: random.Random, files: dict[str, bytes], made: Strange) -> None:
    how = rng.choice(["folder", "folder", "nested", "zip", "zip of a Mac", "zip in zip"])
    if how in ("folder", "nested"):
        for name, content in files.items():
            below = rng.choice(["2022", "Exports é", "a/b"]) if how == "nested" else ""
            path = made.source / below / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return
    made.source = made.source.with_suffix(".zip")
    if how == "zip in zip":
        names = sorted(files)
        inner = _zip({name: files[name] for name in names[1::2]}, "x/")
        files = {name: files[name] for name in names[::2]} | {"inner.zip": inner}
    if how == "zip of a Mac":
        files |= {f"__MACOSX/._{name}": b"\0\5\x16\7\0\2\0\0Mac OS X" for name in files}
        files = {unicodedata.normalize("NFD", name): content for name, content in files.items()}
    made.source.write_bytes(_zip(files, rng.choice(["", "Export été/2022/"])))


def _zip(files: dict[str, bytes], below: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(below + name, content)
    return out.getvalue()
