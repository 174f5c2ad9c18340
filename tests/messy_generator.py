"""Makes canonical exports messy, as programs and people on many machines would write them.

Every choice comes from the generator of chance that is given, so that a seed names a set. What a
cell cannot say in a chosen dialect, such as an ambiguous date, is what `asked` names.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pycountry
from babel import Locale

from scorecard import contract
from scorecard.contract import Field, File

Row = list[str]
Table = tuple[list[str], list[Row]]

ENCODINGS = (
    "utf-8", "utf-8", "utf-8-sig", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252",
    "cp1252", "bare utf-16-le", "bare utf-16-be",
)  # fmt: skip
DELIMITERS = (",", ";", ";", "\t", "|")
DATES: dict[str, Callable[[dt.date], str]] = {
    "iso": lambda d: d.isoformat(),
    "dots": lambda d: f"{d.day:02d}.{d.month:02d}.{d.year}",
    "short dots": lambda d: f"{d.day}.{d.month}.{d.year}",
    "slashes": lambda d: f"{d.day:02d}/{d.month:02d}/{d.year}",
    "american": lambda d: f"{d.month:02d}/{d.day:02d}/{d.year}",
    "bare american": lambda d: f"{d.month}/{d.day}/{d.year}",
    "dashes": lambda d: f"{d.day:02d}-{d.month:02d}-{d.year}",
    "year first": lambda d: f"{d.year}/{d.month:02d}/{d.day:02d}",
    "english": lambda d: f"{d.day} {_EN[d.month - 1][:3]} {d.year}",
    "long english": lambda d: f"{_EN[d.month - 1]} {d.day}, {d.year}",
    "hyphenated": lambda d: f"{d.day:02d}-{_EN[d.month - 1][:3]}-{d.year}",
    "french": lambda d: f"{'1er' if d.day == 1 else d.day} {_FR[d.month - 1]} {d.year}",
    "spanish": lambda d: f"{d.day} de {_ES[d.month - 1]} de {d.year}",
    "iso with time": lambda d: f"{d.isoformat()}T00:00:00",
    "time": lambda d: f"{d.isoformat()} 00:00:00",
    "compact": lambda d: f"{d:%Y%m%d}",
}
AMBIGUOUS = {"slashes", "american", "bare american", "dashes"}
_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_ES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
MONTHS: dict[str, Callable[[dt.date], str]] = {
    "iso": lambda d: f"{d:%Y-%m}",
    "slash": lambda d: f"{d:%m/%Y}",
    "dot": lambda d: f"{d:%m.%Y}",
    "english": lambda d: f"{_EN[d.month - 1][:3]} {d.year}",
    "french": lambda d: f"{_FR[d.month - 1]} {d.year}",
    "year first": lambda d: f"{d:%Y/%m}",
    "whole day": lambda d: d.isoformat(),
    "whole dots": lambda d: f"{d:%d.%m.%Y}",
}
NUMBERS = ("plain", "'", "’", "\u00a0", "\u202f", " ", ",", ".", ".0", ",00")
BOOLEANS = (
    ("true", "false"), ("TRUE", "FALSE"), ("yes", "no"), ("Yes", "No"), ("Y", "N"), ("oui", "non"),
    ("Oui", "Non"), ("sí", "no"), ("vrai", "faux"), ("VRAI", "FAUX"), ("1", "0"), ("S", "N"),
    ("verdadero", "falso"), ("O", "N"),
)  # fmt: skip
_PHRASES: dict[str, tuple[str, ...]] = {
    "org_id": ("Organisation ID", "Org. ID", "Member ID", "ID organisation", "Organization Id",
               "Identifiant de l'organisation", "ID de la organización", "Membre n°"),
    "name": ("Name", "Nom", "Nombre", "Organisation name"),
    "pillar": ("Pilier", "Pilar"),
    "country": ("Country", "Pays", "País", "Country code", "Code pays", "COUNTRY"),
    "category": ("Catégorie", "Categoría"),
    "start_on": ("Start date", "Date de début", "Fecha de inicio", "Début", "Start"),
    "end_on": ("End date", "Date de fin", "Fecha de fin", "Fin", "End"),
    "end_reason": ("Reason for leaving", "Motif de fin", "Motivo de fin"),
    "standard": ("Norme", "Norma", "Standard"),
    "certified_on": ("Certification date", "Date de certification", "Fecha de certificación"),
    "expires_on": ("Expiry date", "Date d'expiration", "Fecha de vencimiento", "Expires"),
    "withdrawn_on": ("Withdrawal date", "Date de retrait", "Fecha de retiro"),
    "cycle": ("Year", "Année", "Año", "Ciclo"),
    "opened_on": ("Date opened", "Date d'ouverture", "Fecha de apertura"),
    "due_on": ("Due date", "Date limite", "Échéance", "Fecha límite"),
    "submitted_on": ("Date submitted", "Date de soumission", "Fecha de presentación"),
    "section": ("Sección", "Chapitre"),
    "indicator": ("Indicateur", "Indicador"),
    "answer": ("Réponse", "Respuesta", "Response"),
    "mission_id": ("Mission ID", "ID mission", "ID de la misión"),
    "kind": ("Type", "Tipo"),
    "source": ("Origine", "Fuente"),
    "closed_on": ("Date closed", "Date de clôture", "Fecha de cierre"),
    "received_on": ("Date received", "Date de réception", "Fecha de recepción"),
    "alleges_violation": ("Alleged violation", "Violation alléguée", "Violación alegada"),
    "title": ("Titre", "Título"),
    "topic": ("Thème", "Tema"),
    "mode": ("Modalité", "Modalidad"),
    "held_on": ("Date", "Date held", "Fecha"),
    "participants": ("Number of participants", "Nombre de participants", "Participantes"),
    "stakeholder_type": ("Type of stakeholder", "Type de partie prenante",
                         "Tipo de parte interesada"),
    "stage": ("Étape", "Etapa"),
    "published_on": ("Publication date", "Date de publication", "Fecha de publicación"),
    "outlet": ("Média", "Medio"),
    "language": ("Langue", "Idioma"),
    "tone": ("Ton", "Tono"),
    "url": ("URL", "Link", "Lien", "Enlace"),
    "month": ("Mois", "Mes"),
    "visits": ("Visites", "Visitas", "Number of visits"),
    "downloads": ("Téléchargements", "Descargas"),
    "issuer": ("Émetteur", "Emisor"),
    "in_force_on": ("In force since", "Date d'entrée en vigueur", "Fecha de entrada en vigor"),
    "ended_on": ("End date", "Date de fin"),
    "seat_id": ("Seat", "Siège", "Asiento"),
}  # fmt: skip
_FILES = {
    "organisations": ("Organizations", "Organisations", "organizaciones"),
    "memberships": ("members", "Membres", "Miembros", "Membership"),
    "certifications": ("Certificats", "certificates", "Certificaciones"),
    "complaints": ("Plaintes", "Quejas"),
    "trainings": ("Formations", "formaciones"),
    "events": ("Événements", "Eventos"),
    "media_mentions": ("Mentions médias", "media"),
}
_WORDS = {
    "company": ("société", "empresa", "Entreprise"),
    "civil_society": ("société civile", "sociedad civil", "CSO", "NGO"),
    "government": ("gouvernement", "gobierno"),
    "other": ("autre", "otro"),
    "member": ("membre", "miembro"),
    "met": ("atteint", "cumplido"),
    "not_met": ("non atteint", "no cumplido"),
    "online": ("en ligne", "en línea"),
    "in_person": ("en personne", "presencial"),
    "positive": ("positif", "positivo"),
    "negative": ("négatif", "negativo"),
    "neutral": ("neutre", "neutro"),
}


@dataclass
class Messy:
    """What was made: a folder or ZIP, and the columns about which a person must be asked."""

    source: Path
    asked: set[tuple[str, str]] = field(default_factory=set)
    """Export and canonical column."""


def read_canonical(path: Path) -> Table:
    """The cells of a canonical file, blanks at their edges left out; rows that fit only."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if "".join(row).strip()] or [[]]
    return header, [[cell.strip() for cell in row] for row in rows]


