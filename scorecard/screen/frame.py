"""The frame around every page: the snapshot, who looks, the selection, and the foot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from scorecard import contract, languages, readings, wording
from scorecard.access import session
from scorecard.confidentiality import Role, admits
from scorecard.languages import say, say_n
from scorecard.palette import Theme
from scorecard.readings import Reading, Scorecard
from scorecard.refusal import Refusal
from scorecard.retelling import retold
from scorecard.screen import (
    ahead,
    ease,
    entrance,
    language,
    links,
    room,
    selection_bar,
    store,
    watermark,
)
from scorecard.screen.choices import Choice
from scorecard.screen.markdown import escape
from scorecard.selection import Selection
from scorecard.serving import moving, uploads
from scorecard.snapshot import Snapshot
from scorecard.visitor import Visitor

_VIEW = "_view"


@dataclass(frozen=True)
class View:
    """What a page shows: one snapshot, seen by one role through one selection."""

    snapshot: Snapshot
    selection: Selection
    visitor: Visitor
    page: str
    """The name of the page, which is its address but for the plan."""
    as_of: dt.date
    compare: dt.date | None
    scorecard: Scorecard
    theme: Theme
    choice: Choice = Choice()
    """What was chosen to see this, with what is left to the defaults."""
    about: str = ""
    """What a page shows besides the selection, such as which KPI."""
    language: str = languages.ENGLISH

    @property
    def role(self) -> Role:
        return self.visitor.role

    @cached_property
    def before(self) -> dict[str, Reading]:
        """KPI -> its reading at the compared date, by the same selection and role."""
        if self.compare is None:
            return {}
        card = readings.turned(self.snapshot, self.scorecard, self.compare)
        return {reading.kpi: reading for reading in card.readings}

    def looking_at(self, choice: Choice) -> View:
        """The same visitor, on the same page, looking at another selection."""
        selection = choice.selection(self.snapshot)
        as_of, compare = choice.dates(self.snapshot)
        if selection == self.selection:
            card = readings.turned(self.snapshot, self.scorecard, as_of, compare)
        else:
            card = readings.scorecard(self.snapshot, selection, self.role, as_of, compare)
        return replace(
            self, choice=choice, selection=selection, as_of=as_of, compare=compare, scorecard=card
        )

    @property
    def notice(self) -> str:
        """What every file says of itself: with whom it was shared, and that data are synthetic."""
        link = self.visitor.link
        shared = ""
        if link:
            until = f"{link.expires_at:%Y-%m-%d}"
            shared = say("Shared with {name} until {date}", name=link.recipient, date=until)
        return " · ".join(part for part in (shared, self.snapshot.synthetic) if part)


@dataclass(frozen=True)
class Waiting:
    """Who is there before any figures are: enough to bring the first ones."""

    visitor: Visitor
    page: str
    snapshot: None = None
    notice: str = ""

    @property
    def role(self) -> Role:
        return self.visitor.role


def forget() -> None:
    """Each run begins without a view, so that no page draws what an earlier one was let see."""
    st.session_state.pop(_VIEW, None)
    moving.note(None)
    links.unlock()


def open() -> View:
    """The view of this run, which `begin` made; every page calls it first.

    So does each part of a page that is drawn alone: nobody asked who comes before it ran. Where
    the answer is another by now, the whole page runs again.
    """
    view = st.session_state.get(_VIEW)
    if view is None:
        st.stop()
    assert isinstance(view, View)
    if _is_part() and not view.visitor.is_still(session.arrive(), view.page):
        st.rerun()
    return view


def _is_part() -> bool:
    """Whether this run draws parts of the page only."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and bool(context.fragment_ids_this_run)


def require(lowest: Role) -> View:
    """The view, where the visitor is at least of that role; else a message and no more."""
    view = open()
    if not admits(view.role, lowest):
        refuse()
        st.stop()
    return view


def refuse() -> None:
    """Stands where a page is for a higher role."""
    st.title(say("This page is not open to you"))
    st.markdown(say("It is for the executive director and the secretariat."))


def find_snapshot() -> store.Shown:
    """The snapshot to show, with a progress bar while it is being built."""
    place = st.empty()
    drawn = []

    def progress(share: float, what: str) -> None:
        drawn.append(what)
        place.progress(
            min(max(share, 0.0), 1.0), text=say("Building the figures: {what}", what=escape(what))
        )

    shown = store.find(progress)
    if drawn:
        place.empty()
    if shown.snapshot is None:
        st.title(say("There is nothing to show yet"))
        st.error(escape(_capital(shown.problem) or say("No exports have arrived.")))
        st.caption(say("Put the exports and the plan into their folders; this page looks again."))
        st.session_state.pop(_VIEW, None)
    return shown


def wait(visitor: Visitor, page: str) -> Waiting:
    """Draws who looks, where there are no figures yet and the first ones can be brought."""
    uploads.allow(admits(visitor.role, "executive"))
    room.style()
    with st.container(horizontal=True, horizontal_alignment="right"):
        entrance.account(visitor)
    entrance.leave_in_time(visitor)
    return Waiting(visitor, page)


