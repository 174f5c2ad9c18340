"""Where the table begins in a file, what separates its columns, and which column is which."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scorecard import contract
from scorecard.contract import File
from scorecard.intake import records
from scorecard.intake.content import could_be
from scorecard.intake.fold import folded
from scorecard.intake.mapping import LEAVE_OUT, Candidate, Spellings
from scorecard.intake.report import Notes, counted

Answers = Callable[[str | None], Sequence[str]]
"""What was answered about a column, by its header; None is the file itself."""

DELIMITERS = (",", ";", "\t", "|")
NONE_OF_THEM = "none of them"
_HEAD_LINES = 400
_HEAD_RECORDS = 60
_HEAD_LETTERS = 1 << 18


@dataclass(frozen=True)
class Layout:
    """A table found in a file."""

    file: File
    delimiter: str
    line: int
    """The line on which the header begins."""
    header: tuple[str, ...]
    above: tuple[tuple[int, str], ...]
    """Lines above the header that hold something."""
    sample: tuple[tuple[str, ...], ...]
    """Some records below the header."""

    def below(self, place: int) -> list[str]:
        """The cells below a header, as far as the sample goes."""
        return [cells[place] for cells in self.sample if place < len(cells)]


@dataclass(frozen=True)
class Row:
    """One record of the head of a file."""

    line: int
    cells: tuple[str, ...]


def of_text(path: Path) -> dict[str, list[Row]]:
    """The first records of a UTF-8 file, as each delimiter would have them."""
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        lines = list(itertools.islice(_limited(file), _HEAD_LINES))
    found = {}
    for delimiter in DELIMITERS:
        read = records.read(lines, delimiter, lambda _: True)
        found[delimiter] = list(_first(Row(r.line, tuple(r.fields)) for r in read if r.fields))
    return found


def _first(rows: Iterable[Row]) -> Iterator[Row]:
    """Some rows of several cells, and the lines of a long preface before them."""
    left = _HEAD_RECORDS
    for row in rows:
        yield row
        left -= len(row.cells) > 1
        if not left:
            return


def _limited(file: Iterable[str]) -> Iterable[str]:
    left = _HEAD_LETTERS
    for line in file:
        yield line
        left -= len(line)
        if left < 0:
            return


@dataclass(frozen=True)
class _Guess:
    """One way to read a file, and how well its header fits an export."""

    file: File
    delimiter: str
    place: int
    matched: int
    indispensable: int
    strange: int
    is_named: bool

    @property
    def fits(self) -> bool:
        return self.indispensable == len(self.file.indispensable)

    @property
    def merit(self) -> tuple[float, int]:
        points = self.matched + 0.5 * self.fits + self.is_named - 0.1 * self.strange
        return points, -self.place


def recognise(
    heads: Mapping[str, Sequence[Row]],
    named: str | None,
    spellings: Spellings,
    notes: Notes,
    answer: Sequence[str],
) -> Layout | None:
    """The table in a file, whose name says that it is `named`; None where there is none.

    What was decided is in the notes; so is the question, where the export cannot be told.
    """
    exports = contract.load().exports
    told = next((file.name for file in exports if file.name in answer), None)
    if NONE_OF_THEM in answer:
        notes.find("unknown_file", "is none of the exports, as was answered; it was left out")
        return None
    guesses = [
        guess
        for delimiter, rows in heads.items()
        for place, row in enumerate(rows)
        if len(row.cells) > 1
        for file in exports
        if (told is None or file.name == told)
        if (guess := _guess(file, delimiter, place, row, named, spellings)).matched
    ]
    best = max(guesses, key=lambda guess: guess.merit, default=None)
    if best is None or (best.matched < 2 and not (best.is_named or told)):
        return _without_header(heads, told or named, notes)
    if not (best.fits or best.is_named or told):
        likely = best.matched >= 3 and best.indispensable >= 0.6 * len(best.file.indispensable)
        if not likely:
            notes.find("unknown_file", "is none of the exports by its name or its header")
            return None
        ranked = sorted(guesses, key=lambda guess: guess.merit, reverse=True)
        choices = dict.fromkeys(guess.file.name for guess in ranked)
        notes.ask(
            None,
            f"Which export is {notes.file}? Its header looks like {best.file.name}.",
            (*list(choices)[:4], NONE_OF_THEM),
        )
        return None
    rows = heads[best.delimiter]
    header = rows[best.place]
    notes.export = best.file.name
    if named and named != best.file.name:
        notes.did(f"Named like {named}, but its header is that of {best.file.name}.")
    return Layout(
        best.file,
        best.delimiter,
        header.line,
        header.cells,
        tuple((row.line, best.delimiter.join(row.cells)) for row in rows[: best.place]),
        tuple(row.cells for row in rows[best.place + 1 :]),
    )


def _guess(
    file: File, delimiter: str, place: int, row: Row, named: str | None, spellings: Spellings
) -> _Guess:
    cells = [cell.strip() for cell in row.cells[:2_000]]
    claimed = {c.column for cell in cells if cell for c in spellings.candidates(file, cell)[:1]}
    claimed.discard("")
    filled = sum(bool(cell) for cell in cells)
    return _Guess(
        file, delimiter, place, len(claimed), len(claimed & file.indispensable),
        filled - len(claimed), file.name == named,
    )  # fmt: skip


def _without_header(
    heads: Mapping[str, Sequence[Row]], named: str | None, notes: Notes
) -> Layout | None:
    """A file that is an export by its name alone: its first record of several cells is taken for
    the header, so that a person is asked about each."""
    if named is None:
        notes.find("unknown_file", "is none of the exports by its name or its header")
        return None
    file = contract.load()[named]
    notes.export = named
    for delimiter, rows in sorted(
        heads.items(), key=lambda head: -max((len(row.cells) for row in head[1]), default=0)
    ):
        for place, row in enumerate(rows):
            if len(row.cells) > 1:
                above = tuple((r.line, delimiter.join(r.cells)) for r in rows[:place])
                sample = tuple(r.cells for r in rows[place + 1 :])
                return Layout(file, delimiter, row.line, row.cells, above, sample)
    notes.find("structure", "holds no table: no line has more than one column", severity="error")
    return None


def match(layout: Layout, spellings: Spellings, notes: Notes, answers: Answers) -> dict[str, int]:
    """The place of each column of the contract; what cannot be told is asked.

    `answers` holds what was answered to questions about a header.
    """
    file, header = layout.file, [cell.strip() for cell in layout.header]
    names = [f.name for f in file.fields]
    places: dict[str, int] = {}
    open_: dict[int, tuple[Candidate, ...]] = {}
    left_out: set[int] = set()
    for place, text in enumerate(header):
        told = next((a for a in answers(text) if a in (*names, LEAVE_OUT)), None)
        candidates = spellings.candidates(file, text) if text else ()
        if told == LEAVE_OUT or candidates[:1] == (Candidate("", 0),):
            left_out.add(place)
        elif told:
            places.setdefault(told, place)
        elif candidates:
            open_[place] = candidates
    for near in (0, 1):
        for place, candidates in list(open_.items()):
            if candidates[0].near == near:
                # Of two columns with one name the first counts, as the contract has it.
                places.setdefault(candidates[0].column, place)
                del open_[place]
    by_name = {f.name: f for f in file.fields}

    def holds(place: int, column: str) -> bool:
        return could_be(by_name[column], file.name, layout.below(place), spellings)

    doubtful = _eliminate(open_, places, holds)
    for place in doubtful:
        choices = tuple(c.column for c in open_[place] if c.column not in places)
        notes.ask(
            header[place],
            f"Which column of {file.name} is {header[place]!r}?",
            (*choices, LEAVE_OUT),
        )
    taken = set(places.values()) | set(doubtful)
    unknown = {p: text for p, text in enumerate(header) if text and p not in taken}
    meant = _meant(layout, [p for p in unknown if p not in left_out], places, spellings)
    for place, text in unknown.items():
        if place in left_out or not meant[place]:
            why = "was left out, as was answered" if place in left_out else "is not in the contract"
            why = "stands twice in the header" if text in names and place not in left_out else why
            notes.find("extra_column", f"{why}; it was left out", line=layout.line, column=text)
        else:
            notes.find(
                "unknown_column", "is no header that is known", line=layout.line, column=text,
                severity="error",
            )  # fmt: skip
            notes.ask(
                text,
                f"Which column of {file.name} is {text!r}?",
                (*_nearest(text, meant[place], spellings), LEAVE_OUT),
            )
    renamed = [
        f"{header[place]!r} is {name}" for name, place in places.items() if header[place] != name
    ]
    if renamed:
        notes.did("Headers: " + ", ".join(renamed) + ".")
    if layout.above:
        for line, text in layout.above:
            notes.find("left_out", "stands above the header", line=line, value=text)
        notes.did(f"{counted(len(layout.above), 'line')} above the header left out.")
    return places


def _meant(
    layout: Layout, unknown: Sequence[int], places: Mapping[str, int], spellings: Spellings
) -> dict[int, list[str]]:
    """The columns that are missing and that each unknown header could mean by what stands below.

    For a column that no row can do without, any header is better than none.
    """
    missing = [f for f in layout.file.fields if f.name not in places]
    meant: dict[int, list[str]] = {place: [] for place in unknown}
    for f in missing:
        likely = [p for p in unknown if could_be(f, layout.file.name, layout.below(p), spellings)]
        if not likely and f.name in layout.file.indispensable:
            likely = list(unknown)
        for place in likely:
            meant[place].append(f.name)
    return meant


def _eliminate(
    open_: Mapping[int, tuple[Candidate, ...]],
    places: dict[str, int],
    holds: Callable[[int, str], bool],
) -> list[int]:
    """Gives each header the only column left for it; returns those with several or a rival.

    Of rivals, one counts only if what stands below it could be the column: beside a country, a
    place is a town.
    """
    while True:
        left = {
            place: [c for c in candidates if c.column not in places]
            for place, candidates in open_.items()
            if place not in places.values()
        }
        wanted: dict[str, list[int]] = {}
        for place, candidates in left.items():
            if len(candidates) == 1:
                wanted.setdefault(candidates[0].column, []).append(place)
        for column, rivals in wanted.items():
            if len(rivals) > 1:
                likely = [place for place in rivals if holds(place, column)]
                wanted[column] = likely or rivals
        sure = {column: rivals[0] for column, rivals in wanted.items() if len(rivals) == 1}
        if not sure:
            return [place for place, candidates in left.items() if candidates]
        places.update(sure)


def _nearest(text: str, missing: Sequence[str], spellings: Spellings) -> list[str]:
    """Missing columns, the likeliest first."""
    said = spellings.phrase(text)

    def distance(name: str) -> tuple[int, float]:
        shared = len(said & spellings.phrase(name))
        like = difflib.SequenceMatcher(None, folded(text), folded(name)).ratio()
        return -shared, -like

    return sorted(missing, key=distance)