def make(rng: random.Random, exports: Path, folder: Path) -> Messy:
    """Writes a messy copy of the exports below `folder`."""
    source = folder / "arrived"
    source.mkdir(parents=True)
    messy = Messy(source)
    files = {file.name: file for file in contract.load().exports}
    for path in sorted(exports.glob("*.csv")):
        header, rows = read_canonical(path)
        if path.stem in files and header:
            _spoil(rng, files[path.stem], header, rows, messy)
    stated = exports / "exported_on.txt"
    if stated.is_file():
        day = dt.date.fromisoformat(stated.read_text(encoding="utf-8-sig").strip())
        style = rng.choice([s for s in DATES if s not in AMBIGUOUS])
        (source / "exported_on.txt").write_bytes(f"{DATES[style](day)}\r\n".encode("utf-8-sig"))
    if rng.random() < 0.3:
        messy.source = folder / "arrived.zip"
        with zipfile.ZipFile(messy.source, "w", zipfile.ZIP_DEFLATED) as archive:
            below = rng.choice(["", "Export CRM/"])
            for path in source.iterdir():
                archive.write(path, below + path.name)
    return messy


def _spoil(rng: random.Random, file: File, header: list[str], rows: list[Row], m: Messy) -> None:
    fields = {f.name: f for f in file.fields}
    order = list(range(len(header)))
    if rng.random() < 0.3:
        rng.shuffle(order)
    header = [header[i] for i in order]
    rows = [[row[i] for i in order] for row in rows if len(row) == len(order)]
    parts = [rows]
    if len(rows) > 3 and rng.random() < 0.25 and _no_twins(rows):
        cut = rng.randrange(1, len(rows))
        parts = [rows[:cut], rows[cut:]]
    stem = rng.choice([file.name, file.name.upper(), file.name.replace("_", " ").title(),
                       *_FILES.get(file.name, ())])  # fmt: skip
    for number, part in enumerate(parts):
        workbook = rng.random() < 0.2 and all(_fits_a_workbook(row) for row in part)
        columns = [
            _column(rng, file, fields[name], [row[i] for row in part], m, workbook=workbook)
            for i, name in enumerate(header)
        ]
        named = [_header(rng, name) for name in header]
        if len(set(named)) < len(named):
            named = header
        table = [list(cells) for cells in zip(*columns, strict=True)]
        year = f"{rng.choice('_ -')}{2021 + number}" if len(parts) > 1 else ""
        name = f"{stem}{year}"
        if workbook:
            _write_workbook(rng, m.source / f"{name}.xlsx", named, table, file)
        else:
            plain = [[str(cell) for cell in row] for row in table]
            _write_text(rng, m.source / f"{name}.{rng.choice(['csv', 'CSV', 'txt'])}", named, plain)


