"""The language of whoever reads: English as the code is written, others from catalogs.

`say` translates whole sentences, with what changes in them named. The language holds for the run
of a page or a command, and for no other that runs at the same time: it is a variable of the
context, so what is kept between runs must be kept by `current()` too.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from babel import Locale, UnknownLocaleError, negotiate_locale

FOLDER = Path(__file__).with_name("locale")
DOMAIN = "scorecard"
ENGLISH = "en"
LANGUAGES = {"en": "English", "fr": "Français", "es": "Español"}
"""Code -> what the language calls itself."""
OFFERED: tuple[str, ...] = ("en", "fr", "es")
"""Those that visitors are offered: all that a board member sees is translated."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Tongue:
    """One language: its words, and how it writes numbers."""

    code: str
    texts: gettext.NullTranslations

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(self.code)

    @cached_property
    def marks(self) -> Mapping[int, str] | None:
        """English thousands and decimal marks -> those of the language; none for English."""
        if self.code == ENGLISH:
            return None
        symbols = self.locale.number_symbols["latn"]
        return str.maketrans({",": symbols["group"], ".": symbols["decimal"]})

    @cached_property
    def per_cent(self) -> str:
        """The sign with the space before it."""
        if self.code == ENGLISH:
            return "\u202f%"
        return str(self.locale.percent_formats[None].pattern.rpartition("0")[2])

    @property
    def grouped_from(self) -> int:
        """The least number whose thousands are set apart; Spanish leaves four digits together."""
        return 10_000 if self.code == "es" else 1_000


def _load(code: str) -> Tongue:
    texts = gettext.translation(DOMAIN, FOLDER, [code], fallback=code == ENGLISH)
    return Tongue(code, texts)


_tongues = {code: _load(code) for code in LANGUAGES}
_now: ContextVar[Tongue | None] = ContextVar("language", default=None)
_asked: list[Callable[[], str]] = [lambda: ENGLISH]


def add(tongue: Tongue) -> None:
    """One language more, such as one made up for a test."""
    _tongues[tongue.code] = tongue


def listen(ask: Callable[[], str]) -> None:
    """Says whom to ask for the language where a thread begins without one."""
    _asked[0] = ask


def tongue() -> Tongue:
    found = _now.get()
    if found is None:
        found = _tongues[_asked[0]()]
        _now.set(found)
    return found


def current() -> str:
    """The code of the language."""
    return tongue().code


def speak(code: str) -> None:
    """Speaks a language from here on, in this context only."""
    _now.set(_tongues[code])


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speaks a language within a block."""
    before = _now.set(_tongues[code])
    try:
        yield
    finally:
        _now.reset(before)


def as_now(make: Callable[_P, _T]) -> Callable[_P, _T]:
    """The same function in the language of now, for who calls it later from elsewhere."""
    code = current()

    @wraps(make)
    def made(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        with speaking(code):
            return make(*args, **kwargs)

    return made


def preferred(accepted: str | None) -> str:
    """The first of our languages among those a browser accepts (`fr-CH, fr;q=0.9, en`)."""
    wanted = []
    for part in (accepted or "").split(","):
        name, _, weight = part.partition(";")
        found = re.search(r"q\s*=\s*([0-9.]+)", weight)
        try:
            share = float(found[1]) if found else 1.0
        except ValueError:
            share = 0.0
        if share > 0:
            wanted.append((-share, name.strip().replace("-", "_")))
    names = [name for _, name in sorted(wanted, key=lambda pair: pair[0]) if name]
    try:
        return negotiate_locale(names, list(OFFERED)) or ENGLISH
    except (ValueError, UnknownLocaleError):
        return ENGLISH


def territory(code: str, name: str) -> str:
    """A country by its code of three letters as the language calls it; `name` in English."""
    if current() == ENGLISH:
        return name
    import pycountry  # English needs none of it.

    found = pycountry.countries.get(alpha_3=code)
    return (found and tongue().locale.territories.get(found.alpha_2)) or name


# Words --------------------------------------------------------------------------------------


def say(message: str, /, **values: object) -> str:
    """A message in the language of now; `values` fill what is named in it."""
    # Of nothing a catalog says what is to know of itself.
    text = tongue().texts.gettext(message) if message else ""
    return text.format(**values) if values else text


def say_n(one: str, many: str, number: float, /, **values: object) -> str:
    """A message for one or for several. `{count}` is the number as it is written."""
    found = tongue()
    whole = abs(int(number))
    if whole != abs(number):  # 1.5 is one in French, and several elsewhere.
        whole = 1 if found.locale.plural_form(number) == "one" else 2
    text = found.texts.ngettext(one, many, whole)
    return text.format(**{"count": grouped(number), **values})


def say_in(context: str, message: str, /, **values: object) -> str:
    """A message that would mean something else elsewhere."""
    text = tongue().texts.pgettext(context, message)
    return text.format(**values) if values else text


def to_say(message: str) -> str:
    """Marks a message that is said later."""
    return message


def to_say_n(one: str, many: str) -> str:
    """Marks a noun that is said later with a count; the plural stands for both."""
    del one
    return many


class Words(Mapping[str, str]):
    """Keys with messages, which are said in the language of whoever asks."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        self._messages = dict(messages)

    def __getitem__(self, key: str) -> str:
        return say(self._messages[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)


# Numbers ------------------------------------------------------------------------------------


def grouped(value: float, digits: int = 0) -> str:
    """A number of so many decimals with the marks of the language and a true minus sign."""
    marks = tongue().marks
    if marks is None:
        return f"{value:,.{digits}f}".replace("-", "\u2212")
    comma = "," if abs(value) >= tongue().grouped_from else ""
    return f"{value:{comma}.{digits}f}".replace("-", "\u2212").translate(marks)


def per_cent(text: str) -> str:
    """A number as a per cent."""
    return text + tongue().per_cent
