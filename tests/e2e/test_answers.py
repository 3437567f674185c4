"""From one answer to the next: open at a class, back to the list, compare, copy, name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
import simcord

from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import (
    controls_of,
    labels_of,
    menu_of,
    message_of,
    options_of,
    page_of,
    text_of,
)
from tests.shapes import in_every_shape

CATS_AND_MEN = {
    "cat": {"cost": 200, "num_images": 2},
    "man": {"cost": 300, "num_images": 2},
}
PICTURES = {
    name: [{"id": n, "images": [f"https://pictures.example/{name}/{n}.jpg"]} for n in (1, 2)]
    for name in CATS_AND_MEN
}


@pytest.fixture
async def both(world: World, astria: Astria) -> World:
    """Seven packs for cats and men, in order of price, and 260."""
    packs = [
        made_up_pack(
            n,
            title=f"Both {n}",
            created_at=f"2025-01-0{n}",
            prompts_per_class=PICTURES,
            costs={**CATS_AND_MEN, "man": {"cost": 300 + n, "num_images": 2}},
        )
        for n in range(1, 8)
    ]
    astria.offer(*packs, pack_260())
    await world.restart()
    return world


async def packs(world: World, **options: object) -> simcord.ResponseMessage:
    return message_of(await world.alice.slash(world.channel, "packs", **options))


async def choose(
    world: World, message: simcord.ResponseMessage, action: str, *values: str
) -> simcord.ResponseMessage:
    menu = menu_of(message, action)
    return message_of(await world.alice.select(message, list(values), custom_id=menu))


def options_in(message: simcord.ResponseMessage, action: str) -> dict[str, dict[str, str]]:
    """Return the options of one of a message's menus, by label."""
    custom_id = menu_of(message, action)
    (menu,) = (one for one in controls_of(message) if one.get("custom_id") == custom_id)
    return {one["label"]: one for one in cast("list[dict[str, str]]", menu["options"])}


class TestList:
    async def test_requested_class_leads(self, both: World) -> None:
        message = await packs(both, **{"class": "man", "sort": "price"})
        assert message.content.splitlines()[:2] == [
            "**8 packs** for man · cheapest first · page 1 of 2",
            "Both 1 · man $3.01 · <https://www.astria.ai/p/pack-1>",
        ]
        embed = message.embeds[0]
        assert str(embed.description).splitlines() == [
            "▸ **man $3.01** · 2 images · $1.51 each",
            "cat **$2.00** · 2 images",
        ]
        assert embed.thumbnail.url == "https://pictures.example/man/1.jpg"
        thumbnail = cast("dict[str, dict[str, str]]", embed.to_dict())["thumbnail"]
        assert thumbnail["description"] == "Both 1, man, picture 1 of 2"

    @in_every_shape
    async def test_price_that_decides_the_order_leads(self, both: World) -> None:
        (first, *_) = (await packs(both, sort="price")).embeds
        assert str(first.description).splitlines()[0] == "▸ **cat $2.00** · 2 images"
        (last, *_) = (await packs(both, sort="image")).embeds
        assert "each" in str(last.description).splitlines()[0]

    async def test_pack_without_cover_shows_first_picture(
        self, world: World, astria: Astria
    ) -> None:
        astria.offer(made_up_pack(1, cover_url=None))
        await world.restart()
        message = await packs(world, source="mine")
        assert message.embeds[0].thumbnail.url == "https://pictures.example/1/0.jpg"

    async def test_menus_below_change_class_and_order(self, both: World) -> None:
        message = await packs(both, **{"class": "cat"})
        classes = options_in(message, "class")
        assert list(classes) == ["Any class", "man", "cat", "woman"]
        await both.restart()
        man = classes["man"]["value"]
        changed = await choose(both, message, "class", man)
        assert changed.id == message.id
        assert changed.content.startswith("**8 packs** for man · ")
        await choose(both, message, "sort", "price")
        assert message.content.startswith("**8 packs** for man · cheapest first")
        await choose(both, message, "class", "-")
        assert message.content.startswith("**8 packs** · cheapest first")

    async def test_menu_shows_prices(self, both: World) -> None:
        message = await packs(both)
        offered = options_in(message, "open")
        assert offered["Both 7"]["description"] == "cat $2.00, man $3.07"

    async def test_pack_opens_at_the_class_with_a_way_back(self, both: World) -> None:
        message = await packs(both, **{"class": "man", "sort": "price", "page": 2})
        (first, *_) = options_in(message, "open").values()
        opened = await choose(both, message, "open", first["value"])
        assert opened.ephemeral
        assert "▸ **man" in str(opened.embeds[0].description)
        await both.restart()
        await both.alice.click(opened, label="Next")
        assert page_of(opened) == "2 / 2"
        await both.restart()
        await both.alice.click(opened, label="Back to list")
        assert opened.content.startswith("**8 packs** for man · cheapest first · page 2 of 2")
        assert opened.ephemeral

    async def test_no_back_button_without_a_list(self, both: World) -> None:
        view = message_of(await both.alice.slash(both.channel, "pack", id="260", private=True))
        assert "Back to list" not in labels_of(view)

    async def test_several_chosen_packs_are_compared(self, both: World) -> None:
        message = await packs(both)
        compared = await choose(both, message, "open", "7", "6", "5")
        assert compared.ephemeral
        assert "3 packs compared" in text_of(compared)