def _no_twins(rows: list[Row]) -> bool:
    return len({tuple(row) for row in rows}) == len(rows)


def _fits_a_workbook(row: Row) -> bool:
    return all(c.isprintable() or c == "\n" for cell in row for c in cell) and not any(
        cell.startswith("=") for cell in row
    )


def _header(rng: random.Random, name: str) -> str:
    plain = [
        name, name.upper(), name.replace("_", " ").title(), name.replace("_", " ").capitalize(),
        name.replace("_", "-"), f" {name} ", "".join(w.title() for w in name.split("_")),
    ]  # fmt: skip
    return rng.choice(plain if rng.random() < 0.5 else [*_PHRASES.get(name, plain)])


def _column(
    rng: random.Random, file: File, f: Field, cells: list[str], m: Messy, *, workbook: bool
) -> list[object]:
    if f.type == "date":
        return _dates(rng, file, f, cells, m, workbook=workbook)
    if f.type == "yearmonth":
        style = MONTHS[rng.choice(list(MONTHS))]
        return [style(dt.date.fromisoformat(f"{cell}-01")) if cell else "" for cell in cells]
    if f.type == "integer":
        if workbook and rng.random() < 0.7:
            return [int(cell) if cell else None for cell in cells]
        return list(_numbers(rng.choice(NUMBERS), cells))
    if f.type == "boolean":
        yes, no = rng.choice(BOOLEANS)
        if workbook and rng.random() < 0.5:
            return [{"true": True, "false": False}.get(cell, "") for cell in cells]
        return [{"true": yes, "false": no}.get(cell, cell) for cell in cells]
    if f.country:
        return list(_countries(rng, cells))
    if f.enum:
        style = rng.choice(["plain", "title", "upper", "spaces", "words", "hyphens"])
        return [_word(rng, style, cell) for cell in cells]
    return list(cells)


def _dates(
    rng: random.Random, file: File, f: Field, cells: list[str], m: Messy, *, workbook: bool
) -> list[object]:
    days = [dt.date.fromisoformat(cell) if cell else None for cell in cells]
    if workbook and rng.random() < 0.7:
        return [dt.datetime(d.year, d.month, d.day) if d else None for d in days]
    styles = [rng.choice(list(DATES))]
    if rng.random() < 0.2:
        styles.append(rng.choice([s for s in DATES if s not in AMBIGUOUS]))
    used = [rng.choice(styles) for _ in days]
    unclear = [
        d for d, style in zip(days, used, strict=True)
        if d and style in AMBIGUOUS and d.day <= 12 and d.day != d.month
    ]  # fmt: skip
    proof = any(
        d and style in AMBIGUOUS and d.day > 12 for d, style in zip(days, used, strict=True)
    )
    if unclear and not proof:
        m.asked.add((file.name, f.name))
    return [DATES[style](d) if d else "" for d, style in zip(days, used, strict=True)]


