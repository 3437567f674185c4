"""Search: typing errors, best matches, removable filters, commands that lead back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

import pytest
import simcord

from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import (
    controls_of,
    labels_of,
    message_of,
    options_of,
    page_of,
    picture_of,
    text_of,
)

TITLES = {
    1: "Wedding Day",
    2: "Wedding Portraits",
    3: "Summer Wedding",
    4: "Winter Wedding",
    5: "Wedding Party",
    6: "Wedding Classics",
    7: "Royal Cats",
}


@pytest.fixture
async def wide(world: World, astria: Astria) -> World:
    """A catalogue with many weddings, cats, and 260."""
    costs = {"woman": {"cost": 300, "num_images": 3}}
    prompts = {"woman": [{"id": n, "images": [f"https://x.example/{n}"]} for n in range(9)]}
    made = [
        made_up_pack(n, title=title, costs=costs, prompts_per_class=prompts)
        for n, title in TITLES.items()
    ]
    astria.offer(*made, pack_260())
    await world.restart()
    return world


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hedshot corp", "Corporate Headshots"),
        ("headshots corporate", "Corporate Headshots"),
        ("corprate-headshot", "Corporate Headshots"),
        ("royl cats", "Royal Cats"),
        ("cats royal", "Royal Cats"),
        ("7", "Royal Cats"),
        ("pack-7", "Royal Cats"),
        ("https://www.astria.ai/p/pack-7?ref=x", "Royal Cats"),
        ("wedding woman", "Wedding"),
        ("woman wedding", "Wedding"),
        ("wedding winter", "Winter Wedding"),
    ],
)
async def test_searches(wide: World, typed: str, expected: str) -> None:
    message = message_of(await wide.alice.slash(wide.channel, "packs", search=typed))
    assert expected in str(message.embeds[0].title)
    offered = await wide.alice.autocomplete(wide.channel, "pack", "id", typed)
    assert expected in offered[0]["name"]


async def test_exact_slug_comes_first(wide: World, astria: Astria) -> None:
    astria.offer(
        made_up_pack(1, slug="cats-2", title="Cats"), made_up_pack(2, slug="cats", title="A")
    )
    await wide.restart()
    offered = await wide.alice.autocomplete(wide.channel, "pack", "id", "cats")
    assert [one["value"] for one in offered] == ["2", "1"]


async def test_miss_offers_the_five_best_matches(wide: World) -> None:
    missed = message_of(await wide.alice.slash(wide.channel, "pack", id="weding"))
    assert missed.ephemeral
    assert missed.content == "I can't find a pack called “weding”. Did you mean one of these?"
    assert len(options_of(missed)) == 5
    assert all("Wedding" in title for title in options_of(missed))
    await wide.restart()
    opened = message_of(await wide.alice.select(missed, [options_of(missed)["Wedding Day"]]))
    assert not opened.ephemeral
    assert opened.content.startswith("Shared by <@")
    assert opened.embeds[0].title == "Wedding Day"


@pytest.mark.parametrize("typed", ["Royal Cats", "  royal   CATS "])
async def test_title_opens_a_pack(wide: World, typed: str) -> None:
    opened = message_of(await wide.alice.slash(wide.channel, "pack", id=typed))
    assert opened.embeds[0].title == "Royal Cats"
    named = {"first": typed, "second": "260"}
    compared = message_of(await wide.alice.slash(wide.channel, "compare", **named))
    assert link_of(compared) == "/compare first:7 second:260"


async def test_title_opens_a_pack_while_astria_is_down(wide: World, astria: Astria) -> None:
    await wide.alice.slash(wide.channel, "pack", id="royal cats")
    astria.answer_all({}, status=503)
    opened = message_of(await wide.alice.slash(wide.channel, "pack", id="Royal Cats"))
    assert opened.embeds[0].title == "Royal Cats"
    astria.fail("/p/xyzzy", 503)
    refused = message_of(await wide.alice.slash(wide.channel, "pack", id="xyzzy"))
    assert "Astria isn't answering" in refused.content


async def test_shared_title_offers_both_packs(world: World, astria: Astria) -> None:
    astria.offer(made_up_pack(1, title="Royal Cats"), made_up_pack(3, title="Royal Dogs"))
    astria.offer(made_up_pack(2, title="Royal Cats"), gallery=True)
    await world.restart()
    missed = message_of(await world.alice.slash(world.channel, "pack", id="Royal Cats"))
    menu = next(one for one in controls_of(missed) if one["type"] == 3)
    options = cast("list[Mapping[str, str]]", menu["options"])
    described = [(one["label"], one.get("description")) for one in options]
    assert described == [
        ("Royal Cats", "Pack 1 · cat $2.01"),
        ("Royal Cats", "Pack 2 · cat $2.02"),
    ]


async def test_title_of_a_hidden_pack(world: World, astria: Astria) -> None:
    astria.offer(made_up_pack(1, title="Royal Cats", public_at=None))
    await world.restart()
    for _ in range(2):
        missed = message_of(await world.alice.slash(world.channel, "pack", id="Royal Cats"))
        assert missed.content.startswith("I can't find a pack called “Royal Cats”.")
        assert options_of(missed) == {}
        await world.mod.autocomplete(world.channel, "pack", "id", "Royal Cats")
        opened = message_of(await world.mod.slash(world.channel, "pack", id="Royal Cats"))
        assert opened.embeds[0].title == "Royal Cats"
        assert opened.ephemeral


async def test_miss_without_matches(wide: World) -> None:
    missed = message_of(await wide.alice.slash(wide.channel, "pack", id="xyzzy"))
    assert "Pick one from the list that appears while you type" in missed.content
    assert options_of(missed) == {}


@pytest.mark.parametrize("typed", ["!!!", "🐱", "***"])
async def test_punctuation_alone_finds_nothing(wide: World, typed: str) -> None:
    message = message_of(await wide.alice.slash(wide.channel, "packs", search=typed))
    assert message.content.startswith("No packs match")
    assert labels_of(message) == [f"Without “{typed}”"]
    assert await wide.alice.autocomplete(wide.channel, "pack", "id", typed) == []
    missed = message_of(await wide.alice.slash(wide.channel, "pack", id=typed))
    assert options_of(missed) == {}


async def test_filters_can_be_removed_one_by_one(wide: World) -> None:
    options = {"search": "xyzzy", "class": "woman", "source": "gallery"}
    message = message_of(await wide.alice.slash(wide.channel, "packs", **options))
    assert message.ephemeral
    assert message.content == (
        "No packs match “xyzzy” for woman, from Astria's gallery. "
        "Press a button to widen the search, or use `/packs` on its own for the whole list."
    )
    assert labels_of(message) == ["Without “xyzzy”", "Any class", "All sources"]
    await wide.restart()
    await wide.alice.click(message, label="All sources")
    assert message.content.startswith("No packs match “xyzzy” for woman.")
    assert labels_of(message) == ["Without “xyzzy”", "Any class"]
    await wide.alice.click(message, label="Without “xyzzy”")
    assert message.content.splitlines()[0] == "**8 packs** for woman · page 1 of 2"
    assert "Share" in labels_of(message)


async def test_class_that_no_pack_has(wide: World, astria: Astria) -> None:
    options = {"search": "xyzzy", "class": "dragon"}
    message = message_of(await wide.alice.slash(wide.channel, "packs", **options))
    assert message.content.startswith("No pack has the class “dragon”.")
    await wide.alice.select(message, [options_of(message)["man"]])
    astria.offer(made_up_pack(1))
    astria.offer(gallery=True)
    await wide.restart()
    await wide.alice.click(message, label="Without “xyzzy”")
    assert message.content.startswith("There are no packs for an unknown class.")
    await wide.alice.click(message, label="Any class")
    assert message.content.startswith("**1 pack**")


def link_of(message: simcord.ResponseMessage) -> str:
    """Return the command in small print as a client shows it."""
    line = message.content.splitlines()[-1].removeprefix("-# ")
    return re.sub(r"\\([^\w\s])", r"\1", line)


async def follow(world: World, link: str) -> simcord.ResponseMessage:
    """Copy the command of a reply, and use it."""
    name, _, rest = link.removeprefix("/").partition(" ")
    options = dict(re.findall(r"(\w+):(.*?)(?= \w+:|$)", rest))
    kinds = {"page": int, "pictures": int}
    values = {option: kinds.get(option, str)(value) for option, value in options.items()}
    return message_of(await world.alice.slash(world.channel, name, **values))


async def test_command_of_a_pack_leads_back(world: World) -> None:
    options = {"id": "260", "class": "man", "page": 7}
    message = message_of(await world.alice.slash(world.channel, "pack", **options))
    assert link_of(message) == "/pack id:260 class:man page:7"
    again = await follow(world, link_of(message))
    assert (picture_of(again), page_of(again)) == (picture_of(message), "7 / 28")


@pytest.mark.parametrize("locale", ["en-US", "de", "es-ES", "fr"])
async def test_copied_command_is_accepted_as_id(world: World, locale: str) -> None:
    world.speaks(world.alice, locale)
    options = {"id": "260", "class": "man", "page": 7}
    copied = link_of(message_of(await world.alice.slash(world.channel, "pack", **options)))
    assert copied.startswith("/pack id:260")
    again = message_of(await world.bob.slash(world.channel, "pack", id=copied))
    assert page_of(again) == "7 / 28"
    # Other options of the member come first.
    besides = {"id": copied, "class": "woman", "page": 2}
    woman = message_of(await world.bob.slash(world.channel, "pack", **besides))
    assert page_of(woman) == "2 / 35"


async def test_private_copied_command_is_answered_privately(world: World) -> None:
    copied = "/pack id: 260 class: man private: True"
    assert message_of(await world.alice.slash(world.channel, "pack", id=copied)).ephemeral
    copied = "/pack id: 260 page: 0 pictures: 9 private: False"
    public = message_of(await world.alice.slash(world.channel, "pack", id=copied))
    assert not public.ephemeral
    assert page_of(public) == "1 / 35"


async def test_suggested_names_are_understood_if_typed(wide: World) -> None:
    offered = await wide.alice.autocomplete(wide.channel, "pack", "id", "corporate")
    name = offered[0]["name"]
    earlier = "Corporate Headshots · 260 · woman, man"
    printed = ("Pack 260", "#260", "id:260", "260 · corporate-headshots", earlier)
    for typed in (name, name[:-1] + "…", *printed):
        opened = message_of(await wide.alice.slash(wide.channel, "pack", id=typed))
        assert opened.embeds[0].title == "Corporate Headshots"


async def test_command_leads_back_to_every_page_and_size(world: World) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    assert link_of(message) == "/pack id:260 class:woman"
    await world.alice.click(message, label="Four pictures")
    for link in ("", " page:5", " page:9"):
        assert link_of(message) == f"/pack id:260 class:woman{link} pictures:4"
        again = await follow(world, link_of(message))
        assert page_of(again) == page_of(message)
        assert [one.image.url for one in again.embeds] == [one.image.url for one in message.embeds]
        await world.alice.click(message, label="Next")


async def test_odd_class_name_survives_a_copied_command(world: World, astria: Astria) -> None:
    name = "  old\u200b\n**LADY** "
    costs = {"cat": {"cost": 1}, name: {"cost": 2}}
    pictures = {name: [{"id": 1, "images": ["https://x.example/1"]}]}
    astria.offer(made_up_pack(1, costs=costs, prompts_per_class=pictures))
    message = message_of(await world.alice.slash(world.channel, "pack", id="1"))
    assert link_of(message) == "/pack id:1 class:old **LADY**"
    assert picture_of(await follow(world, link_of(message))) == "https://x.example/1"


async def test_odd_class_name_survives_in_a_list(world: World, astria: Astria) -> None:
    name = "  old\u200b\n1. LADY "
    costs = {name: {"cost": 2}}
    astria.offer(*(made_up_pack(n, costs=costs, prompts_per_class={}) for n in range(1, 8)))
    await world.restart()
    (choice, *_) = await world.alice.autocomplete(world.channel, "packs", "class", "old")
    options = {"class": choice["value"], "page": 2}
    message = message_of(await world.alice.slash(world.channel, "packs", **options))
    heading, *_, link = message.content.splitlines()
    assert heading == "**7 packs** for old 1. LADY · page 2 of 2"
    assert link == "-# /packs class:old 1. LADY page:2"
    again = await follow(world, link.removeprefix("-# "))
    assert again.content == message.content


async def test_command_of_a_list_leads_back(wide: World) -> None:
    options = {"search": "weding", "class": "Woman", "sort": "title", "page": 2}
    message = message_of(await wide.alice.slash(wide.channel, "packs", **options))
    heading, *_, link = message.content.splitlines()
    assert heading == "**6 packs** for woman · by title · page 2 of 2"
    assert link == "-# /packs search:weding class:woman sort:By title page:2"
    opened = await follow(wide, "/pack id:4")
    assert opened.embeds[0].title == message.embeds[0].title == "Winter Wedding"


async def test_page_beyond_the_last(wide: World) -> None:
    message = message_of(await wide.alice.slash(wide.channel, "packs", page=99999))
    assert page_of(message) == "2 / 2"


@pytest.mark.parametrize(
    "typed", ["discord.gg/raid", "https://evil.example/x", "discord.com/invite/a"]
)
async def test_typed_links_are_escaped_in_public(wide: World, typed: str) -> None:
    search = f"wedding {typed}"
    message = message_of(await wide.alice.slash(wide.channel, "packs", search=search))
    assert not message.ephemeral
    assert message.content.count("wedding") == 1
    assert len(re.findall("discord|evil", text_of(message))) == 1
    foreign = re.sub(r"<https://www\.astria\.ai/p/[\w-]+>", "", message.content)
    assert not re.search(r"(?<!\\)(?:\.(?:gg|com|example)\b|://)", foreign)
    # Only the one who asked reads it twice.
    alone = message_of(
        await wide.alice.slash(wide.channel, "packs", search=search, sort="title", private=True)
    )
    assert alone.content.splitlines()[0].startswith("**6 packs** · matching “wedding ")
