"""Tells the browser early of those of Streamlit's scripts with which every page of ours begins.

Streamlit's own page names the scripts of its frame. Those of its elements are asked for once the
first message has come, and what they import once they are there; meanwhile the page stays empty.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from streamlit import file_util

_ELEMENTS = ("BidiComponent", "Button", "Html")
_IMPORTED = re.compile(rb"(?:from|import)\s*[\"']\./([\w.-]+\.js)[\"']")


@lru_cache(maxsize=4)
def links(page: bytes) -> bytes:
    """Links to the scripts that the page does not name itself, to stand in its head."""
    folder = Path(file_util.get_static_dir()) / "static" / "js"
    # Their names hold a hash; one that another version lacks is passed over.
    waiting = [path.name for name in _ELEMENTS for path in folder.glob(f"{name}.*.js")]
    found: dict[str, None] = {}
    while waiting:
        name = waiting.pop(0)
        if name in found or name.encode() in page or not (folder / name).is_file():
            continue
        found[name] = None
        waiting += [match.decode() for match in _IMPORTED.findall((folder / name).read_bytes())]
    return b"".join(
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">'.encode()
        for name in found
    )
