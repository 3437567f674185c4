"""Pasted references to packs are understood: addresses, commands, and the bot's own names."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire.addresses import copied_options, pack_address, pack_reference, pack_references


@pytest.mark.parametrize(
    "text",
    [
        "https://www.astria.ai/p/260", "http://astria.ai/p/260", "astria.ai/p/260",
        "www.astria.ai/p/260/", "https://www.astria.ai/p/260.json", "https://api.astria.ai/p/260",
        "https://www.astria.ai/p/260?aff=x&utm_source=y#z", "https://www.astria.ai/de/p/260",
        "https://www.astria.ai/pt-BR/p/260?ws=7", "https://www.astria.ai:443/p/260",
        "https://www.astria.ai/packs/260", "https://www.astria.ai/packs/260/",
        "https://www.astria.ai/packs/260/tunes?page=2", "https://www.astria.ai/es/packs/260#x",
        "https://www.astria.ai/prompts?pack_id=260", "astria.ai/prompts?a=1&pack_id=260&b=2",
        "/p/260", "/p/260.json?x=1", "/fr/p/260", "/packs/260/edit", "/prompts?pack_id=260",
        "(https://www.astria.ai/p/260).", "**<https://www.astria.ai/p/260>**",
        "260", "#260", "# 260", "Pack 260", "pack #260", "Template 260", "id:260", "ID: 260",
        "260 · corporate-headshots", "Pack 260 · corporate-headshots · updated 1 April 2025",
        "Foto-Pack 260", "Foto-Pack 260 · corporate-headshots · aktualisiert am 01.04.2025",
        "Corporate Headshots · 260", "Corporate Headshots · 260 · woman, man",
        "Corporate Headsh… · 260 · woman, m…", "Best of · 2024 · winter · 260 · woman",
        "300 · 260 · man", "260 · 2024",
        "/pack id:260", "/pack id: 260 class: man page: 7", "/pack class:man in suit id:260",
        "/pack id:260 · corporate-headshots", "/pack id:Headshots · 260 · woman class:man",
        "/pack id:https://www.astria.ai/p/260?x class:man", "/vergleich id:260 zweites:7",
    ],
)  # fmt: skip
def test_every_reference_to_a_pack_is_understood(text: str) -> None:
    assert pack_reference(text) == pack_reference(f"  {text}\n") == "260"


@pytest.mark.parametrize(
    "text",
    [
        "corporate-headshots", "packs for men", "Studio 54", "12 angry men", "Headshots · new",
        "https://www.astria.ai/packs/new", "https://www.astria.ai/packs/260abc", "id", "/",
        "/packs", "https://evil-astria.ai/p/260", "https://astria.ai.evil.example/p/260", "٢٦٠",
        "Studio: 54",
        "https://www.astria.ai/gallery/packs", "Pack", "#", "/packs search:men page:2",
    ],
)  # fmt: skip
def test_other_text_stays_unchanged(text: str) -> None:
    assert pack_reference(text) == text


def test_slug_is_read_from_reference() -> None:
    assert pack_reference("/p/corporate-headshots") == "corporate-headshots"
    assert pack_reference("astria.ai/p/f%C3%BCr-alle.json") == "für-alle"
    assert pack_reference("/pack id:corporate-headshots class:man") == "corporate-headshots"
    assert pack_reference("/pack id:Royal Cats class:cat") == "Royal Cats"


def test_all_addresses_in_a_message_are_found() -> None:
    text = "astria.ai/p/a, https://www.astria.ai/packs/7/x and /p/no, astria.ai/prompts?pack_id=8!"
    assert pack_references(text) == ["a", "7", "8"]


@given(st.integers(1, 2**63 - 1), st.none() | st.text(min_size=1, max_size=40))
def test_address_made_by_the_bot_is_read_back(pack_id: int, slug: str | None) -> None:
    (ref,) = pack_references(pack_address(pack_id, slug)) or [slug]
    # A slug that ends like a sentence, or like Astria's JSON, is cut; the id is always right.
    if slug is None or slug.isdecimal():
        assert ref == str(pack_id)


def test_options_of_a_copied_command_are_read() -> None:
    assert copied_options("/pack id:260 class:man in suit page: 7") == {
        "id": "260", "class": "man in suit", "page": "7"
    }  # fmt: skip
    assert copied_options("/pack id:260 Klasse:Frau SEITE:2") == {
        "id": "260", "klasse": "Frau", "seite": "2"
    }  # fmt: skip
    assert copied_options("id:260 página:3") == {"id": "260", "página": "3"}
    assert copied_options("Studio: 54") == {}


@pytest.mark.parametrize(
    "text",
    ["/" + "a:" * 3000, "/ " + "a: " * 2000, " · 1" * 1500, "id:" + " x" * 3000,
     "astria.ai/prompts?" + "&pack_id" * 700, "astria.ai/prompts?" * 330, "/p/" * 2000],
)  # fmt: skip
def test_long_text_is_read_quickly(text: str) -> None:
    began = time.thread_time()
    pack_reference(text)
    pack_references(text)
    assert time.thread_time() - began < 0.5
