"""Numbers with their units, and changes between two of them, as plain text.

Two values that stand beside each other have the same decimals, enough that what is printed adds
up; a share of few is said as `5 of 7`.
"""

from __future__ import annotations

import math

from scorecard.catalogue import Kpi
from scorecard.plurals import cases, noun
from scorecard.readings import Reading

MINUS = "\u2212"
NARROW = "\u202f"
"""A narrow no-break space, before a per cent sign and between thousands of five digits."""
NOTHING = "–"


def plain(value: float, digits: int = 0) -> str:
    """A number of so many decimals, thousands set apart, with a true minus sign."""
    rounded = half_up(value, digits)
    return f"{rounded:,.{digits}f}".replace("-", MINUS)


def number(kpi: Kpi, value: float | None) -> str:
    """A value of a KPI with its unit where that is no count: 48, 50 %, 19.4 months."""
    if value is None:
        return NOTHING
    if kpi.is_percentage:
        return f"{plain(value * 100)}{NARROW}%"
    if kpi.aggregate == "ratio":
        text = trimmed(value)
        return f"{text} {_unit(kpi.unit, text == '1')}"
    return plain(value)


def precise(kpi: Kpi, value: float, digits: int) -> str:
    """A value with its unit to so many decimals, for figures that are set beside each other."""
    if kpi.is_percentage:
        return f"{plain(value * 100, digits)}{NARROW}%"
    text = plain(value, digits)
    return text if kpi.is_count else f"{text} {_unit(kpi.unit, text == '1')}"


def rounded(kpi: Kpi, value: float, digits: int) -> float:
    """The number that `precise` prints, in the unit that it prints."""
    return half_up(value * 100 if kpi.is_percentage else value, digits)


def alike(kpi: Kpi, now: float, before: float) -> int:
    """The decimals at which two values differ by what their change is said to be."""
    least = 0 if kpi.is_percentage or kpi.is_count else 1
    factor = 100 if kpi.is_percentage else 1
    shown = 0 if kpi.is_count else 1
    wanted = half_up((now - before) * factor, shown)
    if not kpi.is_count and not kpi.is_percentage and now.is_integer() and before.is_integer():
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
    return f"{plain(value)} {_unit(kpi.unit, value == 1)}"


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
        return "not shown"
    if value is None or kpi.is_count or n is None or n >= 10:
        return number(kpi, value)
    if kpi.is_percentage and numerator is not None and denominator is not None:
        return f"{trimmed(numerator)} of {trimmed(denominator)}"
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
        text = trimmed(half_up(abs(amount) * 100, 1))
        return f"{text} {'point' if text == '1' else 'points'}"
    if kpi.aggregate == "ratio":
        text = trimmed(abs(amount))
        return f"{text} {_unit(kpi.unit, text == '1')}"
    return plain(abs(amount))


def change(kpi: Kpi, amount: float | None) -> str:
    """A change with its sign, short: +3, −2 pts, −0.8; 0 where nothing visible changed."""
    if amount is None:
        return NOTHING
    if is_still(kpi, amount):
        return "0"
    sign = MINUS if amount < 0 else "+"
    if kpi.is_percentage:
        text = trimmed(half_up(abs(amount) * 100, 1))
        return f"{sign}{text} {'pt' if text == '1' else 'pts'}"
    return sign + (plain(abs(amount), 1) if kpi.aggregate == "ratio" else plain(abs(amount)))


def change_words(kpi: Kpi, reading: Reading, before: Reading | None = None) -> str:
    """The change of a reading in words that stand alone: up from 45, before 5 of 7, no change.

    `before` is the reading at the compared date, which tells whether it counted few. Where the
    change shows in a further decimal only, both ends are given: up from 74.6 % to 75.0 %.
    """
    if reading.change is None or reading.value is None or reading.previous_value is None:
        return "not shown" if reading.suppressed else "not known"
    if is_few(kpi, reading) or (before and is_few(kpi, before)):
        return _before_few(kpi, reading, before)
    if is_still(kpi, reading.change):
        return "no change"
    now, then = _ends(kpi, reading)
    words = f"{'up' if reading.change > 0 else 'down'} from {then}"
    return words if now == number(kpi, reading.value) else f"{words} to {now}"


def moved(kpi: Kpi, reading: Reading, before: Reading | None = None) -> str:
    """A value with its change: 48, up from 45; 5 of 6, before 5 of 7; 48, unchanged."""
    if reading.change is None or reading.value is None or reading.previous_value is None:
        return value(kpi, reading)
    if is_few(kpi, reading) or (before and is_few(kpi, before)):
        words = _before_few(kpi, reading, before)
        return f"{value(kpi, reading)}, {'unchanged' if words == 'no change' else words}"
    if is_still(kpi, reading.change):
        return f"{value(kpi, reading)}, unchanged"
    now, then = _ends(kpi, reading)
    return f"{now}, {'up' if reading.change > 0 else 'down'} from {then}"


def short_change(kpi: Kpi, reading: Reading, before: Reading | None = None) -> str:
    """The change of a reading for a table: +3, −2 pts; of a share of few `before 5 of 7`."""
    if reading.change is not None and (is_few(kpi, reading) or (before and is_few(kpi, before))):
        words = _before_few(kpi, reading, before)
        return "0" if words == "no change" else words
    return change(kpi, reading.change)


def is_few(kpi: Kpi, reading: Reading) -> bool:
    """Whether a reading is a ratio of so few that it is said as `5 of 7`."""
    return not kpi.is_count and reading.n is not None and reading.n < 10


def _before_few(kpi: Kpi, reading: Reading, before: Reading | None) -> str:
    if before is None:
        return f"before {number(kpi, reading.previous_value)}"
    shown = value(kpi, before)
    return "no change" if shown == value(kpi, reading) else f"before {shown}"


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


def _unit(unit: str, is_one: bool) -> str:
    return noun(unit, 1 if is_one else 2)


def trimmed(amount: float) -> str:
    """Up to one decimal, none where it is whole."""
    return plain(amount, 0 if half_up(amount, 1).is_integer() else 1)


def half_up(amount: float, digits: int) -> float:
    """Halves go away from zero, as readers expect; noise of the last bits is none."""
    scaled = abs(amount) * 10**digits
    return math.copysign(math.floor(scaled + 0.5 + 1e-9) / 10**digits, amount) + 0.0
