"""CSV as many programs write it: all of it is allowed, whatever it looks like."""

from __future__ import annotations

import random
from pathlib import Path

# What str.strip() strips, and what else might be taken for the end of a line.
BLANKS = ["", "", " ", "\t", "\u00a0", "\u2003", "\u3000", "\x1f", "\x0b", "\x85", "\u2028", "\n"]


def _field(text: str, rng: random.Random | None) -> str:
    if rng is not None and rng.random() < 0.03:
        front, back = rng.choice(BLANKS), rng.choice(BLANKS)
        text = f"{front}{text}{back}"
    always = rng is not None and rng.random() < 0.03
    if always or any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def write_file(
    path: Path, header: list[str], rows: list[list[str]], rng: random.Random | None
) -> None:
    """Writes a table; with a generator of chance, in one of the many forms that are allowed."""
    end = "\n"
    # Half of the files hold nothing odd, as a faster way of reading may serve them.
    odd = rng if rng is not None and rng.random() < 0.5 else None
    order = list(range(len(header)))
    if rng is not None:
        end = rng.choice(["\n"] * 12 + ["\r\n"] * 4 + ["\r"])
        if rng.random() < 0.2:
            rng.shuffle(order)
    mark = '"' if odd is not None and odd.random() < 0.1 else ""
    lines = [",".join(f"{mark}{header[i]}{mark}" for i in order)]
    for row in rows:
        if odd is not None and odd.random() < 0.01:
            lines.append(odd.choice(["", "", "  ", "\t", "\u2003"]))
        # Rows with a wrong number of fields stay as they are.
        cells = [row[i] for i in order] if len(row) == len(header) else row
        lines.append(",".join(_field(cell, odd) for cell in cells))
    text = end.join(lines)
    if rng is None or rng.random() < 0.9:
        text += end
    if rng is not None and rng.random() < 0.15:
        text = "\ufeff" + text
    path.write_bytes(text.encode("utf-8"))
