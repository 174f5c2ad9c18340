"""Numbers with their units, and changes between two of them, as plain text.

Two values that stand beside each other have the same decimals, enough that what is printed adds
up; a share of few is said as `5 of 7`.
"""

from __future__ import annotations

import math

from scorecard.catalogue import Kpi
from scorecard.languages import grouped, per_cent, say, say_n
from scorecard.plurals import cases, unit
from scorecard.readings import Reading

MINUS = "\u2212"
NARROW = "\u202f"
"""A narrow no-break space, before a per cent sign and between thousands of five digits."""
NOTHING = "–"


def plain(value: float, digits: int = 0) -> str:
    """A number of so many decimals, thousands set apart, with a true minus sign."""
    return grouped(half_up(value, digits), digits)


def number(kpi: Kpi, value: float | None) -> str:
    """A value of a KPI with its unit where that is no count: 48, 50 %, 19.4 months."""
    if value is None:
        return NOTHING
    if kpi.is_percentage:
        return per_cent(plain(value * 100))
    if kpi.aggregate == "ratio":
        text = trimmed(value)
        return f"{text} {unit(kpi.unit, 1 if text == '1' else 2)}"
    return plain(value)


def precise(kpi: Kpi, value: float, digits: int) -> str:
    """A value with its unit to so many decimals, for figures that are set beside each other."""
    if kpi.is_percentage:
        return per_cent(plain(value * 100, digits))
    text = plain(value, digits)
    return text if kpi.is_count else f"{text} {unit(kpi.unit, 1 if text == '1' else 2)}"


def rounded(kpi: Kpi, value: float, digits: int) -> float:
    """The number that `precise` prints, in the unit that it prints."""
    return half_up(value * 100 if kpi.is_percentage else value, digits)


def alike(kpi: Kpi, now: float, before: float) -> int:
    """The decimals at which two values differ by what their change is said to be."""
    least = 0 if kpi.is_percentage or kpi.is_count else 1
    factor = 100 if kpi.is_percentage else 1
    shown = 0 if kpi.is_count else 1
    wanted = half_up((now - before) * factor, shown)
    if not kpi.is_count and not kpi.is_percentage and now % 1 == before % 1 == 0:
        return 0
    for digits in range(least, 3):
        apart = rounded(kpi, now, digits) - rounded(kpi, before, digits)
        # The change may round as well, but never to another sign than the printed one.
        if half_up(apart, shown) == wanted and (digits or half_up(apart, 6) == wanted):
            return digits
    return 2


def counted(kpi: Kpi, value: float | None) -> str:
    """A value with what it counts: 48 companies, 1 company, 50 %."""
    if value is None or not kpi.is_count:
        return number(kpi, value)
    return f"{plain(value)} {unit(kpi.unit, value)}"


def share(
    kpi: Kpi,
    value: float | None,
    numerator: float | None,
    denominator: float | None,
    n: int | None,
    *,
    suppressed: bool = False,
) -> str:
    """A value as it may be shown: a ratio of few says its n, as in `5 of 7`."""
    if suppressed:
        return say("not shown")
    if value is None or kpi.is_count or n is None or n >= 10:
        return number(kpi, value)
    if kpi.is_percentage and numerator is not None and denominator is not None:
        return say("{part} of {whole}", part=trimmed(numerator), whole=trimmed(denominator))
    return f"{number(kpi, value)} · {sample(kpi, n)}"


def sample(kpi: Kpi, n: int) -> str:
    """How many a ratio rests on: n = 34 companies."""
    return f"n\u00a0=\u00a0{plain(n)} {cases(kpi, n)}"


def with_sample(
    kpi: Kpi,
    value: float | None,
    numerator: float | None,
    denominator: float | None,
    n: int | None,
    *,
    suppressed: bool = False,
) -> str:
    """A value as in `share`, a ratio of ten or more with its n: 81 % · n = 34 companies."""
    words = share(kpi, value, numerator, denominator, n, suppressed=suppressed)
    if value is None or suppressed or kpi.is_count or n is None or n < 10:
        return words
    return f"{words} · {sample(kpi, n)}"


def value(kpi: Kpi, reading: Reading) -> str:
    """The value of a reading, as in `share`."""
    return share(
        kpi,
        reading.value,
        reading.numerator,
        reading.denominator,
        reading.n,
        suppressed=reading.suppressed,
    )


