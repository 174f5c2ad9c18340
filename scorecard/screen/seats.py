"""The board table: a row a pillar, a box a seat, vacant ones open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

import streamlit as st

from scorecard import wording
from scorecard.exhibits.membership import Seat
from scorecard.languages import say


def draw(seats: Sequence[Seat], pillars: Mapping[str | None, str]) -> None:
    """Seats as lists in HTML of our own; every text from data is escaped."""
    style = Path(__file__).with_name("seats.css").read_text(encoding="utf-8")
    rows = [
        f"<h4>{escape(pillars[pillar])}</h4><ul>{''.join(_seat(seat) for seat in found)}</ul>"
        for pillar, found in groupby(seats, key=lambda seat: seat.pillar)
    ]
    st.html(f"<style>{style}</style><div class='seats'>{''.join(rows)}</div>")


def _seat(seat: Seat) -> str:
    if seat.holder is None:
        vacant = escape(say("Vacant"))
        return f"<li class='vacant'><b>{vacant}</b><span>{escape(seat.seat)}</span></li>"
    since = say("since {month}", month=wording.month(seat.since)) if seat.since else ""
    return f"<li><b>{escape(seat.holder)}</b><span>{escape(seat.seat)} · {since}</span></li>"
