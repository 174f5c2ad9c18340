"""The rows of a table as a CSV file that DuckDB reads without a doubt: one width, no header.

Two ways lead there. A survey of the bytes finds where each record ends and how many fields it has;
where the quotes are well formed, only the records that do not fit are looked at one by one, and
the rest stays where it is. Any other file goes through `records`, which is slower and takes all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scorecard import files
from scorecard.intake import records
from scorecard.intake.letters import CHUNK
from scorecard.intake.report import counted
from scorecard.intake.runs import Numbers, Runs, merged
from scorecard.intake.sieve import TAIL, LeftOut, Ragged, Shape, Sieve

# Surveyed in pieces whose arrays stay near the processor: larger ones take twice as long.
PIECE = 1 << 20
_LF, _CR, _QUOTE, _SPACE = 10, 13, 34, 32
_MOST_ODD = 200_000
_BLANKS = tuple((blank, blank.encode()) for blank in files.BLANKS if blank not in "\r\n")
_MARK = "\ufeff".encode()


@dataclass(frozen=True)
class Body:
    """Rows that can be read at once, and the records beside them that fit no column."""

    path: Path
    delimiter: str
    skip: int
    """Lines before the first row."""
    width: int
    quoted: bool
    blanks: str
    """The blanks that stand at the edge of a cell somewhere."""
    breaks: bool
    """Whether a cell may hold a line break written as CR LF."""
    inner: bool
    """Whether a cell may hold a line break at all."""
    crlf: bool
    longest: int
    """Bytes of the longest row, or more."""
    lines: Runs
    """Where the rows began in what arrived."""
    ragged: tuple[Ragged, ...]

    @property
    def rows(self) -> int:
        return self.lines.count


@dataclass(frozen=True)
class _Survey:
    """Where each record ends (its line feed), and the number of its delimiters."""

    ends: NDArray[np.int64]
    seams: NDArray[np.int32]
    inner: NDArray[np.int64]
    """Line feeds within quotes."""
    quoted: bool
    blanks: str
    nul: int
    crlf: bool


def of_text(
    path: Path, delimiter: str, line: int, shape: Shape, aside: Path, left_out: LeftOut
) -> Body:
    """The body of a UTF-8 file whose header begins on `line`; `aside` may be written."""
    survey = _survey(path, delimiter)
    if survey is not None and survey.nul:
        left_out.notes.find("structure", f"holds {counted(survey.nul, 'NUL byte')}")
    body = survey and _quick(path, delimiter, line, shape, aside, left_out, survey)
    return body or slowly(path, delimiter, line, shape, aside, left_out)


def slowly(
    path: Path, delimiter: str, line: int, shape: Shape, aside: Path, left_out: LeftOut
) -> Body:
    """The same for a file of any form, record by record."""
    left_out.counts.clear()
    notes = left_out.notes
    broken: list[int] = []

    def fits(fields: list[str]) -> bool:
        return shape.fitted(fields, len(shape.header)) is not None

    def rows() -> Iterator[tuple[int, list[str]]]:
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as source:
            marks = 0
            for record in records.read(source, delimiter, fits):
                if record.line <= line:
                    continue
                marks += record.marked
                if record.broken:
                    broken.append(record.line)
                    if len(broken) <= 200:
                        notes.find(
                            "structure", record.broken, line=record.line,
                            value=record.fields[0], severity="error",
                        )  # fmt: skip
                yield record.line, record.fields
            if marks:
                notes.find("structure", f"{counted(marks, 'byte order mark')} amid the file")

    return from_rows(rows(), shape, len(shape.header), aside, left_out)


def from_rows(
    source: Iterable[tuple[int, list[str]]],
    shape: Shape,
    width: int,
    aside: Path,
    left_out: LeftOut,
) -> Body:
    """The body of records that are at hand one by one, each with its line."""
    sieve = Sieve(shape, width, left_out)
    trimmed = 0

    def bare(rows: Iterable[list[str]]) -> Iterator[list[str]]:
        nonlocal trimmed
        for row in rows:
            stripped = [cell.strip() for cell in row]
            trimmed += stripped != row
            yield stripped

    with aside.open("w", encoding="utf-8", newline="", errors="replace") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        longest = 0
        for number, fields in source:
            # Four bytes a letter at most, every quote doubled, and the signs between the cells.
            longest = max(longest, 8 * sum(map(len, fields)) + 3 * len(fields))
            writer.writerows(bare(sieve.offer(number, fields)))
        writer.writerows(bare(sieve.finish()))
    if trimmed:
        left_out.notes.did(f"Blanks around values of {counted(trimmed, 'row')} left out.")
    return Body(
        aside, ",", 0, width, True, "", True, True, False, longest, Runs.of(sieve.lines),
        tuple(sieve.ragged),
    )  # fmt: skip


def _survey(path: Path, delimiter: str) -> _Survey | None:
    """One pass over the bytes; None where only `records` can tell what they mean."""
    mark = ord(delimiter)
    ends, seams, inner = [], [], []
    place = state = nul = fields = 0
    quoted = False
    paired = 0  # records that end with CR LF
    blanks: set[str] = set()
    seam = b"\n"
    before = _LF  # the byte before, as if a line had ended
    closed = False  # whether it closed a quote
    edged = True  # whether a cell may begin behind it
    with path.open("rb") as file:
        while chunk := file.read(PIECE):
            if not place and chunk.startswith(_MARK):
                chunk = chunk[len(_MARK) :]
                place = len(_MARK)
            if not chunk.isascii() and _MARK in seam + chunk:
                return None
            nul += chunk.count(0)
            cut = _edge_blanks(seam + chunk[:4], delimiter)
            blanks |= cut if cut != {" "} else set()  # Spaces are looked at more closely below.
            seam = chunk[-4:]
            b = np.frombuffer(chunk, np.uint8)
            feeds, marks = b == _LF, b == mark
            edges = b == _CR
            if b"\r" in chunk:
                returns = np.flatnonzero(b == _CR)
                if returns[-1] + 1 == len(b):  # Its line feed is in the next chunk.
                    following = file.peek(1)[:1]
                    if following != b"\n":
                        return None
                    returns = returns[:-1]
                if not feeds[returns + 1].all():
                    return None
            if state or b'"' in chunk:
                quoted = True
                quotes = b == _QUOTE
                within = ((np.cumsum(quotes, dtype=np.uint8) + state) & 1).view(bool)
                previous = np.concatenate(([before], b[:-1]))
                opens, closes = quotes & within, quotes & ~within
                if not np.isin(previous[opens], (mark, _LF, _QUOTE)).all():
                    return None
                after = np.concatenate(([closed], closes[:-1]))
                if not np.isin(b[after], (mark, _LF, _CR, _QUOTE)).all():
                    return None
                breaks = np.flatnonzero(feeds & within)
                inner.append(breaks + place)
                if len(breaks) and _at_quotes(b, breaks):
                    blanks |= {"\n", "\r"}
                feeds, marks = feeds & ~within, marks & ~within
                edges |= quotes
                state, closed = int(within[-1]), bool(closes[-1])
            else:
                closed = False
            ending = feeds | marks
            edges |= ending
            spaces = b == _SPACE
            beside = bool((spaces[1:] & edges[:-1]).any() or (spaces[:-1] & edges[1:]).any())
            beside |= bool((spaces[0] and edged) or (edges[0] and before == _SPACE))
            edged = bool(edges[-1])
            blanks |= _edge_blanks(chunk, delimiter, beside) | ({" "} if beside else set())
            signs = np.flatnonzero(ending)
            last = np.flatnonzero(feeds[signs])
            if len(last):
                counts = np.diff(last, prepend=-1) - 1
                counts[0] += fields
                seams.append(counts.astype(np.int32))
                fields = len(signs) - 1 - int(last[-1])
            else:
                fields += len(signs)
            ends.append(signs[last] + place)
            paired += int(np.count_nonzero(b[np.maximum(signs[last] - 1, 0)] == _CR))
            paired += int(before == _CR and bool(len(last)) and int(signs[last[0]]) == 0)
            before = int(b[-1])
            place += len(b)
    number = sum(map(len, ends))
    if state or paired not in (0, number):
        return None
    blanks |= _edge_blanks(seam[-3:] + b"\n", delimiter, before == _SPACE)
    if before != _LF:
        ends.append(np.array([place]))
        seams.append(np.array([fields], np.int32))
    whole = np.concatenate(ends) if ends else np.zeros(0, np.int64)
    widths = np.concatenate(seams) if seams else np.zeros(0, np.int32)
    within_ = np.concatenate(inner) if inner else np.zeros(0, np.int64)
    if quoted and delimiter == "\t":
        blanks.add("\t")  # Within quotes it may be a blank, and beside each quote it stands anyway.
    edge = "".join(sorted(blanks))
    return _Survey(whole.astype(np.int64), widths, within_, quoted, edge, nul, bool(paired))


def _edge_blanks(chunk: bytes, delimiter: str, spaced: bool | None = None) -> set[str]:
    """The blanks that stand beside a delimiter, a quote or a line end.

    `spaced` says whether a space does, where that is known: delimiters within quotes are no edges.
    """
    edges = (delimiter.encode(), b"\n", b"\r", b'"')
    found = set()
    for blank, sign in _BLANKS:
        # The first byte is quickly looked for, and mostly not there.
        if sign[:1] not in chunk or sign == edges[0] or sign not in chunk:
            continue
        if sign == b" " and spaced is not None:
            is_there = spaced
        else:
            is_there = any(sign + edge in chunk or edge + sign in chunk for edge in edges)
        if is_there:
            found.add(blank)
    # Behind a blank at the edge there may be others of any kind.
    others = found and any(
        sign[:1] in chunk and blank not in found and sign in chunk for blank, sign in _BLANKS
    )
    return set(files.BLANKS) if others else found


def _at_quotes(b: NDArray[np.uint8], breaks: NDArray[np.int64]) -> bool:
    """Whether a line break within quotes may be the first or last sign of its cell."""
    before, after = b[np.maximum(breaks - 1, 0)], b[np.minimum(breaks + 1, len(b) - 1)]
    outer = (breaks == 0) | (breaks == len(b) - 1)
    return bool(np.any(np.isin(before, (_QUOTE, _CR)) | (after == _QUOTE) | outer))


def _quick(
    path: Path, delimiter: str, line: int, shape: Shape, aside: Path, left_out: LeftOut,
    survey: _Survey,
) -> Body | None:  # fmt: skip
    """The body by the survey: what does not fit is edited out of a copy."""
    ends, seams = survey.ends, survey.seams
    starts = np.concatenate((np.zeros(min(1, len(ends)), np.int64), ends[:-1] + 1))
    numbers = np.arange(1, len(ends) + 1) + np.searchsorted(survey.inner, starts)
    first = int(np.searchsorted(numbers, line)) + 1
    bare = ends - starts  # bytes of a record
    with path.open("rb") as file:
        text = _Text(file)
        filled = seams[first:][bare[first:] > seams[first:] + 1]
        width = len(shape.header)
        if len(filled):
            usual = int(np.bincount(filled).argmax()) + 1
            width = usual if usual > width else width
        data = np.arange(first, len(ends))
        # Few bytes beside the delimiters: such a record may be blank.
        odd = data[(seams[first:] != width - 1) | (bare[first:] <= seams[first:] + 1)]
        odd = np.union1d(odd, data[-TAIL * 3 :])
        header = text.between(int(starts[first - 1]), int(ends[first - 1])) if first else b""
        header = header.removeprefix(_MARK)
        odd = np.union1d(odd, _repeated(path, header, starts, ends, first))
        if len(odd) > _MOST_ODD:
            return None
        edits: list[tuple[int, int, bytes]] = []
        tail: list[tuple[int, list[str]]] = []
        for i in odd.tolist():
            start, end = int(starts[i]), min(int(ends[i]) + 1, text.size)
            fields = _fields(text.between(start, end), delimiter)
            if fields is None:
                return None
            tail.append((i, fields))
        if any("\n" in "".join(f) and shape.fitted(f, width) is None for _, f in tail):
            return None  # Perhaps a stray quote, which the slower way knows to get around.
        # The tail is judged from the end, and blank records do not end it.
        totals: set[int] = set()
        for i, fields in reversed(tail):
            if any(cell.strip() for cell in fields):
                if i < len(ends) - TAIL * 3 or not shape.is_total(fields):
                    break
                totals.add(i)
        ragged: list[Ragged] = []
        gone: list[int] = []
        for i, fields in tail:
            start, end = int(starts[i]), min(int(ends[i]) + 1, text.size)
            number = int(numbers[i])
            if not any(cell.strip() for cell in fields):
                left_out.add("is blank", number, "")
            elif shape.is_header(fields):
                left_out.add("repeats the header", number, "")
            elif i in totals:
                said = " ".join(cell.strip() for cell in fields if cell.strip())
                left_out.add("is a total or a remark at the end", number, said)
            else:
                row = shape.fitted(fields, width)
                if row is None:
                    ragged.append(Ragged(i - first - len(gone), number, tuple(fields)))
                elif len(row) == len(fields):
                    continue
                else:
                    edits.append((start, end, _line(row, delimiter, survey.crlf)))
                    continue
            gone.append(i)
            edits.append((start, end, b""))
        plain = not edits and first == 1 and b"\n" not in header
        if not plain:
            begin = int(starts[first]) if first < len(starts) else text.size
            text.copy(aside, begin, edits)
    return Body(
        path if plain else aside,
        delimiter,
        first if plain else 0,
        width,
        survey.quoted,
        survey.blanks,
        survey.crlf and bool(len(survey.inner)),
        bool(len(survey.inner)),
        survey.crlf,
        int(bare.max(initial=0)),
        _lines(survey, starts, numbers, first).without(np.array(gone, np.int64) - first),
        tuple(ragged),
    )


def _lines(survey: _Survey, starts: Numbers, numbers: Numbers, first: int) -> Runs:
    """The line of each record from the `first` on: behind a line break in a cell begins a run."""
    behind = np.searchsorted(starts, survey.inner, "right")
    begins = merged(np.array([first]), behind[behind > first])
    begins = begins[begins < len(starts)]
    return Runs.joined(begins - first, numbers[begins], len(starts) - first)


def _repeated(
    path: Path, header: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64], first: int
) -> NDArray[np.int64]:
    """Records with exactly the bytes of the header."""
    length = len(header)
    same = np.flatnonzero((ends - starts)[first:] == length) + first
    if not length or len(same) > _MOST_ODD:
        return np.zeros(0, np.int64)
    with path.open("rb") as file:
        text = _Text(file)
        found = [i for i in same.tolist() if text.between(int(starts[i]), int(ends[i])) == header]
    return np.array(found, np.int64)


def _fields(raw: bytes, delimiter: str) -> list[str] | None:
    found = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    return [] if not found else found[0] if len(found) == 1 else None


def _line(row: list[str], delimiter: str, crlf: bool) -> bytes:
    out = io.StringIO(newline="")
    end = "\r\n" if crlf else "\n"
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerow(row)
    return out.getvalue().encode()


class _Text:
    """The bytes of a file by place, read in pieces."""

    def __init__(self, file: io.BufferedReader) -> None:
        self.file = file
        self.size = file.seek(0, io.SEEK_END)

    def between(self, start: int, end: int) -> bytes:
        self.file.seek(start)
        return self.file.read(end - start)

    def copy(self, target: Path, start: int, edits: list[tuple[int, int, bytes]]) -> None:
        """Writes all from `start` on, with the pieces of `edits` replaced."""
        with target.open("wb") as out:
            for begin, end, text in [*edits, (self.size, self.size, b"")]:
                self.file.seek(start)
                left = begin - start
                while left > 0 and (piece := self.file.read(min(left, CHUNK))):
                    out.write(piece)
                    left -= len(piece)
                out.write(text)
                start = end