def find_frozen(name: str) -> store.Shown:
    """The snapshot that a share link was frozen on."""
    snapshot = store.frozen(name)
    if snapshot is None:
        st.title(say("There is nothing to show any more"))
        st.markdown(
            say(
                "The figures that this link was made for are no longer kept, or "
                "cannot be reached now."
            )
        )
    return store.Shown(snapshot, "")


def begin(shown: store.Shown, visitor: Visitor, page: str) -> View:
    """Draws what stands above every page and makes its view."""
    snapshot = shown.snapshot
    assert snapshot is not None
    uploads.allow(admits(visitor.role, "executive"))
    is_frozen = visitor.link is not None and visitor.link.snapshot is not None
    moving.note(None if is_frozen else snapshot.id)
    room.style()
    # A place of their own: what comes and goes among others would have all below mounted anew.
    with st.container():
        _remark(shown, visitor)
    asked_to_share = []

    def account() -> None:
        if admits(visitor.role, "executive") and page in links.SHARED:
            asked_to_share.append(st.button(say("Share"), type="tertiary", key="share"))
        entrance.account(visitor)

    if visitor.link is not None:
        try:
            chosen = selection_bar.locked(snapshot, visitor.link.parameters, account)
        except Refusal as refusal:
            st.error(f"{refusal}.")
            st.stop()
    else:
        chosen = selection_bar.settle(snapshot, page)
    view = View(
        snapshot=snapshot,
        choice=chosen.choice,
        selection=chosen.selection,
        visitor=visitor,
        page=page,
        as_of=chosen.as_of,
        compare=chosen.compare,
        scorecard=readings.scorecard(
            snapshot, chosen.selection, visitor.role, chosen.as_of, chosen.compare
        ),
        theme="dark" if st.context.theme.type == "dark" else "light",
        language=languages.current(),
    )
    st.session_state[_VIEW] = view
    ahead.begin(view)
    if visitor.link is None:
        selection_bar.draw(view, lambda: _beside(view, account))
    else:
        _beside(view, lambda: None)
    entrance.leave_in_time(visitor)
    with st.container():
        for notice in chosen.notices:
            st.info(escape(notice))
    if any(asked_to_share):
        _share(view)
    return view


def _beside(view: View, account: Callable[[], None]) -> None:
    """What stands beside the selection: help at hand, and who looks."""
    from scorecard.screen import guide  # It asks for the view, and so comes after it.

    guide.draw(view)
    account()


def _remark(shown: store.Shown, visitor: Visitor) -> None:
    """Says where the figures are not the newest there could be."""
    if shown.problem:
        st.warning(
            say("The newest figures cannot be shown, so those before them are.")
            + " "
            + escape(_capital(shown.problem))
        )
    if shown.is_outdated and admits(visitor.role, "executive"):
        st.info(
            say(
                "The exports at hand or the definitions have changed since these "
                "figures were published. What you see stays until somebody "
                "publishes, on the page Data or with `python -m scorecard publish`."
            )
        )


def _share(view: View) -> None:
    """Asks for whom and until when this very view is to be opened by a link."""
    from scorecard.screen import sharing  # It shows views, and so comes after them.

    sharing.dialog(view, view.page, links.here(view.page))


def end(view: View) -> None:
    """Draws what stands below every page: where the figures come from."""
    if view.visitor.link is not None:
        watermark.draw(f"{view.visitor.name} · {wording.date(dt.datetime.now(dt.UTC).date())}")
    with st.container(key="foot"):
        st.caption(" · ".join(escape(part) for part in foot(view)))
        with st.container(horizontal=True, gap="medium"):
            language.choose(view)
            ease.draw()
        ahead.draw(view)


def foot(view: View) -> list[str]:
    """What is to know of the data behind the figures."""
    snapshot = view.snapshot
    arrived, expected, rows = _arrived(snapshot, snapshot.id)
    parts = [
        say("Data of {date}", date=wording.date(snapshot.data_date)),
        say("{count} of {whole} exports arrived", count=arrived, whole=expected),
        say_n("{count} row set aside", "{count} rows set aside", rows, count=rows),
        say("snapshot {id}", id=snapshot.id[:6]),
    ]
    return [*parts, snapshot.synthetic] if snapshot.synthetic else parts


@st.cache_resource(show_spinner=False, max_entries=8)
def _arrived(_snapshot: Snapshot, id: str) -> tuple[int, int, int]:
    """Exports that arrived, exports there should be, and rows that were set aside."""
    exports = {file.name for file in contract.load().exports}
    cursor = _snapshot.cursor()
    present = cursor.execute("select export from ledger where present").fetchall()
    row = cursor.execute("select count(*) from quarantine").fetchone()
    assert row
    return len(exports & {name for (name,) in present}), len(exports), row[0]


def _capital(problem: str) -> str:
    """Why figures cannot be shown, as a sentence."""
    text = retold(problem)
    if "." in text.partition(" ")[0]:
        # The name of a file stays as it is written.
        return f"{text}."
    return f"{text[:1].upper()}{text[1:]}." if text else ""