def _numbers(style: str, cells: list[str]) -> Iterator[str]:
    # A dot or comma before three noughts could stand before decimals: it is not written so.
    unclear = style in ",." and any(len(c) > 3 and c.isdigit() and c.endswith("000") for c in cells)
    for cell in cells:
        if not cell.isdigit() or (len(cell) > 1 and cell[0] == "0") or style == "plain" or unclear:
            yield cell
        elif style in (".0", ",00"):
            yield cell + style
        else:
            yield f"{int(cell):,}".replace(",", style)


def _countries(rng: random.Random, cells: list[str]) -> Iterator[str]:
    style = rng.choice(["alpha_3", "lower", "alpha_2", "name", "en", "fr", "es", "mixed"])
    for cell in cells:
        country = pycountry.countries.get(alpha_3=cell)
        one = (
            rng.choice(["alpha_3", "alpha_2", "name", "en", "fr", "es"])
            if style == "mixed"
            else style
        )
        if country is None or one == "alpha_3":
            yield cell
        elif one == "lower":
            yield cell.lower()
        elif one in ("alpha_2", "name"):
            yield str(getattr(country, one))
        else:
            yield str(Locale(one).territories[country.alpha_2])


def _word(rng: random.Random, style: str, cell: str) -> str:
    if style == "words" and cell in _WORDS:
        return rng.choice(_WORDS[cell])
    return {
        "title": cell.replace("_", " ").title(),
        "upper": cell.upper(),
        "spaces": cell.replace("_", " "),
        "hyphens": cell.replace("_", "-"),
    }.get(style, cell)


def _write_text(rng: random.Random, path: Path, header: list[str], rows: list[Row]) -> None:
    delimiter = rng.choice(DELIMITERS)
    end = rng.choice(["\n", "\r\n", "\r\n", "\r"])
    if any("\r" in cell for row in rows for cell in row):
        end = "\n"
    quoting = csv.QUOTE_ALL if rng.random() < 0.3 else csv.QUOTE_MINIMAL
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    trailing = [""] * rng.choice([0, 0, 0, 1, 2])
    if rng.random() < 0.2:
        out.write(rng.choice(["Export CRM", "Membership register; printed 3 March"]) + end)
        out.write(rng.choice(["", end]))
    # Only some programs write the separators behind the header too.
    writer.writerow([*header, *(trailing if rng.random() < 0.7 else [])])
    for row in rows:
        if quoting == csv.QUOTE_MINIMAL and any("\r" in c or "\n" in c for c in row):
            careful = csv.writer(
                out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL
            )
            careful.writerow([*row, *trailing])
        else:
            writer.writerow([*row, *trailing])
        if rng.random() < 0.02:
            out.write(rng.choice([end, delimiter * (len(header) - 1) + end]))
    if rng.random() < 0.2 and len(header) > 2:
        out.write(f"Total{delimiter * (len(header) - 1)}{len(rows)}{end}")
    text = out.getvalue()
    encoding = rng.choice(ENCODINGS)
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        encoding = "utf-8" if encoding == "cp1252" else encoding
    if encoding.startswith("bare "):
        if sum(c.isascii() for c in text) < 0.9 * len(text) or len(text) < 8:
            encoding = "utf-16"
        path.write_bytes(text.encode(encoding.removeprefix("bare ")))
    elif encoding in ("utf-16-le", "utf-16-be"):
        mark = codecs.BOM_UTF16_LE if encoding.endswith("le") else codecs.BOM_UTF16_BE
        path.write_bytes(mark + text.encode(encoding))
    else:
        path.write_bytes(text.encode(encoding))


def _write_workbook(
    rng: random.Random, path: Path, header: list[str], rows: list[list[object]], file: File
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = rng.choice(["Sheet1", "Feuil1", file.name[:31]])
    if rng.random() < 0.2:
        sheet.append(["Extract of the register"])
        sheet.append([])
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    if rng.random() < 0.2:
        other = book.create_sheet("Notes", 0 if sheet.title == file.name else None)
        other.append(["Nothing of use"])
    book.save(path)
