"""Share links: what may be made, what an address is worth, and who opened it."""

from __future__ import annotations

import datetime as dt
import os
import stat
import string
import time
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
import state_writers as writers
from databases import server, store, url
from hypothesis import given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer
from small_set import ask
from sqlalchemy import insert

from scorecard.refusal import Refusal
from scorecard.state import audit, links
from scorecard.state.columns import now
from scorecard.state.keys import link_keys
from scorecard.state.links import Draft
from scorecard.state.store import Store, open_store
from scorecard.state.tables import link_openings
from scorecard.visitor import Visitor

__all__ = ["server", "store", "url"]

_SPAWN = get_context("spawn")
PAGES = ("plan", "membership")
KEYS = ("k" * 40,)
DAY = dt.timedelta(days=1)


def draft(recipient: str = "Jane Doe", days: float = 7) -> Draft:
    parameters = {"region": ("Africa", "Asia and the Pacific"), "as_of": ("2022-12-31",)}
    return Draft(recipient, "membership", parameters, "f00", "Ada", now() + days * DAY)


# Made, found, withdrawn ---------------------------------------------------------------------


def test_a_link_is_found_as_it_was_made(store: Store) -> None:
    asked, before = draft(), now()
    made = links.make(store, asked, PAGES)
    assert links.find(store, made.id) == made
    assert before <= made.made_at <= now()
    same = ("recipient", "page", "parameters", "snapshot", "made_by", "expires_at")
    assert [getattr(made, name) for name in same] == [getattr(asked, name) for name in same]
    assert (made.revoked_at, made.revoked_by, made.opened, made.last_opened) == (
        None,
        None,
        0,
        None,
    )
    assert links.find(store, "0" * 16) is None


def test_links_are_listed_the_newest_first(store: Store) -> None:
    names = ["Ada", "Bob", "Eve"]
    for name in names:
        links.make(store, draft(name))
    assert [link.recipient for link in links.made(store)] == names[::-1]


def test_an_open_link_does_not_keep_what_a_withdrawn_one_showed(store: Store) -> None:
    one, other = (links.make(store, draft(name)) for name in ("One", "Other"))
    looked = Visitor("guest", "One", "link", one)
    assert looked.is_still(Visitor("guest", "One", "link", one), "membership")
    assert not looked.is_still(Visitor("guest", "One", "link", one), "plan")
    withdrawn = Visitor("guest", "One", "link", links.revoke(store, one.id, "Ada"))
    assert not looked.is_still(withdrawn, "membership")
    assert not looked.is_still(Visitor("guest", "Other", "link", other), "membership")


def test_openings_are_counted_for_each_link(store: Store) -> None:
    one, other = links.make(store, draft("One")), links.make(store, draft("Other"))
    for _ in range(3):
        links.note_opening(store, one.id)
    before = now()
    links.note_opening(store, one.id)
    again, untouched = links.find(store, one.id), links.find(store, other.id)
    assert again and again.opened == 4
    assert again.last_opened and before <= again.last_opened <= now()
    assert untouched == other
    with pytest.raises(Refusal, match="no such link"):
        links.note_opening(store, "0" * 16)


def test_a_withdrawn_link_stays_withdrawn_by_who_did_it_first(store: Store) -> None:
    made = links.make(store, draft())
    first = links.revoke(store, made.id, "Ada")
    assert first.revoked_by == "Ada" and first.revoked_at and first.revoked_at >= made.made_at
    assert links.revoke(store, made.id, "Bob") == first == links.find(store, made.id)
    with pytest.raises(Refusal, match="no such link"):
        links.revoke(store, "0" * 16, "Ada")


