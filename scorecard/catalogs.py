"""The catalogs of translations: what is to be said, gathered from the code and the KPI files.

`python -m scorecard.catalogs` brings `locale/*/LC_MESSAGES/scorecard.po` to what the code says now
and makes the `.mo` files that the dashboard reads. What is new waits there for its translation.
"""

from __future__ import annotations

import ast
import datetime as dt
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from scorecard import catalogue, contract
from scorecard.catalogue import NOT_SPECIFIED
from scorecard.languages import DOMAIN, ENGLISH, FOLDER, LANGUAGES
from scorecard.meeting.names import in_english
from scorecard.plurals import noun
from scorecard.sample.compliance import SECTIONS
from scorecard.sample.world import world

ROOT = Path(__file__).parents[1]
_SAID = {
    "say": (0,),
    "to_say": (0,),
    "say_n": (0, 1),
    "to_say_n": (0, 1),
    "quantity": (1, 2),
    "say_in": (1,),
    "always": (0,),
    "numbered": (0, 1),
    "_counted": (1, 2),
}
"""Function -> which of its arguments are messages; the first of `say_in` is their context."""
_ALWAYS = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""Stands for the time of making, so that the same words make the same files."""
_KINDS = ("category", "kind", "tone", "stakeholder_type")
_HEADERS = ("title", "definition", "why", "limitation")


def extracted() -> Catalog:
    """All messages, in the order of the files that say them."""
    found = Catalog(domain=DOMAIN, fuzzy=False, creation_date=_ALWAYS)
    for folder in ("scorecard", "pages"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            for line, context, message in said_in(file.read_text(encoding="utf-8")):
                found.add(message, locations=[(name, line)], context=context)
    for name, message in _of_kpis():
        found.add(message, locations=[(name, 1)])
    for name, context, message in _of_registers():
        found.add(message, locations=[(name, 1)], context=context)
    return found


def _of_registers() -> Iterator[tuple[str, str, str]]:
    """What the registers call things in words that we know: titles, kinds, sections, regions.

    Others may come in files; those stay as they are written.
    """
    for file in contract.load().exports:
        yield file.name, "register", file.title
        for field in file.fields:
            yield file.name, "register", field.title
            if field.name in _KINDS:
                for word in field.enum:
                    yield file.name, "category", in_english(word)
    yield "complaints", "category", in_english("alleges_violation")
    for title, *_ in SECTIONS:
        yield "self_assessment_answers", "category", title
    for region in (*sorted(set(world().regions)), NOT_SPECIFIED):
        yield "regions", "region", region


def said_in(code: str) -> Iterator[tuple[int, str | None, str | tuple[str, str]]]:
    """What a module says: line, context and message; within f-strings too, unlike by tokens."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        places = _SAID.get(name)
        if places is None or len(node.args) <= places[-1]:
            continue
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        chosen = [node.args[place] for place in places]
        words = [arg.value for arg in chosen if isinstance(arg, ast.Constant)]
        if len(words) < len(places):
            continue  # It is made of what is marked elsewhere.
        context = str(texts[0]) if name == "say_in" else None
        one, *many = (str(word) for word in words)
        yield node.lineno, context, (one, many[0]) if many else one


def _of_kpis() -> Iterator[tuple[str, str | tuple[str, str]]]:
    """What the headers of the KPI files say to people, and their units for one and several."""
    for kpi in catalogue.load():
        name = f"kpis/{kpi.id}"
        for key in _HEADERS:
            yield name, str(getattr(kpi, key))
        yield name, kpi.owner
        if kpi.unit != "%":
            yield name, (noun(kpi.unit, 1), kpi.unit)


def path(language: str, kind: str = "po") -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.{kind}"


def read(language: str) -> Catalog:
    with path(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def compiled(catalog: Catalog) -> bytes:
    """The bytes of a `.mo` file."""
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def update() -> dict[str, int]:
    """Rewrites the catalogs; how many messages of each language wait for a translation."""
    waiting = {}
    template = extracted()
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        file = path(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        known = read(language) if file.exists() else Catalog(locale=language, domain=DOMAIN)
        known.update(template, no_fuzzy_matching=True, update_header_comment=False)
        known.obsolete.clear()
        known.fuzzy = False
        known.revision_date = _ALWAYS
        known.header_comment = f"# {LANGUAGES[language]}"
        with file.open("wb") as out:
            write_po(out, known, width=100, no_location=True, omit_header=False, sort_output=True)
        path(language, "mo").write_bytes(compiled(known))
        waiting[language] = sum(1 for message in known if message.id and not _is_said(message))
    return waiting


def _is_said(message: Any) -> bool:
    said = message.string
    return not message.fuzzy and (all(said) if isinstance(said, tuple) else bool(said))


if __name__ == "__main__":
    for language, count in update().items():
        print(f"{language}: {count} messages wait for a translation", file=sys.stderr)
