"""Text from outside, such as a name in a CSV file, shown as it was typed."""

from __future__ import annotations

import re

# All that Streamlit's labels and alerts read as more than text: Markdown, HTML, $maths$,
# :directives: and bare addresses.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^&@/=])")


def escape(text: str) -> str:
    """The text with every character escaped that Markdown would act upon."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