def test_making_and_withdrawing_stand_in_the_trail_once_and_without_the_address(
    store: Store,
) -> None:
    made = links.make(store, draft())
    links.revoke(store, made.id, "Bob")
    links.revoke(store, made.id, "Eve")
    revoked, entry = audit.entries(store)
    assert (entry.event, entry.who, entry.role) == ("link_made", "Ada", "executive")
    assert entry.subject["recipient"] == "Jane Doe"
    assert "region=Africa" in entry.subject["selection"]
    assert (revoked.event, revoked.who) == ("link_revoked", "Bob")
    signed = links.token(made, KEYS)
    assert signed not in str((revoked, entry))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (draft(""), "give a name"),
        (draft("   "), "give a name"),
        (draft("x" * 121), "121 characters"),
        (draft("Jane\nDoe"), "one line"),
        (draft("Jane\0"), "one line"),
        (draft("\u202eenaJ"), "one line"),
        (draft("half \ud83d"), "one line"),
        (replace(draft(), page="sharing"), "no page 'sharing'"),
        (replace(draft(), made_by=" "), "who makes the link is empty"),
        (draft(days=0), "future"),
        (draft(days=-1), "future"),
        (draft(days=367), "366 days"),
        (replace(draft(), parameters={"link": ("x",)}), "cannot fix 'link'"),
        (replace(draft(), parameters={"region": ("x" * 201,)}), "too long"),
        (replace(draft(), parameters={"region": ("a\nb",)}), "one line"),
        (replace(draft(), parameters={"region": ("x",) * 61}), "at most 60"),
    ],
)
def test_a_draft_that_is_not_whole_is_refused_and_nothing_is_written(
    store: Store, wrong: Draft, said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        links.make(store, wrong, PAGES)
    assert links.made(store) == ()
    assert audit.entries(store) == ()


@pytest.mark.parametrize(
    "typed",
    ["x" * 120, "Zoë Ōno", "علی\u200cرضا", "<b>Eve</b>", "=1+1", "'); drop table links; --", "🎉"],
)
def test_a_name_is_kept_as_typed(store: Store, typed: str) -> None:
    made = links.make(store, draft(f" {typed} "))
    assert made.recipient == typed


# The address --------------------------------------------------------------------------------


def a_link() -> links.Link:
    return links.Link(
        "0123456789abcdef", "Jane", "membership", {}, None, "Ada", now(), now() + DAY, None, None,
        0, None,
    )  # fmt: skip


def test_an_address_holds_the_id_alone_and_any_key_that_is_kept_reads_it() -> None:
    old, new = "o" * 32, "n" * 32
    signed = links.token(a_link(), (old,))
    assert set(signed) <= set(string.ascii_letters + string.digits + "-_.")
    assert len(signed) < 100
    assert links.read(signed, (old,)) == a_link().id
    assert links.read(signed, (new, old)) == a_link().id
    assert links.token(a_link(), (new, old)) == links.token(a_link(), (new,)) != signed
    with pytest.raises(Refusal):
        links.read(signed, (new,))


def test_no_change_of_an_address_opens_anything() -> None:
    signed = links.token(a_link(), KEYS)
    others = {signed[:cut] for cut in range(len(signed))} | {signed + signed, f"{signed}x", ""}
    for place, letter in enumerate(signed):
        # The last letter of base 64 has bits that say nothing; the others say all.
        last = place == len(signed) - 1
        others |= {
            signed[:place] + c + signed[place + 1 :] for c in "Aa0-." if c != letter and not last
        }
    texts = set()
    for other in others - {signed}:
        with pytest.raises(Refusal) as refused:
            links.read(other, KEYS)
        texts.add(str(refused.value))
    assert len(texts) == 1, "a guess learns nothing from the answer"


@pytest.mark.parametrize(
    "payload", ["0123456789ABCDEF", "x" * 16, "", 7, None, ["0123456789abcdef"], {"id": 1}]
)
def test_what_our_key_signed_for_another_purpose_opens_nothing(payload: object) -> None:
    foreign = URLSafeSerializer(KEYS[0], salt="another").dumps(a_link().id)
    ours = links._serializer(KEYS).dumps(payload)
    for signed in (foreign, ours):
        assert isinstance(signed, str)
        with pytest.raises(Refusal, match="no link of ours"):
            links.read(signed, KEYS)


@pytest.mark.parametrize("huge", ["x" * 5_000_000, "." * 200, "\ud83d.x", "é.ü", "\0", "a.b.c"])
def test_strange_addresses_are_refused_at_once(huge: str) -> None:
    began = time.monotonic()
    with pytest.raises(Refusal, match="no link of ours"):
        links.read(huge, KEYS)
    assert time.monotonic() - began < 0.1


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_no_text_is_a_link(text: str) -> None:
    with pytest.raises(Refusal):
        links.read(text, KEYS)


def test_a_link_that_does_not_open_says_why_politely() -> None:
    link = a_link()
    assert links.problem(link, "membership", now()) is None
    assert "another page" in str(links.problem(link, "plan", now()))
    late = links.problem(link, "membership", link.expires_at)
    assert late and "expired on" in late and "Ada" in late
    assert links.problem(link, "membership", link.expires_at - dt.timedelta(seconds=1)) is None
    gone = replace(link, revoked_at=now(), revoked_by="Bob")
    for page in ("membership", "plan"):
        said = links.problem(gone, page, link.expires_at)
        assert said and "withdrawn" in said and "Ada" in said


# The keys -----------------------------------------------------------------------------------


def test_configured_keys_are_taken_in_their_order_and_short_ones_are_refused_unsaid(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/state/s.db"
    assert link_keys(["n" * 32, "o" * 64], url) == ("n" * 32, "o" * 64)
    with pytest.raises(Refusal, match="key 2 of link_keys") as refused:
        link_keys(["n" * 32, "secret"], url)
    assert "secret" not in str(refused.value).replace("secrets.toml", "")
    assert not (tmp_path / "state").exists()


def test_a_machine_without_a_configured_key_makes_one_that_its_owner_alone_reads(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/state/s.db"
    mask = os.umask(0)
    try:
        (key,) = link_keys([], url)
    finally:
        os.umask(mask)
    assert len(key) >= 32
    assert link_keys([], url) == (key,), "the next process has the same"
    (file,) = (tmp_path / "state").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    other = link_keys([], f"sqlite:///{tmp_path}/other/s.db")
    assert other != (key,)


def test_processes_that_need_a_key_together_have_the_same(tmp_path: Path) -> None:
    url, moment = f"sqlite:///{tmp_path}/state/s.db", time.time() + 4
    with _SPAWN.Pool(4) as pool:
        found = pool.starmap(writers.key_of, [(url, moment)] * 4, chunksize=1)
    assert len(set(found)) == 1
    assert len(list((tmp_path / "state").iterdir())) == 1


def test_a_damaged_key_is_named_and_not_used(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.db"
    link_keys([], url)
    (file,) = tmp_path.iterdir()
    for damaged in (b"", b"short", b"\xff" * 64):
        file.write_bytes(damaged)
        with pytest.raises(Refusal, match="key"):
            link_keys([], url)


def test_several_machines_are_told_which_setting_they_need() -> None:
    with pytest.raises(Refusal, match=r"link_keys.*\[access\]"):
        link_keys([], "postgresql://user:password@host/database")


# How much, how quickly ----------------------------------------------------------------------


def test_openings_of_two_processes_at_once_are_all_counted_and_quickly(
    store: Store, url: str
) -> None:
    made, times = links.make(store, draft()), 250
    together = _SPAWN.Barrier(3)
    both = [
        _SPAWN.Process(target=writers.opening_link, args=(url, made.id, together, times))
        for _ in range(2)
    ]
    for process in both:
        process.start()
    together.wait(90)
    began = time.monotonic()
    for process in both:
        process.join(100)
    took = time.monotonic() - began
    assert [process.exitcode for process in both] == [0, 0]
    found = links.find(store, made.id)
    assert found and found.opened == 2 * times
    assert took < 30, "500 a minute must be no problem"


def test_a_hundred_thousand_openings_are_counted_quickly(store: Store) -> None:
    busy, quiet = links.make(store, draft("Busy")), links.make(store, draft("Quiet"))
    many, start = 100_000, now()
    with store.writing() as connection:
        rows = [{"link": busy.id, "at": start + dt.timedelta(seconds=i)} for i in range(many)]
        connection.execute(insert(link_openings), rows)
    for ask_for in (lambda: links.find(store, busy.id), lambda: links.made(store)[-1]):
        took = []
        for _ in range(5):
            began = time.monotonic()
            found = ask_for()
            took.append(time.monotonic() - began)
            assert found and found.opened == many
            assert found.last_opened == start + dt.timedelta(seconds=many - 1)
        assert min(took) < 0.25
    assert links.find(store, quiet.id) == quiet


# At the command line ------------------------------------------------------------------------


def test_the_command_lists_links_and_withdraws_one(store: Store, url: str) -> None:
    made = links.make(store, draft("=Jane"))
    links.note_opening(store, made.id)
    code, answer, said = ask(["--state", url], "links")
    assert code == 0, said
    (row,) = answer["links"]
    assert (row["id"], row["state"], row["opened"], row["figures"]) == (made.id, "open", 1, "f00")
    assert links.token(made, KEYS) not in str(answer)
    code, answer, _ = ask(["--state", url], "links", "--revoke", made.id, "--by", "Ada")
    assert (code, answer["links"][0]["state"]) == (0, "withdrawn")
    again = open_store(url)
    found = links.find(again, made.id)
    assert found and found.revoked_by == "Ada"
    again.close()
