"""From the text of a file to its records, character by character, as Python's csv reads quotes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """One record: the line on which it begins, its raw fields, None where a quote stays open."""

    line: int
    fields: list[str] | None


def physical_lines(text: str) -> list[str]:
    """Lines with their ends; only CR, LF and CR LF end one (str.splitlines knows many more)."""
    lines, start, i = [], 0, 0
    while i < len(text):
        if text[i] in "\r\n":
            if text[i : i + 2] == "\r\n":
                i += 1
            lines.append(text[start : i + 1])
            start = i + 1
        i += 1
    if start < len(text):
        lines.append(text[start:])
    return lines


def _one_record(lines: list[str], first: int) -> tuple[list[str] | None, int]:
    """The fields of the record that begins at lines[first], and how many lines it takes."""
    fields: list[str] = []
    field = ""
    state = "start"
    for place in range(first, len(lines)):
        for char in lines[place]:
            if state == "quoted":
                if char == '"':
                    state = "quote in quoted"
                else:
                    field += char
            elif state == "quote in quoted" and char == '"':
                field += '"'
                state = "quoted"
            elif char == ",":
                fields.append(field)
                field, state = "", "start"
            elif char in "\r\n":
                fields.append(field)
                return fields, place + 1 - first
            elif state == "start" and char == '"':
                state = "quoted"
            else:
                field += char
                state = "plain"
    if state == "quoted":
        return None, 1
    fields.append(field)
    return fields, len(lines) - first


def records(text: str) -> list[Record]:
    """Every record of the file, the header (always line 1) first; blank lines are none."""
    lines = physical_lines(text)
    found = []
    i = 0
    while i < len(lines):
        if i > 0 and lines[i].strip() == "":
            i += 1
            continue
        fields, taken = _one_record(lines, i)
        found.append(Record(i + 1, fields))
        i += taken
    return found