async def test_compare_with_button_offers_packs(both: World) -> None:
    message = message_of(await both.alice.slash(both.channel, "pack", id="7"))
    await both.restart()
    asked = message_of(await both.bob.click(message, label="Compare with…"))
    assert asked.ephemeral
    assert asked.content == "What should I compare **Both 7** with?"
    assert list(options_of(asked)) == [f"Both {n}" for n in range(6, 0, -1)]
    menu = menu_of(asked, "with")
    compared = message_of(await both.bob.select(asked, ["6", "5"], custom_id=menu))
    assert "-# /compare first:7 second:6 third:5" in compared.content


@in_every_shape
async def test_text_for_customer_is_a_block(both: World) -> None:
    message = message_of(await both.alice.slash(both.channel, "pack", id="260"))
    await both.restart()
    copied = message_of(await both.bob.click(message, label="Text for a customer"))
    assert copied.ephemeral
    lines = copied.content.splitlines()
    assert lines[0] == lines[-1] == "```"
    assert "woman: $3.60, 35 images, $0.10 each" in lines
    assert "https://www.astria.ai/p/corporate-headshots" in lines
    both.speaks(both.bob, "de")
    copied = message_of(await both.bob.click(message, label="Text for a customer"))
    assert "Frau: 3,60\N{NO-BREAK SPACE}$, 35 Bilder, 0,10\N{NO-BREAK SPACE}$ pro Bild" in (
        copied.content.splitlines()
    )


async def test_packs_with_one_slug_stay_separate(world: World, astria: Astria) -> None:
    astria.offer(*(made_up_pack(n, title=f"Twin {n}", slug="twin") for n in (1, 2)))
    await world.restart()
    message = await packs(world, source="mine")
    assert {embed.url for embed in message.embeds} == {
        "https://www.astria.ai/p/1",
        "https://www.astria.ai/p/2",
    }
    assert "/p/twin" not in message.content


def let_the_server_say(world: World, monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    """Make the server a Community that has chosen a language."""
    emit = world.env.backend.emit

    def chosen(event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE" and "guild_id" in payload:
            guild = {"id": payload["guild_id"], "features": ["COMMUNITY"], "locale": locale}
            payload = {**payload, "guild_locale": locale, "guild": guild}
        emit(event, payload)

    monkeypatch.setattr(world.env.backend, "emit", chosen)


class TestLanguage:
    """A public post is in the server's language; a private answer in the asker's."""

    @pytest.mark.parametrize(
        ("locale", "following", "command"),
        [
            ("en-US", "Next", "-# /pack id:260 class:man page:2"),
            ("fr", "Suiv.", "-# /pack id:260 classe:homme page:2"),
        ],
    )
    async def test_public_posts_use_the_language_of_a_community(
        self,
        world: World,
        monkeypatch: pytest.MonkeyPatch,
        locale: str,
        following: str,
        command: str,
    ) -> None:
        let_the_server_say(world, monkeypatch, locale)
        world.speaks(world.alice, "de")
        options: dict[str, object] = {"id": "260", "class": "man"}
        public = message_of(await world.alice.slash(world.channel, "pack", **options))
        assert following in labels_of(public)
        await world.alice.click(public, label=following)
        assert following in labels_of(public)
        assert public.content.splitlines()[-1] == command
        options |= {"page": 2, "private": True}
        private = message_of(await world.alice.slash(world.channel, "pack", **options))
        assert "Weiter" in labels_of(private)
        assert private.content.splitlines()[-1] == "-# /pack id:260 klasse:Mann seite:2"

    async def test_public_language_setting_applies(self, world: World) -> None:
        world.bot.public_language = "fr"
        world.speaks(world.alice, "de")
        public = message_of(await world.alice.slash(world.channel, "packs"))
        assert "femme" in text_of(public)
        refused = message_of(await world.bob.click(public, label="Retirer"))
        assert "Only the person who asked" in refused.content
        view = message_of(await world.mod.slash(world.channel, "pack", id="260", private=True))
        post = (await world.mod.click(view, label="Share")).followups[0]
        assert "Suiv." in labels_of(post)
        assert post.content.startswith("Partagé par ")
        assert "Shared" in str(view.components)
