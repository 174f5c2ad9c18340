"""Text from outside, such as a name in a CSV file, shown as it was typed."""

from __future__ import annotations

import re

# All that Streamlit's labels and alerts read as more than text: Markdown, HTML, $maths$,
# :directives: and bare addresses.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^&@/=])")
# Addresses are made links after that, from the finished text, whatever was escaped in it.
_ADDRESS = re.compile(r"(?<=www)(?=\.)|(?<=http:)(?=//)|(?<=https:)(?=//)|(?=@)", re.IGNORECASE)
# So are these: pictures by name such as :streamlit:, and arrows such as -> between blanks.
_NAMED = re.compile(r"(?<=:)(?=[\w+/-]+:)")
_ARROW = re.compile(r"(?<!\S)[<>~-](?=(?:->|[->=])(?!\S))")


def escape(text: str) -> str:
    """The text with every character escaped that Markdown would act upon."""
    words = " ".join(text.split())
    for parted in (_ADDRESS, _NAMED, _ARROW):
        words = parted.sub("\\g<0>\N{WORD JOINER}", words)
    return _SPECIAL.sub(r"\\\1", words)