def difference(kpi: Kpi, amount: float) -> str:
    """A difference without its sign: 3, 3.7 points, 0.8 months."""
    if kpi.is_percentage:
        points = half_up(abs(amount) * 100, 1)
        return say_n("{count} point", "{count} points", points, count=trimmed(points))
    if kpi.aggregate == "ratio":
        text = trimmed(abs(amount))
        return f"{text} {unit(kpi.unit, 1 if text == '1' else 2)}"
    return plain(abs(amount))


def change(kpi: Kpi, amount: float | None) -> str:
    """A change with its sign, short: +3, −2 pts, −0.8; 0 where nothing visible changed."""
    if amount is None:
        return NOTHING
    if is_still(kpi, amount):
        return "0"
    sign = MINUS if amount < 0 else "+"
    if kpi.is_percentage:
        points = half_up(abs(amount) * 100, 1)
        return sign + say_n("{count} pt", "{count} pts", points, count=trimmed(points))
    return sign + (plain(abs(amount), 1) if kpi.aggregate == "ratio" else plain(abs(amount)))


def change_words(kpi: Kpi, reading: Reading, before: Reading | None = None) -> str:
    """The change of a reading in words that stand alone: up from 45, before 5 of 7, no change.

    `before` is the reading at the compared date, which tells whether it counted few. It has as
    many decimals as the change needs to be seen.
    """
    if reading.change is None or reading.value is None or reading.previous_value is None:
        return say("not shown") if reading.suppressed else say("not known")
    if is_few(kpi, reading) or (before and is_few(kpi, before)):
        return _before_few(kpi, reading, before)
    if is_still(kpi, reading.change):
        return say("no change")
    _, then = _ends(kpi, reading)
    if reading.change > 0:
        return say("up from {then}", then=then)
    return say("down from {then}", then=then)


def moved(kpi: Kpi, reading: Reading, before: Reading | None = None) -> str:
    """A value with its change: 48, up from 45; 5 of 6, before 5 of 7; 48, unchanged."""
    if reading.change is None or reading.value is None or reading.previous_value is None:
        return value(kpi, reading)
    if is_few(kpi, reading) or (before and is_few(kpi, before)):
        shown = value(kpi, reading)
        if _is_same(kpi, reading, before):
            return say("{value}, unchanged", value=shown)
        return f"{shown}, {_before_few(kpi, reading, before)}"
    if is_still(kpi, reading.change):
        return say("{value}, unchanged", value=value(kpi, reading))
    now, then = _ends(kpi, reading)
    if reading.change > 0:
        return say("{now}, up from {then}", now=now, then=then)
    return say("{now}, down from {then}", now=now, then=then)


def short_change(kpi: Kpi, reading: Reading, before: Reading | None = None) -> str:
    """The change of a reading for a table: +3, −2 pts; of a share of few `before 5 of 7`."""
    if reading.change is not None and (is_few(kpi, reading) or (before and is_few(kpi, before))):
        return "0" if _is_same(kpi, reading, before) else _before_few(kpi, reading, before)
    return change(kpi, reading.change)


def is_few(kpi: Kpi, reading: Reading) -> bool:
    """Whether a reading is a ratio of so few that it is said as `5 of 7`."""
    return not kpi.is_count and reading.n is not None and reading.n < 10


def _before_few(kpi: Kpi, reading: Reading, before: Reading | None) -> str:
    if _is_same(kpi, reading, before):
        return say("no change")
    shown = value(kpi, before) if before else number(kpi, reading.previous_value)
    return say("before {then}", then=shown)


def _is_same(kpi: Kpi, reading: Reading, before: Reading | None) -> bool:
    return before is not None and value(kpi, before) == value(kpi, reading)


def _ends(kpi: Kpi, reading: Reading) -> tuple[str, str]:
    """The value now and before to the same decimals, enough for their change to be seen."""
    assert reading.value is not None and reading.previous_value is not None
    digits = alike(kpi, reading.value, reading.previous_value)
    return precise(kpi, reading.value, digits), precise(kpi, reading.previous_value, digits)


def is_still(kpi: Kpi, amount: float) -> bool:
    """Whether a change is too small to be seen in the decimals that are shown."""
    if kpi.is_percentage:
        return half_up(abs(amount) * 100, 1) == 0
    return half_up(abs(amount), 1 if kpi.aggregate == "ratio" else 0) == 0


def trimmed(amount: float) -> str:
    """Up to one decimal, none where it is whole."""
    return plain(amount, 0 if half_up(amount, 1).is_integer() else 1)


def half_up(amount: float, digits: int) -> float:
    """Halves go away from zero, as readers expect; noise of the last bits is none."""
    scaled = abs(amount) * 10**digits
    return math.copysign(math.floor(scaled + 0.5 + 1e-9) / 10**digits, amount) + 0.0
