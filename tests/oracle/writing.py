"""CSV as many programs write it: all of it is allowed, whatever it looks like."""

from __future__ import annotations

import random
from pathlib import Path


def _field(text: str, rng: random.Random | None) -> str:
    if rng is not None and rng.random() < 0.03:
        text = rng.choice([f" {text}", f"{text}\t", f"\u00a0{text} ", f"\n{text}"])
    always = rng is not None and rng.random() < 0.03
    if always or any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def write_file(
    path: Path, header: list[str], rows: list[list[str]], rng: random.Random | None
) -> None:
    """Writes a table; with a generator of chance, in one of the many forms that are allowed."""
    end = "\n"
    order = list(range(len(header)))
    if rng is not None:
        end = rng.choice(["\n", "\n", "\n", "\r\n"])
        if rng.random() < 0.2:
            rng.shuffle(order)
    lines = [",".join(header[i] for i in order)]
    for row in rows:
        if rng is not None and rng.random() < 0.01:
            lines.append(rng.choice(["", "", "  ", "\t"]))
        # Rows with a wrong number of fields stay as they are.
        cells = [row[i] for i in order] if len(row) == len(header) else row
        lines.append(",".join(_field(cell, rng) for cell in cells))
    text = end.join(lines)
    if rng is None or rng.random() < 0.9:
        text += end
    if rng is not None and rng.random() < 0.15:
        text = "\ufeff" + text
    path.write_bytes(text.encode("utf-8"))
