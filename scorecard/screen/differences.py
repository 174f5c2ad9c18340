"""What differs between two JSON values of the same shape, with repeated values said once."""

from __future__ import annotations

import json
from typing import Any


class Pool:
    """Values that differences refer to by their place."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.size = 0

    def place(self, value: Any) -> int:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        found = self.places.get(text)
        if found is None:
            found = self.places[text] = len(self.places)
            self.size += len(text) + 1
        return found

    def encoded(self) -> str:
        """All values as one JSON list."""
        return f"[{','.join(self.places)}]"


def difference(old: Any, new: Any, pool: Pool) -> Any:
    """How to make `new` from `old`: 0 where it is the same, [place] where it is another value of
    the pool, else an object of the differences by key, or by place in a list of equal length.

    Keys that `new` has no more stand in "-"; of lists, only those of objects are looked into. A
    number and a truth value that are equal in Python are taken for the same.
    """
    if old == new:
        return 0
    if isinstance(old, dict) and isinstance(new, dict):
        found = {
            key: difference(old[key], value, pool) if key in old else [pool.place(value)]
            for key, value in new.items()
            if key not in old or old[key] != value
        }
        gone = [key for key in old if key not in new]
        return found | ({"-": gone} if gone else {})
    if isinstance(old, list) and isinstance(new, list) and _are_alike(old, new):
        pairs = zip(old, new, strict=True)
        return {str(i): difference(a, b, pool) for i, (a, b) in enumerate(pairs) if a != b}
    return [pool.place(new)]


def _are_alike(old: list[Any], new: list[Any]) -> bool:
    return len(old) == len(new) and all(
        isinstance(a, dict) and isinstance(b, dict) for a, b in zip(old, new, strict=True)
    )
