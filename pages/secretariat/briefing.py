"""The papers for a meeting: chosen, looked at, commented on, made, and found again."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from scorecard import languages, readings, standing, wording
from scorecard.briefing import answer, content, interactive, letters, scale, writers, written
from scorecard.briefing.brief import brief, occasion
from scorecard.briefing.document import Block, Bullets, Cell, Chart, Document, Paragraph, Section
from scorecard.briefing.written import Written
from scorecard.languages import Words, say, say_n, to_say
from scorecard.refusal import Refusal
from scorecard.screen import agenda, cards, commentary, downloads, figures, frame, store, tables
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot
from scorecard.state import columns, library
from scorecard.state.commentary import latest, missing
from scorecard.state.library import Briefing
from scorecard.state.store import Store

VARIANTS = Words(
    {"full": to_say("Full"), "two-page": to_say("Two pages"), "kpi": to_say("One KPI")}
)
AUDIENCES = Words({"board": to_say("Board"), "executive": to_say("Executive director")})
VIEWS = Words(
    {
        "preview": to_say("Preview"),
        "commentary": to_say("Commentary"),
        "agenda": to_say("Decisions and actions"),
        "library": to_say("Library"),
    }
)
_LANGUAGE = "briefing_language"
_DOCUMENT, _MADE = "briefing_document", "briefing_made"


def choices(view: View) -> Briefing | None:
    """What to make, from the controls; none where the plan has no meeting."""
    plan, first = view.snapshot.plan, view.snapshot.dates[0]
    days = sorted({m.date for m in plan.meetings if m.date >= first}, reverse=True)
    if not days:
        st.info(say("The plan has no meeting to prepare."))
        return None
    following = [day for day in days if day >= view.snapshot.data_date]
    start = days.index(min(following)) if following else 0
    left, right = st.columns(2)
    meeting = left.selectbox(
        say("Meeting"),
        days,
        index=start,
        format_func=lambda day: wording.met_titled(plan, day),
        key="briefing_meeting",
    )
    usual = occasion(view.snapshot, meeting)
    earlier = [
        day
        for day in days
        if day < usual.as_of and day in view.snapshot.places and day != usual.compare
    ]
    compare = right.selectbox(
        say("Compared with"),
        [*([usual.compare] if usual.compare else []), *earlier] or [None],
        format_func=lambda day: (
            wording.met_titled(plan, day) if day else say("nothing: there is no earlier meeting")
        ),
        key=f"briefing_compare_{meeting}",
    )
    first_column, second, third, fourth = st.columns([3, 3, 3, 2])
    audience = first_column.segmented_control(
        say("Audience"),
        list(AUDIENCES),
        default="board",
        required=True,
        format_func=AUDIENCES.__getitem__,
        key="briefing_audience",
    )
    variant = second.segmented_control(
        say("Variant"),
        list(VARIANTS),
        default="full",
        required=True,
        format_func=VARIANTS.__getitem__,
        key="briefing_variant",
    )
    kind = third.selectbox(
        say("Format"),
        list(writers.WRITERS),
        format_func=lambda name: say(writers.WRITERS[name].title),
        key="briefing_format",
    )
    offered = list(languages.OFFERED)
    fourth.selectbox(
        say("Language"),
        offered,
        index=offered.index(view.language),
        format_func=languages.LANGUAGES.__getitem__,
        key=_LANGUAGE,
    )
    kpi = None
    if variant == "kpi":
        kpi = st.selectbox(
            say("KPI"),
            [kpi.id for kpi in plan.kpis],
            format_func=lambda name: plan.kpi(name).title,
            key="briefing_kpi",
        )
    return Briefing(
        meeting=meeting,
        compare=compare,
        variant=variant or "full",
        format=kind,
        audience=audience or "board",
        selection=view.selection,
        snapshot=view.snapshot.id,
        author="",
        kpi=kpi,
    )


def compose(snapshot: Snapshot, asked: Briefing, said: Written, language: str) -> Document:
    return content.compose(
        snapshot,
        said,
        asked.meeting,
        asked.compare,
        asked.selection,
        asked.audience,  # type: ignore[arg-type]
        asked.variant,  # type: ignore[arg-type]
        asked.kpi,
        language,
    )


def remembered(view: View, asked: Briefing, said: Written) -> Document:
    """The document of these choices, composed once for as long as they and the writing last."""
    language = st.session_state[_LANGUAGE]
    key = (replace(asked, format="", author=""), repr(said), language)
    kept = st.session_state.get(_DOCUMENT)
    if kept is None or kept[0] != key:
        kept = (key, compose(view.snapshot, asked, said, language))
        st.session_state[_DOCUMENT] = kept
    return kept[1]


# The file -----------------------------------------------------------------------------------


def make(
    view: View, asked: Briefing, document: Document, state: Store | None, read_at: dt.datetime
) -> None:
    """Makes the file on request, with a bar while it is made, and hands it over."""
    key = (asked, content.content_hash(document))
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = st.button(say("Make the file"), type="primary", key="briefing_make")
        place = st.empty()
    if wanted:
        bar = st.progress(0.1, say("Composing the papers"))
        bar.progress(0.4, say("Writing: {what}", what=say(writers.WRITERS[asked.format].title)))
        try:
            made = writers.as_bytes(document, asked.format)
        except Refusal as refusal:
            bar.empty()
            st.error(escape(_capital(f"{refusal}.")))
            return
        bar.progress(0.9, say("Entering it in the library"))
        if state is not None:
            signed_in = view.visitor.name if view.visitor.via == "sign-in" else ""
            writer = signed_in or st.session_state.get("_author", "").strip() or say("Secretariat")
            library.keep(
                state,
                replace(
                    asked,
                    author=writer,
                    content=content.content_hash(document),
                    # Writing that came after this moment is not in these papers.
                    made_at=read_at,
                ),
            )
        bar.empty()
        st.session_state[_MADE] = (key, made)
    kept = st.session_state.get(_MADE)
    if kept and kept[0] == key:
        hand_over(view, place.download_button, document, asked, kept[1], "briefing_download")


def hand_over(
    view: View,
    button: Callable[..., object],
    document: Document,
    asked: Briefing,
    made: bytes,
    key: str,
) -> None:
    name = writers.file_name(document, asked.format, [asked.variant, asked.kpi or ""])
    size = f"{wording.plain(max(1, len(made) // 1000))} kB"
    button(
        say("Download {name} ({size})", name=escape(name), size=size),
        downloads.guarded(view, name, lambda: made),
        file_name=name,
        mime=writers.WRITERS[asked.format].mime,
        key=key,
        on_click="ignore",
    )


# The preview --------------------------------------------------------------------------------


def preview(view: View, document: Document) -> None:
    """The papers a section at a time, from the same document as the files."""
    sections = [s for s in document.walk() if s.opens_page or s in document.sections]
    place = st.selectbox(
        say("Section"),
        range(len(sections)),
        format_func=lambda i: _indent(sections[i]),
        key="briefing_section",
    )
    st.caption(escape(" · ".join(document.marks)))
    st.caption(escape(document.selection))
    with st.container(border=True, key="briefing_paper"):
        draw(view, sections[min(place, len(sections) - 1)], str(place))


def draw(view: View, section: Section, key: str) -> None:
    st.markdown(f"{'#' * (section.level + 1)} {escape(section.title)}")
    for i, block in enumerate(section.blocks):
        draw_block(view, block, f"{key}_{i}")
    if section.notes:
        with st.expander(say("Notes")):
            st.markdown("\n".join(f"- {escape(note)}" for note in section.notes))
    for i, child in enumerate(section.sections):
        if not child.opens_page:
            draw(view, child, f"{key}_s{i}")


def draw_block(view: View, block: Block, key: str) -> None:
    match block:
        case Paragraph():
            mark = "**" if block.strong else ""
            st.markdown(f"{mark}{escape(block.text)}{mark}")
        case Bullets():
            st.markdown("\n".join(f"- {escape(item)}" for item in block.items))
        case Chart():
            exhibit = figures.Exhibit(
                figure=interactive.figure(block, view.theme),
                title=letters.one_line(block.title),
                subtitle=letters.one_line(block.subtitle),
                alt=lambda: block.alt,
                table=lambda: of_chart(block),
            )
            figures.draw(view, lambda shown: exhibit, key=f"briefing_{key}", steps=False)
        case _:
            st.markdown(f"**{escape(block.title)}**")
            names = [column.title for column in block.columns]
            table = pd.DataFrame([list(map(shown, row)) for row in block.rows], columns=names)
            tables.show(table, f"briefing_table_{key}", block.title, rows=40)
            if block.note:
                st.caption(escape(block.note))


def shown(cell: Cell) -> str:
    text = letters.one_line(cell.text)
    return f"{letters.SHAPES[cell.status]} {text}" if cell.status else text


def of_chart(chart: Chart) -> pd.DataFrame:
    """The data of a chart in words, a row a category."""
    head = say("Date") if chart.kind == "line" else say("Group")
    last = len(chart.categories) - 1
    columns: dict[str, list[str]] = {head: [letters.one_line(name) for name in chart.categories]}
    for line in chart.lines:
        columns[line.name] = [
            scale.step_shown(value, chart.unit)
            if chart.kind == "waterfall" and 0 < i < last and value is not None
            else scale.shown(value, chart.unit)
            for i, value in enumerate(line.values)
        ]
    return pd.DataFrame(columns)


def _indent(section: Section) -> str:
    title = letters.one_line(section.title)
    return title if section.level == 1 else f"– {title}"


# Commentary and library ---------------------------------------------------------------------


def write_commentary(view: View, asked: Briefing, state: Store | None) -> None:
    if state is None:
        st.info(say("Nothing can be written here now."))
        return
    as_of = occasion(view.snapshot, asked.meeting, asked.compare).as_of
    card = readings.scorecard(view.snapshot, view.selection, view.role, as_of)
    gaps = missing(latest(state, asked.meeting), card.readings)
    commentary.missing(view, gaps)
    writer = commentary.author(view)
    slow = [r.kpi for r in standing.behind(card.readings)]
    rest = [kpi.id for kpi in view.snapshot.plan.kpis if kpi.id not in slow]
    kpi = st.selectbox(
        say("KPI to write about"),
        [*slow, *rest],
        format_func=lambda name: (
            say("{title} (in delay)", title=view.snapshot.plan.kpi(name).title)
            if name in slow
            else view.snapshot.plan.kpi(name).title
        ),
        key="briefing_comment_kpi",
    )
    commentary.one(view, state, asked.meeting, view.snapshot.plan.kpi(kpi), writer)


def write_agenda(view: View, asked: Briefing, state: Store | None) -> None:
    """What the board is asked to decide, and who is to do what by when."""
    if state is None:
        st.info(say("Nothing can be written here now."))
        return
    writer = commentary.author(view)
    st.markdown(f"### {say('Decisions asked of the board')}")
    agenda.items(view, state, asked.meeting, "decision", writer)
    st.markdown(f"### {say('Action items')}")
    agenda.items(view, state, asked.meeting, "action", writer)


def show_library(view: View, state: Store | None) -> None:
    """Which papers were made; the same snapshot gives the same again."""
    past = library.made(state) if state is not None else ()
    if not past:
        st.info(say("No papers have been made yet."))
        return
    rows = [
        {
            say("Made"): commentary.moment(b.made_at) if b.made_at else "",
            say("Meeting"): wording.short_date(b.meeting),
            say("Compared with"): wording.short_date(b.compare) if b.compare else wording.NOTHING,
            say("Variant"): VARIANTS.get(b.variant, b.variant),
            say("Format"): b.format.upper(),
            say("Audience"): AUDIENCES.get(b.audience, b.audience),
            say("Selection"): wording.scope(b.selection),
            say("Snapshot"): b.snapshot,
            say("Content"): b.content,
            say("By"): b.author,
        }
        for b in past
    ]
    tables.show(pd.DataFrame(rows), "briefing_library", say("Papers that were made"))
    chosen = st.selectbox(
        say("Make again"),
        range(len(past)),
        format_func=lambda i: (
            f"{rows[i][say('Meeting')]} · {rows[i][say('Variant')]} · "
            f"{rows[i][say('Format')]} · {say('made {date}', date=rows[i][say('Made')])}"
        ),
        key="briefing_again",
    )
    if st.button(say("Make these papers again"), key="briefing_remake"):
        remake(view, past[chosen], state)


def remake(view: View, old: Briefing, state: Store | None) -> None:
    """Makes papers from the snapshot and the writing of their time, and says if they differ."""
    is_same = old.snapshot == view.snapshot.id
    snapshot = view.snapshot if is_same else store.frozen(old.snapshot)
    if snapshot is None:
        st.error(
            say("The snapshot of these papers is no longer kept, so they cannot be made again.")
        )
        return
    said = written.of(state, old.meeting, old.made_at) if state is not None else written.NOTHING
    with st.spinner(say("Making the papers again")):
        document = in_its_language(snapshot, old, said)
        made = writers.as_bytes(document, old.format)
    if content.content_hash(document) == old.content:
        st.success(say("The content is the same as then."))
    else:
        st.warning(say("The content differs: the way papers are made has changed since then."))
    hand_over(view, st.download_button, document, old, made, "briefing_download_again")


def in_its_language(snapshot: Snapshot, old: Briefing, said: Written) -> Document:
    """Papers in the language in which they say what they said, else in that of now."""
    first = languages.current()
    others = [code for code in languages.OFFERED if code != first]
    found = compose(snapshot, old, said, first)
    for code in others:
        if content.content_hash(found) == old.content:
            return found
        found = compose(snapshot, old, said, code)
    is_found = content.content_hash(found) == old.content
    return found if is_found else compose(snapshot, old, said, first)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def headline(view: View, asked: Briefing, said: Written) -> str:
    """What is still to do before the papers can go out."""
    plan = view.snapshot.plan
    found = brief(
        view.snapshot,
        occasion(view.snapshot, asked.meeting, asked.compare),
        Selection(),
        view.role,
        said,
    )
    name = wording.met(plan, asked.meeting)
    lacking = len(answer.without_commentary(found))
    if not lacking:
        return say(
            "The papers for {name} are complete: every KPI behind plan has its commentary.",
            name=name,
        )
    return say_n(
        "The papers for {name} are ready, but one KPI behind plan has no commentary yet.",
        "The papers for {name} are ready, but {count} KPIs behind plan have no commentary yet.",
        lacking, name=name, count=wording.in_words(lacking),
    )  # fmt: skip


def show() -> None:
    view = frame.require("executive")
    figures.style()
    top = st.container()
    asked = choices(view)
    if asked is None:
        return
    state = commentary.open_state(view)
    read_at = columns.now()
    said = written.of(state, asked.meeting, read_at) if state is not None else written.NOTHING
    with top:
        cards.headline(headline(view, asked, said), key="briefing_headline")
    try:
        document = remembered(view, asked, said)
    except Refusal as refusal:
        st.error(escape(_capital(f"{refusal}.")))
        return
    make(view, asked, document, state, read_at)
    part = st.segmented_control(
        say("Show"), list(VIEWS), default="preview", required=True,
        format_func=VIEWS.__getitem__, key="briefing_part",
    )  # fmt: skip
    if part == "commentary":
        write_commentary(view, asked, state)
    elif part == "agenda":
        write_agenda(view, asked, state)
    elif part == "library":
        show_library(view, state)
    else:
        preview(view, document)


show()
