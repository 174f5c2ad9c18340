"""How others write what the contract asks for: headers, file names, words, dates, countries.

All of it is data, in `data/mapping.toml` beside the descriptors, and in further files of the same
form that are laid over it. What people say of a header besides is kept with the written state.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from scorecard import contract
from scorecard.contract import Field, File
from scorecard.intake.fold import folded, without_asides, words
from scorecard.refusal import Refusal

HOME = contract.ROOT / "data" / "mapping.toml"
LEAVE_OUT = "leave it out"
_WITH_OWN_WORD = 3
_MOST_SEEN = 100_000

Phrase = frozenset[str]


@dataclass(frozen=True)
class Candidate:
    """A column that a header may mean: 0 its very name, 1 its name written otherwise, 2 a phrase
    for it, 3 a phrase with the export's own word."""

    column: str
    near: int


@dataclass(frozen=True)
class Told:
    """What a person said that a header of an export means; an empty column: left out."""

    export: str
    header: str
    column: str


@dataclass(frozen=True)
class Spellings:
    """The tables of one or several mapping files, the later ones added to the earlier."""

    toml: Mapping[str, Any]

    @cached_property
    def _concepts(self) -> dict[str, str]:
        return {word: concept for concept, all_ in self.toml["words"].items() for word in all_}

    @cached_property
    def _stop(self) -> frozenset[str]:
        return frozenset(self.toml["stop"])

    def with_headers(self, told: Iterable[Told]) -> Spellings:
        """These spellings with headers that people have matched, which count before all others."""
        more = [{"export": t.export, "header": t.header, "column": t.column} for t in told]
        return Spellings(_laid_over(self.toml, {"headers": more})) if more else self

    def phrase(self, text: str) -> Phrase:
        """What a header says, whatever its language, order and small words."""
        said = [self._concepts.get(word, word) for word in words(text) if word not in self._stop]
        return frozenset(said or words(text))

    @cached_property
    def _learned(self) -> dict[tuple[str, str], str]:
        return {
            (entry["export"], folded(entry["header"])): entry["column"]
            for entry in self.toml.get("headers", ())
        }

    @cached_property
    def _phrases(self) -> dict[str, dict[Phrase, list[Candidate]]]:
        return {file.name: self._phrases_of(file) for file in contract.load().exports}

    def _phrases_of(self, file: File) -> dict[Phrase, list[Candidate]]:
        found: dict[Phrase, list[Candidate]] = {}

        def add(phrase: Phrase, column: str, near: int) -> None:
            there = found.setdefault(phrase, [])
            if phrase and all(known.column != column for known in there):
                there.append(Candidate(column, near))

        own = self.toml["exports"].get(file.name, {})
        entity = own.get("own", "")
        for near in (2, _WITH_OWN_WORD):
            for f in file.fields:
                texts = [f.name, f.title, *own.get(f.name, ())]
                texts += self.toml["columns"].get(f.name, ())
                for phrase in self._variants(f, [self.phrase(text) for text in texts]):
                    add(phrase | {entity} if near == _WITH_OWN_WORD else phrase, f.name, near)
        return found

    @staticmethod
    def _variants(f: Field, phrases: Iterable[Phrase]) -> Iterable[Phrase]:
        """A column of dates may say so in its header, or leave it."""
        for phrase in phrases:
            yield phrase
            if f.type == "date":
                yield phrase | {"date"}
                yield phrase - {"date"}

    @cached_property
    def _seen(self) -> dict[tuple[str, str], tuple[Candidate, ...]]:
        return {}

    def candidates(self, file: File, header: str) -> tuple[Candidate, ...]:
        """The columns of an export that a header may mean.

        A header that a person left out has one candidate without a name.
        """
        key = (file.name, header)
        if key not in self._seen and len(self._seen) < _MOST_SEEN:
            self._seen[key] = self._candidates(file, header)
        return self._seen[key] if key in self._seen else self._candidates(file, header)

    def _candidates(self, file: File, header: str) -> tuple[Candidate, ...]:
        if any(header == f.name for f in file.fields):
            return (Candidate(header, 0),)
        for text in (header, without_asides(header)):
            learned = self._learned.get((file.name, folded(text)))
            if learned is not None:
                return (Candidate(learned, 0),)
            exact = [f.name for f in file.fields if folded(f.name) == folded(text)]
            if exact:
                return (Candidate(exact[0], 1),)
            there = self._phrases[file.name].get(self.phrase(text), [])
            if there:
                plain = tuple(c for c in there if c.near < _WITH_OWN_WORD)
                return plain or tuple(there)
        return ()

    @cached_property
    def _files(self) -> dict[str, str]:
        names = {
            self._plain_name(alias): export
            for export, entry in self.toml["exports"].items()
            for alias in (export, *entry.get("files", ()))
        }
        return names | {folded(file.name): file.name for file in contract.load().exports}

    def _plain_name(self, stem: str) -> str:
        """The name of a file without years, numbers and what stands beside any name."""
        chaff = self.toml["file_names"]["chaff"]
        bare = (word.strip("0123456789") for word in words(stem))
        return "".join(word for word in bare if word and word not in chaff)

    def export_named(self, stem: str) -> str | None:
        """The export that a file or sheet is named after, such as `Membres 2022`."""
        # `ICoCA_Members` has a hump that is no seam between words, `BoardTerms` one that is.
        said = (self._files.get(self._plain_name(text)) for text in (stem, stem.casefold()))
        return self._files.get(folded(stem)) or next((name for name in said if name), None)

    @cached_property
    def stated_date_names(self) -> frozenset[str]:
        return frozenset(folded(name) for name in self.toml["exported_on"]["files"])

    def values_of(self, allowed: Sequence[str]) -> dict[str, str]:
        """Folded spellings of the enumerated words, those left out that two words claim."""
        claims: dict[str, set[str]] = {}
        for word in allowed:
            for spelling in (word, *self.toml["values"].get(word, ())):
                claims.setdefault(folded(spelling), set()).add(word)
        own = {folded(word): word for word in allowed}
        return {text: min(by) for text, by in claims.items() if len(by) == 1} | own

    @cached_property
    def booleans(self) -> dict[str, str]:
        return {
            folded(spelling): said
            for said in ("true", "false")
            for spelling in self.toml["booleans"][said]
        }

    @cached_property
    def crosses(self) -> frozenset[str]:
        return frozenset(folded(sign) for sign in self.toml["booleans"]["cross"])

    @cached_property
    def blanks(self) -> frozenset[str]:
        """Words for nothing, in lower case; their signs matter."""
        return frozenset(word.casefold() for word in self.toml["blanks"]["words"])

    @cached_property
    def months(self) -> dict[str, int]:
        return {
            folded(name): int(number)
            for number, names in self.toml["months"].items()
            for name in names
        }

    @cached_property
    def weekdays(self) -> frozenset[str]:
        return frozenset(folded(name) for name in self.toml["weekdays"]["names"])

    @cached_property
    def totals(self) -> tuple[tuple[str, ...], ...]:
        return tuple(words(text) for text in self.toml["totals"]["words"])

    def date_formats(self, export: str, column: str) -> frozenset[str]:
        dates = self.toml["dates"]
        own = dates.get("columns", {}).get(f"{export}.{column}")
        return frozenset(own if own is not None else dates["formats"])

    @property
    def last_short_year(self) -> int:
        return int(self.toml["dates"]["last_short_year"])


def load(*more: Path) -> Spellings:
    """The project's mapping with others laid over it. Raises Refusal where one cannot be read."""
    whole: dict[str, Any] = {}
    for path in (HOME, *more):
        try:
            read = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise Refusal(f"the mapping {path.name} cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Refusal(f"the mapping {path.name} is no TOML: {error}") from error
        whole = _laid_over(whole, read)
    return Spellings(whole)


def _laid_over(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are joined, lists appended, single values replaced."""
    whole = dict(base)
    for key, value in more.items():
        there = whole.get(key)
        if isinstance(there, dict) and isinstance(value, dict):
            whole[key] = _laid_over(there, value)
        elif isinstance(there, list) and isinstance(value, list):
            whole[key] = [*there, *value]
        else:
            whole[key] = value
    return whole
