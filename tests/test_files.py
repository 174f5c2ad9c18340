"""The quick way and the careful way of reading a CSV file lead to the same table."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard import files

HEADER = "a,b\n"
CELLS = st.text(st.sampled_from("xy \t\u00a0\u2003\u3000\u2019é\x0b"), max_size=4)
ROWS = st.lists(st.tuples(CELLS, CELLS).map(",".join), max_size=6)
ENDS = st.sampled_from(["\n", "\r\n"])
MARKS = st.text(st.sampled_from('x,\n\r "\x00é'), max_size=12)


def _read(path: Path) -> tuple[bool, files.Text, list[tuple[object, ...]]]:
    """Whether the quick way served, what it gave, and the rows with their lines."""
    with duckdb.connect() as con:
        quick = files._read_plain(con, path, files._survey(path), "cells", ("a", "b"))
        files.forget(con, "cells")
        text = files.read(con, path, "cells", ("a", "b"))
        rows = con.execute("from cells order by line").fetchall() if text.columns else []
        return quick is not None, text, rows


def _agrees(raw: bytes, piece: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "export.csv"
        path.write_bytes(raw)
        with patch.object(files, "_CHUNK", piece):
            survey = files._survey(path)
        whole = files._survey(path)
        assert survey.plain == whole.plain
        if whole.plain:
            assert survey == whole
        quick, text, rows = _read(path)
        if quick:
            with patch.object(files, "_read_plain", lambda *given: None):
                _, careful, walked = _read(path)
            assert (text, rows) == (careful, walked)


@given(ROWS, ENDS, st.booleans(), st.integers(1, 7))
@settings(deadline=None, max_examples=150)
def test_rows_are_the_same_whichever_way_they_are_read(
    rows: list[str], end: str, is_closed: bool, piece: int
) -> None:
    text = end.join([HEADER.strip(), *rows]) + (end if is_closed else "")
    _agrees(text.encode(), piece)


@given(MARKS, st.integers(1, 7))
@settings(deadline=None, max_examples=150)
def test_a_file_of_any_marks_is_read_the_quick_way_only_where_both_agree(
    marks: str, piece: int
) -> None:
    _agrees((HEADER + marks).encode(), piece)


def test_a_file_without_quotes_or_blank_lines_is_read_the_quick_way(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"a,b\r\nx, y \r\n,z\r\n")
    assert _read(path) == (True, files.Text(("a", "b"), ()), [(2, "x", "y"), (3, None, "z")])
    path.write_bytes(b'a,b\r\nx," y "\r\n\r\n,z\r\n')
    assert _read(path) == (False, files.Text(("a", "b"), ()), [(2, "x", "y"), (4, None, "z")])
